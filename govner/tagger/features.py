"""Text → the integer arrays that an encoder reads. No torch: the same code serves training and the plain install."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from govner.pieces import PieceTokenizer
    from govner.segmenter import Segmenter

Arrays = dict[str, NDArray[np.int64]]

PAD, UNKNOWN = 0, 1


class Featurizer(Protocol):
    """Turns a batch of texts into padded arrays; saved and loaded beside the model."""

    kind: ClassVar[str]

    def __call__(self, texts: Sequence[str]) -> Arrays:
        """Arrays of shape (batch, …); ``chars`` is (batch, characters) and 0 where padded."""
        ...

    def to_disk(self, folder: Path) -> None:
        """Write what :func:`load_featurizer` needs into a folder."""
        ...


def pad(rows: Sequence[Sequence[int] | NDArray[np.int64]], fill: int = 0) -> NDArray[np.int64]:
    """Rows of integers as one array (rows, longest row)."""
    out = np.full((len(rows), max((len(r) for r in rows), default=0)), fill, dtype=np.int64)
    for line, row in zip(out, rows, strict=True):
        line[: len(row)] = row
    return out


class CharacterVocabulary:
    """Characters to indices; 0 pads, 1 is any character not seen in training."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = list(characters)
        self._index = {c: i + 2 for i, c in enumerate(self.characters)}

    @classmethod
    def from_texts(cls, texts: Iterable[str], minimum: int = 2) -> CharacterVocabulary:
        """Characters that stand at least ``minimum`` times in the texts, most frequent first."""
        counts = Counter(c for text in texts for c in text)
        kept = sorted((c for c, n in counts.items() if n >= minimum), key=lambda c: (-counts[c], c))
        return cls(kept)

    def __len__(self) -> int:
        return len(self.characters) + 2

    def __call__(self, text: str) -> list[int]:
        return [self._index.get(c, UNKNOWN) for c in text]


def bigram_buckets(text: str, buckets: int) -> NDArray[np.int64]:
    """A hash bucket in [1, buckets) for each character and its successor.

    A multiplicative hash of the two code points, so that it is the same on every machine.
    """
    points = np.fromiter(map(ord, text), dtype=np.uint64, count=len(text))
    following = np.append(points[1:], np.uint64(10)) if len(points) else points
    with np.errstate(over="ignore"):
        mixed = (points * np.uint64(0x9E3779B97F4A7C15)) ^ (following * np.uint64(0xC2B2AE3D27D4EB4F))
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    found: NDArray[np.int64] = ((mixed >> np.uint64(33)) % np.uint64(buckets - 1)).astype(np.int64) + 1
    return found


class CharacterFeatures:
    """``chars`` and hashed ``bigrams``, both (batch, characters); with a segmenter also ``words``, places in words."""

    kind: ClassVar[str] = "characters"

    def __init__(
        self, vocabulary: CharacterVocabulary, buckets: int, segmenter: Segmenter | None = None
    ) -> None:
        self.vocabulary = vocabulary
        self.buckets = buckets
        self.segmenter = segmenter

    def __call__(self, texts: Sequence[str]) -> Arrays:
        arrays = {
            "chars": pad([self.vocabulary(t) for t in texts]),
            "bigrams": pad([bigram_buckets(t, self.buckets) for t in texts]),
        }
        if self.segmenter is not None:
            arrays["words"] = pad([self.segmenter.places(t) for t in texts])
        return arrays

    def to_disk(self, folder: Path) -> None:
        """Write ``features.json``; of a segmenter, which one it is."""
        data = {"kind": self.kind, "characters": self.vocabulary.characters, "buckets": self.buckets}
        if self.segmenter is not None:
            data["segmenter"] = self.segmenter.fingerprint
        (folder / "features.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def from_disk(cls, folder: Path, data: Mapping) -> CharacterFeatures:
        """Read back what :meth:`to_disk` wrote.

        Raises:
            UserError: the segmenter it was trained with is not there, or spacy-pkuseg is not installed.
        """
        segmenter = None
        if fingerprint := data.get("segmenter"):
            from govner.segmenter import segmenter_of

            segmenter = segmenter_of(fingerprint, folder)
        return cls(CharacterVocabulary(data["characters"]), data["buckets"], segmenter)


class PieceFeatures:
    """What a sub-word encoder reads, and how its vectors are spread over characters.

    ``pieces`` (batch, pieces) with 0 in ``piece_mask`` where padded; ``piece_of`` (batch, characters) says which piece
    each character belongs to, ``place`` its position in that piece (at most ``places - 1``), ``chars`` its own index.
    """

    kind: ClassVar[str] = "pieces"
    places: ClassVar[int] = 8

    def __init__(self, tokenizer: PieceTokenizer, vocabulary: CharacterVocabulary) -> None:
        self.tokenizer = tokenizer
        self.vocabulary = vocabulary

    def __call__(self, texts: Sequence[str]) -> Arrays:
        encoded = [self.tokenizer(t) for t in texts]
        return {
            "chars": pad([self.vocabulary(t) for t in texts]),
            "pieces": pad([e.ids for e in encoded], fill=self.tokenizer.pad_id),
            "piece_mask": pad([np.ones(len(e.ids), dtype=np.int64) for e in encoded]),
            "piece_of": pad([e.piece_of for e in encoded]),
            "place": np.minimum(pad([e.place for e in encoded]), self.places - 1),
        }

    def to_disk(self, folder: Path) -> None:
        """Write ``features.json`` and ``tokenizer.json``."""
        self.tokenizer.to_disk(folder / "tokenizer.json")
        data = {"kind": self.kind, "characters": self.vocabulary.characters}
        (folder / "features.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def from_disk(cls, folder: Path, data: Mapping) -> PieceFeatures:
        """Read back what :meth:`to_disk` wrote."""
        from govner.pieces import PieceTokenizer

        tokenizer = PieceTokenizer.from_disk(folder / "tokenizer.json")
        return cls(tokenizer, CharacterVocabulary(data["characters"]))


def load_featurizer(folder: Path) -> Featurizer:
    """The featurizer saved in a folder.

    Raises:
        ValueError: ``features.json`` names a kind that this version does not know.
    """
    data = json.loads((folder / "features.json").read_text(encoding="utf-8"))
    if data["kind"] == CharacterFeatures.kind:
        return CharacterFeatures.from_disk(folder, data)
    if data["kind"] == PieceFeatures.kind:
        return PieceFeatures.from_disk(folder, data)
    raise ValueError(f"{folder}/features.json: unknown kind {data['kind']!r}; the model needs a newer govner")
