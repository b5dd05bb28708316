"""The scores of organizations and projects against labelled mentions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from govner.cli import app
from govner.corpus import read_gold
from govner.errors import UserError
from govner.evaluation.name_documents import place_document, whole_reports
from govner.evaluation.names import read_name_gold, score

PASSAGE = "在县委领导下，\n滨湖大桥建成通车，感谢市委和区委。\n"
REPORT = """政府工作报告

各位代表：
现在，我向大会作工作报告。

一、2020年工作回顾
修了路。

二、2021年主要任务
在县委领导下，
滨湖大桥建成通车，　感谢市委和区委。
"""


def write_gold(at_folder: Path, text: str = PASSAGE, **meta: object) -> tuple[Path, Path]:
    spans = [
        {"start": text.index(w), "end": text.index(w) + len(w), "label": label}
        for w, label in (("县委", "ORG"), ("滨湖大桥", "PROJECT"), ("市委", "ORG"), ("区委", "ORG"))
    ]
    documents = at_folder / "documents.jsonl"
    given = {"place": "定兴县", "place_path": "河北省保定市定兴县", "year_planned": 2021} | meta
    documents.write_text(
        json.dumps({"id": "d", "text": text, "spans": spans, "meta": given}) + "\n", encoding="utf-8"
    )
    rows = [
        {"task": "organization", "name": "定兴县委", "type": "party", "deictic": True, **at(spans[0])},
        {"task": "organization", "name": "雄安新区党工委", "type": "party", "deictic": True, **at(spans[2])},
        {"task": "organization", "name": "", "type": "party", "deictic": True, **at(spans[3])},
        {"task": "project", "type": "transport", "status": "completed", **at(spans[1])},
        {"task": "project", "type": "water", "status": "completed", "document": "d", "start": 0, "end": 1},
    ]
    gold = at_folder / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return gold, documents


def at(span: dict[str, object]) -> dict[str, object]:
    return {"document": "d", "start": span["start"], "end": span["end"]}


def test_scores_count_right_wrong_and_empty(tmp_path: Path) -> None:
    gold, documents = write_gold(tmp_path)
    scores = score(read_name_gold(gold), read_gold(documents))
    organs = {name: (rate.right, rate.of) for name, rate in scores.organizations.items()}
    assert organs["name"] == organs["name_deictic"] == (2, 3)
    assert organs["precision"] == (1, 2)
    assert organs["recall"] == (1, 2)
    assert organs["rightly_empty"] == (1, 1)
    assert organs["type"] == (3, 3)
    assert organs["name_other"] == (0, 0)
    assert scores.projects["type_and_status"].right == 1
    assert scores.projects["type"].of == 2
    assert [item.start for item in scores.missing] == [0]
    assert len(scores.mistakes) == 1
    assert "保定市委 for 雄安新区党工委" in scores.mistakes[0]


def reports(folder: Path, text: str = REPORT) -> Path:
    copies = folder / "reports" / "county"
    copies.mkdir(parents=True)
    (copies / "2021_定兴.txt").write_text(text, encoding="utf-8")
    return copies.parent


def test_a_passage_is_scored_in_the_report_that_it_was_taken_from(tmp_path: Path) -> None:
    gold, documents = write_gold(tmp_path, source="2021_定兴.txt", folder="county")
    found = list(read_gold(documents))
    scores = score(read_name_gold(gold), found, whole_reports(found, reports(tmp_path)))
    assert scores.in_whole_reports == 4
    # The heading over the passage plans for the year ahead.
    assert "status planned for completed" in " ".join(scores.mistakes)


def test_a_passage_that_is_not_in_the_report_is_scored_as_it_stands(tmp_path: Path) -> None:
    gold, documents = write_gold(tmp_path, source="2021_定兴.txt", folder="county")
    found = list(read_gold(documents))
    wholes = whole_reports(found, reports(tmp_path, "另一份报告。\n"))
    assert not place_document(found[0], wholes["d"]).whole
    assert score(read_name_gold(gold), found, wholes).in_whole_reports == 0


def test_the_command_prints_scores_and_mistakes(tmp_path: Path) -> None:
    gold, documents = write_gold(tmp_path, source="2021_定兴.txt", folder="county")
    given = ["names-score", str(gold), "--documents", str(documents)]
    result = CliRunner().invoke(app, [*given, "--reports", str(reports(tmp_path)), "--mistakes"])
    assert result.exit_code == 0
    assert "4 of 5 mentions were scored in their whole report" in result.output
    assert "not found in the documents" in result.output
    assert "滨湖大桥: status planned for completed" in result.output


def test_a_folder_of_reports_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder"):
        whole_reports([], tmp_path / "none")


def test_amounts_alone_are_scored_with_their_kind_and_bound(tmp_path: Path) -> None:
    text = "近2亿元的云杉桥开工。投资3亿元的北河桥通车。\n"
    spans = [
        {"start": text.index(word), "end": text.index(word) + len(word), "label": label}
        for word, label in (("云杉桥", "PROJECT"), ("投资", "INDICATOR"), ("北河桥", "PROJECT"))
    ]
    documents = tmp_path / "documents.jsonl"
    documents.write_text(json.dumps({"id": "d", "text": text, "spans": spans}) + "\n", encoding="utf-8")
    amounts = {
        0: [{"value": "200000000", "kind": "total"}],
        2: [{"value": "300000000", "kind": "total"}, {"value": "50000000", "kind": "completed"}],
    }
    gold = tmp_path / "gold.jsonl"
    rows = [{"task": "project", "amounts": rows, **at(spans[index])} for index, rows in amounts.items()]
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    scores = score(read_name_gold(gold), read_gold(documents))
    projects = {name: (rate.right, rate.of) for name, rate in scores.projects.items()}
    assert projects["amount_precision"] == (2, 2)
    assert projects["amount_recall"] == (2, 3)
    assert projects["amount_qualifier"] == (1, 2)  # nearly, which the gold does not say
    assert projects["type"] == projects["status"] == (0, 0)
    assert "amounts nearly 200000000 total for 200000000 total" in scores.mistakes[0]


@pytest.mark.parametrize(
    "line",
    [
        '{"task": "project", "document": "d", "start": 0, "end": 1, "amounts": [{"value": "1", "kind": "much"}]}',
        "{",
        '{"task": "organization", "document": "d", "start": 0, "end": 1, "type": "shop"}',
        '{"task": "project", "document": "d", "start": 0, "end": 1, "type": "water", "status": "soon"}',
    ],
)
def test_a_bad_gold_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(UserError, match="line 1"):
        read_name_gold(path)
