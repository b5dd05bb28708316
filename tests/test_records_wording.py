"""What a figure is of, how firmly it is held, and in which words: cases met in reports of many years."""

from __future__ import annotations

from decimal import Decimal

import pytest
from records_support import HEAD, PLAN, REVIEW, TERM, annotated, links, measures, records

from govner.records import extract


def objects(marked: str) -> list[tuple[str, str]]:
    """Figures of a passage and what they count."""
    return [(text, noun) for text, _, _, noun in measures(marked)]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("【财政赤字】9500万元，由县里代乡镇发债4000万元。", [("财政赤字", "", "9500万元")]),
        ("【绿化率】，由20%提高到24%。", [("绿化率", "", "20%"), ("绿化率", "", "24%")]),
        (
            "【生产总值】迈上300亿元台阶，达到312亿元。",
            [("生产总值", "", "300亿元"), ("生产总值", "", "312亿元")],
        ),
        ("【外资】累计达到15亿美元、总规模居全省第1位。", [("外资", "", "15亿美元"), ("外资", "", "第1位")]),
        ("【存贷款余额】分别为306亿元、216亿元。", [("存贷款余额", "存", "306亿元"), ("存贷款余额", "贷", "216亿元")]),
        ("【电池产能】达5GWh，【算力】突破160Eflops。", [("电池产能", "", "5GWh"), ("算力", "", "160Eflops")]),
    ],
)  # fmt: skip
def test_a_figure_of_another_subject_is_not_the_indicators(
    marked: str, expected: list[tuple[str, str, str]]
) -> None:
    assert links(marked) == expected


@pytest.mark.parametrize(
    ("marked", "status", "word"),
    [
        ("据统计预测，全县【生产总值】完成124亿元。", "estimate", "预测"),
        ("预计全县【生产总值】完成124亿元。", "estimate", "预计"),
        ("据初步统计，全县【生产总值】完成124亿元。", "achieved", ""),
        ("初步核算，全县【生产总值】完成124亿元。", "achieved", ""),
        ("建成预测预警中心，【生产总值】完成124亿元。", "achieved", ""),
    ],
)
def test_a_forecast_is_an_estimate_and_a_first_count_is_none(marked: str, status: str, word: str) -> None:
    (found,) = records(marked)
    assert (found.status, found.commitment) == (status, word)


@pytest.mark.parametrize(
    ("marked", "kind", "direction"),
    [
        ("【城镇化率】高于全国平均水平。", "level", ""),
        ("【失业率】连续5年低于全省水平。", "level", ""),
        ("【增加值占比】高于全市平均水平。", "level", ""),
        ("【增长率】高于全市平均水平。", "change", "up"),
        ("【居民收入】高于全市平均水平。", "change", "up"),
        ("【每千人床位】由3.1张增加到4.2张。", "level", ""),
        ("【汽车产量】突破25万辆。", "level", ""),
        ("【城镇新增就业】每年超过3万人。", "count", ""),
    ],
)
def test_the_level_of_a_rate_is_no_change(marked: str, kind: str, direction: str) -> None:
    last = records(marked)[-1]
    assert (last.kind, last.direction) == (kind, direction)


@pytest.mark.parametrize(
    ("marked", "tiers"),
    [
        ("【生产总值】增长确保8%、力争10%。", [("8", "floor", "确保"), ("10", "stretch", "力争")]),
        ("确保【生产总值】增长8%、力争10%以上。", [("8", "floor", "确保"), ("10", "stretch", "力争")]),
        ("【生产总值】确保增长8%、力争增长10%。", [("8", "floor", "确保"), ("10", "stretch", "力争")]),
        ("【生产总值】增长8%。", [("8", "", "")]),
    ],
)
def test_two_tiers_of_a_target_are_a_floor_and_a_stretch(
    marked: str, tiers: list[tuple[str, str, str]]
) -> None:
    found = records(marked, PLAN)
    assert [(str(r.value), r.tier, r.commitment) for r in found] == tiers
    assert {(r.kind, r.direction) for r in found} == {("change", "up")}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("签约项目4个、开工项目5个。", [("4个", "签约项目"), ("5个", "开工项目")]),
        ("10个关键性指标首次全部达到100%。", [("10个", "关键性指标"), ("100%", "关键性指标")]),
        ("治理20个“空心村”。", [("20个", "“空心村”")]),
        ("引进3家“专精特新”企业。", [("3家", "“专精特新”企业")]),
        ("认证“三品一标”农产品372个。", [("372个", "“三品一标”农产品")]),
        ("发展节水农业30万亩。", [("30万亩", "节水农业")]),
        ("同15个国家和地区往来。", [("15个", "国家和地区往来")]),
        ("引进5个亿元以上项目。", [("5个", "亿元以上项目")]),
        ("千万元以上企业达到20家。", [("20家", "千万元以上企业")]),
        ("全厂投资过亿元。", [("亿元", "全厂投资")]),
    ],
)
def test_what_is_counted_is_named_in_full_and_without_its_verb(
    marked: str, expected: list[tuple[str, str]]
) -> None:
    assert objects(marked) == expected


@pytest.mark.parametrize(
    ("marked", "qualifier"), [("投资过亿元。", "over"), ("投资超亿元。", "over"), ("投资近亿元。", "nearly")]
)
def test_a_bare_hundred_million_keeps_its_bound(marked: str, qualifier: str) -> None:
    (found,) = extract(annotated(HEAD + REVIEW + marked)).records
    assert (found.value, found.qualifier, found.indicator) == (Decimal(100_000_000), qualifier, "投资")


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("【地区生产总值历史性迈上】400亿元台阶。", "地区生产总值"),
        ("【生产总值按可比口径】年均增长3.5%。", "生产总值"),
        ("【完成投资】5亿元。", "投资"),
        ("【任务完成率】98%。", "任务完成率"),
        ("【实际利用外资】5亿元。", "实际利用外资"),
        ("【税收收入一举跃上】20亿元。", "税收收入"),
        ("【农民收入人均突破】1万元。", "农民收入人均"),
        ("【投资累计完成】36亿元。", "投资"),
        # nouns that end or begin like a verb
        ("【自然村通达】93个。", "自然村通达"),
        ("【工业用雷达】30台。", "工业用雷达"),
        ("【完成额】5亿元。", "完成额"),
        # nothing would be left but a time
        ("【两年来累计完成】36亿元。", "两年来累计完成"),
    ],
)
def test_the_indicator_is_named_without_words_that_the_mark_took_along(marked: str, name: str) -> None:
    report = annotated(HEAD + TERM + marked)
    (found,) = extract(report).records
    assert found.indicator == name
    assert found.entity == 0 and report.entities[0].text == marked[1 : marked.index("】")]


def test_numbers_that_explain_a_term_are_no_records_of_the_place() -> None:
    notes = "名词解释\n1.“百村行动”：指建设100个示范村。\n2.“一窗办”：指补齐2个空白行业，【办结率】达到99%。"
    closing = "全面推进各项工作，努力实现全年目标。\n各位代表，让我们团结一心，再创佳绩！\n"
    found = extract(annotated(HEAD + PLAN + closing + notes))
    assert [(r.indicator, r.status) for r in found.records] == [("办结率", "achieved")]
    assert [q.quantity.text for q in found.quantities] == ["100个", "2个", "99%"]


@pytest.mark.parametrize(
    ("marked", "verb", "noun"),
    [
        ("建设保障性住房4500多套。", "建设", "保障性住房"),
        ("补贴性技能培训500人。", "", "补贴性技能培训"),
        ("补贴技能培训500人。", "补贴", "技能培训"),
        ("建设保障房300套。", "建设", "保障房"),
        ("今年新开工700万套。", "新开工", ""),
        ("新开工安置房1200套。", "新开工", "安置房"),
        ("新开工业园3个。", "新开", "工业园"),
        ("新开公交线路12条。", "新开", "公交线路"),
        ("覆盖农村5亿人口。", "覆盖", "人口"),
        ("打造150个和美乡村。", "打造", "和美乡村"),
        ("打造和美乡村150个。", "打造", "和美乡村"),
        ("建成学校和医院20所。", "建成", "学校和医院"),
        ("完成6000套改造计划。", "完成", "改造计划"),
    ],
)
def test_what_is_counted_is_cut_from_its_verb_between_words(marked: str, verb: str, noun: str) -> None:
    ((_, _, found_verb, found_noun),) = measures(marked)
    assert (found_verb, found_noun) == (verb, noun)


@pytest.mark.parametrize(
    ("marked", "name"),
    [("全年立案91起。", "立案"), ("今年新开工700万套。", "新开工"), ("增加9个。", "")],
)
def test_a_count_with_a_verb_alone_is_named_by_the_verb(marked: str, name: str) -> None:
    (found,) = extract(annotated(HEAD + REVIEW + marked)).records
    assert found.indicator == name
