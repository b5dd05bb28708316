"""Everything that can be scored, behind one interface: source texts in, scored spans in source offsets
out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from govner.errors import UserError
from govner.evaluation.spans import ScoredSpan, SourceText
from govner.reading import read_text
from govner.schema import Report, Span


@runtime_checkable
class Predictor(Protocol):
    """A system under test."""

    name: str

    def predict(self, texts: Sequence[SourceText]) -> list[list[ScoredSpan]]:
        """Spans of each text in source offsets, in the order of the texts."""
        ...


def reports(texts: Sequence[SourceText]) -> Iterator[Report]:
    """The texts read and cleaned as ``annotate`` does."""
    for text in texts:
        yield read_text(text.text, id=text.id)


def to_source(report: Report, start: int, end: int, label: str, score: float | None = None) -> ScoredSpan:
    """A prediction on the clean text in source offsets."""
    span = report.to_source(Span(start, end, label))
    return ScoredSpan(span.start, span.end, label, score)


class Renamed:
    """A predictor whose labels are renamed; labels that map to nothing are dropped."""

    def __init__(self, inner: Predictor, labels: Mapping[str, str]) -> None:
        self.inner, self.labels, self.name = inner, labels, inner.name

    def predict(self, texts: Sequence[SourceText]) -> list[list[ScoredSpan]]:
        return [
            [
                ScoredSpan(s.start, s.end, new, s.score)
                for s in spans
                if (new := self.labels.get(s.label, s.label))
            ]
            for spans in self.inner.predict(texts)
        ]


class SpacyPredictor:
    """Any spaCy pipeline that sets ``doc.ents``, govner's own included.

    Scores are read from the extension attribute ``span._.score`` where the pipeline sets it.
    """

    def __init__(self, nlp: Any, name: str) -> None:
        self.nlp, self.name = nlp, name

    def predict(self, texts: Sequence[SourceText]) -> list[list[ScoredSpan]]:
        read = list(reports(texts))
        self.nlp.max_length = max([self.nlp.max_length, *(len(report.text) + 1 for report in read)])
        found = []
        for report, doc in zip(
            read, self.nlp.pipe([report.text for report in read], batch_size=4), strict=True
        ):
            scored = hasattr(doc[:0]._, "score") if len(doc) else False
            spans = []
            for ent in doc.ents:
                score = ent._.score if scored else None
                spans.append(to_source(report, ent.start_char, ent.end_char, ent.label_, score))
            found.append(spans)
        return found


class HuggingFacePredictor:
    """A Hugging Face token-classification checkpoint (needs ``transformers`` and ``torch``).

    Long paragraphs are cut at sentence ends so that nothing is truncated silently.
    """

    #: Characters a piece; Chinese models take a character a token, of 512 with two for the frame.
    limit = 400

    def __init__(self, path: str, name: str | None = None) -> None:
        try:
            import transformers
        except ImportError:
            raise UserError(
                f"{path}: a Hugging Face checkpoint needs transformers and torch: "
                "pip install 'govner[train]', then run this again"
            ) from None
        try:
            self.pipe = transformers.pipeline(
                "token-classification", model=path, aggregation_strategy="simple"
            )
        except Exception as error:
            raise UserError(
                f"{path}: not a usable token-classification checkpoint ({error}); "
                "want a folder with config.json, weights and tokenizer"
            ) from error
        self.name = name or path

    def predict(self, texts: Sequence[SourceText]) -> list[list[ScoredSpan]]:
        found = []
        for report in reports(texts):
            pieces = list(cut(report.text, self.limit))
            spans = []
            answers = self.pipe([report.text[a:b] for a, b in pieces])
            for (start, end), entities in zip(pieces, answers, strict=True):
                for entity in entities:
                    a, b = start + entity["start"], min(start + entity["end"], end)
                    if b > a:
                        label, score = entity["entity_group"], float(entity["score"])
                        spans.append(to_source(report, a, b, label, score))
            found.append(spans)
        return found


def cut(text: str, limit: int) -> Iterator[tuple[int, int]]:
    """Stretches of at most ``limit`` characters that end at a line or sentence end wherever there is one."""
    start = 0
    while start < len(text):
        end = min(start + limit, len(text))
        if end < len(text):
            for mark in ("\n", "。", "；", "，"):
                at = text.rfind(mark, start, end)
                if at > start:
                    end = at + 1
                    break
        if text[start:end].strip():
            yield start, end
        start = end


class FilePredictor:
    """Predictions that were made before, by document id."""

    def __init__(self, spans: Mapping[str, Sequence[ScoredSpan]], name: str) -> None:
        self.spans, self.name = spans, name

    def predict(self, texts: Sequence[SourceText]) -> list[list[ScoredSpan]]:
        missing = [text.id for text in texts if text.id not in self.spans]
        if missing and len(missing) == len(texts):
            raise UserError(
                f"{self.name}: holds none of the gold documents (gold has {text_list(missing)}; the file has "
                f"{text_list(list(self.spans))}): ids must be the same in both"
            )
        if missing:
            raise UserError(
                f"{self.name}: no predictions for {text_list(missing)}: add a line without spans for each"
            )
        for text in texts:
            for span in self.spans[text.id]:
                if span.end > len(text.text):
                    raise UserError(
                        f"{self.name}: {text.id}: [{span.start}, {span.end}) leaves the text "
                        f"({len(text.text)} characters): offsets must count code points of the gold text"
                    )
        return [list(self.spans[text.id]) for text in texts]


def text_list(items: Sequence[str], limit: int = 3) -> str:
    """Some items for a message."""
    shown = ", ".join(itertools.islice(items, limit))
    return shown + (f" and {len(items) - limit} more" if len(items) > limit else "")
