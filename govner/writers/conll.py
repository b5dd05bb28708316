"""CoNLL columns: a character and its BIO tag a line (:mod:`govner.converters.conll`)."""

from __future__ import annotations

from govner.converters.conll import columns
from govner.schema import AnnotatedReport, Span
from govner.writers import TextStream
from govner.writers.resuming import Done, Opening


class ConllWriter:
    """Character BIO."""

    def __init__(self, out: str | None) -> None:
        self._stream = TextStream(out)

    def write(self, report: AnnotatedReport) -> None:
        """Add a report."""
        spans = [Span(e.start, e.end, e.label) for e in report.entities]
        self._stream.write(columns(report.report.id, report.report.text, spans))

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def open_conll(out: str | None, opening: Opening) -> tuple[ConllWriter, Done]:
    """A writer."""
    return ConllWriter(out), Done()
