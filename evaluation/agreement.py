"""How far annotators agree: pairwise F1, and Krippendorff's alpha for unitizing, which corrects for chance.

Alpha for unitizing (Krippendorff 1995; Content Analysis, 2nd edition, 12.4) compares where units of a
category lie on
a continuum, here the characters of all documents laid end to end. It is 1 for perfect agreement and 0 for
what random
placement of the same units would give. It is our own implementation because the one package for gamma
(pygamma-agreement 0.5.9) pins cvxopt 1.3.2 and stops at Python 3.11.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from govner.errors import UserError
from govner.evaluation.counts import Score, Tally
from govner.evaluation.errors import Mistake, mistakes
from govner.evaluation.matching import Overlap, Strict, merged, overlapping
from govner.evaluation.resampling import Interval, bootstrap, strata
from govner.evaluation.spans import (
    Ints,
    ScoredSpan,
    SpanTable,
    Units,
    document_units,
    label_order,
    paragraph_units,
    span_table,
)
from govner.schema import Span

#: Spans of one annotator by document id.
Annotation = Mapping[str, Sequence[Span | ScoredSpan]]


@dataclass(frozen=True, slots=True)
class Alpha:
    """Unitizing alpha with observed and expected disagreement; None where no disagreement is expected."""

    alpha: float | None
    observed: float
    expected: float


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Agreement of two annotators by label, then "micro": strict F1 with its 95 % interval, and overlap F1.

    F1 is symmetric: either annotator may be called gold. ``disagreements`` takes the first as gold.
    """

    first: str
    second: str
    strict: dict[str, Score]
    intervals: dict[str, Interval]
    overlap: dict[str, Score]
    disagreements: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of all annotators; ``alphas`` by label, then "all"."""

    documents: tuple[str, ...]
    labels: tuple[str, ...]
    pairs: tuple[PairAgreement, ...]
    alphas: dict[str, Alpha]
    unit: tuple[str, int]


def agree(
    annotators: Mapping[str, Annotation], texts: Mapping[str, str], *, seed: int = 0, repeats: int = 1000
) -> Agreement:
    """Compare two or more annotators of the same documents.

    Args:
        annotators: spans by document id, for each annotator.
        texts: the text of every document.

    Raises:
        UserError: fewer than two annotators, or they did not annotate the same documents.
    """
    if len(annotators) < 2:
        raise UserError("agreement needs two annotators or more: give two files or folders")
    ids = tuple(texts)
    for name, spans in annotators.items():
        missing = [id for id in ids if id not in spans]
        if missing:
            raise UserError(
                f"{name}: has no document {missing[0]!r} ({len(missing)} are missing): "
                "annotators are compared on the same documents; leave out the others"
            )
    rows = {name: [list(spans[id]) for id in ids] for name, spans in annotators.items()}
    labels = label_order(*rows.values())
    tables = {name: span_table(own, labels) for name, own in rows.items()}
    lengths = np.array([len(texts[id]) for id in ids])
    units = _units([texts[id] for id in ids])
    pairs = tuple(_pair(a, b, tables, units, seed, repeats) for a, b in combinations(annotators, 2))
    return Agreement(ids, labels, pairs, alphas(list(tables.values()), lengths), (units.name, len(units)))


def _units(texts: Sequence[str]) -> Units:
    if len(texts) >= 20:
        return document_units(len(texts))
    return paragraph_units([[i + 1 for i, c in enumerate(text) if c == "\n"] for text in texts])


def _pair(
    a: str, b: str, tables: Mapping[str, SpanTable], units: Units, seed: int, repeats: int
) -> PairAgreement:
    first, second = tables[a], tables[b]
    pairs = overlapping(first, second)
    strict = Tally(Strict().tally(first, second, pairs, units), first.labels)
    loose = Tally(Overlap().tally(first, second, pairs, units), first.labels)
    low, high = bootstrap([strict.counts], strata(units), seed=seed, repeats=repeats)
    names = (*first.labels, "micro")
    return PairAgreement(
        a,
        b,
        {**strict.per_label(), "micro": strict.micro()},
        {name: Interval(float(low[i, 2]), float(high[i, 2])) for i, name in enumerate(names)},
        {**loose.per_label(), "micro": loose.micro()},
        tuple(mistakes(first, second)),
    )


def alphas(tables: Sequence[SpanTable], lengths: Ints) -> dict[str, Alpha]:
    """Alpha of each label and of all together.

    Args:
        tables: one table an annotator; spans of a label that overlap are joined, for units may not overlap.
        lengths: characters of each document.
    """
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    total = int(offsets[-1])
    joined = [merged(table) for table in tables]
    result = {}
    for number, label in enumerate(tables[0].labels):
        units = []
        for table in joined:
            own = table.take(table.label == number)
            units.append(
                np.stack((offsets[own.document] + own.start, offsets[own.document] + own.end), axis=1)
            )
        observed, expected = observed_disagreement(units, total), expected_disagreement(units, total)
        result[label] = Alpha(1 - observed / expected if expected else None, observed, expected)
    observed = sum(one.observed for one in result.values())
    expected = sum(one.expected for one in result.values())
    result["all"] = Alpha(1 - observed / expected if expected else None, observed, expected)
    return result


def observed_disagreement(units: Sequence[Ints], length: int) -> float:
    """Observed disagreement on units of one category: an array of (start, end) rows an annotator."""
    if len(units) < 2 or not length:
        return 0.0
    total = 0.0
    for one, other in permutations(units, 2):
        first = np.searchsorted(other[:, 1], one[:, 0], side="right")
        last = np.searchsorted(other[:, 0], one[:, 1], side="left")
        for (start, end), a, b in zip(one.tolist(), first.tolist(), last.tolist(), strict=True):
            if a >= b:
                # The unit lies in a gap. Each such unit counts in both directions of the pair.
                total += 2 * (end - start) ** 2
            else:
                total += float(((other[a:b] - (start, end)) ** 2).sum())
    return total / (len(units) * (len(units) - 1) * length**2)


def expected_disagreement(units: Sequence[Ints], length: int) -> float:
    """Disagreement that is expected by chance from the same units and gaps."""
    sizes = np.concatenate([own[:, 1] - own[:, 0] for own in units]).astype(float)
    gaps = []
    for own in units:
        edges = np.concatenate(([0], own.ravel(), [length]))
        gap = edges[1::2] - edges[::2]
        gaps.append(gap[gap > 0])
    gap = np.sort(np.concatenate(gaps).astype(float))
    if not len(sizes):
        return 0.0
    # Sum over gaps at least as long as the unit of (gap − unit + 1), by suffix sums.
    suffix = np.concatenate((np.cumsum(gap[::-1])[::-1], [0.0]))
    at = np.searchsorted(gap, sizes, side="left")
    room = suffix[at] - (len(gap) - at) * (sizes - 1)
    weighed = (len(sizes) - 1) / 3 * (2 * sizes**3 - 3 * sizes**2 + sizes) + sizes**2 * room
    whole = len(units) * length
    return float(2 / length * weighed.sum() / (whole * (whole - 1) - (sizes * (sizes - 1)).sum()))
