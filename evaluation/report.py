"""Reports for people: HTML, Markdown or CSV, told by the file's ending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from govner.corpus import read_gold
from govner.errors import UserError
from govner.evaluation.benchmark import Benchmark
from govner.evaluation.dictionaries import surfaces
from govner.evaluation.explain import explain
from govner.evaluation.page import render
from govner.evaluation.tables import as_csv, long_rows, markdown_table, sections

#: Endings of report files.
FORMATS = (".html", ".md", ".csv")


def write_report(bench: Benchmark, path: Path, info: dict[str, Any], train: Sequence[str] = ()) -> None:
    """Write a report in the format of the file's ending.

    Args:
        info: see :func:`govner.evaluation.provenance.provenance`.
        train: files of training documents, to tell seen from unseen surfaces.

    Raises:
        UserError: the ending is none of .html, .md and .csv.
    """
    if path.suffix == ".csv":
        text = as_csv([{k: str(v) for k, v in row.items()} for row in long_rows(bench)])
    elif path.suffix == ".md":
        text = markdown(bench, info, _seen(train))
    elif path.suffix == ".html":
        text = render(bench, info, _seen(train))
    else:
        raise UserError(f"{path}: want a name that ends in {', '.join(FORMATS)}")
    path.write_text(text, encoding="utf-8", newline="")


def _seen(train: Sequence[str]) -> dict[str, frozenset[str]] | None:
    if not train:
        return None
    return surfaces(document for name in train for document in read_gold(name, labels=None))


def markdown(bench: Benchmark, info: dict[str, Any], seen: Mapping[str, frozenset[str]] | None = None) -> str:
    """The benchmark's tables, each system's mistakes and slices, and what they were made with."""
    versions = ", ".join(f"{name} {number}" for name, number in info["versions"].items())
    lines = ["# Benchmark", ""]
    for title, rows in sections(bench):
        lines += [f"## {title}", "", markdown_table(rows), ""]
    for result in bench.results:
        own = explain(bench, result, bench.parts[0], seen)
        for title, rows in (("mistakes", own.kind_rows()), ("slices", own.slice_rows())):
            if rows:
                lines += [f"## {result.name}: {title}", "", markdown_table(rows), ""]
    lines += [*(f"- {note.strip()}" for note in bench.notes), ""]
    lines += [
        f"Made {info['date']} with `{info['command']}` (seed {bench.seed}; {versions}; {info['hardware']})."
    ]
    return "\n".join(lines) + "\n"
