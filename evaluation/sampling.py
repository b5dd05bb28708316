"""Which sentences a user codes by hand: a seeded sample, stratified, sentences without predictions
included."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from govner.evaluation.gold import year_of
from govner.evaluation.spans import ScoredSpan
from govner.json_lines import read_json_lines

#: Fields by which reports can be stratified; role is that of the stretch a sentence stands in.
FIELDS = ("place", "province", "year", "level", "role")
#: Of each stratum's sentences, this share is drawn from those without predictions, to find what was missed.
_WITHOUT = 1 / 3
_SENTENCE = re.compile(r"[^\n。！？；]*[。！？；]*[”’」』）)]*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an annotated report; ``start`` is in its clean text, ``entities`` count from there."""

    report: str
    start: int
    text: str
    entities: tuple[ScoredSpan, ...]
    stratum: str

    @property
    def key(self) -> str:
        """A name for it that is the same in every run."""
        return f"{self.report}:{self.start}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A stratum's sentences with (or without) predictions: how many there are, and which were drawn."""

    stratum: str
    predicted: bool
    population: int
    drawn: tuple[Sentence, ...]


def read_annotated(paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Records that ``govner annotate`` wrote as JSON lines; where ids repeat, later ones get a number.

    Raises:
        UserError: a file is missing or a line is no annotated report.
    """
    seen: Counter[str] = Counter()
    for name in paths:
        hint = "give what `govner annotate -o FILE.jsonl` wrote"
        for record in read_json_lines(name, _record, "an annotated report", hint):
            seen[record["id"]] += 1
            if (again := seen[record["id"]]) > 1:
                record["id"] += f"~{again}"
            yield record


def _record(data: Any, where: str) -> dict[str, Any]:
    return {
        "id": str(data["id"]),
        "text": data["text"],
        "entities": data["entities"],
        "meta": data.get("meta") or {},
        "model": data.get("model") or {},
    }


def sentences(record: Mapping[str, Any], by: Sequence[str]) -> Iterator[Sentence]:
    """The sentences of a report, each in its stratum. An entity belongs to the sentence in which it
    starts."""
    text = record["text"]
    entities = [
        ScoredSpan(int(e["start"]), int(e["end"]), str(e["label"]), e.get("score"))
        for e in record["entities"]
    ]
    roles = _roles(text) if "role" in by else []
    known = {field: _known(record["meta"], field) for field in by if field != "role"}
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if not match.group().strip():
            continue
        inside = [e for e in entities if start <= e.start < end]
        end = max([end, *(e.end for e in inside)])
        own = {**known, "role": next((r for a, b, r in reversed(roles) if a <= start < b), "unknown")}
        yield Sentence(
            str(record["id"]),
            start,
            text[start:end],
            tuple(ScoredSpan(e.start - start, e.end - start, e.label, e.score) for e in inside),
            " / ".join(own[field] for field in by) or "all",
        )


def _known(meta: Mapping[str, Any], field: str) -> str:
    """What a report's metadata say of a field."""
    value = meta.get(field)
    if field == "year":
        value = year_of(meta)
    if field == "province" and not value:
        found = re.match("[^省市区]+(?:省|自治区|特别行政区|市)", str(meta.get("place_path") or ""))
        value = found.group() if found else None
    return str(value or "unknown")


def _roles(text: str) -> list[tuple[int, int, str]]:
    from govner.reading import read_text

    return [(s.start, s.end, s.role) for s in read_text(text).sections if s.role]


def draw(found: Sequence[Sentence], size: int, seed: int = 0) -> list[Cell]:
    """Draw about ``size`` sentences, shared over strata by the square root of their size, at least two a
    cell.

    The square root keeps small strata from vanishing; weights undo it when scores are computed.
    """
    rng = np.random.default_rng(seed)
    groups: defaultdict[tuple[str, bool], list[Sentence]] = defaultdict(list)
    for one in found:
        groups[one.stratum, bool(one.entities)].append(one)
    strata = sorted({stratum for stratum, _ in groups})
    shares = {s: np.sqrt(sum(len(groups[s, p]) for p in (True, False))) for s in strata}
    cells = []
    for stratum in strata:
        wanted = size * shares[stratum] / sum(shares.values())
        for predicted, share in ((True, 1 - _WITHOUT), (False, _WITHOUT)):
            own = groups[stratum, predicted]
            if own:
                count = min(len(own), max(2, round(wanted * share)))
                rows = sorted(rng.choice(len(own), count, replace=False).tolist())
                cells.append(Cell(stratum, predicted, len(own), tuple(own[row] for row in rows)))
    return cells
