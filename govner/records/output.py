"""Records and quantities as JSON objects: one key a field."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from govner.records.schema import Record, ReportRecords


def records_json(found: ReportRecords) -> list[dict[str, Any]]:
    """The records of a report as ``govner annotate --records`` writes them."""
    return [{f.name: _plain(getattr(record, f.name)) for f in fields(Record)} for record in found.records]


def quantities_json(found: ReportRecords) -> list[dict[str, Any]]:
    """Every figure of a report's text, and what it measures."""
    return [
        {
            "start": m.quantity.start,
            "end": m.quantity.end,
            "text": m.quantity.text,
            "value": _plain(m.quantity.value),
            "value_high": _plain(m.quantity.value_high),
            "unit": m.quantity.unit,
            "family": m.quantity.family,
            "qualifier": m.quantity.qualifier,
            "direction": m.quantity.direction,
            "part": m.quantity.part,
            "measures": m.measures,
            "entity": m.entity,
            "verb": m.verb,
            "object": m.object,
        }
        for m in found.quantities
    ]


def _plain(value: object) -> object:
    if not isinstance(value, Decimal):
        return value
    # A double holds every figure that a report writes: it has 15 digits at least.
    return int(value) if value == value.to_integral() else float(value)
