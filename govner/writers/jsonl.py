"""JSON lines: one report a line, see :meth:`govner.schema.AnnotatedReport.record`."""

from __future__ import annotations

import json
from pathlib import Path

from govner.records import extract, quantities_json, records_json
from govner.schema import AnnotatedReport
from govner.writers import TextStream


class JsonLinesWriter:
    """One JSON object a report.

    ``records`` adds what is said of the indicators and projects, and every figure of the text (see :mod:`govner.records`).
    """

    def __init__(self, out: str | None, mode: str) -> None:
        self._stream = TextStream(out, mode)
        self.records = False

    def write(self, report: AnnotatedReport) -> None:
        """Add a line."""
        data = report.record()
        if self.records:
            found = extract(report)
            data |= {"records": records_json(found), "quantities": quantities_json(found)}
        self._stream.write(json.dumps(data, ensure_ascii=False) + "\n")

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
