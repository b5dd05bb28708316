"""Encoders: arrays of a featurizer → one vector a character. Registered, so that a config names them.

An encoder is described by a spec (what a config says) that, given the training texts, makes the featurizer and, given
the featurizer, the torch network. A third party adds one by registering a spec in spaCy's ``architectures``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import spacy
import torch
from torch import Tensor, nn

from govner.segmenter import PLACES, shipped_segmenter
from govner.tagger.features import CharacterFeatures, CharacterVocabulary, Featurizer

#: Width of the embedding of a character's place in its word: there are five places.
WORDS_WIDTH = 8


class Encoder(nn.Module):
    """A network whose forward takes the featurizer's arrays in the order of ``inputs`` and gives (batch, characters, width)."""

    inputs: tuple[str, ...]
    width: int


class EncoderSpec(Protocol):
    """What a config says of an encoder."""

    def featurizer(self, texts: Sequence[str]) -> Featurizer:
        """A featurizer fitted to the training texts."""
        ...

    def network(self, featurizer: Featurizer) -> Encoder:
        """A network that reads the featurizer's arrays."""
        ...


class GatedBlock(nn.Module):
    """A dilated convolution with a gate, a residual and layer normalization (after van den Oord et al. 2016)."""

    def __init__(self, width: int, kernel: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.conv = nn.Conv1d(width, 2 * width, kernel, dilation=dilation, padding=dilation * (kernel // 2))
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        value, gate = self.conv((x * mask).transpose(1, 2)).transpose(1, 2).chunk(2, dim=-1)
        normed: Tensor = self.norm(x + self.dropout(value * torch.sigmoid(gate)))
        return normed


class CNN(Encoder):
    """Character and hashed-bigram embeddings, and places in words if wanted, under dilated convolutions."""

    def __init__(self, spec: CNNSpec, characters: int) -> None:
        super().__init__()
        self.inputs = ("chars", "bigrams", "words") if spec.words else ("chars", "bigrams")
        self.width = spec.width
        self.chars = nn.Embedding(characters, spec.embedding, padding_idx=0)
        self.bigrams = nn.Embedding(spec.bigram_buckets, spec.embedding, padding_idx=0)
        self.words = nn.Embedding(PLACES, WORDS_WIDTH, padding_idx=0) if spec.words else None
        self.project = nn.Linear(2 * spec.embedding + (WORDS_WIDTH if spec.words else 0), spec.width)
        self.dropout = nn.Dropout(spec.dropout)
        self.blocks = nn.ModuleList(
            GatedBlock(spec.width, spec.kernel, dilation, spec.dropout) for dilation in spec.dilations
        )

    def forward(self, chars: Tensor, bigrams: Tensor, words: Tensor | None = None) -> Tensor:
        """(batch, characters) twice or three times → (batch, characters, width)."""
        mask = (chars > 0).unsqueeze(2).to(self.project.weight.dtype)
        parts = [self.chars(chars), self.bigrams(bigrams)]
        if self.words is not None:
            parts.append(self.words(words))
        x: Tensor = self.project(self.dropout(torch.cat(parts, dim=2)))
        for block in self.blocks:
            x = block(x, mask)
        return x


@dataclass(frozen=True)
class CNNSpec:
    """The small model. It sees ``(kernel // 2) * sum(dilations)`` characters either side.

    ``words`` adds each character's place in its word, after the shipped segmenter (extra ``words``).
    """

    width: int
    embedding: int
    bigram_buckets: int
    kernel: int
    dilations: Sequence[int]
    dropout: float
    words: bool = False

    def featurizer(self, texts: Sequence[str]) -> CharacterFeatures:
        """Characters seen twice or more in the training texts.

        Raises:
            UserError: ``words`` is wanted and spacy-pkuseg is not installed.
        """
        segmenter = shipped_segmenter() if self.words else None
        return CharacterFeatures(CharacterVocabulary.from_texts(texts), self.bigram_buckets, segmenter)

    def network(self, featurizer: Featurizer) -> CNN:
        """A freshly initialized network."""
        if not isinstance(featurizer, CharacterFeatures):
            raise TypeError(f"govner.CNN.v1 reads character features, not {featurizer.kind}")
        return CNN(self, len(featurizer.vocabulary))


@spacy.registry.architectures("govner.CNN.v1")
def make_cnn(
    width: int,
    embedding: int,
    bigram_buckets: int,
    kernel: int,
    dilations: Sequence[int],
    dropout: float,
    words: bool = False,
) -> CNNSpec:
    """``@architectures = "govner.CNN.v1"`` in a config."""
    return CNNSpec(width, embedding, bigram_buckets, kernel, tuple(dilations), dropout, words)
