"""brat stand-off: a folder with a ``.txt`` and an ``.ann`` a report, scores as notes (:mod:`govner.converters.brat`)."""

from __future__ import annotations

from pathlib import Path

from govner.converters.brat import annotation_lines, file_name, write_pair
from govner.schema import AnnotatedReport, Span
from govner.writers import need_file


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


class _Done(set[str]):
    """Sources already written, told by the ``.ann`` of the report's id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __contains__(self, key: object) -> bool:
        return (self._folder / (file_name(str(key).rpartition("#")[2]) + ".ann")).is_file()


def open_brat(out: str | None, resume: bool) -> tuple[BratWriter, set[str]]:
    """A writer and what is already written."""
    folder = Path(need_file(out, "brat"))
    return BratWriter(folder), _Done(folder) if resume else set()
