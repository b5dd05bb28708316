"""How a name is written, apart from what it names: width, spaces, quotes, footnote marks; and the data files."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from importlib.resources import files

_FOOTNOTE = re.compile(r"〔[^〕]{1,4}〕|\[\d{1,2}\]|【\d{1,2}】|[①-⑳]")
_QUOTES = "“”‘’\"'「」『』《》〈〉"


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a comma-separated file in ``govner/names/data``."""
    text = (files("govner.names") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def plain(surface: str) -> str:
    """The name without white space and footnote marks, full-width letters and digits made plain.

    Chinese punctuation that NFKC would turn into ASCII is kept as it stands.

    >>> plain("“三公”〔7〕 经费")
    '“三公”经费'
    """
    bare = re.sub(r"\s+", "", _FOOTNOTE.sub("", surface))
    return "".join(c if c in "，；：！？" else unicodedata.normalize("NFKC", c) for c in bare)


def without_quotes(surface: str) -> str:
    """The name without quotation marks and book-title marks."""
    return surface.translate({ord(c): None for c in _QUOTES})
