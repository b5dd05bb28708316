"""What commands say and write: talk on standard error, tables and JSON on standard output or in a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn
from rich.table import Table

from govner.errors import UserError

talk = Console(stderr=True, highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """Tell the user a line, as it stands."""
    talk.print(line, markup=False)


def spinner(console: Console) -> Progress:
    """A line that says how far a command is, on a terminal only, and gone at the end."""
    columns = (SpinnerColumn(), "{task.description}", TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def need_extra(error: ImportError, extra: str = "evaluate", doing: str = "evaluation") -> UserError:
    """What to say where a library of an extra is not installed."""
    return UserError(f"{doing} needs {error.name}: pip install 'govner[{extra}]'")


def check_outputs(*paths: Path | None) -> None:
    """Refuse, before any work, to write where there is no folder.

    Raises:
        UserError: the folder of a path does not exist.
    """
    for path in paths:
        if path is not None and not path.absolute().parent.is_dir():
            raise UserError(f"{path}: there is no folder {path.absolute().parent}; make it first")


def result_console(json_out: Path | None) -> Console:
    """Where tables go: standard output, unless JSON goes there."""
    if json_out is not None and str(json_out) == "-":
        return talk
    return Console(highlight=False, width=None if sys.stdout.isatty() else 160)


def show_table(title: str, rows: Sequence[Mapping[str, str]], out: Console) -> None:
    """Print rows as a table under a title; columns of numbers stand right, a row labelled micro is bold."""
    out.print(f"[bold]{title}[/bold]")
    table = Table(box=None, pad_edge=False)
    numeric = {
        k for k in rows[0] if all(r.get(k, "").lstrip("+-").replace(".", "", 1).isdigit() for r in rows)
    }
    for name in rows[0]:
        table.add_column(name, justify="right" if name in numeric else "left", no_wrap=name in numeric)
    for row in rows:
        table.add_row(
            *(row.get(name, "") for name in rows[0]), style="bold" if row.get("label") == "micro" else None
        )
    out.print(table)
    out.print()


def write_json(path: Path, data: Any) -> None:
    """Write data as JSON into a file, or to standard output for -."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    if str(path) == "-":
        print(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")
        say(f"wrote {path}")
