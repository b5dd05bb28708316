"""Eight-bit graphs: a quarter of the size; with a sample of text to measure on, products are computed in integers too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from govner.tagger.features import Arrays

#: Smaller weights stay in float: they weigh nothing.
MINIMUM = 4096
#: Products of weights with this prefix are computed in integers: the pretrained encoder's, nearly all of the work.
INTEGER = "encoder.backbone."
#: How much of the spread of a product's input its weights take over (SmoothQuant's alpha; Xiao et al. 2023).
SMOOTHING = 0.7

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Range:
    """The least and greatest value of each channel of a product's input."""

    low: Floats
    high: Floats


def quantize(graph: bytes, sample: Iterable[Arrays] = ()) -> bytes:
    """Store matrices and embedding tables as int8, one scale a column of a matrix and a row of a table.

    Without a sample only weights are rounded; onnxruntime turns them back to float when the graph is loaded
    (``OnnxRunner``). With one, the inputs of the encoder's products are rounded to uint8 as well, each on a fixed scale from
    the values met in the sample, so that a text's scores do not depend on what else is in its batch. A few channels have
    values ten times the others' and would leave these no steps: they are divided before rounding and the weights
    multiplied (SmoothQuant), except where one rounded input serves several products (query, key, value), which has none.

    Args:
        graph: a float graph whose initializers have the names of their parameters.
        sample: a featurizer's arrays of typical text.
    """
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load_from_string(graph)
    ranges = _measure(model, sample)
    held = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    products = [n for n in model.graph.node if n.op_type == "MatMul" and n.input[0] in ranges]
    readers = Counter(n.input[0] for n in products)
    integer = {n.input[1]: n for n in products}
    axes = {n.input[1]: 1 for n in model.graph.node if n.op_type == "MatMul"}
    axes |= {n.input[0]: 0 for n in model.graph.node if n.op_type == "Gather"}
    parts: dict[str, NDArray] = {}
    first, nodes = [], []
    for name, array in held.items():
        if name not in axes or not _worth(array):
            parts[name] = array
        elif name not in integer:
            small, scale = _round(array, axes[name])
            zero = np.zeros(len(scale), np.int8)
            parts |= {f"{name}_quantized": small, f"{name}_scale": scale, f"{name}_zero_point": zero}
            ends = [f"{name}_quantized", f"{name}_scale", f"{name}_zero_point"]
            first.append(helper.make_node("DequantizeLinear", ends, [name], f"{name}_float", axis=axes[name]))
    rounded: set[str] = set()
    for node in model.graph.node:
        if node.op_type != "MatMul" or node.input[1] not in integer:
            nodes.append(node)
            continue
        source, name = node.input
        found, array = ranges[source], held[name]
        if readers[source] == 1:
            divisor = _smoothing(found, array)
            parts[f"{name}_smooth"] = 1 / divisor
            nodes.append(helper.make_node("Mul", [source, f"{name}_smooth"], [f"{name}_smoothed"]))
            source, array = f"{name}_smoothed", array * divisor[:, None]
            found = Range(found.low / divisor, found.high / divisor)
        step, zero_point = _steps(found)
        ends = [f"{source}_step", f"{source}_zero"]
        if source not in rounded:
            rounded.add(source)
            parts |= {ends[0]: step, ends[1]: zero_point}
            nodes.append(helper.make_node("QuantizeLinear", [source, *ends], [f"{source}_rounded"]))
        small, scale = _round(array, 1)
        parts |= {
            f"{name}_quantized": small,
            f"{name}_scale": scale,
            f"{name}_zero_point": np.zeros(len(scale), np.int8),
        }
        inputs = [
            f"{source}_rounded",
            f"{name}_quantized",
            ends[0],
            f"{name}_scale",
            ends[1],
            f"{name}_zero_point",
        ]
        nodes.append(
            helper.make_node(
                "MatMulIntegerToFloat", inputs, list(node.output), node.name, domain="com.microsoft"
            )
        )
    if integer:
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(a), n) for n, a in parts.items())
    model.graph.node.extend([*first, *nodes])
    data: bytes = model.SerializeToString()
    return data


def _worth(array: NDArray) -> bool:
    """Is it a float matrix large enough to store in eight bits?"""
    return array.ndim == 2 and array.size >= MINIMUM and array.dtype == np.float32


def _measure(model: object, sample: Iterable[Arrays]) -> Mapping[str, Range]:
    """The range of every input of a product that shall be computed in integers, over a sample; {} without one."""
    import onnx
    import onnxruntime
    from onnx import helper, numpy_helper

    assert isinstance(model, onnx.ModelProto)
    held = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    names = sorted(
        {
            n.input[0]
            for n in model.graph.node
            if n.op_type == "MatMul"
            and n.input[1].startswith(INTEGER)
            and n.input[1] in held
            and _worth(held[n.input[1]])
        }
    )
    open_ = onnx.ModelProto()
    open_.CopyFrom(model)
    open_.graph.output.extend(helper.make_empty_tensor_value_info(n) for n in names)
    ranges: dict[str, Range] = {}
    session = None
    for arrays in sample:
        if session is None:
            session = onnxruntime.InferenceSession(
                open_.SerializeToString(), providers=["CPUExecutionProvider"]
            )
        wanted = {i.name for i in session.get_inputs()}
        values = session.run(names, {k: v for k, v in arrays.items() if k in wanted}) if names else []
        for name, value in zip(names, values, strict=True):
            flat = value.reshape(-1, value.shape[-1])
            low, high = flat.min(axis=0), flat.max(axis=0)
            if name in ranges:
                low, high = np.minimum(low, ranges[name].low), np.maximum(high, ranges[name].high)
            ranges[name] = Range(low, high)
    return ranges


def _smoothing(found: Range, weights: Floats) -> Floats:
    """What each channel of an input (and row of its weights) is divided (multiplied) by; their geometric mean is 1."""
    spread = np.maximum(np.maximum(-found.low, found.high), 1e-5)
    heavy = np.maximum(np.abs(weights).max(axis=1), 1e-5)
    divisor = spread**SMOOTHING / heavy ** (1 - SMOOTHING)
    even: Floats = (divisor / np.exp(np.log(divisor).mean())).astype(np.float32)
    return even


def _steps(found: Range) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """The scale and zero point that spread 256 steps over a range with 0 in it."""
    low, high = min(float(found.low.min()), 0.0), max(float(found.high.max()), 0.0)
    step = (high - low) / 255 or 1.0
    return np.array(step, np.float32), np.array(np.clip(np.rint(-low / step), 0, 255), np.uint8)


def _round(array: Floats, axis: int) -> tuple[NDArray[np.int8], Floats]:
    """Symmetric int8 values and their scales along ``axis``."""
    scale = np.abs(array).max(axis=1 - axis) / 127
    scale[scale == 0] = 1
    spread = scale[None, :] if axis == 1 else scale[:, None]
    return np.rint(array / spread).astype(np.int8), scale.astype(np.float32)
