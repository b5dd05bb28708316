"""Long texts are read through windows; nothing is truncated.

A window holds whole sentences where it can. A sentence longer than a window is read through overlapping ones, and each
character's scores are taken from the window in which it stands further from the edge.
"""

from __future__ import annotations

from dataclasses import dataclass

from govner.tokenizer import sentence_starts


@dataclass(frozen=True, slots=True)
class Window:
    """The model reads ``text[start:end]``; its scores are used for ``text[keep_start:keep_end]``."""

    start: int
    end: int
    keep_start: int
    keep_end: int


def plan_windows(text: str, size: int, margin: int) -> list[Window]:
    """Windows of at most ``size`` characters whose kept parts tile the text.

    Args:
        text: the whole text.
        size: the most characters the model reads at once.
        margin: characters of context at each side of a cut that is not a sentence boundary; less than ``size / 2``.

    Raises:
        ValueError: ``margin`` leaves a window nothing to keep.
    """
    if not 0 <= 2 * margin < size:
        raise ValueError(f"a margin of {margin} leaves nothing of a window of {size} characters")
    starts = sentence_starts(text)
    windows: list[Window] = []
    start = keep = 0
    while keep < len(text):
        end = min(len(text), start + size)
        cut = end
        if end < len(text):
            cut = next((i for i in range(end, keep, -1) if starts[i]), 0)
        if cut:
            windows.append(Window(start, cut, keep, cut))
            start = keep = cut
        else:  # one sentence longer than a window
            windows.append(Window(start, end, keep, end - margin))
            keep = end - margin
            start = keep - margin
    return windows
