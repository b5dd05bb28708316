"""CoNLL columns: a character and its BIO tag a line, a blank line after each line of text, ``# id`` before a report.

Characters that a column cannot hold (spaces, tabs) are written as ``\\u0020`` escapes.
"""

from __future__ import annotations

from govner.schema import AnnotatedReport
from govner.writers import TextStream


def escape(char: str) -> str:
    """A character as it stands in a column."""
    return f"\\u{ord(char):04x}" if char.isspace() or char == "\\" else char


class ConllWriter:
    """Character BIO."""

    def __init__(self, out: str | None) -> None:
        self._stream = TextStream(out)

    def write(self, report: AnnotatedReport) -> None:
        """Add a report."""
        tags = ["O"] * len(report.report.text)
        for e in report.entities:
            tags[e.start] = f"B-{e.label}"
            tags[e.start + 1 : e.end] = [f"I-{e.label}"] * (e.end - e.start - 1)
        lines = [f"# id = {report.report.id}\n"]
        for char, tag in zip(report.report.text, tags, strict=True):
            lines.append("\n" if char == "\n" else f"{escape(char)}\t{tag}\n")
        self._stream.write("".join(lines) + "\n\n")

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def open_conll(out: str | None, resume: bool) -> tuple[ConllWriter, set[str]]:
    """A writer."""
    return ConllWriter(out), set()
