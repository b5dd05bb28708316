"""A sub-word tokenizer whose pieces are spread over characters. No torch: the plain install uses it.

Sub-word tokenizers normalize (full-width to half-width, one character to several, white space to nothing), so
pieces do not tile the text. Labels are code-point offsets, hence every code point needs exactly one piece:

* A code point belongs to the first piece made from it. The piece that only marks the start of a word (``▁``)
  yields to a piece with content; it keeps a code point, such as a space, that nothing else came from.
* A code point from which no piece was made (a line break, a repeated space, a control character) belongs to
  the piece before it: the tokenizer's opening token (``<s>``, ``[CLS]``) at the start of a text.
* Unknown characters belong to the unknown piece; a run of them may share one.

So ``piece_of`` never decreases, and no code point needs a special value. The character's own index and its
place in the piece, which the tagger reads as well, tell such code points apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

#: What SentencePiece tokenizers write for a space and in front of a text.
WORD_START = "▁"

_SURROGATES = re.compile("[\ud800-\udfff]")
_PADDING = ("<pad>", "[PAD]", "<blank>")
_MASK = ("<mask>", "[MASK]")
_UNKNOWN = ("<unk>", "[UNK]")


@dataclass(frozen=True, slots=True)
class Pieces:
    """One text of n code points as p pieces.

    Attributes:
        ids: (p,) indices into the encoder's vocabulary, opening and closing tokens included.
        piece_of: (n,) for each code point its index in ``ids``; never decreases.
        place: (n,) for each code point how many code points of the same piece precede it.
    """

    ids: NDArray[np.int64]
    piece_of: NDArray[np.int64]
    place: NDArray[np.int64]


class PieceTokenizer:
    """Cuts a text into the pieces of a ``tokenizer.json`` and says which piece each code point belongs to.

    Any tokenizer of the ``tokenizers`` library will do, Chinese BERTs included. Nothing is truncated: the
    caller cuts windows that the encoder can read. Markup such as ``<s>`` or ``[SEP]`` in a text is read as
    plain text.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = True
        self._tokenizer: Any = tokenizer
        self._word_start = tokenizer.token_to_id(WORD_START)
        self.unknown_id: int = self._first(_UNKNOWN) or 0
        self.pad_id: int = self._first(_PADDING) or 0
        self.mask_id: int | None = self._first(_MASK)
        added = tokenizer.get_added_tokens_decoder()
        self._markup = {i for i, token in added.items() if token.special} - {self.unknown_id}

    def _first(self, names: tuple[str, ...]) -> int | None:
        ids = (self._tokenizer.token_to_id(name) for name in names)
        return next((i for i in ids if i is not None), None)

    @classmethod
    def from_disk(cls, path: str | Path) -> PieceTokenizer:
        """Read a ``tokenizer.json``, or the one in a folder.

        Raises:
            ValueError: the file is not a tokenizer that the library can read.
            FileNotFoundError: there is no such file.
        """
        path = Path(path)
        if path.is_dir():
            path = path / "tokenizer.json"
        return cls.from_bytes(path.read_bytes())

    @classmethod
    def from_bytes(cls, data: bytes) -> PieceTokenizer:
        """Read what :meth:`to_bytes` gave.

        Raises:
            ValueError: not a tokenizer that the library can read.
        """
        return cls(Tokenizer.from_buffer(data))

    def to_bytes(self) -> bytes:
        """The tokenizer as UTF-8 JSON."""
        data: str = self._tokenizer.to_str()
        return data.encode("utf-8")

    def to_disk(self, path: str | Path) -> None:
        """Write a ``tokenizer.json`` (``path`` is the file)."""
        Path(path).write_bytes(self.to_bytes())

    def __len__(self) -> int:
        """How many rows the encoder's vocabulary needs."""
        return int(self._tokenizer.get_vocab_size(with_added_tokens=True))

    def ordinary_ids(self) -> NDArray[np.int64]:
        """Rows of all pieces but the tokenizer's own tokens."""
        own = self._markup | {self.unknown_id}
        ids = self._tokenizer.get_vocab(with_added_tokens=True).values()
        return np.array(sorted(set(ids) - own), dtype=np.int64)

    def __call__(self, text: str) -> Pieces:
        """Pieces of a text; exact for every code point."""
        try:
            encoding = self._tokenizer.encode(text)
        except (TypeError, UnicodeEncodeError):  # lone surrogates have no UTF-8
            encoding = self._tokenizer.encode(_SURROGATES.sub("\ufffd", text))
        return self._spread(len(text), encoding)

    def _spread(self, length: int, encoding: Any) -> Pieces:
        ids: list[int] = list(encoding.ids) or [self.unknown_id]
        piece_of = np.full(length, -1, dtype=np.int64)
        content: list[tuple[int, int, int]] = []
        marks: list[tuple[int, int, int]] = []
        for k, (piece, (start, end), special) in enumerate(
            zip(encoding.ids, encoding.offsets, encoding.special_tokens_mask, strict=True)
        ):
            if not special and start < end:
                if piece in self._markup:  # SentencePiece models hold "</s>" as an ordinary piece too
                    ids[k] = self.unknown_id
                (marks if piece == self._word_start else content).append((k, start, end))
        # Written last to first, so that the first piece stands, and content stands over marks.
        for spans in (marks, content):
            for k, start, end in reversed(spans):
                piece_of[start:end] = k
        piece_of = np.maximum.accumulate(np.maximum(piece_of, 0)) if length else piece_of
        return Pieces(np.asarray(ids, dtype=np.int64), piece_of, _places(piece_of))


def _places(piece_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each code point, its distance from the first code point of its piece."""
    index = np.arange(len(piece_of), dtype=np.int64)
    starts = np.ones(len(piece_of), dtype=bool)
    starts[1:] = piece_of[1:] != piece_of[:-1]
    return index - np.maximum.accumulate(np.where(starts, index, 0)) if len(piece_of) else index
