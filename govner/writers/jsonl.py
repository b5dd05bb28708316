"""JSON lines: one report a line, see :meth:`govner.schema.AnnotatedReport.record`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from govner.schema import AnnotatedReport
from govner.writers import TextStream
from govner.writers.resuming import Done, Opening, Settings, check_settings, mend_end, model_name, read_held


class JsonLinesWriter:
    """One JSON object a report.

    With ``records`` it also holds what is said of the indicators and projects, and every figure of the text (see
    :mod:`govner.records`). ``made_with`` holds what ``--resume`` compares.
    """

    def __init__(self, out: str | None, mode: str, settings: Settings) -> None:
        self._stream = TextStream(out, mode)
        self._settings = settings

    def write(self, report: AnnotatedReport) -> None:
        """Add a line."""
        data = report.record() | {"made_with": self._settings.unseen()}
        if self._settings.records:
            from govner.records import extract, quantities_json, records_json

            found = extract(report)
            data |= {"records": records_json(found), "quantities": quantities_json(found)}
        self._stream.write(json.dumps(data, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def _held(line: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that a line shows."""
    model = model_name(line["model"].get("name"), line["model"].get("version"))
    return {"model": model, "records": "records" in line, **line.get("made_with", {})}


def open_jsonl(out: str | None, opening: Opening) -> tuple[JsonLinesWriter, Done]:
    """A writer and what is already written. A file is changed only once all its lines are found to be right.

    Raises:
        UserError: the file to go on with was made with other settings, or a line is no annotated report.
    """
    held: list[tuple[str, str]] = []
    if opening.resume and out is not None and Path(out).is_file():
        silent = 0

        def note(line: Any, where: str) -> tuple[str, str, str, dict[str, Any]]:
            nonlocal silent
            silent += "made_with" not in line
            return where, line["source"], line["id"], _held(line)

        lines, cut = read_held(Path(out), note, "an annotated report", "write to another file")
        for where, source, id, made in lines:
            check_settings(where, made, opening.settings)
            held.append((source, id))
        mend_end(Path(out), cut)
        if silent:
            opening.say(
                f"{out}: {silent} of {len(held)} lines do not say with which --min-score, corrections and model files "
                "they were made; make sure that they are the same"
            )
    return JsonLinesWriter(out, "a" if opening.resume else "w", opening.settings), Done(held)
