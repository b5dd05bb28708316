"""Masked-language-model training: it learns, stops and goes on exactly, and never reads what is held out."""

from __future__ import annotations

import csv
import json
import lzma
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from govner.errors import UserError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from govner.training.backbone import load_encoder  # noqa: E402
from govner.training.pretrain import Settings, load_config, pretrain, texts  # noqa: E402
from govner.training.pretrain.config import Masking  # noqa: E402
from govner.training.pretrain.examples import Frame, encode  # noqa: E402
from govner.training.pretrain.loop import Run  # noqa: E402
from govner.training.pretrain.masking import IGNORED, Masker  # noqa: E402

CHARACTERS = "全县年地区生产总值完成亿元增长百分之点建设项目新农村公路桥梁镇乡工业投资十四五规划，。"
PHRASES = ["全县地区生产总值增长", "新建农村公路", "完成工业投资", "十四五规划", "建设桥梁项目", "百分之五"]


def chinese_bert(folder: Path) -> Path:
    """A small character-level BERT with a tokenizer, as a Hugging Face folder."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(CHARACTERS)]
    tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.add_special_tokens(words[:5])
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=48,
        max_position_embeddings=40,
    )
    transformers.BertForMaskedLM(config).save_pretrained(folder)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    return folder


def composed(lines: int, seed: int) -> list[str]:
    choose = random.Random(seed)
    return [
        "，".join(choose.choices(PHRASES, k=4)) + f"，{choose.choice(CHARACTERS)}。" for _ in range(lines)
    ]


CONFIG = """
[pretrain]
encoder = "{encoder}"
output = "{output}"
seed = 5
threads = 1
precision = "float32"
held_out = 0.1

[corpora]

[corpora.reports]
paths = ["{folder}/reports"]
share = 0.7

[corpora.news]
paths = ["{folder}/news"]
share = 0.3

[masking]
rate = 0.2
unit = "pieces"
lengths = [0.5, 0.5]
keep = 0.1
replace = 0.1

[optimization]
length = 24
batch = 8
learning_rate = 0.01
warmup_steps = 4
weight_decay = 0.01
clip = 1.0
dropout = 0.1

[budget]
steps = 8
core_hours = 0

[rhythm]
log_steps = 1
evaluate_steps = 4
checkpoint_steps = 3
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    encoder = chinese_bert(tmp_path / "encoder")
    (tmp_path / "reports").mkdir()
    (tmp_path / "news").mkdir()
    for number in range(3):
        text = "\n".join(composed(60, number))
        (tmp_path / "reports" / f"县{number}.txt").write_text(text, encoding="utf-8")
    with lzma.open(tmp_path / "news" / "news.txt.xz", "wt", encoding="utf-8") as f:
        f.write("\n".join(composed(120, 9)))
    config = tmp_path / "pretrain.cfg"
    filled = CONFIG.format(encoder=encoder, output=tmp_path / "out", folder=tmp_path)
    config.write_text(filled, encoding="utf-8")
    return load_config(config)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_encoder(folder)[0].state_dict()


def curve(folder: Path) -> list[tuple[str, ...]]:
    with (folder / "loss.csv").open(encoding="utf-8") as f:
        return [(r["step"], r["pieces"], r["set"], r["loss"]) for r in csv.DictReader(f)]


def test_it_learns_and_says_so(settings: Settings) -> None:
    faster = replace(settings.optimization, dropout=0.0, learning_rate=0.003)
    longer = replace(settings, optimization=faster, budget=replace(settings.budget, steps=120))
    summary = pretrain(longer)
    assert summary == json.loads((settings.output / "pretraining.json").read_text(encoding="utf-8"))
    assert summary["steps"] == 120
    for name in ("reports", "news"):
        held = summary["held_out"][name]
        assert held["loss"] < held["loss_at_start"] - 0.3
        assert held["perplexity"] < held["perplexity_at_start"]
    assert isinstance(summary["still_falling"], bool)
    assert summary["core_hours"] >= 0
    model, tokenizer = load_encoder(settings.output)
    ids = torch.from_numpy(tokenizer("全县增长").ids)[None]
    assert model(input_ids=ids).last_hidden_state.shape == (1, 6, 24)
    assert not torch.equal(
        model.get_input_embeddings().weight, load_encoder(settings.encoder)[0].get_input_embeddings().weight
    )


class Interrupted(Exception):
    pass


def test_resumed_equals_uninterrupted(settings: Settings, tmp_path: Path) -> None:
    pretrain(settings)

    def interrupt(message: str) -> None:
        if message.startswith("step 5:"):
            raise Interrupted

    other = replace(settings, output=tmp_path / "other")
    with pytest.raises(Interrupted):
        pretrain(other, say=interrupt)
    summary = pretrain(other, resume=True)
    assert summary["sessions"] == 2
    expected, found = weights(settings.output), weights(other.output)
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    assert curve(other.output) == curve(settings.output)


def test_a_run_is_not_overwritten_nor_mixed_with_another(settings: Settings) -> None:
    pretrain(settings)
    with pytest.raises(UserError, match="--resume"):
        pretrain(settings)
    with pytest.raises(UserError, match="changed"):
        pretrain(replace(settings, seed=6), resume=True)


def test_there_must_be_something_to_resume(settings: Settings) -> None:
    with pytest.raises(UserError, match="no checkpoint"):
        pretrain(settings, resume=True)


def test_a_budget_of_time_ends_a_run(settings: Settings) -> None:
    short = replace(settings.budget, steps=0, core_hours=1 / 3600)
    summary = pretrain(replace(settings, budget=short))
    assert summary["steps"] >= 1


def test_bfloat16_where_it_is_asked_for(settings: Settings) -> None:
    few = replace(settings, precision="bfloat16", budget=replace(settings.budget, steps=2))
    assert "bfloat16" in pretrain(few)["device"]
    assert all(value.dtype != torch.bfloat16 for value in weights(settings.output).values())


def test_held_out_reports_are_left_out(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "".join(reversed(CHARACTERS))
    folder = Path(settings.corpora[0].paths[0])
    (folder / "gold-copy.txt").write_text("\n".join([secret] * 4), encoding="utf-8")
    monkeypatch.setattr(texts, "is_held_out", lambda text, name="": secret in text or "县2" in name)
    raw = texts.load_texts([folder])
    read = "\n".join(p for d in raw.documents for p in d)
    assert secret not in read
    assert {Path(name).name for name in raw.refused} == {"gold-copy.txt", "县2.txt"}
    assert len(raw.documents) == 2
    summary = pretrain(settings)
    assert {Path(n).name for n in summary["corpora"]["reports"]["left_out"]} == {"gold-copy.txt", "县2.txt"}


def test_news_that_quotes_a_held_out_report_is_left_out(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "held_out_share", lambda text: 0.9 if "引文" in text else 0.0)
    with lzma.open(tmp_path / "news.txt.xz", "wt", encoding="utf-8") as f:
        f.write("全县增长工业投资\n以下是一段长引文\n新建农村公路两条\n")
    raw = texts.load_texts([tmp_path / "news.txt.xz"])
    assert raw.documents == [["全县增长工业投资", "新建农村公路两条"]]
    assert [name.rpartition(":")[2] for name in raw.refused] == ["2"]


def test_paragraphs_that_measure_are_never_trained_on(settings: Settings) -> None:
    documents = texts.load_texts(settings.corpora[1].paths).documents
    train, measure = texts.split(documents, 0.3)
    seen, held = ({p for d in part for p in d} for part in (train, measure))
    assert held
    assert not seen & held
    assert seen | held == {p for d in documents for p in d}


def test_masking_hides_what_it_should(settings: Settings) -> None:
    tokenizer = load_encoder(settings.encoder)[1]
    frame = Frame.of(tokenizer)
    masking = Masking(rate=0.2, unit="pieces", lengths=(0.5, 0.5), keep=0.1, replace=0.1)
    masker = Masker(masking, tokenizer.mask_id, tokenizer.ordinary_ids(), frame)
    rng = np.random.default_rng(0)
    ids = rng.choice(tokenizer.ordinary_ids(), 100)
    hidden, masked, as_it_was = [], 0, 0
    for _ in range(200):
        inputs, targets = masker(ids, np.ones(100, dtype=bool), rng)
        assert inputs[0] == frame.opening[0]
        assert inputs[-1] == frame.closing[0]
        where = targets != IGNORED
        assert not where[0]
        assert not where[-1]
        np.testing.assert_array_equal(targets[1:-1][where[1:-1]], ids[where[1:-1]])
        np.testing.assert_array_equal(inputs[1:-1][~where[1:-1]], ids[~where[1:-1]])
        hidden.append(where.sum())
        masked += (inputs[where] == tokenizer.mask_id).sum()
        as_it_was += (inputs[where] == targets[where]).sum()
    assert 19 < np.mean(hidden) < 22
    assert 0.75 < masked / sum(hidden) < 0.85
    assert 0.07 < as_it_was / sum(hidden) < 0.15


def test_whole_words_are_hidden_together(settings: Settings) -> None:
    pytest.importorskip("jieba")
    tokenizer = load_encoder(settings.encoder)[1]
    frame = Frame.of(tokenizer)
    stream = encode(["工业投资建设，全县增长"], tokenizer, frame, "words")
    assert stream.starts.tolist() == [True, False, True, False, True, False, True, True, False, True, False]
    masking = Masking(rate=0.2, unit="words", lengths=(1.0,), keep=0.0, replace=0.0)
    masker = Masker(masking, tokenizer.mask_id, tokenizer.ordinary_ids(), frame)
    rng = np.random.default_rng(0)
    for _ in range(20):
        _, targets = masker(stream.ids.astype(np.int64), stream.starts, rng)
        hidden = (targets != IGNORED)[1:-1]
        inside = ~stream.starts[1:]
        assert (hidden[1:][inside] == hidden[:-1][inside]).all()


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"budget.steps": 0}, "budget"),
        ({"masking.rate": 1.5}, "rate"),
        ({"masking.unit": "letters"}, "unit"),
        ({"pretrain.precision": "float8"}, "precision"),
        ({"corpora.news.share": 0}, "share"),
    ],
)
def test_a_wrong_value_is_named(
    settings: Settings, tmp_path: Path, overrides: dict[str, object], named: str
) -> None:
    with pytest.raises(UserError, match=named):
        load_config(tmp_path / "pretrain.cfg", overrides)


def test_text_that_is_missing_is_named(settings: Settings, tmp_path: Path) -> None:
    nowhere = replace(settings.corpora[0], paths=(str(tmp_path / "nowhere"),))
    with pytest.raises(UserError, match="nowhere"):
        Run(replace(settings, corpora=(nowhere,)), resume=False, say=lambda _: None)


def test_the_shipped_config_is_complete() -> None:
    settings = load_config(Path(__file__).parent.parent / "configs" / "pretrain.cfg")
    assert {c.name for c in settings.corpora} == {"reports", "news"}


def test_the_command_says_what_came_of_it(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    import typer
    from typer.testing import CliRunner

    from govner.cli_backbone import PRETRAIN_SETTINGS
    from govner.cli_backbone import pretrain as command

    app = typer.Typer()
    app.command(context_settings=PRETRAIN_SETTINGS)(command)
    arguments = [str(tmp_path / "pretrain.cfg"), "--budget.steps", "3"]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    summary = json.loads((settings.output / "pretraining.json").read_text(encoding="utf-8"))
    assert summary["steps"] == 3
    more = CliRunner().invoke(app, [*arguments[:2], "5", "--resume"], catch_exceptions=False)
    assert more.exit_code == 0
    summary = json.loads((settings.output / "pretraining.json").read_text(encoding="utf-8"))
    assert summary["steps"] == 5
