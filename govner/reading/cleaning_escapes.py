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
LINE_END = re.compile(r"\r+\n?|[\x0b\x85\u2028\u2029]")
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")


def comments(text: str) -> Result:
    """HTML comments that were saved as text."""
    return Result([Edit(m.start(), m.end(), "", "comment") for m in COMMENT.finditer(text)])


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
