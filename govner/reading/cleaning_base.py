"""What the cleaning passes share: their type, and the lines of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from govner.schema import Edit

SPACE = re.compile(r"\s+")
SENTENCE_END = "。！？；…"


@dataclass(slots=True)
class Result:
    """What a pass wants done to a text (non-overlapping edits, offsets into it) and the metadata it found."""

    edits: list[Edit] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)


Pass = Callable[[str], Result]


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line break; ``bare`` is its text without any white space."""

    start: int
    end: int
    text: str
    bare: str


def split_lines(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    lines: list[Line] = []
    start = 0
    for raw in text.split("\n"):
        bare = SPACE.sub("", raw)
        if bare:
            lines.append(Line(start, start + len(raw), raw, bare))
        start += len(raw) + 1
    return lines


def drop_lines(text: str, lines: Sequence[Line], reasons: dict[int, str]) -> list[Edit]:
    """Edits that drop whole lines with their line breaks, by index; neighbours with one reason become one
    edit.
    """
    edits: list[Edit] = []
    for index in sorted(reasons):
        line, reason = lines[index], reasons[index]
        end = min(line.end + 1, len(text))
        last = edits[-1] if edits else None
        if last and last.reason == reason and not text[last.end : line.start].strip():
            edits[-1] = Edit(last.start, end, "", reason)
        else:
            edits.append(Edit(line.start, end, "", reason))
    return edits


def is_prose(bare: str, least: int = 30) -> bool:
    """Whether a line (white space removed) reads like running text: long enough and with the end of a
    sentence in it.
    """
    return len(bare) >= least and any(mark in bare for mark in SENTENCE_END)
