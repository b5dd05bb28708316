"""A span classifier in place of tags: GlobalPointer (Su et al. 2022, arXiv 2208.03054).

Every stretch of a window gets a score a label, the product of a vector of its first and one of its last character,
both rotated by their position (Su et al. 2021) so that the score knows how long the stretch is. A score above 0 says
that the stretch is a span; the loss holds the scores of all spans above 0 and those of all other stretches below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from govner.schema import Span
from govner.tagger.crf import ScoredSpan
from govner.tagger.features import Arrays, Featurizer
from govner.tagger.tags import TagScheme
from govner.tagger.windows import Window, plan_windows
from govner.training.model.encoders import Encoder

#: A score that no stretch of its own can have; finite, so that sums stay finite in float32.
_IMPOSSIBLE = -1e4
#: Windows that are scored together; their scores are quadratic in length.
_WINDOWS_A_BATCH = 16


class GlobalPointerNetwork(nn.Module):
    """Arrays of a featurizer → scores (batch, labels, characters, characters) of [first, last] character.

    Args:
        head: width of the vectors of first and last characters; even, for positions rotate pairs.
    """

    def __init__(self, encoder: Encoder, labels: Sequence[str], dropout: float, head: int = 64) -> None:
        super().__init__()
        self.labels = tuple(labels)
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.head = head
        self.output = nn.Linear(encoder.width, len(self.labels) * 2 * head)
        self.scheme = TagScheme(self.labels)

    def forward(self, *arrays: Tensor) -> Tensor:
        """Scores from the encoder's inputs, in the order of ``encoder.inputs``."""
        hidden = self.output(self.dropout(self.encoder(*arrays))).float()
        batch, length, _ = hidden.shape
        first, last = hidden.view(batch, length, len(self.labels), 2, self.head).unbind(3)
        turn = rotation(length, self.head, hidden.device)
        # In bfloat16 a sum over the head would be off by more than what tells a span from its neighbour.
        with torch.autocast(hidden.device.type, enabled=False):
            products: Tensor = torch.einsum("bilh,bjlh->blij", rotate(first, turn), rotate(last, turn))
        scores: Tensor = products / self.head**0.5
        return scores

    def scores(self, features: Arrays) -> Tensor:
        """Scores from a featurizer's arrays, :data:`_IMPOSSIBLE` where padded or where the last character stands before the
        first."""
        scores = self(*(torch.from_numpy(features[name]) for name in self.encoder.inputs))
        real = torch.from_numpy(features["chars"] > 0)
        possible = (real[:, :, None] & real[:, None, :]).triu()[:, None]
        return torch.where(possible, scores, scores.new_tensor(_IMPOSSIBLE))

    def loss(self, features: Arrays, tags: Tensor) -> Tensor:
        """Mean multi-label loss of a window and label; tags as for the random field, (batch, characters)."""
        scores = self.scores(features)
        gold = torch.zeros(scores.shape, dtype=torch.bool)
        for row, own in enumerate(tags.numpy()):
            for span in self.scheme.decode(own):
                gold[row, self.labels.index(span.label), span.start, span.end - 1] = True
        return multilabel_loss(scores.flatten(2), gold.flatten(2))


def rotation(length: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosines and sines (length, 1, width) by which positions turn pairs of numbers."""
    rates = 10000.0 ** (-torch.arange(0, width, 2, device=device) / width)
    angles = torch.arange(length, device=device)[:, None] * rates[None]
    angles = angles.repeat_interleave(2, dim=1)[:, None]
    return angles.cos(), angles.sin()


def rotate(vectors: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Turn vectors (batch, length, labels, width) by their position."""
    even, odd = vectors[..., 0::2], vectors[..., 1::2]
    crossed = torch.stack((-odd, even), dim=-1).flatten(-2)
    return vectors * turn[0] + crossed * turn[1]


def multilabel_loss(scores: Tensor, gold: Tensor) -> Tensor:
    """``log(1 + Σ exp(s) of others) + log(1 + Σ exp(-s) of gold)``, mean over all but the last dimension."""
    zero = scores.new_zeros((*scores.shape[:-1], 1))
    others = torch.cat((torch.where(gold, scores.new_tensor(_IMPOSSIBLE), scores), zero), dim=-1)
    right = torch.cat((torch.where(gold, -scores, scores.new_tensor(_IMPOSSIBLE)), zero), dim=-1)
    loss: Tensor = (others.logsumexp(-1) + right.logsumexp(-1)).mean()
    return loss


def flat(candidates: Iterable[ScoredSpan]) -> list[ScoredSpan]:
    """Spans that do not overlap, in reading order: the most probable of all is taken first, then the next that fits.

    Of equally probable ones the first in the text is taken, then the longest.
    """
    chosen: list[ScoredSpan] = []
    taken: set[int] = set()
    for span in sorted(candidates, key=lambda s: (-s.score, s.start, -s.end, s.label)):
        places = range(span.start, span.end)
        if taken.isdisjoint(places):
            taken.update(places)
            chosen.append(span)
    return sorted(chosen, key=lambda s: s.start)


def predict(
    network: GlobalPointerNetwork, featurizer: Featurizer, texts: Sequence[str], size: int, margin: int
) -> list[list[ScoredSpan]]:
    """Spans of each text in reading order; none overlaps another or crosses a line. A score is the sigmoid of the network's.

    Where windows overlap, the one that keeps a span's first character decides about it.
    """
    network.eval()
    found: list[list[ScoredSpan]] = [[] for _ in texts]
    jobs = [(i, w) for i, text in enumerate(texts) for w in plan_windows(text, size, margin)]
    jobs.sort(key=lambda job: job[1].end - job[1].start)
    for at in range(0, len(jobs), _WINDOWS_A_BATCH):
        batch = jobs[at : at + _WINDOWS_A_BATCH]
        with torch.inference_mode():
            scores = network.scores(featurizer([texts[i][w.start : w.end] for i, w in batch])).numpy()
        for own, (i, window) in zip(scores, batch, strict=True):
            found[i].extend(_candidates(own, window, texts[i], network.labels))
    return [flat(spans) for spans in found]


def _candidates(
    scores: NDArray[np.float32], window: Window, text: str, labels: Sequence[str]
) -> list[ScoredSpan]:
    spans = []
    for label, first, last in zip(*(axis.tolist() for axis in np.nonzero(scores > 0)), strict=True):
        start, end = window.start + first, window.start + last + 1
        kept = window.keep_start <= start < window.keep_end
        if kept and not set(text[start:end]) & {"\n", "\r"}:
            probability = 1 / (1 + float(np.exp(-scores[label, first, last])))
            spans.append(ScoredSpan(start, end, labels[label], probability))
    return spans


def spans_of(found: Iterable[ScoredSpan]) -> list[Span]:
    """Predictions without their probabilities."""
    return [Span(s.start, s.end, s.label) for s in found]
