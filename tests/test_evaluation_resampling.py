"""Intervals cover what they should, and the permutation test is neither blind nor trigger-happy."""

import numpy as np
import pytest

from govner.errors import UserError
from govner.evaluation.counts import CORRECT
from govner.evaluation.resampling import Test as Result
from govner.evaluation.resampling import bootstrap, holm, permutation_test, strata
from govner.evaluation.spans import document_units, paragraph_units


def counts(correct, total):
    """One label, as many predictions as gold, so that precision = recall = F1."""
    array = np.zeros((len(correct), 1, 2, 4), np.int64)
    array[:, 0, :, CORRECT] = np.asarray(correct)[:, None]
    array[:, 0, :, 3] = (np.asarray(total) - correct)[:, None]
    return array


def test_an_interval_covers_the_truth_about_95_times_in_100():
    rng = np.random.default_rng(1)
    hits = 0
    for seed in range(200):
        run = counts(rng.binomial(20, 0.8, 40), np.full(40, 20))
        low, high = bootstrap([run], np.zeros(40, np.int64), repeats=400, seed=seed)
        hits += low[-2, 2] <= 0.8 <= high[-2, 2]
    assert 180 <= hits <= 199


def test_the_same_seed_gives_the_same_interval():
    run = counts([3, 5, 1, 4], np.full(4, 6))
    first, again = (bootstrap([run], np.zeros(4, np.int64), seed=3) for _ in range(2))
    assert np.array_equal(first, again)


def test_paragraphs_are_drawn_within_their_document():
    """Documents that are all right and all wrong: stratified paragraphs cannot change the mix."""
    units = paragraph_units([[0, 5, 9], [0, 4, 8]])
    run = counts([2, 2, 2, 0, 0, 0], np.full(6, 2))
    low, high = bootstrap([run], strata(units))
    assert low[0, 2] == high[0, 2] == 0.5


def test_exact_p_by_hand():
    """Six documents that all favour the first system: 2 of 64 arrangements are as extreme."""
    test = permutation_test([counts([5] * 6, [5] * 6)], [counts([4] * 6, [5] * 6)], document_units(6))[
        "micro"
    ]
    assert test.difference == pytest.approx(0.2)
    assert test.p == pytest.approx(2 / 64) == test.smallest


def test_equal_systems_never_differ():
    run = counts([5, 4, 3, 5, 4, 4], [5] * 6)
    test = permutation_test([run], [run], document_units(6))["micro"]
    assert (test.p, test.smallest, test.units) == (1, 1, 0)


def test_p_is_uniform_under_the_null():
    rng = np.random.default_rng(0)
    total = np.full(40, 10)
    found = [
        permutation_test(
            [counts(rng.binomial(10, 0.7, 40), total)],
            [counts(rng.binomial(10, 0.7, 40), total)],
            document_units(40),
            repeats=300,
            seed=n,
        )["micro"].p
        for n in range(200)
    ]
    assert 2 <= sum(p <= 0.05 for p in found) <= 22
    assert min(found) >= 1 / 301


def test_few_documents_are_refused_and_paragraphs_are_not():
    run, other = counts([5] * 5, [5] * 5), counts([4] * 5, [5] * 5)
    with pytest.raises(UserError, match="needs 6 documents and there are 5"):
        permutation_test([run], [other], document_units(5))
    assert permutation_test([run], [other], paragraph_units([[0, 2, 4, 6, 8]]))["micro"].unit == "paragraph"


def test_holm_by_hand():
    tests = [Result("a", "b", "micro", 0.1, p, p, 0, "document", 9) for p in (0.01, 0.04, 0.03)]
    assert [t.holm for t in holm(tests)] == pytest.approx([0.03, 0.06, 0.06])
