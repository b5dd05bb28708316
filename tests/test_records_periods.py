"""Over several years, what was done adds up and what stands is of the last year; a year that a sentence names goes first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from records_support import FIVE, HEAD, PLAN, REVIEW, TERM, annotated, periods, records

from govner.records import extract

TOTAL = ("2017-01-01", "2021-12-31", "cumulative")
LAST = ("2021-01-01", "2021-12-31", "year")
AVERAGE = ("2017-01-01", "2021-12-31", "annual_average")


def everything(marked: str, part: str = TERM) -> dict[str, tuple[str, str, str]]:
    """The period of every figure of a passage, counted things included."""
    found = extract(annotated(HEAD + part + marked)).records
    return {r.value_text: (r.period_start, r.period_end, r.period_type) for r in found if r.value is not None}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        # what was done
        ("完成【固定资产投资】760亿元。", [TOTAL]),
        ("实现【进出口总额】90亿元。", [TOTAL]),
        ("【新增注册商标】3000件。", [TOTAL]),
        ("【城镇新增就业】突破3万人。", [TOTAL]),
        ("【矿石五年累计产量】达75万吨。", [TOTAL]),
        ("为退役军人补缴【养老保险】640万元。", [TOTAL]),
        # the rest of a list
        ("发放【低保金】1.4亿元、【供养资金】6450万元、【救助资金】2890万元。", [TOTAL, TOTAL, TOTAL]),
        ("累计完成【投资】36亿元，【外资】5500万美元，【进出口】完成3700万美元。", [TOTAL] * 3),
        ("累计【接待游客】63万人次，创【社会效益】7.8亿元。", [TOTAL, TOTAL]),
        ("【投资】累计62亿元，完成市定任务的112%。", [TOTAL, TOTAL]),
        # what stands at the end
        ("【生产总值】突破300亿元。", [LAST]),
        ("完成【生产总值】312亿元。", [LAST]),
        ("【居民人均可支配收入】达到2.9万元，【贷款余额】216亿元。", [LAST, LAST]),
        ("【新增专利】88件，【每万人专利拥有量】达到5.9件。", [TOTAL, LAST]),
        ("【新增市场主体】2万家、达到3.2万家、年均增长22%。", [TOTAL, LAST, AVERAGE]),
        ("【农村劳动力转移】稳定在25万人以上。", [LAST]),
        ("带动农户增收，【户均增收】6000元。", [LAST]),
        ("【支出占比】连续四年超过80%。", [LAST]),
        # a statistic counted year by year, unless a total is said of it or of the list before it
        ("实现【粮食总产量】20万吨。", [LAST]),
        ("完成【工业用电量】6亿千瓦时。", [LAST]),
        ("实现【旅游收入】30亿元。", [LAST]),
        ("完成【工业产值】91亿元。", [LAST]),
        ("累计实现【旅游收入】30亿元。", [TOTAL]),
        ("累计【接待游客】63万人次，实现【旅游收入】7.8亿元。", [TOTAL, TOTAL]),
        # a total compared with a total, a level with a level
        ("【实际利用外资】3900万美元，是“十二五”时期的4.1倍。", [TOTAL, TOTAL]),
        ("【贷款】216亿元，是“十二五”末的1.7倍。", [LAST, TOTAL]),
        # so much a year
        ("每年【城镇新增就业】6万人以上。", [AVERAGE]),
        # the year that the sentence names
        ("2020年，【新增耕地】2万亩。", [("2020-01-01", "2020-12-31", "year")]),
        ("这一年，【新增车位】7000余个。", [LAST]),
    ],
)
def test_in_a_review_of_a_term_flows_are_totals_and_stocks_are_of_its_last_year(
    marked: str, expected: list[tuple[str, str, str]]
) -> None:
    assert periods(marked, TERM) == expected


def test_things_done_and_counted_in_a_term_are_totals() -> None:
    found = everything("实施重点项目400余个，大修公路393公里，改造危房1283户，18家企业完成改制。")
    assert set(found.values()) == {TOTAL} and len(found) == 4


def test_things_that_stand_are_of_the_last_year_of_a_term() -> None:
    found = everything("贸易伙伴增至155个，现有商会12家，在谈项目25个，建成110千伏变电站，网点覆盖93%的村。")
    assert set(found.values()) == {LAST} and len(found) >= 4


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("全县有卫生院5所。", [LAST]),
        ("全县有卫生院5所、村卫生室130个，幼儿园22所。", [LAST] * 3),
        ("建有水库8座。", [LAST]),
        ("园区有企业30家，从业人员2000人。", [LAST, LAST]),
        ("全县有30家规上企业。", [LAST]),
        # what they did, and what was done beside it
        ("全县有12家企业完成改制。", [TOTAL]),
        ("全县有卫生院5所，新建卫生室30个。", [LAST, TOTAL]),
        ("有序流转土地3万亩。", [TOTAL]),
        ("推广有机肥2万吨。", [TOTAL]),
        ("化解国有企业债务6亿元。", [TOTAL]),
    ],
)
def test_what_a_place_has_in_a_term_is_of_its_last_year(
    marked: str, expected: list[tuple[str, str, str]]
) -> None:
    assert list(everything(marked).values()) == expected


@pytest.mark.parametrize("year", ["二〇二三", "二○二三", "二零二三", "2○23", "2023"])
def test_a_review_of_the_year_2023_is_of_no_three_years(year: str) -> None:
    report = annotated(HEAD + f"一、{year}年工作回顾\n新建公路300公里。")
    meta = {"year_reviewed": 2023, "year_planned": 2024}
    found = extract(replace(report, report=replace(report.report, meta=meta))).records
    assert [(r.period_start, r.period_type) for r in found] == [("2023-01-01", "year")]


@pytest.mark.parametrize("year", ["二〇一八", "二○一八", "二零一八", "2018"])
def test_a_year_in_a_sentence_is_no_number_of_years_however_it_is_written(year: str) -> None:
    named = ("2018-01-01", "2018-12-31", "year")
    assert everything(f"{year}年，新建公路300公里。") == {"300公里": named}
    assert everything(f"{year}年，【新增耕地】2万亩。") == {"2万亩": named}
    # far from the report's own years: no date of its own, and no eighteen years either
    assert everything(f"{year[:3]}三年，累计新建公路300公里。") == {"300公里": TOTAL}


def test_a_year_of_two_digits_in_an_annual_review_is_no_number_of_years() -> None:
    assert everything("2003年，【税收】累计完成36亿元。", REVIEW) == {"36亿元": LAST}
    assert everything("三年，累计新建公路300公里。", REVIEW)["300公里"][0] == "2019-01-01"


def test_the_year_2025_in_chinese_numerals_makes_no_passage_one_about_five_years() -> None:
    report = annotated("二〇二五年，新建公路300公里，投用了。二〇二五年，建成了水厂2座。")
    meta = {"year_reviewed": 2025, "year_planned": 2026}
    found = extract(replace(report, report=replace(report.report, meta=meta))).records
    assert {(r.period_start, r.period_type) for r in found} == {("2025-01-01", "year")}


def test_in_a_plan_for_a_term_things_to_be_done_are_totals_but_for_those_of_the_coming_year() -> None:
    total = ("2022-01-01", "2026-12-31", "cumulative")
    assert everything("新建公路300公里。", FIVE) == {"300公里": total}
    assert everything("五年内新建公路300公里。", FIVE) == {"300公里": total}
    assert everything("年内新建公路30公里。", FIVE) == {"30公里": ("2022-01-01", "2022-12-31", "year")}
    assert everything("【重大事故】零发生。", FIVE) == {"零": total}


@pytest.mark.parametrize("part", ["一、过去四年工作回顾\n", "一、2021年工作回顾\n四年来，全县上下埋头苦干。"])
def test_a_review_of_four_years_is_of_four_years(part: str) -> None:
    four = ("2018-01-01", "2021-12-31", "cumulative")
    assert everything("新建公路300公里。【新增耕地】2万亩。", part) == {"300公里": four, "2万亩": four}


def test_what_the_problems_say_is_of_the_year_reviewed() -> None:
    problems = TERM + "新建公路300公里。\n同时，我们也清醒地看到，工作中还存在不少困难和问题：\n"
    found = records("【财政收入增速】放缓，收支矛盾突出。", problems)
    assert [(r.period_start, r.period_end, r.period_type) for r in found] == [LAST]


@pytest.mark.parametrize(
    ("marked", "old", "new"),
    [
        ("2018年与2015年相比，【税收】由1亿元增加到2亿元。", "2015", "2018"),
        ("比2015年，【税收】由1亿元增加到2亿元。", "2015", "2021"),
        ("同2015年相比，【税收】由1亿元增加到2亿元。", "2015", "2021"),
        ("【税收】从2015年的1亿元增加到2018年的2亿元。", "2015", "2018"),
    ],
)
def test_a_comparison_of_two_years_dates_the_old_value_and_the_new(marked: str, old: str, new: str) -> None:
    first, second = records(marked, REVIEW)
    assert (first.value_text, first.period_start[:4], first.basis) == ("1亿元", old, "from")
    assert (second.value_text, second.period_start[:4], second.basis) == ("2亿元", new, "")


def test_the_year_that_only_one_value_is_of_does_not_date_the_next() -> None:
    marked = "【税收】从2015年的1亿元增加到2019年的2亿元，累计完成【投资】36亿元，【外资】550万美元。"
    assert periods(marked, TERM)[2:] == [TOTAL, TOTAL]


def test_a_change_against_a_year_named_in_front_says_so() -> None:
    found = records("与2016年相比，【综合指数】下降30%，【优良天数】增加77天。", TERM)
    assert [(r.basis, r.base_period, r.period_type) for r in found] == [("since", "2016", "cumulative")] * 2


def test_a_plan_for_the_year_is_untouched() -> None:
    year = ("2022-01-01", "2022-12-31", "year")
    assert set(everything("新建公路30公里，【新增就业】2000人。", PLAN).values()) == {year}
