"""The command ``govner audit``: what a folder of reports really holds."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from rich.markup import escape
from rich.table import Table

from govner.cli_options import Encoding, Inputs, TextColumn
from govner.cli_output import say, talk
from govner.errors import UserError

if TYPE_CHECKING:
    from govner.reading.audit import AuditRow

_FORMATS = ("csv", "jsonl")


def audit(
    inputs: Inputs,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Output file; standard output without.")
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="csv or jsonl; told from OUT's ending, else csv.")
    ] = None,
    encoding: Encoding = None,
    text_column: TextColumn = None,
    all: Annotated[bool, typer.Option("--all", help="Show sound reports in the table, too.")] = False,
) -> None:
    """Check a collection: place and year against file name and page, kind, missing parts, copies, damage.

    One row a document goes to standard output (or OUT); a table of what deserves a look goes to standard
    error.

    Example: `govner audit reports/ -o audit.csv`
    """
    from govner.reading import read
    from govner.reading.audit import audit_reports

    chosen = _format(format, out)
    rows = audit_reports(read(inputs, encoding=encoding, text_column=text_column))
    if not rows:
        raise UserError(f"{', '.join(inputs)}: nothing to read; name a file or a folder that holds reports")
    if out:
        with out.open("w", encoding="utf-8-sig" if chosen == "csv" else "utf-8", newline="") as stream:
            write_rows(rows, chosen, stream)
    else:
        write_rows(rows, chosen, sys.stdout)
    _show(rows if all else [row for row in rows if row.findings], rows)
    if any(row.kind == "unreadable" for row in rows):
        raise typer.Exit(1)


def _format(given: str | None, out: Path | None) -> str:
    chosen = given or (out.suffix.lstrip(".").lower() if out and out.suffix else "csv")
    if chosen not in _FORMATS:
        raise UserError(f"--format {chosen}: want {' or '.join(_FORMATS)}")
    return chosen


def write_rows(rows: list[AuditRow], format: str, stream: TextIO) -> None:
    """Write rows as CSV with a header or as JSON lines (findings are a list there)."""
    if format == "jsonl":
        for row in rows:
            record: dict[str, Any] = row.as_dict() | {"findings": row.findings}
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    writer = csv.DictWriter(stream, fieldnames=list(rows[0].as_dict()))
    writer.writeheader()
    writer.writerows(row.as_dict() for row in rows)


def _show(rows: list[AuditRow], every: list[AuditRow]) -> None:
    """Show some of the rows, and count the kinds of all."""
    table = Table(
        box=None, pad_edge=False, title=f"{len(rows)} of {len(every)} documents", title_justify="left"
    )
    for name in ("file", "kind", "place", "years", "findings"):
        table.add_column(name, overflow="fold")
    for row in rows:
        years = f"{row.year_reviewed or '?'}/{row.year_planned or '?'}"
        place = f"{row.place} {row.division_code}".strip() or "?"
        cells = (Path(row.source).name or row.id, row.kind, place, years, "; ".join(row.findings))
        table.add_row(*map(escape, cells))
    talk.print(table, soft_wrap=False)
    counts = Counter(row.kind for row in every)
    kinds = ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
    say(f"all {len(every)}: {kinds}" if len(every) > 1 else kinds)
