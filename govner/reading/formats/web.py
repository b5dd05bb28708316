"""HTML pages, saved from the web."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from govner.reading.encodings import UndecodableError, decode
from govner.reading.formats.base import Document, FormatError, Options, decoding_meta

SKIPPED = frozenset(["script", "style", "noscript", "template", "head", "iframe", "object", "svg", "select"])
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
# The tags that the State Council's guidelines on government web pages (国办发〔2017〕47号) ask for.
META_TAGS = {
    "articletitle": "title_in_page",
    "pubdate": "published",
    "contentsource": "origin",
    "author": "author",
    "sitename": "site",
    "columnname": "column",
    "url": "url",
}


def read_html(data: bytes, options: Options) -> Iterator[Document]:
    """The source text is the page's visible text: a line for each block element, a tab between cells of a
    table row.

    White space inside a line is collapsed as browsers do, except in ``pre``; scripts, styles and comments
    are left out. The page's meta tags become metadata.
    """
    text, encoding, errors = _decode(data, options.encoding)
    tree = LexborHTMLParser(text)
    meta = decoding_meta(encoding, errors) | _meta(tree)
    lines: list[str] = []
    parts: list[str] = []
    if tree.body is not None:
        _walk(tree.body, parts)
    for line in "".join(parts).split("\n"):
        lines.append(re.sub(r"[ \t]*\t[ \t]*", "\t", re.sub(r"[ \r\f\v]+", " ", line)).strip(" \t"))
    source = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    if not source.strip():
        raise FormatError("the page has no text; if a script loads it, copy the text into a .txt file")
    yield Document(source, meta=meta)


def _decode(data: bytes, encoding: str | None) -> tuple[str, str, int]:
    named = CHARSET.search(data[:4096])
    if (
        encoding is None
        and named is not None
        and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    ):
        name = named.group(1).decode("ascii", "ignore").lower()
        # Browsers read the label gb2312 as its superset; so do we. A label that does not fit is not believed.
        try:
            decoded = decode(data, "gb18030" if name.startswith("gb") else name)
            if not decoded.errors:
                return decoded.text, decoded.encoding, 0
        except (LookupError, UndecodableError):
            pass
    decoded = decode(data, encoding)
    return decoded.text, decoded.encoding, decoded.errors


def _meta(tree: LexborHTMLParser) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for tag in tree.css("meta[name]"):
        key = META_TAGS.get((tag.attributes.get("name") or "").lower())
        value = (tag.attributes.get("content") or "").strip()
        if key and value:
            found.setdefault(key, value)
    title = tree.css_first("title")
    if title is not None and title.text(strip=True):
        found.setdefault("title_in_page", title.text(strip=True))
    return found


def _walk(node: LexborNode, parts: list[str]) -> None:
    child = node.child
    while child is not None:
        tag = child.tag
        if tag == "-text":
            # Line breaks in the mark-up are spaces; between two Chinese characters browsers print none
            # worth keeping.
            text = re.sub(r"\s*\n\s*", "\n", (child.text_content or "").replace("\r", ""))
            parts.append(
                re.sub(
                    r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])", "", text
                ).replace("\n", " ")
            )
        elif tag == "br":
            parts.append("\n")
        elif tag in ("td", "th"):
            _walk(child, parts)
            parts.append("\t")
        elif tag in BLOCKS:
            parts.append("\n")
            _walk(child, parts)
            parts.append("\n")
        elif tag not in SKIPPED and tag != "-comment":
            _walk(child, parts)
        child = child.next
