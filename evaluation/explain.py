"""Error analysis of one system on one part of the gold, gathered for reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govner.evaluation.benchmark import Benchmark, Part, SystemResult
from govner.evaluation.errors import (
    KINDS,
    Confusion,
    KindSummary,
    Mistake,
    confusion,
    edge_shifts,
    frequent,
    mistakes,
    summarize,
)
from govner.evaluation.slices import ATTRIBUTES, Slice, slices
from govner.evaluation.spans import Ints, ScoredSpan, span_table

_WORST = 10


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that explains a score. ``confusion`` has O last; ``predicted`` are the predictions by
    document."""

    labels: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    kinds: tuple[KindSummary, ...]
    shifts: tuple[tuple[str, int, int], ...]
    confusion: Ints
    frequent: tuple[Confusion, ...]
    slices: tuple[Slice, ...]
    worst: tuple[tuple[str, float, int, int], ...]
    predicted: tuple[tuple[ScoredSpan, ...], ...]

    def kind_rows(self) -> list[dict[str, str]]:
        """Kinds of mistakes by what mending them gains."""
        return [
            {"mistake": k.kind, "count": str(k.count), "F1 gained": f"{k.gain:+.3f}", "means": KINDS[k.kind]}
            for k in self.kinds
        ]

    def slice_rows(self) -> list[dict[str, str]]:
        """Scores by attribute."""
        return [
            {
                "attribute": s.attribute,
                "value": s.value,
                "P": f"{s.score.precision:.3f}",
                "R": f"{s.score.recall:.3f}",
                "F1": f"{s.score.f1:.3f}",
                "95 %": f"{s.f1.low:.3f}–{s.f1.high:.3f}",
                "gold": str(s.score.counts.gold.total),
                "predicted": str(s.score.counts.predicted.total),
                "means": ATTRIBUTES[s.attribute],
            }
            for s in self.slices
        ]

    def shift_rows(self) -> list[dict[str, str]]:
        """How far wrong edges lie off."""
        return [
            {"edge": edge, "characters to the right": f"{by:+d}", "count": str(count)}
            for edge, by, count in self.shifts[:_WORST]
        ]

    def worst_rows(self) -> list[dict[str, str]]:
        """Documents with the lowest F1."""
        return [
            {"document": name, "F1": f"{f1:.3f}", "gold": str(gold), "mistakes": str(count)}
            for name, f1, gold, count in self.worst
        ]

    def frequent_rows(self) -> list[dict[str, str]]:
        """The most frequent confusions."""
        return [
            {
                "count": str(c.count),
                "mistake": c.kind,
                "gold": c.gold,
                "predicted": c.predicted,
                "for instance": c.sentence,
            }
            for c in self.frequent
        ]


def explain(
    bench: Benchmark, result: SystemResult, part: Part, seen: Mapping[str, frozenset[str]] | None = None
) -> Explanation:
    """Explain a system's score on a part; of several seeds the first is looked at.

    Args:
        seen: surfaces of each label in training, to tell seen from unseen.
    """
    golds = [bench.golds[i] for i in part.documents]
    predicted = tuple(bench.runs[result.name][0][i] for i in part.documents)
    gold_table = span_table([g.spans for g in golds], bench.labels)
    table = span_table(predicted, bench.labels)
    found = mistakes(gold_table, table)
    right = len(gold_table) - sum(len(m.gold) for m in found if m.kind != "duplicate")
    by_document = [0] * len(golds)
    for mistake in found:
        by_document[mistake.document] += 1
    ranked = sorted(
        (result.documents[at].f1, gold.id, len(gold.spans), by_document[n])
        for n, (at, gold) in enumerate(zip(part.documents, golds, strict=True))
        if by_document[n]
    )
    return Explanation(
        bench.labels,
        tuple(found),
        tuple(summarize(found, len(gold_table), len(table), right)),
        tuple(edge_shifts(found)),
        confusion(gold_table, table),
        tuple(frequent(found, golds)),
        tuple(slices(golds, predicted, seen, seed=bench.seed)),
        tuple((name, f1, gold, count) for f1, name, gold, count in ranked[:_WORST]),
        predicted,
    )
