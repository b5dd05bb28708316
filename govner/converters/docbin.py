"""spaCy's DocBin: Docs with one token per code point, spans as ``doc.ents``, id and metadata in ``user_data``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from spacy.tokens import Doc, DocBin, Span

from govner.converters import document
from govner.errors import UserError
from govner.schema import GoldDocument
from govner.schema import Span as GoldSpan
from govner.tokenizer import CharacterTokenizer

#: The key of ``doc.user_data`` that holds id and metadata.
KEY = "govner"


def to_doc(doc: GoldDocument, tokenizer: CharacterTokenizer) -> Doc:
    """A Doc of the document."""
    made = tokenizer(doc.text)
    made.set_ents([Span(made, s.start, s.end, label=s.label) for s in doc.spans])
    made.user_data[KEY] = {"id": doc.id, "meta": dict(doc.meta)}
    return made


def write(path: Path, documents: Iterable[GoldDocument]) -> int:
    """Write a file."""
    tokenizer = CharacterTokenizer(spacy.blank("zh").vocab)
    box = DocBin(store_user_data=True)
    for doc in documents:
        box.add(to_doc(doc, tokenizer))
    box.to_disk(path)
    return len(box)


def read(path: Path) -> Iterator[GoldDocument]:
    """Documents of a file; Docs of any tokenizer.

    Raises:
        UserError: the file is missing or not a DocBin.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such file")
    try:
        box = DocBin().from_disk(path)
    except Exception as error:  # zlib, msgpack and spaCy each raise their own
        raise UserError(f"{path}: not a spaCy DocBin ({error})") from None
    for n, doc in enumerate(box.get_docs(spacy.blank("zh").vocab), 1):
        # msgpack gives lists back as tuples.
        side = json.loads(json.dumps(doc.user_data.get(KEY, {})))
        spans = [GoldSpan(e.start_char, e.end_char, e.label_) for e in doc.ents]
        yield document(
            f"{path}, Doc {n}",
            side.get("id", f"{path.stem}-{n}"),
            doc.text,
            spans,
            dict(side.get("meta", {})),
        )
