"""The transformer: any BERT by path, exact offsets, int8, and fine-tuning from a trained model alone."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import spacy
import torch
from support import ROOT, TINY, small_corpus
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from govner.errors import UserError
from govner.tagger.features import load_featurizer
from govner.training.averaging import average
from govner.training.config import load_config
from govner.training.export import quantized
from govner.training.model.network import TaggerNetwork
from govner.training.quantize import integer_products
from govner.training.recover import recover_network, recover_state
from govner.training.train import train

CONFIG = ROOT / "configs" / "transformer.cfg"


@pytest.fixture(scope="module")
def small_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A character-level Chinese BERT of another shape than the shipped encoder, random weights."""
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("bert")
    corpus = (ROOT / "corpus" / "composed" / "train.jsonl").read_text(encoding="utf-8")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted({c for c in corpus if not c.isspace()})]
    tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.add_special_tokens(words[:5])
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=len(words),
        hidden_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=96,
    )
    BertModel(shape, add_pooling_layer=False).save_pretrained(folder)
    return folder


def overrides(source: str, corpus: Path) -> dict:
    common = {k: v for k, v in TINY.items() if not k.startswith("model.encoder")}
    return {
        **common,
        "data.train": [str(corpus)],
        "model.encoder.source": source,
        "model.encoder.width": 48,
        "model.encoder.frozen_layers": 1,
        "training.epochs": 1,
    }


@pytest.fixture(scope="module")
def trained(small_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    train(CONFIG, folder / "out", overrides(str(small_bert), small_corpus(folder, 6)), say=lambda line: None)
    return folder / "out" / "best"


TEXTS = ["全市地区生产总值４９０.２亿元，𠀀增长9％。\n第二段  有空格\t和“引号”…", "", "\n", "市"]


def test_another_bert_is_one_line_of_the_config(trained: Path) -> None:
    nlp = spacy.load(trained)
    assert [d.text for d in nlp.pipe(TEXTS)] == TEXTS


def test_the_graph_gives_what_the_network_gives(trained: Path, small_bert: Path) -> None:
    settings = load_config(CONFIG, overrides(str(small_bert), trained))
    tagger = spacy.load(trained).get_pipe("govner_tagger").tagger
    state = torch.load(trained.parent / "best.pt", weights_only=True)
    network = TaggerNetwork(settings.model.encoder.network(tagger.featurizer), settings.labels, 0.0)
    network.load_state_dict(state)
    features = tagger.featurizer(["全市地区生产总值增长9%。", "市委"])
    with torch.no_grad():
        expected = network.eval().emissions(features).numpy()
    np.testing.assert_allclose(tagger.runner(features), expected, atol=1e-4)


def test_a_batch_does_not_change_its_members(trained: Path) -> None:
    tagger = spacy.load(trained).get_pipe("govner_tagger").tagger
    alone = tagger.runner(tagger.featurizer(["市委"]))[0]
    together = tagger.runner(tagger.featurizer(["市委", "全市地区生产总值增长9%。" * 5]))[0, :2]
    np.testing.assert_allclose(alone, together, atol=1e-4)


def test_a_trained_model_alone_is_enough_to_fine_tune(trained: Path, tmp_path: Path) -> None:
    settings = load_config(CONFIG, overrides(f"govner:{trained}", trained))
    spec = settings.model.encoder
    network = spec.network(spec.featurizer(["市委市政府"]))
    state = torch.load(trained.parent / "best.pt", weights_only=True)
    for name, tensor in network.state_dict().items():
        if name.startswith("backbone."):
            torch.testing.assert_close(tensor, state[f"encoder.{name}"])
    metrics = train(
        CONFIG,
        tmp_path / "again",
        overrides(f"govner:{trained}", small_corpus(tmp_path, 3)),
        say=lambda line: None,
    )
    assert metrics["epochs"] == 1


def test_eight_bits_are_smaller_and_nearly_the_same(trained: Path, tmp_path: Path) -> None:
    quantized(trained, tmp_path / "small")
    big, small = (p / "govner_tagger" / "model.onnx" for p in (trained, tmp_path / "small"))
    assert small.stat().st_size < 0.6 * big.stat().st_size
    a, b = (spacy.load(p).get_pipe("govner_tagger").tagger for p in (trained, tmp_path / "small"))
    features = a.featurizer(["全市地区生产总值增长9%，固定资产投资下降。"])
    x, y = a.runner(features), b.runner(features)
    assert np.abs(x - y).max() < 0.25 * np.abs(x).max()
    # The small one, too, can be fine-tuned: its weights come back de-quantized.
    spec = load_config(CONFIG, overrides(f"govner:{tmp_path / 'small'}", trained)).model.encoder
    weights = dict(spec.network(spec.featurizer(["市委"])).named_parameters())
    state = torch.load(trained.parent / "best.pt", weights_only=True)
    name = "backbone.encoder.layer.2.attention.self.query.weight"
    torch.testing.assert_close(weights[name].detach(), state[f"encoder.{name}"], atol=0.02, rtol=0.1)


def test_products_in_integers_give_nearly_the_same_and_ignore_their_batch(
    trained: Path, tmp_path: Path
) -> None:
    texts = [
        "全市地区生产总值增长9%，固定资产投资下降2.5%，建成学校3所、卫生院2所，新建农村公路12公里。",
        "深入实施乡村振兴战略，扎实推进“放管服”改革，市委、市政府高度重视，各部门密切配合。",
    ]
    quantized(trained, tmp_path / "whole", texts)
    quantized(trained, tmp_path / "weights")
    graphs = [(tmp_path / p / "govner_tagger" / "model.onnx").read_bytes() for p in ("whole", "weights")]
    counts = [integer_products(graph) for graph in graphs]
    assert counts == [6, 0]  # two products in each of three layers; the others' weights are too small
    exact, rounded = (spacy.load(p).get_pipe("govner_tagger").tagger for p in (trained, tmp_path / "whole"))
    for text in texts:
        a, b = exact.emissions([text])[0], rounded.emissions([text])[0]
        assert np.abs(a - b).max() < 0.1 * np.abs(a).max()
    # A fixed scale: what else is read with a text does not change its scores.
    alone, among = rounded.emissions(texts[:1])[0], rounded.emissions([*texts, "市委" * 90])[0]
    np.testing.assert_allclose(alone, among, atol=1e-4)
    spec = load_config(CONFIG, overrides(f"govner:{tmp_path / 'whole'}", trained)).model.encoder
    weights = dict(spec.network(spec.featurizer(["市委"])).named_parameters())
    state = torch.load(trained.parent / "best.pt", weights_only=True)
    for name in ("output.dense", "intermediate.dense"):
        name = f"backbone.encoder.layer.1.{name}.weight"
        torch.testing.assert_close(weights[name].detach(), state[f"encoder.{name}"], atol=0.02, rtol=0.1)


def test_a_sample_for_a_model_in_eight_bits_is_one_message(trained: Path, tmp_path: Path) -> None:
    quantized(trained, tmp_path / "weights")
    with pytest.raises(UserError, match="in eight bits already"):
        quantized(tmp_path / "weights", tmp_path / "again", ["全市地区生产总值增长9%。"])


def test_frozen_layers_stay_and_the_rest_learns(trained: Path, small_bert: Path) -> None:
    from transformers import AutoModel

    before = AutoModel.from_pretrained(small_bert, add_pooling_layer=False).state_dict()
    after = torch.load(trained.parent / "best.pt", weights_only=True)
    prefix = "encoder.backbone."
    assert torch.equal(
        after[f"{prefix}embeddings.word_embeddings.weight"], before["embeddings.word_embeddings.weight"]
    )
    query = "encoder.layer.{}.attention.self.query.weight"
    assert torch.equal(after[prefix + query.format(0)], before[query.format(0)])
    assert not torch.equal(after[prefix + query.format(2)], before[query.format(2)])


def test_training_goes_on_from_a_trained_model(trained: Path, small_bert: Path, tmp_path: Path) -> None:
    still = {
        **overrides(str(small_bert), small_corpus(tmp_path, 3)),
        "system.initial": str(trained),
        "system.precision": "bfloat16",
        "training.learning_rate": 1e-12,
        "training.encoder_learning_rate": 1e-12,
    }
    train(CONFIG, tmp_path / "on", still, say=lambda line: None)
    before, after = (torch.load(p / "best.pt", weights_only=True) for p in (trained.parent, tmp_path / "on"))
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        torch.testing.assert_close(after[name], tensor, atol=1e-5, rtol=0)
    with pytest.raises(UserError, match="does not fit this config"):
        train(CONFIG, tmp_path / "wide", {**still, "model.encoder.width": 32}, say=lambda line: None)
    with pytest.raises(UserError, match=r"system\.precision = 'float16'"):
        train(CONFIG, tmp_path / "half", {**still, "system.precision": "float16"}, say=lambda line: None)


@pytest.fixture(scope="module")
def runs(trained: Path, small_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two models trained on from one, with other seeds."""
    folder = tmp_path_factory.mktemp("runs")
    corpus = small_corpus(folder)
    for seed in (1, 2):
        values = overrides(str(small_bert), corpus) | {"system.initial": str(trained), "system.seed": seed}
        train(CONFIG, folder / str(seed), values | {"training.epochs": 1}, say=lambda line: None)
    return [folder / "1" / "best", folder / "2" / "best"]


def test_the_mean_of_models_trained_on_from_one_is_a_model(
    runs: list[Path], tmp_path: Path, govner: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = govner("export", "average", *map(str, runs), "-o", str(tmp_path / "mean"))
    assert done.returncode == 0, done.stderr
    one, two, mean = (recover_state(m / "govner_tagger" / "model.onnx") for m in (*runs, tmp_path / "mean"))
    moved = [k for k in mean if mean[k].dtype.is_floating_point and not torch.equal(one[k], two[k])]
    assert len(moved) > 10  # or the runs were the same
    assert all(torch.allclose(mean[k], (one[k] + two[k]) / 2, atol=1e-6) for k in moved)
    fields = [np.load(m / "govner_tagger" / "transitions.npy") for m in (*runs, tmp_path / "mean")]
    assert not np.array_equal(fields[0], fields[1])
    assert np.allclose(fields[2], (fields[0] + fields[1]) / 2, atol=1e-6)
    meta = json.loads((tmp_path / "mean" / "meta.json").read_text(encoding="utf-8"))
    assert meta["name"] == "mean"
    assert f"F1 {meta['performance']['dev']['f1']:.4f} on 12 development documents" in done.stderr
    assert spacy.load(tmp_path / "mean")("市委、市政府实施乡村振兴战略。").text
    again = govner("export", "average", *map(str, runs), "-o", str(tmp_path / "mean"))
    assert again.returncode != 0 and "exists already" in again.stderr


def _broken(model: Path, folder: Path, file: str, content: bytes) -> Path:
    shutil.copytree(model, folder)
    (folder / "govner_tagger" / file).write_bytes(content)
    return folder


def test_models_without_a_mean_are_one_message_and_leave_nothing(
    runs: list[Path], tiny_model: Path, tmp_path: Path
) -> None:
    tagger = json.loads((runs[0] / "govner_tagger" / "tagger.json").read_text(encoding="utf-8"))
    same = json.dumps(tagger).encode()
    turned = json.dumps({**tagger, "labels": tagger["labels"][::-1]}).encode()
    quantized(runs[1], tmp_path / "small")
    cases = [
        (tiny_model / "best", tmp_path / "out", "other labels or windows"),
        (_broken(tiny_model / "best", tmp_path / "cnn", "tagger.json", same), tmp_path / "out", "same shape"),
        (tmp_path / "small", tmp_path / "out", "in eight bits"),
        (_broken(runs[1], tmp_path / "turned", "tagger.json", turned), tmp_path / "out", "other labels"),
        (
            _broken(runs[1], tmp_path / "cut", "model.onnx", b"version https"),
            tmp_path / "out",
            "cannot be read",
        ),
        (_broken(runs[1], tmp_path / "none", "transitions.npy", b""), tmp_path / "out", "cannot be read"),
        (tmp_path / "empty", tmp_path / "out", "is missing"),
        (runs[1], runs[0] / "govner_tagger" / "mean", "lies inside"),
    ]
    for other, output, needle in cases:
        with pytest.raises(UserError, match=needle):
            average([runs[0], other], output, [])
        assert not output.exists() and not list(tmp_path.glob("*.partial"))


def test_a_small_model_learns_from_a_large_one(trained: Path, small_bert: Path, tmp_path: Path) -> None:
    corpus = small_corpus(tmp_path, 6)
    student = overrides(str(small_bert), corpus) | {
        "model.encoder.layers": 2,
        "model.encoder.frozen_layers": 0,
        "system.initial": str(trained),
        "training.epochs": 4,
    }

    def distance(weight: float) -> float:
        """How far the student's scores lie from the teacher's."""
        values = student | {"distillation.teacher": str(trained), "distillation.weight": weight}
        train(CONFIG, tmp_path / str(weight), values, say=lambda line: None)
        texts = ["全市地区生产总值增长9%，建成学校3所。", "深入实施乡村振兴战略，市委高度重视。"]
        teacher = spacy.load(trained).get_pipe("govner_tagger").tagger
        small = spacy.load(tmp_path / str(weight) / "best").get_pipe("govner_tagger").tagger
        pairs = zip(teacher.emissions(texts), small.emissions(texts), strict=True)
        return float(np.mean([np.abs(a - b).mean() for a, b in pairs]))

    assert distance(30.0) < distance(0.0)
    config = json.loads((tmp_path / "0.0" / "best" / "govner_tagger" / "encoder.json").read_text("utf-8"))
    assert config["config"]["num_hidden_layers"] == 2


def test_layers_that_stay_keep_their_weights(trained: Path, small_bert: Path) -> None:
    values = overrides(str(small_bert), trained) | {"model.encoder.layers": 2}
    settings = load_config(CONFIG, values)
    component = trained / "govner_tagger"
    featurizer = load_featurizer(component)
    network = TaggerNetwork(settings.model.encoder.network(featurizer), settings.labels, 0.0)
    recover_network(component, network, 2)
    whole = torch.load(trained.parent / "best.pt", weights_only=True)
    name = "encoder.backbone.encoder.layer.{}.output.dense.weight"
    for new, old in ((0, 0), (1, 2)):
        assert torch.allclose(network.state_dict()[name.format(new)], whole[name.format(old)], atol=1e-6)


def test_more_layers_than_there_are_is_one_message(small_bert: Path, tmp_path: Path) -> None:
    values = overrides(str(small_bert), small_corpus(tmp_path, 3)) | {"model.encoder.layers": 9}
    with pytest.raises(UserError, match="the encoder has 3"):
        train(CONFIG, tmp_path / "out", values, say=lambda line: None)


def test_a_source_that_is_nowhere_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere/at-all"):
        train(
            CONFIG,
            tmp_path / "out",
            overrides("nowhere/at-all", small_corpus(tmp_path, 2)),
            say=lambda line: None,
        )
    (tmp_path / "cnn" / "govner_tagger").mkdir(parents=True)
    (tmp_path / "cnn" / "meta.json").write_text(json.dumps({}), encoding="utf-8")
    with pytest.raises(UserError):
        train(
            CONFIG,
            tmp_path / "out",
            overrides(f"govner:{tmp_path / 'cnn'}", small_corpus(tmp_path, 2)),
            say=lambda line: None,
        )
