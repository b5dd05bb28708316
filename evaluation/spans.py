"""Spans in columns: what the scorer computes on, and what predictors take and give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govner.labels import LABELS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Documents are laid end to end with this stride, so that spans of different documents cannot overlap.
_STRIDE = 1 << 32


@dataclass(frozen=True, slots=True, order=True)
class ScoredSpan:
    """A predicted half-open range of source code points; ``score`` is None where a model gives no
    probability."""

    start: int
    end: int
    label: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a predictor sees of a document: source text (as decoded, not cleaned) and what is known about
    it."""

    id: str
    text: str
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpanTable:
    """Spans of many documents, one row a span, in canonical order (document, start, end, label).

    Canonical order is what makes every count independent of the order in which spans were given.
    ``label`` indexes ``labels``; ``score`` is NaN where there is none.
    """

    document: Ints
    start: Ints
    end: Ints
    label: Ints
    score: Floats
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def left(self) -> Ints:
        """Starts on one line on which documents lie end to end."""
        return self.document * _STRIDE + self.start

    @property
    def right(self) -> Ints:
        """Ends on the same line."""
        return self.document * _STRIDE + self.end

    def take(self, rows: NDArray[Any]) -> SpanTable:
        """The rows that an index or mask picks, in order."""
        return SpanTable(
            self.document[rows],
            self.start[rows],
            self.end[rows],
            self.label[rows],
            self.score[rows],
            self.labels,
        )


def span_table(documents: Sequence[Iterable[Any]], labels: tuple[str, ...]) -> SpanTable:
    """Lay out spans (anything with start, end, label and perhaps score), one iterable a document.

    Raises:
        ValueError: a span is empty, starts before 0 or bears a label that is not in ``labels``.
    """
    index = {label: i for i, label in enumerate(labels)}
    rows: list[tuple[int, int, int, int, float]] = []
    for number, spans in enumerate(documents):
        for span in spans:
            if not 0 <= span.start < span.end:
                raise ValueError(f"document {number}: [{span.start}, {span.end}) is not a span")
            if span.label not in index:
                raise ValueError(f"document {number}: label {span.label!r} is not one of {', '.join(labels)}")
            score = getattr(span, "score", None)
            rows.append(
                (number, span.start, span.end, index[span.label], np.nan if score is None else float(score))
            )
    whole = np.asarray([row[:4] for row in rows], dtype=np.int64).reshape(-1, 4)
    scores = np.asarray([row[4] for row in rows], dtype=np.float64)
    document, start, end, label = whole.T
    # Of equal spans the one with the highest score comes first, one without a score last.
    order = np.lexsort((-scores, label, end, start, document))
    return SpanTable(document, start, end, label, scores, labels).take(order)


def label_order(*groups: Iterable[Iterable[Any]]) -> tuple[str, ...]:
    """The labels that occur: govner's own first, in their usual order, then others by name."""
    seen = {span.label for documents in groups for spans in documents for span in spans}
    return tuple(label for label in LABELS if label in seen) + tuple(sorted(seen - set(LABELS)))


@dataclass(frozen=True, slots=True)
class Units:
    """Resampling units: consecutive stretches (paragraphs or whole documents) of consecutive documents.

    ``document[i]`` is the document of unit i and ``start[i]`` the source offset at which it starts; the first
    unit of every document starts at 0.
    """

    document: Ints
    start: Ints
    name: str

    def __len__(self) -> int:
        return len(self.start)

    def of(self, spans: SpanTable) -> Ints:
        """The unit in which each span starts."""
        return np.searchsorted(self.document * _STRIDE + self.start, spans.left, side="right") - 1


def document_units(count: int) -> Units:
    """One unit a document."""
    return Units(np.arange(count, dtype=np.int64), np.zeros(count, np.int64), "document")


def paragraph_units(starts: Sequence[Sequence[int]]) -> Units:
    """One unit a paragraph, from the source offsets at which each document's paragraphs start."""
    rows = [(number, at) for number, own in enumerate(starts) for at in sorted({0, *own})]
    table = np.asarray(rows, dtype=np.int64).reshape(-1, 2)
    return Units(table[:, 0], table[:, 1], "paragraph")
