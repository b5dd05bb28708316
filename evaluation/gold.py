"""Gold as the scorer needs it: read and cleaned the way ``annotate`` does, cut into paragraphs, in source
offsets."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govner.corpus import read_gold
from govner.errors import UserError
from govner.evaluation.spans import SourceText, Units, document_units, paragraph_units
from govner.reading import read_text
from govner.schema import GoldDocument, Report, Span
from govner.standoff import hydrate, read_standoff

#: The ending of files with stand-off labels.
STANDOFF = ".standoff.jsonl"

#: From this many documents on, documents are resampled; below it their paragraphs are.
DOCUMENTS_TO_RESAMPLE = 20

#: The folders of the corpus that hold labelled spans; others hold gold of other kinds.
_SPANS = ("composed/", "standoff/")

#: Where shipped splits lie: in a checkout, seen from here and from the current folder.
_CORPUS = (Path(__file__).resolve().parent.parent / "corpus", Path("corpus"))


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold document ready to be scored against.

    ``spans`` are in source offsets. ``lost`` are those that no prediction on the clean text can reach,
    because
    cleaning dropped them or moved an edge: cleaning must never do so, and reports show their number.
    """

    id: str
    set: str
    text: str
    spans: tuple[Span, ...]
    lost: tuple[Span, ...]
    paragraphs: tuple[int, ...]
    report: Report
    meta: Mapping[str, Any]

    @property
    def composed(self) -> bool:
        """Written for the corpus rather than by a government."""
        marks = (self.meta.get("origin"), self.meta.get("kind"), self.meta.get("register"))
        return bool(self.meta.get("composed") or self.meta.get("composer")) or "composed" in marks

    @property
    def level(self) -> str:
        """Level of government, "" where unknown."""
        return str(self.meta.get("level") or "")

    def source_text(self) -> SourceText:
        """What a predictor gets to see: no spans."""
        return SourceText(self.id, self.text, self.meta)


def prepare(document: GoldDocument, set: str = "", labels: Mapping[str, str] | None = None) -> Gold:
    """Read and clean a gold document as ``annotate`` would.

    Args:
        set: name of the set that it belongs to.
        labels: labels to rename.
    """
    renamed = labels or {}
    spans = tuple(Span(s.start, s.end, renamed.get(s.label, s.label)) for s in document.spans)
    report = read_text(document.text, id=document.id)
    lost = tuple(span for span in spans if not _reachable(report, span))
    starts = [0]
    for line in _line_starts(report.text):
        starts.append(report.alignment.to_source(line, line)[0] if line < len(report.text) else 0)
    meta = dict(document.meta)
    meta.setdefault("year", year_of(document.meta) or year_of(report.meta))
    return Gold(document.id, set, document.text, spans, lost, tuple(sorted({*starts})), report, meta)


def year_of(meta: Mapping[str, Any]) -> int | None:
    """The year that a report is of: as given, else the year that it plans, else the one after that it
    reviews."""
    for key, later in (("year", 0), ("year_planned", 0), ("year_reviewed", 1)):
        value = str(meta.get(key) or "")[:4]
        if value.isdigit():
            return int(value) + later
    return None


def _reachable(report: Report, span: Span) -> bool:
    clean = report.to_clean(span)
    return clean is not None and report.to_source(clean) == span


def _line_starts(text: str) -> Iterator[int]:
    at = text.find("\n")
    while at >= 0:
        yield at + 1
        at = text.find("\n", at + 1)


def _splits() -> dict[str, Path]:
    """Gold files of the corpus by name: ``composed/test`` and, where no other split ends so, ``test``."""
    found: dict[str, Path] = {}
    for folder in _CORPUS:
        for path in sorted(folder.rglob("*.jsonl")) if folder.is_dir() else ():
            name = path.relative_to(folder).as_posix().removesuffix(".jsonl").removesuffix(".standoff")
            if name.startswith(_SPANS):
                found.setdefault(name, path)
    ends = [name.rpartition("/")[2] for name in found]
    short = {name.rpartition("/")[2]: path for name, path in found.items()}
    return found | {end: path for end, path in short.items() if ends.count(end) == 1}


def split_path(name: str) -> Path | None:
    """The file of a shipped split such as ``composed/test``, or None."""
    return _splits().get(name)


def shipped_splits() -> list[str]:
    """Names of the shipped splits, each in its longest form."""
    names = _splits()
    return sorted(name for name in names if "/" in name or list(names.values()).count(names[name]) == 1)


class MissingText(UserError):
    """Stand-off labels are here, the reports that they are of are not."""


def load_gold(given: str, labels: Mapping[str, str] | None = None) -> list[Gold]:
    """Gold of a file, a folder or a shipped split; the set is named after it.

    Raises:
        MissingText: it is stand-off gold, and none of its reports is here.
        UserError: nothing is there, or it is not gold.
    """
    path = Path(given) if Path(given).exists() else split_path(given)
    if path is None:
        known = ", ".join(shipped_splits()) or "none here"
        raise UserError(f"{given}: no such file, folder or shipped split (shipped splits: {known})")
    documents = _hydrated(path) if path.name.endswith(STANDOFF) else read_gold(path, labels=None)
    found = [prepare(document, path.name.split(".")[0], labels) for document in documents]
    if not found and path.name.endswith(STANDOFF) and read_standoff(path):
        raise MissingText(
            f"{path}: none of its reports is here; set GOVNER_REPORTS to the folder with your copies of them"
        )
    if not found:
        raise UserError(f"{given}: holds no gold documents; want .jsonl or .json with id, text and spans")
    return found


def _hydrated(path: Path) -> list[GoldDocument]:
    """Documents of a stand-off file, with the text of the reader's own copies of the reports."""
    folder = os.environ.get("GOVNER_REPORTS", "../shared/reports")
    if not Path(folder).is_dir():
        raise MissingText(
            f"{path}: holds labels without text; set GOVNER_REPORTS to the folder with your copies of the reports"
        )
    return hydrate(read_standoff(path), folder).documents


def units(golds: Sequence[Gold], wanted: str = "auto") -> Units:
    """Resampling units: documents where there are 20 or more, else paragraphs.

    Args:
        wanted: "auto", "document" or "paragraph".
    """
    documents = wanted == "document" or (wanted == "auto" and len(golds) >= DOCUMENTS_TO_RESAMPLE)
    return document_units(len(golds)) if documents else paragraph_units([gold.paragraphs for gold in golds])


def check_ids(golds: Iterable[Gold]) -> None:
    """Refuse two gold documents of one id, for predictions are matched by id.

    Raises:
        UserError: an id occurs twice.
    """
    seen: dict[str, str] = {}
    for gold in golds:
        if gold.id in seen:
            raise UserError(
                f"gold document {gold.id!r} occurs twice (in {seen[gold.id]} and {gold.set}); "
                "give each set once and each document an id of its own"
            )
        seen[gold.id] = gold.set
