"""spaCy's DocBin: Docs with one token per code point, entities, and their scores in ``span._.score``."""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.tokens import Doc, DocBin, Span

import govner.tagger.component  # noqa: F401  (registers span._.score)
from govner.schema import AnnotatedReport
from govner.tokenizer import CharacterTokenizer
from govner.writers import need_file
from govner.writers.resuming import Done, Opening


def to_doc(report: AnnotatedReport, tokenizer: CharacterTokenizer) -> Doc:
    """A Doc of the report's clean text; ``user_data`` holds its id, source and metadata."""
    doc = tokenizer(report.report.text)
    ents = []
    for e in report.entities:
        ent = Span(doc, e.start, e.end, label=e.label)
        ent._.score = e.score
        ents.append(ent)
    doc.set_ents(ents)
    doc.user_data["govner"] = {
        k: v for k, v in report.record().items() if k in ("id", "source", "meta", "model")
    }
    return doc


class DocBinWriter:
    """A DocBin, written when it is closed."""

    def __init__(self, out: str) -> None:
        self._out = Path(out)
        self._tokenizer = CharacterTokenizer(spacy.blank("zh").vocab)
        self._bin = DocBin(store_user_data=True)

    def write(self, report: AnnotatedReport) -> None:
        """Add a report."""
        self._bin.add(to_doc(report, self._tokenizer))

    def close(self) -> None:
        """Write the file, unless there was no report."""
        if len(self._bin):
            self._bin.to_disk(self._out)


def open_docbin(out: str | None, opening: Opening) -> tuple[DocBinWriter, Done]:
    """A writer."""
    return DocBinWriter(need_file(out, "docbin")), Done()
