"""Prediction files: our JSON lines, brat standoff and CoNLL columns, all read to spans in source offsets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from govner import json_lines
from govner.errors import UserError
from govner.evaluation.spans import ScoredSpan, SourceText

COLUMN_SUFFIXES = (".conll", ".bio", ".iob", ".iob2", ".bioes", ".tsv")

Spans = dict[str, list[ScoredSpan]]


def read_json_lines(path: Path) -> Spans:
    """``{"id", "spans": [{"start", "end", "label", "score"?}]}`` a line, or ``entities`` as ``annotate``
    writes them.

    Where an entity has ``source_start`` and ``source_end``, these count.

    Raises:
        UserError: a line is not of this form.
    """
    found: Spans = {}
    want = 'want {"id": …, "spans": [{"start": …, "end": …, "label": …, "score": …}]}'
    for id, spans in json_lines.read_json_lines(path, _prediction, "a prediction", want):
        found.setdefault(id, []).extend(spans)
    return found


def _prediction(data: Any, where: str) -> tuple[str, list[ScoredSpan]]:
    return str(data["id"]), [_span(row) for row in (data["spans"] if "spans" in data else data["entities"])]


def _span(row: Mapping[str, Any]) -> ScoredSpan:
    start, end = row.get("source_start", row.get("start")), row.get("source_end", row.get("end"))
    score = row.get("score")
    if start is None or end is None:
        raise KeyError("start, end")
    span = ScoredSpan(int(start), int(end), str(row["label"]), None if score is None else float(score))
    if not 0 <= span.start < span.end:
        raise ValueError(f"[{span.start}, {span.end}) is empty")
    return span


def _first(path: Path) -> Any:
    """The first JSON document of a file, or None."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            whole = path.suffix == ".json"
            return json.loads(file.read() if whole else next((line for line in file if line.strip()), ""))
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None


def looks_like_predictions(path: Path) -> bool:
    """Is this JSON (lines) file predictions rather than gold: entities, scores, or spans without a text?"""
    data = _first(path)
    if not isinstance(data, dict):
        return False
    rows = data.get("spans") or []
    scored = bool(rows) and isinstance(rows[0], dict) and "score" in rows[0]
    return "entities" in data or ("spans" in data and "text" not in data) or scored


def looks_like_gold(path: Path) -> bool:
    """Is this JSON (lines) file gold: a text and spans without scores?"""
    data = _first(path)
    return isinstance(data, dict) and {"text", "spans"} <= data.keys() and not looks_like_predictions(path)


def read_brat(folder: Path) -> Spans:
    """A folder of ``ID.ann`` files; a discontinuous span counts as one from its first to its last character.

    Raises:
        UserError: a text-bound line is not understood.
    """
    found: Spans = {}
    for path in sorted(folder.glob("*.ann")):
        spans = found.setdefault(path.stem, [])
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
            if not line.startswith("T"):
                continue
            parts = line.split("\t")
            match = re.fullmatch(r"(\S+) ([\d ;]+)", parts[1]) if len(parts) >= 2 else None
            if not match:
                raise UserError(
                    f"{path}, line {number}: want 'T1<TAB>LABEL start end<TAB>text', got {line[:60]!r}"
                )
            at = [int(n) for n in re.findall(r"\d+", match[2])]
            spans.append(ScoredSpan(min(at), max(at), match[1]))
    return found


def read_columns(path: Path, texts: Sequence[SourceText]) -> Spans:
    """CoNLL columns (token first, tag last; IOB, IOB2 or IOBES), laid over the gold texts.

    Documents follow each other in the order of the gold (each after a ``-DOCSTART-`` line), or are named by
    ``# id = …`` lines. Tokens are found in the text one after the other, so that spaces and lines that the
    columns do not have do no harm.

    Raises:
        UserError: a token is not in the text where it should be.
    """
    byid = {text.id: text for text in texts}
    found: Spans = {}
    for name, rows in _column_documents(path, [text.id for text in texts]):
        if name not in byid:
            raise UserError(f"{path}: document {name!r} is not in the gold")
        placed = list(_place(path, rows, byid[name]))
        found.setdefault(name, []).extend(_chunks(placed))
    return found


def _column_documents(path: Path, order: Sequence[str]) -> Iterator[tuple[str, list[tuple[int, str, str]]]]:
    """(document id, its (line number, token, tag) rows)."""
    rows: list[tuple[int, str, str]] = []
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    named = any(re.match(r"#\s*(newdoc )?id\s*=", line) for line in lines)
    waiting = list(order)
    name = "" if named else waiting[0] if len(waiting) == 1 else ""
    for number, line in enumerate(lines, 1):
        mark = re.match(r"#\s*(?:newdoc )?id\s*=\s*(.+?)\s*$", line)
        if mark or line.startswith("-DOCSTART-"):
            if rows:
                yield name, rows
            rows = []
            name = mark[1] if mark else waiting.pop(0) if waiting else ""
        elif line.strip() and not (line.startswith("#") and len(line.split()) != 2):
            parts = line.split()
            if len(parts) < 2:
                raise UserError(f"{path}, line {number}: want token and tag, got {line[:40]!r}")
            rows.append((number, parts[0], parts[-1]))
    if rows:
        if not name:
            raise UserError(
                f"{path}: nothing says which document the rows are of, and there are {len(order)}: "
                "put '# id = NAME' or '-DOCSTART-' before each"
            )
        yield name, rows


def _place(
    path: Path, rows: Iterable[tuple[int, str, str]], text: SourceText
) -> Iterator[tuple[int, int, str]]:
    cursor = 0
    for number, token, tag in rows:
        at = text.text.find(token, cursor)
        if at < 0 or text.text[cursor:at].strip():
            raise UserError(
                f"{path}, line {number}: {token!r} does not follow in {text.id} after character {cursor}: "
                "the columns must hold the gold text"
            )
        cursor = at + len(token)
        yield at, cursor, tag


def _chunks(rows: Iterable[tuple[int, int, str]]) -> list[ScoredSpan]:
    """Tags to spans as conlleval reads them: an I- without a B- before it opens a span."""
    spans: list[ScoredSpan] = []
    start, end, label = 0, 0, ""
    for a, b, tag in [*rows, (0, 0, "O")]:
        prefix, _, kind = tag.partition("-")
        goes_on = bool(label) and kind == label and prefix in ("I", "E", "M", "L")
        if label and not goes_on:
            spans.append(ScoredSpan(start, end, label))
            label = ""
        if prefix != "O" and kind:
            if not goes_on:
                start, label = a, kind
            end = b
            if prefix in ("E", "S", "L", "U"):
                spans.append(ScoredSpan(start, end, label))
                label = ""
    return spans


class ColumnPredictor:
    """A CoNLL file; it is laid over the texts when they are known."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def predict(self, texts: Sequence[SourceText]) -> list[list[ScoredSpan]]:
        found = read_columns(self.path, texts)
        missing = [text.id for text in texts if text.id not in found]
        if missing:
            raise UserError(f"{self.path}: no rows for {', '.join(missing[:3])}")
        return [found[text.id] for text in texts]


#: Readers of files that need no text to be understood, by suffix.
READERS: Mapping[str, Callable[[Path], Spans]] = {".jsonl": read_json_lines, ".json": read_json_lines}
