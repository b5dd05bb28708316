"""Raw text for pretraining: files and folders → documents of paragraphs, held-out reports left out.

Reports are read and cleaned by :mod:`govner.reading`. A file whose name ends in ``.txt.xz`` is a paragraph
a line and taken as it is.
"""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from govner.errors import UserError
from govner.reading import read
from govner.schema import ReadFailure
from govner.training.held_out import held_out_share, is_held_out

#: Neighbouring lines of a paragraph-a-line file that make a document.
_LINES_A_DOCUMENT = 50
_LEAST_CHARACTERS = 6
#: A paragraph of news with more than this share of held-out shingles quotes a report at length. Less is stock
#: phrases, which all such texts share.
_QUOTES = 0.5


@dataclass
class RawText:
    """Documents of paragraphs, and what was left out.

    Attributes:
        documents: paragraphs in their order, each only where it first stands.
        refused: files, or places in files, that held-out reports (gold and test) come from or that copy them.
        failures: what could not be read, and why.
    """

    documents: list[list[str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def characters(self) -> int:
        """Code points in all paragraphs."""
        return sum(len(p) for d in self.documents for p in d)


def load_texts(paths: Sequence[str | Path]) -> RawText:
    """Read files and folders.

    Held-out reports are never returned, whether they are recognized by name or by content: they are listed in
    ``refused``.

    Raises:
        UserError: there is no text at all.
    """
    raw = RawText()
    seen: set[str] = set()
    for source, paragraphs in _sources(paths, raw):
        if is_held_out("\n".join(paragraphs), source):
            raw.refused.append(source)
            continue
        kept = []
        for paragraph in paragraphs:
            if len(paragraph) >= _LEAST_CHARACTERS and paragraph not in seen:
                seen.add(paragraph)
                kept.append(paragraph)
        if kept:
            raw.documents.append(kept)
    if not raw.documents:
        raise UserError(f"{', '.join(map(str, paths))}: no text to train on; {'; '.join(raw.failures)}")
    return raw


def _sources(paths: Sequence[str | Path], raw: RawText) -> Iterator[tuple[str, list[str]]]:
    """(name, paragraphs) of every document."""
    listed: list[Path] = []
    others: list[Path] = []
    for path in map(Path, paths):
        found = sorted(path.rglob("*.txt.xz")) if path.is_dir() else [path]
        for file in found:
            (listed if file.name.endswith(".txt.xz") else others).append(file)
        if path.is_dir() and any(not f.name.endswith(".xz") for f in path.rglob("*") if f.is_file()):
            others.append(path)
    for file in listed:
        yield from _listed(file, raw)
    for item in read(list(map(str, others))) if others else ():
        if isinstance(item, ReadFailure):
            if not item.source.endswith(".xz"):
                raw.failures.append(f"{item.source}: {item.reason}")
        else:
            # Cleaning joins broken lines; the source is checked too, lest cleaning hide a copy.
            name = item.source
            if is_held_out(item.source_text, name):
                raw.refused.append(name)
            else:
                yield name, [line.strip() for line in item.text.splitlines()]


def _listed(file: Path, raw: RawText) -> Iterator[tuple[str, list[str]]]:
    try:
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            paragraphs = [line.strip() for line in lines]
    except (OSError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: not readable as xz-compressed UTF-8: {error}") from None
    for start in range(0, len(paragraphs), _LINES_A_DOCUMENT):
        block = paragraphs[start : start + _LINES_A_DOCUMENT]
        yield f"{file}:{start + 1}", _without_quotations(block, str(file), start, raw)


def _without_quotations(paragraphs: list[str], file: str, start: int, raw: RawText) -> list[str]:
    """The paragraphs but those that quote a held-out report at length."""
    if held_out_share("\n".join(paragraphs)) == 0:
        return paragraphs
    kept = []
    for number, paragraph in enumerate(paragraphs, start + 1):
        if held_out_share(paragraph) > _QUOTES:
            raw.refused.append(f"{file}:{number}")
        else:
            kept.append(paragraph)
    return kept


def is_for_measuring(paragraph: str, part: float) -> bool:
    """Whether a paragraph is one of the ``part`` that only measure the loss: by hash, so for ever."""
    digest = hashlib.sha256(paragraph.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") < part * 2**32


def split(documents: Iterable[Sequence[str]], part: float) -> tuple[list[list[str]], list[list[str]]]:
    """Documents to train on, and documents to measure on, of the same paragraphs' order."""
    train: list[list[str]] = []
    measure: list[list[str]] = []
    for paragraphs in documents:
        for target, wanted in ((train, False), (measure, True)):
            chosen = [p for p in paragraphs if is_for_measuring(p, part) is wanted]
            if chosen:
                target.append(chosen)
    return train, measure
