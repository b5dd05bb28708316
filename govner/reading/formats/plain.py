"""Plain text and Markdown: decoded, nothing else (Markdown's marks are left where they are)."""

from __future__ import annotations

from collections.abc import Iterator

from govner.reading.encodings import decode
from govner.reading.formats.base import Document, Options, decoding_meta


def read_plain(data: bytes, options: Options) -> Iterator[Document]:
    """The decoded file is the source text."""
    decoded = decode(data, options.encoding)
    yield Document(decoded.text, meta=decoding_meta(decoded.encoding, decoded.errors))
