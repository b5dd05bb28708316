"""A pretrained transformer whose piece vectors are spread over characters.

The encoder reads its own sub-word pieces, as it was trained to; each character takes the vector of its piece, joined
with an embedding of the character itself and of its place in the piece, and gated convolutions mix neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
import torch
from torch import Tensor, nn

from govner.errors import UserError
from govner.pieces import PieceTokenizer
from govner.tagger.features import CharacterVocabulary, Featurizer, PieceFeatures
from govner.training.model.encoders import Encoder, GatedBlock
from govner.training.model.layers import drop_layers


class Transformer(Encoder):
    """Arrays of :class:`PieceFeatures` → (batch, characters, width)."""

    inputs = ("chars", "pieces", "piece_mask", "piece_of", "place")

    def __init__(self, spec: TransformerSpec, backbone: nn.Module, characters: int) -> None:
        super().__init__()
        self.width = spec.width
        self.backbone = backbone
        config: Any = backbone.config
        self.layers = int(config.num_hidden_layers)
        self.chars = nn.Embedding(characters, spec.character_width, padding_idx=0)
        self.places = nn.Embedding(PieceFeatures.places, spec.place_width)
        self.project = nn.Linear(
            int(config.hidden_size) + spec.character_width + spec.place_width, spec.width
        )
        self.dropout = nn.Dropout(spec.dropout)
        self.blocks = nn.ModuleList(GatedBlock(spec.width, 3, d, spec.dropout) for d in spec.dilations)

    def forward(
        self, chars: Tensor, pieces: Tensor, piece_mask: Tensor, piece_of: Tensor, place: Tensor
    ) -> Tensor:
        """See :class:`PieceFeatures` for the arrays."""
        dtype = self.project.weight.dtype
        # An additive mask of four dimensions is taken by transformers as it is, and traces to a plain graph.
        bias = (1.0 - piece_mask[:, None, None, :].to(dtype)) * -1e4
        hidden = self.backbone(input_ids=pieces, attention_mask=bias).last_hidden_state
        spread = hidden.gather(1, piece_of.unsqueeze(2).expand(-1, -1, hidden.shape[2]))
        joined = torch.cat([spread, self.chars(chars), self.places(place)], dim=2)
        x: Tensor = self.project(self.dropout(joined))
        mask = (chars > 0).unsqueeze(2).to(dtype)
        for block in self.blocks:
            x = block(x, mask)
        return x

    def depth_of(self, name: str) -> int | None:
        """How many layers lie above a parameter of the pretrained encoder; None for the layers added to it."""
        if not name.startswith("backbone."):
            return None
        found = re.search(r"layer\.(\d+)\.", name)
        return self.layers - 1 - int(found.group(1)) if found else self.layers


@dataclass(frozen=True)
class TransformerSpec:
    """What a config says of a pretrained encoder.

    ``source`` is a Hugging Face folder, a hub name, or ``govner:MODEL`` for the encoder of a shipped model.
    ``frozen_layers`` of the lowest layers, and the embeddings below them, stay as they were pretrained. ``layers`` of its
    layers are used, evenly spread; None is all.
    """

    source: str
    width: int
    character_width: int
    place_width: int
    dilations: Sequence[int]
    dropout: float
    backbone_dropout: float
    frozen_layers: int = 0
    layers: int | None = None

    def featurizer(self, texts: Sequence[str]) -> PieceFeatures:
        """The encoder's own tokenizer, and the characters of the training texts."""
        return PieceFeatures(self._tokenizer(), CharacterVocabulary.from_texts(texts))

    def _tokenizer(self) -> PieceTokenizer:
        if self.source.startswith("govner:"):
            from govner.models import locate

            component = locate(self.source[7:]) / "govner_tagger"
            if not (component / "tokenizer.json").is_file():
                raise UserError(
                    f"model.encoder.source = {self.source!r}: this model has no pretrained encoder; name another source"
                )
            return PieceTokenizer.from_disk(component)
        if (Path(self.source) / "tokenizer.json").is_file():
            return PieceTokenizer.from_disk(self.source)
        from transformers import AutoTokenizer

        try:
            fast = AutoTokenizer.from_pretrained(self.source, use_fast=True)
        except (OSError, ValueError) as error:
            raise UserError(
                f"model.encoder.source = {self.source!r}: neither a folder with a tokenizer.json nor a model that can be "
                f"fetched ({str(error).splitlines()[0]})"
            ) from None
        return PieceTokenizer(fast.backend_tokenizer)

    def network(self, featurizer: Featurizer) -> Transformer:
        """The pretrained encoder with fresh layers on top."""
        if not isinstance(featurizer, PieceFeatures):
            raise TypeError(f"govner.Transformer.v1 reads piece features, not {featurizer.kind}")
        network = Transformer(self, self._backbone(), len(featurizer.vocabulary))
        for name, parameter in network.named_parameters():
            above = network.depth_of(name)
            if self.frozen_layers and above is not None and above >= network.layers - self.frozen_layers:
                parameter.requires_grad_(False)
        return network

    def _backbone(self) -> nn.Module:
        from transformers import AutoModel

        if self.source.startswith("govner:"):
            from govner.models import locate
            from govner.training.recover import recover_backbone

            model = recover_backbone(locate(self.source[7:]) / "govner_tagger")
        else:
            self._tokenizer()  # says so first where there is no such source
            model = AutoModel.from_pretrained(
                self.source, attn_implementation="sdpa", add_pooling_layer=False, dtype=torch.float32
            )
        if self.layers is not None:
            drop_layers(model, self.layers)
        set_dropout(model, self.backbone_dropout)
        backbone: nn.Module = model
        return backbone


def set_dropout(model: nn.Module, rate: float) -> None:
    """Set every dropout of a pretrained encoder; checkpoints made for retrieval come with none."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = rate
        if isinstance(getattr(module, "dropout_prob", None), float):
            setattr(module, "dropout_prob", rate)  # noqa: B010  (attention keeps its own copy of the rate)


@spacy.registry.architectures("govner.Transformer.v1")
def make_transformer(
    source: str,
    width: int,
    character_width: int,
    place_width: int,
    dilations: Sequence[int],
    dropout: float,
    backbone_dropout: float,
    frozen_layers: int,
    layers: int | None = None,
) -> TransformerSpec:
    """``@architectures = "govner.Transformer.v1"`` in a config."""
    return TransformerSpec(
        source,
        width,
        character_width,
        place_width,
        tuple(dilations),
        dropout,
        backbone_dropout,
        frozen_layers,
        layers,
    )
