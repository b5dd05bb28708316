"""The codebook: every column of every table explained, for people (Markdown) and for programs (CSV)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from govner.tables.columns import Column, Table

_HEAD = """# Codebook

One row is one thing. Keys are made of the report's id and offsets. They are the same in every run over the same reports in the
same order with the same model; `sentence_id` and `quantity_id` need no model. Absent values are null in Parquet, empty in CSV
and Excel, `.` or "" in Stata. Offsets count Unicode code points from 0, and the end is not included. In CSV read
`division_code` and the ids as strings; numbers are exact there and doubles in the other formats. Excel holds at most 32,767
characters a cell; what is longer is cut, marked in the cell, and named when it is written. Parquet is read by polars and by
arrow in R as it is; pandas needs pyarrow or fastparquet beside it (`pip install pyarrow`), which govner does not install.

A report whose id occurs before in the inputs gets ~2, ~3 … behind its own; `govner tables` names these when it is done. One
that is given twice is in all tables twice. Which of two reports with one id is the ~2 depends on which was read first, so these
ids change with the order of the inputs, and with the order in which `--resume` added reports to a file. To join tables of
several runs, give every report an id of its own first.

The notes at the end of many reports (`role` glossary) explain terms that the report uses and so repeat them. All counts of
mentions include them: leave out rows with `role` glossary to count what the report itself says.
"""
_CSV_COLUMNS = ("table", "column", "type", "unit", "key", "meaning", "how_measured", "known_bias")


def write_codebook(folder: Path, tables: Iterable[Table]) -> None:
    """Write codebook.md and codebook.csv into a folder."""
    tables = list(tables)
    (folder / "codebook.md").write_text(markdown(tables), encoding="utf-8")
    with open(folder / "codebook.csv", "w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(_CSV_COLUMNS)
        for table in tables:
            for column in table.columns:
                out.writerow((table.name, column.name, *_cells(table, column)))


def markdown(tables: Iterable[Table]) -> str:
    """The codebook as Markdown, a section a table."""
    parts = [_HEAD]
    for table in tables:
        parts.append(f"\n## {table.name}: one row {table.thing}\n\n{table.note}\n\n")
        parts.append(
            "| column | type | unit | key | meaning | how measured | known bias |\n|---|---|---|---|---|---|---|\n"
        )
        for column in table.columns:
            cells = (f"`{column.name}`", *_cells(table, column))
            parts.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    return "".join(parts)


def _cells(table: Table, column: Column) -> tuple[str, ...]:
    key = "primary" if column.name == table.key else f"→ {column.refers}" if column.refers else ""
    return column.type, column.unit, key, column.meaning, column.measured, column.bias
