"""Bootstrap intervals and paired permutation tests, on counts alone: spans are never matched again.

Units are resampled within strata. Where units are paragraphs, strata are documents, so an interval speaks of
other
paragraphs of the same documents; where units are documents there is one stratum, and it speaks of other
documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govner.errors import UserError
from govner.evaluation.counts import macro, micro, ratios
from govner.evaluation.spans import Floats, Ints, Units

#: A document-level test needs this many documents: with 6, the smallest two-sided p is 1/32.
DOCUMENTS_TO_TEST = 6
_CHUNK = 500
#: With so few units that differ, all sign flips are tried rather than drawn.
_EXACT = 12


@dataclass(frozen=True, slots=True)
class Interval:
    """A percentile interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Test:
    """A paired permutation test of a difference in F1 (first minus second system).

    ``smallest`` is the smallest p that the data and the number of permutations allow; ``units`` counts the
    units on
    which the systems differ. ``holm`` is ``p`` corrected for all comparisons made together.
    """

    first: str
    second: str
    measure: str
    difference: float
    p: float
    holm: float
    smallest: float
    unit: str
    units: int


def strata(units: Units) -> Ints:
    """The stratum of each unit."""
    return units.document if units.name == "paragraph" else np.zeros(len(units), np.int64)


def weights(stratum: Ints, repeats: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """How often each unit is drawn in each resample; shape (repeats, units)."""
    drawn = np.empty((repeats, len(stratum)), np.float32)
    for value in np.unique(stratum):
        rows = np.flatnonzero(stratum == value)
        drawn[:, rows] = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=repeats)
    return drawn


def measures(counts: NDArray[np.generic]) -> Floats:
    """Precision, recall, F1 of every label, then micro, then macro: (…, labels, 2, 4) → (…, labels + 2,
    3)."""
    return np.concatenate((ratios(counts), micro(counts)[..., None, :], macro(counts)[..., None, :]), axis=-2)


def draw(stratum: Ints, repeats: int, seed: int) -> list[NDArray[np.float32]]:
    """Resamples in chunks, to be used for several systems and modes."""
    rng = np.random.default_rng(seed)
    sizes = (min(_CHUNK, repeats - start) for start in range(0, repeats, _CHUNK))
    return [weights(stratum, size, rng) for size in sizes]


def bootstrap(
    runs: Sequence[NDArray[Any]],
    stratum: Ints,
    *,
    repeats: int = 1000,
    seed: int = 0,
    level: float = 0.95,
    drawn: Sequence[NDArray[np.float32]] = (),
) -> tuple[Floats, Floats]:
    """Percentile bootstrap bounds of :func:`measures`.

    Args:
        runs: counts of shape (units, labels, 2, 4), one array a training seed; measures are averaged over
        seeds.
        stratum: the stratum of each unit.
        drawn: what :func:`draw` gave for the same strata, repeats and seed, so as not to draw again.

    Returns:
        Lower and upper bounds, each of shape (labels + 2, 3).
    """
    shape = runs[0].shape[1:]
    flat = [run.reshape(len(run), -1).astype(np.float32) for run in runs]
    samples = [
        np.mean([measures((chunk @ counts).reshape(-1, *shape)) for counts in flat], axis=0)
        for chunk in drawn or draw(stratum, repeats, seed)
    ]
    tail = (1 - level) / 2
    low, high = np.quantile(np.concatenate(samples), [tail, 1 - tail], axis=0)
    return low, high


def permutation_test(
    first: Sequence[Ints],
    second: Sequence[Ints],
    units: Units,
    *,
    names: tuple[str, str] = ("first", "second"),
    repeats: int = 10_000,
    seed: int = 0,
) -> dict[str, Test]:
    """Paired permutation tests of micro and macro F1: units swap systems at random.

    Args:
        first, second: counts of the two systems, one array a training seed (seeds are averaged).

    Returns:
        Tests by measure, "micro" and "macro", not yet corrected.

    Raises:
        UserError: units are documents and there are fewer than six.
    """
    if units.name == "document" and len(units) < DOCUMENTS_TO_TEST:
        raise UserError(
            f"a document-level test needs {DOCUMENTS_TO_TEST} documents and there are {len(units)}: "
            "give more gold, or test paragraphs with --unit paragraph"
        )
    a, b = np.mean(first, axis=0), np.mean(second, axis=0)
    total_a, total_b = a.sum(axis=0), b.sum(axis=0)
    active = (a != b).any(axis=(1, 2, 3))
    change = (a - b)[active].reshape(int(active.sum()), total_a.size)
    exact = len(change) <= _EXACT
    smallest = min(1.0, 2.0 ** (1 - len(change)))
    if not exact:
        smallest = max(smallest, 1 / (repeats + 1))
    observed = _differences(total_a[None], total_b[None])[0]
    reached = np.zeros(2)
    drawn = 0
    for flips in _flips(len(change), repeats, np.random.default_rng(seed)):
        moved = (flips @ change).reshape(-1, *total_a.shape)
        differences = _differences(total_a - moved, total_b + moved)
        reached += (np.abs(differences) >= np.abs(observed) - 1e-9).sum(axis=0)
        drawn += len(flips)
    # A random draw counts the observed arrangement as one more, so that p is never 0.
    p = reached / drawn if exact else (reached + 1) / (drawn + 1)
    return {
        measure: Test(
            *names, measure, float(observed[i]), float(p[i]), float(p[i]), smallest, units.name, len(change)
        )
        for i, measure in enumerate(("micro", "macro"))
    }


def _flips(size: int, repeats: int, rng: np.random.Generator) -> Iterator[Floats]:
    """All swaps of units where they are few, else random ones, a chunk at a time."""
    if size <= _EXACT:
        every = np.arange(2**size)
        yield ((every[:, None] >> np.arange(size)) & 1).astype(np.float64)
        return
    for start in range(0, repeats, _CHUNK):
        yield rng.integers(0, 2, (min(_CHUNK, repeats - start), size)).astype(np.float64)


def _differences(a: NDArray[np.generic], b: NDArray[np.generic]) -> Floats:
    """Differences in micro and macro F1; (n, labels, 2, 4) twice → (n, 2)."""
    return np.stack((micro(a)[:, 2] - micro(b)[:, 2], macro(a)[:, 2] - macro(b)[:, 2]), axis=1)


def holm(tests: Sequence[Test]) -> list[Test]:
    """Correct the p values of tests made together after Holm (1979)."""
    order = sorted(range(len(tests)), key=lambda i: tests[i].p)
    corrected = list(tests)
    running = 0.0
    for rank, i in enumerate(order):
        running = max(running, min(1.0, tests[i].p * (len(tests) - rank)))
        corrected[i] = replace(tests[i], holm=running)
    return corrected
