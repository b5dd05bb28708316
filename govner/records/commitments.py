"""How firmly a target is held: the word (确保, 力争), the tier of a two-tier target, and who set it."""

from __future__ import annotations

import re
from collections.abc import Sequence

COMMITMENT = re.compile(
    r"确保|(?<!努)力争|(?:努力)?争取(?!更好|最好|更优)|预期|预计|努力(?!争取)|有望|必保|(?:^|"
    r"(?<=[，,。；:年内]))计划(?!生育|任务|的)|保证|力保|预测(?=[，,:]|[^，。；,]{0,12}(?:完成|达|实现|[增下]))"
)
#: Words that make a figure of the past an estimate.
ESTIMATED = ("预计", "预测")
_STRIVEN = frozenset({"力争", "争取", "努力", "努力争取"})
_ASSIGNED = re.compile(
    r"(?:国家|省|市|区|县|州|盟|地区|自治区|上级|中央|行署)[^，。；,]{0,6}?(?:下达|核定|定|核|交|分解|"
    r"考核)[^，。；,]{0,8}(?:任务|目标|指标|标准|计划)|"
    r"(?:市|省|县|区|国家)(?:核|定)(?:任务|目标|指标|标准)|下达的?[^，。；,]{0,12}(?:任务|目标|指标)"
)


def commitment(before: str, mentions: Sequence[tuple[int, int]], figures: Sequence[int]) -> str:
    """The word of commitment that governs a value.

    A word between an indicator and its value (``、力争达到8%``) is of that value alone; one in front of an
    indicator (``力争到2030年``, ``预期目标是``) holds until another takes its place.

    Args:
        before: the sentence up to the value.
        mentions: ranges of the sentence's mentions, relative to it.
        figures: where its figures start, relative to it.
    """
    own = max((end for start, end in mentions if end <= len(before)), default=0)
    last_figure = max((at for at in figures if at < len(before)), default=0)
    words = [(m.start(), m[0]) for m in COMMITMENT.finditer(before)]
    inside = [word for at, word in words if at >= max(own, last_figure)]
    if inside:
        return inside[-1]
    if own and (first := [word for at, word in words if at >= own and word in (*ESTIMATED, "预期")]):
        return first[-1]
    held = [word for at, word in words if not _inline(at, before, mentions, figures)]
    return held[-1] if held else ""


def _inline(at: int, before: str, mentions: Sequence[tuple[int, int]], figures: Sequence[int]) -> bool:
    """Whether a word stands between an indicator and the next figure, with no other indicator on the way, or behind the
    indicator of its clause."""
    clause = max((before.rfind(mark, 0, at) for mark in "，,；;。"), default=-1)
    if any(clause < end <= at for _, end in mentions):
        return True
    following = min((f for f in figures if f > at), default=None)
    if following is None or not any(end <= at for _, end in mentions):
        return False
    return not any(at < start < following for start, _ in mentions)


def tiers(words: Sequence[str]) -> list[str]:
    """Tiers of an indicator's targets in one unit, in order, by their words of commitment.

    The last is the stretch where it alone is only striven for: 确保8%、力争10%, or 8%以上、力争10%.
    """
    if len(words) < 2 or words[-1] not in _STRIVEN or any(word in _STRIVEN for word in words[:-1]):
        return [""] * len(words)
    return [*["floor"] * (len(words) - 1), "stretch"]


def is_assigned(text: str) -> bool:
    """Whether words say that a target was set from above."""
    return _ASSIGNED.search(text) is not None
