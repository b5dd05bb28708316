"""The page of one report: everything that the template shows, and nothing that it has to work out."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from govner.labels import LABEL_NAMES_ZH, LABELS
from govner.reading.headings import ITEM, PART, SECTION
from govner.reading.structure import CUE_LEVEL
from govner.records.schema import MeasuredQuantity, Record, ReportRecords
from govner.schema import AnnotatedReport, Entity
from govner.tables.sentences import Sentences
from govner.view.marking import Mark, lines
from govner.writers.html import colour_rules

_DIRECTIONS = {"up": "↑", "down": "↓", "flat": "→"}
_META = ("place_path", "level", "date", "meeting", "speaker")


@dataclass(frozen=True, slots=True)
class Card:
    """A record as shown: its number on the page, what it is said of, its figure, and the rest in a few words.

    ``target`` is the anchor in the text; ``value`` and ``mention`` name the marks to light up ("" where there is none).
    """

    number: int
    title: str
    figure: str
    exact: str
    details: str
    status: str
    kind: str
    target: str
    value: str
    mention: str
    start: int


def render(annotated: AnnotatedReport, found: ReportRecords) -> str:
    """A self-contained page: heading tree, marked text and records. All text is escaped; nothing is fetched.

    Args:
        found: see :func:`govner.records.extract`; may be empty.
    """
    report = annotated.report
    sentences = Sentences(report)
    cards = [_card(n, record, annotated, sentences) for n, record in enumerate(found.records, 1)]
    marks, values, quantities = _marks(annotated.entities, found)
    css, js, template = (
        (files(__package__) / "assets" / f"view.{kind}").read_text("utf-8")
        for kind in ("css", "js", "html.j2")
    )
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    counts = Counter(entity.label for entity in annotated.entities)
    return environment.from_string(template).render(
        title=str(report.meta.get("title") or report.id),
        id=report.id,
        source=report.source,
        facts=_facts(report.meta),
        model=" ".join(value for value in annotated.model.values() if value),
        legend=[(label, LABEL_NAMES_ZH[label], counts[label]) for label in LABELS],
        headings=_headings(annotated, sentences),
        lines=lines(
            report.text,
            sentences.found,
            marks,
            [s for s in report.sections if s.level in (PART, SECTION, ITEM)],
        ),
        entities=annotated.entities,
        values=values,
        numbers=_numbers(cards),
        quantities=quantities,
        groups=_groups(cards, annotated),
        statuses=sorted({card.status for card in cards}),
        count=len(cards),
        label_names=LABEL_NAMES_ZH,
        css=Markup(css + colour_rules()),
        js=Markup(js),
        script_hash=base64.b64encode(hashlib.sha256(js.encode()).digest()).decode(),
    )


def _facts(meta: Mapping[str, Any]) -> list[str]:
    """What is known of the report, for the line under its title."""
    facts = [str(meta[name]) for name in _META if meta.get(name)]
    years = [str(meta[name]) for name in ("year_reviewed", "year_planned") if meta.get(name)]
    return [*facts, " → ".join(years)] if years else facts


def _headings(annotated: AnnotatedReport, sentences: Sentences) -> list[dict[str, Any]]:
    """The heading tree as a flat list; a role is named where it is another than that of the heading before."""
    found: list[dict[str, Any]] = []
    last = ""
    for section in annotated.report.sections:
        if not section.heading or section.level >= CUE_LEVEL:
            continue
        role = " · ".join(part for part in (section.role, section.horizon) if part)
        found.append(
            {
                "level": section.level,
                "text": section.heading,
                "target": f"s{sentences.at(section.start).start}",
                "role": role if role != last else "",
            }
        )
        last = role
    return found


def _marks(
    entities: Sequence[Entity], found: ReportRecords
) -> tuple[list[Mark], list[tuple[int, int]], list[MeasuredQuantity]]:
    """Marks of the text, the distinct values they point into, and the figures without a record."""
    values = sorted(
        {
            (r.value_start, r.value_end)
            for r in found.records
            if r.value_start is not None and r.value_end is not None
        }
    )
    taken = set(values)
    quantities = [q for q in found.quantities if (q.quantity.start, q.quantity.end) not in taken]
    marks = [Mark(entity.start, entity.end, "mention", n) for n, entity in enumerate(entities)]
    marks += [Mark(start, end, "value", n) for n, (start, end) in enumerate(values)]
    marks += [Mark(q.quantity.start, q.quantity.end, "quantity", n) for n, q in enumerate(quantities)]
    return marks, values, quantities


def _numbers(cards: Sequence[Card]) -> dict[str, list[int]]:
    """The numbers of the records of each value."""
    numbers: dict[str, list[int]] = {}
    for card in cards:
        if card.value:
            numbers.setdefault(card.value, []).append(card.number)
    return numbers


def _card(number: int, record: Record, annotated: AnnotatedReport, sentences: Sentences) -> Card:
    entity = annotated.entities[record.entity] if record.entity is not None else None
    at = record.value_start if record.value_start is not None else entity.start if entity else 0
    value = f"v{record.value_start}" if record.value_start is not None else ""
    mention = f"m{entity.start}" if entity else ""
    return Card(
        number=number,
        title=f"{record.indicator}（{record.component}）" if record.component else record.indicator,
        figure=" ".join(
            part
            for part in (_DIRECTIONS.get(record.direction, ""), record.value_text or record.benchmark)
            if part
        ),
        exact=_exact(record),
        details=_details(record),
        status=record.status,
        kind=record.kind,
        target=value or mention or f"s{sentences.at(at).start}",
        value=value,
        mention=mention,
        start=at,
    )


def _exact(record: Record) -> str:
    """The value in its base unit, where the report's figure does not say it already: 49,020,000,000 元."""
    ends = [_number(value) for value in (record.value, record.value_high) if value is not None]
    if not ends or (all(end in record.value_text for end in ends) and record.unit in record.value_text):
        return ""
    return f"{'–'.join(ends)} {record.unit}".strip()


def _number(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _details(record: Record) -> str:
    parts = (
        record.kind,
        record.qualifier,
        record.basis + (f" {record.base_period}" if record.base_period else ""),
        _period(record),
        record.scope,
        record.commitment,
        record.tier,
        record.benchmark if record.value_text else "",
        "assigned from above" if record.origin == "assigned" else "",
    )
    return " · ".join(part.strip().replace("_", " ") for part in parts if part.strip())


def _period(record: Record) -> str:
    """A whole year by its number, other periods from month to month."""
    if not record.period_start:
        return record.period_type
    try:
        start, end = date.fromisoformat(record.period_start), date.fromisoformat(record.period_end)
    except ValueError:
        return f"{record.period_start}–{record.period_end}"
    whole = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    if not whole:
        return f"{start:%Y-%m}–{end:%Y-%m}"
    years = str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
    return f"{years} {record.period_type}" if record.period_type not in ("", "year") else years


def _groups(cards: Sequence[Card], annotated: AnnotatedReport) -> list[tuple[str, list[Card]]]:
    """Cards in the order of the text under the heading that they stand under."""
    groups: list[tuple[str, list[Card]]] = []
    for card in sorted(cards, key=lambda card: (card.start, card.number)):
        path = annotated.report.heading_path(card.start)
        heading = path[min(1, len(path) - 1)] if path else ""
        if not groups or groups[-1][0] != heading:
            groups.append((heading, []))
        groups[-1][1].append(card)
    return groups
