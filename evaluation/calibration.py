"""Are scores what they claim to be? Reliability, expected calibration error, precision and recall by
threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from govner.evaluation.counts import CORRECT, INCORRECT
from govner.evaluation.matching import Bools, match, overlapping
from govner.evaluation.spans import Floats, SpanTable

#: Precisions for which thresholds are given.
WANTED = (0.8, 0.9, 0.95)
_POINTS = 200


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions whose score lies in [low, high): how many, their mean score, and the share that is
    right."""

    low: float
    high: float
    count: int
    score: float
    precision: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision and recall when only predictions with at least this score are kept, by falling threshold."""

    label: str
    threshold: tuple[float, ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """The lowest threshold that reaches the wanted precision on this gold; None where none does."""

    label: str
    wanted: float
    threshold: float | None
    precision: float
    recall: float
    kept: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far scores can be believed. ``error`` is the expected calibration error, ``brier`` the Brier
    score."""

    bins: tuple[Bin, ...]
    error: float
    brier: float
    curves: tuple[Curve, ...]
    thresholds: tuple[Threshold, ...]


def hits(gold: SpanTable, predicted: SpanTable) -> Bools:
    """Which predictions are strictly right; of duplicates one is."""
    pairs = overlapping(gold, predicted)
    same = pairs.same_edges & pairs.same_label
    right = np.zeros(len(predicted), bool)
    right[pairs.predicted[match(pairs, np.where(same, CORRECT, INCORRECT)) & same]] = True
    return right


def calibrate(
    gold: SpanTable, predicted: SpanTable, *, bins: int = 10, wanted: Sequence[float] = WANTED
) -> Calibration | None:
    """Calibration of the predictions, or None where they have no scores.

    Bins are of equal width. The expected calibration error is the mean of |score − precision| over bins,
    weighted by
    their size (Naeini et al. 2015).
    """
    if not len(predicted) or np.isnan(predicted.score).any():
        return None
    right, score = hits(gold, predicted), predicted.score
    edges = np.linspace(0, 1, bins + 1)
    at = np.clip(np.digitize(score, edges) - 1, 0, bins - 1)
    table = []
    for number in range(bins):
        inside = at == number
        if inside.any():
            table.append(
                Bin(
                    float(edges[number]),
                    float(edges[number + 1]),
                    int(inside.sum()),
                    float(score[inside].mean()),
                    float(right[inside].mean()),
                )
            )
    error = sum(bin.count * abs(bin.score - bin.precision) for bin in table) / len(predicted)
    curves, thresholds = [], []
    for number, label in [(-1, "all"), *enumerate(gold.labels)]:
        chosen = np.ones(len(predicted), bool) if number < 0 else predicted.label == number
        total = len(gold) if number < 0 else int((gold.label == number).sum())
        if not chosen.any() or not total:
            continue
        level, precision, recall, kept = _by_threshold(score[chosen], right[chosen], total)
        curves.append(_thinned(label, level, precision, recall))
        thresholds += [_reach(label, p, level, precision, recall, kept) for p in wanted]
    return Calibration(
        tuple(table), float(error), float(np.mean((score - right) ** 2)), tuple(curves), tuple(thresholds)
    )


def _by_threshold(score: Floats, right: Bools, total: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Distinct thresholds, highest first, with precision, recall and number kept at each."""
    order = np.argsort(-score, kind="stable")
    score, found = score[order], np.cumsum(right[order])
    last = np.flatnonzero(np.append(np.diff(score) != 0, True))
    kept = (last + 1).astype(float)
    return score[last], found[last] / kept, found[last] / total, kept


def _thinned(label: str, level: Floats, precision: Floats, recall: Floats) -> Curve:
    rows = np.unique(np.linspace(0, len(level) - 1, min(_POINTS, len(level))).round().astype(int))
    return Curve(
        label, tuple(level[rows].tolist()), tuple(precision[rows].tolist()), tuple(recall[rows].tolist())
    )


def _reach(
    label: str, wanted: float, level: Floats, precision: Floats, recall: Floats, kept: Floats
) -> Threshold:
    enough = np.flatnonzero(precision >= wanted)
    if not len(enough):
        return Threshold(label, wanted, None, 0.0, 0.0, 0)
    at = enough[-1]
    return Threshold(label, wanted, float(level[at]), float(precision[at]), float(recall[at]), int(kept[at]))
