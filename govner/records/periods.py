"""The time that a value is of: from words in its sentence, else from the horizon of the stretch and the report's years."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from govner.reading.roles import Horizon

_PLANS = {
    "十五": 2001,
    "十一五": 2006,
    "十二五": 2011,
    "十三五": 2016,
    "十四五": 2021,
    "十五五": 2026,
    "十六五": 2031,
}
_PLAN = re.compile(r"“(十[一二三四五六]?五?)”")
_TO_YEAR = re.compile(r"(?:到|至|截至|截止)(\d{4})年")
_YEAR = re.compile(r"(?<![比较由从自是于\d—-])(?<!相当于)(\d{4})年(?!的?\d{4})")
#: A year that another is compared with: 与1998年相比; 比1998年，.
_AGAINST = re.compile(
    r"(?:与|和|同|跟)[^，。；,\d]{0,4}(?P<with>\d{4})年[^，。；,\d]{0,4}(?:相比|比较|对比|比)|"
    r"(?:比|较|相较于?|对比)[^，。；,\d]{0,4}(?P<than>\d{4})年[^，。；,\d]{0,3}(?=[，,])"
)
#: A year that says of when one value is, and of no later one: 增长到2020年的77亿元，.
_OF_ONE_VALUE = re.compile(r"[到至]\d{4}年的(?=\d)")
#: Words of the year just over, in a stretch about several.
_THIS_YEAR = re.compile(r"这一年|一年来|过去的?一年|今年以来")
#: The coming year, in a stretch about several.
_WITHIN_YEAR = re.compile(r"今年|(?<![一二三四五六七八九十两\d])年内")
_EVERY_YEAR = re.compile(r"每年|年年")
_MONTHS = re.compile(r"(?:(\d{4})年)?(\d{1,2})(?:月份?)?[-—–~至到](\d{1,2})月")
_PARTS = {
    "上半年": (1, 6), "下半年": (7, 12), "一季度": (1, 3), "第一季度": (1, 3), "前三季度": (1, 9), "前三个季度": (1, 9),
    "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12), "1月": (1, 1),
}  # fmt: skip
#: Right behind these, 三年 is the end of a year's name (二〇二三年, 2003年), no span of three.
NO_YEAR_NAME = "(?<![〇○◯Ｏ零OΟ0-9一二三四五六七八九十第])"
_CHINESE_YEAR = re.compile(NO_YEAR_NAME + r"[一二][〇○◯Ｏ零OΟ0-9一二三四五六七八九]{3}(?=年)")
_CHINESE_DIGITS = str.maketrans("〇○◯ＯOΟ零一二三四五六七八九", "0000000123456789")
_SOME_YEARS = re.compile(
    NO_YEAR_NAME + r"([二三四五六七八九十两]|\d{1,2})年(?:来|间|累计|年均|共|[，,]|平均|总|合计|时间|里|"
    r"(?=[^\d]{0,3}(?:实施|完成|达|压减|新增|投入)))"
)
_OPENED = re.compile(
    r"[——\s]*(?:回顾|回首|回望)?(?:过去的?|近|这)?(?P<years>[两二三四五六七八])年(?:来|间)[，,]"
)
_NUMBERS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_AVERAGE = re.compile(r"年均(?!浓度|气温|降水|值|质量)|年平均")
_PLAN_TIME = re.compile(r"(?<![较比是为])“(十[一二三四五六]?五?)”(?:时期|期间|末|规划期)")
_CUMULATIVE = re.compile(r"累计|年来|年间|五年共|期间")
#: A review of fewer or more years than five, by its heading.
_HEADED = re.compile(NO_YEAR_NAME + r"(?P<years>[两二三四六七八])年(?:来|间|的?工作|的?回顾|历程)")


@dataclass(frozen=True, slots=True)
class Period:
    """ISO dates, both included, or empty; the type of the period; the year compared with."""

    start: str = ""
    end: str = ""
    type: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """The times that a stretch of a report speaks of.

    ``first`` and ``last`` are the years of its horizon, ``months`` the months of the last year that it covers.
    """

    first: int
    last: int
    months: tuple[int, int]
    ahead: bool
    reviewed: int
    planned: int

    @property
    def several(self) -> bool:
        """Whether the horizon is longer than a year."""
        return self.last > self.first


def clock(meta: Mapping[str, Any], horizon: str, heading: str, *, ahead: bool) -> Clock | None:
    """The times of a stretch, or None where the report's years are unknown.

    Args:
        meta: the report's metadata; ``year_reviewed`` and ``year_planned`` are used.
        horizon: the horizon of the stretch (:class:`govner.reading.roles.Horizon`), or empty.
        heading: the headings over the stretch; a plan period named there fixes the years.
        ahead: the stretch speaks of what is planned.
    """
    reviewed, planned = _year(meta.get("year_reviewed")), _year(meta.get("year_planned"))
    if reviewed is None and planned is None:
        return None
    reviewed = reviewed if reviewed is not None else (planned or 0) - 1
    planned = planned if planned is not None else reviewed + 1
    first = last = planned if ahead else reviewed
    months = (1, 12)
    # A report that reviews and plans the same year is given in its middle.
    if horizon == Horizon.HALF_YEAR or (reviewed == planned and horizon in ("", Horizon.YEAR)):
        months = (7, 12) if ahead else (1, 6)
    elif horizon == Horizon.TERM:
        first, last = (planned, planned + 4) if ahead else (reviewed - 4, reviewed)
    elif horizon == Horizon.FIVE_YEAR:
        first = _plan_first(heading, planned if ahead else reviewed)
        last = first + 4
    if not ahead and months == (1, 12) and (headed := _HEADED.search(heading)) is not None:
        first, last = reviewed - _NUMBERS[headed["years"]] + 1, reviewed
    return Clock(first, last, months, ahead, reviewed, planned)


def over_years(time: Clock, count: int) -> Clock:
    """The clock of a passage about the last so many years; one that is about several years stays as it is."""
    return time if time.several or time.months != (1, 12) else replace(time, first=time.last - count + 1)


def opened_years(sentence: str) -> int | None:
    """How many years a sentence begins to look back on (四年来，…)."""
    opened = _OPENED.match(sentence)
    return _NUMBERS[opened["years"]] if opened else None


def compared_year(text: str) -> str:
    """The year with which words compare what follows (与1998年相比，), or nothing."""
    found = list(_AGAINST.finditer(text))
    return (found[-1]["with"] or found[-1]["than"]) if found else ""


def _plan_first(heading: str, year: int) -> int:
    """The first year of the plan period that a heading names and a year lies in, else of the period that the year lies in."""
    named = {_PLANS[m[1]] for m in _PLAN.finditer(heading) if m[1] in _PLANS}
    own = (year - 1) // 5 * 5 + 1
    return own if own in named or not named else min(named, key=lambda first: abs(first - own))


def plan_years(text: str) -> int | None:
    """The first year of a plan period that a text names in quotes (“十四五” → 2021), the last named one."""
    found = [_PLANS[m[1]] for m in _PLAN.finditer(text) if m[1] in _PLANS]
    return found[-1] if found else None


def _year(value: object) -> int | None:
    text = str(value or "")[:4]
    return int(text) if text.isdigit() else None


@dataclass(frozen=True, slots=True)
class Timed:
    """What of a value decides its period: the words before it, and what kind of value it is.

    ``before`` is the sentence up to the value, ``near`` its last part, from the mention's clause on.
    """

    before: str
    near: str
    kind: str
    basis: str
    since: str
    part: str
    flow: bool


def period(time: Clock | None, value: Timed) -> Period:
    """The period of a value."""
    if time is None:
        return Period()
    value = replace(value, before=_in_digits(value.before), near=_in_digits(value.near))
    base = _base(time, value)
    if value.part == "from":
        return _of_old(time, value)
    time = _plan_named(time, value)
    # 年均增长12%，增幅高于全区1.8个百分点: a change goes on about the average, a level or rank does not.
    clause = value.near if value.kind == "change" else value.near.rpartition("，")[2]
    if value.basis == "average_annual" or _AVERAGE.search(clause):
        first, last = _stretch(time, value.before)
        return _years(first, last, "annual_average", base)
    own = re.split(r"[，,]", value.before)[-1]
    if (
        time.several
        and value.kind in ("level", "count")
        and _EVERY_YEAR.search(own)
        and "稳定" not in value.near
    ):
        return _years(time.first, time.last, "annual_average")
    if (part := _part_of_year(time, value)) is not None:
        return part
    target_year = _TO_YEAR.search(value.before)
    if target_year is not None and time.ahead and value.kind in ("level", "count", "share", "rank"):
        year = int(target_year[1])
        return _years(year, year, "end_of_horizon" if time.several or year > time.planned else "year")
    if time.several or _SOME_YEARS.search(value.before):
        return _of_several(time, value, base)
    named_year = _named_year(time, value)
    year = named_year if named_year is not None else time.last
    if time.months != (1, 12) and named_year is None:
        return _months(year, *time.months)
    return _years(year, year, "year", base)


def _in_digits(text: str) -> str:
    """The text with years such as 二〇二三年 as 2023年."""
    return _CHINESE_YEAR.sub(lambda year: year[0].translate(_CHINESE_DIGITS), text)


def _of_old(time: Clock, value: Timed) -> Period:
    """The period of the old value of a change: what its words name (由一季度的), else the year before."""
    own = re.search(r"[由从自][^由从自]*$", value.near)
    if own is not None and (part := _part_of_year(time, replace(value, before=own[0]))) is not None:
        return part
    named = re.search(r"(\d{4})年", value.near)
    said = named[1] if named else compared_year(value.before)
    year = int(said) if said else (time.first if time.several else time.last) - 1
    return _years(year, year, "year")


def _plan_named(time: Clock, value: Timed) -> Clock:
    """The plan period that a sentence names as its time (“十五五”时期) goes before that of the section."""
    named = _PLAN_TIME.search(value.before)
    first = _PLANS.get(named[1]) if named else None
    return time if first is None or time.several else replace(time, first=first, last=first + 4)


def _named_year(time: Clock, value: Timed) -> int | None:
    before = _OF_ONE_VALUE.sub("", _AGAINST.sub("", value.before))
    if (years := _YEAR.findall(before)) and abs(int(years[-1]) - time.last) <= 10:
        return int(years[-1])
    if "去年" in value.before and not re.search(r"[比较]去年", value.before):
        return time.reviewed
    if not time.ahead and time.several and _THIS_YEAR.search(value.before):
        return time.last
    if time.ahead and time.several and _WITHIN_YEAR.search(value.before):
        return time.planned
    return time.planned if "今年" in value.before and not time.ahead else None


def _part_of_year(time: Clock, value: Timed) -> Period | None:
    if (m := _MONTHS.search(value.before)) is not None and 1 <= int(m[2]) < int(m[3]) <= 12:
        return _months(int(m[1]) if m[1] else time.last, int(m[2]), int(m[3]))
    for word, (first, last) in _PARTS.items():
        if not word[0].isdigit() and word in value.before and time.months == (1, 12):
            return _months(time.last, first, last)
    return None


def _stretch(time: Clock, before: str) -> tuple[int, int]:
    """The years that an average or a total is over."""
    m = _SOME_YEARS.search(before)
    count = (_NUMBERS.get(m[1]) or int(m[1])) if m is not None else 0
    if time.several and (time.ahead or not 1 < count < time.last - time.first + 1):
        return time.first, time.last
    if count:
        return (time.last, time.last + count - 1) if time.ahead else (time.last - count + 1, time.last)
    named = plan_years(before)
    if named is not None:
        return named, named + 4
    return (time.last, time.last + 4) if time.ahead else (time.last - 4, time.last)


def _of_several(time: Clock, value: Timed, base: str) -> Period:
    """Totals and changes are of the whole horizon; levels of its last year."""
    named = _named_year(time, value)
    if time.ahead and named is not None and not time.first <= named <= time.last:
        named = None
    totalled = _CUMULATIVE.search(value.near) or (
        value.flow and "累计" in re.split(r"[，,]", value.before)[-1]
    )
    if named is not None and not totalled and value.basis != "since":
        return _years(named, named, "year", base)
    first, last = _stretch(time, value.before)
    if value.kind == "change" and value.basis != "yoy":
        return _years(first, last, "cumulative", base)
    if value.flow:
        return _years(first, last, "cumulative", base)
    if time.ahead:
        return _years(last, last, "end_of_horizon", base)
    return _years(last, last, "year", base)


def _base(time: Clock, value: Timed) -> str:
    if value.basis != "since":
        return ""
    if value.since.isdigit():
        return value.since
    plan = plan_years(value.since)
    if value.since.endswith("时期"):
        return ""  # a whole period is compared with, not a year
    if plan is not None:
        return str(plan + 4)
    return str(time.first - 1) if time.several else ""


def _years(first: int, last: int, type: str, base: str = "") -> Period:
    return Period(f"{first:04d}-01-01", f"{last:04d}-12-31", type, base)


def _months(year: int, first: int, last: int) -> Period:
    day = calendar.monthrange(year, last)[1]
    return Period(f"{year:04d}-{first:02d}-01", f"{year:04d}-{last:02d}-{day}", "part_year")
