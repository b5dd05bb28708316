"""Labelled documents as reports with gold entities: as they stand, or in the whole report that a passage was taken from.

A passage that starts in the middle of a report lacks the heading it stands under, and with it whether it looks back or ahead.
Where the reader's copies of the reports are at hand, the passage is found in its report and the entities are put there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from govner.anchors import squeeze
from govner.errors import UserError
from govner.reading import read, read_text
from govner.schema import AnnotatedReport, Entity, GoldDocument, Report, Span

#: What a labelled place replaces in the metadata that was read from a passage.
_PLACE_KEYS = (
    "place", "place_path", "place_evidence", "province", "level", "government",
    "division_code", "division_code_system", "division_code_level",
)  # fmt: skip
_MODEL = {"name": "gold", "version": ""}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Placed:
    """A labelled document's report, and which entity each of the document's spans became (by its start and end there)."""

    annotated: AnnotatedReport
    entities: Mapping[tuple[int, int], int]
    whole: bool


def whole_reports(documents: Iterable[GoldDocument], folder: Path) -> dict[str, Report]:
    """The reports that documents name as their source (``folder`` and ``source`` of their metadata), by document id.

    A composed document names none and is left out, and so is one whose report is not in the folder.

    Raises:
        UserError: the folder does not exist.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; give the one with your copies of the reports")
    read_once: dict[Path, Report | None] = {}
    found = {}
    for document in documents:
        source = str(document.meta.get("source") or "")
        if not source:
            continue
        path = folder / str(document.meta.get("folder") or "") / source
        path = path if path.is_file() else next(iter(sorted(folder.rglob(source))), path)
        if path not in read_once:
            first = next(iter(read(path)), None) if path.is_file() else None
            read_once[path] = first if isinstance(first, Report) else None
        report = read_once[path]
        if report is not None:
            found[document.id] = report
        else:
            _log.warning("%s: %s is not among the reports of %s", document.id, source, folder)
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.splitlines(keepends=True):
        yield at, line
        at += len(line)


def spans_in(document: GoldDocument, source: str) -> dict[tuple[int, int], tuple[int, int]]:
    """Where the document's spans stand in the source that it was taken from, white space apart.

    Its lines are looked up one after the other, since a document may leave lines of the report out.
    """
    there = squeeze(source)
    found: dict[tuple[int, int], tuple[int, int]] = {}
    cursor = 0
    for at, line in _lines(document.text):
        here = squeeze(line)
        if not here.text:
            continue
        hit = there.text.find(here.text, cursor)
        if hit < 0:
            continue
        cursor = hit + len(here.text)
        moved = {at + int(place): hit + n for n, place in enumerate(here.index.tolist())}
        for span in document.spans:
            if span.start in moved and span.end - 1 in moved:
                start, last = moved[span.start], moved[span.end - 1]
                found[(span.start, span.end)] = (int(there.index[start]), int(there.index[last]) + 1)
    return found


def place_document(document: GoldDocument, whole: Report | None = None) -> Placed:
    """The document's gold spans as entities of its own text, or of the whole report where all of them are found there.

    The place and the years that the document's metadata give have the word over what can be read from the text.
    """
    given = {key: value for key, value in document.meta.items() if value not in (None, "")}
    moved = spans_in(document, whole.source_text) if whole is not None else {}
    inside = whole is not None and len(moved) == len({(s.start, s.end) for s in document.spans})
    if whole is None or not inside:
        report = read_text(document.text, id=document.id)
        moved = {(s.start, s.end): (s.start, s.end) for s in document.spans}
    else:
        report = replace(whole, id=document.id)
    report = replace(report, meta=_meta(report.meta, given))
    found = []
    for span in document.spans:
        source = moved[(span.start, span.end)]
        clean = report.to_clean(Span(*source, span.label))
        if clean:
            words = report.text[clean.start : clean.end]
            entity = Entity(clean.start, clean.end, clean.label, words, 1.0, (), *source)
            found.append((entity, (span.start, span.end)))
    found.sort(key=lambda pair: pair[0].start)
    annotated = AnnotatedReport(report, tuple(entity for entity, _ in found), _MODEL)
    return Placed(annotated, {key: index for index, (_, key) in enumerate(found)}, inside)


def _meta(from_text: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    place = given.get("place")
    if not place:
        return {**from_text, **given}
    if place == from_text.get("place"):
        return {**from_text, **given, "place_evidence": "labelled"}
    return {**{k: v for k, v in from_text.items() if k not in _PLACE_KEYS}, **given}
