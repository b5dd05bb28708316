"""Excel workbooks, streamed row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from govner.tables.columns import Column, Row, Table

#: Characters (UTF-16 units) of a cell and rows of a sheet: Excel's limits.
CELL_UNITS = 32_767
SHEET_ROWS = 1_048_576
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WIDTHS = {"text": 80, "title": 30, "heading": 40, "meeting": 30}


class XlsxWriter:
    """A workbook with one sheet; a table of more rows than a sheet holds goes on in NAME_2.xlsx, NAME_3.xlsx …

    Strings are stored as strings, also where they begin with = or look like an error. A text too long for a cell is cut and
    ends with how much is missing; ``notes`` names it.
    """

    def __init__(self, path: Path, table: Table) -> None:
        import openpyxl  # noqa: F401  (asked for before a model runs, not after)

        self.notes: list[str] = []
        self._path, self._table = path, table
        self._part, self._rows = 1, 0
        self._open()

    def _open(self) -> None:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(self._table.name)
        self._sheet.freeze_panes = "A2"
        for number, column in enumerate(self._table.columns, 1):
            width = _WIDTHS.get(column.name, max(10, len(column.name) + 2))
            self._sheet.column_dimensions[get_column_letter(number)].width = width
        header = [WriteOnlyCell(self._sheet, name) for name in self._table.names]
        for cell in header:
            cell.font = Font(bold=True)
        self._sheet.append(header)
        self._rows = 1

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        for row in rows:
            if self._rows == SHEET_ROWS:
                self._next()
            self._sheet.append([self._cell(row, column) for column in self._table.columns])
            self._rows += 1

    def _next(self) -> None:
        self._save()
        self._part += 1
        path = self._part_path()
        self.notes.append(f"{self._table.name}: more rows than a sheet holds; it goes on in {path.name}")
        self._open()

    def _part_path(self) -> Path:
        return self._path if self._part == 1 else self._path.with_stem(f"{self._path.stem}_{self._part}")

    def _cell(self, row: Row, column: Column) -> Any:
        from openpyxl.cell import WriteOnlyCell

        value = row[column.name]
        if isinstance(value, Decimal):
            return float(value)
        if column.type == "date" and value is not None:
            cell = WriteOnlyCell(self._sheet, value)
            cell.number_format = "yyyy-mm-dd"
            return cell
        if not isinstance(value, str):
            return value
        cell = WriteOnlyCell(self._sheet)
        cell.value = self._fit(value, row[self._table.key], column.name)
        cell.data_type = "s"  # openpyxl takes what begins with = for a formula, and #N/A for an error
        return cell

    def _fit(self, value: str, key: str, column: str) -> str:
        text = _FORBIDDEN.sub("\ufffd", value)
        units = len(text.encode("utf-16-le")) // 2
        if units <= CELL_UNITS:
            return text
        # Cut by UTF-16 units, as Excel counts; half a pair at the end is dropped.
        kept = text.encode("utf-16-le")[: 2 * (CELL_UNITS - 60)].decode("utf-16-le", "ignore")
        self.notes.append(
            f"{self._table.name}.{column} of {key}: {units} characters, more than a cell of Excel holds; cut, and marked so. "
            "csv, parquet and dta hold all of it"
        )
        return f"{kept}…[{units - len(kept)} characters do not fit this cell]"

    def _save(self) -> None:
        from openpyxl.utils import get_column_letter

        last = get_column_letter(len(self._table.columns))
        self._sheet.auto_filter.ref = f"A1:{last}{self._rows}"
        self._book.save(self._part_path())

    def close(self) -> None:
        """Write the workbook."""
        self._save()

    def discard(self) -> None:
        """Nothing is open that would stay."""
