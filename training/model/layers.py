"""Encoders with some of their layers left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import Tensor, nn

from govner.errors import UserError

_LAYER = re.compile(r"^(.*\blayer\.)(\d+)(\..*)$")


def kept_layers(of: int, number: int) -> list[int]:
    """Which layers stay when ``number`` of ``of`` do: evenly spread, the first and the last among them.

    The last one alone stays when one does.

    Raises:
        UserError: there are not so many.
    """
    if not 1 <= number <= of:
        raise UserError(f"model.encoder.layers = {number}: the encoder has {of}")
    if number == 1:
        return [of - 1]
    return [int(i) for i in np.rint(np.linspace(0, of - 1, number))]


def drop_layers(backbone: nn.Module, number: int) -> None:
    """Leave ``number`` of a pretrained encoder's layers.

    Raises:
        UserError: its layers are not where BERT's are.
    """
    config: Any = backbone.config
    layers = getattr(getattr(backbone, "encoder", None), "layer", None)
    if not isinstance(layers, nn.ModuleList):
        raise UserError(
            f"model.encoder.layers: cannot leave out layers of a {type(backbone).__name__}; set it to null"
        )
    backbone.encoder.layer = nn.ModuleList(layers[i] for i in kept_layers(len(layers), number))  # type: ignore[union-attr]
    config.num_hidden_layers = number


def fewer_layers(state: Mapping[str, Tensor], number: int) -> dict[str, Tensor]:
    """Parameters of a deeper model under the names they have when ``number`` of its layers stay.

    Raises:
        UserError: there are not so many.
    """
    of = 1 + max((int(m.group(2)) for name in state if (m := _LAYER.match(name))), default=-1)
    place = {old: new for new, old in enumerate(kept_layers(of, number))}
    out: dict[str, Tensor] = {}
    for name, tensor in state.items():
        found = _LAYER.match(name)
        if found is None:
            out[name] = tensor
        elif int(found.group(2)) in place:
            out[f"{found.group(1)}{place[int(found.group(2))]}{found.group(3)}"] = tensor
    return out
