"""Projects, the names of a whole report, and the scores against gold."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from govner.errors import UserError
from govner.evaluation.names import main, read_documents, read_name_gold, score
from govner.names import resolve
from govner.names.project_types import project_status, project_type
from govner.records.schema import Record
from govner.schema import Alignment, AnnotatedReport, Entity, Report, Section


def report(text: str, marks: list[tuple[str, str]], role: str = "review", **meta: object) -> AnnotatedReport:
    entities, at = [], 0
    for words, label in marks:
        start = text.index(words, at)
        at = start + len(words)
        entities.append(Entity(start, at, label, words, 1.0, (), start, at))
    sections = (Section(0, len(text), 1, "一、", role, "year"),)
    made = Report("r", "", text, text, Alignment.identity(len(text)), (), meta, sections)
    return AnnotatedReport(made, tuple(entities), {})


def record(text: str, entity: int | None, indicator: str, value: str, words: str) -> Record:
    at = text.rindex(words)
    return Record(
        entity, indicator, "", Decimal(value), None, "元", "level", "", "", "", "", "", "", "own",
        "", "", "year", "", "", "achieved", words, at, at + len(words), at, at + len(words),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("“不忘初心、牢记使命”主题教育", "party_education"),
        ("二轮土地承包延包试点", "pilot"),
        ("扫黑除恶专项斗争", "campaign"),
        ("蓝天保卫战", "campaign"),
        ("城东棚户区改造", "housing"),
        ("西河污水处理厂提标改造", "environment"),
        ("龙潭水库除险加固工程", "water"),
        ("临港高速改扩建", "transport"),
        ("二级航道整治工程", "transport"),
        ("县人民医院新院区", "public_facility"),
        ("智能装备产业园", "zone"),
        ("年产10万吨铝箔生产线", "industrial_investment"),
        ("城乡居民增收计划", "programme"),
        ("城区供热管网改造工程", "construction"),
        ("云水", "other"),
    ],
)
def test_the_type_is_one_of_the_closed_list(name: str, kind: str) -> None:
    assert project_type(name) == kind


@pytest.mark.parametrize(
    ("before", "after", "ahead", "status"),
    [
        ("", "建成通车", False, "completed"),
        ("加快推进", "建设", False, "under_way"),
        ("", "开工建设", False, "started"),
        ("谋划", "建设", False, "planned"),
        ("确保", "年底前竣工", False, "planned"),
        ("", "建成投用", True, "planned"),
        ("实施", "", False, "under_way"),
        ("", "", False, "unknown"),
    ],
)
def test_the_status_is_what_the_clause_says(before: str, after: str, ahead: bool, status: str) -> None:
    assert project_status(before, after, ahead=ahead).status == status


def test_the_same_words_are_still_to_come_in_the_part_that_plans() -> None:
    text = "滨湖大桥建成通车。"
    marks = [("滨湖大桥", "PROJECT")]
    assert resolve(report(text, marks)).projects[0].status == "completed"
    assert resolve(report(text, marks, role="plan")).projects[0].status == "planned"


def test_amounts_come_from_the_records_of_the_sentence_and_go_to_the_nearest_project() -> None:
    text = "总投资12亿元的云杉产业园开工，计划投资3亿元的北河大桥获批。龙山水库完成投资2亿元。"
    marks = [
        ("总投资", "INDICATOR"),
        ("云杉产业园", "PROJECT"),
        ("北河大桥", "PROJECT"),
        ("龙山水库", "PROJECT"),
        ("投资", "INDICATOR"),
    ]
    annotated = report(text, marks)
    records = [
        record(text, 0, "总投资", "1200000000", "12亿元"),
        record(text, None, "计划投资", "300000000", "3亿元"),
        record(text, 4, "投资", "200000000", "2亿元"),
    ]
    names = resolve(annotated, records=records).projects
    assert [(a.value, a.kind) for a in names[1].amounts] == [(Decimal(1_200_000_000), "total")]
    assert [(a.value, a.record) for a in names[2].amounts] == [(Decimal(300_000_000), 1)]
    assert [(a.value, a.kind) for a in names[3].amounts] == [(Decimal(200_000_000), "completed")]
    assert not resolve(annotated).projects[1].amounts


def test_each_kind_of_name_can_be_turned_off() -> None:
    text = "坚持新发展理念，县委领导下，地区生产总值增长6%，滨湖大桥开工。"
    marks = [
        ("新发展理念", "SLOGAN"),
        ("县委", "ORG"),
        ("地区生产总值", "INDICATOR"),
        ("滨湖大桥", "PROJECT"),
    ]
    annotated = report(text, marks, place="定兴县", place_path="河北省保定市定兴县", year_planned=2021)
    names = resolve(annotated)
    assert names.slogans[0].canonical == "新发展理念"
    assert names.organizations[1].name == "定兴县委"
    assert names.indicators[2].id == "gdp"
    assert names.projects[3].status == "started"
    without = resolve(annotated, slogans=False, organizations=False, indicators=False, projects=False)
    assert (without.slogans, without.organizations, without.indicators, without.projects) == ({}, {}, {}, {})


def test_the_nations_report_speaks_of_the_nations_product() -> None:
    annotated = report("国内外形势复杂，生产总值增长5%。", [("生产总值", "INDICATOR")], place="全国")
    assert resolve(annotated).indicators[0].id == "gdp_national"


def _gold(folder: Path) -> tuple[Path, Path]:
    text = "在县委领导下，［滨湖大桥］建成通车，感谢市委和区委。".replace("［", "").replace("］", "")
    spans = [
        {"start": text.index(w), "end": text.index(w) + len(w), "label": label}
        for w, label in (("县委", "ORG"), ("滨湖大桥", "PROJECT"), ("市委", "ORG"), ("区委", "ORG"))
    ]
    documents = folder / "documents.jsonl"
    meta = {"place": "定兴县", "place_path": "河北省保定市定兴县", "year_planned": 2021}
    documents.write_text(
        json.dumps({"id": "d", "text": text, "spans": spans, "meta": meta}) + "\n", encoding="utf-8"
    )
    rows = [
        {"task": "organization", "name": "定兴县委", "type": "party", "deictic": True, **_at(spans[0])},
        {"task": "organization", "name": "雄安新区党工委", "type": "party", "deictic": True, **_at(spans[2])},
        {"task": "organization", "name": "", "type": "party", "deictic": True, **_at(spans[3])},
        {"task": "project", "type": "transport", "status": "completed", **_at(spans[1])},
        {"task": "project", "type": "water", "status": "completed", "document": "d", "start": 0, "end": 1},
    ]
    gold = folder / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return gold, documents


def _at(span: dict[str, object]) -> dict[str, object]:
    return {"document": "d", "start": span["start"], "end": span["end"]}


def test_scores_count_right_wrong_and_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold, documents = _gold(tmp_path)
    scores = score(read_name_gold(gold), read_documents(documents))
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
    main([str(gold), str(documents)])
    assert "not found in the documents" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
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
