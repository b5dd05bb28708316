"""Rows → files, one a table, in the format asked for."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from govner.errors import UserError
from govner.tables.columns import Row, Table

#: Formats and the ending of their files.
FORMATS = {"csv": ".csv", "parquet": ".parquet", "xlsx": ".xlsx", "dta": ".dta"}


class TableWriter(Protocol):
    """Writes the rows of one table. ``notes`` says what did not fit the format, for the user to be told."""

    notes: list[str]

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows that :meth:`Table.row` made."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...

    def discard(self) -> None:
        """Close what is open after a failure; the file may be incomplete."""
        ...


def open_table(format: str, folder: Path, table: Table) -> TableWriter:
    """A writer of one table.

    Raises:
        UserError: the format is unknown, or needs a library that is not installed.
    """
    from govner.tables.writing_binary import DtaWriter, ParquetWriter
    from govner.tables.writing_xlsx import XlsxWriter

    makers: dict[str, Callable[[Path, Table], TableWriter]] = {
        "csv": CsvWriter,
        "parquet": ParquetWriter,
        "xlsx": XlsxWriter,
        "dta": DtaWriter,
    }
    if format not in makers:
        raise UserError(f"--format {format}: unknown; choose one of {', '.join(makers)}")
    try:
        return makers[format](folder / f"{table.name}{FORMATS[format]}", table)
    except ImportError as error:
        raise UserError(f"--format {format} needs {error.name}: pip install 'govner[tables]'") from None


class CsvWriter:
    """Comma-separated values (RFC 4180), streamed.

    With a byte-order mark, as `annotate` writes: Excel takes a CSV for the local code page without one, and pandas, polars,
    readr, LibreOffice and Stata skip it. Absent values are empty, booleans true and false, dates ISO, numbers
    exact decimals.
    """

    def __init__(self, path: Path, table: Table) -> None:
        self.notes: list[str] = []
        self._file = open(path, "w", encoding="utf-8-sig", newline="")  # noqa: SIM115
        self._csv = csv.writer(self._file)
        self._csv.writerow(table.names)

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        self._csv.writerows([_as_csv(value) for value in row.values()] for row in rows)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    discard = close


def _as_csv(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value
