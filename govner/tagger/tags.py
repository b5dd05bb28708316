"""The BIOES tag scheme: spans to tags and back, and which tag may follow which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from govner.schema import Span

#: A log-potential that rules a transition out; finite, so that sums stay finite in float32.
FORBIDDEN = -1e4


@dataclass(frozen=True)
class TagScheme:
    """Tags for a set of labels: ``O`` is 0, then B, I, E, S of each label in turn."""

    labels: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of tags."""
        return 1 + 4 * len(self.labels)

    def tag(self, prefix: str, label: str) -> int:
        """Index of a tag such as B-ORG."""
        return 1 + 4 * self.labels.index(label) + "BIES".index(prefix)

    def encode(self, spans: Iterable[Span], length: int) -> NDArray[np.int64]:
        """Tags, shape (length,), of flat spans.

        Raises:
            ValueError: a span leaves the text, is empty, or overlaps another.
        """
        tags = np.zeros(length, dtype=np.int64)
        for span in spans:
            if not 0 <= span.start < span.end <= length or tags[span.start : span.end].any():
                raise ValueError(
                    f"span {span} is empty, overlaps another or leaves a text of {length} characters"
                )
            first = 1 + 4 * self.labels.index(span.label)
            if span.end - span.start == 1:
                tags[span.start] = first + 3
            else:
                tags[span.start] = first
                tags[span.start + 1 : span.end - 1] = first + 1
                tags[span.end - 1] = first + 2
        return tags

    def decode(self, tags: Sequence[int] | NDArray[np.int64]) -> list[Span]:
        """Spans of a tag sequence that obeys the scheme; what does not close properly is left out."""
        spans: list[Span] = []
        start: int | None = None
        for i, tag in enumerate(tags):
            kind, label = ("O", "") if tag == 0 else ("BIES"[(tag - 1) % 4], self.labels[(tag - 1) // 4])
            if kind == "S":
                spans.append(Span(i, i + 1, label))
            elif kind == "B":
                start = i
            elif kind == "E" and start is not None:
                spans.append(Span(start, i + 1, label))
            if kind in "OSE":
                start = None
        return spans

    @cached_property
    def allowed(self) -> NDArray[np.float32]:
        """Log-mask, shape (tags, tags): 0 where tag j may follow tag i, FORBIDDEN elsewhere."""
        mask = np.full((self.size, self.size), FORBIDDEN, dtype=np.float32)
        for i in range(self.size):
            for j in range(self.size):
                open_ = i > 0 and (i - 1) % 4 in (0, 1)
                continues = j > 0 and (j - 1) % 4 in (1, 2)
                same = i > 0 and j > 0 and (i - 1) // 4 == (j - 1) // 4
                if (open_ and continues and same) or (not open_ and not continues):
                    mask[i, j] = 0.0
        return mask

    @cached_property
    def may_start(self) -> NDArray[np.float32]:
        """Log-mask, shape (tags,), of the first tag."""
        return np.array(
            [0.0 if t == 0 or (t - 1) % 4 in (0, 3) else FORBIDDEN for t in range(self.size)], np.float32
        )

    @cached_property
    def may_end(self) -> NDArray[np.float32]:
        """Log-mask, shape (tags,), of the last tag."""
        return np.array(
            [0.0 if t == 0 or (t - 1) % 4 in (2, 3) else FORBIDDEN for t in range(self.size)], np.float32
        )
