"""Every kind of mistake is called by its name, and mending all of them gives a perfect score."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govner.evaluation.errors import KINDS, confusion, edge_shifts, frequent, mistakes, sentence, summarize
from govner.evaluation.gold import prepare
from govner.evaluation.slices import slices
from govner.evaluation.spans import ScoredSpan, span_table
from govner.schema import GoldDocument, Span

LABELS = ("A", "B")


def table(*rows):
    return span_table([[Span(*row) for row in rows]], LABELS)


@pytest.mark.parametrize(
    ("kind", "gold", "predicted", "shift"),
    [
        ("left edge", [(2, 8, "A")], [(4, 8, "A")], (2, 0)),
        ("right edge", [(2, 8, "A")], [(2, 7, "A")], (0, -1)),
        ("both edges", [(2, 8, "A")], [(1, 9, "A")], (-1, 1)),
        ("label", [(2, 8, "A")], [(2, 8, "B")], (0, 0)),
        ("edge and label", [(2, 8, "A")], [(2, 9, "B")], (0, 1)),
        ("split", [(2, 8, "A")], [(2, 4, "A"), (5, 8, "A")], (0, 0)),
        ("merged", [(2, 4, "A"), (5, 8, "A")], [(2, 8, "A")], (0, 0)),
        ("duplicate", [(2, 8, "A")], [(2, 8, "A"), (2, 8, "A")], (0, 0)),
        ("missed", [(2, 8, "A")], [(20, 22, "A")], (0, 0)),
        ("spurious", [(2, 8, "A")], [(2, 8, "A"), (3, 5, "B")], (0, 0)),
    ],
)
def test_each_kind(kind, gold, predicted, shift):
    found = mistakes(table(*gold), table(*predicted))
    (mistake,) = [m for m in found if m.kind == kind]
    assert (mistake.left, mistake.right) == shift
    assert all(m.kind in KINDS for m in found)


rows = st.lists(st.tuples(st.integers(0, 15), st.integers(1, 6), st.sampled_from(LABELS)), max_size=8)


@given(rows, rows)
def test_mistakes_account_for_everything(gold, predicted):
    """Right spans plus spans in mistakes are all spans; so mending every kind leads to F1 1."""
    g, p = (table(*((a, a + n, label) for a, n, label in side)) for side in (gold, predicted))
    found = mistakes(g, p)
    wrong_gold = sum(len(m.gold) for m in found if m.kind != "duplicate")
    wrong_predicted = sum(len(m.predicted) for m in found)
    assert len(g) - wrong_gold == len(p) - wrong_predicted


def test_gains_are_ranked_and_right():
    """One right, one missed, one spurious of each three: F1 1/3 … by hand."""
    g, p = table((0, 2, "A"), (4, 6, "A"), (10, 14, "A")), table((0, 2, "A"), (10, 13, "A"), (20, 22, "A"))
    ranked = {s.kind: s for s in summarize(mistakes(g, p), 3, 3, 1)}
    assert ranked["missed"].f1 == pytest.approx(2 * 2 / (3 + 4))
    assert ranked["right edge"].f1 == pytest.approx(2 * 2 / (3 + 3))
    assert ranked["spurious"].f1 == pytest.approx(2 * 1 / (3 + 2))
    assert next(iter(ranked)) == "right edge"
    assert edge_shifts(mistakes(g, p)) == [("right", -1, 1)]


def test_confusion_with_o():
    matrix = confusion(
        table((0, 2, "A"), (4, 6, "A"), (8, 9, "B")), table((0, 2, "B"), (4, 7, "A"), (20, 21, "B"))
    )
    assert matrix.tolist() == [[1, 1, 0], [0, 0, 1], [0, 1, 0]]


def test_frequent_confusions_come_with_a_sentence():
    text = "前一句。市委推进旱稻。\n市委推进水稻。"
    gold = prepare(GoldDocument("a", text, ()))
    predicted = [ScoredSpan(4, 6, "A"), ScoredSpan(12, 14, "A")]
    found = mistakes(span_table([[]], LABELS), span_table([predicted], LABELS))
    (confused,) = frequent(found, [gold])
    assert (confused.count, confused.gold, confused.predicted) == (2, "—", "市委 [A]")
    assert confused.sentence == "市委推进旱稻。"


def test_sentences_are_cut_at_their_stops():
    text = "甲。乙丙丁。戊"
    assert text[slice(*sentence(text, 3, 4))] == "乙丙丁。"
    assert text[slice(*sentence(text, 0, 1))] == "甲。"
    assert text[slice(*sentence(text, 6, 7))] == "戊"


def test_slices_say_where_a_system_fails():
    text = "推进“红杉林”（又称蓝杉林），市委、市政府。\n无。"
    spans = tuple(
        Span(text.index(s), text.index(s) + len(s), "A") for s in ("红杉林", "蓝杉林", "市委", "市政府")
    )
    gold = prepare(GoldDocument("a", text, spans, {"year": 2015}))
    other = prepare(GoldDocument("b", text, spans, {"year": 2024}))
    predicted = [[ScoredSpan(s.start, s.end, s.label) for s in spans[:2]], []]
    seen = {"A": frozenset({"市委"}), "B": frozenset({"市政府"})}
    found = {(s.attribute, s.value): s.score for s in slices([gold, other], predicted, seen)}
    assert found["surface", "seen"].recall == 0
    assert found["surface", "seen with another label"].counts.gold.total == 2
    assert found["surface", "unseen"].recall == found["quotes", "around"].recall == 0.5
    assert found["brackets", "inside"].counts.gold.total == 2
    assert found["coordination", "coordinated"].counts.gold.total == 4
    assert found["period", "2013–2017"].recall == 0.5
    assert found["period", "2023 on"].recall == 0
    assert found["length", "1–2"].counts.gold.total == 2
