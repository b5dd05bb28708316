"""Text cut into pieces for a page: sentences, and in them marked spans that nest and never overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from govner.schema import Section
from govner.tables.sentences import Sentence

_CLOSING = tuple("。：:；")


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


def lines(
    text: str, sentences: Sequence[Sentence], marks: Sequence[Mark], headings: Sequence[Section] = ()
) -> list[Line]:
    """The paragraphs of a text with its marks.

    Args:
        headings: sections whose headings get a line of their own where the text has them in the middle of one, as reports
            do that lost their line breaks.
    """
    found: list[Line] = []
    ordered = sorted(marks, key=lambda mark: mark.start)
    inside = {at.start: at for at in headings if at.heading and not _starts_line(text, at.start)}
    last_end, after_heading = 0, False
    for sentence in _cut(text, sentences, inside.values()):
        own = tuple(
            pieces(
                text,
                sentence.start,
                sentence.end,
                [mark for mark in ordered if mark.start < sentence.end and mark.end > sentence.start],
            )
        )
        own_line = inside.get(sentence.start)
        goes_on = found and not own_line and "\n" not in text[last_end : sentence.start] and not after_heading
        after_heading = own_line is not None
        if own_line:
            found.append(Line(own_line.level, ((sentence, own),)))
        elif goes_on:
            found[-1] = Line(0, (*found[-1].sentences, (sentence, own)))
        else:
            level = len(sentence.heading) if sentence.is_heading else 0
            found.append(Line(level, ((sentence, own),)))
        last_end = sentence.end
    return found


def _starts_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()


def _cut(text: str, sentences: Sequence[Sentence], headings: Iterable[Section]) -> Iterator[Sentence]:
    """The sentences, cut before and after headings inside them; a mark that closes a heading stays with it."""
    ordered = sorted(headings, key=lambda heading: heading.start)
    for sentence in sentences:
        cuts = [sentence.start]
        for heading in ordered:
            if sentence.start <= heading.start < sentence.end:
                end = heading.start + len(heading.heading)
                cuts += [heading.start, end + (text[end : end + 1] in _CLOSING)]
        cuts = sorted({at for at in cuts if at < sentence.end})
        for start, end in zip(cuts, [*cuts[1:], sentence.end], strict=True):
            piece = text[start:end]
            if bare := piece.strip():
                start += len(piece) - len(piece.lstrip())
                yield replace(sentence, start=start, end=start + len(bare), text=bare)
