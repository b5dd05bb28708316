"""Scores by what spans are like: seen in training, long, quoted, in dense text, of which level and period."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from govner.evaluation.counts import ABSENT, CORRECT, Counts, Score, histogram
from govner.evaluation.errors import strict_hits
from govner.evaluation.gold import Gold, units, year_of
from govner.evaluation.matching import overlapping
from govner.evaluation.resampling import Interval, bootstrap, strata
from govner.evaluation.spans import ScoredSpan, label_order, span_table
from govner.schema import Span

#: Attributes in the order of reports, with what they mean.
ATTRIBUTES: dict[str, str] = {
    "surface": "is the string a span in training, with this label",
    "length": "characters",
    "density": "gold spans per 100 characters of the paragraph",
    "level": "level of government",
    "period": "year of the report",
    "role": "what the stretch does in the report",
    "quotes": "quotation marks around or inside",
    "brackets": "inside round brackets",
    "coordination": "next to 、 or 和, 与, 及",
}

_OPENING, _CLOSING = "“‘\"'「『《", "”’\"'」』》"
_QUOTES = re.compile("[“”‘’「」『』]")
_PERIODS = ((2002, "to 2002"), (2012, "2003–2012"), (2017, "2013–2017"), (2022, "2018–2022"))
_LENGTHS = ((2, "1–2"), (4, "3–4"), (7, "5–7"), (12, "8–12"))
_DENSITIES = ((0, "0"), (2, "up to 2"), (4, "2–4"), (7, "4–7"))


@dataclass(frozen=True, slots=True)
class Slice:
    """The strict score of the spans that have one value of an attribute."""

    attribute: str
    value: str
    score: Score
    f1: Interval


def _bucket(value: float, bounds: Sequence[tuple[float, str]], above: str) -> str:
    return next((name for bound, name in bounds if value <= bound), above)


class _Describer:
    """Values of all attributes for spans of one document."""

    def __init__(self, gold: Gold, seen: Mapping[str, frozenset[str]] | None) -> None:
        self.gold, self.seen = gold, seen
        ends = [*gold.paragraphs[1:], len(gold.text)]
        self.density = []
        for start, end in zip(gold.paragraphs, ends, strict=True):
            size = len("".join(gold.text[start:end].split()))
            inside = sum(start <= span.start < end for span in gold.spans)
            self.density.append(_bucket(100 * inside / size if size else 0, _DENSITIES, "over 7"))
        self.depth = np.cumsum([(c in "（(") - (c in "）)") for c in gold.text]) if gold.text else np.zeros(0)

    def describe(self, span: Span | ScoredSpan) -> Iterator[tuple[str, str]]:
        text = self.gold.text
        surface = text[span.start : span.end]
        before, after = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 1]
        if self.seen is not None:
            yield "surface", self._seen(surface, span.label)
        yield "length", _bucket(len(surface), _LENGTHS, "over 12")
        at = int(np.searchsorted(self.gold.paragraphs, span.start, side="right")) - 1
        yield "density", self.density[at]
        if self.gold.level:
            yield "level", self.gold.level
        year = year_of(self.gold.meta)
        if year:
            yield "period", _bucket(year, _PERIODS, "2023 on")
        role = self._role(span.start)
        if role:
            yield "role", role
        quoted = before != "" and after != "" and before in _OPENING and after in _CLOSING
        yield "quotes", "around" if quoted else "inside" if _QUOTES.search(surface) else "none"
        yield "brackets", "inside" if self.depth[span.start] > 0 and surface[0] not in "（(" else "outside"
        joined = (before and before in "、和与及") or (after and after in "、和与及")
        yield "coordination", "coordinated" if joined else "alone"

    def _seen(self, surface: str, label: str) -> str:
        assert self.seen is not None
        if surface in self.seen.get(label, frozenset()):
            return "seen"
        return "seen with another label" if any(surface in own for own in self.seen.values()) else "unseen"

    def _role(self, start: int) -> str:
        clean = self.gold.report.alignment.to_clean(start, start + 1)
        if clean is None:
            return ""
        around = [s.role for s in self.gold.report.sections if s.start <= clean[0] < s.end and s.role]
        return around[-1] if around else ""


def slices(
    golds: Sequence[Gold],
    predicted: Sequence[Sequence[ScoredSpan]],
    seen: Mapping[str, frozenset[str]] | None = None,
    *,
    seed: int = 0,
    repeats: int = 1000,
) -> list[Slice]:
    """Strict scores by attribute: recall over gold spans with a value, precision over predictions with it.

    Args:
        seen: surfaces of each label in the training data; without it the attribute ``surface`` is left out.

    Returns:
        Slices in the order of ATTRIBUTES; an attribute with one value only is left out.
    """
    labels = label_order([gold.spans for gold in golds], predicted)
    tables = span_table([g.spans for g in golds], labels), span_table(predicted, labels)
    flags = strict_hits(*tables, overlapping(*tables))
    own = units(golds)
    describers = [_Describer(gold, seen) for gold in golds]
    keys: dict[tuple[str, str], int] = {}
    columns = []
    for side, (table, flag) in enumerate(zip(tables, flags, strict=True)):
        unit = own.of(table).tolist()
        rows = zip(
            table.document.tolist(),
            table.start.tolist(),
            table.end.tolist(),
            table.label.tolist(),
            strict=True,
        )
        for row, (document, start, end, label) in enumerate(rows):
            for key in describers[document].describe(Span(start, end, labels[label])):
                kind = CORRECT if flag[row] else ABSENT
                columns.append((unit[row], keys.setdefault(key, len(keys)), side, kind))
    if not columns:
        return []
    counts = histogram((len(own), len(keys), 2, 4), tuple(np.array(columns).T))
    low, high = bootstrap([counts], strata(own), seed=seed, repeats=repeats)
    found = [
        Slice(
            attribute,
            value,
            Score.of(Counts.from_array(counts[:, i])),
            Interval(float(low[i, 2]), float(high[i, 2])),
        )
        for (attribute, value), i in keys.items()
    ]
    return _arranged(found)


def _arranged(found: Sequence[Slice]) -> list[Slice]:
    ranks = {name: i for i, name in enumerate(ATTRIBUTES)}
    orders = {
        "length": [name for _, name in _LENGTHS],
        "density": [name for _, name in _DENSITIES],
        "period": [name for _, name in _PERIODS],
    }

    def place(one: Slice) -> tuple[int, int, str]:
        order = orders.get(one.attribute, [])
        return ranks[one.attribute], order.index(one.value) if one.value in order else len(order), one.value

    several = {a for a in ranks if sum(one.attribute == a for one in found) > 1}
    return sorted((one for one in found if one.attribute in several), key=place)
