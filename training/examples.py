"""Gold documents → windows with tags, and the order in which an epoch reads them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from govner.reading import read_text
from govner.schema import GoldDocument, Span
from govner.tagger.batches import padded_batches
from govner.tagger.tags import TagScheme
from govner.tagger.windows import plan_windows


@dataclass(frozen=True)
class Example:
    """A gold document as the model sees it: clean text and flat spans in clean offsets.

    ``soft`` holds a teacher's scores (characters, tags), where there is one.
    """

    id: str
    text: str
    spans: tuple[Span, ...]
    soft: NDArray[np.float16] | None = None


@dataclass(frozen=True)
class Unrepresentable:
    """A gold span that the model can never emit, and why."""

    document: str
    span: Span
    text: str
    reason: str


def prepare(
    documents: Iterable[GoldDocument], labels: Sequence[str]
) -> tuple[list[Example], list[Unrepresentable]]:
    """Clean each document as ``annotate`` would and carry its spans over.

    Returns:
        The examples, and every span that had to be left out with the reason.
    """
    examples: list[Example] = []
    lost: list[Unrepresentable] = []
    for doc in documents:
        report = read_text(doc.text, id=doc.id)
        kept: list[Span] = []
        for span in doc.spans:
            clean = report.to_clean(span)
            reason = ""
            if clean is None:
                reason = "cleaning dropped it"
            elif span.label not in labels:
                reason = f"the model has no label {span.label}"
            elif "\n" in report.text[clean.start : clean.end]:
                reason = "it crosses a line break"
            elif kept and clean.start < kept[-1].end:
                reason = "it overlaps the span before it"
            if reason or clean is None:
                lost.append(Unrepresentable(doc.id, span, doc.text[span.start : span.end], reason))
            else:
                kept.append(clean)
        examples.append(Example(doc.id, report.text, tuple(kept)))
    return examples, lost


@dataclass(frozen=True)
class TaggedWindow:
    """What one training step reads of an example."""

    text: str
    tags: NDArray[np.int64]
    soft: NDArray[np.float16] | None = None


def cut(example: Example, scheme: TagScheme, size: int, margin: int) -> list[TaggedWindow]:
    """Windows of one example. A span that a window cuts through is left to the neighbour that holds it whole."""
    windows = []
    for w in plan_windows(example.text, size, margin):
        inside = [
            Span(s.start - w.start, s.end - w.start, s.label)
            for s in example.spans
            if w.start <= s.start and s.end <= w.end
        ]
        soft = None if example.soft is None else example.soft[w.start : w.end]
        windows.append(
            TaggedWindow(example.text[w.start : w.end], scheme.encode(inside, w.end - w.start), soft)
        )
    return windows


def epoch_batches(
    examples: Sequence[Example], scheme: TagScheme, size: int, margin: int, batch_characters: int, seed: int
) -> list[list[TaggedWindow]]:
    """One epoch's batches: windows of varying width, batched by length, batches shuffled. The seed decides all.

    Windows are cut anew each epoch at another width, so that sentences meet other neighbours.
    """
    rng = random.Random(seed)
    windows: list[TaggedWindow] = []
    for example in examples:
        width = rng.randint(max(2 * margin + 1, size // 2), size)
        windows.extend(w for w in cut(example, scheme, width, margin) if w.text.strip())
    windows.sort(key=lambda w: (len(w.text), rng.random()))
    batches = list(padded_batches(windows, lambda w: len(w.text), batch_characters)) or [[]]
    rng.shuffle(batches)
    return batches
