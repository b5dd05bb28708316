"""Text that stands in a page more than once: the page saved several times over, teasers, repeated titles."""

from __future__ import annotations

import re

from govner.reading.cleaning_base import Result, drop_lines, is_prose, split_lines
from govner.reading.cleaning_tails import footer_reason

LEAST_RUN = 400  # characters of repeated lines in a row that no report has of its own accord
LEAST_SHARE = 0.3  # of the page: a list that a report itself gives twice is shorter
FOOTER_LINES = 20  # above a repeated line within which a footer must stand
TEASER = re.compile(r"^(?:内容)?(?:摘要|提要|导读|简介|核心提示)[:：](?P<rest>.*)$")
ELLIPSIS = re.compile(r"(?:\.{3,}|…+|\[详细\]|\[更多\])+$")
NOT_WORDS = re.compile(r"[\W_]+")


def repeated_copies(text: str) -> Result:
    """Copies of the page after the first: runs of lines that all stood before, at least 400 characters of
    them.

    Pages saved by collecting the text of nested elements hold their body once for every level of nesting.
    """
    lines = split_lines(text)
    least = max(LEAST_RUN, LEAST_SHARE * sum(map(len, {line.bare for line in lines})))
    seen: set[str] = set()
    reasons: dict[int, str] = {}
    run: list[int] = []
    for index, line in enumerate([*lines, None]):
        if line is not None and line.bare in seen:
            run.append(index)
            continue
        if sum(len(lines[i].bare) for i in run) >= least:
            reasons.update(dict.fromkeys(run, "repeated copy of the page"))
        run.clear()
        if line is not None:
            seen.add(line.bare)
    if not reasons:
        return Result()
    longest = max((lines[i].bare for i in reasons), key=len)
    return Result(drop_lines(text, lines, reasons), {"copies": sum(line.bare == longest for line in lines)})


def teasers(text: str) -> Result:
    """The beginning of the body, quoted before it (内容摘要：…) or after it."""
    lines = split_lines(text)
    reasons: dict[int, str] = {}
    words = [NOT_WORDS.sub("", line.bare) for line in lines]
    for index, line in enumerate(lines[:40]):
        match = TEASER.match(line.bare)
        if match is None:
            continue
        body = index if match.group("rest") else index + 1
        if body >= len(lines):
            break
        teaser = NOT_WORDS.sub("", ELLIPSIS.sub("", match.group("rest") or lines[body].bare))
        if _quoted(teaser, "".join(words[body + 1 : body + 40])):
            reasons |= dict.fromkeys(range(index, body + 1), "teaser that repeats the beginning")
            break
    # A page's hidden share text comes after its footer: one prose line of the opening once more.
    for index in range(len(lines) - 1, max(len(lines) - 4, len(lines) // 2), -1):
        bare = lines[index].bare
        if is_prose(bare, 20):
            above = lines[max(0, index - FOOTER_LINES) : index]
            repeated = len(bare) <= 200 and words[index] in "".join(words[: min(60, index)])
            if repeated and any(footer_reason(line.bare) for line in above):
                reasons[index] = "teaser that repeats the beginning"
            break
    return Result(drop_lines(text, lines, reasons))


def _quoted(teaser: str, body: str) -> bool:
    """Whether the body holds the teaser: its middle, which neither a cut word nor a lost character can
    spoil.
    """
    quarter = len(teaser) // 4
    middle = teaser[quarter : len(teaser) - quarter]
    return len(teaser) >= 8 and (teaser in body or (len(middle) >= 12 and middle in body))
