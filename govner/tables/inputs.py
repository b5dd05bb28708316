"""What tables are made from: reports, which a model reads first, or JSON lines that ``govner annotate`` wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from govner.json_lines import read_json_lines
from govner.reading import read
from govner.reading.ids import Ids
from govner.reading.readers import discover
from govner.reading.structure import sections
from govner.schema import Alignment, AnnotatedReport, Entity, ReadFailure, Report

#: Annotates a stream of reports, in order.
Annotate = Callable[[Iterator[Report]], Iterator[AnnotatedReport]]
_JSON_LINES = (".jsonl", ".ndjson", ".json")


@dataclass(frozen=True, slots=True)
class Loaded:
    """An annotated report; ``aligned`` says whether its alignment to the source is known.

    ``repeats`` is the id that the report came with where another had it before; ``copy`` says that its text is the same too.
    """

    annotated: AnnotatedReport
    aligned: bool
    repeats: str = ""
    copy: bool = False


def load(
    inputs: Sequence[str],
    annotate: Annotate,
    *,
    encoding: str | None = None,
    text_column: str | None = None,
) -> Iterator[Loaded | ReadFailure]:
    """Annotated reports from inputs, in order, with ids that do not repeat.

    Args:
        inputs: files, folders, globs or ``-``. JSON lines whose first object has ``entities`` are taken as they are, all
            else is read as ``govner annotate`` would and given to ``annotate``.

    Raises:
        UserError: a line of JSON lines is no annotated report.
    """
    ids = Ids()
    texts: set[tuple[str, str]] = set()
    for item in _load(inputs, annotate, encoding, text_column):
        if isinstance(item, Loaded):
            report = item.annotated.report
            id = ids.take(report.id)
            text = (report.id, sha256(report.text.encode("utf-8", "surrogatepass")).hexdigest())
            if id != report.id:
                annotated = replace(item.annotated, report=replace(report, id=id))
                item = replace(item, annotated=annotated, repeats=report.id, copy=text in texts)
            texts.add(text)
        yield item


def _load(
    inputs: Sequence[str], annotate: Annotate, encoding: str | None, text_column: str | None
) -> Iterator[Loaded | ReadFailure]:
    reports: list[str] = []
    for found in discover(inputs):
        if isinstance(found, ReadFailure) or not is_annotated(Path(found)):
            reports.append(found.source if isinstance(found, ReadFailure) else found)
            continue
        yield from _annotate(reports, annotate, encoding, text_column)
        reports = []
        yield from read_annotated(Path(found))
    yield from _annotate(reports, annotate, encoding, text_column)


def _annotate(
    names: Sequence[str], annotate: Annotate, encoding: str | None, text_column: str | None
) -> Iterator[Loaded | ReadFailure]:
    """Read and annotate; failures come after the reports that were read with them."""
    if not names:
        return
    failures: list[ReadFailure] = []

    def reports() -> Iterator[Report]:
        for item in read(names, encoding=encoding, text_column=text_column):
            if isinstance(item, ReadFailure):
                failures.append(item)
            else:
                yield item

    for annotated in annotate(reports()):
        yield Loaded(annotated, True)
    yield from failures


def is_annotated(path: Path) -> bool:
    """Is this a file of JSON lines that ``govner annotate`` wrote?"""
    if path.suffix.lower() not in _JSON_LINES or not path.is_file():
        return False
    try:
        with open(path, encoding="utf-8-sig") as file:
            first = json.loads(next((line for line in file if line.strip()), "null"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        return False
    return isinstance(first, dict) and {"text", "entities"} <= first.keys()


def read_annotated(path: Path) -> Iterator[Loaded]:
    """The annotated reports of a file of JSON lines. Sections are found again in the text, as annotating found them.

    Raises:
        UserError: a line is no annotated report.
    """
    hint = (
        "give reports, or what `govner annotate -o FILE.jsonl` wrote (a line cut short is mended by "
        "`govner annotate --resume`)"
    )
    yield from read_json_lines(
        path, lambda data, where: Loaded(annotated_report(data), False), "an annotated report", hint
    )


def annotated_report(record: dict[str, Any]) -> AnnotatedReport:
    """The report of a line that :meth:`govner.schema.AnnotatedReport.record` made.

    The source text and its alignment are not in a line: ``source_text`` is the clean text, aligned with itself.

    Raises:
        KeyError, TypeError, ValueError: the record is not of this form.
    """
    text = record["text"]
    entities = tuple(
        Entity(
            int(e["start"]),
            int(e["end"]),
            str(e["label"]),
            text[int(e["start"]) : int(e["end"])],
            float(e.get("score", 1.0)),
            tuple(e.get("section", ())),
            int(e["source_start"]),
            int(e["source_end"]),
        )
        for e in record["entities"]
    )
    for entity in entities:
        if not 0 <= entity.start < entity.end <= len(text) or not entity.text.strip():
            raise ValueError(f"[{entity.start}, {entity.end}) is not in the text")
    report = Report(
        id=str(record["id"]),
        source=str(record.get("source", "")),
        source_text=text,
        text=text,
        alignment=Alignment.identity(len(text)),
        meta=dict(record.get("meta") or {}),
        sections=sections(text),
    )
    model = {key: str(value) for key, value in (record.get("model") or {}).items()}
    return AnnotatedReport(report, entities, model)
