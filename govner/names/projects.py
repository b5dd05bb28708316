"""Projects: type, status and money of each PROJECT mention.

Experimental: the types, the status and the amounts have not been scored against gold yet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from govner.names.project_types import Status, project_status, project_type
from govner.names.surface import plain
from govner.reading.roles import Role
from govner.records.schema import Record
from govner.schema import AnnotatedReport, Entity, Section

AMOUNT_KINDS = ("total", "this_year", "completed", "contracted")
_SENTENCE_END = re.compile(r"[。；;！!\n]")
_CLAUSE_END = re.compile(r"[。；;！!\n，,：:]")
_INVESTMENT = re.compile(r"投资|合同额|资金$")
#: What an amount is, by the indicator's words and those before them; the first that matches.
_KINDS = (
    ("total", re.compile(r"总投资|投资总额|概算|计划投资$")),
    (
        "this_year",
        re.compile(
            r"年度(?:计划)?投资|当年投资|年计划投资|今年(?:计划)?投资|年内(?:计划)?(?:完成)?投资|今年完成投资"
        ),
    ),
    ("contracted", re.compile(r"协议|合同|签约")),
    ("completed", re.compile(r"完成投资|累计完成|已完成")),
)
_AHEAD = frozenset({Role.PLAN, Role.REQUIREMENTS, Role.GOVERNMENT_BUILDING})


@dataclass(frozen=True, slots=True)
class ProjectAmount:
    """Money of a project, in yuan or the record's unit, and what it is: one of :data:`AMOUNT_KINDS`.

    ``record`` is the index of the row of the report's records that it comes from.
    """

    value: Decimal
    unit: str
    kind: str
    record: int
    evidence: str


@dataclass(frozen=True, slots=True)
class ProjectName:
    """What a PROJECT mention is. ``name`` is its normalized surface; ``evidence`` says where type and status come from."""

    entity: int
    surface: str
    name: str
    type: str
    status: str
    amounts: tuple[ProjectAmount, ...]
    evidence: tuple[str, ...]


def _bounds(text: str, start: int, end: int, limit: re.Pattern[str]) -> tuple[int, int]:
    """The stretch around ``[start, end)`` up to the nearest limits."""
    left = max(
        (m.end() for m in limit.finditer(text, max(0, start - 300), start)), default=max(0, start - 300)
    )
    right = limit.search(text, end)
    return left, right.start() if right else len(text)


def _role(sections: Sequence[Section], at: int) -> str:
    inside = [s for s in sections if s.start <= at < s.end]
    return max(inside, key=lambda s: (s.start, s.level)).role if inside else ""


def _status(text: str, entity: Entity, sections: Sequence[Section]) -> Status:
    """Status by the comma clause, then by the sentence."""
    ahead = _role(sections, entity.start) in _AHEAD
    found = Status("unknown", "")
    for limit in (_CLAUSE_END, _SENTENCE_END):
        left, right = _bounds(text, entity.start, entity.end, limit)
        found = project_status(text[left : entity.start], text[entity.end : right], ahead=ahead)
        if found.status != "unknown":
            return found
    return Status("planned", "in a part that plans") if ahead else found


def _amount_kind(words: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), "total")


def _is_of(text: str, project: Entity, others: Sequence[Entity], at: int) -> bool:
    """Whether a value at ``at`` in the project's clause belongs to it: no other project stands nearer."""
    nearest = min(others, key=lambda e: min(abs(e.start - at), abs(at - e.end)))
    return nearest.start == project.start and "\n" not in text[min(at, project.start) : max(at, project.end)]


def _amounts(
    text: str, index: int, entities: Sequence[Entity], records: Sequence[Record]
) -> tuple[ProjectAmount, ...]:
    project = entities[index]
    left, right = _bounds(text, project.start, project.end, _SENTENCE_END)
    others = [e for e in entities if e.label == "PROJECT" and left <= e.start < right]
    found = []
    for row, record in enumerate(records):
        if record.value is None or record.value_start is None or record.unit not in ("元", "美元"):
            continue
        owned = record.entity == index
        near = left <= record.value_start < right and _is_of(text, project, others, record.value_start)
        if not owned and not (near and _INVESTMENT.search(record.indicator)):
            continue
        words = text[max(left, record.value_start - 12) : record.value_start]
        kind = _amount_kind(f"{words} {record.indicator}")
        how = "the record's own project" if owned else f"{record.indicator} in the same sentence"
        found.append(ProjectAmount(record.value, record.unit, kind, row, how))
    return tuple(found)


def projects(annotated: AnnotatedReport, records: Sequence[Record] = ()) -> tuple[ProjectName, ...]:
    """Type, status and amounts of each PROJECT mention of a report, in reading order.

    Args:
        records: rows of the same report, whose investment values become amounts; without them there are none.
    """
    text, sections = annotated.report.text, annotated.report.sections
    found = []
    for index, entity in enumerate(annotated.entities):
        if entity.label != "PROJECT":
            continue
        status = _status(text, entity, sections)
        name = plain(entity.text)
        amounts = _amounts(text, index, annotated.entities, records)
        evidence = (f"type by the name's words: {project_type(name)}", f"status: {status.evidence}")
        found.append(
            ProjectName(index, entity.text, name, project_type(name), status.status, amounts, evidence)
        )
    return tuple(found)
