"""The way in: paths, folders, globs and standard input to reports."""

from __future__ import annotations

import glob
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from govner.errors import UserError
from govner.reading.cleaning import clean
from govner.reading.encodings import UndecodableError
from govner.reading.formats import LEGACY, READERS, FormatError, Options, read_document
from govner.schema import ReadFailure, Report

BLANK = re.compile(r"(?:\s|\\[rn]|&(?:nbsp|emsp|ensp);|<U\+(?:00A0|3000)>|_x000D_)*")
STRUCTURE = "govner.reading.structure"


def read(
    inputs: Iterable[str | os.PathLike[str]] | str | os.PathLike[str],
    *,
    encoding: str | None = None,
    text_column: str | None = None,
    repeated: Callable[[str], None] | None = None,
) -> Iterator[Report | ReadFailure]:
    """Reports from files, folders (recursive), globs and ``-`` (standard input), in order.

    A table gives a report a row. What cannot be read comes as a ReadFailure with a reason that says what to
    do, and the rest goes on. A file that the inputs name twice is read once.

    Args:
        repeated: is told the name of every file that was named before.

    Raises:
        UserError: the encoding is unknown.
    """
    _check_encoding(encoding)
    options = Options(encoding, text_column)
    names = [inputs] if isinstance(inputs, str | os.PathLike) else inputs
    for found in discover(names, repeated):
        if isinstance(found, ReadFailure):
            yield found
            continue
        try:
            yield from _read_one(found, options)
        except (FormatError, UndecodableError) as error:
            yield ReadFailure(found, str(error))
        except PermissionError:
            yield ReadFailure(found, "not readable: permission denied; change its permissions or copy it")
        except OSError as error:
            yield ReadFailure(found, f"not readable: {error.strerror or error}")


def read_text(
    source_text: str, *, id: str = "text", source: str = "", meta: Mapping[str, Any] | None = None
) -> Report:
    """A report from decoded text: cleaned, aligned, and given metadata and sections.

    ``meta`` is what is known already, such as a table's other columns; it wins over what the page says of
    itself, but not over what is found in the text (then it is kept under ``columns``).
    """
    cleaned = clean(source_text)
    given = dict(meta or {})
    known: dict[str, Any] = {**cleaned.meta, **given}
    sections: tuple[Any, ...] = ()
    if importlib.util.find_spec(STRUCTURE) is not None:
        found, sections = importlib.import_module(STRUCTURE).analyse(cleaned.text, known, source)
        # What the text says has the word; a table's column of the same name is kept beside it.
        overridden = {
            key: given[key] for key, value in found.items() if value and given.get(key, value) != value
        }
        known |= {key: value for key, value in found.items() if value or key not in given}
        known |= {"columns": overridden} if overridden else {}
    return Report(
        id=id,
        source=source,
        source_text=source_text,
        text=cleaned.text,
        alignment=cleaned.alignment,
        dropped=cleaned.dropped,
        meta=known,
        sections=tuple(sections),
    )


def discover(
    inputs: Iterable[str | os.PathLike[str]], repeated: Callable[[str], None] | None = None
) -> Iterator[str | ReadFailure]:
    """Files named by paths, folders (recursive, sorted), globs and ``-``, each once, by whatever names it goes; a
    failure for each name that gives none.

    Args:
        repeated: is told the name of every file that was named before.
    """
    seen: set[str] = set()
    for found in _named(inputs):
        if isinstance(found, str):
            same = found if found == "-" else os.path.realpath(found)
            if same in seen:
                if repeated is not None:
                    repeated(found)
                continue
            seen.add(same)
        yield found


def _named(inputs: Iterable[str | os.PathLike[str]]) -> Iterator[str | ReadFailure]:
    for given in (os.fspath(name) for name in inputs):
        if given == "-" or os.path.isfile(given):
            yield given
        elif os.path.isdir(given):
            yield from _folder(given)
        elif matches := sorted(glob.glob(given, recursive=True)):
            for match in matches:
                yield from _folder(match) if os.path.isdir(match) else [match]
        elif glob.has_magic(given):
            yield ReadFailure(given, "no file matches; check the pattern (quote it, ** goes into folders)")
        else:
            yield ReadFailure(given, "no such file or folder; check its spelling")


def dropped_table(report: Report, *, white_space: bool = False) -> list[tuple[int, int, str, str]]:
    """What cleaning left out, in source order: (start, end, reason, text), offsets into the source text.

    Stretches of nothing but white space are left out unless ``white_space``.
    """
    rows = [(d.start, d.end, d.reason, report.source_text[d.start : d.end]) for d in report.dropped]
    return [row for row in rows if white_space or not BLANK.fullmatch(row[3])]


def _folder(folder: str) -> Iterator[str | ReadFailure]:
    files = [
        os.path.join(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if not name.startswith((".", "~$")) and Path(name).suffix.lower() in {*READERS, *LEGACY}
    ]
    if not files:
        yield ReadFailure(folder, f"the folder has no readable file; govner reads {', '.join(READERS)}")
    yield from sorted(files)


def _read_one(name: str, options: Options) -> Iterator[Report | ReadFailure]:
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    stem = "stdin" if name == "-" else Path(name).stem
    documents = list(read_document(name, data, options))
    for number, document in enumerate(documents, start=1):
        row = document.meta.get("row", number)
        identifier = document.id or (stem if len(documents) == 1 else f"{stem}-{row}")
        report = read_text(document.text, id=identifier, source=name, meta=document.meta)
        if report.text:
            yield report
        else:
            where = name if len(documents) == 1 else f"{name}, row {row}"
            yield ReadFailure(where, "there is no report in it, only what pages have around one")


def _check_encoding(encoding: str | None) -> None:
    if encoding:
        try:
            "".encode(encoding)
        except LookupError:
            raise UserError(f"--encoding {encoding}: unknown; try utf-8, gb18030, big5 or utf-16") from None
