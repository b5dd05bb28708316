"""Stand-off gold: labels and identities of public reports in the repository, text in the reader's own copies.

A line of a ``*.standoff.jsonl`` file names a report (place, year, level, the file name it was labelled under, a hash of
its white-space-squeezed source) and holds its labelled passages as anchored paragraphs and its labels as anchors
(:mod:`govner.anchors`). Hydration finds the report among a reader's copies whatever their encoding, file type or
chrome, and rebuilds text plus labels.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from govner.anchors import Anchor, from_json, make_anchors, resolve_anchors, squeeze, to_json
from govner.corrections import identity
from govner.json_lines import read_json_lines
from govner.reading import read
from govner.schema import GoldDocument, Report, Span

#: The label of the anchors that say which paragraphs were read.
READ = "__read__"
#: A copy holds a document if it has at least this share of the document's paragraphs.
ENOUGH = 0.5
#: So many of a document's longest paragraphs are looked for first, where no file name or content says which copy it is.
PROBES = 5


@dataclass(frozen=True)
class Standoff:
    """A labelled document without its text. ``passages`` are anchors of whole paragraphs, ``labels`` those of spans."""

    id: str
    passages: tuple[Anchor, ...]
    labels: tuple[Anchor, ...]
    meta: dict[str, Any]


@dataclass
class Hydrated:
    """Documents whose text was found, and notes on those that are missing or differ."""

    documents: list[GoldDocument] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def detach(
    doc_id: str,
    source_text: str,
    passages: Sequence[tuple[int, int]],
    spans: Iterable[Span],
    meta: dict[str, Any],
) -> Standoff:
    """Take the text out of a labelled document.

    Args:
        passages: ranges of the source that were read and labelled, in order; each is cut into its lines.
        spans: labels in source offsets, inside the passages.
    """
    lines = [Span(start, end, READ) for a, b in passages for start, end in _lines(source_text, a, b)]
    return Standoff(
        doc_id,
        tuple(make_anchors(source_text, lines)),
        tuple(make_anchors(source_text, sorted(spans))),
        {**meta, "squeezed_sha256": identity(source_text)},
    )


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Non-blank lines of a range, white space at their edges left out."""
    found, at = [], start
    for line in text[start:end].splitlines(keepends=True):
        stripped = line.strip()
        if stripped and squeeze(stripped).text:
            left = at + line.index(stripped)
            found.append((left, left + len(stripped)))
        at += len(line)
    return found


def write_standoff(path: str | Path, documents: Iterable[Standoff]) -> None:
    """Write JSON lines."""
    with open(path, "w", encoding="utf-8") as out:
        for d in documents:
            data = {"id": d.id, "meta": d.meta, "passages": to_json(d.passages), "labels": to_json(d.labels)}
            out.write(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")


def read_standoff(path: str | Path) -> list[Standoff]:
    """Read what :func:`write_standoff` wrote.

    Raises:
        UserError: the file is missing or a line is not a stand-off document.
    """
    return list(read_json_lines(path, _document, "a stand-off document"))


def _document(d: Any, where: str) -> Standoff:
    passages, labels = tuple(from_json(d["passages"])), tuple(from_json(d["labels"]))
    return Standoff(d["id"], passages, labels, dict(d["meta"]))


def hydrate(documents: Sequence[Standoff], folder: str | Path) -> Hydrated:
    """Find the documents' text among the reports of a folder and put the labels back.

    A copy under the recorded file name is tried first, then the one with the recorded content, then every other one.
    """
    result = Hydrated()
    copies = [r for r in read([str(folder)]) if isinstance(r, Report)]
    by_identity = {identity(r.source_text): r for r in copies}
    by_name: dict[str, list[Report]] = {}
    for r in copies:
        by_name.setdefault(Path(r.source).name, []).append(r)
    attached: dict[str, tuple[GoldDocument, int]] = {}
    for doc in documents:
        exact = by_identity.get(str(doc.meta.get("squeezed_sha256")))
        named = by_name.get(str(doc.meta.get("source")), [])
        candidates = ([exact] if exact else []) + [r for r in named if r is not exact]
        if found := next((f for r in candidates if (f := _attach(doc, r))), None):
            attached[doc.id] = found
    rest = [d for d in documents if d.id not in attached]
    if rest:
        for r in copies:
            for doc in _likely(rest, r):
                if doc.id not in attached and (found := _attach(doc, r)):
                    attached[doc.id] = found
    for doc in documents:
        if doc.id not in attached:
            result.missing.append(doc.id)
            result.notes.append(f"{doc.id}: not among the reports ({doc.meta.get('source')}); left out")
            continue
        gold, lost = attached[doc.id]
        result.documents.append(gold)
        if lost:
            result.notes.append(f"{doc.id}: the copy differs; {lost} labels or paragraphs not found in it")
    return result


def _likely(documents: Sequence[Standoff], copy: Report) -> list[Standoff]:
    """The documents of which a copy has at least one of a few paragraphs; they are looked up together, since taking a
    copy's hashes costs more than looking one up."""
    anchors = [
        replace(a, label=str(n))
        for n, doc in enumerate(documents)
        for a in sorted(doc.passages, key=lambda a: -a.length)[:PROBES]
    ]
    spans, _ = resolve_anchors(copy.source_text, anchors)
    return [documents[n] for n in sorted({int(s.label) for s in spans})]


def _attach(doc: Standoff, report: Report) -> tuple[GoldDocument, int] | None:
    """The document's text and labels from one copy, and how much was not found; None where it is another report."""
    text = report.source_text
    read_spans, lost_lines = resolve_anchors(text, doc.passages)
    if not read_spans or len(read_spans) < ENOUGH * len(doc.passages):
        return None
    labels, lost_labels = resolve_anchors(text, doc.labels)
    pieces: list[str] = []
    spans: list[Span] = []
    at = 0
    for line in sorted(read_spans):
        for s in labels:
            if line.start <= s.start and s.end <= line.end:
                spans.append(Span(at + s.start - line.start, at + s.end - line.start, s.label))
        pieces.append(text[line.start : line.end])
        at += line.end - line.start + 1
    meta = {**doc.meta, "hydrated_from": Path(report.source).name}
    outside = len(labels) - len(spans)
    gold = GoldDocument(doc.id, "\n".join(pieces) + "\n", tuple(sorted(spans)), meta)
    return gold, len(lost_lines) + len(lost_labels) + outside
