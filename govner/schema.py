"""What flows through govner: reports, their alignment to the source, spans and entities.

Offsets are half-open ranges of Unicode code points. *Source* offsets count characters of the decoded file (or table
cell); *clean* offsets count characters of :attr:`Report.text`, from which chrome and damage have been removed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A labelled half-open range of code points."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A span found in a report.

    ``score`` is the model's probability that exactly this span bears this label. ``section`` is the heading path
    that the span stands under, outermost first. Source offsets are of the decoded file.
    """

    start: int
    end: int
    label: str
    text: str
    score: float
    section: tuple[str, ...]
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stretch of the source (source offsets) that is not in the clean text, and why."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of clean text under one heading.

    ``level`` is 0 for the stretch before the first heading, 1 for 一、, 2 for （一）, 3 for 1., 4 for 一是. ``end`` is
    where the next heading of the same or a higher level starts. ``role`` is what the stretch does in the report and
    ``horizon`` the time it speaks of (see :mod:`govner.reading.structure`); both may be empty.
    """

    start: int
    end: int
    level: int
    heading: str
    role: str = ""
    horizon: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``source[start:end]`` by ``replacement`` (often empty). ``reason`` is kept with what is dropped."""

    start: int
    end: int
    replacement: str
    reason: str


class Alignment:
    """Where every clean character comes from.

    Clean character ``i`` stands for ``source[starts[i]:ends[i]]``; both arrays never decrease, so a clean span maps to
    one source span and back.
    """

    def __init__(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
        self.starts = starts
        self.ends = ends

    def __len__(self) -> int:
        return len(self.starts)

    @classmethod
    def identity(cls, length: int) -> Alignment:
        """The alignment of a text with itself."""
        at = np.arange(length, dtype=np.int64)
        return cls(at, at + 1)

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Source range of the clean range ``[start, end)``; an empty range maps to an empty one.

        Raises:
            IndexError: the range is not inside the clean text.
        """
        if not 0 <= start <= end <= len(self):
            raise IndexError(f"[{start}, {end}) is not inside a text of {len(self)} characters")
        if start == end:
            at = int(self.starts[start]) if start < len(self) else int(self.ends[-1]) if len(self) else 0
            return at, at
        return int(self.starts[start]), int(self.ends[end - 1])

    def to_clean(self, start: int, end: int) -> tuple[int, int] | None:
        """Clean range of the source range ``[start, end)``: the clean characters that stem from it, or None if none do."""
        first = int(np.searchsorted(self.ends, start, side="right"))
        last = int(np.searchsorted(self.starts, end, side="left"))
        return (first, last) if first < last else None

    def then(self, later: Alignment) -> Alignment:
        """The alignment of cleaning in two steps: self first (source → middle), then ``later`` (middle → clean)."""
        if not len(later):
            return Alignment(np.zeros(0, np.int64), np.zeros(0, np.int64))
        return Alignment(self.starts[later.starts], self.ends[later.ends - 1])


def apply_edits(text: str, edits: Iterable[Edit]) -> tuple[str, Alignment]:
    """Apply non-overlapping edits to a text.

    A replacement as long as what it replaces is aligned character by character, any other one as a block.

    Returns:
        The edited text and its alignment to ``text``.

    Raises:
        ValueError: two edits overlap or one lies outside the text.
    """
    pieces: list[str] = []
    starts: list[NDArray[np.int64]] = []
    ends: list[NDArray[np.int64]] = []

    def keep(a: int, b: int) -> None:
        pieces.append(text[a:b])
        at = np.arange(a, b, dtype=np.int64)
        starts.append(at)
        ends.append(at + 1)

    cursor = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if not cursor <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit [{edit.start}, {edit.end}) overlaps another or leaves the text")
        keep(cursor, edit.start)
        size = len(edit.replacement)
        pieces.append(edit.replacement)
        if size == edit.end - edit.start:
            at = np.arange(edit.start, edit.end, dtype=np.int64)
            starts.append(at)
            ends.append(at + 1)
        else:
            starts.append(np.full(size, edit.start, dtype=np.int64))
            ends.append(np.full(size, edit.end, dtype=np.int64))
        cursor = edit.end
    keep(cursor, len(text))
    return "".join(pieces), Alignment(np.concatenate(starts), np.concatenate(ends))


@dataclass(frozen=True, slots=True)
class Report:
    """A report as read: decoded source, clean text, the alignment of the two, and what was learnt on the way."""

    id: str
    source: str
    source_text: str
    text: str
    alignment: Alignment
    dropped: tuple[Dropped, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()

    def to_source(self, span: Span) -> Span:
        """The span in source offsets."""
        start, end = self.alignment.to_source(span.start, span.end)
        return Span(start, end, span.label)

    def heading_path(self, at: int) -> tuple[str, ...]:
        """The headings that clean offset ``at`` stands under, outermost first."""
        inside = [s for s in self.sections if s.start <= at < s.end and s.heading]
        return tuple(s.heading for s in sorted(inside, key=lambda s: (s.level, s.start)))

    def to_clean(self, span: Span) -> Span | None:
        """The source span in clean offsets, or None if cleaning dropped all of it."""
        found = self.alignment.to_clean(span.start, span.end)
        return Span(*found, span.label) if found else None


@dataclass(frozen=True, slots=True)
class AnnotatedReport:
    """A report with its entities in reading order, and the model (name, version) that found them."""

    report: Report
    entities: tuple[Entity, ...]
    model: Mapping[str, str]

    def record(self) -> dict[str, Any]:
        """The JSON object that ``govner annotate`` writes; offsets are Unicode code points."""
        return {
            "id": self.report.id,
            "source": self.report.source,
            "meta": dict(self.report.meta),
            "text": self.report.text,
            "entities": [
                {
                    "start": e.start,
                    "end": e.end,
                    "label": e.label,
                    "text": e.text,
                    "score": round(e.score, 4),
                    "section": list(e.section),
                    "source_start": e.source_start,
                    "source_end": e.source_end,
                }
                for e in self.entities
            ],
            "model": dict(self.model),
        }


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """An input that could not be read, and a reason that says what to do."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A hand-labelled text. ``text`` is source text (it is cleaned when it is used); spans are offsets into it."""

    id: str
    text: str
    spans: tuple[Span, ...]
    meta: Mapping[str, Any] = field(default_factory=dict)


def first_conflict(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """The first two spans that overlap, or None where spans are flat."""
    ordered = sorted(spans)
    for left, right in itertools.pairwise(ordered):
        if right.start < left.end:
            return left, right
    return None
