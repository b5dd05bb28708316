"""Projects, and the names of a whole report."""

from __future__ import annotations

from decimal import Decimal

import pytest

from govner.names import resolve
from govner.names.project_types import STATUS_MEANINGS, TYPE_MEANINGS, project_status, project_type
from govner.records import extract
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
        # What the thing is stands at the end; a word inside says what it is for.
        ("空港综合保税区", "zone"),
        ("青年科技学校", "public_facility"),
        ("生态水镇产业园二期", "zone"),
        ("云河大桥至开发区段改（扩）建", "transport"),
        ("新华路升级改造及绿化、亮化工程", "transport"),
        ("清水河左堤治理", "water"),
        ("农村面貌提升五年行动", "programme"),
        ("空气质量提升攻坚行动", "campaign"),
        ("城西片区北湾河综合治理", "environment"),
        ("背街小巷环境综合治理", "campaign"),
        ("衔接资金项目", "programme"),
        ("老站片区改造", "housing"),
        ("法治政府建设提升工程", "programme"),
        ("科技创新跃升计划", "programme"),
        ("现代农业扶贫工程", "programme"),
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
        ("", "完成投资3亿元", False, "under_way"),
        ("", "完成投资3亿元", True, "planned"),
        ("做好", "的维护工作", True, "completed"),
        ("", "成效明显", False, "under_way"),
    ],
)
def test_the_status_is_what_the_clause_says(before: str, after: str, ahead: bool, status: str) -> None:
    assert project_status(before, after, ahead=ahead).status == status


def test_the_same_words_are_still_to_come_in_the_part_that_plans() -> None:
    text = "滨湖大桥建成通车。"
    marks = [("滨湖大桥", "PROJECT")]
    assert resolve(report(text, marks)).projects[0].status == "completed"
    assert resolve(report(text, marks, role="plan")).projects[0].status == "planned"


def test_what_is_yet_to_begin_is_planned_whatever_stands_before() -> None:
    text = "重点推进龙山水库等新建项目，确保上半年开工；加快推进北河大桥建设。"
    names = resolve(report(text, [("龙山水库", "PROJECT"), ("北河大桥", "PROJECT")], role="plan")).projects
    assert [name.status for name in names.values()] == ["planned", "under_way"]


def test_notes_explain_words_and_give_no_status() -> None:
    text = "3．龙山水库：去年建成的水利枢纽。"
    assert resolve(report(text, [("龙山水库", "PROJECT")], role="glossary")).projects[0].status == "unknown"


def test_every_type_and_status_is_explained() -> None:
    for meanings in (TYPE_MEANINGS, STATUS_MEANINGS):
        assert all(meaning.endswith(".") for meaning in meanings.values())


def amounts(text: str, *projects: str) -> list[list[tuple[int, str]]]:
    """Amounts of projects in a sentence whose 总投资, 计划投资 and 投资 are marked, by records that are extracted."""
    marks = [(text.find(words), words, "PROJECT") for words in projects]
    at = 0
    while (at := text.find("投资", at)) >= 0:
        start = at - 1 if text[at - 1] == "总" else at
        if not any(left <= start < left + len(words) for left, words, _ in marks):
            marks.append((start, text[start : at + 2], "INDICATOR"))
        at += 2
    annotated = report(text, [(words, label) for _, words, label in sorted(marks)])
    found = resolve(annotated, records=extract(annotated).records).projects
    return [[(int(a.value), a.kind) for a in name.amounts] for name in found.values()]


def test_money_before_a_project_is_that_projects_and_not_the_one_listed_before() -> None:
    found = amounts("总投资12亿元的云杉产业园、总投资3亿元的北河大桥开工。", "云杉产业园", "北河大桥")
    assert found == [[(1_200_000_000, "total")], [(300_000_000, "total")]]


def test_money_behind_a_project_says_what_it_is() -> None:
    found = amounts("龙山水库总投资5亿元、年内完成投资2亿元。北河大桥完成投资1亿元。", "龙山水库", "北河大桥")
    assert found == [[(500_000_000, "total"), (200_000_000, "this_year")], [(100_000_000, "completed")]]


@pytest.mark.parametrize(
    "text",
    [
        "云杉古镇等12个项目加快建设，完成投资86亿元。",
        "云杉古镇开门迎客，全市旅游项目完成投资86亿元。",
        "云杉古镇开门迎客，实施总投资86亿元的15个旅游项目。",
    ],
)
def test_money_of_many_projects_is_not_given_to_one(text: str) -> None:
    assert amounts(text, "云杉古镇") == [[]]


def test_money_of_projects_that_are_listed_together_is_given_to_none() -> None:
    assert amounts("云杉古镇、北河大桥完成投资4亿元。", "云杉古镇", "北河大桥") == [[], []]


@pytest.mark.parametrize(
    ("text", "projects", "wanted"),
    [
        ("总投资12亿元、占地300亩的云杉产业园开工。", ["云杉产业园"], [[(1_200_000_000, "total")]]),
        ("年内完成投资2亿元的云杉产业园建设。", ["云杉产业园"], [[(200_000_000, "total")]]),
        ("云杉产业园（总投资12亿元）开工。", ["云杉产业园"], [[(1_200_000_000, "total")]]),
        ("总投资12亿元的“云杉一号”工程开工。", ["“云杉一号”工程"], [[(1_200_000_000, "total")]]),
        ("投资300万元，实施云杉产业园。", ["云杉产业园"], [[(3_000_000, "total")]]),
        # 等 sums up a list of projects each of which has its own sum, and else stands for others that share it.
        (
            "推进总投资3亿元的云杉产业园、总投资2亿元的北河大桥等项目。",
            ["云杉产业园", "北河大桥"],
            [[(300_000_000, "total")], [(200_000_000, "total")]],
        ),
        ("推进总投资3亿元的云杉产业园等8个项目。", ["云杉产业园"], [[]]),
        ("推进总投资3亿元的云杉产业园、北河大桥建设。", ["云杉产业园", "北河大桥"], [[], []]),
        # What a verb behind the figure does is another thing than the project before it.
        ("实施云杉产业园，累计投资3亿元完成河道清淤5处。", ["云杉产业园"], [[]]),
        # What is said of one project is not spent on the next.
        (
            "云杉产业园开工，完成投资3亿元，北河大桥封顶。",
            ["云杉产业园", "北河大桥"],
            [[(300_000_000, "completed")], []],
        ),
        ("云杉产业园投产，实现产值3亿元。", ["云杉产业园"], [[]]),
        ("云杉产业园等总投资3亿元以上的项目开工。", ["云杉产业园"], [[]]),
        ("实施云杉产业园提升，新建学校15所，总投资3亿元。", ["云杉产业园"], [[]]),
        ("云杉产业园投资3亿元建起厂房。", ["云杉产业园"], [[(300_000_000, "total")]]),
        (
            "云杉产业园总投资5亿元，北河大桥开工。",
            ["云杉产业园", "北河大桥"],
            [[(500_000_000, "total")], []],
        ),
        (
            "云杉产业园总投资5亿元，北河大桥总投资3亿元。",
            ["云杉产业园", "北河大桥"],
            [[(500_000_000, "total")], [(300_000_000, "total")]],
        ),
        # What a verb spends money on is the project behind it, not the one before.
        (
            "云杉产业园开工，投资500万元，实施北河大桥。",
            ["云杉产业园", "北河大桥"],
            [[], [(5_000_000, "total")]],
        ),
        # A word for money in a project's own name says nothing of the figure.
        ("营收中心总投资2亿元。", ["营收中心"], [[(200_000_000, "total")]]),
        # Changes and ranges are no sum that a project costs.
        ("云杉产业园投资增加2亿元。", ["云杉产业园"], [[]]),
        ("云杉产业园投资由3亿元增加到5亿元。", ["云杉产业园"], [[(500_000_000, "total")]]),
        ("总投资5—8亿元的云杉产业园开工。", ["云杉产业园"], [[]]),
        # Nor is money that it brings about; to strive for a project is to win it with what it costs.
        ("云杉产业园带动投资2亿元。", ["云杉产业园"], [[]]),
        ("带动社会投资2亿元的云杉产业园开工。", ["云杉产业园"], [[]]),
        ("争取总投资2亿元的云杉产业园落地。", ["云杉产业园"], [[(200_000_000, "total")]]),
    ],
)
def test_money_is_a_projects_where_the_words_make_it_so(
    text: str, projects: list[str], wanted: list[list[tuple[int, str]]]
) -> None:
    assert amounts(text, *projects) == wanted


def test_an_amount_is_found_behind_an_indicator_of_another_name_and_keeps_its_bound() -> None:
    text = "域内投资近20亿元的“北电南送”工程开工。"
    annotated = report(text, [("域内投资", "INDICATOR"), ("“北电南送”工程", "PROJECT")])
    (amount,) = resolve(annotated, records=extract(annotated).records).projects[1].amounts
    assert (amount.value, amount.kind, amount.qualifier) == (Decimal(2_000_000_000), "total", "nearly")


def test_a_projects_own_record_gives_its_amount_with_the_row_it_comes_from() -> None:
    text = "云杉古镇投入2亿元。"
    annotated = report(text, [("云杉古镇", "PROJECT")])
    found = resolve(annotated, records=[record(text, 0, "云杉古镇", "200000000", "2亿元")]).projects[0]
    assert [(a.value, a.record) for a in found.amounts] == [(Decimal(200_000_000), 0)]
    assert not resolve(annotated).projects[0].amounts


@pytest.mark.parametrize(
    "words", ["获得补助资金", "争取上级资金", "争取资金", "节约资金", "带动社会投资", "投入奖补资金"]
)
@pytest.mark.parametrize("marked", [[], [("资金", "INDICATOR")]])
def test_money_from_above_or_saved_or_drawn_is_not_what_a_project_costs(
    words: str, marked: list[tuple[str, str]]
) -> None:
    text = f"云杉古镇{words}2亿元。"
    marks = [("云杉古镇", "PROJECT"), *(mark for mark in marked if mark[0] in words)]
    annotated = report(text, marks)
    records = extract(annotated).records
    assert [r.value for r in records] == [Decimal(200_000_000)]
    assert not resolve(annotated, records=records).projects[0].amounts


@pytest.mark.parametrize("words", ["投入资金", "到位资金", "引入社会资本投资"])
def test_money_that_a_project_is_built_with_is_its_amount(words: str) -> None:
    annotated = report(f"云杉古镇{words}2亿元。", [("云杉古镇", "PROJECT")])
    (amount,) = resolve(annotated, records=extract(annotated).records).projects[0].amounts
    assert amount.value == Decimal(200_000_000)


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
