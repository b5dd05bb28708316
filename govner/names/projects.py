"""Projects: type, status and money of each PROJECT mention.

Experimental: types and status are right for most, but not all mentions of the gold in ``corpus/names``, whose README gives
the scores, and of amounts the gold has too few to say. Read the evidence before you count by them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from govner.names.project_types import Status, project_status, project_type, yet_to_begin
from govner.names.surface import plain
from govner.reading.roles import Role
from govner.records.schema import Record
from govner.schema import AnnotatedReport, Entity, Section

AMOUNT_KINDS = ("total", "this_year", "completed", "contracted")
_SENTENCE_END = re.compile(r"[。；;！!\n]")
_CLAUSE_END = re.compile(r"[。；;！!\n，,：:]")
#: A project's own money; 旅游项目投资 or 固定资产投资 is that of many.
_INVESTMENT = re.compile(
    r"(?:计划|预计|概算|累计|已?完成|到位|年度|今年|年|项目|协议|合同|实际)*(?:总?投资(?:总额|额|规模)?|资金|合同额)"
)
#: What joins projects that are listed together.
_LISTED = re.compile(r"[”」』）)]?[、和及与][“「『（(]?")
_SEVERAL = re.compile(
    r"[\d一二三四五六七八九十百余多]+[个大项处条](?!月)|等[^，。；]{0,14}(?:项目|工程)|全部|合计|共计|所有|各类"
)
_ATTRIBUTE = re.compile(r"[^，。；、\n]{0,4}的")
_ITEM_END = re.compile(r"[。；;！!\n，,：:、]")
#: What may stand between a project and its money behind it, and between money and the project that is done with it.
_SAME_CLAUSE = re.compile(
    r"[^，。；、\n]{0,16}|[^。；\n]{0,40}[，、](?:项目|计划|预计|概算|年度|今年|年内|累计|已|现|其中|完成|总|的)*(?:投资|投入|资金)?"
    r"(?:总额|额|规模)?(?:完成|达到?|约|近|超过?|为)*"
)
_DOES = re.compile(r"[，、]?[^，。；、\n]{0,12}")
#: What an amount is, by the words of its clause, else by the indicator's; the first that matches.
_KINDS = (
    ("this_year", re.compile(r"(?:年度|当年|今年|年内|(?<!去)年)(?:计划)?(?:完成)?(?:投资|投入|完成)")),
    ("total", re.compile(r"总投资|投资总额|概算|计划投资")),
    ("contracted", re.compile(r"协议|合同|签约")),
    ("completed", re.compile(r"完成投资|累计|已完成|已投|到位")),
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
    """Status by the comma clause, then by the sentence; what is to begin is looked for in the whole sentence."""
    role = _role(sections, entity.start)
    if role == Role.GLOSSARY:
        return Status("unknown", "in the notes, which explain words")
    ahead = role in _AHEAD
    end = _bounds(text, entity.start, entity.end, _SENTENCE_END)[1]
    if ahead and (begins := yet_to_begin(text[entity.end : end])):
        return Status("planned", f"{begins} after it")
    found = Status("unknown", "")
    for limit in (_CLAUSE_END, _SENTENCE_END):
        left, right = _bounds(text, entity.start, entity.end, limit)
        found = project_status(text[left : entity.start], text[entity.end : right], ahead=ahead)
        if found.status != "unknown":
            return found
    return Status("planned", "in a part that plans") if ahead else found


def _amount_kind(words: str, indicator: str) -> str:
    """By the words of the value's clause before it, else by the indicator."""
    for said in (words, indicator):
        kind = next((kind for kind, pattern in _KINDS if pattern.search(said)), "")
        if kind:
            return kind
    return "total"


def _is_of(text: str, project: Entity, others: Sequence[Entity], value: tuple[int, int]) -> bool:
    """Whether a value in the project's sentence is the project's alone.

    Money before 的 is that of what follows, project or not. Other money is that of the nearest project, unless projects are
    listed together (it can be that of all), the words between speak of several, or a clause between has another subject.
    """
    start, end = value
    attribute = _ATTRIBUTE.match(text, end)
    if attribute:
        first = next((e for e in others if e.start >= attribute.end()), None)
        return first is project and not _ITEM_END.search(text, attribute.end(), project.start)
    nearest = min(others, key=lambda e: min(abs(e.start - start), abs(start - e.end)))
    if nearest is not project or any(_LISTED.fullmatch(_between(text, project, e)) for e in others):
        return False
    if start >= project.end:
        between = text[project.end : start]
        return not _SEVERAL.search(between) and bool(_SAME_CLAUSE.fullmatch(between))
    return bool(_DOES.fullmatch(text[end : project.start]))


def _between(text: str, one: Entity, other: Entity) -> str:
    return text[min(one.end, other.end) : max(one.start, other.start)]


def _is_amount(text: str, index: int, entities: Sequence[Entity], record: Record) -> str:
    """How a record's value is known to be the project's money; "" where it is not."""
    if record.value is None or record.value_start is None or record.value_end is None:
        return ""
    if record.unit not in ("元", "美元"):
        return ""
    project, value = entities[index], (record.value_start, record.value_end)
    left, right = _bounds(text, project.start, project.end, _SENTENCE_END)
    if not left <= value[0] < right:
        return ""
    if record.entity == index and not _SEVERAL.search(text[project.end : min(right, value[1] + 10)]):
        return "the record's own project"
    others = [e for e in entities if e.label == "PROJECT" and left <= e.start < right]
    if _INVESTMENT.fullmatch(record.indicator) and _is_of(text, project, others, value):
        return f"{record.indicator} in the same sentence"
    return ""


def _amounts(
    text: str, index: int, entities: Sequence[Entity], records: Sequence[Record]
) -> tuple[ProjectAmount, ...]:
    found = []
    for row, record in enumerate(records):
        how = _is_amount(text, index, entities, record)
        if how and record.value is not None and record.value_start is not None:
            left = _bounds(text, record.value_start, record.value_start, _ITEM_END)[0]
            kind = _amount_kind(text[left : record.value_start], record.indicator)
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
