"""Eight-bit graphs: a quarter of the size, and faster on processors with integer dot products."""

from __future__ import annotations

import tempfile
from pathlib import Path


def quantize(graph: bytes) -> bytes:
    """Dynamic int8 quantization of matrix products and embedding tables, one scale a column.

    Weights use seven bits: without VNNI the 8-bit products of x86 saturate (onnxruntime's documentation of
    ``reduce_range``), and the model must give the same spans on every machine.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as folder:
        plain, ready, small = (Path(folder) / name for name in ("plain.onnx", "ready.onnx", "small.onnx"))
        plain.write_bytes(graph)
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(
            str(ready),
            str(small),
            op_types_to_quantize=["MatMul", "Gather"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
        return small.read_bytes()
