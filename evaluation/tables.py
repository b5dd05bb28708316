"""Benchmark results as rows, and rows as text, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from govner.evaluation.benchmark import HEADLINE, Benchmark, Estimate
from govner.evaluation.matching import MODES

Row = dict[str, str]

#: With more documents than this, only the worst are printed; JSON has all.
_MANY, _WORST = 30, 10
#: With more systems than this, thresholds are printed for all labels together only.
_FEW = 2


def score_cells(estimate: Estimate) -> Row:
    """Ratios with intervals and counts of one estimate."""
    counts = estimate.score.counts
    cells = {
        "P": f"{estimate.score.precision:.3f}",
        "R": f"{estimate.score.recall:.3f}",
        "F1": f"{estimate.score.f1:.3f}",
        "95 %": f"{estimate.f1.low:.3f}–{estimate.f1.high:.3f}",
        "gold": str(counts.gold.total),
        "predicted": str(counts.predicted.total),
        "correct": str(counts.gold.correct),
    }
    if estimate.seeds:
        cells["seeds"] = (
            f"{len(estimate.seeds)}: {np.mean(estimate.seeds):.3f} ± {np.std(estimate.seeds, ddof=1):.3f}"
        )
    return cells


def label_rows(bench: Benchmark, part: str, mode: str = HEADLINE) -> list[Row]:
    """A row a system and label, then micro and macro."""
    return [
        {"system": result.name, "label": name, **score_cells(estimate)}
        for result in bench.results
        for name, estimate in result.parts[part][mode].items()
        if name in ("micro", "macro")
        or estimate.score.counts.gold.total + estimate.score.counts.predicted.total
    ]


def mode_rows(bench: Benchmark, part: str) -> list[Row]:
    """Micro scores of all modes."""
    return [
        {
            "system": result.name,
            "mode": mode.name,
            "means": mode.says,
            **score_cells(result.parts[part][mode.name]["micro"]),
        }
        for result in bench.results
        for mode in MODES
    ]


def part_rows(bench: Benchmark) -> list[Row]:
    """Micro and macro F1 of every part: real text, composed text, levels, sets."""
    rows = []
    for part in bench.parts:
        for result in bench.results:
            estimates = result.parts[part.name][HEADLINE]
            unit, count = bench.unit[part.name]
            rows.append(
                {
                    "part": part.name,
                    "documents": str(len(part.documents)),
                    "system": result.name,
                    **score_cells(estimates["micro"]),
                    "macro F1": f"{estimates['macro'].score.f1:.3f}",
                    "resampled": f"{count} {unit}s",
                }
            )
    return rows


def document_rows(bench: Benchmark) -> list[Row]:
    """Strict micro F1 of every document, a column a system; the lowest mean first."""
    every = [result.documents for result in bench.results]
    order = sorted(
        range(len(bench.golds)), key=lambda i: (np.mean([own[i].f1 for own in every]), bench.golds[i].id)
    )
    return [
        {
            "document": bench.golds[i].id,
            "set": bench.golds[i].set,
            "level": bench.golds[i].level,
            "gold": str(len(bench.golds[i].spans)),
            **{f"F1 {r.name}": f"{r.documents[i].f1:.3f}" for r in bench.results},
        }
        for i in order
    ]


def test_rows(bench: Benchmark) -> list[Row]:
    """Differences between systems on real and composed text with their tests; JSON has all parts."""
    shown = {part.name for part in bench.parts if part.kind in ("real", "composed")}
    return [
        {
            "part": part,
            "first": test.first,
            "second": test.second,
            "measure": f"{test.measure} F1",
            "difference": f"{test.difference:+.3f}",
            "p": f"{test.p:.4f}",
            "p (Holm)": f"{test.holm:.4f}",
            "smallest p": f"{test.smallest:.2g}",
            "unit": f"{test.unit}, {test.units} differ",
        }
        for part, tests in bench.tests.items()
        if part in shown
        for test in tests
    ]


def threshold_rows(bench: Benchmark) -> list[Row]:
    """Thresholds for wanted precisions; with many systems those for all labels together."""
    rows = []
    for result in bench.results:
        for t in result.calibration.thresholds if result.calibration else ():
            if len(bench.results) > _FEW and t.label != "all":
                continue
            reached = t.threshold is not None
            rows.append(
                {
                    "system": result.name,
                    "label": t.label,
                    "wanted precision": f"{t.wanted:.2f}",
                    "score at least": f"{t.threshold:.3f}" if reached else "not reached",
                    "precision": f"{t.precision:.3f}" if reached else "",
                    "recall": f"{t.recall:.3f}" if reached else "",
                    "kept": str(t.kept) if reached else "",
                }
            )
    return rows


def sections(bench: Benchmark) -> Iterator[tuple[str, list[Row]]]:
    """Titled tables in reading order, the headline first; empty ones are left out."""
    for part in bench.parts[:1]:
        unit, count = bench.unit[part.name]
        how = f"{len(part.documents)} documents, 95 % intervals by bootstrap of {count} {unit}s"
        yield f"Strict scores, {part.name} ({how})", label_rows(bench, part.name)
        yield f"Other ways of matching, {part.name}, micro", mode_rows(bench, part.name)
    for title, rows in (
        ("By text, level and set, strict micro", part_rows(bench) if len(bench.parts) > 1 else []),
        _documents(bench),
        ("Differences between systems (paired permutation test)", test_rows(bench)),
        ("Thresholds for a wanted precision (found on this gold)", threshold_rows(bench)),
    ):
        if rows:
            yield title, rows


def _documents(bench: Benchmark) -> tuple[str, list[Row]]:
    """Every document, or the worst where there are many."""
    rows = document_rows(bench)
    if len(rows) <= _MANY:
        return "By document, strict micro", rows
    return f"The {_WORST} worst documents, strict micro", [row for row in rows if row["gold"] != "0"][:_WORST]


def columns(rows: Sequence[Row]) -> list[str]:
    """All keys in order of first appearance."""
    return list(dict.fromkeys(key for row in rows for key in row))


def markdown_table(rows: Sequence[Row]) -> str:
    """A Markdown table."""
    heads = columns(rows)
    escaped = ([row.get(head, "").replace("|", "\\|") for head in heads] for row in rows)
    lines = [heads, ["---"] * len(heads), *escaped]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def as_csv(rows: Sequence[Row]) -> str:
    """Rows as CSV with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(rows), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def long_rows(bench: Benchmark) -> list[dict[str, Any]]:
    """Every number of the run, one estimate a row, for CSV and pandas."""
    rows = []
    for result in bench.results:
        for part in bench.parts:
            for mode, estimates in result.parts[part.name].items():
                for name, estimate in estimates.items():
                    counts = estimate.score.counts
                    rows.append(
                        {
                            "system": result.name,
                            "part": part.name,
                            "mode": mode,
                            "label": name,
                            **{
                                key: round(value, 6)
                                for key, value in (
                                    ("precision", estimate.score.precision),
                                    ("recall", estimate.score.recall),
                                    ("f1", estimate.score.f1),
                                    ("f1_low", estimate.f1.low),
                                    ("f1_high", estimate.f1.high),
                                )
                            },
                            **{f"gold_{key}": value for key, value in asdict(counts.gold).items()},
                            **{f"predicted_{key}": value for key, value in asdict(counts.predicted).items()},
                        }
                    )
    return rows


def as_json(bench: Benchmark, info: dict[str, Any]) -> dict[str, Any]:
    """The whole run for machines; texts are not in it."""
    return {
        **info,
        "seed": bench.seed,
        "labels": list(bench.labels),
        "gold": [
            {
                "id": gold.id,
                "set": gold.set,
                "level": gold.level,
                "composed": gold.composed,
                "characters": len(gold.text),
                "spans": len(gold.spans),
                "destroyed_by_cleaning": len(gold.lost),
            }
            for gold in bench.golds
        ],
        "parts": [
            {
                "name": part.name,
                "kind": part.kind,
                "documents": [bench.golds[i].id for i in part.documents],
                "resampled": {"unit": bench.unit[part.name][0], "count": bench.unit[part.name][1]},
            }
            for part in bench.parts
        ],
        "systems": [
            {
                "name": result.name,
                "seconds": round(result.seconds, 3),
                "scores": {
                    part: {
                        mode: {name: asdict(e) for name, e in rows.items()} for mode, rows in modes.items()
                    }
                    for part, modes in result.parts.items()
                },
                "documents": {
                    gold.id: asdict(score) for gold, score in zip(bench.golds, result.documents, strict=True)
                },
                "calibration": asdict(result.calibration) if result.calibration else None,
            }
            for result in bench.results
        ],
        "tests": {part: [asdict(test) for test in tests] for part, tests in bench.tests.items()},
        "notes": list(bench.notes),
    }
