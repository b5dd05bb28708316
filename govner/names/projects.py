"""Projects: type, status and money of each PROJECT mention.

Experimental: right for most, but not all mentions of the gold in ``corpus/names``, whose README gives the scores. Read the
evidence before you count by them. How money is found is in :mod:`govner.names.amounts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govner.names.amounts import ProjectAmount, SentenceMoney
from govner.names.project_types import Status, project_status, project_type, yet_to_begin
from govner.names.stretches import CLAUSE_END, SENTENCE_END, stretch
from govner.names.surface import plain
from govner.reading.roles import Role
from govner.records.schema import Record
from govner.schema import AnnotatedReport, Entity, Section

_AHEAD = frozenset({Role.PLAN, Role.REQUIREMENTS, Role.GOVERNMENT_BUILDING})


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


def _role(sections: Sequence[Section], at: int) -> str:
    inside = [s for s in sections if s.start <= at < s.end]
    return max(inside, key=lambda s: (s.start, s.level)).role if inside else ""


def _status(text: str, entity: Entity, sections: Sequence[Section]) -> Status:
    """Status by the comma clause, then by the sentence; what is to begin is looked for in the whole sentence."""
    role = _role(sections, entity.start)
    if role == Role.GLOSSARY:
        return Status("unknown", "in the notes, which explain words")
    ahead = role in _AHEAD
    end = stretch(text, entity.start, entity.end, SENTENCE_END)[1]
    if ahead and (begins := yet_to_begin(text[entity.end : end])):
        return Status("planned", f"{begins} after it")
    found = Status("unknown", "")
    for limit in (CLAUSE_END, SENTENCE_END):
        left, right = stretch(text, entity.start, entity.end, limit)
        found = project_status(text[left : entity.start], text[entity.end : right], ahead=ahead)
        if found.status != "unknown":
            return found
    return Status("planned", "in a part that plans") if ahead else found


def projects(annotated: AnnotatedReport, records: Sequence[Record] = ()) -> tuple[ProjectName, ...]:
    """Type, status and amounts of each PROJECT mention of a report, in reading order.

    Args:
        records: rows of the same report, whose investment values become amounts; without them there are none.
    """
    text, sections = annotated.report.text, annotated.report.sections
    money = SentenceMoney(text, annotated.entities, records)
    found = []
    for index, entity in enumerate(annotated.entities):
        if entity.label != "PROJECT":
            continue
        status = _status(text, entity, sections)
        name = plain(entity.text)
        evidence = (f"type by the name's words: {project_type(name)}", f"status: {status.evidence}")
        found.append(
            ProjectName(
                index, entity.text, name, project_type(name), status.status, money.of(index), evidence
            )
        )
    return tuple(found)
