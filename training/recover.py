"""The weights of a trained model back out of its ONNX graph, so that a user of the wheel alone can fine-tune.

A shipped model holds its weights once, in the graph. :func:`name_weights` gives every initializer the name of the
torch parameter it came from (``NAME`` or, where the exporter transposed it, ``NAME.T``); quantization keeps these
names with a suffix; :func:`recover_state` reads them back, de-quantized.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from govner.errors import UserError
from govner.training.model.layers import fewer_layers

#: The pretrained encoder's Hugging Face configuration, beside the graph.
ENCODER_CONFIG = "encoder.json"


def name_weights(graph: bytes, state: Mapping[str, Tensor]) -> bytes:
    """Rename initializers after the parameters they hold."""
    model = onnx.load_from_string(graph)
    by_content: dict[bytes, str] = {}
    for name, tensor in state.items():
        array = tensor.detach().cpu().numpy()
        by_content.setdefault(_key(array), name)
        if array.ndim == 2:
            by_content.setdefault(_key(np.ascontiguousarray(array.T)), f"{name}.T")
    renamed: dict[str, str] = {}
    for initializer in model.graph.initializer:
        if initializer.name in state:
            continue
        found = by_content.get(_key(numpy_helper.to_array(initializer)))
        if found and found not in renamed.values():
            renamed[initializer.name] = found
            initializer.name = found
    for node in model.graph.node:
        for i, name in enumerate(node.input):
            if name in renamed:
                node.input[i] = renamed[name]
    data: bytes = model.SerializeToString()
    return data


def shared_weights(graph: bytes, state: Mapping[str, Tensor]) -> dict[str, str]:
    """Parameters that the exporter merged with an equal one (fresh biases are all zero): name → the name kept."""
    held = {i.name for i in onnx.load_from_string(graph).graph.initializer}
    by_content: dict[bytes, str] = {}
    for name, tensor in state.items():
        if name in held or f"{name}.T" in held:
            by_content.setdefault(_key(tensor.detach().cpu().numpy()), name)
    return {
        name: kept
        for name, tensor in state.items()
        if name not in held
        and f"{name}.T" not in held
        and (kept := by_content.get(_key(tensor.detach().cpu().numpy()))) is not None
    }


def _key(array: np.ndarray) -> bytes:
    return str((array.shape, str(array.dtype))).encode() + array.tobytes()


def recover_state(path: Path) -> dict[str, Tensor]:
    """Parameters held by a graph, by name; quantized ones as float32."""
    arrays = {i.name: numpy_helper.to_array(i) for i in onnx.load(path).graph.initializer}
    state: dict[str, Tensor] = {}
    for name, array in arrays.items():
        if name.endswith(("_scale", "_zero_point", "_smooth")):
            continue
        if name.endswith("_quantized"):
            name = name.removesuffix("_quantized")
            scale = arrays[f"{name}_scale"].astype(np.float32)
            zero = arrays[f"{name}_zero_point"].astype(np.float32)
            if scale.ndim and array.ndim == 2 and scale.size != array.shape[1]:  # a scale a row
                scale, zero = scale[:, None], zero[:, None]
            array = (array.astype(np.float32) - zero) * scale
            if f"{name}_smooth" in arrays:  # rows that were multiplied to even out the product's input
                array = array * arrays[f"{name}_smooth"][:, None]
        if name.endswith(".T"):
            name, array = name.removesuffix(".T"), array.T
        state[name] = torch.from_numpy(np.array(array, copy=True))
    return state


def encoder_config(network: nn.Module) -> dict[str, Any] | None:
    """The Hugging Face configuration of a network's pretrained encoder, None where it has none."""
    backbone = getattr(getattr(network, "encoder", None), "backbone", None)
    if backbone is None:
        return None
    config: dict[str, Any] = backbone.config.to_dict()
    return config


def recover_backbone(component: Path) -> nn.Module:
    """The pretrained encoder of a trained model, with the trained model's weights.

    Args:
        component: the ``govner_tagger`` folder of a model.

    Raises:
        UserError: the model has no pretrained encoder.
    """
    from transformers import AutoConfig, AutoModel

    path = component / ENCODER_CONFIG
    if not path.is_file():
        raise UserError(
            f"{component}: this model has no pretrained encoder to start from; name another source"
        )
    saved = json.loads(path.read_text(encoding="utf-8"))
    data = saved["config"]
    config = AutoConfig.for_model(data.pop("model_type"), **data)
    model: nn.Module = AutoModel.from_config(config, attn_implementation="sdpa", add_pooling_layer=False)
    prefix = "encoder.backbone."
    held = _held(component, saved)
    state = {k.removeprefix(prefix): v for k, v in held.items() if k.startswith(prefix)}
    missing, _ = model.load_state_dict(state, strict=False)
    lost = [name for name in missing if not name.endswith("position_ids")]
    if lost:
        raise UserError(
            f"{component}: the model's file lacks weights of its encoder ({lost[0]}); copy it again"
        )
    return model


def _held(component: Path, saved: Mapping[str, Any]) -> dict[str, Tensor]:
    """Every parameter of a model's graph, those that the exporter merged included."""
    held = recover_state(component / "model.onnx")
    held.update({name: held[kept] for name, kept in saved["shared"].items()})
    return held


def recover_network(component: Path, network: nn.Module, layers: int | None = None) -> None:
    """Give a network of the same shape all weights of a trained model, its random field included.

    With ``layers`` the network has only so many of the model's encoder layers (:mod:`govner.training.model.layers`).

    Raises:
        UserError: the model is of another shape, or has no pretrained encoder.
    """
    path = component / ENCODER_CONFIG
    if not path.is_file():
        raise UserError(f"{component}: only a model with a pretrained encoder can be trained on")
    held = _held(component, json.loads(path.read_text(encoding="utf-8")))
    held["crf.transitions"] = torch.from_numpy(np.load(component / "transitions.npy"))
    wanted = network.state_dict()
    if layers is not None:
        held = fewer_layers(held, layers)
    wrong = [k for k, v in wanted.items() if k not in held or held[k].shape != v.shape]
    wrong = [k for k in wrong if not k.endswith("position_ids")]
    if wrong:
        raise UserError(
            f"{component}: does not fit this config ({wrong[0]}); give the config it was trained with"
        )
    network.load_state_dict({k: held[k] for k in wanted if k in held}, strict=False)
