"""Annotators' files for ``govner agree``, and its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from govner.corpus import read_gold
from govner.errors import UserError
from govner.evaluation.agreement import Agreement, Annotation, PairAgreement
from govner.evaluation.errors import sentence
from govner.evaluation.prediction_files import (
    COLUMN_SUFFIXES,
    READERS,
    looks_like_predictions,
    read_brat,
    read_columns,
)
from govner.evaluation.spans import ScoredSpan, SourceText
from govner.evaluation.tables import Row
from govner.schema import Span


def load_annotators(
    given: Sequence[str], labels: Mapping[str, str] | None = None
) -> tuple[dict[str, Annotation], dict[str, str]]:
    """Annotators' spans and the documents' texts, from gold files or folders and from prediction files.

    Args:
        labels: labels to rename; one that maps to "" is dropped.

    Raises:
        UserError: none of the files holds the texts, two texts of one id differ, or a file is of no known
        kind.
    """
    names = _names(given)
    texts: dict[str, str] = {}
    found: dict[str, Annotation] = {}
    later = []
    for name, path in zip(names, map(Path, given), strict=True):
        if path.is_file() and path.suffix in COLUMN_SUFFIXES:
            later.append((name, path))
            found[name] = {}
        elif path.is_dir() and any(path.glob("*.ann")):
            found[name] = read_brat(path)
            for text in path.glob("*.txt"):
                _add_text(texts, text.stem, text.read_bytes().decode("utf-8-sig"), str(path))
        elif path.is_file() and path.suffix in READERS and looks_like_predictions(path):
            found[name] = READERS[path.suffix](path)
        else:
            documents = list(read_gold(path, labels=None))
            found[name] = {document.id: document.spans for document in documents}
            for document in documents:
                _add_text(texts, document.id, document.text, str(path))
    if not texts:
        raise UserError(
            f"none of {', '.join(given)} holds the texts: give one annotator's as JSON lines with text"
        )
    for name, path in later:
        found[name] = read_columns(path, [SourceText(id, text) for id, text in texts.items()])
    return {name: _renamed(spans, labels or {}) for name, spans in found.items()}, texts


def _names(given: Sequence[str]) -> list[str]:
    """Short names where they tell the annotators apart, else the paths."""
    short = [Path(path).stem for path in given]
    return short if len({*short}) == len(short) else list(given)


def _add_text(texts: dict[str, str], id: str, text: str, where: str) -> None:
    if texts.setdefault(id, text) != text:
        raise UserError(
            f"{where}: the text of {id!r} differs from another annotator's: offsets would not compare"
        )


def _renamed(spans: Annotation, labels: Mapping[str, str]) -> Annotation:
    def rename(span: Span | ScoredSpan) -> Span:
        return Span(span.start, span.end, labels.get(span.label, span.label))

    return {id: [new for span in own if (new := rename(span)).label] for id, own in spans.items()}


def pair_rows(found: Agreement) -> list[Row]:
    """Pairwise F1 by label."""
    return [
        {
            "first": pair.first,
            "second": pair.second,
            "label": name,
            "strict F1": f"{score.f1:.3f}",
            "95 %": f"{pair.intervals[name].low:.3f}–{pair.intervals[name].high:.3f}",
            "overlap F1": f"{pair.overlap[name].f1:.3f}",
            "spans of first": str(score.counts.gold.total),
            "of second": str(score.counts.predicted.total),
            "equal": str(score.counts.gold.correct),
        }
        for pair in found.pairs
        for name, score in pair.strict.items()
    ]


def alpha_rows(found: Agreement) -> list[Row]:
    """Chance-corrected agreement by label."""
    return [
        {
            "label": name,
            "alpha": "undefined" if one.alpha is None else f"{one.alpha:.3f}",
            "observed": f"{one.observed:.3g}",
            "expected": f"{one.expected:.3g}",
        }
        for name, one in found.alphas.items()
    ]


def disagreement_rows(pair: PairAgreement, found: Agreement, texts: Mapping[str, str]) -> list[Row]:
    """Every disagreement of a pair in its sentence."""
    rows = []
    for one in pair.disagreements:
        id = found.documents[one.document]
        text = texts[id]
        a, b = sentence(text, one.start, one.end)

        def show(spans: Sequence[Span | ScoredSpan], text: str = text) -> str:
            return "; ".join(f"{text[s.start : s.end]} [{s.label}]" for s in spans)

        rows.append(
            {
                "document": id,
                "start": str(one.start),
                "end": str(one.end),
                "kind": one.kind.replace("missed", "only first").replace("spurious", "only second"),
                pair.first: show(one.gold),
                pair.second: show(one.predicted),
                "sentence": text[a:b],
            }
        )
    return rows


def as_json(found: Agreement, texts: Mapping[str, str]) -> dict[str, Any]:
    """For machines: numbers and disagreements."""
    return {
        "documents": list(found.documents),
        "labels": list(found.labels),
        "resampled": {"unit": found.unit[0], "count": found.unit[1]},
        "alpha": {
            name: {"alpha": one.alpha, "observed": one.observed, "expected": one.expected}
            for name, one in found.alphas.items()
        },
        "pairs": [
            {
                "first": pair.first,
                "second": pair.second,
                "strict": {name: score.as_dict() for name, score in pair.strict.items()},
                "intervals": {name: [i.low, i.high] for name, i in pair.intervals.items()},
                "overlap": {name: score.as_dict() for name, score in pair.overlap.items()},
                "disagreements": disagreement_rows(pair, found, texts),
            }
            for pair in found.pairs
        ],
    }
