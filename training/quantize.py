"""Eight-bit graphs: a quarter of the size; with a sample of text to measure on, products are computed in integers too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from govner.tagger.features import Arrays

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

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
    (``OnnxRunner``). With one, the inputs of a pretrained encoder's products are rounded to uint8 as well, each on a fixed
    scale from the values met in the sample, so that a text's scores do not depend on what else is in its batch. A few
    channels have values ten times the others' and would leave these no steps: they are divided before rounding and the
    weights multiplied (SmoothQuant), except where one rounded input serves several products (query, key, value), which
    have no such channels.

    Args:
        graph: a float graph whose initializers have the names of their parameters.
        sample: a featurizer's arrays of typical text, without padding.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load_from_string(graph)
    build = _Build({i.name: numpy_helper.to_array(i) for i in model.graph.initializer})
    products = _products(model, build.held)
    ranges = _measure(model, products, sample)
    axes = {n.input[1]: 1 for n in model.graph.node if n.op_type == "MatMul"}
    axes |= {n.input[0]: 0 for n in model.graph.node if n.op_type == "Gather"}
    integer = {n.input[1] for n in products} if ranges else set()
    for name, array in build.held.items():
        if name not in axes or not _worth(array):
            build.parts[name] = array
        elif name not in integer:
            build.store(name, axes[name])
    readers = Counter(n.input[0] for n in model.graph.node if n.op_type == "MatMul" and n.input[1] in integer)
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in integer:
            build.multiply(node, ranges[node.input[0]], alone=readers[node.input[0]] == 1)
        else:
            build.nodes.append(node)
    if integer:
        model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(a), n) for n, a in build.parts.items())
    model.graph.node.extend(build.nodes)
    data: bytes = model.SerializeToString()
    return data


def integer_products(graph: bytes) -> int:
    """How many products of a graph are computed in integers."""
    import onnx

    return sum(n.op_type == "MatMulIntegerToFloat" for n in onnx.load_from_string(graph).graph.node)


@dataclass
class _Build:
    """The eight-bit graph while it is made: initializers and nodes."""

    held: Mapping[str, NDArray]
    parts: dict[str, NDArray] = field(default_factory=dict)
    nodes: list[NodeProto] = field(default_factory=list)
    rounded: set[str] = field(default_factory=set)

    def store(self, name: str, axis: int) -> None:
        """A weight in eight bits that is turned back to float when the graph is loaded."""
        from onnx import helper

        ends = self._round(name, self.held[name], axis)
        self.nodes.append(helper.make_node("DequantizeLinear", ends, [name], f"{name}_float", axis=axis))

    def multiply(self, node: NodeProto, found: Range, alone: bool) -> None:
        """A product in integers. ``alone``: no other product reads the same input, so it can be smoothed."""
        from onnx import helper

        source, name = node.input
        array = self.held[name]
        if alone:
            divisor = _smoothing(found, array)
            self.parts[f"{name}_smooth"] = 1 / divisor
            self.nodes.append(helper.make_node("Mul", [source, f"{name}_smooth"], [f"{name}_smoothed"]))
            source, array = f"{name}_smoothed", array * divisor[:, None]
            found = Range(found.low / divisor, found.high / divisor)
        step, zero = f"{source}_step", f"{source}_zero"
        if source not in self.rounded:
            self.rounded.add(source)
            self.parts[step], self.parts[zero] = _steps(found)
            self.nodes.append(helper.make_node("QuantizeLinear", [source, step, zero], [f"{source}_rounded"]))
        small, scale, zero_point = self._round(name, array, 1)
        inputs = [f"{source}_rounded", small, step, scale, zero, zero_point]
        self.nodes.append(
            helper.make_node(
                "MatMulIntegerToFloat", inputs, list(node.output), node.name, domain="com.microsoft"
            )
        )

    def _round(self, name: str, array: Floats, axis: int) -> list[str]:
        """Symmetric int8 values and their scales along ``axis``: the names of values, scales and zero points."""
        scale = np.abs(array).max(axis=1 - axis) / 127
        scale[scale == 0] = 1
        spread = scale[None, :] if axis == 1 else scale[:, None]
        ends = [f"{name}_quantized", f"{name}_scale", f"{name}_zero_point"]
        values = np.rint(array / spread).astype(np.int8)
        self.parts |= dict(
            zip(ends, (values, scale.astype(np.float32), np.zeros(len(scale), np.int8)), strict=True)
        )
        return ends


def _worth(array: NDArray) -> bool:
    """Is it a float matrix large enough to store in eight bits?"""
    return array.ndim == 2 and array.size >= MINIMUM and array.dtype == np.float32


def _products(model: ModelProto, held: Mapping[str, NDArray]) -> list[NodeProto]:
    """The products that can be computed in integers."""
    return [
        n
        for n in model.graph.node
        if n.op_type == "MatMul"
        and n.input[1].startswith(INTEGER)
        and n.input[1] in held
        and _worth(held[n.input[1]])
    ]


def _measure(model: ModelProto, products: Sequence[NodeProto], sample: Iterable[Arrays]) -> dict[str, Range]:
    """The range of every input of the products over a sample; {} without one, or without products."""
    import onnx
    import onnxruntime
    from onnx import helper

    names = sorted({n.input[0] for n in products})
    batches = iter(sample)
    first = next(batches, None)
    if first is None or not names:
        return {}
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_empty_tensor_value_info(n) for n in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    wanted = {i.name for i in session.get_inputs()}
    ranges: dict[str, Range] = {}
    for arrays in (first, *batches):
        values = session.run(names, {k: v for k, v in arrays.items() if k in wanted})
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
