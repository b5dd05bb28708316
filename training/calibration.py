"""Calibration: what a span's probability must be changed to so that it means what it says (Platt 1999)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from govner.schema import Span
from govner.tagger.crf import ScoredSpan

#: Fewer predictions than this say too little to fit two numbers.
MINIMUM = 40


def fit_line(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and intercept on the log-odds that make ``scores`` fit ``right`` best (logistic regression by Newton steps).

    A weak prior holds the line near (1, 0), so that few data cannot bend it far.
    """
    p = np.clip(scores, 1e-6, 1 - 1e-6)
    x = np.stack([np.log(p / (1 - p)), np.ones_like(p)], axis=1)
    prior, strength = np.array([1.0, 0.0]), 2.0

    def loss(w: NDArray[np.float64]) -> float:
        z = x @ w
        fit = np.logaddexp(0.0, z) - right * z
        return float(fit.sum() + strength / 2 * ((w - prior) ** 2).sum())

    w = prior.copy()
    for _ in range(100):
        q = 1 / (1 + np.exp(-np.clip(x @ w, -50, 50)))
        gradient = x.T @ (q - right) + strength * (w - prior)
        hessian = (x * (q * (1 - q))[:, None]).T @ x + strength * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while loss(w - size * step) > loss(w) and size > 1e-8:  # a full Newton step may overshoot
            size /= 2
        w = w - size * step
        if np.abs(size * step).max() < 1e-8:
            break
    return float(w[0]), float(w[1])


def fit_calibration(
    gold: Sequence[Sequence[Span]], predicted: Sequence[Sequence[ScoredSpan]], labels: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """A line for each label that has enough predictions, from development documents."""
    lines: dict[str, tuple[float, float]] = {}
    for label in labels:
        scores, right = [], []
        for g, p in zip(gold, predicted, strict=True):
            truth = set(g)
            for s in p:
                if s.label == label:
                    scores.append(s.score)
                    right.append(Span(s.start, s.end, s.label) in truth)
        if len(scores) >= MINIMUM:
            lines[label] = fit_line(np.array(scores), np.array(right))
    return lines


def expected_calibration_error(scores: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Mean distance between confidence and accuracy over equal-width bins, weighted by their counts (Guo et al. 2017)."""
    s, r = np.asarray(scores, float), np.asarray(right, float)
    if not len(s):
        return 0.0
    at = np.minimum((s * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(s[at == b].mean() - r[at == b].mean()) * (at == b).mean()
            for b in range(bins)
            if (at == b).any()
        )
    )
