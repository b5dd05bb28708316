"""Indicators: spellings of one statistic meet, different ones never do."""

from __future__ import annotations

import pytest

from govner.names.indicators import _key, canonical_indicator, indicator_list
from govner.names.surface import read_rows
from govner.quantities import schema as quantities


@pytest.mark.parametrize(
    ("surface", "identity"),
    [
        ("规上工业增加值", "above_scale_industrial_va"),
        ("规模以上工业增加值", "above_scale_industrial_va"),
        ("GDP", "gdp"),
        ("全县地区生产总值", "gdp"),
        ("县域生产总值", "gdp"),
        ("社零总额", "retail_sales"),
        ("农民人均可支配收入", "rural_income"),
        ("农村常住居民人均可支配收入", "rural_income"),
        ("居民消费价格涨幅", "cpi"),
        ("CPI", "cpi"),
        ("细颗粒物（PM2.5）浓度", "pm25"),
        ("“三公”〔12〕经费", "three_public"),
        ("R&D经费支出占GDP比重", "rd_intensity"),
        ("全社会研发投入占地区生产总值的比例", "rd_intensity"),
        ("高新技术企业总数", "high_tech_firms"),
        ("一般公共预算收入同比增速", "general_public_budget_revenue"),
        ("保定市固定资产投资增幅", "fai"),
        ("人口自然增长率", "natural_growth"),
        ("地方生产总值", "gdp"),
        ("生产总值按可比口径", "gdp"),
        ("地区生产总值历史性迈上", "gdp"),
        ("完成固定资产投资", "fai"),
        ("累计完成固定资产投资", "fai"),
        ("地区生产总值增至", "gdp"),
        ("固定资产投资分别完成", "fai"),
    ],
)
def test_forms_of_one_statistic_share_its_id(surface: str, identity: str) -> None:
    assert canonical_indicator(surface).id == identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("农民人均纯收入", "农民人均可支配收入"),
        ("城镇居民人均可支配收入", "农村居民人均可支配收入"),
        ("居民人均可支配收入", "城镇居民人均可支配收入"),
        ("地区生产总值", "人均地区生产总值"),
        ("工业增加值", "规上工业增加值"),
        ("税收收入", "全口径税收收入"),
        ("财政总收入", "一般公共预算收入"),
        ("公共财政预算收入", "一般公共预算收入"),
        ("财政收入", "财政总收入"),
        ("城镇登记失业率", "城镇调查失业率"),
        ("优良天数", "空气优良天数比例"),
        ("固定资产投资", "全社会固定资产投资"),
        ("投资", "总投资"),
        ("常住人口城镇化率", "户籍人口城镇化率"),
        ("城市生活垃圾无害化处理率", "农村生活垃圾无害化处理率"),
        ("国内生产总值", "地区生产总值"),
        ("新增高新技术企业", "高新技术企业"),
        ("主城区绿化覆盖率", "绿化覆盖率"),
        ("惠农贷款", "贷款"),
        ("二氧化碳排放量", "单位地区生产总值二氧化碳排放"),
        ("新能源装机占比", "可再生能源装机占比"),
    ],
)
def test_different_statistics_are_not_merged(one: str, other: str) -> None:
    first, second = canonical_indicator(one), canonical_indicator(other)
    assert not first.id or first.id != second.id
    assert second.id


def test_predecessors_are_linked_with_year_and_reason_from_both_ends() -> None:
    old = canonical_indicator("农民人均纯收入")
    link = next(r for r in old.related if r.id == "rural_income")
    assert (link.relation, link.year) == ("successor", 2013)
    assert link.reason
    new = canonical_indicator("农村居民人均可支配收入")
    assert any(r.id == "rural_net_income" and r.relation == "predecessor" for r in new.related)
    budget = {r.id: r for r in canonical_indicator("一般公共预算收入").related}
    assert budget["public_fiscal_budget_revenue"].year == 2015
    assert budget["total_fiscal_revenue"].relation == "other_scope"


def test_what_was_left_off_is_in_the_evidence() -> None:
    name = canonical_indicator("全省固定资产投资增速")
    assert any("增速" in step for step in name.evidence)
    assert any("全省" in step for step in name.evidence)
    assert name.term == "固定资产投资"
    assert name.family == "money"


def test_a_name_out_of_its_time_is_noted_with_the_year_only() -> None:
    assert any("2015" in step for step in canonical_indicator("公共财政预算收入", year=2018).evidence)
    assert not any("2015" in step for step in canonical_indicator("公共财政预算收入", year=2013).evidence)
    assert not any("2015" in step for step in canonical_indicator("公共财政预算收入").evidence)


@pytest.mark.parametrize(
    "words", ["“茶香专列”上座率", "茶香专列客流历史性突破", "完成率", "实现", "新建投资额度表"]
)
def test_unknown_words_pass_through_unchanged(words: str) -> None:
    name = canonical_indicator(words)
    assert (name.id, name.term, name.related) == ("", words, ())


@pytest.mark.parametrize(
    ("surface", "parts"),
    [
        ("城镇、农村居民人均可支配收入", ("urban_income", "rural_income")),
        ("城乡居民人均可支配收入", ("urban_income", "rural_income")),
        ("一、二、三产增加值", ("primary_va", "secondary_va", "tertiary_va")),
        ("粮食播种面积和产量", ("grain_area", "grain_output")),
        ("二氧化硫、氮氧化物排放量", ("so2", "nox")),
    ],
)
def test_a_coordination_names_several_statistics(surface: str, parts: tuple[str, ...]) -> None:
    name = canonical_indicator(surface)
    assert name.id == ""
    assert name.parts == parts


def test_a_component_chooses_one_of_them() -> None:
    assert canonical_indicator("城镇、农村居民人均可支配收入", component="农村").id == "rural_income"
    assert canonical_indicator("城乡居民人均可支配收入", component="城镇").id == "urban_income"


@pytest.mark.parametrize("words", ["城乡居民人均可支配收入", "城乡居民收入", "城乡居民可支配收入"])
@pytest.mark.parametrize("also", ["", "增速"])
def test_the_rural_half_of_an_urban_and_rural_name_is_found_like_the_urban_one(words: str, also: str) -> None:
    urban, rural = (canonical_indicator(words + also, component=part).id for part in ("城", "乡"))
    assert urban == canonical_indicator("城镇" + words.removeprefix("城乡") + also).id != ""
    assert rural == canonical_indicator("农村" + words.removeprefix("城乡") + also).id != ""


def test_the_list_is_consistent() -> None:
    rows = read_rows("indicators.csv")
    assert len(rows) >= 600
    owner: dict[str, str] = {}
    families = set(str(quantities.Quantity.__doc__).replace(",", " ").replace(".", " ").split())
    for row in rows:
        assert row["english"] and row["term"] and row["kind"] in ("nbs", "dept", "bare"), row
        assert row["family"] in families, row
        for name in (row["term"], *filter(None, row["variants"].split("|"))):
            assert owner.setdefault(_key(name), row["id"]) == row["id"], name
    for row in read_rows("indicator_relations.csv"):
        assert {row["id"], row["other"]} <= set(indicator_list())
        assert row["reason"] or row["relation"] == "ratio_of", row
        assert not row["renamed_only"] or row["relation"] == "successor", row
