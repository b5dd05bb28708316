"""JSON lines: an object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from govner.reading.encodings import decode
from govner.reading.formats.base import Document, FormatError, Options
from govner.reading.formats.columns import documents


def read_jsonl(data: bytes, options: Options) -> Iterator[Document]:
    """The source text of each document is the string of the text key; other keys are metadata."""
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(decode(data, options.encoding).text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise FormatError(
                f"line {number} is not JSON ({error.msg}); every line must be one object"
            ) from error
        if not isinstance(row, dict):
            raise FormatError(
                f'line {number} is not an object; every line must be one, such as {{"text": "…"}}'
            )
        rows.append(row)
    yield from documents(rows, options)
