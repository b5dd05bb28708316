"""Linear-chain conditional random field, decoding side, in numpy.

Lafferty, McCallum and Pereira (2001). Sequences are decoded together: the loop runs over positions, the batch is a
matrix. The probability of a span is exact: the share of the probability mass of all tag sequences that is held by
those in which the span stands with just its edges and label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from govner.schema import Span
from govner.tagger.tags import TagScheme

Float = NDArray[np.float32]


@dataclass(frozen=True)
class ScoredSpan:
    """A span and the probability the model gives it."""

    start: int
    end: int
    label: str
    score: float


def _logsumexp(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    top = values.max(axis=axis, keepdims=True)
    total: NDArray[np.float64] = np.log(np.exp(values - top).sum(axis=axis, keepdims=True)) + top
    return total.squeeze(axis)


@dataclass(frozen=True)
class CRF:
    """Transition scores (tags, tags) and the scheme that rules transitions out."""

    scheme: TagScheme
    transitions: Float

    def decode(self, emissions: Sequence[Float]) -> list[list[ScoredSpan]]:
        """Best spans of each sequence with their probabilities.

        Args:
            emissions: one array (length, tags) of log-potentials a sequence; lengths may differ and be 0.
        """
        order = sorted((i for i, e in enumerate(emissions) if len(e)), key=lambda i: len(emissions[i]))
        found: list[list[ScoredSpan]] = [[] for _ in emissions]
        for at in range(0, len(order), 64):  # sequences of like length go together: little padding
            group = order[at : at + 64]
            for i, spans in zip(group, self._decode_group([emissions[i] for i in group]), strict=True):
                found[i] = spans
        return found

    def _pad(self, group: Sequence[Float]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        lengths = np.array([len(e) for e in group])
        padded = np.zeros((len(group), int(lengths.max()), self.scheme.size))
        for row, e in zip(padded, group, strict=True):
            row[: len(e)] = e
        return padded, lengths

    def _decode_group(self, group: Sequence[Float]) -> list[list[ScoredSpan]]:
        padded, lengths = self._pad(group)
        spans = [self.scheme.decode(tags) for tags in self._viterbi(padded, lengths)]
        if not any(spans):
            return [[] for _ in group]
        busy = [
            i for i, s in enumerate(spans) if s
        ]  # the forward and backward passes only where there is a span
        sub, sub_lengths = padded[busy], lengths[busy]
        alpha, beta = self._forward(sub, sub_lengths), self._backward(sub, sub_lengths)
        last = alpha[np.arange(len(busy)), sub_lengths - 1] + self.scheme.may_end
        log_z = _logsumexp(last, axis=1)
        scored: list[list[ScoredSpan]] = [[] for _ in group]
        for row, i in enumerate(busy):
            for span in spans[i]:
                p = self._span_log_potential(span, sub[row], alpha[row], beta[row]) - log_z[row]
                scored[i].append(ScoredSpan(span.start, span.end, span.label, float(min(1.0, np.exp(p)))))
        return scored

    @property
    def _scores(self) -> NDArray[np.float64]:
        return (self.transitions + self.scheme.allowed).astype(np.float64)

    def _viterbi(self, e: NDArray[np.float64], lengths: NDArray[np.int64]) -> list[list[int]]:
        n, size, _ = e.shape
        scores = self._scores
        best = e[:, 0] + self.scheme.may_start
        back = np.zeros((n, size, self.scheme.size), dtype=np.int64)
        final = np.where((lengths == 1)[:, None], best, 0.0)
        for t in range(1, size):
            candidates = best[:, :, None] + scores[None]
            back[:, t] = candidates.argmax(axis=1)
            best = np.take_along_axis(candidates, back[:, t][:, None], axis=1)[:, 0] + e[:, t]
            final = np.where((lengths == t + 1)[:, None], best, final)
        paths = []
        for row in range(n):
            tag = int((final[row] + self.scheme.may_end).argmax())
            path = [tag]
            for t in range(int(lengths[row]) - 1, 0, -1):
                tag = int(back[row, t, tag])
                path.append(tag)
            paths.append(path[::-1])
        return paths

    def _forward(self, e: NDArray[np.float64], lengths: NDArray[np.int64]) -> NDArray[np.float64]:
        alpha = np.empty_like(e)
        alpha[:, 0] = e[:, 0] + self.scheme.may_start
        scores = self._scores
        for t in range(1, e.shape[1]):
            alpha[:, t] = _logsumexp(alpha[:, t - 1][:, :, None] + scores[None], axis=1) + e[:, t]
        return alpha

    def _backward(self, e: NDArray[np.float64], lengths: NDArray[np.int64]) -> NDArray[np.float64]:
        beta = np.empty_like(e)
        scores = self._scores
        beta[:, -1] = self.scheme.may_end
        for t in range(e.shape[1] - 2, -1, -1):
            step = _logsumexp(scores[None] + (e[:, t + 1] + beta[:, t + 1])[:, None, :], axis=2)
            beta[:, t] = np.where((lengths - 1 == t)[:, None], self.scheme.may_end, step)
        return beta

    def _span_log_potential(
        self, span: Span, e: NDArray[np.float64], alpha: NDArray[np.float64], beta: NDArray[np.float64]
    ) -> float:
        tags = self.scheme.encode([Span(0, span.end - span.start, span.label)], span.end - span.start)
        scores = self._scores
        value = alpha[span.start, tags[0]]
        for k in range(1, len(tags)):
            value += scores[tags[k - 1], tags[k]] + e[span.start + k, tags[k]]
        return float(value + beta[span.end - 1, tags[-1]])
