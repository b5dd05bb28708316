"""Annotated reports → files: one small module a format, one way to open them all."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from govner.errors import UserError
from govner.schema import AnnotatedReport
from govner.writers.resuming import Done, Opening


class Writer(Protocol):
    """Writes annotated reports one after the other; ``close`` finishes the file.

    Without a report, a file that is there is left as it was.
    """

    def write(self, report: AnnotatedReport) -> None:
        """Add a report."""
        ...

    def close(self) -> None:
        """Finish and close the output."""
        ...


#: Formats and the file ending each is known by.
FORMATS = {
    "jsonl": ".jsonl",
    "csv": ".csv",
    "parquet": ".parquet",
    "docbin": ".spacy",
    "html": ".html",
    "brat": "",
    "conll": ".conll",
}
#: Formats that can go on where a stopped run left off, since each report is complete once written.
RESUMABLE = ("jsonl", "csv", "brat")
#: Formats whose output says of itself with which settings it was made.
KEEP_SETTINGS = ("jsonl", "brat")


def guess_format(out: str | None) -> str:
    """The format an output name asks for; JSON lines where it has no ending.

    Raises:
        UserError: the ending is not one of a format.
    """
    suffix = Path(out).suffix.lower() if out else ""
    if suffix in ("", ".json", ".ndjson"):
        return "jsonl"
    found = next((name for name, ending in FORMATS.items() if suffix in (ending, f".{name}")), None)
    if found is None:
        raise UserError(
            f"{out}: no format has the ending {suffix}; choose one with --format {', '.join(FORMATS)}"
        )
    return found


def open_writer(format: str, out: str | None, opening: Opening) -> tuple[Writer, Done]:
    """A writer, and the reports that a resumed output already holds.

    Args:
        format: one of :data:`FORMATS`.
        out: a file (a folder for brat); None is standard output, for text formats.

    Raises:
        UserError: the format is unknown, cannot be resumed, or needs a file or a library that is not there; or the
            output to go on with was made with other settings.
    """
    from govner.writers import brat, conll, docbin, html, jsonl, table

    makers: dict[str, Callable[[str | None, Opening], tuple[Writer, Done]]] = {
        "jsonl": jsonl.open_jsonl,
        "csv": table.open_csv,
        "parquet": table.open_parquet,
        "docbin": docbin.open_docbin,
        "html": html.open_html,
        "brat": brat.open_brat,
        "conll": conll.open_conll,
    }
    if format not in makers:
        raise UserError(f"--format {format}: unknown; choose one of {', '.join(makers)}")
    if opening.resume and (out is None or format not in RESUMABLE):
        raise UserError(f"--resume needs -o FILE and one of the formats {', '.join(RESUMABLE)}")
    if out is not None and format != "brat":
        Path(out).parent.mkdir(parents=True, exist_ok=True)
    return makers[format](out, opening)


def need_file(out: str | None, format: str) -> str:
    """The output's name, where a format cannot go to standard output.

    Raises:
        UserError: there is none.
    """
    if out is None:
        raise UserError(f"--format {format} needs -o {'FOLDER' if format == 'brat' else 'FILE'}")
    return out


class TextStream:
    """A text file, or standard output, that is flushed after every report.

    A file is opened at once, so that one which cannot be written is refused before any work, but what it holds goes
    only with the first text: a run that finds nothing to write leaves it as it was, and makes no empty one.
    """

    def __init__(
        self, out: str | None, mode: str = "w", *, newline: str = "\n", encoding: str = "utf-8"
    ) -> None:
        #: Whether there is text in the stream, of this run or of one to go on with.
        self.begun = mode == "a"
        self._out = out
        self._made = out is not None and not os.path.lexists(out)
        if out is None:
            self.stream = sys.stdout
        else:
            self.stream = open(out, mode, encoding=encoding, newline=newline, opener=_open_whole)  # noqa: SIM115

    def write(self, text: str) -> None:
        """Write and flush."""
        if not self.begun and self._out is not None and _is_regular(self.stream.fileno()):
            self.stream.truncate(0)
        self.begun = True
        self.stream.write(text)
        self.stream.flush()

    def close(self) -> None:
        """Close a file; standard output stays open."""
        if self._out is None:
            return
        self.stream.close()
        if self._made and not self.begun:
            os.unlink(self._out)


def _open_whole(path: str, flags: int) -> int:
    """An opener for :func:`open` that leaves in a file what it holds."""
    return os.open(path, flags & ~os.O_TRUNC, 0o666)


def _is_regular(file: int) -> bool:
    """Whether an open file can be cut: pipes and devices cannot."""
    return stat.S_ISREG(os.fstat(file).st_mode)
