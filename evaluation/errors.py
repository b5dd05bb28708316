"""What kinds of mistakes a system makes, what fixing each kind would gain, and where they stand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from govner.evaluation.counts import CORRECT, INCORRECT, PARTIAL, histogram
from govner.evaluation.gold import Gold
from govner.evaluation.matching import Bools, Pairs, Partial, match, overlapping
from govner.evaluation.spans import Ints, ScoredSpan, SpanTable
from govner.schema import Span

#: Kinds of mistakes with what they mean, in the order in which reports explain them.
KINDS: dict[str, str] = {
    "left edge": "label and right edge are right",
    "right edge": "label and left edge are right",
    "both edges": "the label is right, neither edge is",
    "label": "both edges are right, the label is not",
    "edge and label": "they only overlap",
    "split": "one gold span, several predictions",
    "merged": "several gold spans, one prediction",
    "duplicate": "a right prediction given again",
    "missed": "no prediction touches it that is not taken",
    "spurious": "no gold span touches it that is not taken",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake. ``left`` and ``right`` say how many characters the predicted edges lie to the right of
    gold's."""

    document: int
    kind: str
    gold: tuple[Span, ...]
    predicted: tuple[ScoredSpan, ...]
    left: int = 0
    right: int = 0

    @property
    def spans(self) -> list[Span | ScoredSpan]:
        """Gold spans, then predicted ones."""
        return [*self.gold, *self.predicted]

    @property
    def start(self) -> int:
        """Where it starts in the source."""
        return min(span.start for span in self.spans)

    @property
    def end(self) -> int:
        """Where it ends in the source."""
        return max(span.end for span in self.spans)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels in it."""
        return tuple(sorted({span.label for span in self.spans}))


@dataclass(frozen=True, slots=True)
class KindSummary:
    """How often a kind occurs and the micro F1 that mending all of it would add."""

    kind: str
    count: int
    gain: float
    f1: float


def _span(table: SpanTable, row: int) -> ScoredSpan:
    score = float(table.score[row])
    label = table.labels[int(table.label[row])]
    return ScoredSpan(int(table.start[row]), int(table.end[row]), label, None if np.isnan(score) else score)


def strict_hits(gold: SpanTable, predicted: SpanTable, pairs: Pairs) -> tuple[Bools, Bools]:
    """Which gold spans were found, and which predictions are right, strictly."""
    same = pairs.same_edges & pairs.same_label
    chosen = match(pairs, np.where(same, CORRECT, INCORRECT)) & same
    found, right = np.zeros(len(gold), bool), np.zeros(len(predicted), bool)
    found[pairs.gold[chosen]] = True
    right[pairs.predicted[chosen]] = True
    return found, right


def mistakes(gold: SpanTable, predicted: SpanTable) -> list[Mistake]:
    """Every mistake, once, in order of place.

    Right pairs are set aside first. What is left falls into groups of overlapping spans: one gold and one
    predicted
    span are compared edge by edge, one and several are a split or a merge, and in larger groups the best
    matching is
    compared and the rest is missed or spurious.
    """
    pairs = overlapping(gold, predicted)
    found, right = strict_hits(gold, predicted, pairs)
    result = []
    again = np.zeros(len(predicted), bool)
    for g, p in _rows(
        pairs, pairs.same_edges & pairs.same_label & ~right[pairs.predicted] & found[pairs.gold]
    ):
        if not again[p]:
            again[p] = True
            result.append(_mistake("duplicate", gold, predicted, [g], [p]))
    open_gold, open_predicted = np.flatnonzero(~found), np.flatnonzero(~right & ~again)
    rest = ~found[pairs.gold] & ~right[pairs.predicted] & ~again[pairs.predicted]
    for g_rows, p_rows in _groups(pairs, rest, len(gold), len(predicted)):
        result += _judge_group(gold, predicted, g_rows, p_rows)
    touched_gold, touched = {*pairs.gold[rest].tolist()}, {*pairs.predicted[rest].tolist()}
    result += [
        _mistake("missed", gold, predicted, [g], []) for g in open_gold.tolist() if g not in touched_gold
    ]
    result += [
        _mistake("spurious", gold, predicted, [], [p]) for p in open_predicted.tolist() if p not in touched
    ]
    return sorted(result, key=lambda m: (m.document, m.start, m.end, m.kind))


def _rows(pairs: Pairs, mask: Bools) -> Iterable[tuple[int, int]]:
    return zip(pairs.gold[mask].tolist(), pairs.predicted[mask].tolist(), strict=True)


def _groups(pairs: Pairs, mask: Bools, golds: int, preds: int) -> Iterable[tuple[list[int], list[int]]]:
    """Connected groups of the pairs that the mask picks."""
    g, p = pairs.gold[mask], pairs.predicted[mask]
    size = golds + preds
    graph = coo_array((np.ones(len(g), np.int8), (g, p + golds)), shape=(size, size))
    component = connected_components(graph, directed=False)[1]
    members: defaultdict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for a, b in zip(g.tolist(), p.tolist(), strict=True):
        members[int(component[a])][0].add(a)
        members[int(component[a])][1].add(b)
    return [(sorted(a), sorted(b)) for a, b in members.values()]


def _judge_group(
    gold: SpanTable, predicted: SpanTable, g_rows: list[int], p_rows: list[int]
) -> list[Mistake]:
    if len(g_rows) == 1 and len(p_rows) == 1:
        return [_compare(gold, predicted, g_rows[0], p_rows[0])]
    if len(g_rows) == 1:
        return [_mistake("split", gold, predicted, g_rows, p_rows)]
    if len(p_rows) == 1:
        return [_mistake("merged", gold, predicted, g_rows, p_rows)]
    g, p = gold.take(np.array(g_rows)), predicted.take(np.array(p_rows))
    pairs = overlapping(g, p)
    outcome = np.where(pairs.same_edges, CORRECT, np.where(pairs.same_label, PARTIAL, INCORRECT))
    chosen = list(_rows(pairs, match(pairs, outcome)))
    result = [_compare(g, p, a, b) for a, b in chosen]
    result += [_mistake("missed", g, p, [a], []) for a in range(len(g)) if a not in {a for a, _ in chosen}]
    result += [_mistake("spurious", g, p, [], [b]) for b in range(len(p)) if b not in {b for _, b in chosen}]
    return result


def _compare(gold: SpanTable, predicted: SpanTable, g: int, p: int) -> Mistake:
    left = int(predicted.start[p] - gold.start[g])
    right = int(predicted.end[p] - gold.end[g])
    if gold.label[g] != predicted.label[p]:
        kind = "edge and label" if left or right else "label"
    else:
        kind = "both edges" if left and right else "left edge" if left else "right edge"
    return _mistake(kind, gold, predicted, [g], [p], left, right)


def _mistake(
    kind: str,
    gold: SpanTable,
    predicted: SpanTable,
    g: list[int],
    p: list[int],
    left: int = 0,
    right: int = 0,
) -> Mistake:
    document = int(gold.document[g[0]] if g else predicted.document[p[0]])
    golds = tuple(Span(s.start, s.end, s.label) for s in (_span(gold, row) for row in g))
    return Mistake(document, kind, golds, tuple(_span(predicted, row) for row in p), left, right)


def summarize(found: Sequence[Mistake], gold: int, predicted: int, correct: int) -> list[KindSummary]:
    """Kinds ranked by the micro F1 that mending every mistake of the kind, and nothing else, would add."""

    def f1(right: int, wanted: int, given: int) -> float:
        return 2 * right / (wanted + given) if wanted + given else 0.0

    now = f1(correct, gold, predicted)
    result = []
    for kind in KINDS:
        own = [mistake for mistake in found if mistake.kind == kind]
        # A duplicate's gold span is found already: only the prediction goes.
        new = 0 if kind == "duplicate" else sum(len(m.gold) for m in own)
        gone = sum(len(m.predicted) for m in own)
        then = f1(correct + new, gold, predicted - gone + new)
        if own:
            result.append(KindSummary(kind, len(own), then - now, then))
    return sorted(result, key=lambda s: (-s.gain, s.kind))


def edge_shifts(found: Iterable[Mistake]) -> list[tuple[str, int, int]]:
    """How far wrong edges lie off: (edge, characters to the right of gold's, count), most frequent first."""
    counts: Counter[tuple[str, int]] = Counter()
    for mistake in found:
        if mistake.kind in ("left edge", "right edge", "both edges"):
            counts.update((edge, by) for edge, by in (("left", mistake.left), ("right", mistake.right)) if by)
    return [(edge, by, n) for (edge, by), n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def confusion(gold: SpanTable, predicted: SpanTable) -> Ints:
    """Confusion matrix with O last: rows gold, columns predicted, shape (labels + 1, labels + 1).

    Spans are matched one to one where they overlap, same edges before same labels; what is left counts as O.
    """
    pairs = overlapping(gold, predicted)
    chosen = match(pairs, Partial().judge(pairs))
    g, p = pairs.gold[chosen], pairs.predicted[chosen]
    none = len(gold.labels)
    matrix = histogram((none + 1, none + 1), (gold.label[g], predicted.label[p]))
    matrix += histogram(matrix.shape, (np.delete(gold.label, g), none))
    matrix += histogram(matrix.shape, (none, np.delete(predicted.label, p)))
    return matrix


_STOPS = re.compile(r"[。！？；\n]")


def sentence(text: str, start: int, end: int, most: int = 150) -> tuple[int, int]:
    """The sentence(s) around a stretch, cut to about ``most`` characters on either side."""
    first = max(0, start - most)
    first = max((stop.end() for stop in _STOPS.finditer(text, first, start)), default=first)
    stop = _STOPS.search(text, end, min(len(text), end + most))
    last = stop.end() if stop else min(len(text), end + most)
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last


@dataclass(frozen=True, slots=True)
class Confusion:
    """A confusion that occurs again and again: surfaces and labels, how often, and one sentence of it."""

    kind: str
    gold: str
    predicted: str
    count: int
    sentence: str


def frequent(found: Iterable[Mistake], golds: Sequence[Gold], most: int = 20) -> list[Confusion]:
    """The most frequent confusions, told apart by kind, surfaces and labels."""
    groups: defaultdict[tuple[str, str, str], list[Mistake]] = defaultdict(list)
    for mistake in found:
        text = golds[mistake.document].text

        def show(spans: Sequence[Span | ScoredSpan], text: str = text) -> str:
            return " + ".join(f"{text[s.start : s.end]} [{s.label}]" for s in spans) or "—"

        groups[mistake.kind, show(mistake.gold), show(mistake.predicted)].append(mistake)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))[:most]
    result = []
    for (kind, gold, predicted), own in ranked:
        text = golds[own[0].document].text
        a, b = sentence(text, own[0].start, own[0].end)
        result.append(Confusion(kind, gold, predicted, len(own), text[a:b]))
    return result
