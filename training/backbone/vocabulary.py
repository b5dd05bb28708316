"""Cuts a multilingual SentencePiece vocabulary to what Chinese text uses.

Kept are the pieces that the tokenizer uses on the given text, and every single-character piece that
Chinese text can hold, seen or not, so that what could be written before can still be written. Scores stay
as they were: text that uses only kept pieces is cut exactly as before, other text gets its best cut among
them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

_BATCH = 1000

#: Code points whose single-character pieces stay: Latin with pinyin's tone marks, Greek, punctuation,
#: numerals, units and symbols, box drawing and shapes, CJK punctuation and units, ideographs, full-width
#: forms.
_CHINESE_TEXT = (
    (0x0000, 0x024F),
    (0x0370, 0x03FF),
    (0x2000, 0x27BF),
    (0x3000, 0x303F),
    (0x3200, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x323AF),
)


def belongs_to_chinese_text(piece: str) -> bool:
    """Whether a piece is one character of the kinds that Chinese text is written with."""
    return len(piece) == 1 and any(low <= ord(piece) <= high for low, high in _CHINESE_TEXT)


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    """How often each piece is used on the texts."""
    counts: Counter[int] = Counter()
    iterator = iter(texts)
    while batch := list(islice(iterator, _BATCH)):
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def rows_to_keep(definition: dict[str, Any], counts: Counter[int], minimum: int) -> NDArray[np.int64]:
    """Rows of a Unigram ``tokenizer.json`` to keep, ascending.

    They are its own tokens, pieces used ``minimum`` times or more, and characters of Chinese text.
    """
    own = {token["id"] for token in definition["added_tokens"]} | {definition["model"]["unk_id"]}
    return np.array(
        [
            row
            for row, (piece, _) in enumerate(definition["model"]["vocab"])
            if row in own or counts[row] >= minimum or belongs_to_chinese_text(piece)
        ],
        dtype=np.int64,
    )


def cut(definition: dict[str, Any], rows: Sequence[int] | NDArray[np.int64]) -> dict[str, Any]:
    """The ``tokenizer.json`` with only those rows, renumbered in their order."""
    new = {int(old): position for position, old in enumerate(rows)}
    smaller: dict[str, Any] = json.loads(json.dumps({k: v for k, v in definition.items() if k != "model"}))
    model = {k: v for k, v in definition["model"].items() if k != "vocab"}
    model["unk_id"] = new[model["unk_id"]]
    model["vocab"] = [definition["model"]["vocab"][old] for old in new]
    smaller["model"] = model
    for token in smaller["added_tokens"]:
        token["id"] = new[token["id"]]
    template = (smaller.get("post_processor") or {}).get("special_tokens", {})
    for token in template.values():
        token["ids"] = [new[i] for i in token["ids"]]
    return smaller


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a tokenizer fares on a text: what a cut must not make worse."""

    characters: int
    pieces_per_character: float
    unknown_per_character: float


def coverage(tokenizer: Tokenizer, texts: Sequence[str]) -> Coverage:
    """Measure a tokenizer on texts; unknown pieces are those of the model's ``unk_id``."""
    counts = count_pieces(tokenizer, texts)
    characters = sum(map(len, texts))
    unknown = json.loads(tokenizer.to_str())["model"]["unk_id"]
    return Coverage(
        characters,
        round(counts.total() / max(characters, 1), 5),
        round(counts[unknown] / max(characters, 1), 7),
    )
