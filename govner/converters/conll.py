r"""CoNLL columns: a character and its BIO tag a line, a blank line after each line of text.

``# id = …`` stands before a document, ``# meta = …`` (JSON) may follow. Characters that a column cannot hold (spaces,
tabs, a line break inside a span) are written as ``\u0020`` escapes, and two blank lines end a document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from govner.converters import document
from govner.errors import UserError
from govner.schema import GoldDocument, Span

_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
_HEADER = re.compile(r"# (?:newdoc )?(id|meta) = ?(.*)")


def escape(char: str) -> str:
    """A character as it stands in a column."""
    return f"\\u{ord(char):04x}" if char.isspace() or char == "\\" else char


def unescape(token: str) -> str:
    """The characters that a column stands for."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), token)


def columns(doc_id: str, text: str, spans: Iterable[Span], meta: Mapping[str, Any] | None = None) -> str:
    """A document's lines; ``meta`` is left out where it is None."""
    tags = ["O"] * len(text)
    for s in spans:
        tags[s.start] = f"B-{s.label}"
        tags[s.start + 1 : s.end] = [f"I-{s.label}"] * (s.end - s.start - 1)
    name = re.sub(r"[\\\x00-\x1f\x7f\x85\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", doc_id)
    lines = [f"# id = {name}\n"]
    if meta is not None:
        lines.append(f"# meta = {json.dumps(dict(meta), ensure_ascii=True)}\n")
    for char, tag in zip(text, tags, strict=True):
        lines.append("\n" if char == "\n" and tag == "O" else f"{escape(char)}\t{tag}\n")
    return "".join(lines) + "\n\n"


def write(path: Path, documents: Iterable[GoldDocument]) -> int:
    """Write a file."""
    n = 0
    with open(path, "w", encoding="utf-8", newline="") as out:
        for doc in documents:
            out.write(columns(doc.id, doc.text, doc.spans, doc.meta))
            n += 1
    return n


def read(path: Path) -> Iterator[GoldDocument]:
    """Documents of a file; files of other tools (any columns, token first and tag last, IOB, IOB2 or IOBES) too.

    Raises:
        UserError: the file is missing or a line is not a token and a tag.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such file")
    lines = path.read_bytes().decode("utf-8-sig").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    blocks = _blocks([line.removesuffix("\r") for line in lines])
    for number, (first, headers, body) in enumerate(blocks, 1):
        ours = "id" in headers
        if ours and body[-2:] == ["", ""]:
            body = body[:-2]
        elif not ours:
            while body and not body[-1].strip():
                body.pop()
        text, spans = _laid_out(path, first, body)
        try:
            meta = json.loads(headers.get("meta", "{}"))
        except json.JSONDecodeError as error:
            raise UserError(f"{path}, line {first}: # meta is not JSON ({error})") from None
        doc_id = unescape(headers["id"]) if ours else f"{path.stem}-{number}"
        yield document(f"{path}, line {first}", doc_id, text, spans, meta)


def _blocks(lines: list[str]) -> Iterator[tuple[int, dict[str, str], list[str]]]:
    """(line number, headers, body) of each document."""
    first, headers, body = 1, {}, []  # type: int, dict[str, str], list[str]
    for n, line in enumerate(lines, 1):
        match = _HEADER.fullmatch(line)
        starts = line.startswith("-DOCSTART-") or (match is not None and match[1] == "id")
        if starts:
            if headers or any(b.strip() for b in body):
                yield first, headers, body
            first, headers, body = n + 1, {}, []
        if match:
            headers[match[1]] = match[2]
            continue
        comment = line.startswith("# ") and "\t" not in line
        if not starts and not comment and (body or line or headers):
            body.append(line)
    if headers or any(b.strip() for b in body):
        yield first, headers, body


def _laid_out(path: Path, first: int, body: list[str]) -> tuple[str, list[Span]]:
    """Text and spans of a body; an I- that continues no open span opens one, as conlleval has it."""
    pieces: list[str] = []
    spans: list[Span] = []
    at = start = 0
    label = ""
    for n, line in enumerate([*body, ""], first):
        parts = line.split("\t") if "\t" in line else line.split()
        if len(parts) == 1:
            raise UserError(f"{path}, near line {n}: want a token and a tag, got {line[:40]!r}")
        token, tag = (unescape(parts[0]), parts[-1].strip()) if parts else ("\n", "O")
        prefix, _, kind = tag.partition("-")
        goes_on = bool(label) and kind == label and prefix in ("I", "E", "M", "L")
        if label and not goes_on:
            spans.append(Span(start, at, label))
            label = ""
        if kind and not goes_on:
            start, label = at, kind
        pieces.append(token)
        at += len(token)
        if label and prefix in ("E", "S", "L", "U"):
            spans.append(Span(start, at, label))
            label = ""
    return "".join(pieces)[:-1], spans
