"""Every code point has exactly one piece, whatever the tokenizer's normalization does."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from govner.pieces import PieceTokenizer


def sentencepiece_like() -> Tokenizer:
    """A Unigram tokenizer with XLM-R's pipeline and a few pieces."""
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.9)]
    pieces += [(c, -9.0) for c in "全年增长生产总值新区建设项目十四五个百分点，。“”%.0123456789GDPm"]
    pieces += [("全年", -8.0), ("增长", -7.0), ("GDP", -8.0), ("▁新", -8.5), ("8.5", -8.0), ("%,", -8.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"[\u0000-\u001f\u200b]"), " "),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer


def chinese_bert_like() -> Tokenizer:
    """A character-level Chinese BERT's WordPiece, which lowercases and strips accents."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"全年增长新区建设gdp，。8"]
    words += ["##d", "##p", "gd", "##5"]
    tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.add_special_tokens(words[:5])
    return tokenizer


def without_framing() -> Tokenizer:
    """No opening or closing token at all."""
    tokenizer = sentencepiece_like()
    tokenizer.post_processor = processors.Sequence([])
    return tokenizer


def tokenizers() -> list[PieceTokenizer]:
    found = [PieceTokenizer(make()) for make in (sentencepiece_like, chinese_bert_like, without_framing)]
    folder = os.environ.get("GOVNER_TOKENIZER")
    shipped = [Path(folder)] if folder else sorted(Path(str(files("govner"))).rglob("tokenizer.json"))
    return found + [PieceTokenizer.from_disk(path) for path in shipped]


TOKENIZERS = tokenizers()

AWKWARD = "增长 \u3000\n\r\t“”…—①½㎡ＧＤＰ８．５％▁全年<s>[UNK]"
AWKWARD += "\u200b\ufeff\u0301é\u1100\u1161한ﬁﷺ\U0001f600\U00020000\x00"
ANY_TEXT = st.one_of(st.text(), st.text(alphabet=AWKWARD), st.text(alphabet=st.characters()))


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@settings(max_examples=150, deadline=None)
@given(text=ANY_TEXT)
@example(text="")
@example(text="   ")
@example(text="\n")
@example(text="½㎡")
@example(text="\ud800全")
@example(text="<s>全年</s><mask>[SEP]")
def test_every_code_point_has_one_piece(tokenizer: PieceTokenizer, text: str) -> None:
    pieces = tokenizer(text)
    assert pieces.piece_of.shape == pieces.place.shape == (len(text),)
    assert len(pieces.ids) >= 1
    assert pieces.ids.min() >= 0
    assert pieces.ids.max() < len(tokenizer)
    if text:
        assert (np.diff(pieces.piece_of) >= 0).all()
        assert pieces.piece_of.min() >= 0
        assert pieces.piece_of.max() < len(pieces.ids)
        for piece in set(pieces.piece_of.tolist()):
            places = pieces.place[pieces.piece_of == piece]
            assert places.tolist() == list(range(len(places)))


def spelled(tokenizer: PieceTokenizer, text: str) -> list[str]:
    """For each piece that owns code points, the stretch of text it owns."""
    piece_of = tokenizer(text).piece_of
    return ["".join(c for c, p in zip(text, piece_of, strict=True) if p == k) for k in sorted(set(piece_of))]


def test_pieces_own_the_text_they_came_from() -> None:
    tokenizer = TOKENIZERS[0]
    assert spelled(tokenizer, "全年ＧＤＰ增长８．５％，") == ["全年", "ＧＤＰ", "增长", "８．５", "％，"]
    assert spelled(tokenizer, "建设 项目") == ["建", "设", " ", "项", "目"]


def test_text_without_pieces_joins_the_piece_before() -> None:
    tokenizer = TOKENIZERS[1]
    text = "\n全年\n\n新区"
    pieces = tokenizer(text)
    assert pieces.piece_of.tolist() == [0, 1, 2, 2, 2, 3, 4]
    assert pieces.place.tolist() == [0, 0, 0, 1, 2, 0, 0]


def test_markup_in_a_text_is_text() -> None:
    tokenizer = TOKENIZERS[0]
    assert (tokenizer("</s>").ids == 2).sum() == 1


def test_saved_and_loaded_it_cuts_the_same(tmp_path: Path) -> None:
    text = "全年GDP增长8.5%，<s>新区"
    for tokenizer in TOKENIZERS:
        tokenizer.to_disk(tmp_path / "tokenizer.json")
        again = PieceTokenizer.from_disk(tmp_path)
        assert again(text).ids.tolist() == tokenizer(text).ids.tolist()
        assert again.pad_id == tokenizer.pad_id
