"""What a report is made of: the tree of its headings, and what each stretch does and which time it speaks of.

Roles and horizons come from headings and cue sentences and are inherited by what has no cue of its own. A stretch
that changes its role without a heading (problems at the end of a review, the closing appeal) is a section with an
empty heading and level :data:`CUE_LEVEL`. The role of a character is that of the section that holds it and starts
last: see :func:`stretches`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from govner.reading import structure_cues as cues
from govner.reading.headings import LEAD, PART, SECTION, Heading, numbered_headings, plain_heading
from govner.reading.metadata import extract
from govner.reading.roles import TIMELESS, Horizon, Role
from govner.schema import Section

#: Level of a stretch that a sentence marks, not a heading.
CUE_LEVEL = 5
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*[”’）)]*")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place where something starts: a heading, or a sentence with a cue."""

    start: int
    level: int
    heading: str
    role: Role
    horizon: Horizon | None


def analyse(text: str, meta: Mapping[str, Any], source: str) -> tuple[dict[str, Any], tuple[Section, ...]]:
    """Metadata and sections of a report's clean text.

    Args:
        text: clean text.
        meta: what is known from the page or the table around it (``title``, ``province``, …).
        source: where it comes from; only named in the result, never used as evidence.
    """
    return extract(text, meta), sections(text)


def sections(text: str) -> tuple[Section, ...]:
    """The sections of a report in order of their start; they nest by level."""
    marks = _marks(text)
    found = []
    for index, mark in enumerate(marks):
        end = next((m.start for m in marks[index + 1 :] if m.level <= mark.level), len(text))
        found.append(Section(mark.start, end, mark.level, mark.heading, mark.role, mark.horizon or ""))
    return tuple(found)


def stretches(found: Sequence[Section], length: int) -> list[Section]:
    """The text cut into stretches that each do one thing: neighbours of one role and horizon are joined."""
    flat: list[Section] = []
    starts = [s.start for s in found] + [length]
    for section, end in zip(found, starts[1:], strict=True):
        if end <= section.start:
            continue
        last = flat[-1] if flat else None
        if last and (last.role, last.horizon) == (section.role, section.horizon):
            flat[-1] = replace(last, end=end)
        else:
            flat.append(replace(section, end=end))
    return flat


def heading_path(found: Sequence[Section], at: int) -> tuple[str, ...]:
    """Headings over a position, outermost first."""
    return tuple(s.heading for s in found if s.heading and s.start <= at < s.end)


def _sentences(text: str) -> Iterator[tuple[int, str, bool]]:
    """Start, text and whether it starts a line, of each sentence."""
    for m in _SENTENCE.finditer(text):
        sentence = m[0].lstrip()
        start = m.end() - len(m[0].lstrip()) if sentence else m.start()
        if sentence:
            yield start, sentence.strip(), text[max(0, text.rfind("\n", 0, start) + 1) : start].strip() == ""


def _headings(text: str) -> list[Heading]:
    """Numbered headings, and the plain ones whose words tell a role."""
    found = numbered_headings(text)
    taken = {h.start for h in found}
    for start, sentence, at_line in _sentences(text):
        if not at_line or start in taken:
            continue
        line_end = text.find("\n", start)
        line = text[start : line_end if line_end >= 0 else len(text)]
        if plain_heading(line) and "报告" not in line and start > 0:
            role = cues.role_of(line)
            if cues.GLOSSARY.match(line) or (role and _stands_alone(line)):
                found.append(Heading(start, start + len(line.rstrip()), PART, 0, line.strip()))
    return sorted(found, key=lambda h: h.start)


def _stands_alone(line: str) -> bool:
    return bool(re.search(r"(回顾|总结|任务|安排|目标|要求|重点工作|工作|打算|部署|自身建设|政府建设)$", line.strip()))


def _marks(text: str) -> list[_Mark]:
    headings = _headings(text)
    closing = _closing(text)
    state = _State(text, headings)
    marks = [_Mark(0, 0, "", Role.OPENING, None)]
    glossary = next((h for h in headings if h.level == PART and cues.role_of(h.text) is Role.GLOSSARY
                     and h.start > len(text) * 0.4), None)  # fmt: skip
    body_end = min(closing, glossary.start if glossary else len(text))
    by_start = {h.start: h for h in headings}
    covered = 0
    for start, sentence, _ in _sentences(text):
        if start >= body_end:
            break
        heading = by_start.get(start)
        if heading:
            marks.append(state.enter(heading))
            covered = heading.end
            rest = text[heading.end : start + len(sentence)].lstrip("。：:； \u3000")
            mark = state.read(heading.end + 1, rest) if len(rest) > 4 else None
        elif start >= covered:
            mark = state.read(start, sentence)
        else:
            mark = None
        if mark:
            marks.append(mark)
    if closing < len(text):
        marks.append(_Mark(closing, CUE_LEVEL, "", Role.CLOSING, None))
    if glossary:
        marks = [m for m in marks if m.start < glossary.start]
        marks.append(_Mark(glossary.start, PART, glossary.text, Role.GLOSSARY, None))
    return marks


def _closing(text: str) -> int:
    """Where the closing appeal starts; the length of the text if there is none."""
    end = len(text)
    glossary = [m.start() for m in re.finditer(r"^.*$", text, re.M) if m.start() > 0.4 * end and cues.GLOSSARY.match(m[0])]
    end = glossary[0] if glossary else end
    last = len(text)
    for start, sentence, _ in _sentences(text[:end]):
        if start < 0.75 * end or end - start > 2200:
            continue
        if cues.GREETING.match(sentence) or (cues.APPEAL.search(sentence) and "让我们" in sentence):
            last = min(last, start) if last - start < 900 or last == len(text) else start
    return last


class _State:
    """What the report is doing as its sentences go by."""

    def __init__(self, text: str, headings: Sequence[Heading]) -> None:
        self.text = text
        self.headings = headings
        self.role: Role = Role.OPENING
        self.horizon: Horizon | None = None
        self.part: Role | None = None
        self.part_horizon: Horizon | None = None
        self.inherited: dict[int, tuple[Role, Horizon | None]] = {}

    def mark(self, start: int, level: int, heading: str = "") -> _Mark:
        horizon = None if self.role in TIMELESS else self.horizon
        return _Mark(start, level, heading, self.role, horizon)

    def enter(self, heading: Heading) -> _Mark:
        """A heading begins."""
        if heading.level == PART:
            self._enter_part(heading)
        elif heading.level == LEAD:
            pass
        else:
            self._enter_lower(heading)
        return self.mark(heading.start, heading.level, heading.text)

    def _enter_part(self, heading: Heading) -> None:
        role = cues.role_of(heading.text)
        if role is None:
            role = self._guess(heading)
        if role is Role.PLAN and self.part is None:
            role = Role.REVIEW if "任务完成" in heading.text else role
        self.part = role
        self.part_horizon = cues.horizon_of(heading.text) or (self.part_horizon if role is not Role.REVIEW else None)
        if self.part_horizon is None and role is not Role.GLOSSARY:
            self.part_horizon = Horizon.YEAR
        self.role, self.horizon = role, self.part_horizon
        if role is Role.PLAN and self._opens_with_requirements(heading):
            self.role = Role.REQUIREMENTS
        self.inherited = {}

    def _enter_lower(self, heading: Heading) -> None:
        part = self.part or Role.REVIEW
        cue = cues.role_of(heading.text)
        role = part if part is not Role.REQUIREMENTS else self.role
        if part in (Role.PLAN, Role.REQUIREMENTS) and cue in (Role.REQUIREMENTS, Role.GOVERNMENT_BUILDING):
            role = cue
        elif part is Role.REVIEW and cue is Role.PROBLEMS:
            role = cue
        elif heading.level > SECTION and SECTION in self.inherited:
            role = self.inherited[SECTION][0]
        self.role = role
        self.horizon = self.horizon if part is Role.REVIEW else self.part_horizon
        if heading.level == SECTION:
            self.horizon = cues.horizon_of(heading.text) if part is Role.REVIEW and cues.horizon_of(heading.text) else self.horizon
            self.inherited[SECTION] = (self.role, self.horizon)

    def _guess(self, heading: Heading) -> Role:
        """A part whose heading says nothing: before any plan it looks back, later it plans."""
        return Role.PLAN if self.part in (Role.PLAN, Role.REQUIREMENTS, Role.GOVERNMENT_BUILDING) else Role.REVIEW

    def _opens_with_requirements(self, heading: Heading) -> bool:
        after = next((h.start for h in self.headings if h.start > heading.start and h.level != LEAD), len(self.text))
        stretch = self.text[heading.end : min(after, heading.end + 6000)]
        return bool(cues.REQUIREMENTS.search(stretch))

    def read(self, start: int, sentence: str) -> _Mark | None:
        """A sentence goes by; a mark if it changes what the report does."""
        before = (self.role, self.horizon)
        if self.part is None and self.role is Role.OPENING:
            return None
        if self.role is Role.REVIEW and cues.PROBLEMS.match(sentence):
            self.role = Role.PROBLEMS
        elif self.role is Role.PROBLEMS and cues.GREETING.match(sentence):
            self.role = Role.REVIEW
        elif self.role is Role.REQUIREMENTS and self.part is Role.PLAN and cues.TASKS.search(sentence):
            self.role = Role.PLAN
            return None if start < 0 else self.mark(start, CUE_LEVEL)
        if self.role is Role.REVIEW:
            self.horizon = cues.turn_of(sentence) or self.horizon
        return self.mark(start, CUE_LEVEL) if (self.role, self.horizon) != before else None
