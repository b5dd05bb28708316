"""Quantities and records of a report → rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from govner.quantities.schema import Quantity
from govner.records.schema import MeasuredQuantity, Record, ReportRecords
from govner.tables.columns import Row
from govner.tables.inputs import Loaded
from govner.tables.rows import as_date, mention_id, sentence_id, source_offsets
from govner.tables.sentences import Sentences


def quantity_id(report_id: str, start: int, end: int) -> str:
    """The key of a figure."""
    return f"{report_id}:q{start}-{end}"


def quantity_rows(loaded: Loaded, found: ReportRecords, sentences: Sentences) -> list[Row]:
    """The rows of `quantities`."""
    return [_quantity_row(loaded, measured, sentences) for measured in found.quantities]


def _quantity_row(loaded: Loaded, measured: MeasuredQuantity, sentences: Sentences) -> Row:
    id, quantity = loaded.annotated.report.id, measured.quantity
    sentence = sentences.at(quantity.start)
    return {
        "quantity_id": quantity_id(id, quantity.start, quantity.end),
        "report_id": id,
        "sentence_id": sentence_id(id, sentence),
        "clean_start": quantity.start,
        "clean_end": quantity.end,
        **source_offsets(loaded, quantity.start, quantity.end),
        "text": quantity.text,
        **_bounds(quantity),
        "family": quantity.family,
        "qualifier": quantity.qualifier,
        "direction": quantity.direction,
        "part": quantity.part,
        "measures": measured.measures,
        "mention_id": _mention(loaded, measured.entity),
        "verb": measured.verb,
        "object": measured.object,
        "role": sentence.role,
        "horizon": sentence.horizon,
    }


def record_rows(loaded: Loaded, found: ReportRecords, sentences: Sentences) -> list[Row]:
    """The rows of `records`."""
    figures = {(m.quantity.start, m.quantity.end): m for m in found.quantities}
    seen: Counter[str] = Counter()
    rows = []
    for record in found.records:
        row = _record_row(loaded, record, sentences, figures)
        seen[row["record_id"]] += 1
        if (again := seen[row["record_id"]]) > 1:
            row["record_id"] += f"~{again}"
        rows.append(row)
    return rows


def _record_row(
    loaded: Loaded, record: Record, sentences: Sentences, figures: Mapping[tuple[int, int], MeasuredQuantity]
) -> Row:
    annotated = loaded.annotated
    id = annotated.report.id
    entity = annotated.entities[record.entity] if record.entity is not None else None
    figure = None
    if record.value_start is not None and record.value_end is not None:
        figure = figures.get((record.value_start, record.value_end))
    at = record.value_start if record.value_start is not None else entity.start if entity else 0
    sentence = sentences.at(at)
    name = f"{id}:r{entity.start if entity else ''}" + (
        f"-{record.value_start}" if record.value_start is not None else ""
    )
    return {
        "record_id": name,
        "report_id": id,
        "sentence_id": sentence_id(id, sentence),
        "mention_id": _mention(loaded, record.entity),
        "quantity_id": quantity_id(id, figure.quantity.start, figure.quantity.end) if figure else None,
        "verb": figure.verb if figure else "",
        **_bounds(record),
        **{
            field: getattr(record, field)
            for field in (
                "indicator",
                "component",
                "kind",
                "direction",
                "basis",
                "qualifier",
                "benchmark",
                "commitment",
            )
        },
        **{
            field: getattr(record, field)
            for field in ("tier", "origin", "period_type", "base_period", "scope", "status")
        },
        "period_start": as_date(record.period_start),
        "period_end": as_date(record.period_end),
        "value_text": record.value_text,
        "value_clean_start": record.value_start,
        "value_clean_end": record.value_end,
        **source_offsets(loaded, record.value_start, record.value_end, "value_"),
        "role": sentence.role,
        "horizon": sentence.horizon,
    }


def _bounds(of: Quantity | Record) -> Row:
    return {"value": of.value, "value_high": of.value_high, "unit": of.unit}


def _mention(loaded: Loaded, entity: int | None) -> str | None:
    """The key of the mention that an index means."""
    annotated = loaded.annotated
    return None if entity is None else mention_id(annotated.report.id, annotated.entities[entity])
