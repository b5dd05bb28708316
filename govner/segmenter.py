"""Word boundaries as features: for each code point, its place in its word. The tokens stay single code points.

A segmenter is a small spacy-pkuseg model (a linear-chain CRF, Luo et al. 2019) that imitates a large one; its labels
are silver, not gold (see ``models_data/segmenter/README.md``). It needs the extra ``words``::

    place_of_each_code_point = shipped_segmenter().places("推进雄安新区建设")
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govner.errors import UserError
from govner.models import search_path
from govner.tokenizer import sentence_starts

#: Where a code point stands in its word; OUTSIDE is white space, and padding.
OUTSIDE, BEGIN, MIDDLE, END, SINGLE = range(5)
PLACES = 5

#: The files that spacy-pkuseg reads; together they are the model.
FILES = ("features.msgpack", "weights.npz")
#: A segmenter's folder on the models' search path.
FOLDER = "segmenter"

# Sentences recur: windows overlap, and training reads every text once an epoch.
_REMEMBERED = 1 << 16
_NOT_SPACE = re.compile(r"\S+")


class Segmenter:
    """Cuts text into words.

    Args:
        folder: holds a model of spacy-pkuseg.
        dictionary: whether words are joined after the list that comes with spacy-pkuseg, as its own models want.

    Raises:
        UserError: spacy-pkuseg is not installed, or the folder holds no model.
    """

    def __init__(self, folder: Path, *, dictionary: bool = False) -> None:
        self.folder = folder
        self.dictionary = dictionary
        self._model = _load(folder, dictionary)
        self._places = lru_cache(_REMEMBERED)(self._sentence_places)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.folder, self.dictionary)

    @property
    def fingerprint(self) -> str:
        """Identity of the model, so that features are never read with another one than they were trained with."""
        digest = hashlib.sha256()
        for name in FILES:
            digest.update((self.folder / name).read_bytes())
        return digest.hexdigest()[:16]

    def places(self, text: str) -> NDArray[np.int64]:
        """BEGIN, MIDDLE, END, SINGLE or OUTSIDE (white space) for each code point of the text: shape ``(len(text),)``.

        Sentences are cut one by one, so that a word's place does not depend on the window it is read in.
        """
        if not text:
            return np.zeros(0, dtype=np.int64)
        starts = [i for i, first in enumerate(sentence_starts(text)) if first]
        parts = [self._places(text[a:b]) for a, b in pairwise([*starts, len(text)])]
        return np.frombuffer(b"".join(parts), dtype=np.uint8).astype(np.int64)

    def words(self, text: str) -> list[str]:
        """The words of a text; white space parts words and belongs to none."""
        out: list[str] = []
        for char, place in zip(text, self.places(text), strict=True):
            if place in (BEGIN, SINGLE):
                out.append(char)
            elif place != OUTSIDE:
                out[-1] += char
        return out

    def _sentence_places(self, sentence: str) -> bytes:
        places = bytearray(len(sentence))
        # spacy-pkuseg drops white space and returns slices of the rest, whatever it normalizes inside; each run
        # without white space is handed over alone, so that its words' lengths are all that is needed.
        for run in _NOT_SPACE.finditer(sentence):
            at = run.start()
            for word in self._model.cut(run.group()):
                places[at : at + len(word)] = _shape(len(word))
                at += len(word)
            if at != run.end():
                raise ValueError(f"the segmenter gave {at - run.start()} code points for {run.group()!r}")
        return bytes(places)


def _shape(length: int) -> bytes:
    if length == 1:
        return bytes([SINGLE])
    return bytes([BEGIN, *[MIDDLE] * (length - 2), END])


def _load(folder: Path, dictionary: bool) -> Any:
    try:
        import spacy_pkuseg
    except ImportError:
        raise UserError(
            "word boundaries as features need spacy-pkuseg: pip install 'govner[words]' (or use a model "
            "trained with words = false)"
        ) from None
    if not (folder / FILES[1]).is_file():
        raise UserError(
            f"{folder}: no word segmenter there, {FILES[1]} is missing; see `govner segmenter train`"
        )
    return spacy_pkuseg.pkuseg(str(folder), user_dict="default" if dictionary else None)


def _again(folder: Path, dictionary: bool) -> Segmenter:
    return Segmenter(folder, dictionary=dictionary)


@cache
def shipped_segmenter() -> Segmenter:
    """The segmenter ``segmenter`` on the models' search path: ``$GOVNER_MODELS``, then the package; loaded once.

    Raises:
        UserError: there is none, or spacy-pkuseg is not installed.
    """
    folders = [path / FOLDER for path in search_path()]
    return Segmenter(next((f for f in folders if (f / FILES[0]).is_file()), folders[-1]))


def segmenter_of(fingerprint: str, wanted_by: Path) -> Segmenter:
    """The shipped segmenter, if it is the one that a model was trained with.

    Raises:
        UserError: it is another one; the message names the model.
    """
    segmenter = shipped_segmenter()
    if segmenter.fingerprint != fingerprint:
        raise UserError(
            f"{wanted_by}: was trained with word segmenter {fingerprint}, {segmenter.folder} holds "
            f"{segmenter.fingerprint}; put the other one into a folder named {FOLDER} on $GOVNER_MODELS, or train again"
        )
    return segmenter
