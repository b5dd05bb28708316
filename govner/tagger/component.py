"""The spaCy component around a tagger.

Usage::

    nlp = govner.load()
    doc = nlp("全市地区生产总值490.2亿元、增长9%。")
    [(e.text, e.label_, e._.score) for e in doc.ents]

The Doc must have one token per code point (``govner.CharacterTokenizer.v1``).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc, Span
from spacy.training import Example

from govner.tagger.crf import ScoredSpan
from govner.tagger.runtime import Tagger

if not Span.has_extension("score"):
    Span.set_extension("score", default=None)


class TaggerComponent:
    """Sets ``doc.ents`` and each entity's ``_.score``, its probability."""

    def __init__(self, name: str = "govner_tagger", tagger: Tagger | None = None) -> None:
        self.name = name
        self.tagger = tagger

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that the tagger can set."""
        return self.tagger.settings.labels if self.tagger else ()

    def __call__(self, doc: Doc) -> Doc:
        return next(iter(self.pipe([doc])))

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 32) -> Iterator[Doc]:
        """Annotate a stream of Docs; windows of a batch's texts are run together.

        Raises:
            ValueError: the component has no model yet, or a Doc's tokens are not single code points.
        """
        if self.tagger is None:
            raise ValueError(
                "govner_tagger has no model: load a trained pipeline with govner.load() or spacy.load()"
            )
        stream = iter(docs)
        while batch := list(islice(stream, batch_size)):
            texts = [doc.text for doc in batch]  # spaCy puts it together from the tokens each time
            for doc, text in zip(batch, texts, strict=True):
                if len(doc) != len(text):
                    raise ValueError(
                        "govner_tagger needs one token per code point: use govner.CharacterTokenizer.v1"
                    )
            for doc, spans in zip(batch, self.tagger.predict(texts), strict=True):
                _set(doc, spans)
                yield doc

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Strict span precision, recall and F1, as spaCy's ``ner`` reports them."""
        scores: dict[str, Any] = get_ner_prf(examples)
        return scores

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Write the tagger's files into a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        if self.tagger is not None:
            self.tagger.to_disk(Path(path))

    def from_disk(self, path: str | Path, **kwargs: Any) -> TaggerComponent:
        """Load the tagger's files from a folder."""
        self.tagger = Tagger.from_disk(Path(path))
        return self

    def to_bytes(self, **kwargs: Any) -> bytes:
        """The component's files as one byte string."""
        with tempfile.TemporaryDirectory() as folder:
            self.to_disk(folder)
            files = {p.name: p.read_bytes() for p in sorted(Path(folder).iterdir())}
        data: bytes = srsly.msgpack_dumps(files)
        return data

    def from_bytes(self, data: bytes, **kwargs: Any) -> TaggerComponent:
        """Load what :meth:`to_bytes` gave."""
        folder = Path(tempfile.mkdtemp())
        try:
            for name, content in srsly.msgpack_loads(data).items():
                (folder / name).write_bytes(content)
            return self.from_disk(folder)
        finally:
            shutil.rmtree(folder)


def _set(doc: Doc, spans: Iterable[ScoredSpan]) -> None:
    ents = []
    for s in spans:
        ent = Span(doc, s.start, s.end, label=s.label)
        ent._.score = s.score
        ents.append(ent)
    doc.set_ents(ents)


@Language.factory("govner_tagger", assigns=["doc.ents"], default_score_weights={"ents_f": 1.0})
def make_tagger(nlp: Language, name: str) -> TaggerComponent:
    """An empty component; ``from_disk`` fills it."""
    return TaggerComponent(name)
