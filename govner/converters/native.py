"""govner's own JSON lines (:mod:`govner.corpus`), with any labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from govner.corpus import read_gold, write_gold
from govner.schema import GoldDocument


def read(path: Path) -> Iterator[GoldDocument]:
    """Documents of a file, or of all files of a folder."""
    return read_gold(path, labels=None)


def write(path: Path, documents: Iterable[GoldDocument]) -> int:
    """Write JSON lines."""
    return write_gold(path, documents)
