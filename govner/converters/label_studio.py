"""Label Studio's JSON: a list of tasks with ``data.text`` and annotations of type ``labels``.

The label config is ``<Labels name="label" toName="text">…</Labels><Text name="text" value="$text"/>``. Offsets count
code points, as Label Studio exports them. Documents that a model labelled (``meta.suggested_by``) are written as
predictions, which an annotator accepts or corrects.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from govner.converters import document, parse_span
from govner.errors import UserError
from govner.schema import GoldDocument, Span


def _result(doc: GoldDocument) -> list[dict[str, Any]]:
    return [
        {
            "id": f"s{n}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": s.start, "end": s.end, "text": doc.text[s.start : s.end], "labels": [s.label]},
        }
        for n, s in enumerate(doc.spans)
    ]


def write(path: Path, documents: Iterable[GoldDocument]) -> int:
    """Write a file."""
    tasks: list[dict[str, Any]] = []
    for doc in documents:
        task: dict[str, Any] = {"data": {"text": doc.text, "id": doc.id, "meta": dict(doc.meta)}}
        if "suggested_by" in doc.meta:
            task["predictions"] = [{"model_version": str(doc.meta["suggested_by"]), "result": _result(doc)}]
        else:
            task["annotations"] = [{"result": _result(doc)}]
        tasks.append(task)
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(tasks)


def read(path: Path) -> Iterator[GoldDocument]:
    """Documents of an export: of each task the last annotation that was not cancelled, else the last prediction.

    Raises:
        UserError: the file is missing or not such an export.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such file")
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise UserError(f"{path}: not JSON ({error})") from None
    for n, task in enumerate(tasks if isinstance(tasks, list) else [tasks]):
        where = f"{path}, task {n}"
        data = task.get("data") if isinstance(task, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(data.get("text"), str):
            raise UserError(f"{where}: want data.text; export as JSON (not JSON-MIN)")
        made = [a for a in task.get("annotations") or [] if not a.get("was_cancelled")]
        chosen = (made or task.get("predictions") or [{}])[-1]
        doc_id = str(data.get("id", task.get("id", f"{path.stem}-{n + 1}")))
        meta = data.get("meta")
        if meta is None:
            meta = {k: v for k, v in data.items() if k not in ("text", "id")}
        yield document(where, doc_id, data["text"], _spans(where, chosen.get("result") or []), dict(meta))


def _spans(where: str, result: Iterable[Mapping[str, Any]]) -> Iterator[Span]:
    for item in result:
        value = item.get("value")
        if item.get("type") == "labels" and isinstance(value, Mapping) and value.get("labels"):
            yield parse_span(where, value.get("start"), value.get("end"), value["labels"][0])
