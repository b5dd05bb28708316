"""Excel workbooks (.xlsx), with the extra ``tables``."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from govner.reading.formats.base import Document, FormatError, Options
from govner.reading.formats.columns import documents


def read_excel(data: bytes, options: Options) -> Iterator[Document]:
    """The source text of each document is the cell of the text column, on the first sheet that is not empty.

    Raises:
        FormatError: openpyxl is not installed, or the workbook is damaged or empty.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise FormatError("reading .xlsx files needs openpyxl: pip install 'govner[tables]'") from error
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise FormatError(
            "a damaged workbook: open it in Excel or LibreOffice and save it again as .xlsx"
        ) from error
    for sheet in sheets:
        table = [row for row in sheet if any(cell is not None and str(cell).strip() for cell in row)]
        if table:
            header = [
                str(name).strip() if name is not None else f"column {i}" for i, name in enumerate(table[0], 1)
            ]
            yield from documents([dict(zip(header, row, strict=False)) for row in table[1:]], options)
            return
    raise FormatError("the workbook is empty")
