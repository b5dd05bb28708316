"""The scorer against brute force, against seqeval and nervaluate where they are right, and by hand where
they are not."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from govner.evaluation.counts import CORRECT, Counts, Side, Tally
from govner.evaluation.matching import (
    MODES,
    Character,
    Exact,
    Overlap,
    Partial,
    Strict,
    Type,
    match,
    overlapping,
)
from govner.evaluation.spans import ScoredSpan, document_units, label_order, paragraph_units, span_table
from govner.schema import Span

LABELS = ("A", "B", "C")


def tally(mode, gold, predicted, units=None):
    labels = label_order(gold, predicted) or LABELS
    g, p = span_table(gold, labels), span_table(predicted, labels)
    units = units or document_units(len(gold))
    return Tally(mode.tally(g, p, overlapping(g, p), units), labels)


def spans(*rows):
    return [Span(start, end, label) for start, end, label in rows]


@st.composite
def any_spans(draw, limit=7):
    rows = draw(
        st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6), st.sampled_from(LABELS)), max_size=limit)
    )
    return spans(*((a, a + n, label) for a, n, label in rows))


@st.composite
def flat_spans(draw, length=20):
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=10)))
    rows = [(a, b, draw(st.sampled_from(LABELS))) for a, b in itertools.pairwise(cuts) if draw(st.booleans())]
    return spans(*rows)


def brute_force(mode, gold, predicted):
    """The greatest credit of any one-to-one matching, by trying them all."""
    g, p = span_table([gold], LABELS), span_table([predicted], LABELS)
    pairs = overlapping(g, p)
    credit = {
        (a, b): (2 if o == CORRECT else 1 if o == 1 else 0)
        for a, b, o in zip(
            pairs.gold.tolist(), pairs.predicted.tolist(), mode.judge(pairs).tolist(), strict=True
        )
    }

    def best(row, used):
        if row == len(g):
            return 0
        options = [best(row + 1, used)]
        options += [
            credit[row, c] + best(row + 1, used | {c})
            for c in range(len(p))
            if (row, c) in credit and c not in used
        ]
        return max(options)

    return best(0, frozenset()) / 2


@given(any_spans(5), any_spans(5), st.sampled_from([Strict(), Exact(), Partial(), Type(), Overlap()]))
def test_the_matching_is_optimal(gold, predicted, mode):
    counts = tally(mode, [gold], [predicted]).micro().counts
    assert counts.gold.credit == counts.predicted.credit == brute_force(mode, gold, predicted)
    assert (counts.gold.total, counts.predicted.total) == (len(gold), len(predicted))


@given(any_spans(), any_spans(), st.randoms(), st.sampled_from(MODES))
def test_order_never_matters(gold, predicted, random, mode):
    before = tally(mode, [gold], [predicted])
    gold, predicted = list(gold), list(predicted)
    random.shuffle(gold)
    random.shuffle(predicted)
    assert np.array_equal(before.counts, tally(mode, [gold], [predicted]).counts)


@given(any_spans(), any_spans(), st.sampled_from(MODES))
def test_counts_of_two_copies_are_twice_the_counts(gold, predicted, mode):
    """nervaluate 1.1.0 lost half credits when documents were merged: one document .75, two of it .50."""
    one, two = tally(mode, [gold], [predicted]).micro(), tally(mode, [gold] * 2, [predicted] * 2).micro()
    assert two.counts == one.counts + one.counts
    assert two.f1 == pytest.approx(one.f1)


@given(any_spans(), st.sampled_from(MODES))
def test_gold_against_itself_is_perfect_even_nested_and_duplicated(gold, mode):
    score = tally(mode, [gold], [gold]).micro()
    assert score.counts.gold.absent == score.counts.gold.incorrect == 0
    assert score.f1 == (1 if gold else 0)


def bio(doc, length=20):
    tags = ["O"] * length
    for span in doc:
        tags[span.start : span.end] = ["B-" + span.label] + ["I-" + span.label] * (span.end - span.start - 1)
    return tags


@given(st.lists(st.tuples(flat_spans(), flat_spans()), min_size=1, max_size=4))
def test_strict_agrees_with_seqeval(documents):
    gold, predicted = [g for g, _ in documents], [p for _, p in documents]
    if not any(gold) or not any(predicted):
        return
    theirs = classification_report(
        [bio(g) for g in gold],
        [bio(p) for p in predicted],
        mode="strict",
        scheme=IOB2,
        output_dict=True,
        zero_division=0,
    )
    ours = tally(Strict(), gold, predicted)
    assert ours.micro().f1 == pytest.approx(theirs["micro avg"]["f1-score"])
    assert ours.macro().f1 == pytest.approx(theirs["macro avg"]["f1-score"])
    for label, score in ours.per_label().items():
        assert (score.precision, score.recall) == pytest.approx(
            (theirs[label]["precision"], theirs[label]["recall"])
        )
        assert score.counts.gold.total == theirs[label]["support"]


@st.composite
def one_to_one(draw):
    """Gold and predictions in slots of their own, so that no span meets two: there nervaluate is right."""
    gold, predicted = [], []
    for slot in range(0, 60, 6):
        if draw(st.booleans()):
            gold.append(
                (
                    slot + draw(st.integers(0, 2)),
                    slot + draw(st.integers(3, 5)),
                    draw(st.sampled_from(LABELS)),
                )
            )
        if draw(st.booleans()):
            predicted.append(
                (
                    slot + draw(st.integers(0, 2)),
                    slot + draw(st.integers(3, 5)),
                    draw(st.sampled_from(LABELS)),
                )
            )
    return spans(*gold), spans(*predicted)


@given(one_to_one())
def test_all_semeval_modes_agree_with_nervaluate(document):
    gold, predicted = document
    if not gold or not predicted:
        return
    as_dicts = [[{"label": s.label, "start": s.start, "end": s.end - 1} for s in side] for side in document]
    theirs = Evaluator([as_dicts[0]], [as_dicts[1]], tags=list(LABELS)).evaluate()["overall"]
    for mode, name in (
        (Strict(), "strict"),
        (Exact(), "exact"),
        (Type(), "ent_type"),
        (Partial(), "partial"),
    ):
        side = tally(mode, [gold], [predicted]).micro().counts
        their = theirs[name]
        assert (side.gold.correct, side.gold.partial) == (their.correct, their.partial)
        assert (side.gold.incorrect, side.gold.absent, side.predicted.absent) == (
            their.incorrect,
            their.missed,
            their.spurious,
        )


def test_half_credit_survives_merging():
    gold, predicted = spans((0, 4, "A"), (6, 9, "A")), spans((0, 4, "A"), (6, 8, "A"))
    assert tally(Partial(), [gold], [predicted]).micro().f1 == 0.75
    assert tally(Partial(), [gold] * 2, [predicted] * 2).micro().f1 == 0.75


def test_perfect_nested_prediction_in_another_order():
    """nervaluate scores this strict 0.0: the first overlap wins there."""
    gold = spans((0, 10, "A"), (2, 5, "B"))
    assert tally(Strict(), [gold], [gold[::-1]]).micro().f1 == 1


def test_missed_items_at_the_end_are_only_counted():
    """nervaluate's index report raises IndexError on these."""
    score = tally(Strict(), [spans((0, 2, "A")), spans((0, 2, "A"), (3, 5, "A"))], [[], []]).micro()
    assert score.counts == Counts(Side(absent=3), Side())


def test_equal_label_counts_do_not_collapse():
    """scispacy sums a set of counts: precision .25 and recall .50 for a true .40 and .67."""
    gold = spans((0, 1, "A"), (2, 3, "B"), (8, 9, "B"))
    predicted = spans((0, 1, "A"), (2, 3, "B"), (4, 5, "A"), (6, 7, "B"), (10, 11, "B"))
    score = tally(Strict(), [gold], [predicted]).micro()
    assert (score.precision, score.recall) == pytest.approx((2 / 5, 2 / 3))


def test_a_prediction_past_the_gold_end_is_wrong():
    """JioNLP counts it as correct."""
    gold, predicted = [spans((0, 4, "A"))], [spans((0, 6, "A"))]
    assert tally(Strict(), gold, predicted).micro().f1 == 0
    assert tally(Partial(), gold, predicted).micro().f1 == 0.5
    assert tally(Overlap(), gold, predicted).micro().f1 == 1
    character = tally(Character(), gold, predicted).micro()
    assert (character.precision, character.recall) == pytest.approx((4 / 6, 1))


def test_positions_count_not_strings():
    """CLUENER's script compares strings, so the right string in the wrong place scores there."""
    assert tally(Strict(), [spans((0, 2, "A"))], [spans((4, 6, "A"))]).micro().f1 == 0


def test_duplicates_earn_once():
    counts = tally(Strict(), [spans((0, 4, "A"))], [spans((0, 4, "A"), (0, 4, "A"))]).micro().counts
    assert (counts.gold.correct, counts.predicted.correct, counts.predicted.absent) == (1, 1, 1)


def test_a_crossing_pair_is_matched_for_the_greatest_sum():
    """Greedy by gold order would give the first gold the long prediction and leave the second with
    nothing."""
    gold, predicted = spans((0, 4, "A"), (5, 9, "A")), spans((0, 9, "A"), (1, 4, "A"))
    assert tally(Type(), [gold], [predicted]).micro().f1 == 1


def test_labels_are_credited_on_their_own_side():
    per = tally(Exact(), [spans((0, 4, "A"))], [spans((0, 4, "B"))]).per_label()
    assert (per["A"].recall, per["A"].counts.predicted.total) == (1, 0)
    assert (per["B"].precision, per["B"].counts.gold.total) == (1, 0)


def test_documents_and_paragraphs_add_up_to_the_whole():
    gold, predicted = (
        [spans((0, 2, "A"), (10, 12, "B")), spans((3, 4, "A"))],
        [spans((0, 2, "A"), (11, 12, "B")), []],
    )
    units = paragraph_units([[0, 9], [0]])
    whole = tally(Strict(), gold, predicted, units)
    assert whole.counts.shape[0] == 3
    assert [s.f1 for s in whole.per_document(units.document)] == [0.5, 0]
    assert whole.micro().counts == tally(Strict(), gold, predicted).micro().counts


@given(any_spans(), any_spans())
def test_character_level_by_sets(gold, predicted):
    sets = [{(i, s.label) for s in side for i in range(s.start, s.end)} for side in (gold, predicted)]
    counts = tally(Character(), [[], gold], [[], predicted]).micro().counts
    assert (counts.gold.total, counts.predicted.total) == (len(sets[0]), len(sets[1]))
    assert counts.gold.correct == counts.predicted.correct == len(sets[0] & sets[1])


def test_an_empty_span_and_an_unknown_label_are_refused():
    with pytest.raises(ValueError, match="not a span"):
        span_table([[ScoredSpan(3, 3, "A")]], LABELS)
    with pytest.raises(ValueError, match="'X' is not one of"):
        span_table([[ScoredSpan(0, 3, "X")]], LABELS)


def test_nothing_at_all():
    assert tally(Strict(), [[]], [[]]).micro().f1 == 0
    empty = span_table([[]], LABELS)
    assert not match(overlapping(empty, empty), np.zeros(0, np.int64)).any()
