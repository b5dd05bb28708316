"""The sentence or clause around a mention, by the marks that end one."""

from __future__ import annotations

import re

SENTENCE_END = re.compile(r"[。；;！!\n]")
CLAUSE_END = re.compile(r"[。；;！!\n，,：:]")
#: Looked at before a mention at most; longer sentences are lists.
_FARTHEST = 300


def stretch(text: str, start: int, end: int, limit: re.Pattern[str]) -> tuple[int, int]:
    """Start and end of the stretch around ``[start, end)`` up to the nearest matches of ``limit``, in code points.

    >>> stretch("修路。建桥，开工。", 3, 5, SENTENCE_END)
    (3, 8)
    """
    farthest = max(0, start - _FARTHEST)
    left = max((m.end() for m in limit.finditer(text, farthest, start)), default=farthest)
    right = limit.search(text, end)
    return left, right.start() if right else len(text)
