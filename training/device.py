"""Where to compute and how precisely: a GPU where there is one, bfloat16 where the processor has it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal

import torch

Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True, slots=True)
class Compute:
    """A device and a precision. Weights and the optimizer stay float32; bfloat16 is for matrix products
    only."""

    device: torch.device
    bfloat16: bool

    def autocast(self) -> AbstractContextManager:
        """The context in which the model runs."""
        if not self.bfloat16:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def __str__(self) -> str:
        name = torch.cuda.get_device_name() if self.device.type == "cuda" else self.device.type
        return f"{name}, {'bfloat16' if self.bfloat16 else 'float32'}"


def choose(precision: Precision, *, gpu: bool = True) -> Compute:
    """The fastest that this machine has; without ``gpu``, of its processor.

    On processors bfloat16 pays only with its own instructions (AMX or AVX-512 BF16); elsewhere it is
    emulated and slower than float32.
    """
    if gpu and torch.cuda.is_available():
        has = torch.cuda.is_bf16_supported(including_emulation=False)
        return Compute(torch.device("cuda"), has if precision == "auto" else precision == "bfloat16")
    if precision == "auto":
        return Compute(torch.device("cpu"), _processor_has_bfloat16())
    return Compute(torch.device("cpu"), precision == "bfloat16")


def _processor_has_bfloat16() -> bool:
    # Private in torch, hence the defaults.
    names = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    checks = (getattr(torch.cpu, name, None) for name in names)
    return any(check is not None and check() for check in checks)
