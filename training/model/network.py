"""Encoder + linear layer + random field: the network that is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import spacy
import torch
from torch import Tensor, nn

from govner.tagger.features import Arrays
from govner.tagger.tags import TagScheme
from govner.training.model.crf import CRFLoss
from govner.training.model.encoders import Encoder, EncoderSpec


class TaggerNetwork(nn.Module):
    """Arrays of a featurizer → emissions (batch, characters, tags); the loss lives in :attr:`crf`."""

    def __init__(self, encoder: Encoder, labels: Sequence[str], dropout: float) -> None:
        super().__init__()
        self.labels = tuple(labels)
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        scheme = TagScheme(self.labels)
        self.output = nn.Linear(encoder.width, scheme.size)
        self.crf = CRFLoss(scheme)

    def forward(self, *arrays: Tensor) -> Tensor:
        """Emissions from the encoder's inputs, in the order of ``encoder.inputs``."""
        emissions: Tensor = self.output(self.dropout(self.encoder(*arrays)))
        return emissions

    def emissions(self, features: Arrays) -> Tensor:
        """Emissions from a featurizer's arrays."""
        out: Tensor = self(*(torch.from_numpy(features[name]) for name in self.encoder.inputs))
        return out

    def loss(self, features: Arrays, tags: Tensor) -> Tensor:
        """Mean negative log-likelihood a character."""
        mask = torch.from_numpy(features["chars"] > 0)
        # Whatever the precision of the encoder, exponentials are summed over hundreds of characters in float32.
        value: Tensor = self.crf(self.emissions(features).float(), tags, mask)
        return value


@dataclass(frozen=True)
class SpanTagger:
    """What a config says of the whole model."""

    encoder: EncoderSpec
    window: int
    margin: int
    dropout: float

    def meta(self) -> Mapping[str, Any]:
        """Plain values for the model card."""
        return {"window": self.window, "margin": self.margin, "encoder": type(self.encoder).__name__}


@spacy.registry.architectures("govner.SpanTagger.v1")
def make_span_tagger(encoder: EncoderSpec, window: int, margin: int, dropout: float) -> SpanTagger:
    """``@architectures = "govner.SpanTagger.v1"`` in a config."""
    return SpanTagger(encoder, window, margin, dropout)
