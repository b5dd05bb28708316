"""A masked-language model that computes its output layer only where something is hidden."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from govner.training.device import Compute
from govner.training.pretrain.config import Optimization
from govner.training.pretrain.masking import IGNORED

#: A row as the masker gives it: inputs and targets.
MaskedRow = tuple[NDArray[np.int64], NDArray[np.int64]]

#: What Hugging Face calls the output layers of masked-language models (BERT, RoBERTa).
_HEADS = ("cls", "lm_head")


class MaskedLanguageModel(nn.Module):
    """Wraps a Hugging Face masked-language model; ``pretrained`` is that model."""

    def __init__(self, pretrained: nn.Module) -> None:
        super().__init__()
        self.pretrained = pretrained
        self._head = next((name for name in _HEADS if hasattr(pretrained, name)), None)

    def forward(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """The summed cross-entropy of the hidden pieces.

        Args:
            inputs: (batch, pieces).
            targets: (batch, pieces), ``IGNORED`` where nothing is hidden.
        """
        flat = targets.flatten()
        hidden = (flat != IGNORED).nonzero().squeeze(1)
        if self._head is None:
            logits = self.pretrained(input_ids=inputs).logits.flatten(0, 1)[hidden]
        else:
            base: nn.Module = getattr(self.pretrained, "base_model")  # noqa: B009 (a property of the library)
            states = base(input_ids=inputs).last_hidden_state
            head: nn.Module = getattr(self.pretrained, self._head)
            logits = head(states.flatten(0, 1)[hidden])
        return F.cross_entropy(logits.float(), flat[hidden], reduction="sum")


def stack(rows: Sequence[MaskedRow], device: torch.device) -> tuple[Tensor, Tensor]:
    """Rows of one length as (batch, pieces) inputs and targets."""
    inputs, targets = (np.stack(part) for part in zip(*rows, strict=True))
    return torch.from_numpy(inputs).to(device), torch.from_numpy(targets).to(device)


def hidden_count(targets: Tensor) -> int:
    """How many pieces are to be restored."""
    return int((targets != IGNORED).sum())


def make_optimizer(model: nn.Module, settings: Optimization) -> torch.optim.AdamW:
    """AdamW; biases and normalizations are not decayed."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim <= 1]
    groups = [
        {"params": matrices, "weight_decay": settings.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.98), eps=1e-6, fused=True)


@torch.no_grad()
def mean_loss(model: MaskedLanguageModel, rows: Sequence[MaskedRow], batch: int, compute: Compute) -> float:
    """Cross-entropy a hidden piece, in nats, over rows masked beforehand; without dropout."""
    model.eval()
    total, count = 0.0, 0
    for start in range(0, len(rows), batch):
        inputs, targets = stack(rows[start : start + batch], compute.device)
        with compute.autocast():
            total += float(model(inputs, targets))
        count += hidden_count(targets)
    model.train()
    return total / max(count, 1)
