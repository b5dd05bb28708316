"""The figures of a text: candidates that context confirms, with their bounds, directions and from-to parts."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from govner.quantities.context import is_figure, protected
from govner.quantities.grammar import Candidate, candidates
from govner.quantities.numerals import normalized, plain
from govner.quantities.schema import Quantity
from govner.quantities.words import governing, qualifier, words_before

#: Between two figures of one list: 5%、7%和9%.
LIST_MARK = re.compile(r" ?(?:、|和|与|及|以及) ?")
_FROM = re.compile(r"(?:由|从|自)(?:[^，。；由从\d]|\d{4}年?){0,14}$")
_TO = re.compile(r"^[^，。；]{0,24}?(?:到|至|为|成|—|了)(?:[^，。；\d]|\d{4}年){0,10}$")
_MOVED = re.compile(r"(?:[前后下]移|前进|后退|[上提跃攀晋]升|下降|下滑|[进退升降跃跌])了?$")
_ENDS = re.compile(r"$|[，。；、！）和至到]")
_VAGUE = {"余": "over", "多": "over", "几": "over", "来": "about", "over": "over", "nearly": "nearly"}


def find_quantities(text: str) -> list[Quantity]:
    """Every figure in a text, in reading order; figures never overlap and never cross a line.

    Dates, years, list and document numbers, ordinal names (第三产业), slogans, route numbers, codes and hotlines are left out.

    Args:
        text: any text; offsets are of code points.
    """
    found: list[Quantity] = []
    at = 0
    for line in text.split("\n"):
        found += _line(line, at)
        at += len(line) + 1
    return found


def _line(line: str, offset: int) -> list[Quantity]:
    narrow = normalized(line)
    kept = _confirmed(narrow)
    groups = _lists(narrow, kept)
    parts = _parts(narrow, kept, groups)
    list_starts = {i: kept[group[0]].start for group in groups for i in group}
    # 由6.7%降至零: the new value has the unit of the old one.
    for i, part in parts.items():
        if part == "to" and i and not kept[i].unit and parts.get(i - 1) == "from":
            kept[i] = replace(kept[i], unit=kept[i - 1].unit, family=kept[i - 1].family)
    return [
        Quantity(
            offset + c.start,
            offset + c.end,
            line[c.start : c.end],
            c.value,
            c.high,
            c.unit,
            c.family,
            _qualifier(narrow, c),
            _direction(narrow, c, list_starts[i]),
            parts.get(i, ""),
        )
        for i, c in enumerate(kept)
    ]


def _confirmed(line: str) -> list[Candidate]:
    """The candidates that are figures; a bare number in a list takes the unit of the next one (7.6万、8.1万和4.9万人)."""
    guarded = bytearray(len(line))
    for start, end in protected(line):
        guarded[start:end] = b"\1" * (end - start)
    everything = [c for c in candidates(line) if not any(guarded[c.start : c.end])]
    for i in range(len(everything) - 2, -1, -1):
        here, following = everything[i], everything[i + 1]
        if (
            not here.unit
            and following.unit
            and following.family not in ("rank", "time")
            and not here.chinese
            and LIST_MARK.fullmatch(line[here.end : following.start])
        ):
            everything[i] = replace(
                here,
                value=plain(here.value * following.factor),
                unit=following.unit,
                family=following.family,
                surface=following.surface,
                factor=following.factor,
            )
    return [_moved(line, c) for c in everything if is_figure(line, c)]


def _moved(line: str, found: Candidate) -> Candidate:
    """前移13位 counts places, not people."""
    if (
        found.surface != "位"
        or found.family != "people"
        or not _MOVED.search(words_before(line, found.start))
    ):
        return found
    return replace(found, unit="位", family="rank") if _ENDS.match(line, found.end) else found


def _qualifier(line: str, found: Candidate) -> str:
    if found.vague == "first":
        return "at_most"
    bare = line[found.start] in "百千万亿"
    after = line[found.end : found.end + 8]
    outside = qualifier(words_before(line, found.start), after, magnitude=bare)
    if found.high is not None:
        return "range"
    return _VAGUE.get(found.vague) or outside


def _direction(line: str, found: Candidate, first: int) -> str:
    """The direction of the word of change that governs a figure, through bridging words and from where its list starts."""
    if line[found.start] in "-负":
        return "down"
    if found.surface == "番":
        return "up"
    if line.startswith("零增长", found.start):
        return "flat"
    return governing(words_before(line, first))[0]


def _parts(line: str, kept: list[Candidate], groups: list[list[int]]) -> dict[int, str]:
    """from and to for the figures of 由7%提高到9%, lists on either side included."""
    parts: dict[int, str] = {}
    for first, second in pairwise(groups):
        start, end = kept[first[0]].start, kept[second[0]].start
        if _FROM.search(words_before(line, start)) and _TO.search(line[kept[first[-1]].end : end]):
            parts |= dict.fromkeys(first, "from") | dict.fromkeys(second, "to")
    return parts


def _lists(line: str, kept: list[Candidate]) -> list[list[int]]:
    """Indices of figures, those of one list together."""
    groups: list[list[int]] = []
    for i, found in enumerate(kept):
        if i and LIST_MARK.fullmatch(line[kept[i - 1].end : found.start]):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups
