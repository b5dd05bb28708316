"""Counts and the ratios made of them. Counts are summed; ratios are computed last, and never averaged but in
macro.

An array of counts has the shape (…, labels, 2 sides, 4 kinds): the gold spans of a label and the predicted
ones, each
by what became of them. A pair of different labels thus counts for the recall of one and the precision of the
other.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govner.evaluation.spans import Floats, Ints

#: What becomes of a span. On the gold side "absent" is missed, on the predicted side it is spurious.
KINDS = ("correct", "partial", "incorrect", "absent")
CORRECT, PARTIAL, INCORRECT, ABSENT = range(4)
SIDES = 2
GOLD, PREDICTED = range(SIDES)


@dataclass(frozen=True, slots=True)
class Side:
    """What became of the gold (or the predicted) spans."""

    correct: int = 0
    partial: int = 0
    incorrect: int = 0
    absent: int = 0

    @property
    def total(self) -> int:
        """How many spans there are."""
        return self.correct + self.partial + self.incorrect + self.absent

    @property
    def credit(self) -> float:
        """Points: one for a correct span, half for a partial one."""
        return self.correct + self.partial / 2

    def __add__(self, other: Side) -> Side:
        return Side(
            self.correct + other.correct,
            self.partial + other.partial,
            self.incorrect + other.incorrect,
            self.absent + other.absent,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """Gold and predicted spans by outcome."""

    gold: Side = Side()
    predicted: Side = Side()

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.gold + other.gold, self.predicted + other.predicted)

    @classmethod
    def from_array(cls, array: Ints) -> Counts:
        """From an array of shape (…, 2, 4); leading axes are summed."""
        summed = array.reshape(-1, SIDES, len(KINDS)).sum(axis=0)
        return cls(Side(*map(int, summed[GOLD])), Side(*map(int, summed[PREDICTED])))


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1. A ratio without a denominator is 0, and ``counts`` shows it."""

    precision: float
    recall: float
    f1: float
    counts: Counts

    @classmethod
    def of(cls, counts: Counts) -> Score:
        """The ratios of some counts."""
        p = counts.predicted.credit / counts.predicted.total if counts.predicted.total else 0.0
        r = counts.gold.credit / counts.gold.total if counts.gold.total else 0.0
        return cls(p, r, 2 * p * r / (p + r) if p + r else 0.0, counts)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def histogram(shape: tuple[int, ...], index: tuple[Any, ...], weights: Ints | None = None) -> Ints:
    """An array of this shape that counts (or sums the weights of) rows by their indices."""
    flat = np.ravel_multi_index(np.broadcast_arrays(*index), shape)
    summed = np.bincount(flat, weights=weights, minlength=int(np.prod(shape)))
    return summed.astype(np.int64).reshape(shape)


def ratios(counts: NDArray[Any]) -> Floats:
    """Precision, recall and F1 of counts of shape (…, 2, 4); the result has the shape (…, 3)."""
    credit = counts[..., CORRECT] + counts[..., PARTIAL] / 2
    total = counts.sum(axis=-1)
    share = np.divide(credit, total, out=np.zeros(credit.shape), where=total > 0)
    r, p = share[..., GOLD], share[..., PREDICTED]
    f = np.divide(2 * p * r, p + r, out=np.zeros(p.shape), where=p + r > 0)
    return np.stack((p, r, f), axis=-1)


def micro(counts: NDArray[Any]) -> Floats:
    """Ratios over all labels together; (…, labels, 2, 4) → (…, 3)."""
    return ratios(counts.sum(axis=-3))


def macro(counts: NDArray[Any]) -> Floats:
    """Mean over labels of the ratios, labels without gold and predictions left out; (…, labels, 2, 4) → (…,
    3)."""
    present = counts.sum(axis=(-1, -2)) > 0
    total = (ratios(counts) * present[..., None]).sum(axis=-2)
    result: Floats = total / np.maximum(present.sum(axis=-1), 1)[..., None]
    return result


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts per resampling unit of one model in one mode; shape (units, labels, 2, 4)."""

    counts: Ints
    labels: tuple[str, ...]

    def micro(self) -> Score:
        """Over all units and labels."""
        return Score.of(Counts.from_array(self.counts))

    def macro(self) -> Score:
        """Mean over labels; its counts are those of all labels."""
        p, r, f = macro(self.counts.sum(axis=0))
        return Score(float(p), float(r), float(f), Counts.from_array(self.counts))

    def per_label(self) -> dict[str, Score]:
        """A score a label."""
        return {label: Score.of(Counts.from_array(self.counts[:, i])) for i, label in enumerate(self.labels)}

    def per_document(self, document: Ints) -> list[Score]:
        """A micro score a document, given the document of each unit."""
        return [
            Score.of(Counts.from_array(self.counts[document == number])) for number in np.unique(document)
        ]
