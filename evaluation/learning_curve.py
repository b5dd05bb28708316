"""How scores grow with training data: sizes × seeds × composed, real or both; cached, so that it can be
resumed."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from govner.evaluation.benchmark import score as score_runs
from govner.evaluation.gold import Gold
from govner.evaluation.predictors import Predictor
from govner.evaluation.tables import Row
from govner.schema import GoldDocument

#: Trains on documents with a seed; the folder is the run's own, to keep checkpoints in and to resume from.
TrainFunction = Callable[[Sequence[GoldDocument], int, Path], Predictor]

SIZES = (0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """One trained model: what it learnt from, and its strict micro and macro F1 on each part of the gold."""

    system: str
    source: str
    size: float
    seed: int
    documents: int
    characters: int
    spans: int
    micro: dict[str, float]
    macro: dict[str, float]


def subset(documents: Sequence[GoldDocument], wanted: float, seed: int) -> list[GoldDocument]:
    """Whole documents of about so many characters, at least one; smaller subsets of a seed lie within larger
    ones."""
    order = sorted(documents, key=lambda d: d.id)
    random.Random(seed).shuffle(order)
    chosen: list[GoldDocument] = []
    have = 0
    for document in order:
        if chosen and have + len(document.text) / 2 > wanted:
            break
        chosen.append(document)
        have += len(document.text)
    return chosen


def learning_curve(
    name: str,
    train: TrainFunction,
    sources: Mapping[str, Sequence[GoldDocument]],
    golds: Sequence[Gold],
    cache: Path,
    *,
    sizes: Sequence[float] = SIZES,
    seeds: Sequence[int] = (0, 1),
    say: Callable[[str], None] = lambda line: None,
) -> list[Point]:
    """Train and score a model for every source, size and seed.

    Args:
        name: the system's name; another name for another configuration, for results are cached under it.
        sources: documents by name, for instance composed and real; with two or more, "both" (all of them,
            each cut to the size) is added.
        sizes: shares of the smallest source by characters, so that sources are compared on equal amounts of
            text.
        cache: a folder; a point that is in it already is not computed again.
    """
    cache.mkdir(parents=True, exist_ok=True)
    whole = {key: list(documents) for key, documents in sources.items()}
    smallest = min(sum(len(d.text) for d in documents) for documents in whole.values())
    points = []
    for source in [*whole, *(["both"] if len(whole) > 1 else [])]:
        for size in sizes:
            for seed in seeds:
                groups = list(whole.values()) if source == "both" else [whole[source]]
                chosen = [document for group in groups for document in subset(group, size * smallest, seed)]
                key = _key(name, source, seed, chosen, golds)
                path = cache / f"{key}.json"
                if path.is_file():
                    points.append(Point(**json.loads(path.read_text(encoding="utf-8"))))
                    continue
                say(f"{name}: {source}, size {size:g}, seed {seed}: {len(chosen)} documents")
                predictor = train(chosen, seed, cache / key)
                point = _measure(
                    predictor,
                    Point(
                        name,
                        source,
                        size,
                        seed,
                        len(chosen),
                        sum(len(d.text) for d in chosen),
                        sum(len(d.spans) for d in chosen),
                        {},
                        {},
                    ),
                    golds,
                )
                waiting = path.with_suffix(".part")
                waiting.write_text(json.dumps(asdict(point), ensure_ascii=False), encoding="utf-8")
                os.replace(waiting, path)
                points.append(point)
    return points


def _key(name: str, source: str, seed: int, chosen: Sequence[GoldDocument], golds: Sequence[Gold]) -> str:
    """A name for a point that changes with its data."""
    parts = [name, source, seed]
    parts += [[d.id, d.text, [(s.start, s.end, s.label) for s in d.spans]] for d in chosen]  # type: ignore[list-item]
    parts += [[g.id, g.text, [(s.start, s.end, s.label) for s in g.spans]] for g in golds]  # type: ignore[list-item]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:20]


def _measure(predictor: Predictor, point: Point, golds: Sequence[Gold]) -> Point:
    run = tuple(map(tuple, predictor.predict([gold.source_text() for gold in golds])))
    bench = score_runs(golds, {point.system: (run,)}, seed=point.seed, repeats=100)
    (result,) = bench.results
    for part, modes in result.parts.items():
        point.micro[part] = modes["strict"]["micro"].score.f1
        point.macro[part] = modes["strict"]["macro"].score.f1
    return point


def curve_rows(points: Sequence[Point]) -> list[Row]:
    """A row a source and size: mean and spread over seeds of the micro F1 on each part."""
    rows = []
    keys = dict.fromkeys((p.system, p.source, p.size) for p in points)
    for system, source, size in keys:
        own = [p for p in points if (p.system, p.source, p.size) == (system, source, size)]
        row = {
            "system": system,
            "training text": source,
            "size": f"{size:g}",
            "seeds": str(len(own)),
            "characters": f"{np.mean([p.characters for p in own]):.0f}",
            "spans": f"{np.mean([p.spans for p in own]):.0f}",
        }
        for part in own[0].micro:
            values = [p.micro[part] for p in own]
            spread = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
            row[f"F1, {part}"] = f"{np.mean(values):.3f}{spread}"
        rows.append(row)
    return rows
