"""brat stand-off: a folder with a ``.txt`` and an ``.ann`` a report, scores as notes (:mod:`govner.converters.brat`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from govner.converters.brat import annotation_lines, file_name, write_pair
from govner.schema import AnnotatedReport, Span
from govner.writers import need_file
from govner.writers.resuming import Done, Opening, check_settings

#: Beside the pairs, where brat does not look: what ``--resume`` compares.
SETTINGS = ".made_with.json"


class BratWriter:
    """Two files a report."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, report: AnnotatedReport) -> None:
        """Write both files; the ``.ann`` last, so that it says the report is complete."""
        text = report.report.text
        spans = [Span(e.start, e.end, e.label) for e in report.entities]
        notes = [f"score {e.score:.4f}" for e in report.entities]
        write_pair(self._folder / file_name(report.report.id), text, annotation_lines(text, spans, notes))

    def close(self) -> None:
        """Nothing to finish."""


class _DoneByName(Done):
    """Reports already written, known by the name of their files only."""

    def __init__(self, stems: Iterable[str]) -> None:
        super().__init__(("", stem) for stem in stems)

    def _name(self, id: str) -> str:
        return file_name(id)

    def _key(self, source: str, id: str) -> tuple[str, str]:
        return super()._key("", id)


def open_brat(out: str | None, opening: Opening) -> tuple[BratWriter, Done]:
    """A writer and what is already written.

    Raises:
        UserError: the folder to go on with was made with other settings.
    """
    folder = Path(need_file(out, "brat"))
    writer = BratWriter(folder)
    settings = folder / SETTINGS
    stems = sorted(path.stem for path in folder.glob("*.ann")) if opening.resume else []
    if stems and settings.is_file():
        check_settings(str(folder), json.loads(settings.read_text(encoding="utf-8")), opening.settings)
    elif stems:
        opening.say(
            f"{folder}: does not say with which model and options it was made; make sure that they are the same"
        )
    else:
        settings.write_text(json.dumps(asdict(opening.settings)), encoding="utf-8")
    return writer, _DoneByName(stems)
