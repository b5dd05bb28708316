"""JSON lines: one report a line, see :meth:`govner.schema.AnnotatedReport.record`."""

from __future__ import annotations

import json
from pathlib import Path

from govner.schema import AnnotatedReport
from govner.writers import TextStream


class JsonLinesWriter:
    """One JSON object a report."""

    def __init__(self, out: str | None, mode: str) -> None:
        self._stream = TextStream(out, mode)

    def write(self, report: AnnotatedReport) -> None:
        """Add a line."""
        self._stream.write(json.dumps(report.record(), ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def _drop_half_line(path: Path) -> list[dict]:
    """The records a file holds; a last line that a stop cut short is taken out of the file."""
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        path.write_bytes(whole)
    return [json.loads(line) for line in whole.decode("utf-8").split("\n") if line.strip()]


def open_jsonl(out: str | None, resume: bool) -> tuple[JsonLinesWriter, set[str]]:
    """A writer and the ids already written."""
    done: set[str] = set()
    if resume and out is not None and Path(out).is_file():
        done = {f"{r['source']}#{r['id']}" for r in _drop_half_line(Path(out))}
    return JsonLinesWriter(out, "a" if resume else "w"), done
