"""brat stand-off: a folder with a ``.txt`` and an ``.ann`` a report, scores as notes (:mod:`govner.converters.brat`)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from govner.converters.brat import annotation_lines, file_name, write_pair
from govner.errors import UserError
from govner.schema import AnnotatedReport, Span
from govner.writers import TextStream, need_file
from govner.writers.resuming import Done, Opening, Settings, check_settings, mend_end, read_held

#: Beside the pairs, where brat does not look: a line with the settings, then one a report. ``--resume`` compares them.
MADE_WITH = ".made_with.jsonl"


class BratWriter:
    """Two files a report, and a line that says which report they are of."""

    def __init__(self, folder: Path, settings: Settings, resume: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._made_with = TextStream(str(folder / MADE_WITH), "a" if resume else "w")
        self._settings = settings

    def write(self, report: AnnotatedReport) -> None:
        """Write both files; the ``.ann`` last, so that it says the report is complete."""
        if not self._made_with.begun:
            self._line(asdict(self._settings))
        self._line({"source": report.report.source, "id": report.report.id})
        text = report.report.text
        spans = [Span(e.start, e.end, e.label) for e in report.entities]
        notes = [f"score {e.score:.4f}" for e in report.entities]
        write_pair(self._folder / file_name(report.report.id), text, annotation_lines(text, spans, notes))

    def _line(self, data: dict[str, Any]) -> None:
        self._made_with.write(json.dumps(data, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the list of reports."""
        self._made_with.close()


def open_brat(out: str | None, opening: Opening) -> tuple[BratWriter, Done]:
    """A writer and what is already written.

    Raises:
        UserError: the folder holds annotations and is not to be gone on with, does not say how it was made, or was
            made with other settings.
    """
    folder = Path(need_file(out, "brat"))
    made_with = folder / MADE_WITH
    names = {path.name.removesuffix(".ann") for path in folder.glob("*.ann")}
    if names and not opening.resume:
        raise UserError(
            f"{folder}: holds annotations; go on with them with --resume, or write to another folder"
        )
    if names and not made_with.is_file():
        raise UserError(f"{folder}: does not say how its annotations were made; write to another folder")
    if not names:
        return BratWriter(folder, opening.settings, False), Done(name=file_name)
    hint = "write to another folder"
    lines, cut = read_held(made_with, _settings_or_report, "a report of the folder", hint)
    settings = [line for line in lines if isinstance(line, dict)]
    reports = [line for line in lines if isinstance(line, tuple)]
    if len(settings) != 1:
        raise UserError(f"{made_with}: want one line of settings, then the reports; {hint}")
    check_settings(str(folder), settings[0], opening.settings)
    mend_end(made_with, cut)
    # A stop may have come between the line and the pair.
    held = dict.fromkeys(report for report in reports if file_name(report[1]) in names)
    return BratWriter(folder, opening.settings, True), Done(held, taken=names, name=file_name)


def _settings_or_report(line: Any, where: str) -> dict[str, Any] | tuple[str, str]:
    return {**line} if "model" in line else (str(line["source"]), str(line["id"]))
