"""Prodigy's JSON lines for ``ner.manual``: a task a line with ``text``, ``tokens`` (a character each) and ``spans``.

Documents that a model labelled (``meta.suggested_by``) go without an ``answer``, so that Prodigy asks for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from govner.converters import document, json_records, parse_span, write_json_lines
from govner.errors import UserError
from govner.schema import GoldDocument


def write(path: Path, documents: Iterable[GoldDocument]) -> int:
    """Write a file."""

    def record(doc: GoldDocument) -> dict[str, Any]:
        tokens = [{"text": c, "start": i, "end": i + 1, "id": i, "ws": False} for i, c in enumerate(doc.text)]
        spans = [
            {"start": s.start, "end": s.end, "token_start": s.start, "token_end": s.end - 1, "label": s.label}
            for s in doc.spans
        ]
        task = {"text": doc.text, "tokens": tokens, "spans": spans, "doc_id": doc.id, "meta": dict(doc.meta)}
        answer = {} if "suggested_by" in doc.meta else {"answer": "accept"}
        return {**task, "_view_id": "ner_manual", **answer}

    return write_json_lines(path, map(record, documents))


def read(path: Path) -> Iterator[GoldDocument]:
    """Documents of an export (``prodigy db-out``); tasks that were rejected or ignored are left out.

    Raises:
        UserError: a line is not such a task.
    """
    for where, data in json_records(path):
        if data.get("answer", "accept") != "accept":
            continue
        text = data.get("text")
        if not isinstance(text, str):
            raise UserError(f"{where}: text: missing, or not a str")
        spans = [
            parse_span(where, s.get("start"), s.get("end"), s.get("label")) for s in data.get("spans") or []
        ]
        doc_id = data.get("doc_id", data.get("_task_hash", where))
        yield document(where, str(doc_id), text, spans, dict(data.get("meta") or {}))
