"""Text cut into pieces for a page: sentences, and in them marked spans that nest and never overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govner.tables.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of clean text to mark: ``kind`` mention, value or quantity; ``index`` says which one."""

    start: int
    end: int
    kind: str
    index: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text (``mark`` None, ``text`` said) or a marked stretch with the pieces inside it.

    ``first`` tells the first piece of a mark that had to be cut from those that follow.
    """

    text: str
    mark: Mark | None = None
    first: bool = True
    inside: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: its sentences with the pieces of each; ``level`` is above 0 where it is a heading."""

    level: int
    sentences: tuple[tuple[Sentence, tuple[Piece, ...]], ...]


def pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """``text[start:end]`` cut at marks; the pieces in order are the text. Of two marks that cross, the later is cut in two."""
    found: list[Piece] = []
    left = sorted(marks, key=lambda mark: (mark.start, -mark.end))
    cursor = start
    while left:
        mark, *left = left
        a, b = max(mark.start, cursor), min(mark.end, end)
        if a >= b:
            continue
        if cursor < a:
            found.append(Piece(text[cursor:a]))
        inside = [other for other in left if other.start < b]
        found.append(Piece("", mark, a == mark.start, pieces(text, a, b, inside)))
        left = [other for other in left if other.end > b]
        cursor = b
    if cursor < end:
        found.append(Piece(text[cursor:end]))
    return tuple(found)


def lines(text: str, sentences: Sequence[Sentence], marks: Sequence[Mark]) -> list[Line]:
    """The paragraphs of a text with its marks."""
    found: list[Line] = []
    ordered = sorted(marks, key=lambda mark: mark.start)
    last_end = 0
    for sentence in sentences:
        own = tuple(
            pieces(
                text,
                sentence.start,
                sentence.end,
                [mark for mark in ordered if mark.start < sentence.end and mark.end > sentence.start],
            )
        )
        goes_on = found and "\n" not in text[last_end : sentence.start]
        if goes_on:
            found[-1] = Line(0, (*found[-1].sentences, (sentence, own)))
        else:
            level = len(sentence.heading) if sentence.is_heading else 0
            found.append(Line(level, ((sentence, own),)))
        last_end = sentence.end
    return found
