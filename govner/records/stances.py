"""Whether a sentence looks back or ahead, and over which years: from its section, its own words, and, where a text has no
headings, from what most of its sentences do."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from govner.reading.roles import Horizon, Role
from govner.reading.structure import heading_path
from govner.records.periods import NO_YEAR_NAME, Clock, clock, opened_years, over_years
from govner.schema import Report, Section

_PLANS = frozenset({Role.REQUIREMENTS, Role.PLAN, Role.GOVERNMENT_BUILDING})
_REVIEWS = frozenset({Role.REVIEW, Role.PROBLEMS})
#: Words that only a look ahead, or only a look back, uses often.
_AHEAD = re.compile(
    r"力争|争取|确保|今后五年|未来五年|年内|不低于|不少于|着力|大力|加快|推进|推动|深化|强化|健全|完善|"
    r"做好|抓好|要|将|支持|实施|开展|培育|继续|全面(?!完成)"
)
_BACK = re.compile(
    r"了|同比|比上年|较上年|比去年|一年来|五年来|过去|圆满|成功|荣获|获评|获批|首次|累计|达到?\d|完成\d|"
    r"实现了|已|得到|取得|创历史|竣工|投用|通车"
)
#: A sentence that says where things stand, in a stretch that looks ahead.
_STANDS = re.compile(r"^[——\s]*(?:当前|目前|截至|截止|去年|过去|五年来|一年来)")
_HALF_DONE = re.compile(r"^[——\s]*(?:今年)?上半年[，,]")
#: A sentence that sets a target, in a stretch that looks back.
_AIMS = re.compile(
    r"(?:奋斗|预期|主要|发展|总体|工作)目标(?:是|为|概括|[:：])|^[——\s]*(?:力争|今后五年|未来五年|"
    r"到\s*\d{4}年[，,])|力争到"
)
_LAST_YEAR = re.compile(r"到 ?(\d{4})年")
_TERM = re.compile(
    NO_YEAR_NAME + r"五年(?!规划|计划)(?=来|间|累计|共|内|年均|[，,]|新增|压减|达到?|总)|过去五年|"
    r"今后五年|未来五年"
)
_TASKS = re.compile(r"任务|目标|安排|计划|民生实事")
_DEFINES = re.compile(r"解释|注|用语|名词|词语|术语|短语")
#: A title of an annex takes no more of its first two lines than this.
_TITLE = 60
#: Nor does the phrase with which a line says what it looks back on.
_OPENING = 20
#: A passage looks ahead where words that do so are this many times as frequent as words that look back.
_MOSTLY = 4
#: So many mentions of five years make a passage without headings one about a term.
_TERMS = 2


class Context:
    """Stance and times of every place of a report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._sections = sorted(report.sections, key=lambda s: s.start)
        self._starts = [s.start for s in self._sections]
        self._known: dict[int, tuple[bool, str, str]] = {}
        # Where the line begins in which targets were announced: the rest of the line lists them.
        self._aimed: int | None = None

    def of(self, sentence: str, place: int) -> tuple[bool, Clock | None]:
        """Whether a sentence looks ahead, and the times it speaks of (None where the report's years are unknown).

        Args:
            sentence: its text.
            place: where it starts in the report.
        """
        index = bisect_right(self._starts, place) - 1
        if index not in self._known:
            self._known[index] = self._section(index)
        ahead, horizon, heading = self._known[index]
        meta = self._report.meta
        if ahead and _STANDS.match(sentence):
            return False, clock(meta, "", heading, ahead=False)
        if ahead and horizon == Horizon.HALF_YEAR and _HALF_DONE.match(sentence):
            return False, clock(meta, horizon, heading, ahead=False)
        line = self._report.text.rfind("\n", 0, place)
        if not ahead and (self._aims(sentence, meta) or line == self._aimed):
            ahead, self._aimed = True, line
            later = _TERM.search(sentence) or _LAST_YEAR.search(sentence)
            horizon = (
                (horizon if horizon in (Horizon.TERM, Horizon.FIVE_YEAR) else str(Horizon.TERM))
                if later
                else ""
            )
        time = clock(meta, horizon, heading, ahead=ahead)
        if time is None or ahead:
            return ahead, time
        # A line that begins with 四年来 looks back on four years to its end.
        years = opened_years(self._report.text[line + 1 : line + 1 + _OPENING])
        return ahead, over_years(time, years) if years else time

    def defines(self, place: int) -> bool:
        """Whether a place stands in explanations of terms, whose figures tell what a word means (共补2个空白行业)."""
        index = bisect_right(self._starts, place) - 1
        if index < 0 or self._sections[index].role != Role.GLOSSARY:
            return False
        return not self._annexed(self._sections[index])

    def _aims(self, sentence: str, meta: Mapping[str, Any]) -> bool:
        last = _LAST_YEAR.search(sentence)
        later = last is not None and int(last[1]) > int(str(meta.get("year_reviewed") or 9999)[:4]) + 1
        return later or _AIMS.search(sentence) is not None

    def _section(self, index: int) -> tuple[bool, str, str]:
        """Stance, horizon and headings of the stretch that a section begins."""
        if index < 0:
            return (*_guessed(self._report.text), "")
        section = self._sections[index]
        heading = " ".join(heading_path(self._sections, section.start))
        if section.role in _PLANS:
            return True, section.horizon, heading
        if _unknown(section):
            named = self._named(heading)
            if named is not None:
                return named, "", heading
            return (*_guessed(self._around(index)), heading)
        if section.role in _REVIEWS:
            # Problems have no horizon: they are what stands at the end of a review.
            return False, section.horizon, heading
        if section.role == Role.GLOSSARY:
            return self._annexed(section), "", heading
        around = _enclosing(self._sections, index)
        return (around.role in _PLANS if around else False), around.horizon if around else "", heading

    def _named(self, heading: str) -> bool | None:
        """Whether a heading names the year planned rather than the one reviewed; None where it names neither."""
        years = re.findall(r"(\d{4})年", heading)
        for key, ahead in (("year_planned", True), ("year_reviewed", False)):
            if str(self._report.meta.get(key) or "")[:4] in years:
                return ahead
        return None

    def _annexed(self, section: Section) -> bool:
        """Whether an annex looks ahead: a list of tasks does, whose title may stand under 附件. Explanations of terms are
        definitions, and count as achieved but for sentences that set a target."""
        title = " ".join(self._report.text[section.start : section.end].split("\n")[:2])[:_TITLE]
        if not section.heading or _DEFINES.search(title):
            return False
        return self._named(title) or _TASKS.search(title) is not None

    def _around(self, index: int) -> str:
        """The text of all neighbouring sections of which nothing is known: a passage cut out of a report."""
        first = last = index
        while first and _unknown(self._sections[first - 1]):
            first -= 1
        while last + 1 < len(self._sections) and _unknown(self._sections[last + 1]):
            last += 1
        end = self._starts[last + 1] if last + 1 < len(self._starts) else len(self._report.text)
        return self._report.text[self._starts[first] : end]


def _unknown(section: Section) -> bool:
    """Whether nothing says what a section does: an opening, or a review that has no horizon."""
    return section.role in (Role.OPENING, "") or (section.role == Role.REVIEW and not section.horizon)


def _enclosing(sections: Sequence[Section], index: int) -> Section | None:
    """The heading that a closing appeal or an annex stands under, if one."""
    place = sections[index].start
    inside = [
        s for s in sections[:index] if s.heading and s.start <= place < s.end and s.role in _PLANS | _REVIEWS
    ]
    return inside[-1] if inside else None


def _guessed(text: str) -> tuple[bool, str]:
    """Stance and horizon of a passage without headings, by the words it uses most."""
    ahead = len(_AHEAD.findall(text)) > _MOSTLY * max(1, len(_BACK.findall(text)))
    return ahead, str(Horizon.TERM) if len(_TERM.findall(text)) >= _TERMS else ""
