"""Gold records: read from disk, and attached to the gold documents whose text they point into."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from govner.errors import UserError
from govner.evaluation.gold import Gold, MissingText, load_gold, year_of
from govner.json_lines import read_json_lines
from govner.schema import AnnotatedReport, Entity, Report

#: Fields that are compared, besides the link itself.
FIELDS = (
    "component",
    "value",
    "value_high",
    "unit",
    "kind",
    "direction",
    "basis",
    "qualifier",
    "benchmark",
    "commitment",
    "tier",
    "origin",
    "period",
    "period_type",
    "base_period",
    "scope",
    "status",
)


@dataclass(frozen=True, slots=True)
class GoldRecord:
    """A record labelled by reading; offsets are of the gold document's text, values are in ``fields``.

    ``start`` and ``end`` are the INDICATOR's; ``value_start`` and ``value_end`` are None where nothing was said in figures.
    """

    start: int
    end: int
    value_start: int | None
    value_end: int | None
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GoldRecords:
    """The records of one gold document and the document itself, read as ``annotate`` reads it.

    ``parts`` are the stretches of the document that were labelled; none means all of it.
    """

    gold: Gold
    report: Report
    records: tuple[GoldRecord, ...]
    parts: tuple[tuple[int, int], ...] = ()

    def covers(self, at: int) -> bool:
        """Was the place labelled?"""
        return not self.parts or any(start <= at < end for start, end in self.parts)

    def annotated(self) -> AnnotatedReport:
        """The document with its gold entities."""
        entities = []
        for span in self.gold.spans:
            clean = self.report.to_clean(span)
            if clean is not None:
                text = self.report.text[clean.start : clean.end]
                entities.append(
                    Entity(clean.start, clean.end, span.label, text, 1.0, (), span.start, span.end)
                )
        return AnnotatedReport(self.report, tuple(sorted(entities, key=lambda e: e.start)), {})


def load_records(path: str | Path, say: Callable[[str], None]) -> list[GoldRecords]:
    """Gold records with their documents.

    Stand-off documents need the reports (``GOVNER_REPORTS``, else ``../shared/reports``). A document that is not
    there, or whose text differs from the one that was labelled, is left out and named; how many were, is said last.

    Raises:
        UserError: the file is not one of gold records, or none of its documents could be had.
    """
    rows = _read(Path(path))
    documents: dict[tuple[str, str], Gold] = {}
    without_text: set[str] = set()
    for name in dict.fromkeys(str(row["of"]) for row in rows):
        try:
            documents |= {(name, gold.id): gold for gold in load_gold(name)}
        except MissingText:
            without_text.add(name)
            say(
                f"{name}: labels without text; set GOVNER_REPORTS to the folder with your copies of the reports"
            )
    found = []
    for row in rows:
        gold = documents.get((row["of"], row["id"]))
        if gold is None:
            if row["of"] not in without_text:
                say(f"{row['id']}: not in {row['of']}; left out")
            continue
        wanted = row.get("text_sha256")
        if wanted and hashlib.sha256(gold.text.encode("utf-8")).hexdigest() != wanted:
            say(f"{row['id']}: your copy's text differs from the one that was labelled; left out")
            continue
        records = tuple(
            _record(raw, f"{path}, {row['id']}, record {n}") for n, raw in enumerate(row["records"], 1)
        )
        parts = tuple((int(start), int(end)) for start, end in row.get("meta", {}).get("parts", ()))
        found.append(GoldRecords(gold, _dated(gold), records, parts))
    if not found:
        raise UserError(
            f"{path}: none of its documents is here; set GOVNER_REPORTS to the folder with your copies"
        )
    if len(found) < len(rows):
        say(f"{len(rows) - len(found)} of {len(rows)} documents left out; what follows is of the others")
    return found


def _read(path: Path) -> list[dict[str, Any]]:
    want = "want JSON objects with id, of and records, such as corpus/records/dev.jsonl"
    return list(read_json_lines(path, _row, "gold records", want))


def _row(data: Any, where: str) -> dict[str, Any]:
    return {"id": data["id"], "of": data["of"], "records": list(data["records"]), **data}


def _record(raw: Mapping[str, Any], where: str) -> GoldRecord:
    try:
        fields = {name: str(raw.get(name) or "") for name in FIELDS}
        fields |= {name: plain(fields[name]) for name in ("value", "value_high")}
        return GoldRecord(
            int(raw["indicator_start"]),
            int(raw["indicator_end"]),
            raw["value_start"],
            raw["value_end"],
            fields,
        )
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise UserError(
            f"{where}: want indicator_start, indicator_end, value_start, value_end and a number as value"
        ) from None


def plain(value: str) -> str:
    """A decimal in one form, to four places (a third is written 33.3333); empty stays empty."""
    return f"{Decimal(value).quantize(Decimal('0.0001')).normalize():f}" if value else ""


def _dated(gold: Gold) -> Report:
    """The report, with the years that the corpus gives: a passage does not say them itself."""
    given = gold.meta
    reviewed, planned = given.get("year_reviewed"), given.get("year_planned")
    year = year_of(given)
    if reviewed is None and planned is None and year is not None:
        planned = year
        reviewed = year if given.get("kind") == "half-year" else year - 1
    years = {"year_reviewed": reviewed, "year_planned": planned}
    return replace(gold.report, meta={**gold.report.meta, **{k: v for k, v in years.items() if v}})
