"""Bytes to text: the encodings in which Chinese reports are found."""

from __future__ import annotations

import codecs
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decoded:
    """Decoded text and the encoding that gave it."""

    text: str
    encoding: str


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Decode a file: byte-order marks first, then UTF-8, then GB18030.

    Raises:
        UnicodeDecodeError: the named encoding does not fit.
        LookupError: the named encoding is unknown.
    """
    if encoding:
        return Decoded(data.decode(encoding), codecs.lookup(encoding).name)
    try:
        return Decoded(data.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError:
        return Decoded(data.decode("gb18030"), "gb18030")
