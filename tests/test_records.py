"""What a report says of its indicators comes out as records: whose value, of what kind, when, how firmly."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from records_support import (
    FIVE,
    HEAD,
    PLAN,
    REVIEW,
    TERM,
    YEAR_2021,
    annotated,
    links,
    measures,
    periods,
    records,
)

from govner.records import Record, ReportRecords, extract, quantities_json, records_json
from govner.schema import AnnotatedReport, Report

LINKS = [
    # several values of one indicator
    ("【地区生产总值】312.6亿元，增长9%。", [("地区生产总值", "", "312.6亿元"), ("地区生产总值", "", "9%")]),
    (
        "【财政收入】突破8亿元，达到8.3亿元，占地区生产总值的12%，居全市第3位。",
        [("财政收入", "", v) for v in ("8亿元", "8.3亿元", "12%", "第3位")],
    ),
    ("【低保补贴】发放1.2万头、560万元。", [("低保补贴", "", "1.2万头"), ("低保补贴", "", "560万元")]),
    ("【贫困人口】1486户6175人。", [("贫困人口", "", "1486户"), ("贫困人口", "", "6175人")]),
    # several indicators, one predicate
    ("【甲类案件】、【乙类案件】分别下降16%、49%。", [("甲类案件", "", "16%"), ("乙类案件", "", "49%")]),
    ("【办结率】、【满意率】均达100%。", [("办结率", "", "100%"), ("满意率", "", "100%")]),
    (
        "【甲类贷款】、【乙类贷款】之和达5亿元。",
        [("甲类贷款", "之和", "5亿元"), ("乙类贷款", "之和", "5亿元")],
    ),
    ("压缩【会议费】、【接待费】10%。", [("会议费", "", "10%"), ("接待费", "", "10%")]),
    # values handed out over a comma
    (
        "【接待游客】61万人次，【旅游收入】4.5亿元，均增长三成以上。",
        [
            ("接待游客", "", "61万人次"),
            ("旅游收入", "", "4.5亿元"),
            ("接待游客", "", "三成"),
            ("旅游收入", "", "三成"),
        ],
    ),
    (
        "完成【投资】12亿元，【零售总额】8亿元，【出口额】3亿元，分别增长1%、2%和3%。",
        [
            ("投资", "", "12亿元"),
            ("零售总额", "", "8亿元"),
            ("出口额", "", "3亿元"),
            ("投资", "", "1%"),
            ("零售总额", "", "2%"),
            ("出口额", "", "3%"),
        ],
    ),
    # one span with parts
    (
        "【城镇、农村居民人均可支配收入】分别为43820元和25316元，分别增长4.3%、5.7%。",
        [
            ("城镇、农村居民人均可支配收入", "城镇", "43820元"),
            ("城镇、农村居民人均可支配收入", "农村", "25316元"),
            ("城镇、农村居民人均可支配收入", "城镇", "4.3%"),
            ("城镇、农村居民人均可支配收入", "农村", "5.7%"),
        ],
    ),
    ("【城乡低保标准】分别增长7%和10%。", [("城乡低保标准", "城", "7%"), ("城乡低保标准", "乡", "10%")]),
    # 其中
    (
        "【固定资产投资】增长8%，其中【工业投资】12.3亿元。",
        [("固定资产投资", "", "8%"), ("工业投资", "", "12.3亿元")],
    ),
    (
        "【新办企业】2360户，其中在镇纳税的1870户。",
        [("新办企业", "", "2360户"), ("新办企业", "在镇纳税", "1870户")],
    ),
    # values before the indicator
    ("安排8600万元【救灾资金】，抓紧修复水毁道路27条。", [("救灾资金", "", "8600万元")]),
    ("3000万元的【发展专项资金】主要用于道路。", [("发展专项资金", "", "3000万元")]),
    # parallel items with their own amounts
    (
        "【投资】2.6亿元的电梯厂、1.9亿元的制冷厂建成投产。",
        [("投资", "电梯厂", "2.6亿元"), ("投资", "制冷厂", "1.9亿元")],
    ),
    # old and new
    ("【机插率】由9.2%提高到64%。", [("机插率", "", "9.2%"), ("机插率", "", "64%")]),
    # what belongs to something else
    ("【新增旅行社】4家、星级饭店6家。", [("新增旅行社", "", "4家")]),
    ("【粮食产量】3万吨，新建农村公路12.3公里。", [("粮食产量", "", "3万吨")]),
    ("【医共体占比】达91.9%，256家医院实现结果互认。", [("医共体占比", "", "91.9%")]),
    ("实施【总投资】105亿元的18个重点项目。", [("总投资", "", "105亿元")]),
    ("全区14个镇中【财政收入】排第5位。", [("财政收入", "", "第5位")]),
    ("【财政收入】8亿元，在全市14个县中排第5位。", [("财政收入", "", "8亿元"), ("财政收入", "", "第5位")]),
    # nothing said
    ("加强【优良天数】等指标监测。", []),
    ("从严控制【供地总量】。", []),
]


@pytest.mark.parametrize(("marked", "expected"), LINKS)
def test_values_go_to_the_indicators_they_are_said_of(
    marked: str, expected: list[tuple[str, str, str]]
) -> None:
    assert links(marked) == expected


FACTS = [
    # sentence, kind, direction, basis, qualifier, benchmark of the last record
    ("【税收】8.3亿元。", ("level", "", "", "", "")),
    ("【税收】同比增长9%。", ("change", "up", "yoy", "", "")),
    ("【税收】比上年净增1.2亿元。", ("change", "up", "yoy", "", "")),
    ("【用水量】下降2.1%。", ("change", "down", "", "", "")),
    ("【物价涨幅】2%左右。", ("change", "up", "", "about", "")),
    ("【人口自然增长率】8.7‰。", ("level", "", "", "", "")),
    ("【税收】实际增长8.2%。", ("change", "up", "comparable_prices", "", "")),
    ("【税收】较2015年增长41%。", ("change", "up", "since", "", "")),
    ("【绿化率】提高到24%。", ("level", "", "", "", "")),
    ("【参保率】稳定在96%以上。", ("level", "", "", "over", "")),
    ("【绿化率】由20%提高到24%。", ("level", "", "", "", "")),
    ("【税收】8亿元，占财政收入的60%。", ("share", "", "", "", "")),
    ("【新增财力】的78%用于民生。", ("share", "", "", "", "")),
    ("【税收】8亿元，居全市第3位。", ("rank", "", "", "", "")),
    ("【综合指数】位次前移13位。", ("change", "up", "", "", "")),
    ("【规上企业】达到187家。", ("count", "", "", "", "")),
    ("【规上企业】达到187家，净增29家。", ("change", "up", "", "", "")),
    ("【在校学生】3.2万人。", ("count", "", "", "", "")),
    ("【桑园面积】新增3.1万亩。", ("change", "up", "", "", "")),
    ("【税收】8亿元，增幅高于全市平均1.8个百分点。", ("change", "up", "", "", "高于全市平均")),
    ("【城镇化率】34%，比全省低1.6个百分点。", ("change", "down", "", "", "比全省低")),
    ("【税收】是2015年的2.2倍。", ("change", "up", "since", "", "")),
    ("【税收】翻一番。", ("change", "up", "", "", "")),
    ("【机关经费】零增长。", ("change", "flat", "", "", "")),
]


@pytest.mark.parametrize(("marked", "expected"), FACTS)
def test_what_a_value_says_of_its_indicator(marked: str, expected: tuple[str, ...]) -> None:
    last = records(marked)[-1]
    assert (last.kind, last.direction, last.basis, last.qualifier, last.benchmark) == expected


def test_the_old_value_of_a_change_is_of_the_year_before() -> None:
    old, new = records("【绿化率】由20%提高到24%。")
    assert (old.basis, old.kind, old.period_start, old.status) == ("from", "level", "2020-01-01", "achieved")
    assert (new.basis, new.kind, new.period_start, new.status) == ("", "level", "2021-01-01", "achieved")
    old, new = records("【绿化率】由20%提高到24%。", PLAN)
    assert (old.period_start, old.status) == ("2021-01-01", "achieved")
    assert (new.period_start, new.status) == ("2022-01-01", "target")


def test_a_minus_sign_is_the_direction_of_any_value() -> None:
    old, new = records("【投资增速】由一季度的-5.2%回升到全年的3.7%。")
    assert (old.value, old.kind, old.direction, old.basis) == (Decimal("5.2"), "level", "down", "from")
    assert (old.period_start, old.period_end, old.period_type) == ("2021-01-01", "2021-03-31", "part_year")
    assert (new.value, new.direction) == (Decimal("3.7"), "up")
    assert (new.period_start, new.period_end, new.period_type) == YEAR_2021
    (profit,) = records("【利润】-3亿元。")
    assert (profit.value, profit.kind, profit.direction) == (Decimal(300_000_000), "level", "down")
    (rise,) = records("【物价涨幅】为-0.3%。")
    assert (rise.value, rise.kind, rise.direction) == (Decimal("0.3"), "change", "down")


@pytest.mark.parametrize(
    ("marked", "kind", "direction", "benchmark", "origin"),
    [
        ("【居民收入】增长与经济增长同步。", "change", "up", "与经济增长同步", "own"),
        ("【居民收入】高于全市平均水平。", "change", "up", "高于全市平均水平", "own"),
        ("【单位能耗】下降完成市下达任务。", "change", "down", "完成市下达任务", "assigned"),
        ("【出境断面水质】稳定达标。", "level", "", "稳定达标", "own"),
        ("【信访量】持续下降。", "change", "down", "", "own"),
        ("【民生支出】只增不减。", "change", "up", "", "own"),
        ("提高【低保标准】。", "change", "up", "", "own"),
        ("【路网密度】居全省前列。", "rank", "", "全省前列", "own"),
    ],
)
def test_a_target_without_a_figure_has_a_benchmark_or_a_trend(
    marked: str, kind: str, direction: str, benchmark: str, origin: str
) -> None:
    (found,) = records(marked, PLAN)
    assert found.value is None and found.value_text == "" and found.value_start is None
    assert (found.kind, found.direction, found.benchmark, found.origin) == (
        kind,
        direction,
        benchmark,
        origin,
    )
    assert found.status == "target"


def test_what_follows_a_value_without_a_figure_is_said_of_the_same_indicator() -> None:
    first, second = records("【造林面积】8200亩，超额完成市定任务，【覆盖率】提高到31%。")
    assert (first.benchmark, first.origin) == ("超额完成市定任务", "assigned")
    assert (second.benchmark, second.origin) == ("", "own")
    value, trend = records("【总产量】87万吨，与上年持平。")
    assert (value.value_text, value.benchmark) == ("87万吨", "")
    assert (trend.value, trend.direction, trend.benchmark, trend.basis) == (None, "flat", "与上年持平", "yoy")


def test_first_place_without_a_number_is_a_benchmark() -> None:
    last = records("【综合指数】3.9，位居全市第一。")[-1]
    assert (last.value, last.kind, last.benchmark) == (None, "rank", "全市第一")


def test_words_of_commitment_hold_for_what_they_govern() -> None:
    found = records(
        "主要预期目标是：【生产总值】增长7%以上、力争达到8%，【财政收入】增长6%，【失业率】控制在5%以内。",
        PLAN,
    )
    assert [(r.commitment, r.tier, r.kind, r.direction) for r in found] == [
        ("预期", "floor", "change", "up"),
        ("力争", "stretch", "change", "up"),
        ("预期", "", "change", "up"),
        ("预期", "", "level", ""),
    ]
    assert [r.commitment for r in records("力争全年【接待游客】突破780万人次。", PLAN)] == ["力争"]
    assert [r.commitment for r in records("【接待游客】780万人次。", PLAN)] == [""]


def test_estimates_are_told_from_results() -> None:
    found = records("【生产总值】预计完成60亿元，【固定资产投资】完成53亿元。")
    assert [(r.status, r.commitment) for r in found] == [("estimate", "预计"), ("achieved", "")]
    (bracketed,) = records("【生产总值】45.2亿元（预计数，下同）。")
    assert bracketed.status == "estimate"


TERM_AVERAGE = ("2017-01-01", "2021-12-31", "annual_average")
TERM_TOTAL = ("2017-01-01", "2021-12-31", "cumulative")


@pytest.mark.parametrize(
    ("marked", "part", "expected"),
    [
        ("【税收】8亿元。", REVIEW, [YEAR_2021]),
        ("【税收】增长8%。", PLAN, [("2022-01-01", "2022-12-31", "year")]),
        ("1—6月，【税收】完成4亿元。", REVIEW, [("2021-01-01", "2021-06-30", "part_year")]),
        (
            "【生产总值】达到312亿元，年均增长8%，五年累计完成【投资】900亿元。",
            TERM,
            [YEAR_2021, TERM_AVERAGE, TERM_TOTAL],
        ),
        ("【单位能耗】下降18%，【新增耕地】2万亩。", TERM, [TERM_TOTAL, TERM_TOTAL]),
        ("【绿化率】由20%提高到24%。", TERM, [("2016-01-01", "2016-12-31", "year"), YEAR_2021]),
        (
            "到2026年，【生产总值】突破500亿元，年均增长9%。",
            FIVE,
            [
                ("2026-01-01", "2026-12-31", "end_of_horizon"),
                ("2022-01-01", "2026-12-31", "annual_average"),
            ],
        ),
        ("【税收】较2016年增长41%。", TERM, [TERM_TOTAL]),
    ],
)
def test_the_period_is_that_of_the_sentence_or_of_its_part_of_the_report(
    marked: str, part: str, expected: list[tuple[str, str, str]]
) -> None:
    assert periods(marked, part) == expected


def test_the_year_compared_with_is_kept() -> None:
    (found,) = records("【税收】较2016年增长41%。", TERM)
    assert (found.basis, found.base_period) == ("since", "2016")
    (found,) = records("【税收】是“十三五”末的1.3倍。", TERM)
    assert (found.basis, found.base_period) == ("since", "2020")


def test_the_scope_is_in_the_words_of_the_sentence() -> None:
    found = records(
        "全县【生产总值】312亿元，【税收】8亿元。【出口额】3亿元。市区【绿化率】34%，【入户率】61%。"
    )
    assert [r.scope for r in found] == ["全县", "全县", "", "市区", ""]
    assert [r.scope for r in records("服装业完成【产值】48亿元。")] == ["服装业"]


_CLOSING = "全面推进各项工作，努力实现全年目标。\n" * 6 + "各位代表，让我们团结一心，再创佳绩！\n"
_NOTES = (
    "{}“双百行动”：即建设100个示范村、培育【示范户】100户。\n{}“一窗办”：指到2025年把【办结率】提高到99%。"
)


@pytest.mark.parametrize(
    ("annex", "status"),
    [
        ("名词解释\n" + _NOTES.format("1.", "2."), "achieved"),
        ("附件\n名词解释\n" + _NOTES.format("1.", "2."), "achieved"),
        (_NOTES.format("〔1〕", "〔2〕"), "achieved"),
        ("附件\n2022年民生实事\n" + _NOTES.format("1.", "2."), "target"),
        ("附件1\n重点任务清单\n" + _NOTES.format("1.", "2."), "target"),
    ],
)
def test_explanations_of_terms_are_no_targets_but_lists_of_tasks_are(annex: str, status: str) -> None:
    first, last = records(_CLOSING + annex, PLAN)
    assert (first.status, last.status) == (status, "target")


def test_a_text_without_full_stops_gives_its_values() -> None:
    found = links("【产量】3吨，" * 1000)
    assert len(found) >= 990 and set(found) == {("产量", "", "3吨")}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("新建农村公路12.3公里。", [("12.3公里", "action", "新建", "农村公路")]),
        ("实施98个大中型项目。", [("98个", "action", "实施", "大中型项目")]),
        ("化解积案237件。", [("237件", "action", "化解", "积案")]),
        (
            "改造老旧小区23个、2140户。",
            [("23个", "action", "改造", "老旧小区"), ("2140户", "action", "改造", "老旧小区")],
        ),
        (
            "办理代表建议143件、委员提案260件。",
            [("143件", "action", "办理", "代表建议"), ("260件", "action", "办理", "委员提案")],
        ),
        ("19个镇街接入平台。", [("19个", "counted_set", "", "镇街接入平台")]),
        ("【税收】8亿元。", [("8亿元", "indicator", "", "税收")]),
        ("建设1.2亿元的〖青石岭水库〗。", [("1.2亿元", "project", "", "青石岭水库")]),
        (
            "实施投资5000万元以上的项目46个。",
            [("5000万元", "", "", ""), ("46个", "action", "实施", "投资5000万元以上的项目")],
        ),
    ],
)
def test_every_figure_has_what_it_measures(marked: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = measures(marked)
    assert [(text, kind) for text, kind, _, _ in found] == [(text, kind) for text, kind, _, _ in expected]
    for (_, kind, verb, noun), (_, _, wanted_verb, wanted_noun) in zip(found, expected, strict=True):
        assert noun == wanted_noun
        if kind == "action":
            assert verb == wanted_verb


def test_figures_inside_names_are_no_figures() -> None:
    assert measures("推进〖5020行动〗和《三比三争》，深化改革。") == []


def test_counted_things_are_records_without_an_entity() -> None:
    found = extract(annotated(HEAD + PLAN + "力争新建农村公路12.3公里。")).records
    (record,) = found
    assert (record.entity, record.indicator, record.value, record.unit) == (
        None,
        "农村公路",
        Decimal(12300),
        "米",
    )
    assert (record.status, record.commitment, record.kind) == ("target", "力争", "level")


def everything() -> tuple[Report, ReportRecords]:
    marked = (
        HEAD
        + REVIEW
        + "全县【生产总值】312.6亿元、增长9%，改造小区23个。\n"
        + PLAN
        + "【税收】增长5%—6%，【居民收入】与经济增长同步。"
    )
    report = annotated(marked)
    return report.report, extract(report)


def test_offsets_point_at_the_value() -> None:
    report, found = everything()
    assert found.records and found.quantities
    for record in found.records:
        if record.value_start is not None:
            assert report.text[record.value_start : record.value_end] == record.value_text
            assert (
                report.source_text[record.value_source_start : record.value_source_end] == record.value_text
            )
    starts = [m.quantity.start for m in found.quantities]
    assert starts == sorted(starts)


def test_json_has_every_field_of_a_record_in_plain_values() -> None:
    _, found = everything()
    rows = records_json(found)
    assert json.loads(json.dumps(rows, ensure_ascii=False)) == rows
    assert set(rows[0]) == set(Record.__dataclass_fields__)
    assert (rows[0]["indicator"], rows[0]["value"], rows[0]["unit"]) == ("生产总值", 31260000000, "元")
    ranged = next(row for row in rows if row["value_high"])
    assert (ranged["value"], ranged["value_high"], ranged["qualifier"]) == (5, 6, "range")
    assert next(row for row in rows if row["indicator"] == "居民收入")["value"] is None
    assert [q["text"] for q in quantities_json(found)] == ["312.6亿元", "9%", "23个", "5%—6%"]


def test_a_report_of_unknown_years_has_records_without_periods() -> None:
    report = annotated("【税收】8亿元，增长9%。")
    bare = AnnotatedReport(replace(report.report, meta={}), report.entities, {})
    found = extract(bare).records
    assert [r.value_text for r in found] == ["8亿元", "9%"]
    assert {(r.period_start, r.period_end, r.period_type) for r in found} == {("", "", "")}


REPORT = """云台县政府工作报告

一、2021年工作回顾
一年来，全县地区生产总值完成120.5亿元，增长6.8%；固定资产投资增长９.１％。
改造老旧小区12个，新建农村公路12.3公里。
二、2022年工作安排
一般公共预算收入增长5%以上。
"""


def test_annotate_writes_records_and_figures(
    tmp_path: Path, tiny_model: Path, govner: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    source = tmp_path / "a.txt"
    source.write_text(REPORT, encoding="utf-8")
    done = govner("annotate", source, "--model", tiny_model, "--records")
    assert done.returncode == 0, done.stderr
    (line,) = [json.loads(raw) for raw in done.stdout.splitlines()]
    assert [q["text"] for q in line["quantities"]] == ["120.5亿元", "6.8%", "9.1%", "12个", "12.3公里", "5%"]
    for record in line["records"]:
        assert record["entity"] is None or 0 <= record["entity"] < len(line["entities"])
        if record["value_start"] is not None:
            assert line["text"][record["value_start"] : record["value_end"]] == record["value_text"]
    plain = govner("annotate", source, "--model", tiny_model)
    assert "records" not in json.loads(plain.stdout.splitlines()[0])


def test_records_go_only_into_json_lines(
    tmp_path: Path, tiny_model: Path, govner: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    source = tmp_path / "a.txt"
    source.write_text(REPORT, encoding="utf-8")
    done = govner("annotate", source, "--model", tiny_model, "--records", "-o", tmp_path / "m.csv")
    assert done.returncode == 2 and "--records" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "m.csv").exists()
