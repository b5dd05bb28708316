"""Linear-chain conditional random field, decoding side, in numpy.

Lafferty, McCallum and Pereira (2001). Sequences are decoded together: the loop runs over positions, the batch is a
matrix. The probability of a span is exact: the share of the probability mass of all tag sequences that is held by
those in which the span stands with just its edges and label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from govner.schema import Span
from govner.tagger.batches import padded_batches
from govner.tagger.tags import TagScheme

#: Positions, padding included, that are decoded at once: one line of a page without line breaks goes alone.
GROUP_POSITIONS = 20_000
#: The least logarithm of a tag's share at a position: the exponential of less would be 0, and 0 divided by 0 is nothing.
LEAST = -600.0

Float = NDArray[np.float32]
Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class ScoredSpan:
    """A span and the probability the model gives it."""

    start: int
    end: int
    label: str
    score: float


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
        found: list[list[ScoredSpan]] = [[] for _ in emissions]
        for group in self._groups(emissions):
            for i, spans in zip(group, self._decode_group([emissions[i] for i in group]), strict=True):
                found[i] = spans
        return found

    def _groups(self, emissions: Sequence[Float]) -> Iterator[list[int]]:
        """Sequences of like length together, so that there is little padding; none of them empty."""
        order = sorted((i for i, e in enumerate(emissions) if len(e)), key=lambda i: len(emissions[i]))
        return padded_batches(order, lambda i: len(emissions[i]), GROUP_POSITIONS, count=64)

    def _pad(self, group: Sequence[Float]) -> tuple[Doubles, Integers]:
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
        busy = [i for i, s in enumerate(spans) if s]  # probabilities only where there is a span
        scored: list[list[ScoredSpan]] = [[] for _ in group]
        for i, logs in zip(
            busy, self._log_probabilities(padded[busy], lengths[busy], [spans[i] for i in busy]), strict=True
        ):
            scored[i] = [
                ScoredSpan(s.start, s.end, s.label, float(min(1.0, np.exp(p))))
                for s, p in zip(spans[i], logs, strict=True)
            ]
        return scored

    @property
    def _scores(self) -> Doubles:
        return (self.transitions + self.scheme.allowed).astype(np.float64)

    def _viterbi(self, e: Doubles, lengths: Integers) -> list[list[int]]:
        """The best tags of each sequence; ``e`` (sequences, positions, tags)."""
        n, size, _ = e.shape
        into = np.ascontiguousarray(self._scores.T)  # (to, from): the maximum runs over neighbours in memory
        best = np.empty_like(e)
        best[:, 0] = e[:, 0] + self.scheme.may_start
        for t in range(1, size):
            best[:, t] = (best[:, t - 1][:, None, :] + into).max(axis=2) + e[:, t]
        # Only the way back asks which tag it was, and only for one tag a sequence.
        tags = np.zeros((n, size), dtype=np.int64)
        rows = np.arange(n)
        tags[rows, lengths - 1] = (best[rows, lengths - 1] + self.scheme.may_end).argmax(axis=1)
        for t in range(size - 1, 0, -1):
            before = (best[:, t - 1] + into[tags[:, t]]).argmax(axis=1)
            tags[:, t - 1] = np.where(t < lengths, before, tags[:, t - 1])
        return [row[:length].tolist() for row, length in zip(tags, lengths, strict=True)]

    def _log_probabilities(
        self, e: Doubles, lengths: Integers, spans: Sequence[Sequence[Span]]
    ) -> list[list[float]]:
        """Log-probability of each span of each sequence, by the forward and backward passes.

        Both are matrix products of probabilities, scaled at every position to a sum of 1 (Rabiner 1989, V.A), much faster
        than sums of logarithms.
        """
        n, size, _ = e.shape
        scores = self._scores
        steps = np.exp(scores)
        e = np.maximum(e - e.max(axis=2, keepdims=True), LEAST)
        emitted = np.exp(e)
        forward, backward = np.empty_like(e), np.empty_like(e)
        before, after = np.zeros((n, size)), np.zeros((n, size))  # logarithms of the scales so far
        forward[:, 0] = emitted[:, 0] * np.exp(self.scheme.may_start)
        for t in range(size):
            if t:
                forward[:, t] = (forward[:, t - 1] @ steps) * emitted[:, t]
            total = forward[:, t].sum(axis=1)
            forward[:, t] /= total[:, None]
            before[:, t] = np.log(total) + (before[:, t - 1] if t else 0.0)
        end = np.exp(self.scheme.may_end).astype(np.float64)
        backward[:, -1] = end
        for t in range(size - 2, -1, -1):
            step = (backward[:, t + 1] * emitted[:, t + 1]) @ steps.T
            total = step.sum(axis=1)
            last = lengths - 1 == t
            backward[:, t] = np.where(last[:, None], end, step / total[:, None])
            after[:, t] = np.where(last, 0.0, np.log(total) + after[:, t + 1])
        rows = np.arange(n)
        whole = np.log((forward[rows, lengths - 1] * end).sum(axis=1)) + before[rows, lengths - 1]
        with np.errstate(divide="ignore"):  # a tag that cannot stand has the logarithm of 0
            first = np.log(forward) + before[:, :, None]
            rest = np.log(backward) + after[:, :, None]
        return [
            [self._path(s, scores, e[r], first[r], rest[r]) - whole[r] for s in spans[r]] for r in range(n)
        ]

    def _path(self, span: Span, scores: Doubles, e: Doubles, first: Doubles, rest: Doubles) -> float:
        """Log-potential of all sequences in which a span stands."""
        tags = self.scheme.encode([Span(0, span.end - span.start, span.label)], span.end - span.start)
        inner = e[np.arange(span.start + 1, span.end), tags[1:]].sum()
        moves = scores[tags[:-1], tags[1:]].sum()
        return float(first[span.start, tags[0]] + inner + moves + rest[span.end - 1, tags[-1]])
