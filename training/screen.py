"""The screen: variants × folds × seeds on labelled documents, cached, so that it goes on where it was stopped.

Scores are strict and pooled: counts are summed over the folds of a seed, ratios come last. Folds share no place
(:mod:`govner.training.folds`). A gold span that cleaning takes away counts as missed, for every variant alike.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govner.errors import UserError
from govner.schema import Span
from govner.tagger.crf import ScoredSpan
from govner.training.config import Settings, load_config
from govner.training.examples import Example, prepare
from govner.training.folds import Fold
from govner.training.scoring import calibration_error
from govner.training.variants import Say, Variant, fit

#: Changes when results of an earlier version can no longer be compared.
_VERSION = 1
#: Counts of a document and label: right, gold, predicted.
Counts = tuple[int, int, int]
#: Text for self-training beside a fold.
Unread = Callable[[Fold], Sequence[Example]]


@dataclass(frozen=True)
class Result:
    """One trained model, scored on its fold.

    Attributes:
        counts: strict (right, gold, predicted) by document and label.
        calibration_error: of the scores as they come, None where there are none.
        train_seconds, find_seconds: what training took, and finding spans in ``characters``.
    """

    variant: str
    fold: int
    seed: int
    counts: dict[str, dict[str, Counts]]
    calibration_error: float | None
    train_seconds: float
    find_seconds: float
    characters: int


def screen(
    config: Path,
    overrides: Mapping[str, Any],
    variants: Sequence[Variant],
    folds: Sequence[Fold],
    seeds: Sequence[int],
    unread: Unread,
    cache: Path,
    say: Say,
) -> list[Result]:
    """Train and score every variant on every fold with every seed, variant by variant.

    Args:
        config, overrides: the training config and what the user changes in it; a variant's own overrides come last.
        cache: a folder; what is in it already is not computed again.

    Raises:
        UserError: a value of the config is wrong.
    """
    results = []
    for variant in variants:
        for seed in seeds:
            settings = load_config(config, {**overrides, "system.seed": seed, **variant.overrides})
            if settings.distillation is not None:
                raise UserError(f"{config}: a screen has no teacher; set distillation.teacher to null")
            for fold in folds:
                folder = cache / _key(variant, settings, fold)
                path = folder / "result.json"
                if not path.is_file():
                    say(f"{variant.name}, fold {fold.number}, seed {seed}")
                    folder.mkdir(parents=True, exist_ok=True)
                    partial = folder / "result.part"
                    result = _run(variant, settings, fold, unread, folder, say)
                    partial.write_text(json.dumps(asdict(result), ensure_ascii=False), encoding="utf-8")
                    os.replace(partial, path)
                    say(f"{variant.name}, fold {fold.number}, seed {seed}: F1 {f1(total([result])):.3f}")
                results.append(Result(**json.loads(path.read_text(encoding="utf-8"))))
    return results


def _key(variant: Variant, settings: Settings, fold: Fold) -> str:
    """A readable name and a hash of all that the result depends on but the code and the unread text."""
    documents = [[(d.id, d.text, d.spans) for d in part] for part in (fold.train, fold.test)]
    text = repr((_VERSION, variant, settings.config.to_str(), documents))
    short = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{variant.name}-fold{fold.number}-seed{settings.seed}-{short}"


def _run(variant: Variant, settings: Settings, fold: Fold, unread: Unread, folder: Path, say: Say) -> Result:
    began = time.monotonic()
    find = fit(variant, settings, fold.train, lambda: unread(fold), folder, say)
    trained = time.monotonic()
    examples, lost = prepare(fold.test, settings.labels)
    ready = time.monotonic()
    found = find([e.text for e in examples])
    done = time.monotonic()
    first = next((span for spans in found for span in spans), None)
    error = None  # of a head without probabilities there is none
    if first is not None and not math.isnan(first.score):
        error = calibration_error([e.spans for e in examples], found)
    missed = Counter((u.document, u.span.label) for u in lost if u.span.label in settings.labels)
    counts = {
        e.id: {label: _count(e.spans, spans, label, missed[e.id, label]) for label in settings.labels}
        for e, spans in zip(examples, found, strict=True)
    }
    return Result(
        variant.name,
        fold.number,
        settings.seed,
        counts,
        error,
        round(trained - began, 1),
        round(done - ready, 1),
        sum(len(e.text) for e in examples),
    )


def _count(gold: Sequence[Span], found: Sequence[ScoredSpan], label: str, missed: int) -> Counts:
    truth = {(s.start, s.end) for s in gold if s.label == label}
    own = {(s.start, s.end) for s in found if s.label == label}
    return len(truth & own), len(truth) + missed, len(own)


def f1(counts: Counts) -> float:
    """Strict F1 of counts; 0 where there is nothing."""
    right, gold, predicted = counts
    return 2 * right / (gold + predicted) if gold + predicted else 0.0


def total(results: Sequence[Result], label: str | None = None) -> Counts:
    """Counts summed over documents, of one label or of all."""
    rows = [
        counts
        for result in results
        for own in result.counts.values()
        for name, counts in own.items()
        if label in (None, name)
    ]
    right, gold, predicted = (sum(column) for column in zip(*rows, strict=True)) if rows else (0, 0, 0)
    return right, gold, predicted


def rows(results: Sequence[Result], labels: Sequence[str]) -> list[dict[str, str]]:
    """A row a variant: F1 over all folds (mean of seeds), its spread, the difference to the first variant with an
    interval, F1 by label, calibration error, and time."""
    names = list(dict.fromkeys(r.variant for r in results))
    first = [r for r in results if r.variant == names[0]]
    table = []
    for name in names:
        own = [r for r in results if r.variant == name]
        seeds = _by_seed(own)
        values = [f1(total(group)) for group in seeds.values()]
        row = {"variant": name, "runs": str(len(own)), "F1": f"{np.mean(values):.3f}"}
        row["spread, folds"] = _spread([f1(total([r])) for r in own if r.seed == own[0].seed])
        row["spread, seeds"] = _spread(values)
        row[f"against {names[0]} (95 %)"] = "" if name == names[0] else difference(own, first)
        for label in labels:
            row[label] = f"{np.mean([f1(total(group, label)) for group in seeds.values()]):.3f}"
        errors = [r.calibration_error for r in own if r.calibration_error is not None]
        row["calibration error"] = f"{np.mean(errors):.3f}" if errors else ""
        row["training, s"] = f"{np.mean([r.train_seconds for r in own]):.0f}"
        row["characters/s"] = (
            f"{sum(r.characters for r in own) / max(0.1, sum(r.find_seconds for r in own)):.0f}"
        )
        table.append(row)
    return table


def _by_seed(results: Sequence[Result]) -> dict[int, list[Result]]:
    groups: dict[int, list[Result]] = {}
    for result in results:
        groups.setdefault(result.seed, []).append(result)
    return groups


def _spread(values: Sequence[float]) -> str:
    return f"{np.std(values, ddof=1):.3f}" if len(values) > 1 else ""


def difference(own: Sequence[Result], other: Sequence[Result], repeats: int = 2000) -> str:
    """How much better than another variant, with a 95 % interval of a paired bootstrap over documents; empty where the two
    have no run in common.

    Counts of a document are summed over the seeds that both have; the interval speaks of other documents, not of other
    seeds.
    """
    shared = {(r.fold, r.seed) for r in own} & {(r.fold, r.seed) for r in other}
    if not shared:
        return ""
    sides = [_by_document([r for r in side if (r.fold, r.seed) in shared]) for side in (own, other)]
    documents = sorted(sides[0])
    tables = [np.array([side[d] for d in documents], dtype=np.float64) for side in sides]
    picks = np.random.default_rng(0).integers(len(documents), size=(repeats, len(documents)))

    def scores(side: NDArray[np.float64], chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        summed = side[chosen].sum(axis=-2)
        return np.asarray(2 * summed[..., 0] / np.maximum(1, summed[..., 1] + summed[..., 2]))

    everything = np.arange(len(documents))
    gain = float(scores(tables[0], everything) - scores(tables[1], everything))
    low, high = np.quantile(scores(tables[0], picks) - scores(tables[1], picks), (0.025, 0.975))
    return f"{gain:+.3f} ({low:+.3f} to {high:+.3f})"


def _by_document(results: Sequence[Result]) -> dict[str, NDArray[np.int64]]:
    """Counts by document, summed over labels and seeds."""
    sums: dict[str, NDArray[np.int64]] = {}
    for result in results:
        for document, own in result.counts.items():
            sums[document] = sums.get(document, np.zeros(3, np.int64)) + np.sum(list(own.values()), axis=0)
    return sums
