"""Training as a user runs it: a config, a folder, a stop in the middle."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
import torch
from support import ROOT, TINY, small_corpus

from govner.corpus import write_gold
from govner.errors import UserError
from govner.models import locate
from govner.schema import GoldDocument, Span
from govner.tagger.features import (
    UNKNOWN,
    CharacterFeatures,
    CharacterVocabulary,
    PieceFeatures,
    load_featurizer,
)
from govner.training.calibration import fit_line
from govner.training.config import load_config, parse_overrides
from govner.training.examples import prepare
from govner.training.loop import Trainer
from govner.training.train import train
from govner.training.word_dropout import hide

CONFIG = ROOT / "configs" / "cnn.cfg"


def quiet(line: str) -> None:
    """No news."""


def test_a_trained_model_is_a_spacy_pipeline_that_knows_something(tiny_model: Path) -> None:
    nlp = spacy.load(tiny_model / "best")
    doc = nlp("一年来，在市委、市政府的坚强领导下，全市地区生产总值增长6.5%。")
    assert doc.text.startswith("一年来") and len(doc) == len(doc.text)
    metrics = json.loads((tiny_model / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["best"]["dev"]["f1"] > 0.2
    assert (tiny_model / "config.cfg").is_file()
    card = (tiny_model / "best" / "README.md").read_text(encoding="utf-8")
    assert f"{metrics['data']['train']['spans']:,} spans" in card
    assert all(0 <= e._.score <= 1 for e in doc.ents)


def test_a_pipeline_survives_bytes(tiny_model: Path) -> None:
    nlp = spacy.load(tiny_model / "best")
    text = "坚持稳中求进工作总基调，完成固定资产投资12亿元。"
    again = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "govner.CharacterTokenizer.v1"}}})
    again.add_pipe("govner_tagger")
    again.from_bytes(nlp.to_bytes())
    assert [(e.text, e.label_, e._.score) for e in again(text).ents] == [
        (e.text, e.label_, e._.score) for e in nlp(text).ents
    ]


def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overrides = {
        **TINY,
        "data.train": [str(small_corpus(tmp_path))],
        "training.epochs": 3,
        "training.word_dropout": 0.1,
    }
    train(CONFIG, tmp_path / "whole", overrides, say=quiet)

    class Stop(Exception):
        pass

    steps = 0

    def pull_the_plug(done: int, total: int) -> None:
        nonlocal steps
        steps += 1
        if done > total * 0.5:
            raise Stop

    with pytest.raises(Stop):
        train(CONFIG, tmp_path / "parts", overrides, say=quiet, tick=pull_the_plug)
    assert not (tmp_path / "parts" / "metrics.json").exists()
    train(CONFIG, tmp_path / "parts", overrides, resume=True, say=quiet)
    for name in (
        "best/govner_tagger/model.onnx",
        "last/govner_tagger/model.onnx",
        "last/govner_tagger/transitions.npy",
    ):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "parts" / name).read_bytes(), name
    a, b = (torch.load(tmp_path / n / "checkpoint.pt", weights_only=True) for n in ("whole", "parts"))
    assert all(torch.equal(a["network"][k], b["network"][k]) for k in a["network"])


TEXTS = [
    "全市地区生产总值增长百分之六，市人民政府办公室负责落实。\n持续推进乡村振兴战略。" * 6,
    "政府工作报告",
]


def test_word_dropout_hides_pieces_with_their_characters_and_nothing_else() -> None:
    featurizer = load_featurizer(locate("default") / "govner_tagger")
    assert isinstance(featurizer, PieceFeatures)
    features = featurizer(TEXTS)
    shown = hide(features, featurizer, 0.3, np.random.default_rng(1))
    hidden = shown["pieces"] != features["pieces"]
    assert (shown["pieces"][hidden] == featurizer.tokenizer.mask_id).all()
    assert 0.2 < hidden[0, 1:-1].mean() < 0.4
    opening_closing_padding = ~np.isin(features["pieces"], featurizer.tokenizer.ordinary_ids())
    assert not hidden[opening_closing_padding].any()
    stays = np.isin(features["chars"], [0, featurizer.vocabulary("\n")[0]])
    of_hidden = np.take_along_axis(hidden, features["piece_of"], axis=1) & ~stays
    assert (shown["chars"][of_hidden] == UNKNOWN).all()
    assert (shown["chars"][~of_hidden] == features["chars"][~of_hidden]).all()
    for name in ("piece_mask", "piece_of", "place"):
        assert (shown[name] == features[name]).all()
    assert_line_breaks_stay(features["chars"], shown["chars"], featurizer)


def assert_line_breaks_stay(before: np.ndarray, after: np.ndarray, featurizer: Any) -> None:
    line_break = featurizer.vocabulary("\n")[0]
    assert line_break != UNKNOWN and (before == line_break).any()
    assert ((before == line_break) == (after == line_break)).all()


def test_word_dropout_of_characters_takes_their_bigrams_along() -> None:
    featurizer = CharacterFeatures(CharacterVocabulary.from_texts(TEXTS, minimum=1), 1024)
    features = featurizer(TEXTS)
    shown = hide(features, featurizer, 0.3, np.random.default_rng(1))
    hidden = shown["chars"] != features["chars"]
    assert (shown["chars"][hidden] == UNKNOWN).all() and not hidden[features["chars"] == 0].any()
    assert 0.2 < hidden[0].mean() < 0.4
    gone = (shown["bigrams"] == 0) & (features["bigrams"] > 0)
    assert gone[hidden].all() and (gone[0].sum() > hidden[0].sum())
    assert gone[1, 5] == hidden[1, 5]  # what is drawn on padding touches no bigram
    assert_line_breaks_stay(features["chars"], shown["chars"], featurizer)
    again = hide(features, featurizer, 0.3, np.random.default_rng(1))
    assert all((shown[name] == again[name]).all() for name in shown)


def test_training_hides_what_the_config_says(tmp_path: Path) -> None:
    losses = []
    for share in (0.0, 0.3):
        values = {
            **TINY,
            "data.train": [str(small_corpus(tmp_path, 3))],
            "training.epochs": 1,
            "training.word_dropout": share,
        }
        train(CONFIG, tmp_path / str(share), values, say=quiet)
        losses.append(json.loads((tmp_path / str(share) / "history.json").read_text())[0]["loss"])
    assert losses[0] != losses[1]  # same seed: nothing else differs


def test_resuming_under_another_config_is_refused(tmp_path: Path) -> None:
    overrides = {**TINY, "data.train": [str(small_corpus(tmp_path, 3))], "training.epochs": 1}
    train(CONFIG, tmp_path / "out", overrides, say=quiet)
    with pytest.raises(UserError, match="another config"):
        train(CONFIG, tmp_path / "out", {**overrides, "training.epochs": 2}, resume=True, say=quiet)
    with pytest.raises(UserError, match="nothing to resume"):
        train(CONFIG, tmp_path / "fresh", overrides, resume=True, say=quiet)


def test_a_gold_span_that_cannot_be_represented_is_reported_with_its_document(tmp_path: Path) -> None:
    doc = GoldDocument("d1", "地区生产总值\n增长。市委", (Span(2, 9, "INDICATOR"), Span(10, 12, "ORG")), {})
    examples, lost = prepare([doc], ("ORG", "INDICATOR"))
    assert [(x.document, x.reason) for x in lost] == [("d1", "it crosses a line break")]
    assert [s.label for s in examples[0].spans] == ["ORG"]
    path = tmp_path / "odd.jsonl"
    write_gold(path, [doc])
    told: list[str] = []
    train(
        CONFIG, tmp_path / "out", {**TINY, "data.train": [str(path)], "training.epochs": 1}, say=told.append
    )
    assert any("d1" in line and "cannot be represented" in line for line in told)
    assert "crosses a line break" in (tmp_path / "out" / "unrepresentable.jsonl").read_text(encoding="utf-8")


def test_overrides_are_typed() -> None:
    arguments = [
        "--training.epochs",
        "3",
        "--model.dropout=0.5",
        "--data.train",
        '["a","b"]',
        "--x.y",
        "plain",
    ]
    assert parse_overrides(arguments) == {
        "training.epochs": 3,
        "model.dropout": 0.5,
        "data.train": ["a", "b"],
        "x.y": "plain",
    }
    with pytest.raises(UserError, match="wants a value"):
        parse_overrides(["--training.epochs"])


@pytest.mark.parametrize(
    ("override", "needle"),
    [
        ({"training.epochs": "many"}, "epochs"),
        ({"training.word_dropout": 12}, "training.word_dropout = 12"),
        ({"model.encoder.@architectures": "nobody.Encoder.v9"}, "nobody.Encoder.v9"),
        ({"data.train": ["nowhere.jsonl"]}, "nowhere.jsonl"),
    ],
)
def test_mistakes_in_a_config_are_named(tmp_path: Path, override: dict, needle: str) -> None:
    with pytest.raises(UserError, match=needle.replace(".", r"\.")):
        train(CONFIG, tmp_path, {**TINY, **override}, say=quiet)


def test_every_shipped_config_resolves() -> None:
    for path in sorted((ROOT / "configs").glob("*.cfg")):
        if path.stem != "pretrain":
            assert load_config(path).training.epochs > 0


def test_the_small_model_sees_thirty_characters_either_side() -> None:
    spec = load_config(CONFIG).model.encoder
    features = spec.featurizer(["市" * 100] * 2)
    network = spec.network(features).eval()
    plain, moved = features(["市" * 100]), features(["市" * 19 + "县" + "市" * 80])
    with torch.no_grad():
        a = network(*(torch.from_numpy(plain[n]) for n in network.inputs))[0]
        b = network(*(torch.from_numpy(moved[n]) for n in network.inputs))[0]
    changed = (a - b).abs().sum(1) > 0
    assert changed[50] and not changed[99]


def test_the_command_line_trains(
    tmp_path: Path, govner: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    changes = [x for k, v in TINY.items() for x in (f"--{k}", json.dumps(v))]
    corpus = json.dumps([str(small_corpus(tmp_path, 4))])
    done = govner(
        "train", CONFIG, "-o", tmp_path / "out", *changes, "--data.train", corpus, "--training.epochs", "1"
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "best" / "meta.json").is_file() and not done.stdout
    wrong = govner("train", tmp_path / "missing.cfg")
    assert wrong.returncode == 2 and "missing.cfg" in wrong.stderr and "Traceback" not in wrong.stderr


def test_calibration_finds_the_line_and_does_not_run_away_on_few_mistakes() -> None:
    rng = np.random.default_rng(0)
    odds = rng.normal(2, 3, 20_000)
    right = rng.random(20_000) < 1 / (1 + np.exp(-(0.6 * odds - 0.4)))
    assert fit_line(1 / (1 + np.exp(-odds)), right) == pytest.approx((0.6, -0.4), abs=0.05)
    slope, shift = fit_line(
        np.r_[np.full(50, 0.9999999), np.full(5, 0.99999)], np.r_[np.ones(50), np.zeros(5)] > 0
    )
    assert 0 < slope < 2 and abs(shift) < 2


def test_training_diverging_says_what_to_do(tmp_path: Path) -> None:
    overrides = {
        **TINY,
        "data.train": [str(small_corpus(tmp_path, 4))],
        "training.learning_rate": 1e30,
        "training.warmup": 0.0,
    }
    with pytest.raises(UserError, match=r"lower training\.learning_rate"):
        train(CONFIG, tmp_path / "out", overrides, say=quiet)


def test_trainer_stops_when_patience_runs_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "_score", lambda self: {"precision": 0.0, "recall": 0.0, "f1": 0.0})
    overrides = {
        **TINY,
        "data.train": [str(small_corpus(tmp_path, 2))],
        "training.epochs": 9,
        "training.patience": 2,
    }
    metrics = train(CONFIG, tmp_path / "out", overrides, say=quiet)
    assert metrics["epochs"] == 3
