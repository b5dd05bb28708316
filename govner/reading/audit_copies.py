"""Near-duplicates among documents, by shared shingles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

#: Characters in a shingle; one shingle in so many is kept (chosen by its hash, so the same ones everywhere).
_SIZE, _KEEP_ONE_IN = 12, 8
#: Resemblance (Jaccard) from which two documents are the same, and share of the shorter one from which they
#: are versions.
_SAME, _VERSION = 0.85, 0.4
_BASE = np.uint64(1_000_003)
#: Shingles that stand in more documents than this are set phrases.
_COMMON = 20


@dataclass(frozen=True, slots=True)
class Copies:
    """Two documents (by their place in the list) that share text.

    ``resemblance`` is the Jaccard similarity of their shingles, ``containment`` the shared part of the
    shorter one.
    """

    first: int
    second: int
    resemblance: float
    containment: float

    @property
    def same(self) -> bool:
        """Whether the two are the same text, not versions of it."""
        return self.resemblance >= _SAME


def shingles(text: str) -> NDArray[np.uint64]:
    """A sample of the hashed shingles of a text, sorted; Han characters and digits only."""
    plain = re.sub(r"[^\u4e00-\u9fff\d]", "", text)
    points = np.frombuffer(plain.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(points) < _SIZE:
        return np.zeros(0, np.uint64)
    length = len(points) - _SIZE + 1
    hashes = np.zeros(length, np.uint64)
    with np.errstate(over="ignore"):
        for offset in range(_SIZE):
            hashes = hashes * _BASE + points[offset : offset + length]
        hashes ^= hashes >> np.uint64(29)
        hashes *= np.uint64(0xBF58476D1CE4E5B9)
    return np.unique(hashes[hashes % np.uint64(_KEEP_ONE_IN) == 0])


def find_copies(texts: Sequence[str]) -> list[Copies]:
    """All pairs of texts that are copies or versions of each other."""
    sampled = [shingles(text) for text in texts]
    holders: dict[int, list[int]] = defaultdict(list)
    for index, found in enumerate(sampled):
        for value in found.tolist():
            holders[value].append(index)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for indices in holders.values():
        if 1 < len(indices) <= _COMMON:
            for pair in combinations(indices, 2):
                shared[pair] += 1
    copies = []
    for (first, second), count in sorted(shared.items()):
        sizes = len(sampled[first]), len(sampled[second])
        containment = count / min(sizes)
        if containment >= _VERSION:
            copies.append(Copies(first, second, count / (sum(sizes) - count), containment))
    return copies
