"""First passes: escapes and mark-up that stand in a text where characters should, and line ends."""

from __future__ import annotations

import html
import re

from govner.reading.cleaning_base import Result
from govner.schema import Edit

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# What collectors leave: R's <U+00A0>, Excel's _x000D_, \r\n as four characters, HTML's &nbsp; and &#160;.
ESCAPE = re.compile(
    r"<U\+(?P<hex>[0-9A-F]{4,6})>|_x(?P<excel>[0-9A-F]{4})_|(?P<line>\\r\\n|\\[nr](?![a-z]))|(?P<tab>\\t(?![a-z]))"
    r"|(?P<entity>&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});)"
)
_BLOCK = r"p|br|div|tr|li|ul|ol|table|tbody|h[1-6]|section|article|center|blockquote|hr"
_INLINE = r"span|strong|b|i|u|em|font|a|td|th|img|sup|sub|o:p|st1:\w+|tbody|col|colgroup|label"
TAG = re.compile(rf"</?(?:(?P<block>{_BLOCK})|{_INLINE})(?:\s[^<>]{{0,500}})?/?>", re.IGNORECASE)
HIDDEN = re.compile(r"<(style|script)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
MARKDOWN = re.compile(r"^[ \t]*#{1,6}[ \t]+(?=\S)|\*\*(?=\S[^*\n]*\*\*)|(?<=\S)\*\*(?!\*)", re.MULTILINE)
LINE_END = re.compile(r"\r+\n?|[\x0b\x85\u2028\u2029]")
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")


def comments(text: str) -> Result:
    """HTML comments that were saved as text."""
    return Result([Edit(m.start(), m.end(), "", "comment") for m in COMMENT.finditer(text)])


def markup(text: str) -> Result:
    """HTML tags in a plain text or a table's cell, and Markdown's marks of headings and bold type."""
    edits = [Edit(m.start(), m.end(), "", "mark-up") for m in HIDDEN.finditer(text)]
    outside = HIDDEN.sub(lambda m: " " * len(m.group()), text)
    for match in TAG.finditer(outside):
        edits.append(Edit(match.start(), match.end(), "\n" if match.group("block") else "", "mark-up"))
    if outside.count("**") % 2 == 0:
        edits += [Edit(m.start(), m.end(), "", "mark-up") for m in MARKDOWN.finditer(outside)]
    return Result(sorted(edits, key=lambda e: e.start))


def escapes(text: str) -> Result:
    """ "Escape sequences that stand in the text as characters: ``\r\n``, ``&nbsp;``, ``<U+00A0>``,
    ``_x000D_``.
    """
    edits: list[Edit] = []
    for match in ESCAPE.finditer(text):
        kind = match.lastgroup
        if kind == "line":
            replacement = "\n"
        elif kind == "tab":
            replacement = "\t"
        elif kind == "entity":
            replacement = html.unescape(match.group())
            if replacement == match.group():  # no such entity: it is text
                continue
        else:
            code = int(match.group("hex") or match.group("excel"), 16)
            if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                continue
            replacement = chr(code)
        edits.append(Edit(match.start(), match.end(), replacement, "escape sequence"))
    return Result(edits)


def line_ends(text: str) -> Result:
    """Every kind of line end becomes one line feed (a form feed, between pages of a PDF, stays)."""
    return Result([Edit(m.start(), m.end(), "\n", "line end") for m in LINE_END.finditer(text)])


def invisible(text: str) -> Result:
    """Zero-width and control characters."""
    return Result([Edit(m.start(), m.end(), "", "invisible character") for m in INVISIBLE.finditer(text)])
