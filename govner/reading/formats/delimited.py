"""Tables as text: comma-, tab- or semicolon-separated values."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator

from govner.reading.encodings import decode
from govner.reading.formats.base import Document, FormatError, Options, decoding_meta
from govner.reading.formats.columns import documents

DELIMITERS = ",\t;，|"


def read_delimited(data: bytes, options: Options) -> Iterator[Document]:
    """The source text of each document is the decoded cell of the text column; the first row names the
    columns.
    """
    decoded = decode(data, options.encoding)
    _lift_field_limit()
    first_line = decoded.text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    if not first_line.count(delimiter):
        delimiter = ","
    try:
        table = list(csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise FormatError(
            f"not a well-formed table ({error}); save it again as CSV UTF-8 from a spreadsheet"
        ) from error
    table = [row for row in table if any(cell.strip() for cell in row)]
    if not table:
        raise FormatError("the table is empty")
    header = [name.strip() or f"column {i}" for i, name in enumerate(table[0], start=1)]
    rows = [dict(zip(header, row, strict=False)) for row in table[1:]]
    meta = decoding_meta(decoded.encoding, decoded.errors)
    for document in documents(rows, options):
        yield Document(document.text, document.id, {**document.meta, **meta})


def _lift_field_limit() -> None:
    """A report is longer than the 131,072 characters that the csv module allows a field."""
    limit = sys.maxsize
    while True:
        try:
            csv.field_size_limit(limit)
            return
        except OverflowError:  # where a C long has 32 bits
            limit //= 2
