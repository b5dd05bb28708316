"""How well roles, horizons and metadata are found, against labels made by reading.

Labels (``corpus/structure/*.jsonl``) hold no text: where a stretch starts is an anchor
(:mod:`govner.anchors`), and it ends where the next one starts. Roles and horizons are scored by character:
every clean character that is not white space counts once, so long stretches weigh more.

Run ``python -m govner.evaluation.structure LABELS REPORTS_DIR``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from govner.anchors import from_json, resolve_anchors
from govner.errors import UserError
from govner.reading import read
from govner.reading.audit import kind_of
from govner.reading.structure import stretches
from govner.schema import Report

FIELDS = (
    "title", "place", "division_code", "level", "year_reviewed", "year_planned", "date", "meeting", "speaker",
    "speaker_title", "kind",
)  # fmt: skip
#: Stretches that are not part of the report; cleaning should have dropped them.
CHROME = "chrome"


@dataclass
class StructureScores:
    """Counts: right answers a field, and characters a (labelled, found) pair of roles and of horizons."""

    reports: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, Any, Any]] = field(default_factory=list)
    roles: Counter[tuple[str, str]] = field(default_factory=Counter)
    horizons: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_report: dict[str, float] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def accuracy(self, name: str) -> float:
        """Share of reports in which a metadata field is right."""
        return self.right[name] / self.reports if self.reports else 0.0


def f1_table(pairs: Mapping[tuple[str, str], int]) -> list[tuple[str, float, float, float, int]]:
    """Precision, recall, F1 and labelled characters of each class, then of all (micro) and their weighted
    mean.

    The class "" (no horizon) is left out of the table and of the micro figures, but counts as an error when
    found for
    another class or the other way round.
    """
    classes = sorted({c for pair in pairs for c in pair} - {""})
    rows: list[tuple[str, float, float, float, int]] = []
    hits = labelled = found = 0
    for name in classes:
        hit = pairs.get((name, name), 0)
        gold = sum(n for (g, _), n in pairs.items() if g == name)
        guess = sum(n for (_, p), n in pairs.items() if p == name)
        rows.append((name, *_prf(hit, guess, gold), gold))
        hits, labelled, found = hits + hit, labelled + gold, found + guess
    weighted = sum(row[3] * row[4] for row in rows) / labelled if labelled else 0.0
    rows.append(("micro", *_prf(hits, found, labelled), labelled))
    rows.append(("weighted mean F1", 0.0, 0.0, weighted, labelled))
    return rows


def _prf(hit: int, found: int, gold: int) -> tuple[float, float, float]:
    precision = hit / found if found else 0.0
    recall = hit / gold if gold else 0.0
    return precision, recall, 2 * hit / (found + gold) if found + gold else 0.0


def character_labels(label: Mapping[str, Any], report: Report) -> tuple[list[str], list[str]] | None:
    """Labelled role and horizon of each clean character: "" for white space, chrome where nothing is
    labelled.

    None if the places where the labels start are not all in the report.
    """
    data = [{**s["anchor"], "label": s["role"]} for s in label["stretches"]]
    found, lost = resolve_anchors(
        report.source_text, from_json({"version": label["anchor_version"], "anchors": data})
    )
    if lost:
        return None
    starts = np.array([span.start for span in found], np.int64)
    which = np.searchsorted(starts, report.alignment.starts, side="right") - 1
    roles, horizons = [], []
    for char, index in zip(report.text, which.tolist(), strict=True):
        stretch = label["stretches"][index] if index >= 0 else {"role": CHROME, "horizon": ""}
        roles.append("" if char.isspace() else stretch["role"])
        horizons.append("" if char.isspace() else stretch["horizon"])
    return roles, horizons


def _score_stretches(label: Mapping[str, Any], report: Report, scores: StructureScores) -> None:
    labelled = character_labels(label, report)
    if labelled is None:
        scores.missing.append(label["id"])
        return
    roles, horizons = labelled
    right = total = 0
    for stretch in stretches(report.sections, len(report.text)):
        for at in range(stretch.start, stretch.end):
            if not roles[at] or roles[at] == CHROME:
                continue
            scores.roles[roles[at], stretch.role] += 1
            scores.horizons[horizons[at], stretch.horizon] += 1
            right += roles[at] == stretch.role
            total += 1
    scores.by_report[label["id"]] = right / total if total else 0.0


def _agree(name: str, wanted: Any, got: Any) -> bool:
    if name == "title":
        return (got or "") in wanted
    if name == "speaker_title" and wanted:
        office = str(got or "").replace("代理", "代")
        return office.endswith(wanted) and office.endswith("代" + wanted.lstrip("代")) == wanted.startswith(
            "代"
        )
    return (wanted or "") == (got or "")


def _score_metadata(label: Mapping[str, Any], report: Report, scores: StructureScores) -> None:
    found = {**report.meta, "kind": kind_of(report)}
    for name in FIELDS:
        if _agree(name, label["meta"].get(name), found.get(name)):
            scores.right[name] += 1
        else:
            scores.wrong.append((label["id"], name, label["meta"].get(name), found.get(name)))


def read_labels(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Label records from JSON lines files."""
    return [
        json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()
    ]


def score_structure(labels_path: Path, reports_dir: Path) -> StructureScores:
    """Read the labelled reports and score them.

    Args:
        labels_path: a JSON lines file or a folder of them.
        reports_dir: the folder that the labels' ids are relative to.

    Raises:
        UserError: there are no labels, or none of the reports is there.
    """
    files = sorted(labels_path.glob("*.jsonl")) if labels_path.is_dir() else [labels_path]
    labels = read_labels(files)
    if not labels:
        raise UserError(f"{labels_path}: no labels found; give corpus/structure or one of its .jsonl files")
    scores = StructureScores()
    for label in labels:
        path = reports_dir / label["id"]
        reports = [r for r in read([str(path)]) if isinstance(r, Report)] if path.exists() else []
        if not reports:
            scores.missing.append(label["id"])
            continue
        scores.reports += 1
        _score_metadata(label, reports[0], scores)
        if label["stretches"]:
            _score_stretches(label, reports[0], scores)
    if not scores.reports:
        raise UserError(f"{reports_dir}: none of the {len(labels)} labelled reports is there")
    return scores


def show(scores: StructureScores, console: Console) -> None:
    """Print the scores as tables."""
    table = Table("field", "right", "of", "accuracy", title="Metadata")
    for name in FIELDS:
        table.add_row(name, str(scores.right[name]), str(scores.reports), f"{scores.accuracy(name):.3f}")
    console.print(table)
    for title, pairs in (("Roles", scores.roles), ("Horizons", scores.horizons)):
        table = Table(title.lower()[:-1], "P", "R", "F1", "characters", title=f"{title}, by character")
        for name, precision, recall, f1, count in f1_table(pairs):
            table.add_row(name, f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}", str(count))
        console.print(table)
    if scores.missing:
        console.print(f"{len(scores.missing)} labelled reports are not there: {', '.join(scores.missing)}")


def main(arguments: list[str] | None = None) -> int:
    """``LABELS REPORTS_DIR [--wrong]``: print the scores, with ``--wrong`` also what was wrong."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    verbose = "--wrong" in given
    paths = [Path(a) for a in given if not a.startswith("--")]
    console = Console()
    if len(paths) != 2:
        console.print("usage: python -m govner.evaluation.structure LABELS REPORTS_DIR [--wrong]")
        return 2
    try:
        scores = score_structure(*paths)
    except UserError as error:
        Console(stderr=True).print(str(error))
        return 1
    show(scores, console)
    if verbose:
        for name, share in sorted(scores.by_report.items(), key=lambda item: item[1]):
            console.print(f"{share:.3f} {name}")
        for row in scores.wrong:
            console.print(*row)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
