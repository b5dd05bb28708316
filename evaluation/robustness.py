"""How much F1 each kind of damage costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from govner.evaluation.counts import Score, Tally
from govner.evaluation.gold import Gold, prepare
from govner.evaluation.matching import Strict, overlapping
from govner.evaluation.noise import NOISES, Noise, disturb
from govner.evaluation.predictors import Predictor
from govner.evaluation.spans import ScoredSpan, document_units, label_order, span_table
from govner.evaluation.tables import Row
from govner.schema import GoldDocument


@dataclass(frozen=True, slots=True)
class Damage:
    """Strict micro scores of a system on some documents, without and with a noise.

    ``changed`` counts the documents that the noise changed at all; ``destroyed`` the gold spans that
    cleaning the
    noisy text made unreachable.
    """

    system: str
    noise: str
    part: str
    clean: Score
    noisy: Score
    changed: int
    destroyed: int

    @property
    def lost(self) -> float:
        """F1 lost; negative where the noise helped."""
        return self.clean.f1 - self.noisy.f1


def robustness(
    systems: Sequence[Predictor],
    golds: Sequence[Gold],
    *,
    noises: Sequence[Noise] = NOISES,
    seed: int = 0,
    say: Callable[[str], None] = lambda line: None,
) -> list[Damage]:
    """Score each system on the gold under each noise, for all documents and by level."""
    parts = {"all": list(range(len(golds)))}
    for level in sorted({gold.level for gold in golds} - {""}):
        parts[level] = [i for i, gold in enumerate(golds) if gold.level == level]
    noisy = {
        noise.name: [
            prepare(disturb(GoldDocument(g.id, g.text, g.spans, g.meta), noise, seed), g.set) for g in golds
        ]
        for noise in noises
    }
    result = []
    for system in systems:
        before = _scores(golds, system, parts)
        for name, damaged in noisy.items():
            say(f"{system.name}: {name}")
            after = _scores(damaged, system, parts)
            for part, rows in parts.items():
                changed = sum(damaged[i].text != golds[i].text for i in rows)
                destroyed = sum(len(damaged[i].lost) for i in rows)
                result.append(Damage(system.name, name, part, before[part], after[part], changed, destroyed))
    return result


def _scores(golds: Sequence[Gold], system: Predictor, parts: dict[str, list[int]]) -> dict[str, Score]:
    predicted: list[list[ScoredSpan]] = system.predict([gold.source_text() for gold in golds])
    labels = label_order([gold.spans for gold in golds], predicted)
    gold_table, table = span_table([gold.spans for gold in golds], labels), span_table(predicted, labels)
    counts = Strict().tally(gold_table, table, overlapping(gold_table, table), document_units(len(golds)))
    return {part: Tally(counts[np.array(rows)], labels).micro() for part, rows in parts.items()}


def damage_rows(found: Sequence[Damage]) -> list[Row]:
    """A row a system and noise, with the F1 lost over all documents and by level."""
    rows: dict[tuple[str, str], Row] = {}
    for one in found:
        row = rows.setdefault((one.system, one.noise), {"system": one.system, "noise": one.noise})
        if one.part == "all":
            row |= {
                "F1 clean": f"{one.clean.f1:.3f}",
                "F1 noisy": f"{one.noisy.f1:.3f}",
                "lost": f"{one.lost:+.3f}",
                "texts changed": str(one.changed),
                "spans destroyed": str(one.destroyed),
            }
        else:
            row[f"lost, {one.part}"] = f"{one.lost:+.3f}" if one.changed else "unchanged"
    return list(rows.values())
