"""Eight-bit graphs: a quarter of the size, and faster on processors with integer dot products."""

from __future__ import annotations

import tempfile
from pathlib import Path


def quantize(graph: bytes) -> bytes:
    """Dynamic int8 quantization of matrix products and embedding tables, one scale a column.

    Weights are unsigned: products of unsigned and signed bytes saturate on x86 without VNNI (onnxruntime's documentation
    of ``reduce_range``). Measured on six development reports: float F1 0.785, unsigned 0.782, signed 0.762, signed with
    seven bits 0.772. The few products outside the pretrained encoder stay in float; they weigh nothing.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as folder:
        plain, ready, small = (Path(folder) / name for name in ("plain.onnx", "ready.onnx", "small.onnx"))
        plain.write_bytes(graph)
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        nodes = onnx.load(ready).graph.node
        heads = [n.name for n in nodes if n.op_type == "MatMul" and "backbone" not in n.name]
        quantize_dynamic(
            str(ready),
            str(small),
            op_types_to_quantize=["MatMul", "Gather"],
            per_channel=True,
            nodes_to_exclude=heads,
            weight_type=QuantType.QUInt8,
        )
        return small.read_bytes()
