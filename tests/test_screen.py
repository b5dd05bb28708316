"""Heads and training tricks compared: what each does, and the cross-validation that compares them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support import ROOT, TINY, small_corpus

from govner.corpus import read_gold, write_gold
from govner.errors import UserError
from govner.schema import GoldDocument, Span
from govner.tagger.crf import ScoredSpan
from govner.tagger.tags import TagScheme
from govner.training import screen as screening
from govner.training.augmentation import Mentions, replace_mentions
from govner.training.config import load_config
from govner.training.examples import Example, epoch_batches, prepare
from govner.training.folds import by_place, draw, place_of
from govner.training.model.network import TaggerNetwork
from govner.training.model.span_head import GlobalPointerNetwork, flat, multilabel_loss, rotate, rotation
from govner.training.regularization import fast_gradient, r_drop
from govner.training.screen import Result, difference, rows, screen, total
from govner.training.self_training import pseudo_labelled, unlabelled
from govner.training.variants import fit, variant

CONFIG = ROOT / "configs" / "cnn.cfg"
LABELS = ("SLOGAN", "PROJECT", "ORG", "INDICATOR")


def quiet(line: str) -> None:
    """No news."""


def document(name: str, place: str, text: str = "全市完成生产总值目标。\n", *spans: Span) -> GoldDocument:
    return GoldDocument(name, text, spans, {"place": place})


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> list[GoldDocument]:
    """Beginnings of shipped composed documents, as if of four places."""
    corpus = small_corpus(tmp_path_factory.mktemp("placed"), 8)
    places = ("甲山县", "乙水市", "丙河区", "丁岭县")
    return [
        GoldDocument(d.id, d.text[:500], tuple(s for s in d.spans if s.end <= 500), {"place": places[i % 4]})
        for i, d in enumerate(read_gold(corpus))
    ]


# Folds


def test_no_place_stands_in_two_folds_and_a_renamed_county_is_one_place() -> None:
    documents = [
        document("a", "清苑县", "字" * 50),
        document("b", "清苑区", "字" * 40),
        document("c", "高唐县", "字" * 30),
        document("d", "唐山市", "字" * 30),
        document("e", "", "字" * 20),
    ]
    folds = by_place(documents, 2)
    for fold in folds:
        assert not {place_of(d) for d in fold.train} & {place_of(d) for d in fold.test}
        assert len(fold.train) + len(fold.test) == 5
    assert sorted(d.id for fold in folds for d in fold.test) == list("abcde")
    assert {frozenset(d.id for d in f.test) for f in folds} == {frozenset("ab"), frozenset("cde")}
    with pytest.raises(UserError, match="3 folds of 2 places"):
        by_place(documents[:3], 3)


def test_a_smaller_draw_lies_within_a_larger_one() -> None:
    documents = [document(f"d{i}", "甲山县", "字" * 100) for i in range(20)]
    small, large = draw(documents, 500), draw(documents[::-1], 1200)
    assert [d.id for d in large][: len(small)] == [d.id for d in small]
    assert (len(small), len(large), len(draw(documents, None))) == (5, 12, 20)


# The span head


def test_a_rotated_product_depends_on_the_distance_alone() -> None:
    torch.manual_seed(0)
    one, two = torch.randn(8), torch.randn(8)
    turn = rotation(12, 8, torch.device("cpu"))
    a = rotate(one.expand(1, 12, 1, 8), turn)[0, :, 0]
    b = rotate(two.expand(1, 12, 1, 8), turn)[0, :, 0]
    products = a @ b.T
    for distance in range(12):
        diagonal = products.diagonal(distance)
        assert torch.allclose(diagonal, diagonal[0].expand_as(diagonal), atol=1e-4)
    assert abs(float(products[0, 1] - products[0, 7])) > 1e-3


def test_the_multilabel_loss_is_the_one_in_the_paper() -> None:
    scores = torch.tensor([[1.5, -2.0, 0.3, -0.7]])
    gold = torch.tensor([[True, False, False, True]])
    others, right = np.exp([-2.0, 0.3]).sum(), np.exp([-1.5, 0.7]).sum()
    assert float(multilabel_loss(scores, gold)) == pytest.approx(np.log1p(others) + np.log1p(right), rel=1e-5)


def test_overlapping_candidates_are_settled_by_probability() -> None:
    spans = [ScoredSpan(0, 6, "ORG", 0.7), ScoredSpan(4, 9, "PROJECT", 0.9), ScoredSpan(9, 11, "ORG", 0.6)]
    assert flat(spans) == spans[1:]
    assert flat([ScoredSpan(0, 2, "ORG", 0.8), ScoredSpan(0, 4, "ORG", 0.8)]) == [
        ScoredSpan(0, 4, "ORG", 0.8)
    ]


def test_each_head_learns_and_gives_flat_spans_in_lines(placed: list[GoldDocument], tmp_path: Path) -> None:
    settings = load_config(CONFIG, {**TINY, "training.epochs": 40, "training.batch_characters": 500})
    (example, *_), _ = prepare(placed[:1], LABELS)
    text = example.text * 3  # longer than a window, and longer than what it learnt from
    for name in ("crf", "global_pointer"):
        find = fit(variant(name), settings, placed[:3], list, tmp_path / name, quiet)
        (found,) = find([text])
        assert all(a.end <= b.start for a, b in pairwise(found)), name
        assert all("\n" not in text[s.start : s.end] and 0 < s.score <= 1 for s in found)
        truth = {(s.start, s.end, s.label) for s in example.spans}
        right = truth & {(s.start, s.end, s.label) for s in found}
        assert len(right) > len(truth) / 3, name


# Training text


@given(
    st.lists(st.tuples(st.text("甲乙丙", max_size=5), st.text("丁戊己", min_size=1, max_size=4)), max_size=6),
    st.floats(0, 1),
    st.integers(0, 99),
)
def test_replaced_mentions_keep_every_offset_exact(
    parts: list[tuple[str, str]], share: float, seed: int
) -> None:
    text, spans = "", []
    for i, (before, mention) in enumerate(parts):
        text += before
        spans.append(Span(len(text), len(text) + len(mention), LABELS[i % 4]))
        text += mention
    mentions = Mentions(dict.fromkeys(LABELS, ("庚", "辛壬癸")))
    (made,) = replace_mentions([Example("d", text, tuple(spans))], mentions, share, seed)
    assert [s.label for s in made.spans] == [s.label for s in spans]
    at = 0
    for (before, mention), span in zip(parts, made.spans, strict=True):
        assert made.text[at : span.start] == before
        assert made.text[span.start : span.end] in {mention, "庚", "辛壬癸"}
        at = span.end
    assert made.text[at:] == ""


def test_a_mention_is_replaced_by_one_of_its_own_label() -> None:
    text = "市委和县委抓好甲工程"
    example = Example("d", text, (Span(0, 2, "ORG"), Span(3, 5, "ORG"), Span(7, 10, "PROJECT")))
    mentions = Mentions.of([example])
    assert mentions.of_label == {"ORG": ("县委", "市委"), "PROJECT": ("甲工程",)}
    seen = {replace_mentions([example], mentions, 1.0, seed)[0].text for seed in range(20)}
    assert seen == {f"{a}和{b}抓好甲工程" for a in ("市委", "县委") for b in ("市委", "县委")}
    assert replace_mentions([example], mentions, 0.0, 1) == [example]


# Losses


def batch(documents: Sequence[GoldDocument], dropout: float) -> tuple[TaggerNetwork, dict, torch.Tensor]:
    settings = load_config(CONFIG, {**TINY, "model.encoder.dropout": dropout, "model.dropout": dropout})
    examples, _ = prepare(documents, LABELS)
    featurizer = settings.model.encoder.featurizer([e.text for e in examples])
    torch.manual_seed(1)
    network = TaggerNetwork(settings.model.encoder.network(featurizer), LABELS, dropout)
    windows = epoch_batches(examples[:1], TagScheme(LABELS), 60, 10, 200, 0)[0]
    width = max(len(w.tags) for w in windows)
    tags = torch.stack([torch.from_numpy(np.pad(w.tags, (0, width - len(w.tags)))) for w in windows])
    return network, featurizer([w.text for w in windows]), tags


def test_r_drop_costs_nothing_where_two_passes_agree(placed: list[GoldDocument]) -> None:
    network, features, tags = batch(placed, 0.0)
    assert float(r_drop(network, features, tags)) == pytest.approx(
        float(network.loss(features, tags)), rel=1e-5
    )
    network, features, tags = batch(placed, 0.5)
    costs = []
    for weight in (0.0, 1.0):
        torch.manual_seed(3)
        costs.append(float(r_drop(network, features, tags, weight)))
    assert costs[1] > costs[0] + 1e-3


def test_the_adversarial_move_raises_the_loss_and_leaves_the_network_as_it_was(
    placed: list[GoldDocument],
) -> None:
    network, features, tags = batch(placed, 0.0)
    before = {k: v.clone() for k, v in network.state_dict().items()}
    plain = float(network.loss(features, tags))
    both = fast_gradient(network.loss, network.encoder, features, tags, 0.05)
    assert float(both) - plain > plain * 1.0001
    both.backward()
    assert all(p.grad is not None for n, p in network.named_parameters() if "chars" in n)
    assert float(network.loss(features, tags)) == plain
    assert all(torch.equal(before[k], v) for k, v in network.state_dict().items())
    still = float(fast_gradient(network.loss, network.encoder, features, tags, 0.0))
    assert still == pytest.approx(2 * plain, rel=1e-6)


# Self-training


def test_only_lines_whose_every_span_is_sure_become_training_text() -> None:
    text = "市委抓落实\n什么也没有的一行\n县委和镇委\n省委定方向"
    at = {name: text.index(name) for name in ("市委", "县委", "镇委", "省委")}
    score = {"市委": 0.95, "县委": 0.99, "镇委": 0.5, "省委": 0.91}

    def find(texts: Sequence[str]) -> list[list[ScoredSpan]]:
        return [[ScoredSpan(at[n], at[n] + 2, "ORG", score[n]) for n in at] for _ in texts]

    (made,) = pseudo_labelled(find, [Example("r", text, ())], 0.9, 1000, 0)
    assert made.text == "市委抓落实\n省委定方向"
    assert [made.text[s.start : s.end] for s in made.spans] == ["市委", "省委"]
    many = [Example(str(i), text, ()) for i in range(10)]
    assert len(pseudo_labelled(find, many, 0.9, 20, 0)) == 2
    assert pseudo_labelled(find, many, 0.995, 20, 0) == []


def test_unread_text_excludes_held_out_reports_scored_places_and_labelled_lines(tmp_path: Path) -> None:
    def write(name: str, place: str, line: str) -> None:
        greeting = (
            f"政府工作报告\n{place}人民政府\n各位代表：\n现在，我代表{place}人民政府，向大会报告工作。\n"
        )
        (tmp_path / name).write_text(greeting + line + "\n", encoding="utf-8")

    free, scored = "今年要把村村通路修到最后一个山坳里去。", "北边三个镇的水渠今冬明春全部清淤一遍。"
    read_already = "养殖大户带着散户一起闯外地的市场门路。"
    write("2020_顺平.txt", "顺平县", free + "\n" + read_already)
    write("2020_阜平.txt", "阜平县", scored)
    write("樟树市2022.txt", "樟树市", free)
    labelled = [document("a", "顺平县", read_already + "\n"), document("b", "阜平县", "别的一段文字。\n")]
    fold = next(f for f in by_place(labelled, 2) if f.test[0].id == "b")
    (found,) = unlabelled(str(tmp_path), labelled, fold)
    assert found.id.endswith("2020_顺平.txt")
    assert free in found.text and read_already not in found.text and found.spans == ()


# The screen


def test_variants_are_named_by_head_and_changes() -> None:
    made = variant("crf+words+mention_replacement+self_training")
    assert made.overrides == {"model.encoder.words": True}
    assert (made.replaced, made.sure, made.loss) == (0.2, 0.9, None)
    assert variant("crf").overrides == {} and variant("crf").sure is None
    for name, needle in (
        ("bert", "no head 'bert'"),
        ("crf+magic", "no change 'magic'"),
        ("spacy_ner+fgm", "does not work with spacy_ner"),
        ("global_pointer+rdrop", "does not work"),
        ("crf+rdrop+fgm", "one other loss"),
    ):
        with pytest.raises(UserError, match=needle):
            variant(name)


def test_a_screen_scores_every_fold_and_is_not_computed_twice(
    placed: list[GoldDocument], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overrides = {**TINY, "training.epochs": 2}
    folds = by_place(placed, 2)
    names = ("crf", "crf+mention_replacement", "crf+rdrop", "global_pointer+fgm", "crf+self_training")
    variants = [variant(name) for name in names]
    unread = [Example("r", prepare(placed[:1], LABELS)[0][0].text, ())]

    def run() -> list[Result]:
        return screen(CONFIG, overrides, variants, folds, [1], lambda fold: unread, tmp_path / "cache", quiet)

    results = run()
    assert [(r.variant, r.fold) for r in results] == [(n, i) for n in names for i in (0, 1)]
    for one, other in zip(results[::2], results[1::2], strict=True):
        assert set(one.counts) | set(other.counts) == {d.id for d in placed}
        spans = sum(len(d.spans) for d in placed)
        assert total([one, other])[1] == spans

    def fail(*arguments: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(screening, "fit", fail)
    assert run() == results
    with pytest.raises(AssertionError, match="computed again"):
        screen(CONFIG, overrides, variants[:1], folds, [2], lambda fold: unread, tmp_path / "cache", quiet)


def test_rows_pool_folds_and_compare_with_the_first_variant() -> None:
    def result(name: str, fold: int, seed: int, right: int) -> Result:
        counts = {f"d{fold}{i}": {"ORG": (right, 10, 10)} for i in range(5)}
        return Result(name, fold, seed, counts, 0.1 if name == "a" else None, 60.0, 2.0, 1000)

    made = [result(n, f, s, 5 + (n == "b") + f) for n in ("a", "b") for f in (0, 1) for s in (1, 2)]
    first, second = rows(made, ("ORG",))
    assert (first["F1"], second["F1"], first["runs"]) == ("0.550", "0.650", "4")
    assert first["against a (95 %)"] == "" and second["against a (95 %)"] == "+0.100 (+0.100 to +0.100)"
    assert first["calibration error"] == "0.100" and second["calibration error"] == ""
    assert first["spread, seeds"] == "0.000" and first["spread, folds"] == "0.071"
    assert difference(made[4:], made[:1]) == "+0.100 (+0.100 to +0.100)"  # of the run that both have
    assert difference(made[4:5], made[1:2]) == ""


def test_the_command_line_screens(
    placed: list[GoldDocument], tmp_path: Path, govner: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    data = tmp_path / "data.jsonl"
    write_gold(data, placed[:4])
    changes = [x for k, v in TINY.items() for x in (f"--{k}", json.dumps(v))]
    common = (CONFIG, "--data", data, "--cache", tmp_path / "cache", *changes, "--training.epochs", "1")
    done = govner("screen", *common, "--variants", "crf,spacy_ner", "--json", tmp_path / "runs.json")
    assert done.returncode == 0, done.stderr
    assert "crf" in done.stdout and "spacy_ner" in done.stdout
    runs = [Result(**r) for r in json.loads((tmp_path / "runs.json").read_text(encoding="utf-8"))]
    assert [r.variant for r in runs] == ["crf", "crf", "spacy_ner", "spacy_ner"]
    assert total(runs[2:])[2] > 0  # spaCy's own found something
    for arguments, needle in (
        (("--seeds", "one"), "--seeds one"),
        (("--variants", "crf+self_training"), "data.reports"),
    ):
        wrong = govner("screen", *common, *arguments)
        assert wrong.returncode == 2 and needle in wrong.stderr and "Traceback" not in wrong.stderr


def test_the_span_head_is_trained_by_the_usual_loop_in_bfloat16_too(placed: list[GoldDocument]) -> None:
    settings = load_config(CONFIG, TINY)
    featurizer = settings.model.encoder.featurizer([d.text for d in placed])
    network = GlobalPointerNetwork(settings.model.encoder.network(featurizer), LABELS, 0.1)
    features = featurizer(["市委抓落实", "县"])
    tags = torch.zeros(2, 5, dtype=torch.int64)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = network.loss(features, tags)
    assert loss.dtype == torch.float32 and torch.isfinite(loss)
    scores = network.scores(features)
    assert (scores[1, :, 1:] < -1e3).all() and (scores[1, :, :, 1:] < -1e3).all()  # padding holds no span
    assert (scores[0, :, 3, :3] < -1e3).all()  # nor does a stretch that ends before it starts
