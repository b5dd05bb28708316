"""Word boundaries as features: exact places for every code point, an option of the CNN, a student from a teacher."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import CORPUS, ROOT, TINY, small_corpus

from govner import models
from govner.errors import UserError
from govner.segmenter import BEGIN, END, MIDDLE, OUTSIDE, SINGLE, Segmenter, shipped_segmenter
from govner.tagger.windows import plan_windows
from govner.training.held_out import held_out_sources
from govner.training.segmenter import Options, distil, sample, train_segmenter, word_f1
from govner.training.train import train

installed = pytest.mark.skipif(find_spec("spacy_pkuseg") is None, reason="needs the extra words")

TEXT = "今年安排财政资金3.5亿元，\u3000推进老旧小区 改造12个。\n新建农村公路180公里；GDP增长6.5%。"

#: Text as cleaning may leave it, and worse: every kind of white space, other scripts, symbols, unpaired surrogates.
anything = st.text(
    st.one_of(
        st.sampled_from("全市经济社会发展的和了一二三。；！，、“”（）"),
        st.sampled_from(" \t\n\r\u3000\u00a0\u2028\x0b\x1c\x1f\x85\u200b"),
        st.sampled_from("０９Ａｚ％-._,|/*:+ab019&𠮷😀é"),
        st.characters(),
        st.characters(categories=["Cs"]),
    ),
    max_size=80,
)


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Which segmenter is the shipped one depends on the environment that a test sets."""
    shipped_segmenter.cache_clear()
    yield
    shipped_segmenter.cache_clear()


@pytest.fixture(scope="module")
def words_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words")
    few = str(small_corpus(folder, 3))
    overrides = {**TINY, "data.train": [few], "data.dev": [few], "model.encoder.words": True}
    train(
        ROOT / "configs" / "cnn.cfg",
        folder / "out",
        {**overrides, "training.epochs": 1},
        say=lambda line: None,
    )
    return folder / "out" / "best"


@installed
@settings(max_examples=150, deadline=None)
@given(anything)
def test_every_code_point_has_its_place_whatever_the_text(text: str) -> None:
    places = shipped_segmenter().places(text)
    assert places.shape == (len(text),)
    assert [p == OUTSIDE for p in places] == [c.isspace() for c in text]
    inside = False
    for place in places:
        assert (place in (MIDDLE, END)) == inside
        inside = place in (BEGIN, MIDDLE)
    assert not inside
    assert "".join(shipped_segmenter().words(text)) == "".join(text.split())


@installed
def test_words_are_words() -> None:
    words = shipped_segmenter().words(TEXT)
    assert {"今年", "财政", "资金", "推进", "小区", "改造", "农村", "公路", "公里", "增长"} <= set(words)
    places = shipped_segmenter().places("公路 。")
    assert list(places) == [BEGIN, END, OUTSIDE, SINGLE]


@installed
def test_a_place_does_not_depend_on_the_window() -> None:
    text = TEXT * 5
    whole = shipped_segmenter().places(text)
    for w in plan_windows(text, 60, 20):
        assert (shipped_segmenter().places(text[w.start : w.end]) == whole[w.start : w.end]).all()


@installed
def test_a_model_trained_with_words_loads_and_reads_them(words_model: Path) -> None:
    nlp = models.load(words_model)
    tagger = nlp.get_pipe("govner_tagger").tagger
    arrays = tagger.featurizer([TEXT, "公路"])
    assert arrays["words"].shape == arrays["chars"].shape
    changed = {**arrays, "words": np.where(arrays["words"] == SINGLE, BEGIN, SINGLE)}
    assert not np.allclose(tagger.runner(arrays), tagger.runner(changed))
    again = type(nlp.get_pipe("govner_tagger"))().from_bytes(nlp.get_pipe("govner_tagger").to_bytes())
    assert [s.score for s in again.tagger.predict([TEXT])[0]] == [s.score for s in tagger.predict([TEXT])[0]]


def test_without_words_nothing_is_asked_of_spacy_pkuseg(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "spacy_pkuseg", None)
    assert len(models.load(str(tiny_model))(TEXT)) == len(TEXT)


@installed
def test_a_model_with_words_says_what_to_install(words_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy_pkuseg", None)
    with pytest.raises(UserError, match=r"govner\[words\]"):
        models.load(words_model)


def test_training_with_words_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy_pkuseg", None)
    few = str(small_corpus(tmp_path, 3))
    overrides = {**TINY, "data.train": [few], "data.dev": [few], "model.encoder.words": True}
    with pytest.raises(UserError, match=r"govner\[words\]"):
        train(ROOT / "configs" / "cnn.cfg", tmp_path / "out", overrides, say=lambda line: None)


@installed
def test_another_teacher_gives_another_student_that_old_models_refuse(
    words_model: Path, tmp_path: Path, govner: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models" / "segmenter"
    options = Options(characters=1500, epochs=2)
    train_file = small_corpus(tmp_path, 3)
    teacher = shipped_segmenter()
    said = distil(teacher, "a test", [train_file], [train_file], folder, options, lambda line: None)
    assert 0.6 < said["agreement"]["train.jsonl"] <= 1
    assert said == json.loads((folder / "segmenter.json").read_text(encoding="utf-8"))
    assert Segmenter(folder).fingerprint == said["fingerprint"] != teacher.fingerprint

    twin = tmp_path / "twin"
    assert (
        distil(teacher, "a test", [train_file], [], twin, options, lambda line: None)["fingerprint"]
        == (said["fingerprint"])
    )

    monkeypatch.setenv("GOVNER_MODELS", str(tmp_path / "models"))
    shipped_segmenter.cache_clear()
    with pytest.raises(UserError, match=said["fingerprint"]):
        models.load(words_model)

    done = govner("segmenter", "cut", "--model", folder, stdin="公路 180公里\n".encode())
    assert done.returncode == 0 and done.stdout.replace(" ", "") == "公路180公里\n"


def test_held_out_reports_train_no_segmenter(tmp_path: Path) -> None:
    path = tmp_path / min(n for n in held_out_sources() if n.endswith(".txt"))
    path.write_text("这里写的是什么都没有关系，名字就够了。\n", encoding="utf-8")
    with pytest.raises(UserError, match="no text to train on"):
        sample(path, 1000, lambda line: None)


@installed
def test_only_the_published_teacher_is_unpickled(tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "some"), "zip", CORPUS / "composed")
    (tmp_path / "features.pkl").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    for teacher in (tmp_path / "some.zip", tmp_path, tmp_path / f"no{os.sep}where"):
        with pytest.raises(UserError, match="pkuseg"):
            train_segmenter(teacher, [], [], tmp_path / "out")


def test_word_f1_counts_stretches() -> None:
    assert word_f1([["全市", "经济"]], [["全市", "经济"]]) == 1
    assert word_f1([["全市", "经济"]], [["全", "市", "经济"]]) == pytest.approx(0.4)
    assert word_f1([[]], [[]]) == 1
