"""doccano's JSON lines for sequence labelling: ``{"text", "label": [[start, end, label], …]}``.

doccano counts UTF-16 units, as browsers do; they differ from code points after a rare character (𠮷 counts two). It
numbers documents itself under ``id``, so ours is ``doc_id``; other fields come back as they went.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

from govner.converters import document, json_records, parse_span, write_json_lines
from govner.errors import UserError
from govner.schema import GoldDocument, Span

_OWN = (
    "id",
    "text",
    "label",
    "labels",
    "entities",
    "relations",
    "Comments",
    "comments",
    "doc_id",
    "doc_meta",
)


def utf16_offsets(text: str) -> list[int]:
    """For each code point, and the end of the text, how many UTF-16 units stand before it."""
    return list(accumulate((2 if ord(c) > 0xFFFF else 1 for c in text), initial=0))


def write(path: Path, documents: Iterable[GoldDocument]) -> int:
    """Write a file."""

    def record(doc: GoldDocument) -> dict[str, Any]:
        unit = utf16_offsets(doc.text)
        label = [[unit[s.start], unit[s.end], s.label] for s in doc.spans]
        return {"text": doc.text, "label": label, "doc_id": doc.id, "doc_meta": dict(doc.meta)}

    return write_json_lines(path, map(record, documents))


def read(path: Path) -> Iterator[GoldDocument]:
    """Documents of an export, with or without relations.

    Raises:
        UserError: a line is not such a document, or an offset cuts a character in two.
    """
    for where, data in json_records(path):
        text = data.get("text")
        if not isinstance(text, str):
            raise UserError(f"{where}: text: missing, or not a str")
        point = {unit: at for at, unit in enumerate(utf16_offsets(text))}
        spans = []
        for raw in _raw_spans(where, data):
            if raw.start not in point or raw.end not in point:
                raise UserError(
                    f"{where}: [{raw.start}, {raw.end}) leaves the text or cuts a character in two"
                )
            spans.append(Span(point[raw.start], point[raw.end], raw.label))
        meta = data.get("doc_meta")
        if meta is None:
            meta = {k: v for k, v in data.items() if k not in _OWN}
        yield document(where, str(data.get("doc_id", data.get("id", where))), text, spans, dict(meta))


def _raw_spans(where: str, data: Mapping[str, Any]) -> Iterator[Span]:
    for item in data.get("label", data.get("labels", data.get("entities"))) or []:
        if isinstance(item, Mapping):
            yield parse_span(where, item.get("start_offset"), item.get("end_offset"), item.get("label"))
        elif isinstance(item, list) and len(item) == 3:
            yield parse_span(where, *item)
        else:
            raise UserError(f"{where}: label: want [start, end, label], got {str(item)[:60]}")
