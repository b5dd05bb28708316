"""Gold against prediction: overlapping pairs, one optimal one-to-one matching, and the modes that judge a
pair.

The modes strict, exact, partial and type follow SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013). Two more
are
common: overlap (same label and enough shared characters) and character level (every labelled character
counts).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from govner.evaluation.counts import ABSENT, CORRECT, INCORRECT, KINDS, PARTIAL, SIDES, histogram
from govner.evaluation.spans import Ints, SpanTable, Units

Bools = NDArray[np.bool_]

#: What an outcome is worth in half points, indexed by outcome.
_CREDIT = np.zeros(len(KINDS), np.int64)
_CREDIT[CORRECT], _CREDIT[PARTIAL] = 2, 1


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of a gold and a predicted span that share a character; one row a pair.

    ``gold`` and ``predicted`` are rows of the two tables; ``shared`` and ``union`` count characters.
    """

    gold: Ints
    predicted: Ints
    same_edges: Bools
    same_label: Bools
    shared: Ints
    union: Ints

    def __len__(self) -> int:
        return len(self.gold)


def overlapping(gold: SpanTable, predicted: SpanTable) -> Pairs:
    """Find every overlapping pair, nested and duplicate spans included. O((n + pairs) log n)."""
    left, right = predicted.left, predicted.right
    reach = np.maximum.accumulate(right) if len(right) else right
    first = np.searchsorted(reach, gold.left, side="right")
    last = np.searchsorted(left, gold.right, side="left")
    width = np.maximum(last - first, 0)
    g = np.repeat(np.arange(len(gold)), width)
    within = np.arange(len(g)) - np.repeat(np.cumsum(width) - width, width)
    p = np.repeat(first, width) + within
    keep = right[p] > gold.left[g]
    g, p = g[keep], p[keep]
    a, b, c, d = gold.left[g], gold.right[g], left[p], right[p]
    shared = np.minimum(b, d) - np.maximum(a, c)
    return Pairs(
        g, p, (a == c) & (b == d), gold.label[g] == predicted.label[p], shared, (b - a) + (d - c) - shared
    )


def match(pairs: Pairs, outcome: Ints) -> Bools:
    """Choose a one-to-one matching of greatest credit, and say which pairs are in it.

    Among matchings of greatest credit the one with most pairs is taken, then with most equal labels, then
    with the
    greatest overlap, so that counts of wrong pairs and of single labels do not depend on the order of spans
    either.

    Args:
        pairs: overlapping pairs.
        outcome: CORRECT, PARTIAL or INCORRECT for each pair.
    """
    chosen = np.zeros(len(pairs), bool)
    if not len(pairs):
        return chosen
    golds, preds = int(pairs.gold.max()) + 1, int(pairs.predicted.max()) + 1
    graph = coo_array(
        (np.ones(len(pairs), np.int8), (pairs.gold, pairs.predicted + golds)), shape=(golds + preds,) * 2
    )
    component = connected_components(graph, directed=False)[1][pairs.gold]
    _, component, size = np.unique(component, return_inverse=True, return_counts=True)
    weight = _weights(pairs, outcome, int(size.max()))

    # Where all pairs of a component share one span, the heaviest pair is the matching.
    star = _star(component, pairs.gold) | _star(component, pairs.predicted)
    easy = np.flatnonzero(star[component])
    order = easy[np.lexsort((pairs.predicted[easy], pairs.gold[easy], -weight[easy], component[easy]))]
    chosen[order[np.unique(component[order], return_index=True)[1]]] = True

    hard = np.flatnonzero(~star[component])
    hard = hard[np.argsort(component[hard], kind="stable")]
    chosen[_assign(hard, component, pairs, weight)] = True
    return chosen


def _assign(rows: Ints, component: Ints, pairs: Pairs, weight: Ints) -> list[int]:
    """The heaviest one-to-one pairs of components that are no stars; ``rows`` are sorted by component."""
    chosen: list[int] = []
    columns = (rows, component[rows], pairs.gold[rows], pairs.predicted[rows], weight[rows])
    table = zip(*(column.tolist() for column in columns), strict=True)
    for _, group in groupby(table, key=lambda row: row[1]):
        own = list(group)
        g = {gold: i for i, gold in enumerate(sorted({row[2] for row in own}))}
        p = {predicted: i for i, predicted in enumerate(sorted({row[3] for row in own}))}
        grid = np.zeros((len(g), len(p)))
        place = {}
        for row, _, gold, predicted, heavy in own:
            grid[g[gold], p[predicted]] = heavy
            place[g[gold], p[predicted]] = row
        picked = zip(*(side.tolist() for side in linear_sum_assignment(grid, maximize=True)), strict=True)
        chosen += [place[cell] for cell in picked if cell in place]
    return chosen


def _weights(pairs: Pairs, outcome: Ints, largest: int) -> Ints:
    """Pair weights whose sum orders matchings by credit, pairs, equal labels and overlap, in this order."""
    fine = 100 if largest < 500 else 0
    label = fine * largest + 1
    pair = (label + fine) * largest + 1
    credit = (pair + label + fine) * largest + 1
    overlap = fine * pairs.shared // pairs.union
    weight: Ints = _CREDIT[outcome] * credit + pair + pairs.same_label * label + overlap
    return weight


def _star(component: Ints, side: Ints) -> Bools:
    """For each component: do all its pairs share one span of this side?"""
    low = np.full(int(component.max()) + 1, np.iinfo(np.int64).max)
    high = np.full(len(low), -1)
    np.minimum.at(low, component, side)
    np.maximum.at(high, component, side)
    same: Bools = low == high
    return same


class Mode(ABC):
    """A way of comparing gold with predictions."""

    name: ClassVar[str]
    #: One line for people.
    says: ClassVar[str]

    @abstractmethod
    def tally(self, gold: SpanTable, predicted: SpanTable, pairs: Pairs, units: Units) -> Ints:
        """Count outcomes; shape (units, labels, sides, kinds), see :mod:`govner.evaluation.counts`."""


class PairMode(Mode):
    """A mode that judges whole pairs; subclasses only say what an overlapping pair is worth."""

    @abstractmethod
    def judge(self, pairs: Pairs) -> Ints:
        """CORRECT, PARTIAL or INCORRECT for each overlapping pair."""

    def tally(self, gold: SpanTable, predicted: SpanTable, pairs: Pairs, units: Units) -> Ints:
        outcome = self.judge(pairs)
        chosen = match(pairs, outcome)
        shape = (len(units), len(gold.labels), SIDES, len(KINDS))
        result = np.zeros(shape, np.int64)
        for side, (table, rows) in enumerate(((gold, pairs.gold), (predicted, pairs.predicted))):
            kind = np.full(len(table), ABSENT)
            kind[rows[chosen]] = outcome[chosen]
            result += histogram(shape, (units.of(table), table.label, side, kind))
        return result


class Strict(PairMode):
    """Edges and label must both be right."""

    name, says = "strict", "edges and label right"

    def judge(self, pairs: Pairs) -> Ints:
        return np.where(pairs.same_edges & pairs.same_label, CORRECT, INCORRECT)


class Exact(PairMode):
    """Edges must be right; the label does not matter."""

    name, says = "exact", "edges right, any label"

    def judge(self, pairs: Pairs) -> Ints:
        return np.where(pairs.same_edges, CORRECT, INCORRECT)


class Partial(PairMode):
    """Right edges earn a point and any overlap half a point, whatever the label."""

    name, says = "partial", "right edges 1, any overlap ½, any label"

    def judge(self, pairs: Pairs) -> Ints:
        return np.where(pairs.same_edges, CORRECT, PARTIAL)


class Type(PairMode):
    """The label must be right and a character shared."""

    name, says = "type", "label right, a character shared"

    def judge(self, pairs: Pairs) -> Ints:
        return np.where(pairs.same_label, CORRECT, INCORRECT)


class Overlap(PairMode):
    """The label must be right and at least half of the joint characters shared (intersection over union)."""

    name, says = "overlap", "label right, half of the joint characters shared"

    def __init__(self, threshold: float = 0.5) -> None:
        self.threshold = threshold

    def judge(self, pairs: Pairs) -> Ints:
        enough = pairs.shared >= self.threshold * pairs.union
        return np.where(pairs.same_label & enough, CORRECT, INCORRECT)


class Character(Mode):
    """Every character that bears a label counts by itself; nested spans of one label count a character
    once."""

    name, says = "character", "labelled characters"

    def tally(self, gold: SpanTable, predicted: SpanTable, pairs: Pairs, units: Units) -> Ints:
        shape = (len(units), len(gold.labels), SIDES, len(KINDS))
        result = np.zeros(shape, np.int64)
        flat = merged(gold), merged(predicted)
        found = overlapping(*flat)
        same = found.same_label
        for side, (table, rows) in enumerate(((flat[0], found.gold), (flat[1], found.predicted))):
            shared = histogram((len(table),), (rows[same],), found.shared[same])
            at = (units.of(table), table.label, side)
            result += histogram(shape, (*at, CORRECT), shared)
            result += histogram(shape, (*at, ABSENT), table.end - table.start - shared)
        return result


def merged(table: SpanTable) -> SpanTable:
    """The same labelled characters in spans of which none overlaps another of its label."""
    order = np.lexsort((table.start, table.document, table.label))
    ordered = table.take(order)
    if not len(ordered):
        return ordered
    # A stride a label keeps the running maximum from crossing into the next label.
    lift = ordered.label * (int(table.document.max()) + 2 << 32)
    left, right = ordered.left + lift, ordered.right + lift
    reach = np.maximum.accumulate(right)
    opens = np.flatnonzero(np.concatenate(([True], left[1:] >= reach[:-1])))
    ends = np.maximum.reduceat(right, opens) - lift[opens] - (ordered.document[opens] << 32)
    joined = ordered.take(opens)
    joined = SpanTable(joined.document, joined.start, ends, joined.label, joined.score, joined.labels)
    return joined.take(np.lexsort((joined.label, joined.end, joined.start, joined.document)))


#: Every mode, the headline first.
MODES: tuple[Mode, ...] = (Strict(), Exact(), Partial(), Type(), Overlap(), Character())
