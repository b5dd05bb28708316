"""Bytes to text: the encodings in which Chinese reports are found.

A byte-order mark decides; then valid UTF-8 does. Otherwise every candidate is tried and its text is scored
by how much of it is common Chinese: the wrong table turns ordinary prose into rare characters. The tables
of common characters come from the codecs themselves (level 1 of GB 2312 and of Big5), so there is no data
file to keep.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import lru_cache

import charset_normalizer

SAMPLE = 16_000  # bytes that are enough to tell encodings apart
TOLERATED = 0.02  # share of undecodable characters with which a file still counts as text
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FUNCTION_WORDS = frozenset(
    "的一是在不了有和人中大为為上个個国國以要时時来來们們会會作地于於出对對成年发發动動业業经經济濟"
)
PUNCTUATION = frozenset("，。、；：！？“”‘’（）《》—…　「」『』%％")
REPLACEMENT = "\ufffd"


class UndecodableError(ValueError):
    """No encoding, or not the one named, makes text of these bytes."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Decoded text, the encoding that gave it and how many characters could not be decoded (they read
    U+FFFD).
    """

    text: str
    encoding: str
    errors: int = 0


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Decode a file: the named encoding, or the byte-order mark, UTF-8, or else the likeliest of the
    Chinese encodings.

    A few broken bytes are replaced by U+FFFD and counted; line ends are left as they are and a byte-order
    mark is dropped.

    Raises:
        UndecodableError: these bytes are no text, or the named encoding does not fit them.
        LookupError: the named encoding is unknown.
    """
    if encoding:
        return _named(data, codecs.lookup(encoding).name)
    for bom, name in BOMS:
        if data.startswith(bom):
            return _tolerant(data, name, name.removesuffix("-sig"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _likeliest(data)
    if "\0" in text:  # ASCII in UTF-16 is valid UTF-8 with a NUL at every other place
        return _likeliest(data)
    return Decoded(text, "utf-8")


def _named(data: bytes, name: str) -> Decoded:
    for bom, marked in BOMS:
        if data.startswith(bom) and marked.startswith(name):
            return _tolerant(data, marked, name)
    decoded = _tolerant(data, name, name)
    if decoded.errors > max(1, TOLERATED * len(decoded.text)):
        raise UndecodableError(
            f"it is not {name}: {decoded.errors} characters do not decode; without --encoding it is guessed"
        )
    return decoded


def _tolerant(data: bytes, codec: str, name: str) -> Decoded:
    text = data.decode(codec, errors="replace")
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return Decoded(text, name, text.count(REPLACEMENT))
    return Decoded(text, name)


def _likeliest(data: bytes) -> Decoded:
    sample = data[:SAMPLE]
    names = ["utf-8", "gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be"]
    guess = charset_normalizer.from_bytes(sample[:20_000]).best()
    if guess is not None and guess.encoding not in names and guess.encoding != "ascii":
        names.append(guess.encoding)
    # Ties go to the earlier name: UTF-8 with a broken byte before GB 18030, cp950 before its Hong Kong
    # superset.
    best = max(names, key=lambda name: (_score(sample.decode(name, errors="replace")), -names.index(name)))
    decoded = _tolerant(data, best, {"cp950": "big5", "big5hkscs": "big5-hkscs"}.get(best, best))
    foreign = len(decoded.text) - sum(map(str.isascii, decoded.text))
    unlikely = _score(decoded.text[:SAMPLE]) < 0 and foreign > 0.05 * len(decoded.text)
    if unlikely or decoded.errors > max(2, TOLERATED * len(decoded.text)) or "\0" in decoded.text[:1000]:
        raise UndecodableError(
            "it is not text in an encoding that govner knows; name one with --encoding if it is"
        )
    return decoded


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Level 1 of GB 2312 (3,755 simplified characters) and of Big5 (5,401 traditional ones)."""
    simplified = bytes(b for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for b in (row, cell))
    cells = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    traditional = bytes(b for row in range(0xA4, 0xC7) for cell in cells for b in (row, cell))
    return frozenset(simplified.decode("gb2312", "ignore")) | frozenset(traditional.decode("big5", "ignore"))


def _score(text: str) -> float:
    """How Chinese a text looks: the mean over its non-ASCII characters, from about 2 (prose) down to below
    0.
    """
    common = _common()
    total, count = 0.0, 0
    for char in text:
        if char < "\x80":
            if char == "\0":
                total, count = total - 4, count + 1
            continue
        count += 1
        if char in FUNCTION_WORDS:
            total += 3
        elif char in PUNCTUATION:
            total += 2
        elif char in common:
            total += 1
        elif char == REPLACEMENT:
            total -= 6
        elif "\ue000" <= char <= "\uf8ff":
            total -= 3
        elif "\u4e00" <= char <= "\u9fff":
            total -= 0.5
        elif char < "\u0400" or "\U00020000" <= char <= "\U0003ffff" or "\u2000" <= char <= "\u2fff":
            total -= 0.2
        else:
            total -= 1.5
    return total / count if count else 0.0
