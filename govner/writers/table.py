"""One mention a row, as CSV (for Excel too: UTF-8 with a byte-order mark) or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from govner.errors import UserError
from govner.schema import AnnotatedReport
from govner.writers import TextStream, need_file
from govner.writers.resuming import Done, Opening, check_settings, model_name

COLUMNS: dict[str, type] = {
    "report": str,
    "source": str,
    "place": str,
    "level": str,
    "year_reviewed": int,
    "label": str,
    "text": str,
    "score": float,
    "section": str,
    "sentence": str,
    "start": int,
    "end": int,
    "source_start": int,
    "source_end": int,
    "model": str,
    "model_version": str,
}


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence or line that a span stands in."""
    left = max(text.rfind(c, 0, start) for c in "。！？；\n") + 1
    right = min((i for c in "。！？；\n" if (i := text.find(c, end)) >= 0), default=len(text))
    return text[left : right + 1].strip()


def rows(report: AnnotatedReport) -> Iterator[dict[str, Any]]:
    """One row a mention."""
    meta, text = report.report.meta, report.report.text
    for e in report.entities:
        yield {
            "report": report.report.id,
            "source": report.report.source,
            "place": meta.get("place") or "",
            "level": meta.get("level") or "",
            "year_reviewed": meta.get("year_reviewed"),
            "label": e.label,
            "text": e.text,
            "score": round(e.score, 4),
            "section": " / ".join(e.section),
            "sentence": sentence_around(text, e.start, e.end),
            "start": e.start,
            "end": e.end,
            "source_start": e.source_start,
            "source_end": e.source_end,
            "model": report.model.get("name", ""),
            "model_version": report.model.get("version", ""),
        }


@dataclass
class _Last:
    """The last report of a file: its source and id, and the spans of its rows."""

    key: tuple[str, str] = ("", "")
    spans: list[tuple[str, str, str]] = field(default_factory=list)


class CsvWriter:
    """Comma-separated values, RFC 4180.

    Args:
        out: a file; None is standard output.
        last: the last report of a file to go on with, which may be there in part; None begins a new file.
    """

    def __init__(self, out: str | None, last: _Last | None) -> None:
        self._out, self._last = out, last
        # Excel takes a CSV for the local code page unless a byte-order mark says UTF-8.
        encoding = "utf-8-sig" if out and last is None else "utf-8"
        self._stream = TextStream(out, "w" if last is None else "a", newline="", encoding=encoding)

    def write(self, report: AnnotatedReport) -> None:
        """Add a report's mentions; of the last one of a file to go on with, those that it does not hold yet.

        Raises:
            UserError: they do not go on from those that the file holds.
        """
        found = [[row[c] for c in COLUMNS] for row in rows(report)]
        if self._last and self._last.key == (report.report.source, report.report.id):
            there = len(self._last.spans)
            if [_span(dict(zip(COLUMNS, row, strict=True))) for row in found[:there]] != self._last.spans:
                raise UserError(
                    f"{self._out}: the mentions of {report.report.id} ({report.report.source}) are other ones than those "
                    "found now: it was made with other options, or the report was changed; write to another file"
                )
            found = found[there:]
        header = [] if self._stream.begun else [list(COLUMNS)]
        self._stream.write(_lines(header + found))

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def _span(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(row["start"]), str(row["end"]), str(row["label"])


def _lines(values: list[list[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(values)
    return buffer.getvalue()


def open_csv(out: str | None, opening: Opening) -> tuple[CsvWriter, Done]:
    """A writer and the reports already written.

    The last report may be there in part, and is done again: only the rows that are missing are added. So is a report
    without mentions, as it leaves no row.

    Raises:
        UserError: the file to go on with was made by another model or with a lower ``--min-score``, as far as its rows
            show, or is not one of mentions.
    """
    path = Path(out) if out else None
    if not (opening.resume and path and path.is_file() and path.stat().st_size):
        return CsvWriter(out, None), Done()
    whole = _whole_rows(path)
    text = _text(whole, path)
    held: dict[tuple[str, str], None] = {}
    last = _Last()
    for number, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2):
        _check_row(f"{path}, row {number}", row, opening)
        key = row["source"], row["report"]
        if key != last.key:
            last = _Last(key)
        last.spans.append(_span(row))
        held[key] = None
    with open(path, "rb+") as file:
        file.truncate(len(whole))
    if held:
        opening.say(
            f"{path}: its rows do not say with which --min-score, corrections and model files they were made; make sure "
            "that they are the same"
        )
    held.pop(last.key, None)
    return CsvWriter(out, last), Done(held, redo=[last.key] if last.spans else ())


def _whole_rows(path: Path) -> bytes:
    """The rows of a file that are whole: a stop may cut the last one anywhere, also in a character or in quotes."""
    data = path.read_bytes()
    end = data.rfind(b"\r\n")
    # A line break in quotes ends no row: quotes inside are doubled, so where a row ends there was an even number of them.
    while end >= 0 and data.count(b'"', 0, end) % 2:
        end = data.rfind(b"\r\n", 0, end)
    return data[: end + 2] if end >= 0 else b""


def _text(whole: bytes, path: Path) -> str:
    try:
        text = whole.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text.startswith(_lines([list(COLUMNS)])):
        raise UserError(f"{path}: not a table of mentions that govner wrote; write to another file")
    return text


def _check_row(where: str, row: dict[str, str], opening: Opening) -> None:
    try:
        made = {"model": model_name(row["model"], row["model_version"])}
        score = float(row["score"])
    except (KeyError, TypeError, ValueError):
        raise UserError(f"{where}: not a row of mentions; write to another file") from None
    # Scores are rounded to four places.
    low = {"min_score": f"of {score} or less"} if score < opening.settings.min_score - 5e-5 else {}
    check_settings(where, made | low, opening.settings)


class ParquetWriter:
    """A Parquet file, written when it is closed."""

    def __init__(self, out: str) -> None:
        try:
            import polars
        except ImportError:
            raise UserError("--format parquet needs polars: pip install 'govner[tables]'") from None
        self._polars = polars
        self._out = out
        self._rows: list[dict[str, Any]] = []
        self._begun = False

    def write(self, report: AnnotatedReport) -> None:
        """Add a report's mentions."""
        self._begun = True
        self._rows.extend(rows(report))

    def close(self) -> None:
        """Write the file, unless there was no report."""
        if not self._begun:
            return
        kinds = {str: self._polars.String, int: self._polars.Int64, float: self._polars.Float64}
        schema = {name: kinds[kind] for name, kind in COLUMNS.items()}
        self._polars.DataFrame(self._rows, schema=schema).write_parquet(self._out)


def open_parquet(out: str | None, opening: Opening) -> tuple[ParquetWriter, Done]:
    """A writer."""
    return ParquetWriter(need_file(out, "parquet")), Done()
