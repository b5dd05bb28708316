"""Paragraphs → rows of pieces of one length, in an endless order that can be saved and taken up again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govner.errors import UserError
from govner.pieces import PieceTokenizer
from govner.training.pretrain.config import Corpus, Unit

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stream:
    """A document as pieces, without opening and closing tokens; ``starts`` is true where a unit of masking
    starts."""

    ids: NDArray[np.int32]
    starts: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Frame:
    """The tokens that open and close what the encoder reads."""

    opening: tuple[int, ...]
    closing: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: PieceTokenizer) -> Frame:
        """Found by tokenizing nothing: one opens, one closes, where the tokenizer has them."""
        ids = tokenizer("").ids.tolist()
        return cls((ids[0],), (ids[-1],)) if len(ids) >= 2 else cls((), ())

    def __len__(self) -> int:
        return len(self.opening) + len(self.closing)


def encode(paragraphs: Sequence[str], tokenizer: PieceTokenizer, frame: Frame, unit: Unit) -> Stream:
    """A document's paragraphs one after the other."""
    ids, starts = [np.zeros(0, np.int64)], [np.zeros(0, bool)]
    left, right = len(frame.opening), len(frame.closing)
    for paragraph in paragraphs:
        pieces = tokenizer(paragraph)
        inner = pieces.ids[left : len(pieces.ids) - right]
        ids.append(inner)
        if unit == "pieces":
            starts.append(np.ones(len(inner), dtype=bool))
        else:
            starts.append(_word_starts(paragraph, pieces.piece_of - left, len(inner)))
    return Stream(np.concatenate(ids).astype(np.int32), np.concatenate(starts))


def _word_starts(text: str, piece_of: Ints, pieces: int) -> NDArray[np.bool_]:
    """Which pieces start a word: those whose first character does not continue one."""
    try:
        import jieba
    except ImportError:
        raise UserError("[masking] unit = words: pip install jieba, or set unit = pieces") from None
    jieba.setLogLevel(60)
    first = np.zeros(len(text), dtype=bool)
    place = 0
    for word in jieba.cut(text, HMM=False):
        first[place] = True
        place += len(word)
    starts = np.ones(pieces, dtype=bool)
    owners, where = np.unique(piece_of, return_index=True)
    inside = (owners >= 0) & (owners < pieces)
    starts[owners[inside]] = first[where[inside]]
    return starts


class Rows:
    """An endless, shuffled supply of rows of ``size`` pieces from one corpus.

    Every epoch cuts the documents at other places. The order is a function of seed and epoch, so that
    :meth:`state` is two numbers.
    """

    def __init__(self, streams: Sequence[Stream], size: int, seed: Sequence[int]) -> None:
        self._streams = [s for s in streams if len(s.ids) >= size]
        if not self._streams:  # short documents: one after the other
            joined = Stream(
                np.concatenate([s.ids for s in streams]), np.concatenate([s.starts for s in streams])
            )
            self._streams = [joined] if len(joined.ids) >= size else []
        self.size = size
        self._seed = list(seed)
        self.epoch, self._next = 0, 0
        self._order = self._shuffled()

    @property
    def pieces(self) -> int:
        """How many pieces an epoch has, ends of documents included."""
        return sum(len(s.ids) for s in self._streams)

    def _shuffled(self) -> Ints:
        """(rows, 2): document and first piece of each row of this epoch."""
        rng = np.random.default_rng([*self._seed, self.epoch])
        places = [
            (d, start)
            for d, stream in enumerate(self._streams)
            for start in range(
                int(rng.integers(0, min(self.size, len(stream.ids) - self.size + 1))),
                len(stream.ids) - self.size + 1,
                self.size,
            )
        ]
        return rng.permutation(np.array(places, dtype=np.int64).reshape(-1, 2))

    def draw(self) -> tuple[Ints, NDArray[np.bool_]]:
        """The next row: ids and starts of units, both (size,)."""
        if self._next == len(self._order):
            self.epoch, self._next = self.epoch + 1, 0
            self._order = self._shuffled()
        document, start = self._order[self._next]
        self._next += 1
        stream = self._streams[document]
        stop = start + self.size
        return stream.ids[start:stop].astype(np.int64), stream.starts[start:stop]

    def one_epoch(self) -> Iterator[tuple[Ints, NDArray[np.bool_]]]:
        """Every row of the current epoch, once."""
        for document, start in self._order:
            stream = self._streams[document]
            yield (
                stream.ids[start : start + self.size].astype(np.int64),
                stream.starts[start : start + self.size],
            )

    def state(self) -> dict[str, int]:
        """What :meth:`restore` needs."""
        return {"epoch": self.epoch, "next": self._next}

    def restore(self, state: dict[str, int]) -> None:
        """Go on where :meth:`state` was taken."""
        self.epoch, self._next = state["epoch"], state["next"]
        self._order = self._shuffled()


class Mixture:
    """Draws rows from several corpora by their shares."""

    def __init__(self, corpora: Sequence[Corpus], rows: Sequence[Rows], seed: int) -> None:
        shares = np.array([c.share for c in corpora])
        self._shares = shares / shares.sum()
        self._rows = list(rows)
        self.rng = np.random.default_rng([seed, 0])

    def draw(self) -> tuple[Ints, NDArray[np.bool_]]:
        """A row of one of the corpora."""
        return self._rows[int(self.rng.choice(len(self._rows), p=self._shares))].draw()

    def state(self) -> dict[str, Any]:
        """What :meth:`restore` needs: plain numbers and strings."""
        return {"rng": self.rng.bit_generator.state, "rows": [r.state() for r in self._rows]}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where :meth:`state` was taken."""
        self.rng.bit_generator.state = state["rng"]
        for rows, own in zip(self._rows, state["rows"], strict=True):
            rows.restore(own)
