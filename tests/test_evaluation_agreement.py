"""Agreement against published numbers and by hand."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from govner import cli_evaluate
from govner.errors import UserError
from govner.evaluation.agreement import agree, alphas, expected_disagreement, observed_disagreement
from govner.evaluation.spans import span_table
from govner.schema import Span

# Krippendorff's own example (Content Analysis, 2nd edition, 12.4): a continuum of 300, two observers.
FIRST = [Span(75, 145, "c"), Span(220, 250, "c"), Span(30, 90, "k"), Span(150, 200, "k")]
SECOND = [
    Span(70, 150, "c"),
    Span(205, 225, "c"),
    Span(250, 270, "c"),
    Span(30, 90, "k"),
    Span(150, 200, "k"),
]


def test_alpha_of_the_published_example():
    found = alphas([span_table([own], ("c", "k")) for own in (FIRST, SECOND)], np.array([300]))
    assert found["c"].observed == pytest.approx(0.0144, abs=1e-4)
    assert found["c"].expected == pytest.approx(0.0532, abs=1e-4)
    assert found["c"].alpha == pytest.approx(0.7286, abs=1e-4)
    assert found["k"].expected == pytest.approx(0.0490, abs=1e-4)
    assert found["k"].alpha == 1
    assert found["all"].alpha == pytest.approx(0.8591, abs=5e-4)


def test_observed_disagreement_by_hand():
    """(2,5) against (3,7): 1² + 2²; a unit of 4 in a gap: 4²; each in both directions, over 2·1·20²."""
    units = [np.array([[2, 5], [10, 14]]), np.array([[3, 7]])]
    assert observed_disagreement(units, 20) == pytest.approx(2 * (1 + 4 + 16) / (2 * 400))
    assert observed_disagreement([units[0], units[0]], 20) == 0


def test_random_placement_has_an_alpha_near_zero():
    rng = np.random.default_rng(0)
    found = []
    for _ in range(60):
        units = []
        for _ in range(2):
            starts = np.sort(rng.choice(np.arange(0, 4000, 20), 60, replace=False)) + rng.integers(0, 12, 60)
            units.append(np.stack((starts, starts + 8), axis=1))
        found.append(1 - observed_disagreement(units, 4000) / expected_disagreement(units, 4000))
    assert abs(np.mean(found)) < 0.05


def test_pairwise_scores_and_disagreements():
    text = "市委推进旱稻总产量增长。\n市政府。"
    a = {"d": [Span(0, 2, "ORG"), Span(4, 9, "INDICATOR"), Span(13, 16, "ORG")]}
    b = {"d": [Span(0, 2, "ORG"), Span(4, 7, "INDICATOR")]}
    found = agree({"a": a, "b": b, "c": a}, {"d": text})
    assert [(p.first, p.second) for p in found.pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    first, same, _ = found.pairs
    assert first.strict["ORG"].f1 == pytest.approx(2 / 3)
    assert first.strict["micro"].f1 == pytest.approx(2 / 5)
    assert first.overlap["INDICATOR"].f1 == 1
    assert [m.kind for m in first.disagreements] == ["right edge", "missed"]
    assert same.strict["micro"].f1 == 1


def test_annotators_must_have_the_same_documents():
    with pytest.raises(UserError, match="has no document 'e'"):
        agree({"a": {"d": [], "e": []}, "b": {"d": []}}, {"d": "市委。", "e": "市委。"})


def test_the_command_reads_files_and_lists_disagreements(tmp_path):
    text = "市委推进旱稻总产量增长。"
    gold = {"id": "d", "text": text, "spans": [{"start": 0, "end": 2, "label": "ORG"}]}
    (tmp_path / "one.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")
    (tmp_path / "two.jsonl").write_text(json.dumps({"id": "d", "spans": []}) + "\n", encoding="utf-8")
    app = typer.Typer()
    app.command()(cli_evaluate.agree)
    out, rows = tmp_path / "out.json", tmp_path / "rows.csv"
    arguments = [
        str(tmp_path / "one.jsonl"),
        str(tmp_path / "two.jsonl"),
        "--json",
        str(out),
        "--disagreements",
        str(rows),
    ]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert "only first" in result.stdout
    data = json.loads(out.read_text(encoding="utf-8"))
    assert data["pairs"][0]["strict"]["micro"]["f1"] == 0
    assert "市委 [ORG]" in rows.read_text(encoding="utf-8-sig")
