"""Gold documents on disk: JSON lines, one document a line.

``{"id": str, "text": str, "spans": [{"start": int, "end": int, "label": str}], "meta": {…}}``. ``text`` is source
text; offsets count its Unicode code points. A ``.json`` file with one such document is read too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from govner.errors import UserError
from govner.json_lines import read_json_lines
from govner.labels import LABELS
from govner.schema import GoldDocument, Span, first_conflict


class OverlapError(UserError):
    """Two spans of a document overlap."""


def parse_document(data: Any, where: str, labels: tuple[str, ...] | None = LABELS) -> GoldDocument:
    """A gold document from parsed JSON.

    Args:
        labels: labels that may occur; None lets any.

    Raises:
        OverlapError: two spans overlap.
        UserError: a field is missing or wrong; the message names the place and the field.
    """

    def fail(field: str, problem: str) -> UserError:
        return UserError(f"{where}: {field}: {problem}")

    if not isinstance(data, Mapping):
        raise fail("document", "not a JSON object; want {id, text, spans, meta}")
    for field, kind in (("id", str), ("text", str), ("spans", list)):
        if not isinstance(data.get(field), kind):
            raise fail(field, f"missing, or not a {kind.__name__}")
    spans = []
    for n, raw in enumerate(data["spans"]):
        try:
            span = Span(int(raw["start"]), int(raw["end"]), str(raw["label"]))
        except (KeyError, TypeError, ValueError):
            raise fail(f"spans[{n}]", "want {start, end, label}") from None
        if not 0 <= span.start < span.end <= len(data["text"]):
            raise fail(
                f"spans[{n}]",
                f"[{span.start}, {span.end}) is empty or leaves a text of {len(data['text'])} characters",
            )
        if labels is not None and span.label not in labels:
            raise fail(f"spans[{n}].label", f"{span.label!r} is none of {', '.join(labels)}")
        spans.append(span)
    clash = first_conflict(spans)
    if clash:
        raise OverlapError(f"{where}: spans: {clash[0]} and {clash[1]} overlap")
    meta = dict(data.get("meta") or {})
    meta.update({k: v for k, v in data.items() if k not in ("id", "text", "spans", "meta")})
    return GoldDocument(data["id"], data["text"], tuple(sorted(spans)), meta)


def read_gold(path: str | Path, labels: tuple[str, ...] | None = LABELS) -> Iterator[GoldDocument]:
    """Gold documents of a ``.jsonl`` or ``.json`` file, or of all such files of a folder.

    Raises:
        UserError: the path does not exist, or a line is not a gold document.
    """
    path = Path(path)
    if path.is_dir():
        for child in sorted(p for p in path.iterdir() if p.suffix in (".json", ".jsonl")):
            yield from read_gold(child, labels)
        return
    if not path.exists():
        raise UserError(f"{path}: no such file or folder; want gold documents as .jsonl or .json")
    yield from read_json_lines(
        path, lambda data, where: parse_document(data, where, labels), "a gold document"
    )


def write_gold(path: str | Path, documents: Iterable[GoldDocument]) -> int:
    """Write documents as JSON lines; returns how many."""
    n = 0
    with open(path, "w", encoding="utf-8") as out:
        for doc in documents:
            spans = [{"start": s.start, "end": s.end, "label": s.label} for s in doc.spans]
            data = {"id": doc.id, "text": doc.text, "spans": spans, "meta": dict(doc.meta)}
            out.write(json.dumps(data, ensure_ascii=False) + "\n")
            n += 1
    return n
