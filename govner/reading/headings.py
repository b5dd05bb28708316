"""Headings of a report: 一、 / （一） / 1. / 一是 and dashes, also where the line breaks around them were
lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Levels of :class:`govner.schema.Section`.
PART, SECTION, ITEM, LEAD = 1, 2, 3, 4

_DIGITS = "一二三四五六七八九十"
_NUMERAL = f"[{_DIGITS}百]{{1,3}}"
_LINE_START = re.compile(r"^[ \t\u3000\u00a0]*(?=\S)", re.M)
_MARKERS = (
    (PART, re.compile(rf"({_NUMERAL})、(?!{_NUMERAL}[、，产次])|第({_NUMERAL})部分[、：: \u3000]?")),
    (SECTION, re.compile(rf"[（(〔]\s?({_NUMERAL})\s?[）)〕][、.．]?")),
    (ITEM, re.compile(r"(\d{1,2})(?:[.．](?!\d)|、)|[（(](\d{1,2})[）)]|[①-⑳]")),
    (LEAD, re.compile(rf"({_NUMERAL})(?:是|要)(?!否)|[—─－-]{{2,4}}(?=[^—─－-])|[●■◆▲★]")),
)
#: A marker inside a line counts only after the end of a sentence.
_INLINE = re.compile(
    rf"(?<=[。！？；：”》）?])\s*(?=(?:{_NUMERAL}、|[（(]{_NUMERAL}[）)]|{_NUMERAL}是|[—─]{{2}}"
    r"|\d{1,2}[.．、](?!\d)))"
)
_SENTENCE_END = re.compile(r"[。！？；：:!?]|\n")
#: How the text of a heading ends when its line goes on with prose.
_RUN_ON = re.compile(
    r".{2,45}?(?:回顾|总结|任务|安排|目标|要求|工作重点|重点工作|措施|情况|打算|部署|建议|政府工作|自身建设|工作)"
    r"(?=\s|\d{4}\s?年|“十|过去|刚刚|一年来|五年来|今年|各位|今后|未来|新的|[（(]一|做好|全面|面对|在)"
)
#: A dash before the occasion of the speech is no heading.
_SUBTITLE = re.compile(r"\d{4}\s?年\s?\d{1,2}\s?月|代表大会")
_LONGEST = 60
_LONGEST_PLAIN = 36


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: where it stands (clean offsets), its level, its number (0 without one) and its text."""

    start: int
    end: int
    level: int
    number: int
    text: str


def number(numeral: str) -> int:
    """Value of a Chinese numeral up to 99, or of digits; 0 for anything else."""
    if numeral.isdigit():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    if any(c not in _DIGITS for c in tens + ones):
        return 0
    value = _DIGITS.find(ones) + 1 if ones else 0
    return value + (10 * (_DIGITS.find(tens) + 1 if tens else 1) if ten else 0)


def _marker(text: str, at: int) -> tuple[int, int, int] | None:
    """Level, number and end of the marker at ``at``."""
    for level, pattern in _MARKERS:
        found = pattern.match(text, at)
        if found:
            numeral = next((g for g in found.groups() if g), "")
            return level, number(numeral), found.end()
    return None


def _extent(text: str, at: int, after: int, level: int) -> int:
    """End of the heading that starts at ``at``, whose marker ends at ``after``."""
    line_end = text.find("\n", at)
    line_end = len(text) if line_end < 0 else line_end
    stop = _SENTENCE_END.search(text, after, line_end)
    end = stop.start() if stop else line_end
    if level == LEAD:
        comma = text.find("，", after, end)
        return comma if comma > 0 else end
    if end - at <= _LONGEST and (stop is None or level != PART):
        return end
    run_on = _RUN_ON.match(text, after, line_end)
    if run_on:
        return run_on.end()
    if end - at <= _LONGEST:
        return end
    comma = text.find("，", after, end)
    return comma if 0 < comma - at <= _LONGEST else min(end, at + _LONGEST_PLAIN)


def _starts(text: str) -> Iterator[tuple[int, bool]]:
    """Places where a heading may start, in order, and whether they start a line."""
    places = {m.end(): True for m in _LINE_START.finditer(text)}
    for m in _INLINE.finditer(text):
        places.setdefault(m.end(), False)
    yield from sorted(places.items())


def plain_heading(line: str) -> bool:
    """Whether a line reads like a heading without a number: short, and no sentence."""
    stripped = line.strip()
    return (
        4 <= len(stripped) <= _LONGEST_PLAIN
        and stripped[-1] not in "。！？；：，、,.:;!”）》"
        and "，" not in stripped
    )


def numbered_headings(text: str) -> list[Heading]:
    """All headings with a number or a dash, in order.

    One inside a line is believed only if its number carries on from the last heading of that level (or is
    the first).
    """
    found: list[Heading] = []
    last: dict[int, int] = {}
    for at, at_line_start in _starts(text):
        marker = _marker(text, at)
        if marker is None:
            continue
        level, value, after = marker
        if not at_line_start and value and value not in (1, last.get(level, 0) + 1):
            continue
        if level == PART and not _is_part(value, last):
            continue
        end = _extent(text, at, after, level)
        if level == LEAD and _SUBTITLE.search(text[at:end]):
            continue
        last[level] = value
        for lower in range(level + 1, LEAD + 1):
            last[lower] = 0
        found.append(Heading(at, end, level, value, text[at:end].strip()))
    return found


def _is_part(value: int, last: dict[int, int]) -> bool:
    """一、 comes first, and the others one by one; a leap of one is forgiven (a heading lost to damage)."""
    before = last.get(PART, 0)
    return value == 1 or value in (before + 1, before + 2)
