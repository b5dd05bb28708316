"""Figures of the genre are read with their value, unit and bounds; what only looks like a figure is left alone."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govner.quantities import Quantity, find_quantities
from govner.quantities.numerals import parse_number
from govner.quantities.units import UNITS


def only(text: str) -> Quantity:
    found = find_quantities(text)
    assert len(found) == 1, [q.text for q in found]
    return found[0]


VALUES = [
    # money
    ("实现税收312.6亿元。", "312.6亿元", "31260000000", "元", "money"),
    ("总规模1.2万亿元。", "1.2万亿元", "1200000000000", "元", "money"),
    ("下达资金3,450万元。", "3,450万元", "34500000", "元", "money"),
    ("下达资金12,345,678元。", "12,345,678元", "12345678", "元", "money"),
    ("利用外资8600万美元。", "8600万美元", "86000000", "美元", "money"),
    ("出口额2.5亿欧元。", "2.5亿欧元", "250000000", "欧元", "money"),
    ("筹款三千五百万元。", "三千五百万元", "35000000", "元", "money"),
    ("筹款4亿5千万元。", "4亿5千万元", "450000000", "元", "money"),
    ("筹款１２．５亿元。", "１２．５亿元", "1250000000", "元", "money"),
    ("筹款1 . 57亿元。", "1 . 57亿元", "157000000", "元", "money"),
    ("筹款36.5 9亿元。", "36.5 9亿元", "3659000000", "元", "money"),
    ("筹款12 345.6万元。", "12 345.6万元", "123456000", "元", "money"),
    # percent and points
    ("增长7.5%。", "7.5%", "7.5", "%", "percent"),
    ("增长７.５％。", "７.５％", "7.5", "%", "percent"),
    ("下降百分之三点二。", "百分之三点二", "3.2", "%", "percent"),
    ("增长百分之十二。", "百分之十二", "12", "%", "percent"),
    ("提高2.4个百分点。", "2.4个百分点", "2.4", "百分点", "points"),
    ("自然增长率6.1‰。", "6.1‰", "6.1", "‰", "permille"),
    ("占全市的千分之五。", "千分之五", "5", "‰", "permille"),
    ("占三分之一。", "三分之一", "33.3333", "%", "percent"),
    ("占全省2/5。", "2/5", "40", "%", "percent"),
    ("占六成。", "六成", "60", "%", "percent"),
    ("占七成五。", "七成五", "75", "%", "percent"),
    ("用时压缩一半。", "一半", "50", "%", "percent"),
    # multiples and ratios
    ("产值翻一番。", "翻一番", "2", "倍", "ratio"),
    ("产值翻了两番。", "翻了两番", "4", "倍", "ratio"),
    ("产值翻番。", "翻番", "2", "倍", "ratio"),
    ("增长1.5倍。", "1.5倍", "1.5", "倍", "ratio"),
    ("收入比降至2.1∶1。", "2.1∶1", "2.1", "倍", "ratio"),
    ("三次产业比为10：45：45。", "10：45：45", "10", "%", "ratio"),
    # land, area, length, weight, volume, power, energy
    ("造林1200公顷。", "1200公顷", "18000", "亩", "land"),
    ("种菜4.7万亩。", "4.7万亩", "47000", "亩", "land"),
    ("建成区36平方公里。", "36平方公里", "36000000", "平方米", "area"),
    ("新建用房6万多平方米。", "6万多平方米", "60000", "平方米", "area"),
    ("改造道路18.5公里。", "18.5公里", "18500", "米", "length"),
    ("铺设管道300米。", "300米", "300", "米", "length"),
    ("产粮41.3万吨。", "41.3万吨", "413000", "吨", "mass"),
    ("单产560公斤。", "560公斤", "0.56", "吨", "mass"),
    ("产粮20亿斤。", "20亿斤", "1000000", "吨", "mass"),
    ("节水1.1亿立方米。", "1.1亿立方米", "110000000", "立方米", "volume"),
    ("装机20万千瓦。", "20万千瓦", "200000", "千瓦", "power"),
    ("装机150兆瓦。", "150兆瓦", "150000", "千瓦", "power"),
    ("用电6.8亿千瓦时。", "6.8亿千瓦时", "680000000", "千瓦时", "energy"),
    # composite units keep their form
    ("均值35微克/立方米。", "35微克/立方米", "35", "微克/立方米", "composite"),
    ("均值35微克每立方米。", "35微克每立方米", "35", "微克/立方米", "composite"),
    ("降尘2.1吨/月·平方公里。", "2.1吨/月·平方公里", "2.1", "吨/月·平方公里", "composite"),
    ("达到25万元/人。", "25万元/人", "250000", "元/人", "composite"),
    ("标准801元/月。", "801元/月", "801", "元/月", "composite"),
    ("死亡率9.5/10万。", "9.5/10万", "9.5", "/10万", "composite"),
    # people, households, time
    ("招录教师150名。", "150名", "150", "人", "people"),
    ("培训2300人次。", "2300人次", "2300", "人次", "people"),
    ("移民两万三千人。", "两万三千人", "23000", "人", "people"),
    ("惠及1.2万户。", "1.2万户", "12000", "户", "households"),
    ("优良天数328天。", "328天", "328", "天", "time"),
    ("办理时限6个月。", "6个月", "6", "月", "time"),
    # counts with classifiers
    ("新增企业38家。", "38家", "38", "家", "count"),
    ("查封1.4万余家。", "1.4万余家", "14000", "家", "count"),
    ("聘请一百二十余家。", "一百二十余家", "120", "家", "count"),
    ("改造小区二十八个。", "二十八个", "28", "个", "count"),
    ("放养1.6万个羊单位。", "1.6万个羊单位", "16000", "羊单位", "count"),
    ("吞吐量50万标箱。", "50万标箱", "500000", "标箱", "count"),
    ("新建小学一所。", "一所", "1", "所", "count"),
    # ranks
    ("总量居全市第3位。", "第3位", "3", "位", "rank"),
    ("总量居全省第三。", "第三", "3", "位", "rank"),
    ("增速列全县第一名。", "第一名", "1", "位", "rank"),
    ("位次前移13位。", "13位", "13", "位", "rank"),
    ("进入全省前10名。", "前10名", "10", "位", "rank"),
    # no unit
    ("浓度均值为39.5。", "39.5", "39.5", "", "number"),
    ("参保人数达到15.5万，", "15.5万", "155000", "", "number"),
]


@pytest.mark.parametrize(("sentence", "text", "value", "unit", "family"), VALUES)
def test_a_figure_is_read_in_its_base_unit(
    sentence: str, text: str, value: str, unit: str, family: str
) -> None:
    found = only(sentence)
    assert (found.text, found.unit, found.family) == (text, unit, family)
    assert found.value == Decimal(value)
    assert sentence[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("sentence", "text", "low", "high", "unit"),
    [
        ("增长5%—6%。", "5%—6%", "5", "6", "%"),
        ("增长5—6%。", "5—6%", "5", "6", "%"),
        ("增长5%至6%。", "5%至6%", "5", "6", "%"),
        ("引进8至10家。", "8至10家", "8", "10", "家"),
        ("流转3-5万亩。", "3-5万亩", "30000", "50000", "亩"),
        ("流转2.5—3.5万亩。", "2.5—3.5万亩", "25000", "35000", "亩"),
        ("流转三至五万亩。", "三至五万亩", "30000", "50000", "亩"),
        ("投入1.2亿—1.5亿元。", "1.2亿—1.5亿元", "120000000", "150000000", "元"),
        ("提高3~5个百分点。", "3~5个百分点", "3", "5", "百分点"),
    ],
)
def test_ranges_have_two_ends(sentence: str, text: str, low: str, high: str, unit: str) -> None:
    found = only(sentence)
    assert (found.text, found.value, found.value_high, found.unit, found.qualifier) == (
        text,
        Decimal(low),
        Decimal(high),
        unit,
        "range",
    )


@pytest.mark.parametrize(
    ("sentence", "qualifier"),
    [
        ("增长9.5%左右。", "about"),
        ("约增长9.5%。", ""),
        ("增长约9.5%。", "about"),
        ("面积近万亩。", "nearly"),
        ("面积接近3万亩。", "nearly"),
        ("累计超38个。", "over"),
        ("总量突破百亿元。", "over"),
        ("投入上百亿元。", "over"),
        ("投入10多亿元。", "over"),
        ("增长力争超6%。", "over"),
        ("增长不低于5.5%。", "at_least"),
        ("每周不少于2次。", "at_least"),
        ("占比90%以上。", "at_least"),
        ("失业率控制在4.5%以内。", "at_most"),
        ("涨幅不超过3%。", "at_most"),
        ("收入不到2亿元。", "at_most"),
        ("附近3个村。", ""),
        ("签约14个。", ""),
        ("增长6%。", ""),
    ],
)
def test_bounds_come_from_the_words_around(sentence: str, qualifier: str) -> None:
    assert only(sentence).qualifier == qualifier


@pytest.mark.parametrize(
    ("sentence", "directions"),
    [
        ("增长9%。", ["up"]),
        ("同比增长了近9%。", ["up"]),
        ("下降3.2%。", ["down"]),
        ("压减支出。", []),
        ("“三公”经费压减8%。", ["down"]),
        ("净减少12户。", ["down"]),
        ("增长-3%。", ["down"]),
        ("分别增长5%、7%和9%。", ["up", "up", "up"]),
        ("分别下降12%和17%。", ["down", "down"]),
        ("增速高于全省1.7个百分点。", ["up"]),
        ("增幅比全省低0.7个百分点。", ["down"]),
        ("位次后移2位。", ["down"]),
        ("机关经费零增长。", ["flat"]),
        ("新增岗位300个。", [""]),
        ("投资12亿元。", [""]),
    ],
)
def test_the_direction_is_that_of_the_governing_word(sentence: str, directions: list[str]) -> None:
    assert [q.direction for q in find_quantities(sentence)] == directions


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("由7%提高到9%。", ["from", "to"]),
        ("从300元增加至1100元。", ["from", "to"]),
        ("由2016年的51%提升到2020年的70%。", ["from", "to"]),
        ("由160元、55元提高到253元、150元。", ["from", "from", "to", "to"]),
        ("由6.7%降至零。", ["from", "to"]),
        ("投资5亿元，增长7%。", ["", ""]),
    ],
)
def test_old_and_new_values_are_told_apart(sentence: str, parts: list[str]) -> None:
    assert [q.part for q in find_quantities(sentence)] == parts


def test_a_number_in_a_list_takes_the_unit_of_the_next_one() -> None:
    found = find_quantities("养老、医疗参保分别达到7.62万、8.14万和4.9万人。")
    assert [(q.value, q.unit) for q in found] == [
        (Decimal(76200), "人"),
        (Decimal(81400), "人"),
        (Decimal(49000), "人"),
    ]
    points = find_quantities("分别提高1.2、0.6和1.7个百分点。")
    assert [(str(q.value), q.unit) for q in points] == [
        ("1.2", "百分点"),
        ("0.6", "百分点"),
        ("1.7", "百分点"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2021年",
        "二〇三五年",
        "3月5日召开",
        "2016—2020年",
        "1-6月",
        "五年来",
        "“十四五”时期",
        "党的二十大",
        "第三次会议",
        "十三届三次会议",
        "七次、八次全会",
        "第三产业",
        "第一书记",
        "第十五届",
        "一、工作回顾",
        "（二）主要任务",
        "1.培育龙头企业。",
        "（3）建好园区。",
        "国发〔2019〕12号",
        "“六稳”",
        "“三重一大”",
        "“两免一补”",
        "两个维护",
        "四个意识",
        "一把手",
        "一个企业",
        "一次性",
        "一系列",
        "12345热线",
        "拨打“110”",
        "5G网络",
        "4A级景区",
        "PM2.5和PM10",
        "“3·15”晚会",
        "104国道",
        "G4高速和S26",
        "6号线",
        "“1+4”体系",
        "改革开放40周年",
        "〔28〕",
        "[12]",
        "《规划（2021—2035）》",
        "数百家",
        "万元产值",
        "五台山",
        "百姓",
        "千方百计",
        "电话：07961234567",
    ],
)
def test_what_only_looks_like_a_figure_is_left_alone(text: str) -> None:
    assert find_quantities(text) == []


def test_figures_of_a_clause_are_all_found() -> None:
    text = "新增市场主体3128家、注销864家，办结率99.6%，为380个小区引入服务。"
    assert [q.text for q in find_quantities(text)] == ["3128家", "864家", "99.6%", "380个"]


def test_cells_of_a_row_are_figures_of_their_own() -> None:
    assert [q.text for q in find_quantities("总产值 490.2 450.1 9.0%")] == ["9.0%"]


def test_a_stroke_behind_a_number_is_no_minus_sign() -> None:
    place = only("评比列第1-5名，")
    assert (place.value, place.value_high, place.unit) == (1, 5, "位")
    assert not only("下降5%。").negative and only("增长-5%。").negative


@pytest.mark.parametrize(
    ("part", "figures"),
    [("增长5%，", 1), ("5%、", 1), ("1 ", 0), ("三五", 0), ("1,000,", 0), ("《", 0), ("万", 0), ("-", 0)],
)
def test_a_long_line_is_read_like_its_parts(part: str, figures: int) -> None:
    assert len(find_quantities(part * 20_000)) == figures * 20_000


@given(
    st.integers(1, 9_999_999),
    st.sampled_from(["", "万", "亿", "万亿"]),
    st.sampled_from(["元", "亩", "吨", "户", "家", "%"]),
    st.integers(0, 2),
)
def test_what_is_written_is_read_back(number: int, times: str, unit: str, places: int) -> None:
    shown = f"{Decimal(number) / 10**places:f}"
    factor = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}[times]
    found = only(f"总量{shown}{times}{unit}，")
    assert found.value == Decimal(shown) * factor * UNITS[unit].factor


def _spoken(number: int) -> str:
    """A number below 10⁸ in characters, as it is spoken."""
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千"]
    high, low = divmod(number, 10**4)
    if high:
        gap = "零" if 0 < low < 1000 else ""
        return _spoken(high) + "万" + (gap + _spoken(low) if low else "")
    said = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += digits[digit] + units[place]
        elif said and number % 10**place and not said.endswith("零"):
            said += "零"
    return said


@given(st.integers(1, 10**8 - 1))
def test_spoken_numerals_are_read_back(number: int) -> None:
    assert parse_number(_spoken(number)) == number


_ALPHABET = (
    "0123456789.,，。、一二两三十百千万亿零点成分之第前由到至—-% 元亩个人家公里增长下降年月“”（）\n"
    "投资翻番倍:∶/余多近超"
)


@given(st.text(_ALPHABET, max_size=60))
def test_offsets_slice_the_text_and_figures_neither_overlap_nor_cross_lines(text: str) -> None:
    found = find_quantities(text)
    for q in found:
        assert text[q.start : q.end] == q.text
        assert "\n" not in q.text
        assert q.value >= 0 and q.value.is_finite()
        assert q.value_high is None or q.value_high > q.value
    assert all(left.end <= right.start for left, right in pairwise(found))


@given(st.text(_ALPHABET, max_size=40), st.text(_ALPHABET, max_size=40))
def test_lines_are_read_one_by_one(first: str, second: str) -> None:
    first, second = first.replace("\n", ""), second.replace("\n", "")
    apart = [q.text for q in find_quantities(first)] + [q.text for q in find_quantities(second)]
    assert [q.text for q in find_quantities(f"{first}\n{second}")] == apart


@pytest.mark.parametrize("text", ["引进青禾食品等3个亿元项目", "储备3个亿元以上项目"])
def test_projects_of_a_size_are_counted_not_added_up(text: str) -> None:
    found = find_quantities(text)[0]
    assert (found.text, found.value, found.unit) == ("3个", 3, "个")


def test_money_in_speech_and_quarters() -> None:
    assert [(q.value, q.unit) for q in find_quantities("投了3个亿，连续10个季度增长")] == [
        (300000000, "元"),
        (10, "季度"),
    ]
