"""Stand-off labels that outlive cleaning, re-wrapping and re-encoding.

A label that is stored for good does not count characters of a file. It names its paragraph by length and
hash, and its place in it, all in *squeezed* text: the decoded source without white space. A user's own copy
of the report, in another format or encoding, wrapped otherwise or with other page chrome around it,
squeezes to the same paragraphs; they are found by a polynomial rolling hash over the whole copy (Karp &
Rabin 1987, two 31-bit primes) and confirmed by SHA-256.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govner.schema import Span

# Stored anchors depend on everything below, down to the last character: a change needs a new version beside
# the old.
VERSION = 1
_DROPPED = re.compile(
    r"[\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+"
    r"|(?:\\r)?\\n|\\r|&(?:nbsp|ensp|emsp|thinsp);|<U\+(?:00A0|3000|200[B-F]|FEFF)>|_x000[AD]_|\?{2,}|(?<=[。！；])\?"
)
_BREAK = re.compile(r"[\r\n\f\u2028\u2029\x85]+|(?:\\r)?\\n|_x000[AD]_")
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width ASCII
CONTEXT = 12  # characters either side of a label
_PRIMES = (2_147_483_647, 2_147_483_629)
_BASES = (911_382_323, 972_663_749)


@dataclass(frozen=True, slots=True)
class Squeezed:
    """Text without white space; character ``i`` stands at ``index[i]`` of the source."""

    text: str
    index: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A label, by its paragraph (offset and length in the squeezed source, hash) and its place in that
    paragraph.

    A hash is the rolling hash (16 hexadecimal digits) followed by the first 32 of the SHA-256.
    ``before_hash`` is of the label with ``before`` characters of its paragraph in front, ``after_hash`` of
    the label with ``after`` behind: they find it in a copy whose paragraph differs, by a misprint put right
    or a page number in the middle.
    """

    paragraph_start: int
    paragraph_length: int
    paragraph_hash: str
    start: int
    length: int
    label: str
    before: int = 0
    before_hash: str = ""
    after: int = 0
    after_hash: str = ""


def squeeze(text: str) -> Squeezed:
    r"""Take all white space out of a text, with what stands for it in damaged files (``\r\n`` as four
    characters, ``&nbsp;``, ``<U+00A0>``, runs of ``?``), and fold full-width ASCII to ordinary.
    """
    kept = np.ones(len(text), dtype=bool)
    for match in _DROPPED.finditer(text):
        kept[match.start() : match.end()] = False
    index = np.flatnonzero(kept).astype(np.int64)
    return Squeezed("".join(text[i] for i in index.tolist()).translate(_FOLD), index)


def make_anchors(source_text: str, spans: Iterable[Span]) -> list[Anchor]:
    """Anchor labelled spans of a decoded source.

    Raises:
        ValueError: a span lies outside the text or holds nothing but white space.
    """
    squeezed = squeeze(source_text)
    starts = _paragraph_starts(source_text, squeezed)
    hashes: dict[tuple[int, int], str] = {}
    anchors: list[Anchor] = []
    for span in spans:
        first, end = np.searchsorted(squeezed.index, (span.start, span.end)).tolist()
        if not 0 <= span.start <= span.end <= len(source_text) or first >= end:
            raise ValueError(f"[{span.start}, {span.end}) {span.label} holds no text")
        start = starts[bisect_right(starts, first) - 1]
        following = bisect_right(starts, end - 1)  # a span over a line break takes the paragraphs together
        length = (starts[following] if following < len(starts) else len(squeezed.text)) - start
        if (start, length) not in hashes:
            hashes[start, length] = _hash(squeezed.text[start : start + length])
        before, after = min(CONTEXT, first - start), min(CONTEXT, start + length - end)
        anchors.append(
            Anchor(
                paragraph_start=start,
                paragraph_length=length,
                paragraph_hash=hashes[start, length],
                start=first - start,
                length=end - first,
                label=span.label,
                before=before,
                before_hash=_hash(squeezed.text[first - before : end]),
                after=after,
                after_hash=_hash(squeezed.text[first : end + after]),
            )
        )
    return anchors


def resolve_anchors(source_text: str, anchors: Sequence[Anchor]) -> tuple[list[Span], list[Anchor]]:
    """Find anchored labels in a copy of the report.

    A paragraph that stands there more than once is taken where the paragraphs that stand there only once
    say that it is: nearest to its recorded place, moved as they have moved.

    Returns:
        The spans in source offsets of this copy, in the order of the anchors, and the anchors that were not
        found.
    """
    squeezed = squeeze(source_text)
    finder = _Finder(squeezed.text)
    places = {key: finder.find(*key) for key in {(a.paragraph_length, a.paragraph_hash) for a in anchors}}
    moved = sorted(
        {
            (anchor.paragraph_start, found[0])
            for anchor in anchors
            if len(found := places[anchor.paragraph_length, anchor.paragraph_hash]) == 1
        }
    )
    spans: list[Span] = []
    lost: list[Anchor] = []
    for anchor in anchors:
        labels = [at + anchor.start for at in places[anchor.paragraph_length, anchor.paragraph_hash]]
        if not labels:
            labels = [
                at + anchor.before for at in finder.find(anchor.before + anchor.length, anchor.before_hash)
            ]
            labels += finder.find(anchor.length + anchor.after, anchor.after_hash)
        if not labels:
            lost.append(anchor)
            continue
        recorded = anchor.paragraph_start + anchor.start
        at = _nearest(labels, recorded + _shift(moved, anchor.paragraph_start))
        start, last = squeezed.index[[at, at + anchor.length - 1]].tolist()
        spans.append(Span(start, last + 1, anchor.label))
    return spans, lost


def to_json(anchors: Iterable[Anchor]) -> dict[str, Any]:
    """Anchors as JSON data."""
    return {"version": VERSION, "anchors": [asdict(anchor) for anchor in anchors]}


def from_json(data: Mapping[str, Any]) -> list[Anchor]:
    """Anchors from JSON data.

    Raises:
        ValueError: they were made by another version of the anchoring rule.
    """
    if data.get("version") != VERSION:
        raise ValueError(f"anchors of version {data.get('version')}; this govner reads version {VERSION}")
    return [Anchor(**anchor) for anchor in data["anchors"]]


def _paragraph_starts(source_text: str, squeezed: Squeezed) -> list[int]:
    """Where paragraphs (lines that are not blank) begin in the squeezed text."""
    breaks = np.array([match.end() for match in _BREAK.finditer(source_text)], dtype=np.int64)
    starts = {0, *np.searchsorted(squeezed.index, breaks).tolist()} - {len(squeezed.text)}
    return sorted(starts)


def _nearest(places: Sequence[int], expected: int) -> int:
    return min(places, key=lambda place: abs(place - expected))


def _shift(once: Sequence[tuple[int, int]], recorded: int) -> int:
    """By how much the unambiguous paragraph nearest to a recorded place has moved."""
    if not once:
        return 0
    right = bisect_right(once, (recorded, 0))
    nearest = min(once[max(0, right - 1) : right + 1], key=lambda pair: abs(pair[0] - recorded))
    return nearest[1] - nearest[0]


def _hash(paragraph: str) -> str:
    rolling = 0
    codes = _codes(paragraph)
    for prime, base in zip(_PRIMES, _BASES, strict=True):
        rolling = rolling << 32 | int(_prefix_sums(codes, _powers(base, prime, len(codes)), prime)[-1])
    return f"{rolling:016x}" + hashlib.sha256(paragraph.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _codes(text: str) -> NDArray[np.uint64]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(
        np.uint64
    ) + np.uint64(1)


def _powers(base: int, prime: int, count: int) -> NDArray[np.uint64]:
    """base⁰ … baseⁿ modulo the prime, by doubling; the primes have 31 bits, so products fit 64."""
    powers = np.ones(1, dtype=np.uint64)
    while len(powers) <= count:
        powers = np.concatenate(
            [powers, powers * np.uint64(pow(base, len(powers), prime)) % np.uint64(prime)]
        )
    return powers[: count + 1]


def _prefix_sums(codes: NDArray[np.uint64], powers: NDArray[np.uint64], prime: int) -> NDArray[np.uint64]:
    """Σ code·baseⁱ over every prefix, modulo the prime (the unreduced sum of 2³¹ terms would still fit)."""
    terms = codes * powers[: len(codes)] % np.uint64(prime)
    return np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64) % np.uint64(prime)])


class _Finder:
    """Where in a text a paragraph of given length and hash stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        codes = _codes(text)
        self.powers = [_powers(b, p, len(codes)) for b, p in zip(_BASES, _PRIMES, strict=True)]
        self.sums = [_prefix_sums(codes, powers, p) for powers, p in zip(self.powers, _PRIMES, strict=True)]

    def find(self, length: int, paragraph_hash: str) -> list[int]:
        """Every start of a stretch of this length and hash."""
        count = len(self.text) - length + 1
        if count <= 0 or length <= 0:
            return []
        wanted = (int(paragraph_hash[:8], 16), int(paragraph_hash[8:16], 16))
        equal = np.ones(count, dtype=bool)
        for sums, powers, prime, value in zip(self.sums, self.powers, _PRIMES, wanted, strict=True):
            modulus = np.uint64(prime)
            # The window's sum carries a factor baseⁱ; multiply what is wanted by it instead of dividing.
            window = (sums[length:] + modulus - sums[:count]) % modulus
            equal &= window == powers[:count] * np.uint64(value) % modulus
        digest = paragraph_hash[16:]
        return [
            start
            for start in np.flatnonzero(equal).tolist()
            if hashlib.sha256(self.text[start : start + length].encode("utf-8", "surrogatepass"))
            .hexdigest()
            .startswith(digest)
        ]
