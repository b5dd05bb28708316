"""Self-training: a model's own confident labels on text nobody has labelled. They are never gold and never written as such.

Held-out reports are refused by :func:`govner.training.held_out.assert_trainable`; in cross-validation so is whatever
comes from a place of the fold that is scored, and every line that is labelled already.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from govner.anchors import squeeze
from govner.reading import read
from govner.reading.places import short_name
from govner.schema import GoldDocument, Report, Span
from govner.tagger.crf import ScoredSpan
from govner.training.examples import Example
from govner.training.folds import Fold, place_of
from govner.training.held_out import LIMIT, assert_trainable, is_held_out, shingles

#: Finds spans in clean texts.
Find = Callable[[Sequence[str]], list[list[ScoredSpan]]]

_SHORTEST_LINE = 12


def unlabelled(folder: str, labelled: Sequence[GoldDocument], fold: Fold) -> list[Example]:
    """Reports of a folder without spans, fit to be pseudo-labelled beside a fold's training documents.

    Left out are held-out reports, reports that any document to be scored stands in, reports of a scored place or of
    none that is known, and lines that stand in a labelled document.

    Args:
        labelled: all labelled documents, of this fold or not.
    """
    tested = [own for d in fold.test if len(own := shingles(d.text))]
    places = {place_of(d) for d in fold.test}
    known = {squeeze(line).text for d in labelled for line in d.text.splitlines()}
    found = []
    for report in read([folder]):
        if not isinstance(report, Report) or is_held_out(report.text, report.source):
            continue
        place = short_name(str(report.meta.get("place") or ""))
        own = shingles(report.text)
        if not place or place in places or any(np.isin(t, own).mean() > LIMIT for t in tested):
            continue
        lines = [
            line
            for line in report.text.splitlines()
            if len(line) >= _SHORTEST_LINE and squeeze(line).text not in known
        ]
        # Of a report that shares a part with a held-out one, that part may be all that is left.
        rest = "\n".join(lines)
        if lines and not is_held_out(rest, report.source):
            found.append(Example(report.source, rest, ()))
    assert_trainable((e.id, e.text) for e in found)
    return found


def pseudo_labelled(
    find: Find, examples: Sequence[Example], threshold: float, characters: int, seed: int
) -> list[Example]:
    """Lines on whose every span the model is sure, with these spans.

    A line without spans says nothing of how sure the model is and is left out, so that not all that it overlooks is taught
    to be nothing.

    Args:
        find: the model.
        threshold: the least probability of a span.
        characters: about how many to keep, from reports in random order.
    """
    order = list(examples)
    random.Random(seed).shuffle(order)
    kept: list[Example] = []
    have = 0
    for example in order:
        if have >= characters:
            break
        (spans,) = find([example.text])
        sure = _sure_lines(example, spans, threshold)
        if sure.text:
            kept.append(sure)
            have += len(sure.text)
    return kept


def _sure_lines(example: Example, found: Iterable[ScoredSpan], threshold: float) -> Example:
    lines: list[str] = []
    spans: list[Span] = []
    predicted = list(found)
    read_to = written = 0
    for line in example.text.split("\n"):
        inside = [s for s in predicted if read_to <= s.start and s.end <= read_to + len(line)]
        if inside and min(s.score for s in inside) >= threshold:
            move = written - read_to
            spans += [Span(s.start + move, s.end + move, s.label) for s in inside]
            lines.append(line)
            written += len(line) + 1
        read_to += len(line) + 1
    return Example(f"pseudo:{example.id}", "\n".join(lines), tuple(spans))
