"""The way in: paths, folders, globs and standard input to reports."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from govner.reading.cleaning import clean
from govner.reading.encodings import decode
from govner.schema import ReadFailure, Report

TEXT_SUFFIXES = (".txt", ".md")


def read_text(source_text: str, *, id: str = "text", source: str = "") -> Report:
    """A report from decoded text: cleaned and aligned."""
    cleaned = clean(source_text)
    return Report(
        id=id,
        source=source,
        source_text=source_text,
        text=cleaned.text,
        alignment=cleaned.alignment,
        dropped=cleaned.dropped,
        meta=cleaned.meta,
    )


def discover(inputs: Iterable[str]) -> Iterator[str]:
    """Files named by paths, folders (recursive, sorted), globs and ``-``."""
    for given in inputs:
        if given == "-":
            yield given
        elif os.path.isdir(given):
            yield from sorted(str(p) for p in Path(given).rglob("*") if p.suffix.lower() in TEXT_SUFFIXES)
        elif os.path.exists(given):
            yield given
        else:
            yield from sorted(glob.glob(given, recursive=True)) or [given]


def read(inputs: Iterable[str], *, encoding: str | None = None) -> Iterator[Report | ReadFailure]:
    """Reports from files, folders, globs and ``-``, in order; what cannot be read comes as a ReadFailure."""
    for name in discover(inputs):
        try:
            data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            yield read_text(decode(data, encoding).text, id=Path(name).stem, source=name)
        except (OSError, UnicodeError, LookupError) as error:
            yield ReadFailure(name, str(error))
