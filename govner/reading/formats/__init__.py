"""One small module for each file format, behind one registry.

A reader takes the bytes of a file and gives the documents in it: one for most formats, one a row for tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from govner.reading.formats.base import Document, FormatError, Options
from govner.reading.formats.delimited import read_delimited
from govner.reading.formats.excel import read_excel
from govner.reading.formats.jsonl import read_jsonl
from govner.reading.formats.pdf import read_pdf
from govner.reading.formats.plain import read_plain
from govner.reading.formats.web import read_html
from govner.reading.formats.word import read_docx

__all__ = ["LEGACY", "READERS", "Document", "FormatError", "Options", "format_of", "read_document"]

Reader = Callable[[bytes, Options], Iterator[Document]]

READERS: Mapping[str, Reader] = {
    ".txt": read_plain,
    ".md": read_plain,
    ".html": read_html,
    ".htm": read_html,
    ".docx": read_docx,
    ".pdf": read_pdf,
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".xlsx": read_excel,
    ".jsonl": read_jsonl,
}

SAVE_AS_DOCX = "save it as .docx in Word, WPS or LibreOffice"
LEGACY: Mapping[str, str] = {
    ".doc": f"a legacy Word file: {SAVE_AS_DOCX} (soffice --convert-to docx FILE)",
    ".wps": f"a WPS file: {SAVE_AS_DOCX}",
    ".rtf": f"a rich-text file: {SAVE_AS_DOCX}",
    ".odt": f"an OpenDocument text: {SAVE_AS_DOCX}",
    ".xls": "a legacy Excel file: save it as .xlsx or .csv",
    ".ofd": "an OFD file: print it to PDF or copy its text into a .txt file",
    ".caj": "a CAJ file: export it as PDF",
}
IMAGE = "an image: run OCR over it (for example `ocrmypdf` or PaddleOCR) and give govner the text"
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", ".pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
    (b"{\\rtf", ".rtf"),
    (b"\x89PNG", ".image"),
    (b"\xff\xd8\xff", ".image"),
    (b"GIF8", ".image"),
    (b"II*\0", ".image"),
    (b"MM\0*", ".image"),
)


def format_of(name: str, data: bytes) -> str:
    """The suffix of the format that these bytes are in: by their signature, then by the file's name, then
    plain text.
    """
    for signature, suffix in SIGNATURES:
        if data.startswith(signature):
            return suffix
    suffix = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if data.startswith(b"PK\x03\x04"):
        inside = data[:4000] + data[-8000:]
        return ".xlsx" if b"xl/" in inside else ".docx" if b"word/" in inside else suffix or ".zip"
    if suffix in READERS or suffix in LEGACY:
        return suffix
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return ".html" if head.startswith((b"<!doctype html", b"<html")) else ".txt"


def read_document(name: str, data: bytes, options: Options) -> Iterator[Document]:
    """The documents in a file's bytes.

    Raises:
        FormatError: nothing can be read from it; the message says what to do.
    """
    suffix = format_of(name, data)
    if suffix == ".image":
        raise FormatError(IMAGE)
    if suffix == ".doc" and name.lower().endswith(".xls"):
        suffix = ".xls"
    if suffix in LEGACY:
        raise FormatError(LEGACY[suffix])
    if suffix not in READERS:
        raise FormatError(f"unknown format; govner reads {', '.join(READERS)}")
    if not data.strip():
        raise FormatError("the file is empty")
    yield from READERS[suffix](data, options)
