"""More training text out of labelled text: mentions replaced by others of their label (Dai and Adel 2020)."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govner.schema import Span
from govner.training.examples import Example


@dataclass(frozen=True)
class Mentions:
    """The distinct surfaces of each label in training examples, sorted."""

    of_label: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Mentions:
        """Surfaces of all spans."""
        found: dict[str, set[str]] = {}
        for example in examples:
            for span in example.spans:
                found.setdefault(span.label, set()).add(example.text[span.start : span.end])
        return cls({label: tuple(sorted(own)) for label, own in sorted(found.items())})


def replace_mentions(
    examples: Sequence[Example], mentions: Mentions, share: float, seed: int
) -> list[Example]:
    """The examples with about a ``share`` of their spans replaced; the others' offsets move along.

    A span's replacement is any surface of its label, its own included; surfaces that occur once are as likely as frequent
    ones. Spans must be flat and in reading order, as :func:`govner.training.examples.prepare` leaves them.
    """
    rng = random.Random(seed)
    return [_replaced(example, mentions, share, rng) for example in examples]


def _replaced(example: Example, mentions: Mentions, share: float, rng: random.Random) -> Example:
    pieces: list[str] = []
    spans: list[Span] = []
    read = written = 0
    for span in example.spans:
        surface = example.text[span.start : span.end]
        if rng.random() < share:
            surface = rng.choice(mentions.of_label.get(span.label, (surface,)))
        before = example.text[read : span.start]
        start = written + len(before)
        pieces += (before, surface)
        spans.append(Span(start, start + len(surface), span.label))
        read, written = span.end, start + len(surface)
    return Example(example.id, "".join((*pieces, example.text[read:])), tuple(spans))
