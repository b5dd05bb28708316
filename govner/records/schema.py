"""What a report says of a measured thing: the fields of a record, documented once.

The meaning of every field, with rulings, is in ``corpus/records/guidelines.md``; gold records and the tables'
codebook use the same names.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from govner.quantities.schema import Quantity

KINDS = ("level", "change", "share", "rank", "count")
DIRECTIONS = ("", "up", "down", "flat")
BASES = ("", "yoy", "average_annual", "since", "comparable_prices", "from")
QUALIFIERS = ("", "about", "nearly", "over", "at_least", "at_most", "range")
PERIOD_TYPES = ("", "year", "part_year", "cumulative", "annual_average", "end_of_horizon")
STATUSES = ("achieved", "target", "estimate")
TIERS = ("", "floor", "stretch")
ORIGINS = ("own", "assigned")
#: What a quantity measures.
MEASURES = ("indicator", "project", "counted_set", "action", "")


@dataclass(frozen=True, slots=True)
class Record:
    """One thing said of one measured thing.

    ``entity`` is the index of the INDICATOR or PROJECT that the value belongs to, None for a counted set or a
    verb and its object. ``indicator`` is what is measured: the marked words without the verbs and adverbs that
    the mark took along at either edge (:func:`govner.records.naming.bare_name`), else what is counted, else the
    verb (立案 of 立案91起). A target without a figure has no value,
    and ``value_start`` and the other offsets are None. Periods are ISO dates, both ends included.
    """

    entity: int | None
    indicator: str
    component: str
    value: Decimal | None
    value_high: Decimal | None
    unit: str
    kind: str
    direction: str
    basis: str
    qualifier: str
    benchmark: str
    commitment: str
    tier: str
    origin: str
    period_start: str
    period_end: str
    period_type: str
    base_period: str
    scope: str
    status: str
    value_text: str
    value_start: int | None
    value_end: int | None
    value_source_start: int | None
    value_source_end: int | None


@dataclass(frozen=True, slots=True)
class MeasuredQuantity:
    """A figure of the body and what it measures.

    ``measures`` is one of :data:`MEASURES`, empty where nothing was found. ``entity`` indexes the report's
    entities. ``object`` is what is counted (大中型项目; 农村公路) and ``verb`` what was done to it (新建), both in
    the report's words.
    """

    quantity: Quantity
    measures: str
    entity: int | None
    verb: str
    object: str


@dataclass(frozen=True, slots=True)
class ReportRecords:
    """What was measured in one report, in reading order."""

    records: tuple[Record, ...]
    quantities: tuple[MeasuredQuantity, ...]
