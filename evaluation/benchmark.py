"""Score systems against gold: the run behind ``govner benchmark``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from govner.errors import UserError
from govner.evaluation.calibration import Calibration, calibrate
from govner.evaluation.counts import Counts, Score, Tally
from govner.evaluation.gold import DOCUMENTS_TO_RESAMPLE, Gold, check_ids, units
from govner.evaluation.matching import MODES, overlapping
from govner.evaluation.resampling import (
    DOCUMENTS_TO_TEST,
    Interval,
    Test,
    bootstrap,
    draw,
    holm,
    measures,
    permutation_test,
    strata,
)
from govner.evaluation.spans import (
    Ints,
    ScoredSpan,
    SpanTable,
    Units,
    document_units,
    label_order,
    span_table,
)
from govner.evaluation.systems import System

HEADLINE = "strict"
#: From this many documents on, counts are kept by document only, for memory's sake.
_MANY_DOCUMENTS = 2000

#: Predictions of a system: a list of spans a document, for each seed.
Runs = tuple[tuple[tuple[ScoredSpan, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Documents that are scored together: all real ones, composed ones, those of a level, those of a set."""

    name: str
    kind: str
    documents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score with its 95 % intervals. With several seeds ratios are means, counts sums, and ``seeds`` each
    F1."""

    score: Score
    precision: Interval
    recall: Interval
    f1: Interval
    seeds: tuple[float, ...] = ()


#: Estimates by row (a label, "micro" or "macro").
Rows = dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class SystemResult:
    """One system: estimates by part and mode, strict scores by document, seconds that prediction took.

    ``calibration`` is that of the first seed on the first part.
    """

    name: str
    parts: dict[str, dict[str, Rows]]
    documents: tuple[Score, ...]
    calibration: Calibration | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A whole run. ``runs`` holds each system's predictions; ``unit`` says what each part was resampled
    by."""

    golds: tuple[Gold, ...]
    labels: tuple[str, ...]
    parts: tuple[Part, ...]
    unit: dict[str, tuple[str, int]]
    results: tuple[SystemResult, ...]
    runs: dict[str, Runs]
    tests: dict[str, tuple[Test, ...]]
    notes: tuple[str, ...]
    seed: int


def parts_of(golds: Sequence[Gold]) -> tuple[Part, ...]:
    """The headline part (real text) first, then composed text, levels and sets; parts that repeat one are
    left out."""
    real = tuple(i for i, gold in enumerate(golds) if not gold.composed)
    composed = tuple(i for i, gold in enumerate(golds) if gold.composed)
    parts = [Part("real text", "real", real)] if real else []
    if composed:
        parts.append(Part("composed text", "composed", composed))
    for kind, values in (("level", [gold.level for gold in golds]), ("set", [gold.set for gold in golds])):
        for text, documents in (("", real), (" (composed)", composed)):
            for name in sorted({values[i] for i in documents} - {""}):
                inside = tuple(i for i in documents if values[i] == name)
                if all(inside != part.documents for part in parts):
                    parts.append(Part(f"{kind} {name}{text}", kind, inside))
    return tuple(parts)


def run(
    systems: Sequence[System],
    golds: Sequence[Gold],
    *,
    seed: int = 0,
    unit: str = "auto",
    repeats: int = 1000,
    say: Callable[[str], None] = lambda line: None,
) -> Benchmark:
    """Predict and score.

    Args:
        unit: what to resample, "auto", "document" or "paragraph".
        repeats: bootstrap resamples; ten times as many permutations are drawn.
        say: told what goes on.

    Raises:
        UserError: two documents share an id, a system fails, or a document-level test is asked of too few
        documents.
    """
    check_ids(golds)
    names = [system.name for system in systems]
    if len({*names}) < len(names):
        raise UserError(
            f"two systems have one name ({', '.join(names)}): write NAME=MODEL to tell them apart"
        )
    runs, seconds = {}, {}
    texts = [gold.source_text() for gold in golds]
    for system in systems:
        say(f"{system.name}: predicting {len(golds)} documents")
        start = time.perf_counter()
        runs[system.name] = tuple(
            tuple(map(tuple, predictor.predict(texts))) for predictor in system.predictors
        )
        seconds[system.name] = time.perf_counter() - start
    return score(golds, runs, seconds, seed=seed, unit=unit, repeats=repeats)


def score(
    golds: Sequence[Gold],
    runs: dict[str, Runs],
    seconds: dict[str, float] | None = None,
    *,
    seed: int = 0,
    unit: str = "auto",
    repeats: int = 1000,
) -> Benchmark:
    """Score predictions that are there already; see :func:`run`."""
    labels = label_order([gold.spans for gold in golds], *(r for one in runs.values() for r in one))
    gold = span_table([g.spans for g in golds], labels)
    tables = {name: [span_table(run, labels) for run in seeds] for name, seeds in runs.items()}
    fine = document_units(len(golds)) if len(golds) >= _MANY_DOCUMENTS else units(golds, "paragraph")
    tallies = {name: [_tallies(gold, table, fine) for table in seeds] for name, seeds in tables.items()}
    parts = parts_of(golds)
    used = {part.name: _part_units(part, fine, unit) for part in parts}
    scores: dict[str, dict[str, dict[str, Rows]]] = {name: {} for name in tallies}
    for part in parts:
        picked, own = used[part.name]
        drawn = draw(strata(own), repeats, seed)
        for name, seeds in tallies.items():
            scores[name][part.name] = {
                mode.name: _estimates(
                    [_pick(t[mode.name], fine, picked, own) for t in seeds], own, labels, drawn
                )
                for mode in MODES
            }
    results = []
    for name, seeds in tallies.items():
        documents = tuple(Tally(seeds[0][HEADLINE], labels).per_document(fine.document))
        head = parts[0].documents
        found = calibrate(*(t.take(np.isin(t.document, head)) for t in (gold, tables[name][0])))
        results.append(SystemResult(name, scores[name], documents, found, (seconds or {}).get(name, 0.0)))
    notes = _notes(golds, labels, gold)
    tests: dict[str, tuple[Test, ...]] = {}
    for part in parts:
        picked, own = used[part.name]
        if (
            len(runs) > 1
            and own.name == "document"
            and len(own) < DOCUMENTS_TO_TEST
            and part.kind in ("level", "set")
        ):
            notes.append(f"{part.name}: {len(own)} documents are too few for a document-level test")
        elif len(runs) > 1:
            counts = {n: [_pick(t[HEADLINE], fine, picked, own) for t in s] for n, s in tallies.items()}
            tests[part.name] = _compare(counts, own, 10 * repeats, seed)
    unit_of = {name: (own.name, len(own)) for name, (_, own) in used.items()}
    return Benchmark(tuple(golds), labels, parts, unit_of, tuple(results), runs, tests, tuple(notes), seed)


def _tallies(gold: SpanTable, predicted: SpanTable, own: Units) -> dict[str, Ints]:
    pairs = overlapping(gold, predicted)
    return {mode.name: mode.tally(gold, predicted, pairs, own) for mode in MODES}


def _part_units(part: Part, fine: Units, wanted: str) -> tuple[Ints, Units]:
    """The fine units of a part, and the units by which it is resampled."""
    picked = np.flatnonzero(np.isin(fine.document, part.documents))
    by_document = wanted == "document" or (wanted == "auto" and len(part.documents) >= DOCUMENTS_TO_RESAMPLE)
    if by_document or fine.name == "document":
        return picked, document_units(len(part.documents))
    return picked, Units(fine.document[picked], fine.start[picked], fine.name)


def _pick(counts: Ints, fine: Units, picked: Ints, own: Units) -> Ints:
    """Counts of a part's own units."""
    chosen = counts[picked]
    if len(chosen) == len(own):
        return chosen
    opens = np.flatnonzero(np.diff(fine.document[picked], prepend=-1))
    summed: Ints = np.add.reduceat(chosen, opens, axis=0)
    return summed


def _estimates(
    runs: Sequence[Ints], own: Units, labels: Sequence[str], drawn: Sequence[NDArray[np.float32]]
) -> Rows:
    low, high = bootstrap(runs, strata(own), drawn=drawn)
    each = np.stack([measures(run.sum(axis=0)) for run in runs])
    mean = each.mean(axis=0)
    rows = {}
    for i, name in enumerate((*labels, "micro", "macro")):
        counts = Counts.from_array(sum(run[:, i] if i < len(labels) else run for run in runs))  # type: ignore[arg-type]
        p, r, f = (Interval(float(low[i, k]), float(high[i, k])) for k in range(3))
        values = tuple(each[:, i, 2].tolist()) if len(runs) > 1 else ()
        rows[name] = Estimate(
            Score(float(mean[i, 0]), float(mean[i, 1]), float(mean[i, 2]), counts), p, r, f, values
        )
    return rows


def _compare(counts: dict[str, list[Ints]], own: Units, repeats: int, seed: int) -> tuple[Test, ...]:
    tests: list[Test] = []
    for a, b in combinations(counts, 2):
        pair = permutation_test(counts[a], counts[b], own, names=(a, b), repeats=repeats, seed=seed)
        tests += pair.values()
    corrected = []
    for measure in ("micro", "macro"):
        corrected += holm([test for test in tests if test.measure == measure])
    return tuple(corrected)


def _notes(golds: Sequence[Gold], labels: Sequence[str], gold: SpanTable) -> list[str]:
    lost = sum(len(g.lost) for g in golds)
    notes = [f"gold spans that cleaning destroyed: {lost} of {sum(len(g.spans) for g in golds)}"]
    for g in golds:
        notes += [
            f"  {g.id}: [{s.start}, {s.end}) {s.label} cannot be reached from the clean text" for s in g.lost
        ]
    strange = [label for i, label in enumerate(labels) if not (gold.label == i).any()]
    if strange:
        notes.append(
            f"predicted labels that gold does not have count as spurious: {', '.join(strange)} "
            "(rename with --map A=B, drop with --map A=)"
        )
    return notes
