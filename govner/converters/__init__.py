"""Gold documents ↔ the formats of annotation tools: one small module a format, each with ``read`` and ``write``.

Every format holds a :class:`govner.schema.GoldDocument` whole: text, spans, id and metadata come back as they went. Files
made by the tools themselves, which lack our id and metadata, are read too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from govner.errors import UserError
from govner.json_lines import read_json_lines
from govner.schema import GoldDocument, Span, first_conflict


class Converter(Protocol):
    """What a format's module offers."""

    def read(self, path: Path) -> Iterator[GoldDocument]:
        """The documents of a file (a folder for brat)."""
        ...

    def write(self, path: Path, documents: Iterable[GoldDocument]) -> int:
        """Write documents; returns how many."""
        ...


#: Format → its module and the file ending it is usually known by (brat is a folder).
FORMATS: dict[str, tuple[str, str]] = {
    "jsonl": ("native", ".jsonl"),
    "brat": ("brat", ""),
    "conll": ("conll", ".conll"),
    "docbin": ("docbin", ".spacy"),
    "labelstudio": ("label_studio", ".json"),
    "doccano": ("doccano", ".jsonl"),
    "prodigy": ("prodigy", ".jsonl"),
}


def converter(format: str) -> Converter:
    """The module that reads and writes a format.

    Raises:
        UserError: there is no such format.
    """
    if format not in FORMATS:
        raise UserError(f"format {format!r} is unknown; choose one of {', '.join(FORMATS)}")
    return cast(Converter, import_module(f"govner.converters.{FORMATS[format][0]}"))


def guess_format(path: str | Path) -> str:
    """The format of an existing file or folder, told from its kind, ending and first line.

    Raises:
        UserError: it does not exist, looks like none of :data:`FORMATS`, or holds a model's marks instead of gold.
    """
    path = Path(path)
    if path.is_dir():
        return "brat" if any(path.glob("*.ann")) else "jsonl"
    if not path.is_file():
        raise UserError(f"{path}: no such file or folder")
    ending = path.suffix.lower()
    if ending == ".spacy":
        return "docbin"
    if ending in (".conll", ".bio", ".iob", ".iob2"):
        return "conll"
    if ending not in (".json", ".jsonl"):
        raise UserError(f"{path}: its ending does not say what it is; give --from {'|'.join(FORMATS)}")
    with open(path, encoding="utf-8-sig") as file:
        head = file.read() if ending == ".json" else next((line for line in file if line.strip()), "")
    try:
        data = json.loads(head)
    except json.JSONDecodeError as error:
        raise UserError(f"{path}: not JSON ({error})") from None
    return _told(data, path)


def _told(data: Any, path: Path) -> str:
    """The JSON format of a first record.

    Raises:
        UserError: it is what annotating wrote.
    """
    if isinstance(data, list):
        return "labelstudio"
    if isinstance(data, dict) and "data" in data and "text" not in data:
        return "labelstudio"
    if (
        isinstance(data, dict)
        and {"id", "source", "entities", "model"} <= data.keys()
        and "spans" not in data
    ):
        raise UserError(
            f"{path}: this is what `govner annotate` wrote, a model's marks and no gold; to correct them by hand use "
            "`govner annotate --format brat` (or conll), or `govner corpus suggest`"
        )
    if isinstance(data, dict) and {"label", "labels", "entities"} & data.keys() and "spans" not in data:
        return "doccano"
    if isinstance(data, dict) and {"answer", "_view_id", "_task_hash", "_input_hash", "tokens"} & data.keys():
        return "prodigy"
    return "jsonl"


def document(where: str, doc_id: str, text: str, spans: Iterable[Span], meta: dict[str, Any]) -> GoldDocument:
    """A gold document whose spans are checked and sorted.

    Raises:
        UserError: a span is empty, leaves the text or overlaps another; ``where`` says which file.
    """
    ordered = sorted(spans)
    for span in ordered:
        if not 0 <= span.start < span.end <= len(text):
            raise UserError(
                f"{where}: [{span.start}, {span.end}) {span.label} is empty or leaves a text of {len(text)} characters"
            )
    clash = first_conflict(ordered)
    if clash:
        raise UserError(
            f"{where}: {clash[0]} and {clash[1]} overlap; gold spans are flat, take one of them out"
        )
    return GoldDocument(doc_id, text, tuple(ordered), meta)


def json_records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, object) of each line of a JSON-lines file.

    Raises:
        UserError: the file is missing or a line is not a JSON object.
    """
    yield from read_json_lines(path, lambda data, where: (where, {**data}), "a JSON object")


def write_json_lines(path: Path, records: Iterable[dict[str, Any]]) -> int:
    """Write objects as JSON lines; returns how many."""
    n = 0
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        for record in records:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
            n += 1
    return n


def parse_span(where: str, start: Any, end: Any, label: Any) -> Span:
    """A span from a tool's values.

    Raises:
        UserError: offsets are not whole numbers.
    """
    try:
        return Span(int(start), int(end), str(label))
    except (TypeError, ValueError):
        raise UserError(f"{where}: not a span: start {start!r}, end {end!r}, label {label!r}") from None
