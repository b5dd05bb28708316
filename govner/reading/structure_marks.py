"""The walk through a report that finds where its roles and horizons change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from govner.reading import structure_cues as cues
from govner.reading.headings import ITEM, LEAD, PART, SECTION, Heading, numbered_headings, plain_heading
from govner.reading.roles import TIMELESS, Horizon, Role

#: Level of a stretch that a sentence marks, not a heading.
CUE_LEVEL = 5
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*[”’）)]*")
_FIRST_NOTE = re.compile(r"^[\[［（(〔【]?1[\]］）)〕】、.．:：].{2,40}?[：:]", re.M)
_SECOND_NOTE = re.compile(r"^[\[［（(〔【]?2[\]］）)〕】、.．:：]", re.M)
#: Problems stand at most this far before the next part (or the end).
_PROBLEMS_REACH = 2200
#: The closing is at most this long, and a greeting so near before it belongs to it.
_CLOSING_REACH, _GREETING_GAP = 1500, 160


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where something starts: a heading, or a sentence with a cue."""

    start: int
    level: int
    heading: str
    role: Role
    horizon: Horizon | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: where it starts, its text, and whether it starts a line."""

    start: int
    text: str
    starts_line: bool


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text; none goes over a line break."""
    found = []
    for m in _SENTENCE.finditer(text):
        bare = m[0].lstrip()
        if bare:
            start = m.end() - len(bare)
            found.append(
                Sentence(start, bare.rstrip(), text[text.rfind("\n", 0, start) + 1 : start].strip() == "")
            )
    return found


def find_headings(text: str) -> list[Heading]:
    """Numbered headings, and plain ones that name a part of a report.

    Where plain headings name the parts, 一、 is one level lower than elsewhere.
    """
    numbered = numbered_headings(text)
    plain = _plain_parts(text, {h.start for h in numbered})
    first_part = next((h.start for h in numbered if h.level == PART), len(text))
    if first_part < len(text) and any(h.start < first_part for h in plain):
        numbered = [replace(h, level=min(h.level + 1, ITEM)) if h.level < ITEM else h for h in numbered]
        numbered = [h for h in numbered if h.level != PART]
    else:
        # Among numbered parts, plain lines are parts only if they can be nothing else.
        plain = [h for h in plain if first_part == len(text) or _is_annex(h) or _is_own_part(h)]
    return sorted([*numbered, *plain], key=lambda h: h.start)


def _plain_parts(text: str, taken: set[int]) -> list[Heading]:
    found = []
    for m in re.finditer(r"^[ \t\u3000\u00a0]*(\S.*?)\s*$", text, re.M):
        line, start = m[1], m.start(1)
        if start in taken or (start == 0 and "报告" in line):
            continue
        annex = start > 0.4 * len(text) and len(line) <= 30 and cues.GLOSSARY.match(line)
        if annex or (plain_heading(line) and "报告" not in line and _names_part(line)):
            found.append(Heading(start, m.end(1), PART, 0, line))
    return found


def _names_part(line: str) -> bool:
    return bool(cues.role_of(line)) and bool(cues.PART_ENDING.search(line.strip()))


def _is_annex(heading: Heading) -> bool:
    return cues.role_of(heading.text) is Role.GLOSSARY


def _is_own_part(heading: Heading) -> bool:
    return cues.role_of(heading.text) is Role.GOVERNMENT_BUILDING


def _notes(text: str) -> Heading | None:
    """Numbered explanations at the end without a heading of their own, after the last word to the
    delegates."""
    last = max((m.start() for m in re.finditer(r"各位代表|让我们", text)), default=0)
    for m in _FIRST_NOTE.finditer(text, max(last, len(text) // 2)):
        if _SECOND_NOTE.search(text, m.end(), m.end() + 600):
            return Heading(m.start(), m.start(), PART, 0, "")
    return None


def find_marks(text: str) -> list[Mark]:
    """All marks of a report, in order."""
    headings = find_headings(text)
    lines = sentences(text)
    annex = next((h for h in headings if _is_annex(h) and h.start > 0.4 * len(text)), None) or _notes(text)
    end = annex.start if annex else len(text)
    closing = _closing(lines, [h for h in headings if h.start < end], end, len(text))
    walk = _Walk([h for h in headings if h.start < closing], closing)
    by_start = {h.start: h for h in walk.headings}
    marks = [Mark(0, 0, "", Role.OPENING, None)]
    covered = 0
    for index, sentence in enumerate(lines):
        if sentence.start >= closing:
            break
        heading = by_start.get(sentence.start)
        if heading:
            marks.append(walk.enter(heading, lines[index : index + 12]))
            covered = heading.end
            rest = sentence.text[heading.end - heading.start :].lstrip("。：:； \u3000")
            if len(rest) > 4:
                at = sentence.start + len(sentence.text) - len(rest)
                marks += walk.read(Sentence(at, rest, False), lines[index + 1 : index + 4])
        elif sentence.start >= covered:
            marks += walk.read(sentence, lines[index + 1 : index + 4])
    if closing < end:
        marks.append(Mark(closing, CUE_LEVEL, "", Role.CLOSING, None))
    if annex:
        marks.append(Mark(annex.start, PART, annex.text, Role.GLOSSARY, None))
    return marks


def _closing(lines: Sequence[Sentence], headings: Sequence[Heading], end: int, length: int) -> int:
    """Where the closing appeal starts: at the last greeting; ``end`` if there is no appeal."""
    last_heading = max((h.end for h in headings if h.level <= SECTION), default=0)
    late = [s for s in lines if max(last_heading, end - _CLOSING_REACH, 0.5 * length) <= s.start < end]
    if not any(cues.APPEAL.search(s.text) or "奋斗" in s.text or "贡献" in s.text for s in late[-12:]):
        return end
    greetings = [s.start for s in late if cues.GREETING.match(s.text)]
    if greetings:
        start = greetings[-1]
        for earlier in reversed(greetings[:-1]):
            between = "".join(s.text for s in late if earlier <= s.start < start)
            if start - earlier > _GREETING_GAP or cues.STATE_AFFAIRS.search(between[:80]):
                break
            start = earlier
        return start
    appeals = [s.start for s in late if cues.APPEAL.search(s.text)]
    return appeals[0] if appeals else end


class _Walk:
    """What the report is doing as its headings and sentences go by."""

    def __init__(self, headings: Sequence[Heading], end: int) -> None:
        self.headings = headings
        self.end = end
        self.role: Role = Role.OPENING
        self.horizon: Horizon | None = None
        self.part: Role | None = None
        self.part_horizons: list[Horizon] = []
        self.section: tuple[Role, Horizon | None] | None = None
        self.greeting: int | None = None
        self.names_plan_period = False

    def mark(self, start: int, level: int, heading: str = "") -> Mark:
        return Mark(start, level, heading, self.role, None if self.role in TIMELESS else self.horizon)

    def _next(self, after: int, level: int) -> int:
        return next((h.start for h in self.headings if h.start > after and h.level <= level), self.end)

    def enter(self, heading: Heading, ahead: Sequence[Sentence]) -> Mark:
        """A heading begins; ``ahead`` are the sentences from it on."""
        self.greeting = None
        if heading.level == PART:
            self._enter_part(heading, ahead)
        elif heading.level != LEAD:
            self._enter_lower(heading)
        return self.mark(heading.start, heading.level, heading.text)

    def _enter_part(self, heading: Heading, ahead: Sequence[Sentence]) -> None:
        role = cues.role_of(heading.text)
        if role is None or (role is Role.REVIEW and self.part is Role.PLAN):
            role = self._guess()
        if role is Role.REQUIREMENTS and not self._plan_follows(heading):
            role = Role.PLAN
        named = cues.horizons_of(heading.text)
        if not named:
            same = role is not Role.REVIEW and self.part in (Role.PLAN, Role.REQUIREMENTS) and self.horizon
            named = [self.horizon] if same and self.horizon else [Horizon.YEAR]
        self.part, self.part_horizons, self.section = role, named, None
        self.role, self.horizon = role, named[0]
        self.names_plan_period = Horizon.FIVE_YEAR in named
        start = ahead[1:] if ahead and len(ahead[0].text) <= heading.end - heading.start + 4 else ahead
        if role is Role.PLAN and self._opens_with_requirements(heading, start):
            self.role = Role.REQUIREMENTS

    def _plan_follows(self, heading: Heading) -> bool:
        later = [cues.role_of(h.text) for h in self.headings if h.start > heading.start and h.level == PART]
        return any(role in (Role.PLAN, None) for role in later)

    def _guess(self) -> Role:
        """A part whose heading says nothing: the first one looks back, later ones plan."""
        return Role.REVIEW if self.part is None else Role.PLAN

    def _opens_with_requirements(self, heading: Heading, ahead: Sequence[Sentence]) -> bool:
        stop = self._next(heading.start, ITEM)
        return any(cues.REQUIREMENTS.search(s.text) for s in ahead[:10] if heading.start <= s.start < stop)

    def _enter_lower(self, heading: Heading) -> None:
        part = self.part or Role.REVIEW
        if heading.level > SECTION and self.section:
            self.role, self.horizon = self.section
            return
        is_last = self._next(heading.start, heading.level) == self._next(heading.start, PART)
        cue = cues.lower_role_of(heading.text, is_last)
        coming = part in (Role.PLAN, Role.REQUIREMENTS)
        fitting = (Role.REQUIREMENTS, Role.GOVERNMENT_BUILDING) if coming else (Role.PROBLEMS,)
        if cue and cue in fitting and (coming or part is Role.REVIEW):
            self.role = cue
        elif part is not Role.REQUIREMENTS:
            self.role = part  # the stretch before the first heading may have said otherwise
        if heading.level == SECTION:
            self.section = (self.role, self.horizon)

    def read(self, sentence: Sentence, ahead: Sequence[Sentence]) -> list[Mark]:
        """A sentence goes by; a mark if it changes what the report does."""
        if self.part is None:
            return []
        before = (self.role, self.horizon)
        greeted = bool(cues.GREETING.match(sentence.text))
        start = self.greeting if self.greeting is not None else sentence.start
        if self.role in (Role.REVIEW, Role.PROBLEMS):
            self._read_review(sentence, greeted)
        else:
            self._read_plan(sentence, ahead, greeted)
        if greeted:
            self.greeting = sentence.start if len(sentence.text) <= 40 else None
        elif len(sentence.text) > 30:
            self.greeting = None
        return [self.mark(start, CUE_LEVEL)] if (self.role, self.horizon) != before else []

    def _read_review(self, sentence: Sentence, greeted: bool) -> None:
        near_end = self._next(sentence.start, PART) - sentence.start <= _PROBLEMS_REACH
        bare = cues.GREETING.sub("", sentence.text, count=1) if greeted else sentence.text
        if self.role is Role.REVIEW and near_end and cues.PROBLEMS.match(bare):
            self.role = Role.PROBLEMS
        elif self.role is Role.PROBLEMS and greeted:
            self.role = Role.REVIEW
        turn = cues.turn_of(sentence.text) if self.role is Role.REVIEW else None
        self.names_plan_period |= turn is Horizon.FIVE_YEAR
        if turn is Horizon.TERM and self.names_plan_period:
            turn = Horizon.FIVE_YEAR
        self.horizon = turn or self.horizon

    def _read_plan(self, sentence: Sentence, ahead: Sequence[Sentence], greeted: bool) -> None:
        if self.role is Role.REQUIREMENTS and self.part is Role.PLAN and self._announces_tasks(sentence):
            self.role = Role.PLAN
        if len(self.part_horizons) > 1 and cues.turns_to_this_year(sentence.text):
            self.horizon = Horizon.YEAR
        if not greeted or self.part not in (Role.PLAN, Role.GOVERNMENT_BUILDING, Role.REQUIREMENTS):
            return
        opening = sentence.text + "".join(s.text for s in ahead)[:120]
        if (
            self.role is Role.PLAN
            and self._last_section(sentence)
            and cues.GOVERNMENT_PARAGRAPH.search(opening)
        ):
            self.role = Role.GOVERNMENT_BUILDING
        elif self.role is Role.GOVERNMENT_BUILDING and cues.STATE_AFFAIRS.search(opening[:80]):
            self.role = Role.PLAN

    def _last_section(self, sentence: Sentence) -> bool:
        return self._next(sentence.start, SECTION) == self.end

    def _announces_tasks(self, sentence: Sentence) -> bool:
        if not cues.TASKS.match(sentence.text):
            return False
        following = next(
            (h.start for h in self.headings if h.start > sentence.start and (h.level < LEAD or h.number < 2)),
            self.end,
        )
        return following - (sentence.start + len(sentence.text)) < 120 or sentence.text.endswith(("：", ":"))
