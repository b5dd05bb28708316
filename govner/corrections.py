"""A user's hand corrections: anchored to the source, applied after any model, lost by none.

A file of JSON lines. Each line is ``{"action": "add" | "remove", "source": file name, "identity": SHA-256 of the squeezed
source, "version": 1, "anchors": [ANCHOR]}`` with anchors of :mod:`govner.anchors`, which name a label by its paragraph, so
that another model, a better cleaner or another copy of the file does not lose it.

An anchor holds hashes, so lines are written by a program. Spans count characters of the decoded source, as
``source_start`` and ``source_end`` in the output of ``govner annotate`` do::

    from govner.corrections import make_corrections, write_corrections
    from govner.reading import read
    from govner.schema import Span

    report = next(read("reports/云台县2022.txt"))
    at = report.source_text.index("滨河大道改造工程")
    add = make_corrections(report, "add", [Span(at, at + 8, "PROJECT")])
    remove = make_corrections(report, "remove", [Span(57, 59, "ORG")])
    write_corrections("corrections.jsonl", add + remove)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from govner.anchors import Anchor, from_json, make_anchors, resolve_anchors, squeeze, to_json
from govner.errors import UserError
from govner.json_lines import read_json_lines
from govner.labels import LABELS
from govner.schema import AnnotatedReport, Entity, Report, Span

ACTIONS = ("add", "remove")
HINT = "how they are made: `govner annotate --help`"


@dataclass(frozen=True, slots=True)
class Correction:
    """Add or remove one labelled span of one report."""

    action: str
    source: str
    identity: str
    anchor: Anchor


def identity(source_text: str) -> str:
    """SHA-256 of a source without its white space: the same for every copy that differs only in white space."""
    return hashlib.sha256(squeeze(source_text).text.encode()).hexdigest()


def make_corrections(report: Report, action: str, spans: Iterable[Span]) -> list[Correction]:
    """Corrections from spans in source offsets of a report."""
    same = identity(report.source_text)
    return [
        Correction(action, Path(report.source).name, same, anchor)
        for anchor in make_anchors(report.source_text, spans)
    ]


def write_corrections(path: str | Path, corrections: Iterable[Correction], *, append: bool = False) -> None:
    """Write (or add to) a file of corrections."""
    with open(path, "a" if append else "w", encoding="utf-8") as out:
        for c in corrections:
            line = {"action": c.action, "source": c.source, "identity": c.identity, **to_json([c.anchor])}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_corrections(path: str | Path) -> list[Correction]:
    """Read a file of corrections.

    Raises:
        UserError: the file is missing or a line is not a correction; the message names the line.
    """
    return list(read_json_lines(path, _correction, "a correction", HINT))


def _correction(data: Any, where: str) -> Correction:
    (anchor,) = from_json(data)
    correction = Correction(data["action"], data["source"], data["identity"], anchor)
    if correction.action not in ACTIONS or anchor.label not in LABELS:
        raise UserError(f"{where}: want an action of {ACTIONS} and a label of {LABELS}")
    return correction


class Corrector:
    """Applies corrections to reports, and knows which of them came to nothing."""

    def __init__(self, corrections: Sequence[Correction]) -> None:
        self._corrections = corrections
        #: Why a correction has done nothing so far, by its place in the file; those that did something are not here.
        self._idle = dict.fromkeys(range(len(corrections)), "no report of this content or file name")

    def __len__(self) -> int:
        return len(self._corrections)

    def apply(self, annotated: AnnotatedReport) -> AnnotatedReport:
        """The report with its corrections: removed spans go, added ones come with score 1 and displace what they overlap.

        Corrections count for a report with the recorded content, or under the recorded file name.
        """
        report = annotated.report
        own = self._own(report)
        if not own:
            return annotated
        entities = list(annotated.entities)
        for action in ACTIONS[::-1]:
            for number, span in self._places(
                report, [n for n in own if self._corrections[n].action == action]
            ):
                if action == "remove":
                    self._remove(annotated, entities, span, number)
                else:
                    entities = [e for e in entities if e.end <= span.start or span.end <= e.start]
                    entities.append(_entity(report, span))
                    self._idle.pop(number, None)
        return replace(annotated, entities=tuple(sorted(entities, key=lambda e: e.start)))

    def skip(self, report: Report) -> None:
        """Take the corrections of a report as applied: an output to go on with holds it."""
        for number in self._own(report):
            self._idle.pop(number, None)

    def unmatched(self) -> list[str]:
        """A line for each correction that has changed no report: which one, and why."""
        found = ((number, self._corrections[number], why) for number, why in sorted(self._idle.items()))
        return [f"correction {n + 1} ({c.source}, {c.action} {c.anchor.label}): {why}" for n, c, why in found]

    def _own(self, report: Report) -> list[int]:
        same, name = identity(report.source_text), Path(report.source).name
        return [
            number
            for number, c in enumerate(self._corrections)
            if c.identity == same or (name and c.source == name)
        ]

    def _places(self, report: Report, numbers: Sequence[int]) -> Iterator[tuple[int, Span]]:
        """Where corrections stand in the clean text, of those that do."""
        anchors = [self._corrections[number].anchor for number in numbers]
        # All at once: together they settle which copy of a repeated paragraph is meant.
        spans, lost = resolve_anchors(report.source_text, anchors)
        missing, found = {id(anchor) for anchor in lost}, iter(spans)
        for number, anchor in zip(numbers, anchors, strict=True):
            clean = None if id(anchor) in missing else report.to_clean(next(found))
            if clean is not None:
                yield number, clean
            elif number in self._idle:
                self._idle[number] = "its place is not in the text (or cleaning drops it)"

    def _remove(self, annotated: AnnotatedReport, entities: list[Entity], span: Span, number: int) -> None:
        wanted = (span.start, span.end, span.label)
        if any((e.start, e.end, e.label) == wanted for e in annotated.entities):
            entities[:] = [e for e in entities if (e.start, e.end, e.label) != wanted]
            self._idle.pop(number, None)
        elif number in self._idle:
            text = annotated.report.text[span.start : span.end]
            self._idle[number] = f"{text} is not marked so; nothing to remove"


def _entity(report: Report, span: Span) -> Entity:
    start, end = report.alignment.to_source(span.start, span.end)
    text = report.text[span.start : span.end]
    return Entity(span.start, span.end, span.label, text, 1.0, report.heading_path(span.start), start, end)
