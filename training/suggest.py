"""Pre-labels for annotators, the most useful documents first.

Useful is what the model is unsure of and what is unlike the rest. Uncertainty is the mean of 1 − score over the spans
that were found (least confidence: Lewis & Gale 1994, averaged), weighted by how many there are; diversity is the cosine
distance in character n-grams to what was chosen before. Documents are picked greedily (maximal marginal relevance:
Carbonell & Goldstein 1998).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from govner.anchors import squeeze
from govner.schema import AnnotatedReport, GoldDocument, Span
from govner.training.held_out import is_held_out

NGRAM = 3
BUCKETS = 1 << 14
#: What each part of the usefulness weighs; all three lie between 0 and 1.
UNCERTAINTY, DENSITY, DIVERSITY = 0.5, 0.1, 0.4
#: Spans a character at which density counts in full: about twice the corpus's.
DENSE = 0.05


@dataclass(frozen=True)
class Suggestion:
    """A pre-labelled document and why it stands where it stands; each part is between 0 and 1."""

    document: GoldDocument
    usefulness: float
    uncertainty: float
    density: float
    diversity: float


def passages(report: AnnotatedReport, size: int) -> Iterator[tuple[int, int]]:
    """Ranges of the clean text of about ``size`` characters, whole lines each; one range where ``size`` is 0."""
    text = report.report.text
    if size <= 0 or len(text) <= 1.5 * size:
        yield 0, len(text)
        return
    pieces = max(1, round(len(text) / size))
    start = 0
    for n in range(1, pieces + 1):
        wanted = len(text) * n // pieces
        end = len(text) if n == pieces else text.find("\n", max(wanted, start)) + 1
        end = end or len(text)
        if end > start:
            yield start, end
        start = end


def prelabelled(report: AnnotatedReport, size: int = 0) -> Iterator[tuple[GoldDocument, float]]:
    """Documents of a report's source text with the model's spans, and the mean of 1 − score of each.

    Source text, not clean text, so that the labels can be anchored to the file (:mod:`govner.anchors`).
    """
    source = report.report
    by = " ".join(v for v in (report.model.get("name"), report.model.get("version")) if v)
    for number, (a, b) in enumerate(found := list(passages(report, size)), 1):
        if a == b:
            continue
        left, right = source.alignment.to_source(a, b)
        own = [e for e in report.entities if a <= e.start and e.end <= b]
        spans = tuple(Span(e.source_start - left, e.source_end - left, e.label) for e in own)
        doubt = float(np.mean([1 - e.score for e in own])) if own else 0.0
        meta = {
            **source.meta,
            "source": source.source,
            "source_start": left,
            "source_end": right,
            "suggested_by": by,
            "scores": [round(e.score, 4) for e in own],
        }
        doc_id = source.id if len(found) == 1 else f"{source.id}-{number}"
        yield GoldDocument(doc_id, source.source_text[left:right], spans, meta), doubt


def ngram_vector(text: str) -> NDArray[np.float64]:
    """Character 3-grams of a text, hashed and counted, 1 + log, of length one; shape (BUCKETS,)."""
    squeezed = squeeze(text).text
    codes = np.fromiter(map(ord, squeezed), dtype=np.uint64, count=len(squeezed))
    vector = np.zeros(BUCKETS)
    if len(codes) >= NGRAM:
        value = np.zeros(len(codes) - NGRAM + 1, np.uint64)
        with np.errstate(over="ignore"):
            for k in range(NGRAM):
                value = (value ^ codes[k : k + len(value)]) * np.uint64(0x9E3779B97F4A7C15)
        vector = np.bincount((value >> np.uint64(50)).astype(np.int64), minlength=BUCKETS).astype(float)
        vector = np.where(vector > 0, 1 + np.log(np.maximum(vector, 1)), 0.0)
        vector /= np.linalg.norm(vector)
    return vector


def rank(
    candidates: Sequence[tuple[GoldDocument, float]], seen: Iterable[str] = (), limit: int | None = None
) -> list[Suggestion]:
    """Candidates in the order in which to label them.

    Args:
        candidates: documents and their mean of 1 − score.
        seen: texts that are labelled already; what is like them comes late.
        limit: how many to return; None returns all.
    """
    if not candidates:
        return []
    vectors = np.stack([ngram_vector(d.text) for d, _ in candidates])
    nearest = np.zeros(len(candidates))
    for text in seen:
        nearest = np.maximum(nearest, vectors @ ngram_vector(text))
    doubt = np.array([u for _, u in candidates])
    density = np.array([min(1.0, len(d.spans) / max(1, len(d.text)) / DENSE) for d, _ in candidates])
    # A document without any span says nothing of doubt; it waits behind those that do.
    static = UNCERTAINTY * doubt * (density > 0) + DENSITY * density
    left = np.ones(len(candidates), dtype=bool)
    chosen: list[Suggestion] = []
    while left.any() and (limit is None or len(chosen) < limit):
        usefulness = np.where(left, static + DIVERSITY * (1 - nearest), -np.inf)
        at = int(np.argmax(usefulness))
        parts = (float(usefulness[at]), float(doubt[at]), float(density[at]), float(1 - nearest[at]))
        document, _ = candidates[at]
        meta = {**document.meta, "usefulness": round(parts[0], 4)}
        chosen.append(Suggestion(GoldDocument(document.id, document.text, document.spans, meta), *parts))
        left[at] = False
        nearest = np.maximum(nearest, vectors @ vectors[at])
    return chosen


def suggest(
    reports: Iterable[AnnotatedReport], *, size: int = 0, seen: Iterable[str] = (), limit: int | None = None
) -> tuple[list[Suggestion], list[str]]:
    """Rank reports (or passages of about ``size`` characters) for labelling.

    Held-out reports are left out: their labels choose models and never train any.

    Returns:
        Suggestions in order, and the sources that are held out.
    """
    candidates: list[tuple[GoldDocument, float]] = []
    held_out: list[str] = []
    taken: set[str] = set()
    for report in reports:
        if is_held_out(report.report.text, report.report.source):
            held_out.append(report.report.source)
            continue
        for document, doubt in prelabelled(report, size):
            doc_id = document.id
            if doc_id in taken:
                doc_id += "-" + hashlib.sha256(str(document.meta["source"]).encode()).hexdigest()[:8]
            taken.add(doc_id)
            candidates.append((GoldDocument(doc_id, document.text, document.spans, document.meta), doubt))
    return rank(candidates, seen, limit), held_out
