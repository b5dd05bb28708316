"""One mention a row, as CSV (for Excel too: UTF-8 with a byte-order mark) or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from govner.errors import UserError
from govner.schema import AnnotatedReport
from govner.writers import TextStream, need_file
from govner.writers.resuming import Done, Opening, check_settings

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


class CsvWriter:
    """Comma-separated values, RFC 4180."""

    def __init__(self, out: str | None, resume: bool) -> None:
        fresh = not (resume and out and Path(out).is_file() and Path(out).stat().st_size)
        # Excel takes a CSV for the local code page unless a byte-order mark says UTF-8.
        self._stream = TextStream(
            out, "w" if fresh else "a", newline="", encoding="utf-8-sig" if fresh and out else "utf-8"
        )
        if fresh:
            self._write([list(COLUMNS)])

    def _write(self, lines: list[list[Any]]) -> None:
        buffer = io.StringIO()
        csv.writer(buffer).writerows(lines)
        self._stream.write(buffer.getvalue())

    def write(self, report: AnnotatedReport) -> None:
        """Add a report's mentions."""
        self._write([[row[c] for c in COLUMNS] for row in rows(report)])

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def open_csv(out: str | None, opening: Opening) -> tuple[CsvWriter, Done]:
    """A writer and the reports already written (a report without mentions leaves no row and is done again).

    Raises:
        UserError: the file to go on with was made by another model or with a lower ``--min-score``, as far as its rows
            show, or is not one of mentions.
    """
    held: dict[tuple[str, str], None] = {}
    if opening.resume and out and Path(out).is_file():
        with open(out, encoding="utf-8-sig", newline="") as f:
            for number, row in enumerate(csv.DictReader(f), 2):
                _check_row(f"{out}, row {number}", row, opening)
                held[row["source"], row["report"]] = None
    return CsvWriter(out, opening.resume), Done(held)


def _check_row(where: str, row: dict[str, str], opening: Opening) -> None:
    try:
        made = {"model": f"{row['model']} {row['model_version']}".strip()}
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

    def write(self, report: AnnotatedReport) -> None:
        """Add a report's mentions."""
        self._rows.extend(rows(report))

    def close(self) -> None:
        """Write the file."""
        kinds = {str: self._polars.String, int: self._polars.Int64, float: self._polars.Float64}
        schema = {name: kinds[kind] for name, kind in COLUMNS.items()}
        self._polars.DataFrame(self._rows, schema=schema).write_parquet(self._out)


def open_parquet(out: str | None, opening: Opening) -> tuple[ParquetWriter, Done]:
    """A writer."""
    return ParquetWriter(need_file(out, "parquet")), Done()
