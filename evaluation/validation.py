"""Precision and recall on a user's own reports, from a coded sample, and a test between strata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from govner.errors import UserError
from govner.evaluation.coding_sheet import Coded
from govner.evaluation.counts import ABSENT, CORRECT, GOLD, PREDICTED, ratios
from govner.evaluation.resampling import Interval, bootstrap
from govner.evaluation.spans import Floats, Ints


@dataclass(frozen=True, slots=True)
class Estimated:
    """Weighted precision and recall of a stratum or label; ``right``, ``given`` and ``missed`` are
    unweighted counts."""

    precision: float
    recall: float
    f1: float
    precision_interval: Interval
    recall_interval: Interval
    f1_interval: Interval
    sentences: int
    right: int
    given: int
    missed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A permutation test of the hypothesis that error does not differ between strata."""

    measure: str
    p: float
    strata: int


@dataclass(frozen=True, slots=True)
class Validation:
    """Estimates by label ("all" last) and by stratum, strictly and with wrong edges forgiven."""

    labels: dict[str, Estimated]
    strata: dict[str, Estimated]
    forgiving: Estimated
    differences: tuple[Difference, ...]


def _counts(coded: Sequence[Coded], labels: Sequence[str], forgiving: bool) -> tuple[Floats, Ints]:
    """Weighted counts of shape (sentences, labels, 2, 4), and the cell of each sentence."""
    index = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(coded), len(labels), 2, 4))
    fine = ("right", "wrong edge") if forgiving else ("right",)
    for row, one in enumerate(coded):
        for label, verdict in one.verdicts:
            at = index[label]
            ok = verdict in fine
            counts[row, at, PREDICTED, CORRECT if ok else ABSENT] += one.weight
            # A wrong edge or label stands for a true entity, which was then not found.
            if ok or verdict != "wrong":
                counts[row, at, GOLD, CORRECT if ok else ABSENT] += one.weight
        for label in one.missed:
            counts[row, index[label], GOLD, ABSENT] += one.weight
    cells = {key: i for i, key in enumerate(sorted({(c.stratum, c.predicted) for c in coded}))}
    return counts, np.array([cells[c.stratum, c.predicted] for c in coded])


def validate(
    coded: Sequence[Coded], labels: Sequence[str], *, seed: int = 0, repeats: int = 2000
) -> Validation:
    """Estimate precision and recall from coded sentences.

    Sentences are weighted by how many they stand for; intervals resample sentences within the cells that
    they were
    drawn from. An entity whose label was wrong counts as missed under the label that it was given.

    Raises:
        UserError: nothing is coded.
    """
    if not coded:
        raise UserError(
            "no sentence is coded yet: fill in verdicts, and an x under read for every sentence read"
        )
    labels = tuple(dict.fromkeys([*labels, *(label for one in coded for label, _ in one.verdicts)]))
    counts, cells = _counts(coded, labels, forgiving=False)
    low, high = bootstrap([counts], cells, seed=seed, repeats=repeats)
    by_label = {}
    for i, label in enumerate((*labels, "all")):
        own = [i] if i < len(labels) else list(range(len(labels)))
        by_label[label] = _estimate(counts[:, own].sum(axis=1), coded, labels, own, low[i], high[i])
    strata = {}
    for name in sorted({one.stratum for one in coded}):
        rows = [i for i, one in enumerate(coded) if one.stratum == name]
        strata[name] = _whole([coded[i] for i in rows], counts[rows], cells[rows], labels, seed, repeats)
    loose, _ = _counts(coded, labels, forgiving=True)
    forgiving = _whole(coded, loose, cells, labels, seed, repeats)
    tests = tuple(
        _test(measure, coded, counts.sum(axis=1), seed, 5 * repeats) for measure in ("precision", "recall")
    )
    return Validation(by_label, strata, forgiving, tests)


def _whole(
    coded: Sequence[Coded], counts: Floats, cells: Ints, labels: Sequence[str], seed: int, repeats: int
) -> Estimated:
    low, high = bootstrap([counts], cells, seed=seed, repeats=repeats)
    return _estimate(counts.sum(axis=1), coded, labels, range(len(labels)), low[-2], high[-2])


def _estimate(
    counts: Floats,
    coded: Sequence[Coded],
    labels: Sequence[str],
    own: Sequence[int],
    low: Floats,
    high: Floats,
) -> Estimated:
    p, r, f = ratios(counts.sum(axis=0)).tolist()
    chosen = {labels[i] for i in own}
    verdicts = [verdict for one in coded for label, verdict in one.verdicts if label in chosen]
    missed = sum(label in chosen for one in coded for label in one.missed)
    ip, ir, if1 = (Interval(float(low[k]), float(high[k])) for k in range(3))
    return Estimated(p, r, f, ip, ir, if1, len(coded), verdicts.count("right"), len(verdicts), missed)


def _test(measure: str, coded: Sequence[Coded], counts: Floats, seed: int, repeats: int) -> Difference:
    """Permute strata among sentences; the statistic is the weighted variance of error over strata.

    Sentences keep their weights, and those with predictions swap only among themselves.
    """
    side = PREDICTED if measure == "precision" else GOLD
    right, total = counts[:, side, CORRECT], counts[:, side].sum(axis=1)
    names = sorted({one.stratum for one in coded})
    stratum = np.array([names.index(one.stratum) for one in coded])
    groups = [np.flatnonzero([one.predicted == kind for one in coded]) for kind in (True, False)]
    mean = right.sum() / total.sum() if total.sum() else 0.0

    def statistic(at: Ints) -> float:
        r = np.bincount(at, weights=right, minlength=len(names))
        n = np.bincount(at, weights=total, minlength=len(names))
        rate = np.divide(r, n, out=np.full(len(n), mean), where=n > 0)
        return float((n * (rate - mean) ** 2).sum())

    rng = np.random.default_rng(seed)
    observed, reached = statistic(stratum), 0
    for _ in range(repeats):
        shuffled = stratum.copy()
        for group in groups:
            shuffled[group] = rng.permutation(stratum[group])
        reached += statistic(shuffled) >= observed - 1e-12
    return Difference(measure, (reached + 1) / (repeats + 1), len(names))
