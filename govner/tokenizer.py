"""A tokenizer that gives one token per Unicode code point.

Word boundaries are opinions in Chinese: a gold span that a word segmenter cuts through would be lost. With one token
per code point, token indices are character offsets and every span can be represented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

#: A sentence ends after one of these (and closing quotes or brackets that follow), or at a line break.
TERMINATORS = "。！？!?；"
CLOSERS = "”’」』）)》"


def sentence_starts(text: str) -> list[bool]:
    """For each code point, whether a sentence starts there.

    Sentences start after line breaks and after sentence-final punctuation with its closing quotes. Line breaks end
    the sentence they follow.
    """
    starts = [False] * len(text)
    if text:
        starts[0] = True
    ended = False
    for i, char in enumerate(text):
        if (i and text[i - 1] == "\n") or (
            ended and char not in TERMINATORS and char not in CLOSERS and char != "\n"
        ):
            starts[i] = True
            ended = False
        if char in TERMINATORS:
            ended = True
    return starts


class CharacterTokenizer:
    """Turns text into a Doc of one token per code point; ``doc.text`` is the text itself, white space included."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        return Doc(
            self.vocab, words=list(text), spaces=[False] * len(text), sent_starts=sentence_starts(text)
        )

    def pipe(self, texts: Iterable[str]) -> Iterable[Doc]:
        """Tokenize a stream of texts."""
        return map(self, texts)

    # The tokenizer has no state, but spaCy saves and loads every tokenizer.
    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Nothing to save."""

    def from_disk(self, path: str | Path, **kwargs: Any) -> CharacterTokenizer:
        """Nothing to load."""
        return self

    def to_bytes(self, **kwargs: Any) -> bytes:
        """Nothing to save."""
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> CharacterTokenizer:
        """Nothing to load."""
        return self


def create_character_tokenizer() -> Callable[[Language], CharacterTokenizer]:
    """``@tokenizers = "govner.CharacterTokenizer.v1"`` in a config."""

    def create(nlp: Language) -> CharacterTokenizer:
        return CharacterTokenizer(nlp.vocab)

    return create
