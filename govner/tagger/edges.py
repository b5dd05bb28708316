"""Edges that the guidelines forbid, mended after decoding: punctuation at an edge, a quotation mark or bracket without its
partner.

A random field over characters sees neighbours, not pairs, so now and then it opens a span inside a pair of quotation marks
and closes it outside. Which edge moves follows the guidelines: a PROJECT takes its quotes along (``“十大”攻坚行动``), a SLOGAN
leaves out what follows them (``放管服``, not ``放管服”改革``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from govner.tagger.crf import ScoredSpan

PARTNER = {
    "“": "”",
    "‘": "’",
    "（": "）",
    "(": ")",
    "《": "》",
    "「": "」",
    "『": "』",
    "【": "】",
    "〔": "〕",
}
_OPENER = {close: open_ for open_, close in PARTNER.items()}
#: What never stands at an edge.
_OUTSIDE = frozenset("，。；：、！？,.;:!?…—-· \t\u3000\u00a0")
#: How far outside a span its missing partner is looked for, in characters.
REACH = 12


def unpaired(text: str) -> int | None:
    """Place of a quotation mark or bracket without its partner; None where all are paired."""
    waiting: list[int] = []
    for at, mark in enumerate(text):
        if mark in PARTNER:
            waiting.append(at)
        elif mark in _OPENER:
            if not waiting or text[waiting[-1]] != _OPENER[mark]:
                return at
            waiting.pop()
    return waiting[-1] if waiting else None


def mend_edges(text: str, spans: Sequence[ScoredSpan]) -> list[ScoredSpan]:
    """Spans (flat, in reading order) with edges that the guidelines allow; what is left empty is dropped.

    A span never grows over a line break or into its neighbour.
    """
    mended: list[ScoredSpan] = []
    for i, span in enumerate(spans):
        low = mended[-1].end if mended else 0
        high = spans[i + 1].start if i + 1 < len(spans) else len(text)
        found = _mend(
            text, span, max(low, text.rfind("\n", 0, span.start) + 1), _line_end(text, span.end, high)
        )
        if found is not None:
            mended.append(found)
    return mended


def _line_end(text: str, start: int, high: int) -> int:
    at = text.find("\n", start, high)
    return high if at < 0 else at


def _mend(text: str, span: ScoredSpan, low: int, high: int) -> ScoredSpan | None:
    """One span, which may grow between ``low`` and ``high``."""
    start, end = _trim(text, span.start, span.end)
    for _ in range(end - start):  # every turn takes a mark away or pairs one
        at = unpaired(text[start:end])
        if at is None:
            break
        start, end = _trim(text, *_pair(text, start, end, start + at, span.label, low, high))
    if start >= end or unpaired(text[start:end]) is not None:
        return None
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _OUTSIDE:
        start += 1
    while start < end and text[end - 1] in _OUTSIDE:
        end -= 1
    return start, end


def _pair(text: str, start: int, end: int, at: int, label: str, low: int, high: int) -> tuple[int, int]:
    """The span moved so that the mark at ``at`` has its partner or is left out."""
    mark = text[at]
    if mark in PARTNER:
        if at == start:
            return start + 1, end
        partner = text.find(PARTNER[mark], end, min(high, end + REACH))
        grows = partner == end or (partner > end and label != "SLOGAN")
        return (start, partner + 1) if grows else (start, at)
    if at == end - 1:
        return start, end - 1
    if label == "SLOGAN":
        return (start, at) if at > start else (start + 1, end)
    partner = text.rfind(_OPENER[mark], max(low, start - REACH), start)
    return (partner, end) if partner >= 0 else (at + 1, end)
