"""A user's hand corrections: anchored to the source, applied after any model, lost by none.

A file of JSON lines. Each line is ``{"action": "add" | "remove", "source": file name, "identity": SHA-256 of the squeezed
source, "version": 1, "anchors": [ANCHOR]}`` with anchors of :mod:`govner.anchors`, which name a label by its paragraph, so
that another model, a better cleaner or another copy of the file does not lose it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from govner.anchors import Anchor, from_json, make_anchors, resolve_anchors, squeeze, to_json
from govner.errors import UserError
from govner.json_lines import read_json_lines
from govner.labels import LABELS
from govner.schema import AnnotatedReport, Entity, Report, Span

ACTIONS = ("add", "remove")


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
    return list(read_json_lines(path, _correction, "a correction"))


def _correction(data: Any, where: str) -> Correction:
    (anchor,) = from_json(data)
    correction = Correction(data["action"], data["source"], data["identity"], anchor)
    if correction.action not in ACTIONS or anchor.label not in LABELS:
        raise UserError(f"{where}: want an action of {ACTIONS} and a label of {LABELS}")
    return correction


def apply_corrections(annotated: AnnotatedReport, corrections: Sequence[Correction]) -> AnnotatedReport:
    """The report with its corrections: removed spans go, added ones come with score 1 and displace what they overlap.

    Corrections count for a report with the recorded content, or under the recorded file name.
    """
    report = annotated.report
    same, name = identity(report.source_text), Path(report.source).name
    own = [c for c in corrections if c.identity == same or (name and c.source == name)]
    if not own:
        return annotated
    entities = list(annotated.entities)
    for action in ("remove", "add"):
        anchors = [c.anchor for c in own if c.action == action]
        spans, _ = resolve_anchors(report.source_text, anchors)
        for span in spans:
            clean = report.to_clean(span)
            if clean is None:
                continue
            if action == "remove":
                entities = [
                    e for e in entities if (e.start, e.end, e.label) != (clean.start, clean.end, clean.label)
                ]
            else:
                entities = [e for e in entities if e.end <= clean.start or clean.end <= e.start]
                entities.append(_entity(report, clean))
    return replace(annotated, entities=tuple(sorted(entities, key=lambda e: e.start)))


def _entity(report: Report, span: Span) -> Entity:
    start, end = report.alignment.to_source(span.start, span.end)
    text = report.text[span.start : span.end]
    return Entity(span.start, span.end, span.label, text, 1.0, report.heading_path(span.start), start, end)
