"""A small word segmenter from a large one: teacher → silver words → student.

The teacher is the general model in the PyPI wheel pkuseg 0.0.25 (Luo et al. 2019, MIT). Its words are silver: nobody
has read them. The student is a spacy-pkuseg model of a few megabytes (the teacher takes 180 on disk and 800 in memory).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import srsly

from govner.errors import UserError
from govner.segmenter import FILES, Segmenter
from govner.tokenizer import sentence_starts
from govner.training.pretrain.texts import load_texts

TEACHER = "pkuseg 0.0.25, general model"
#: Unpickling runs code, so only the published teacher is loaded.
TEACHER_SHA256 = "265dcf5534a11d6429776f7e7450a9eef8e075b1a4bedb82ef996994d9c721ac"
_INSIDE_WHEEL = "pkuseg/models/default/"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """How a student is trained.

    Attributes:
        characters: taken from each text argument at most, whole paragraphs chosen by hash.
        least: a feature is kept if it stands more often than this in the silver words.
        epochs: passes of pkuseg's trainer.
        seed: of the order in which it sees sentences.
    """

    characters: int = 250_000
    least: int = 1
    epochs: int = 20
    seed: int = 1


def train_segmenter(
    teacher: Path,
    texts: Sequence[Path],
    measure: Sequence[Path],
    out: Path,
    options: Options | None = None,
    say: Say = print,
) -> dict[str, Any]:
    """Segment raw text with the teacher, train a student on that and write it to a folder.

    Args:
        teacher: the wheel, or a folder with the model in it.
        texts: files and folders to learn from; held-out reports are left out.
        measure: files and folders that only measure how far the student agrees with the teacher.

    Returns:
        What ``segmenter.json`` in the folder says: teacher, amounts, agreement (word F1) by ``measure``, speed, size.

    Raises:
        UserError: the teacher is another one, or there is no text.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = _unpack(teacher, Path(scratch))
        with contextlib.redirect_stderr(None):  # spacy-pkuseg warns that the model is stored the old way
            large = Segmenter(folder, dictionary=True)
    return distil(large, TEACHER, texts, measure, out, options or Options(), say)


def distil(
    teacher: Segmenter,
    name: str,
    texts: Sequence[Path],
    measure: Sequence[Path],
    out: Path,
    options: Options,
    say: Say,
) -> dict[str, Any]:
    """What :func:`train_segmenter` does, with any segmenter as the teacher; ``name`` says which."""
    taken = {p.name: sample(p, options.characters, say) for p in texts}
    lines = [line for source, some in taken.items() for line in silver(teacher, some, source, say)]
    held = {p.name: sample(p, options.characters, say) for p in measure}
    expected = {source: [teacher.words(p) for p in some] for source, some in held.items()}
    began = time.monotonic()
    _fit(lines, out, options)
    said = {
        "teacher": name,
        "labels": "silver: made by the teacher, read by nobody",
        "options": asdict(options),
        "characters": {source: sum(map(len, some)) for source, some in taken.items()},
        "seconds": round(time.monotonic() - began, 1),
        **measure_student(out, held, expected),
    }
    (out / "segmenter.json").write_text(
        json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return said


def _unpack(teacher: Path, scratch: Path) -> Path:
    """The folder of the teacher's model."""
    folder = teacher
    if teacher.is_file():
        folder = scratch / "teacher"
        folder.mkdir()
        try:
            with zipfile.ZipFile(teacher) as wheel:
                for name in ("features.pkl", FILES[1]):
                    (folder / name).write_bytes(wheel.read(_INSIDE_WHEEL + name))
        except (KeyError, zipfile.BadZipFile) as error:
            raise UserError(f"{teacher}: not the wheel of pkuseg 0.0.25 ({error})") from None
    pickled = folder / "features.pkl"
    if not pickled.is_file() or hashlib.sha256(pickled.read_bytes()).hexdigest() != TEACHER_SHA256:
        raise UserError(
            f"{teacher}: not the general model of pkuseg 0.0.25; `govner segmenter train --help` says where it is"
        )
    return folder


def sample(path: Path, characters: int, say: Say) -> list[str]:
    """Paragraphs of a file or folder, about so many characters of them, chosen by hash: the same ones each time."""
    raw = load_texts([path])
    for line in raw.failures:
        say(f"not read: {line}")
    if raw.refused:
        say(f"{path}: left out {len(raw.refused)} texts that are held out for testing")
    paragraphs = [p for document in raw.documents for p in document]
    paragraphs.sort(key=lambda p: hashlib.sha256(p.encode("utf-8", "surrogatepass")).digest())
    before = accumulate(map(len, paragraphs), initial=0)
    return [p for p, so_far in zip(paragraphs, before, strict=False) if so_far < characters]


def silver(teacher: Segmenter, paragraphs: Iterable[str], name: str, say: Say) -> Iterator[str]:
    """A sentence a line, its words parted by spaces."""
    began, done = time.monotonic(), 0
    for paragraph in paragraphs:
        starts = [i for i, first in enumerate(sentence_starts(paragraph)) if first]
        for a, b in pairwise([*starts, len(paragraph)]):
            if words := teacher.words(paragraph[a:b]):
                yield " ".join(words)
        done += len(paragraph)
    say(f"{name}: {done} characters segmented, {done / (time.monotonic() - began):.0f} a second")


def _fit(lines: Sequence[str], out: Path, options: Options) -> None:
    import spacy_pkuseg
    from spacy_pkuseg.config import config

    before = config.featureTrim
    config.featureTrim = options.least
    random.seed(options.seed)
    try:
        with (
            tempfile.TemporaryDirectory() as scratch,
            open(os.devnull, "w") as nowhere,
            contextlib.redirect_stdout(nowhere),
        ):
            train_file, test_file = Path(scratch, "train.txt"), Path(scratch, "test.txt")
            train_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            # The trainer wants a test file; what it finds there changes nothing.
            test_file.write_text("\n".join(lines[:10]) + "\n", encoding="utf-8")
            spacy_pkuseg.train(str(train_file), str(test_file), str(out), train_iter=options.epochs)
    finally:
        config.featureTrim = before
    shrink(out)


def shrink(folder: Path) -> None:
    """Take out of a trained model what segmenting never reads, and store its weights in half precision.

    Word pairs are read in training only; a word matters only if a kept feature names it. Half-precision values in
    double-precision arrays (what spacy-pkuseg reads) compress to a quarter.
    """
    features = srsly.read_msgpack(folder / FILES[0])
    named: set[str] = set()
    for feature in features["feature_to_idx"]:
        kind, _, rest = feature.partition(".")
        if kind in ("w1", "w-1"):
            named.add(rest)
        elif kind == "ww":
            named.update(rest[2:].split("*"))
    features["unigram"] = [w for w in features["unigram"] if w in named]
    features["bigram"] = []
    srsly.write_msgpack(folder / FILES[0], features)
    with np.load(folder / FILES[1]) as stored:
        sizes, weights = stored["sizes"], stored["w"]
    half = weights.astype(np.float16).astype(np.float64)
    np.savez_compressed(folder / FILES[1], sizes=sizes, w=half)


def measure_student(
    folder: Path, texts: dict[str, list[str]], expected: dict[str, list[list[str]]]
) -> dict[str, Any]:
    """Agreement with the teacher's words, time to load, speed and size of a student."""
    began = time.perf_counter()
    student = Segmenter(folder)
    loaded = time.perf_counter() - began
    began = time.perf_counter()
    found = {name: [student.words(p) for p in some] for name, some in texts.items()}
    took = time.perf_counter() - began
    characters = sum(len(p) for some in texts.values() for p in some)
    return {
        "agreement": {name: round(word_f1(expected[name], found[name]), 4) for name in texts},
        "measured_on_characters": {name: sum(map(len, some)) for name, some in texts.items()},
        "characters_per_second": round(characters / took) if characters else None,
        "load_seconds": round(loaded, 2),
        "bytes": sum((folder / name).stat().st_size for name in FILES),
        "fingerprint": student.fingerprint,
    }


def word_f1(expected: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> float:
    """F1 of words as stretches of the text, white space left out; 1 for no words at all."""
    both = ours = theirs = 0
    for one, other in zip(expected, found, strict=True):
        a, b = _stretches(one), _stretches(other)
        both, ours, theirs = both + len(a & b), ours + len(b), theirs + len(a)
    return 2 * both / (ours + theirs) if ours + theirs else 1.0


def _stretches(words: Sequence[str]) -> set[tuple[int, int]]:
    return set(pairwise(accumulate(map(len, words), initial=0)))
