"""brat stand-off: a folder with a ``.txt`` and an ``.ann`` a report.

brat counts code points of the ``.txt`` as it lies on disk, so line ends are written as they are in the clean text.
"""

from __future__ import annotations

import re
from pathlib import Path

from govner.schema import AnnotatedReport
from govner.writers import need_file


def file_name(report_id: str) -> str:
    """A report's id as a file name."""
    return re.sub(r'[\\/:*?"<>|\s]+', "_", report_id)


class BratWriter:
    """Two files a report."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, report: AnnotatedReport) -> None:
        """Write both files; the ``.ann`` last, so that it says the report is complete."""
        base = self._folder / file_name(report.report.id)
        lines = []
        for n, e in enumerate(report.entities, 1):
            lines.append(f"T{n}\t{e.label} {e.start} {e.end}\t{e.text}\n")
            lines.append(f"#{n}\tAnnotatorNotes T{n}\tscore {e.score:.4f}\n")
        base.with_name(base.name + ".txt").write_text(report.report.text, encoding="utf-8", newline="\n")
        base.with_name(base.name + ".ann").write_text("".join(lines), encoding="utf-8", newline="\n")

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
