"""Rows of a table to documents: which column holds the text and which the identifier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from govner.reading.formats.base import Document, FormatError, Options

TEXT_NAMES = (
    "text",
    "full_text",
    "fulltext",
    "content",
    "body",
    "正文",
    "全文",
    "内容",
    "文本",
    "报告全文",
    "报告",
)
ID_NAMES = ("id", "doc_id", "编号", "序号")
LONG = 200  # median characters of a column that can only be the text
LONGER = 5  # times as long as the next longest column
WORDS = re.compile(r"[\u3400-\u9fff]{2}")


def documents(rows: Sequence[Mapping[str, Any]], options: Options) -> Iterator[Document]:
    """One document a row: the text column as text, the identifier column as id, the others (if not empty)
    as metadata.

    Raises:
        FormatError: there are no rows, no column is plainly the text, or the one that should be holds none.
    """
    if not rows:
        raise FormatError("the table has no rows below its header")
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text_column = options.text_column or guess_text_column(rows, columns)
    if text_column not in columns:
        raise FormatError(f"no column {text_column!r}; its columns are {', '.join(columns)}")
    if not options.text_column and not _holds_text(rows, text_column):
        raise FormatError(f"no column looks like text; name it with --text-column: {', '.join(columns)}")
    id_column = next((c for c in columns if c.strip().lower() in ID_NAMES and _unique(rows, c)), None)
    empty = True
    for number, row in enumerate(rows, start=1):
        text = _string(row.get(text_column))
        if not text.strip():
            continue
        empty = False
        meta = {
            key: value
            for key, value in row.items()
            if key not in (text_column, id_column) and _string(value).strip()
        }
        identifier = _string(row.get(id_column)) if id_column else ""
        yield Document(text, id=identifier, meta=meta | {"row": number})
    if empty:
        raise FormatError(f"column {text_column!r} is empty in every row; name another with --text-column")


def guess_text_column(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """The column that holds the text: a usual name, or the one column of long cells.

    Raises:
        FormatError: none is obvious.
    """
    named = [c for c in columns if c.strip().lower() in TEXT_NAMES]
    if len(named) == 1:
        return named[0]
    candidates = named or list(columns)
    lengths = sorted(
        ((median(len(_string(row.get(c))) for row in rows), c) for c in candidates), reverse=True
    )
    longest = lengths[0]
    runner_up = lengths[1][0] if len(lengths) > 1 else 0
    if len(columns) == 1 or (longest[0] >= LONG and longest[0] >= LONGER * runner_up):
        return longest[1]
    raise FormatError(f"which column holds the text? Name it with --text-column: {', '.join(columns)}")


def _holds_text(rows: Sequence[Mapping[str, Any]], column: str) -> bool:
    """Whether any cell has words in it: Chinese ones, or enough of any others. A wholly empty column is another matter."""
    cells = [cell for row in rows if (cell := _string(row.get(column))).strip()]
    return not cells or any(WORDS.search(cell) or len(cell) >= LONG for cell in cells)


def _unique(rows: Sequence[Mapping[str, Any]], column: str) -> bool:
    values = [_string(row.get(column)) for row in rows]
    return all(values) and len(set(values)) == len(values)


def _string(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)
