"""The training side of the conditional random field: its negative log-likelihood in torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from govner.tagger.tags import TagScheme


class CRFLoss(nn.Module):
    """Negative log-likelihood of tag sequences under a linear-chain random field (Lafferty et al. 2001).

    ``transitions`` (tags, tags) is learnt; what the scheme forbids stays forbidden.
    """

    allowed: Tensor
    may_start: Tensor
    may_end: Tensor

    def __init__(self, scheme: TagScheme) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(scheme.size, scheme.size))
        self.register_buffer("allowed", torch.from_numpy(scheme.allowed), persistent=False)
        self.register_buffer("may_start", torch.from_numpy(scheme.may_start), persistent=False)
        self.register_buffer("may_end", torch.from_numpy(scheme.may_end), persistent=False)

    def forward(self, emissions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Loss summed over sequences and divided by the number of characters.

        Args:
            emissions: (batch, length, tags).
            tags: (batch, length), anything where padded.
            mask: (batch, length), True for characters; each row starts with one.
        """
        scores = self.transitions + self.allowed
        likelihood = self._path(emissions, tags, mask, scores) - self._partition(emissions, mask, scores)
        return -likelihood.sum() / mask.sum()

    def _path(self, emissions: Tensor, tags: Tensor, mask: Tensor, scores: Tensor) -> Tensor:
        real = mask.to(emissions.dtype)
        at_tags = emissions.gather(2, tags.unsqueeze(2)).squeeze(2) * real
        steps = scores[tags[:, :-1], tags[:, 1:]] * real[:, 1:]
        last = tags.gather(1, (mask.sum(1, keepdim=True) - 1)).squeeze(1)
        return at_tags.sum(1) + steps.sum(1) + self.may_start[tags[:, 0]] + self.may_end[last]

    def _partition(self, emissions: Tensor, mask: Tensor, scores: Tensor) -> Tensor:
        alpha = emissions[:, 0] + self.may_start
        for t in range(1, emissions.shape[1]):
            step = torch.logsumexp(alpha.unsqueeze(2) + scores, dim=1) + emissions[:, t]
            alpha = torch.where(mask[:, t, None], step, alpha)
        return torch.logsumexp(alpha + self.may_end, dim=1)
