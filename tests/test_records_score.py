"""Records are scored against records labelled by reading, beside the nearest figure to the right."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import CORPUS

from govner.corpus import read_gold
from govner.errors import UserError
from govner.evaluation import records as scoring
from govner.evaluation.record_gold import GoldRecords, load_records
from govner.schema import AnnotatedReport

#: A composed development document and the records that its first figures make.
DOCUMENT = next(d for d in read_gold(CORPUS / "composed" / "dev.jsonl") if d.id == "c001")


def row(name: str, figure: str, **fields: str) -> dict[str, Any]:
    """A gold record: where an INDICATOR and a figure behind it stand."""
    start = next(s.start for s in DOCUMENT.spans if DOCUMENT.text[s.start : s.end] == name)
    at = DOCUMENT.text.index(figure, start)
    return {
        "indicator_start": start,
        "indicator_end": start + len(name),
        "value_text": figure,
        "value_start": at,
        "value_end": at + len(figure),
        **fields,
    }


GDP = {"status": "achieved", "period": "2007", "period_type": "year", "scope": "全市"}
ROWS = [
    row("生产总值", "208.6亿元", value="20860000000", unit="元", kind="level", **GDP),
    row("生产总值", "14.2%", value="14.2", unit="%", kind="change", direction="up", basis="yoy", **GDP),
]


def write(path: Path, **changes: Any) -> Path:
    sha = hashlib.sha256(DOCUMENT.text.encode("utf-8")).hexdigest()
    line = {"id": "c001", "of": "composed/dev", "text_sha256": sha, "records": ROWS, **changes}
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def documents(tmp_path: Path) -> list[GoldRecords]:
    return load_records(write(tmp_path / "gold.jsonl"), print)


def test_links_and_fields_are_counted(documents: list[GoldRecords]) -> None:
    score = scoring.score(documents, scoring.predicted, "rules", repeats=100)
    assert (score.total.gold, score.total.correct) == (2, 2)
    for name in ("value", "unit", "kind", "direction", "basis", "period", "status", "scope"):
        assert score.total.equal[name] == 2, name
    assert score.total.right["direction"] == 1 and score.total.gold_fields["direction"] == 1
    assert not [line for line in score.mistakes if "\tmissed\t" in line]


def test_the_baseline_has_only_the_nearest_figure(documents: list[GoldRecords]) -> None:
    score = scoring.score(documents, scoring.nearest_right, "nearest", repeats=100)
    assert score.total.correct == 1
    assert any("\tmissed\t" in line and "14.2%" in line for line in score.mistakes)


def test_with_other_entities_overlap_and_the_number_count(documents: list[GoldRecords]) -> None:
    def shifted(document: GoldRecords) -> AnnotatedReport:
        annotated = document.annotated()
        entities = tuple(
            replace(e, start=e.start + 1, source_start=e.source_start + 1, text=e.text[1:])
            if e.label == "INDICATOR" and len(e.text) > 2
            else e
            for e in annotated.entities
        )
        return replace(annotated, entities=entities)

    loose = scoring.score(documents, scoring.predicted, "moved", annotate=shifted, repeats=100)
    assert loose.total.correct == 2
    assert loose.by_level["city"].gold == 2


def test_a_wrong_field_is_a_mistake_and_costs_only_its_field(tmp_path: Path) -> None:
    wrong = [ROWS[0], {**ROWS[1], "direction": "down"}]
    found = load_records(write(tmp_path / "gold.jsonl", records=wrong), print)
    score = scoring.score(found, scoring.predicted, "rules", repeats=100)
    assert score.total.correct == 2 and score.total.equal["direction"] == 1 and score.total.equal["kind"] == 2
    assert [line for line in score.mistakes if "\tdirection\t" in line and "'down'" in line]


def test_periods_are_compared_in_the_form_of_gold() -> None:
    assert scoring.period_text("2021-01-01", "2021-12-31") == "2021"
    assert scoring.period_text("2016-01-01", "2020-12-31") == "2016/2020"
    assert scoring.period_text("2021-01-01", "2021-06-30") == "2021-01/2021-06"
    assert scoring.period_text("", "") == ""


def test_a_document_whose_text_differs_is_left_out(tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(UserError, match="none of its documents"):
        load_records(write(tmp_path / "gold.jsonl", text_sha256="0" * 64), said.append)
    assert "c001" in said[0]


def test_without_the_public_reports_the_rest_is_scored_and_the_others_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bare").mkdir()
    line = json.dumps({"id": "elsewhere", "of": "standoff/dev", "records": ROWS})
    public = tmp_path / "public.jsonl"
    public.write_text(line + "\n", encoding="utf-8")
    both = write(tmp_path / "gold.jsonl")
    both.write_text(both.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    for folder in ("nowhere", "bare"):
        said: list[str] = []
        monkeypatch.setenv("GOVNER_REPORTS", str(tmp_path / folder))
        assert [found.gold.id for found in load_records(both, said.append)] == ["c001"]
        assert "GOVNER_REPORTS" in said[0] and said[-1].startswith("1 of 2 documents left out")
        with pytest.raises(UserError, match="set GOVNER_REPORTS"):
            load_records(public, said.append)


def test_a_damaged_standoff_file_is_not_taken_for_missing_text(tmp_path: Path) -> None:
    labels = tmp_path / "mine.standoff.jsonl"
    labels.write_text('{"id": "a", "passages": []}\n', encoding="utf-8")
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "a", "of": str(labels), "records": ROWS}) + "\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"mine\.standoff\.jsonl, line 1: not a stand-off document"):
        load_records(gold, lambda line: None)


@pytest.mark.parametrize("body", ["no json\n", '{"id": "c001"}\n'])
def test_what_is_no_gold_is_refused(tmp_path: Path, body: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(UserError, match="line 1"):
        load_records(path, print)
    with pytest.raises(UserError, match="no such file"):
        load_records(tmp_path / "absent.jsonl", print)


def test_the_command_prints_scores_and_writes_json(
    tmp_path: Path, govner: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    gold = write(tmp_path / "gold.jsonl")
    done = govner("records-score", gold, "--json", tmp_path / "out.json", "--mistakes", "--resamples", 100)
    assert done.returncode == 0, done.stderr
    assert "nearest figure to the right" in done.stdout
    data = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert data["gold entities"]["links"]["R"] == "1.000"


def test_rules_beat_the_nearest_figure_on_the_composed_development_records(tmp_path: Path) -> None:
    lines = (CORPUS / "records" / "dev.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    composed = tmp_path / "composed.jsonl"
    composed.write_text("".join(x for x in lines if '"of": "composed/' in x), encoding="utf-8")
    found = load_records(composed, print)
    rules = scoring.score(found, scoring.predicted, "rules", repeats=100).total
    nearest = scoring.score(found, scoring.nearest_right, "nearest", repeats=100).total
    assert rules.f1 > 0.97 > 0.85 > nearest.f1
    for name in ("value", "unit", "kind", "direction", "status", "period"):
        assert rules.equal[name] > 0.95 * rules.correct, name
