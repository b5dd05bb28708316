"""Losses that look at a batch twice: R-drop and the fast gradient method. Both double the time of a step.

Each takes a featurizer's arrays and tags last, as a network's own ``loss`` does, and gives the loss to descend.
:func:`use_loss` puts one in the place of a network's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from govner.tagger.features import Arrays
from govner.training.model.encoders import Encoder
from govner.training.model.network import TaggerNetwork
from govner.training.model.span_head import GlobalPointerNetwork

#: A network's loss: arrays, tags (batch, characters) → a scalar.
Loss = Callable[[Arrays, Tensor], Tensor]


def r_drop(network: TaggerNetwork, features: Arrays, tags: Tensor, weight: float = 1.0) -> Tensor:
    """R-drop (Liang et al. 2021): two passes under different dropout, and a price on their disagreement.

    The price is the symmetric Kullback–Leibler divergence of the two passes' tag distributions (softmax of emissions),
    mean over characters; the loss is the mean of both passes' plus ``weight`` times it.
    """
    mask = torch.from_numpy(features["chars"] > 0)
    one, two = network.emissions(features).float(), network.emissions(features).float()
    likelihood = (network.crf(one, tags, mask) + network.crf(two, tags, mask)) / 2
    p, q = one[mask].log_softmax(-1), two[mask].log_softmax(-1)
    there = F.kl_div(p, q, log_target=True, reduction="none").sum(-1)
    back = F.kl_div(q, p, log_target=True, reduction="none").sum(-1)
    loss: Tensor = likelihood + weight * (there + back).mean() / 2
    return loss


def fast_gradient(loss: Loss, encoder: Encoder, features: Arrays, tags: Tensor, size: float = 0.03) -> Tensor:
    """Adversarial training (Miyato et al. 2017): a loss, plus itself with embeddings moved where it rises fastest.

    Args:
        loss: what is minimized; it runs the encoder.
        size: length of the move as a share of the length of a window's embeddings, whatever the encoder.
    """
    outputs: dict[nn.Module, Tensor] = {}

    def note(module: nn.Module, out: Tensor) -> Tensor:
        if out.requires_grad:  # a frozen embedding stays where it is
            outputs[module] = out
        return out

    with _embeddings(encoder, note):
        plain = loss(features, tags)
    gradients = torch.autograd.grad(plain, list(outputs.values()), retain_graph=True)
    moves = {
        module: _move(out.detach(), gradient, size)
        for (module, out), gradient in zip(outputs.items(), gradients, strict=True)
    }
    with _embeddings(encoder, lambda module, out: out + moves.get(module, 0.0)):
        both: Tensor = plain + loss(features, tags)
    return both


def _move(embedded: Tensor, gradient: Tensor, size: float) -> Tensor:
    """A step along the gradient for each window of (batch, length, width)."""
    length = embedded.flatten(1).norm(dim=1)[:, None, None]
    steep = gradient.flatten(1).norm(dim=1)[:, None, None]
    move: Tensor = size * length * gradient / steep.clamp_min(1e-12)
    return move


@contextmanager
def _embeddings(encoder: nn.Module, change: Callable[[nn.Module, Tensor], Tensor]) -> Iterator[None]:
    """Within it, what ``change`` gives takes the place of every embedding's output."""

    def hook(module: nn.Module, arguments: Any, out: Tensor) -> Tensor:
        return change(module, out)

    handles = [m.register_forward_hook(hook) for m in encoder.modules() if isinstance(m, nn.Embedding)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def use_loss(network: TaggerNetwork | GlobalPointerNetwork, name: str) -> None:
    """Put ``r_drop`` or ``fast_gradient`` in the place of a network's own loss.

    Raises:
        TypeError: R-drop is wanted for a network that has no random field.
    """
    if name != "r_drop":
        network.loss = partial(fast_gradient, network.loss, network.encoder)  # type: ignore[method-assign]
    elif isinstance(network, TaggerNetwork):
        network.loss = partial(r_drop, network)  # type: ignore[method-assign]
    else:
        raise TypeError("R-drop compares distributions of tags; this network scores spans")
