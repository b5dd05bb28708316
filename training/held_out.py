"""What no model may ever have read: the reports of the gold and test sets, by name and by content.

This is the one home of that list. Everything that becomes a model (labels, raw text for pretraining, vocabularies,
lexicons, word segmenters) passes :func:`assert_trainable` first. Content is recognized by hashed 30-character
shingles (one in sixteen is kept), so that copies under other names and near-duplicates are found without the
repository holding a word of the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from govner.anchors import squeeze
from govner.errors import UserError

SHINGLE = 30
KEEP_ONE_IN = 16
#: A document with a greater share of held-out shingles is a copy or another version of a held-out report. Reports of one
#: prefecture and year share formulas: passages of training reports were seen to reach 0.09.
LIMIT = 0.25


@cache
def held_out_sources() -> frozenset[str]:
    """File names of the reports that gold and test sets come from."""
    data = json.loads((files("govner.training") / "held_out.json").read_text(encoding="utf-8"))
    return frozenset(name for names in data.values() for name in names)


@cache
def _held_out_shingles() -> NDArray[np.uint32]:
    with (files("govner.training") / "held_out_shingles.npy").open("rb") as f:
        shingles: NDArray[np.uint32] = np.load(f)
    return shingles


def shingles(text: str) -> NDArray[np.uint32]:
    """Hashes of the kept shingles of a text, white space ignored.

    A polynomial hash modulo 2**61 - 1 would be slow in numpy; this one multiplies modulo 2**64, which is enough to
    recognize natural text, and the kept ones are chosen by value, so that two copies keep the same ones.
    """
    squeezed = squeeze(text).text
    points = np.fromiter(map(ord, squeezed), dtype=np.uint64, count=len(squeezed))
    size = len(points) - SHINGLE + 1
    if size <= 0:
        return np.zeros(0, np.uint32)
    value = np.zeros(size, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for k in range(SHINGLE):
            value = value * np.uint64(0x100000001B3) + points[k : k + size]
        value = (value ^ (value >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    value = value >> np.uint64(24)
    kept: NDArray[np.uint32] = value[value % np.uint64(KEEP_ONE_IN) == 0].astype(np.uint32)
    return kept


def held_out_share(text: str) -> float:
    """The share of a text's shingles that stand in a held-out report; 0 for a text too short to tell."""
    own = shingles(text)
    return float(np.isin(own, _held_out_shingles()).mean()) if len(own) >= 2 else 0.0


def is_held_out(text: str, name: str = "") -> bool:
    """Whether a text is, by file name or content, one that no model may read."""
    return Path(name).name in held_out_sources() or held_out_share(text) > LIMIT


def assert_trainable(documents: Iterable[tuple[str, str]]) -> None:
    """Refuse held-out documents.

    Args:
        documents: (name, text) pairs about to reach a training input.

    Raises:
        UserError: one of them is held out; the message names it.
    """
    for name, text in documents:
        if is_held_out(text, name):
            raise UserError(
                f"{name}: this text is held out for testing (or a version of such a text) and may not train anything; "
                "take it out of the training data"
            )


def build(gold: Iterable[Path], test: Iterable[Path], texts: Iterable[str], out: Path) -> None:
    """Write ``held_out.json`` and ``held_out_shingles.npy`` into a folder, from the held-out reports' texts."""
    names = {"gold": sorted(p.name for p in gold), "test_real": sorted(p.name for p in test)}
    (out / "held_out.json").write_text(
        json.dumps(names, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    np.save(out / "held_out_shingles.npy", np.unique(np.concatenate([shingles(t) for t in texts])))
