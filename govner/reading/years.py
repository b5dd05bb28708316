"""The year a report looks back on and the year it plans, by what it says."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

_WHOSE = r"(\d{4})年(?:度)?(?:全[省市县区镇乡]|我[省市县区镇乡])?(?:国民)?"
_WHAT = r"(?:经济(?:和|与)?社会(?:发展)?|政府|主要|各项|重点)?(?:的)?(?:发展|工作)?"
#: Patterns and how much a match weighs: headings most, then announcements, then sentences that begin so.
_REVIEW = (
    (4.0, rf"{_WHOSE}{_WHAT}(?:完成|的|情况|主要)*(?:简要|总结)?(?:回顾|总结)"),
    (3.0, r"关于(\d{4})年(?:的)?(?:政府)?工作(?!安排|任务|目标)"),
    (1.5, r"(?:过去的|刚刚过去的|极不平凡的|已经过去的)(\d{4})年"),
    (0.5, r"(\d{4})年(?:以来|，是|是|，在)"),
)
_PLAN = (
    (
        4.0,
        rf"{_WHOSE}{_WHAT}(?:的)?(?:主要|总体|重点|指导|预期|初步|基本)*"
        r"(?:任务|安排|目标|要求|思路|打算|部署|建议|思想|重点)",
    ),
    (3.0, r"(?:做好|关于|抓好|搞好)(\d{4})年(?:的)?(?:政府)?(?:各项)?(?:重点)?工作"),
    (0.5, r"(\d{4})年(?:，)?是"),
)


def plain(text: str) -> str:
    """The text without white space and with plain digits."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _votes(text: str, patterns: tuple[tuple[float, str], ...]) -> defaultdict[int, float]:
    votes: defaultdict[int, float] = defaultdict(float)
    for weight, pattern in patterns:
        for m in re.finditer(pattern, text):
            votes[int(m[1])] += weight
    return votes


def review_and_plan(text: str, date: str) -> tuple[int | None, int | None]:
    """Year reviewed and year planned, None where the text does not say.

    Headings weigh most; the two years are taken together, as one nearly always follows the other. A meeting
    held in January to September plans its own year, a later one the next.
    """
    squeezed = plain(text)
    review = _votes(squeezed, _REVIEW)
    plan = _votes(squeezed, _PLAN)
    years = {y for y in (*review, *plan) if 1978 <= y <= 2100}
    if date:
        year, month = int(date[:4]), int(date[5:7])
        expected = year if month < 10 else year + 1
        plan[expected] += 5
        years |= {expected, expected - 1}
    if not years:
        return None, None
    scores = {y: plan[y] + review[y - 1] for y in {*years, *(y + 1 for y in years)}}
    best = max(scores, key=lambda y: (scores[y], y))
    if scores[best] < 1:
        return None, None
    return best - 1, best
