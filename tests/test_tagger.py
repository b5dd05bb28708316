"""Tokenizer, windows and the random field: what every model relies on."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

import govner
from govner.schema import Span
from govner.tagger.crf import CRF, GROUP_POSITIONS
from govner.tagger.features import bigram_buckets
from govner.tagger.runtime import PART_CHARACTERS, _parts
from govner.tagger.tags import TagScheme
from govner.tagger.windows import plan_windows
from govner.tokenizer import CharacterTokenizer, sentence_starts

TEXT = st.text(st.sampled_from("政府工作报告。；！”（）\n 1%𠀀a"), max_size=300)


@given(st.text(max_size=200))
def test_a_doc_is_its_text_one_token_a_code_point(text: str) -> None:
    doc = CharacterTokenizer(spacy.blank("zh").vocab)(text)
    assert doc.text == text
    assert [t.text for t in doc] == list(text)


def test_sentences_start_after_stops_with_their_quotes_and_after_line_breaks() -> None:
    text = "他说：“好。”再来！第二句\n标题\n"
    assert [i for i, s in enumerate(sentence_starts(text)) if s] == [0, 7, 10, 14]
    doc = CharacterTokenizer(spacy.blank("zh").vocab)(text)
    assert [s.text for s in doc.sents] == ["他说：“好。”", "再来！", "第二句\n", "标题\n"]


@given(TEXT, st.integers(5, 60), st.integers(0, 20))
def test_windows_tile_the_text_and_keep_their_margin(text: str, size: int, margin: int) -> None:
    if 2 * margin >= size:
        with pytest.raises(ValueError, match="leaves nothing"):
            plan_windows(text, size, margin)
        return
    windows = plan_windows(text, size, margin)
    assert "".join(text[w.keep_start : w.keep_end] for w in windows) == text
    starts = sentence_starts(text)
    for w in windows:
        assert 0 <= w.start <= w.keep_start < w.keep_end <= w.end <= len(text)
        assert w.end - w.start <= size
        for edge, gap in ((w.keep_start, w.keep_start - w.start), (w.keep_end, w.end - w.keep_end)):
            assert gap >= margin or edge in (0, len(text)) or starts[edge]


SCHEME = TagScheme(("A", "B"))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6), st.sampled_from("AB")), max_size=8))
def test_tags_give_back_their_spans(raw: list[tuple[int, int, str]]) -> None:
    spans: list[Span] = []
    for start, size, label in sorted(raw):
        if not spans or start >= spans[-1].end:
            spans.append(Span(start, start + size, label))
    tags = SCHEME.encode(spans, 40)
    assert SCHEME.decode(tags) == spans
    path = [SCHEME.allowed[a, b] for a, b in itertools.pairwise(tags)]
    assert sum(path) == 0 and SCHEME.may_start[tags[0]] == 0 and SCHEME.may_end[tags[-1]] == 0


def test_overlapping_spans_are_refused() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        SCHEME.encode([Span(0, 3, "A"), Span(2, 4, "B")], 5)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(0, 4), min_size=1, max_size=4))
def test_spans_and_probabilities_are_those_of_all_paths_counted_one_by_one(
    seed: int, lengths: list[int]
) -> None:
    rng = np.random.default_rng(seed)
    crf = CRF(SCHEME, rng.normal(size=(9, 9)).astype(np.float32))
    batch = [rng.normal(scale=2, size=(n, 9)).astype(np.float32) for n in lengths]
    for e, found in zip(batch, crf.decode(batch), strict=True):
        total, best, mass = 0.0, (-np.inf, ()), {}
        for path in itertools.product(range(9), repeat=len(e)):
            if not path:
                continue
            score = SCHEME.may_start[path[0]] + SCHEME.may_end[path[-1]]
            score += sum(float(e[i, t]) for i, t in enumerate(path))
            score += sum(
                float(crf.transitions[a, b] + SCHEME.allowed[a, b]) for a, b in itertools.pairwise(path)
            )
            if score < -1000:
                continue
            total += np.exp(score)
            best = max(best, (score, path))
            for span in SCHEME.decode(path):
                mass[span] = mass.get(span, 0.0) + np.exp(score)
        assert [Span(s.start, s.end, s.label) for s in found] == SCHEME.decode(best[1])
        for s in found:
            assert s.score == pytest.approx(mass[Span(s.start, s.end, s.label)] / total, rel=1e-4)


@pytest.mark.parametrize("spread", [40, 1000])
def test_probabilities_hold_in_long_sequences_of_certain_scores(spread: int) -> None:
    rng = np.random.default_rng(5)
    crf = CRF(SCHEME, rng.normal(size=(9, 9)).astype(np.float32))
    tags = SCHEME.encode([Span(3, 9, "A"), Span(400, 401, "B"), Span(2990, 3000, "A")], 3000)
    sure = rng.normal(scale=spread, size=(3000, 9)).astype(np.float32)
    sure[np.arange(3000), tags] += 10 * spread
    short = np.zeros((1, 9), dtype=np.float32)  # decoded beside the long one
    found = crf.decode([sure, short])[0]
    assert [(s.start, s.end, s.label) for s in found] == [(3, 9, "A"), (400, 401, "B"), (2990, 3000, "A")]
    assert all(s.score == pytest.approx(1.0) for s in found)


@given(st.text(st.sampled_from("政\n\r\u2028x"), max_size=80), st.integers(1, 20))
def test_parts_tile_a_text_and_are_cut_only_after_line_breaks(text: str, size: int) -> None:
    parts = _parts(text, size)
    assert "".join(text[a:b] for a, b in parts) == text
    for a, b in parts:
        assert a < b and (b == len(text) or text[b - 1] == "\n")
        assert b - a <= size or "\n" not in text[a : b - 1][size:]


def test_one_endless_line_is_decoded_apart_from_short_ones() -> None:
    crf = CRF(SCHEME, np.zeros((9, 9), dtype=np.float32))
    lengths = [3, GROUP_POSITIONS + 1, 0, 5]
    groups = list(crf._groups([np.zeros((n, 9), dtype=np.float32) for n in lengths]))
    assert groups == [[0, 3], [1]]


def test_a_text_longer_than_a_part_is_read_like_its_parts() -> None:
    nlp = govner.load("cnn")
    nlp.max_length = 1_000_000
    lines = [
        f"第{i}条，深入实施乡村振兴战略，县交通局负责的北河大桥工程建成通车，全县地区生产总值增长6%。\n"
        for i in range(1300)
    ]
    text = "".join(lines)
    assert len(text) > PART_CHARACTERS  # or nothing is tested
    doc, *alone = nlp.pipe([text, lines[0], lines[1299]])
    inside = {
        k: [(e.start - at, e.end - at, e.label_) for e in doc.ents if at <= e.start < at + len(lines[k])]
        for k, at in ((0, 0), (1299, len(text) - len(lines[1299])))
    }
    assert inside[0] and list(inside.values()) == [
        [(e.start, e.end, e.label_) for e in one.ents] for one in alone
    ]
    assert len({e.start for e in doc.ents}) == len(doc.ents) >= 1300
    assert all("\n" not in e.text for e in doc.ents)


def test_bigram_buckets_are_the_same_everywhere() -> None:
    # Written down once: a model's embedding table depends on them.
    assert bigram_buckets("政府工作", 16384).tolist() == bigram_buckets("政府工作", 16384).tolist()
    assert bigram_buckets("政府", 100)[0] == bigram_buckets("政府工作", 100)[0]
    assert len(set(bigram_buckets("政府工作报告全文如下", 16384).tolist())) == 10
    assert bigram_buckets("", 10).tolist() == []
