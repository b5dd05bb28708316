"""Scores of records: whose value a figure is (links), and what every field says, against gold and beside a baseline.

With gold entities a link is right where INDICATOR span and value span are the gold ones (or both have no value). With predicted
entities the INDICATOR need only overlap, and the value must be the same number in the same unit. Matching is one to one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from govner.evaluation.record_gold import FIELDS, GoldRecord, GoldRecords, plain
from govner.evaluation.resampling import Interval, draw
from govner.quantities import find_quantities
from govner.records import extract
from govner.records.clauses import CLAUSE_END, sentences
from govner.schema import AnnotatedReport

_STOP = "。！？；;"


@dataclass(frozen=True, slots=True)
class Predicted:
    """A predicted record in the form of gold: source offsets, and fields as strings."""

    start: int
    end: int
    value_start: int | None
    value_end: int | None
    fields: Mapping[str, str]


@dataclass(slots=True)
class Tally:
    """What became of the records of one document (or of several): ``correct`` links, and fields on both sides.

    For each field: ``equal`` counts linked pairs that agree (empty values too), ``right`` those that agree on
    something, ``gold_fields`` and ``predicted_fields`` the records with something in the field.
    """

    gold: int = 0
    predicted: int = 0
    correct: int = 0
    equal: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    gold_fields: Counter[str] = field(default_factory=Counter)
    predicted_fields: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Count another tally too."""
        self.gold += other.gold
        self.predicted += other.predicted
        self.correct += other.correct
        for name in ("equal", "right", "gold_fields", "predicted_fields"):
            getattr(self, name).update(getattr(other, name))

    @property
    def f1(self) -> float:
        """Link F1; 0 where there is nothing."""
        return _ratio(2 * self.correct, self.gold + self.predicted)


@dataclass(frozen=True, slots=True)
class Score:
    """Totals, the interval of link F1 over documents, and totals by level of government."""

    name: str
    total: Tally
    interval: Interval
    by_level: Mapping[str, Tally]
    mistakes: tuple[str, ...]


Link = tuple[int, int, int | None, int | None]
Predictor = Callable[[AnnotatedReport], list[Predicted]]


def predicted(annotated: AnnotatedReport) -> list[Predicted]:
    """The INDICATOR records that govner extracts."""
    found = []
    for record in extract(annotated).records:
        if record.entity is None or annotated.entities[record.entity].label != "INDICATOR":
            continue
        entity = annotated.entities[record.entity]
        fields = {name: str(getattr(record, name, "") or "") for name in FIELDS}
        fields["period"] = period_text(record.period_start, record.period_end)
        fields["value"] = plain("" if record.value is None else str(record.value))
        fields["value_high"] = plain("" if record.value_high is None else str(record.value_high))
        place = (record.value_source_start, record.value_source_end)
        found.append(Predicted(entity.source_start, entity.source_end, *place, fields))
    return found


def nearest_right(annotated: AnnotatedReport) -> list[Predicted]:
    """The baseline: an INDICATOR's value is the nearest figure to its right in the clause, read as a level."""
    report = annotated.report
    quantities = find_quantities(report.text)
    found = []
    for sentence in sentences(report.text, annotated.entities, quantities):
        for mention in sentence.mentions:
            if mention.label != "INDICATOR":
                continue
            figure = next((f for f in sentence.figures if f.start >= mention.end), None)
            if figure is None or CLAUSE_END.search(sentence.between(mention.end, figure.start)):
                continue
            entity = annotated.entities[mention.index]
            quantity = figure.quantity
            fields = dict.fromkeys(FIELDS, "") | {
                "value": plain(str(quantity.value)),
                "unit": quantity.unit,
                "kind": "level",
            }
            place = report.alignment.to_source(quantity.start, quantity.end)
            found.append(Predicted(entity.source_start, entity.source_end, *place, fields))
    return found


def period_text(start: str, end: str) -> str:
    """ISO dates in the form of gold: 2021, 2016/2020, 2021-01/2021-06."""
    if not start:
        return ""
    if start.endswith("-01-01") and end.endswith("-12-31"):
        return start[:4] if start[:4] == end[:4] else f"{start[:4]}/{end[:4]}"
    return f"{start[:7]}/{end[:7]}"


def score(
    documents: Sequence[GoldRecords],
    predict: Predictor,
    name: str,
    *,
    annotate: Callable[[GoldRecords], AnnotatedReport] | None = None,
    repeats: int = 1000,
    seed: int = 0,
) -> Score:
    """Score a way of making records.

    Args:
        predict: makes records of an annotated report.
        annotate: gives the entities; the gold ones where it is None. With others, entities are matched by overlap.
    """
    tallies: list[Tally] = []
    by_level: dict[str, Tally] = defaultdict(Tally)
    mistakes: list[str] = []
    for document in documents:
        annotated = document.annotated() if annotate is None else annotate(document)
        found = [p for p in predict(annotated) if document.covers(p.start)]
        pairs = _exact(document.records, found) if annotate is None else _loose(document.records, found)
        tally = _tally(document.records, found, pairs)
        tallies.append(tally)
        by_level[document.gold.level or "unknown"].add(tally)
        mistakes += _mistakes(document, found, pairs)
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return Score(name, total, _interval(tallies, repeats, seed), dict(by_level), tuple(mistakes))


def _exact(gold: Sequence[GoldRecord], found: Sequence[Predicted]) -> list[tuple[int, int]]:
    waiting: dict[Link, list[int]] = defaultdict(list)
    for i, p in enumerate(found):
        waiting[_key(p)].append(i)
    pairs = []
    for g, record in enumerate(gold):
        if same := waiting.get(_key(record)):
            pairs.append((g, same.pop(0)))
    return pairs


def _key(record: GoldRecord | Predicted) -> Link:
    return record.start, record.end, record.value_start, record.value_end


def _loose(gold: Sequence[GoldRecord], found: Sequence[Predicted]) -> list[tuple[int, int]]:
    """Pairs of overlapping INDICATORs with one number and unit; of several, the figure in the same place."""
    pairs: list[tuple[int, int]] = []
    used: set[int] = set()
    for g, record in enumerate(gold):
        fit = [
            i
            for i, p in enumerate(found)
            if i not in used
            and p.start < record.end
            and record.start < p.end
            and (p.fields["value"], p.fields["unit"]) == (record.fields["value"], record.fields["unit"])
        ]
        if fit:
            best = min(fit, key=lambda i: found[i].value_start != record.value_start)
            used.add(best)
            pairs.append((g, best))
    return pairs


def _tally(gold: Sequence[GoldRecord], found: Sequence[Predicted], pairs: Iterable[tuple[int, int]]) -> Tally:
    tally = Tally(len(gold), len(found))
    for record in gold:
        tally.gold_fields.update(name for name in FIELDS if _said(record.fields, name))
    for made in found:
        tally.predicted_fields.update(name for name in FIELDS if _said(made.fields, name))
    for g, p in pairs:
        tally.correct += 1
        for name in FIELDS:
            wanted, got = _said(gold[g].fields, name), _said(found[p].fields, name)
            tally.equal[name] += wanted == got
            tally.right[name] += wanted == got != ""
    return tally


def _said(fields: Mapping[str, str], name: str) -> str:
    """A field's value; a target's own origin is what an empty one means."""
    value = fields.get(name, "")
    return "" if name == "origin" and value == "own" else value


def _interval(tallies: Sequence[Tally], repeats: int, seed: int) -> Interval:
    """The 95 % bootstrap interval of link F1; documents are resampled."""
    counts = np.array([(t.correct, t.gold + t.predicted) for t in tallies], np.float32)
    drawn = np.concatenate(
        [chunk @ counts for chunk in draw(np.zeros(len(tallies), np.int64), repeats, seed)]
    )
    f1 = 2 * drawn[:, 0] / np.maximum(drawn[:, 1], 1)
    low, high = np.quantile(f1, [0.025, 0.975])
    return Interval(float(low), float(high))


def _mistakes(
    document: GoldRecords, found: Sequence[Predicted], pairs: Sequence[tuple[int, int]]
) -> list[str]:
    """One line for each link that is missing or wrong and each field that differs, with the words around it."""
    text = document.gold.text
    right, linked = {g for g, _ in pairs}, {p for _, p in pairs}
    lines = []
    for g, record in enumerate(document.records):
        if g not in right:
            lines.append(f"{document.gold.id}\tmissed\t{_words(text, record)}")
    for i, made in enumerate(found):
        if i not in linked:
            lines.append(f"{document.gold.id}\textra\t{_words(text, made)}")
    for g, p in pairs:
        wanted, got = document.records[g].fields, found[p].fields
        for name in FIELDS:
            if _said(wanted, name) != _said(got, name):
                words = _words(text, document.records[g])
                lines.append(f"{document.gold.id}\t{name}\twant {wanted[name]!r} got {got[name]!r}\t{words}")
    return lines


def _words(text: str, record: GoldRecord | Predicted) -> str:
    start = max(text.rfind(mark, 0, record.start) for mark in _STOP + "\n") + 1
    end = min(
        (at for at in (text.find(mark, record.end) for mark in _STOP + "\n") if at > 0), default=len(text)
    )
    value = "—" if record.value_start is None else text[record.value_start : record.value_end]
    return f"{text[record.start : record.end]} → {value}\t{text[start:end].strip()}"


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def link_rows(scores: Sequence[Score]) -> list[dict[str, str]]:
    """A row a system: precision, recall and F1 of links."""
    return [
        {
            "system": s.name,
            "P": f"{_ratio(s.total.correct, s.total.predicted):.3f}",
            "R": f"{_ratio(s.total.correct, s.total.gold):.3f}",
            "F1": f"{s.total.f1:.3f}",
            "95 %": f"{s.interval.low:.3f}–{s.interval.high:.3f}",
            "gold": str(s.total.gold),
            "predicted": str(s.total.predicted),
            "correct": str(s.total.correct),
        }
        for s in scores
    ]


def level_rows(scores: Sequence[Score]) -> list[dict[str, str]]:
    """Link F1 and the share of linked records with every field right, by level of government."""
    return [
        {
            "system": s.name,
            "level": level,
            "link F1": f"{tally.f1:.3f}",
            **{
                name: f"{_ratio(tally.equal[name], tally.correct):.3f}"
                for name in ("kind", "period", "status", "scope")
            },
            "gold": str(tally.gold),
        }
        for s in scores
        for level, tally in sorted(s.by_level.items())
    ]


def field_rows(found: Score) -> list[dict[str, str]]:
    """A row a field: accuracy on linked records, and precision and recall of what is filled, links included."""
    total = found.total
    return [
        {
            "field": name,
            "accuracy": f"{_ratio(total.equal[name], total.correct):.3f}",
            "P": f"{_ratio(total.right[name], total.predicted_fields[name]):.3f}",
            "R": f"{_ratio(total.right[name], total.gold_fields[name]):.3f}",
            "gold": str(total.gold_fields[name]),
        }
        for name in FIELDS
    ]


def as_json(scores: Sequence[Score]) -> dict[str, object]:
    """Every number of the scores."""
    return {
        s.name: {
            "links": link_rows([s])[0],
            "fields": field_rows(s),
            "levels": level_rows([s]),
            "mistakes": list(s.mistakes),
        }
        for s in scores
    }
