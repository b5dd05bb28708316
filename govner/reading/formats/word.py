"""Word documents (.docx)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree  # type: ignore[import-untyped]

from govner.reading.formats.base import Document, FormatError, Options

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}


def read_docx(data: bytes, options: Options) -> Iterator[Document]:
    """The source text is the body's paragraphs, a line each, in the order in which they stand.

    A row of a table is a line with tabs between its cells; a text box follows the paragraph that holds it;
    footnotes and endnotes come last, a line each. Tracked insertions count, deletions do not. Numbers that
    Word makes itself for lists are not in the file and so not in the text; headers and footers of pages are
    left out.
    """
    try:
        document = docx.Document(io.BytesIO(data))
    except (
        PackageNotFoundError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        etree.XMLSyntaxError,
        OSError,
    ) as error:
        raise FormatError(
            "a damaged Word file: open it in Word or LibreOffice and save it again as .docx"
        ) from error
    lines = list(_lines(document.element.body))
    for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        lines += _notes(document.part, kind)
    text = "\n".join(lines)
    if not text.strip():
        raise FormatError("the Word file has no text; if it holds scanned pages, they need OCR")
    meta: dict[str, Any] = {}
    if document.core_properties.title:
        meta["title_in_file"] = document.core_properties.title
    yield Document(text, meta=meta)


def _lines(parent: Any) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{W}p":
            yield from _paragraph(child)
        elif child.tag == f"{W}tbl":
            for row in child.iter(f"{W}tr"):
                cells = [" ".join(line for line in _lines(cell) if line) for cell in row.iter(f"{W}tc")]
                yield "\t".join(cells)
        elif isinstance(child.tag, str):  # content controls, insertions and other wrappers
            yield from _lines(child)


def _paragraph(paragraph: Any) -> Iterator[str]:
    pieces: list[str] = []
    boxes: list[Any] = []
    _pieces(paragraph, pieces, boxes)
    yield "".join(pieces)
    for box in boxes:
        yield from _lines(box)


def _pieces(element: Any, pieces: list[str], boxes: list[Any]) -> None:
    for child in element:
        if child.tag == f"{W}t":
            pieces.append(child.text or "")
        elif child.tag in BREAKS:
            pieces.append(BREAKS[child.tag])
        elif child.tag == f"{W}txbxContent":
            boxes.append(child)
        elif child.tag not in (f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", FALLBACK):
            _pieces(child, pieces, boxes)


def _notes(part: Any, kind: str) -> list[str]:
    lines: list[str] = []
    for relation in part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            root = etree.fromstring(relation.target_part.blob)
            for note in root:
                if note.get(f"{W}type") in (None, "normal"):
                    lines += [line for line in _lines(note) if line.strip()]
    return lines
