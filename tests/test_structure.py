"""Composed reports get the metadata, headings, roles and horizons that a reader would give them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from govner.reading import read_text
from govner.reading.metadata import extract
from govner.reading.roles import Horizon
from govner.reading.structure import analyse, heading_path, sections, stretches
from govner.reading.structure_cues import horizons_of

REPORTS = Path(__file__).resolve().parents[2] / "shared" / "reports"
LABELS = Path(__file__).resolve().parents[1] / "corpus" / "structure"

HEAD = """政府工作报告
——2019年1月18日在徐水区第二届人民代表大会第三次会议上
徐水区人民政府区长　陈　禾
各位代表：
现在，我代表区人民政府向大会报告工作，请予审议。
"""
BODY = """一、2018年工作回顾
2018年，全区上下埋头苦干，主要指标好于预期。
（一）产业升级迈出新步伐。新建厂房十二万平方米，引进企业四十家。
（二）民生事业取得新进展。新建小学三所，改造老旧小区九个。
各位代表！这些成绩来之不易，是全区人民共同奋斗的结果。
同时，我们也清醒地看到，产业结构还不够优，民生领域仍有短板。对此，我们一定下大力气解决。
二、2019年工作安排
2019年是关键之年，做好工作意义重大。总体要求是：稳中求进，以进促稳。主要预期目标是：生产总值增长百分之七。
重点抓好以下两方面工作：
（一）壮大实体经济。1.培育龙头企业。力争新增规上企业十家。2.建好园区。完成道路八公里。
（二）办好民生实事。新建社区食堂二十个。
三、加强政府自身建设
坚持依法行政，自觉接受监督，带头过紧日子。
各位代表！蓝图已经绘就。让我们携手并肩，为建设更加美好的家园而努力奋斗！
"""
NOTES = """名词解释
1.社区食堂：为居民提供平价餐食的场所。
2.规上企业：规模以上企业。
"""
REPORT = HEAD + BODY + NOTES


def role_at(text: str, words: str) -> tuple[str, str]:
    at = text.index(words)
    found = next(s for s in stretches(sections(text), len(text)) if s.start <= at < s.end)
    return found.role, found.horizon


def test_metadata_is_read_from_the_text() -> None:
    meta, _ = analyse(REPORT, {}, "2016_某县_999999.txt")
    wanted = {
        "title": "政府工作报告",
        "government": "徐水区人民政府",
        "level": "county",
        "place": "徐水区",
        "place_path": "河北省保定市徐水区",
        "division_code": "130609",
        "year_reviewed": 2018,
        "year_planned": 2019,
        "date": "2019-01-18",
        "meeting": "徐水区第二届人民代表大会第三次会议",
        "speaker": "陈禾",
        "speaker_title": "徐水区人民政府区长",
    }
    assert {key: meta[key] for key in wanted} == wanted


def test_the_parts_of_a_report_follow_each_other() -> None:
    found = [(s.role, s.horizon) for s in stretches(sections(REPORT), len(REPORT))]
    assert found == [
        ("opening", ""),
        ("review", "year"),
        ("problems", ""),
        ("requirements", "year"),
        ("plan", "year"),
        ("government-building", "year"),
        ("closing", ""),
        ("glossary", ""),
    ]


def test_stretches_cover_the_text_without_gaps() -> None:
    found = stretches(sections(REPORT), len(REPORT))
    assert found[0].start == 0
    assert found[-1].end == len(REPORT)
    assert all(a.end == b.start for a, b in pairwise(found))


def test_sections_nest_by_level() -> None:
    found = sections(REPORT)
    at = REPORT.index("力争新增")
    assert heading_path(found, at) == ("二、2019年工作安排", "（一）壮大实体经济", "1.培育龙头企业")
    part = next(s for s in found if s.heading.startswith("二、"))
    assert REPORT[part.start : part.end].rstrip().endswith("社区食堂二十个。")
    assert [s.level for s in found if s.heading][:3] == [1, 2, 2]


def test_headings_are_found_where_line_breaks_were_lost() -> None:
    flat = HEAD + BODY.replace("\n", "")
    assert role_at(flat, "新建小学三所") == ("review", "year")
    assert role_at(flat, "产业结构还不够优") == ("problems", "")
    assert role_at(flat, "新建社区食堂") == ("plan", "year")
    assert role_at(flat, "带头过紧日子") == ("government-building", "year")
    assert role_at(flat, "携手并肩") == ("closing", "")
    first = next(s for s in sections(flat) if s.level == 1)
    assert first.heading == "一、2018年工作回顾"


def test_lists_of_industries_are_no_headings() -> None:
    text = HEAD + BODY.replace("新建小学三所", "一、二、三产业协调发展，新建小学三所")
    assert not [s for s in sections(text) if s.heading.startswith("一、二")]


TERM = (
    HEAD.replace("2019年1月18日", "2017年2月20日")
    + """过去五年工作回顾
五年来，我们奋力拼搏，全区面貌焕然一新。
刚刚过去的2016年，我们新建公路九十公里，新增绿地三百亩。
各位代表！五年历程极不平凡。在肯定成绩的同时，我们也清醒地认识到，发展还存在不少困难和问题。
今后五年工作思路
今后五年是关键时期。奋斗目标是：居民收入再上新台阶。
重点做好两方面工作：
一、壮大实体经济。新建园区三个。
二、建设美丽乡村。新建文化广场一百个。
2017年工作安排
做好今年工作，重点抓好以下任务：
一、抓好项目建设。开工项目五十个。
二、加强政府自身建设。持续改进作风。
各位代表！让我们团结一心，为美好明天而奋斗！
"""
)


def test_plain_headings_name_the_parts_and_numbers_come_below() -> None:
    assert role_at(TERM, "奋力拼搏") == ("review", "term")
    assert role_at(TERM, "新建公路九十公里") == ("review", "year")
    assert role_at(TERM, "不少困难") == ("problems", "")
    assert role_at(TERM, "居民收入再上") == ("requirements", "term")
    assert role_at(TERM, "新建文化广场") == ("plan", "term")
    assert role_at(TERM, "开工项目五十个") == ("plan", "year")
    assert role_at(TERM, "持续改进作风") == ("government-building", "year")
    found = sections(TERM)
    assert heading_path(found, TERM.index("新建园区")) == ("今后五年工作思路", "一、壮大实体经济")


def test_a_year_in_chinese_numerals_that_ends_in_five_is_one_year() -> None:
    assert horizons_of("二、二〇二五年工作安排") == [Horizon.YEAR]
    assert horizons_of("二、五年来的工作") == [Horizon.TERM]


def test_a_plan_period_is_not_a_term_of_office() -> None:
    text = (
        HEAD
        + "一、“十四五”时期和2025年工作回顾\n五年来，我们实干苦干，发展跃上新台阶。\n"
        + "一年来，我们新建桥梁六座。\n我们也清醒认识到，发展中还存在不少困难。\n"
        + "二、“十五五”时期主要目标任务\n今后五年，要实现翻番。\n"
        + "三、2026年重点工作\n（一）扩大内需。新开商场两家。\n"
    )
    assert role_at(text, "实干苦干") == ("review", "five-year")
    assert role_at(text, "新建桥梁") == ("review", "year")
    assert role_at(text, "要实现翻番")[1] == "five-year"
    assert role_at(text, "新开商场") == ("plan", "year")


def test_half_a_year_can_be_planned() -> None:
    text = HEAD + "一、上半年工作回顾\n修路九公里。\n二、2021年下半年重点工作\n（一）抓好秋收。收割两万亩。\n"
    assert role_at(text, "收割两万亩") == ("plan", "half-year")
    assert role_at(text, "修路九公里") == ("review", "half-year")


def test_state_affairs_after_the_part_on_the_government_are_plan_again() -> None:
    text = REPORT.replace("各位代表！蓝图", "各位代表！做好民族宗教工作，促进团结进步。\n各位代表！蓝图")
    assert role_at(text, "做好民族宗教工作") == ("plan", "year")
    assert role_at(text, "蓝图已经绘就") == ("closing", "")


def test_numbered_notes_need_no_heading() -> None:
    text = HEAD + BODY + "1.社区食堂：为居民提供平价餐食的场所。\n2.规上企业：规模以上企业。\n"
    assert role_at(text, "提供平价餐食") == ("glossary", "")


@pytest.mark.parametrize(
    ("line", "speaker", "office"),
    [
        ("青溪县人民政府代县长 吴 鹏", "吴鹏", "青溪县人民政府代县长"),
        ("自治区主席 买买提·艾力", "买买提·艾力", "自治区主席"),
        ("省长　李向阳作政府工作报告", "李向阳", "省长"),
        ("2025年1月15日周明市长在某市第十六届人民代表大会第三次会议的报告", "周明", "市长"),
        ("国务院总理 王文", "王文", "国务院总理"),
        ("自治区代理主席 扎西次旦", "扎西次旦", "自治区代理主席"),
    ],
)
def test_speakers_are_found_however_they_are_named(line: str, speaker: str, office: str) -> None:
    meta = extract(f"政府工作报告\n{line}\n各位代表：\n现在，我向大会报告工作。\n", {})
    assert (meta["speaker"], meta["speaker_title"]) == (speaker, office)


def test_a_posting_date_is_not_the_date_of_the_meeting() -> None:
    posted = "政府工作报告\n发布时间：2023年3月30日\n"
    given = "（2020年1月9日在青溪县第七届人民代表大会第五次会议上）\n各位代表：\n"
    assert extract(posted + given, {})["date"] == "2020-01-09"
    assert extract("政府工作报告\n（二○○八年三月二十七日）\n各位代表：\n", {})["date"] == "2008-03-27"


def test_meetings_reviewed_in_the_text_are_not_the_meeting() -> None:
    text = "各位代表：\n现在报告工作。一年来，我们完成了县十六届人大一次会议确定的任务。\n"
    assert extract(text, {})["meeting"] == ""


def test_a_place_is_told_by_its_mentions_where_nobody_names_it() -> None:
    text = "各位代表：\n现在，我代表县政府向大会报告工作。\n一、2013年工作回顾\n"
    text += "推动清苑发展，建设富强清苑。全县干部努力。" * 4
    meta = extract(text + "\n二、2014年工作安排\n做好2014年工作。", {})
    assert (meta["place"], meta["division_code"], meta["place_evidence"]) == ("清苑县", "130622", "mentions")


def test_a_town_that_is_not_listed_gets_the_code_of_its_county() -> None:
    text = "徐水区云梦溪镇2024年政府工作报告\n各位代表：\n现在，我代表镇人民政府向大会报告工作。\n"
    meta = extract(text, {})
    assert (meta["place"], meta["level"], meta["division_code"]) == ("云梦溪镇", "town", "130609")
    assert meta["division_code_level"] == "county"


@pytest.mark.parametrize(
    ("place", "office", "level", "code"),
    [
        ("保定市", "市长", "city", "130600"),
        ("延边朝鲜族自治州", "州长", "city", "222400"),
        ("北京市朝阳区", "区长", "county", "110105"),
        ("仙桃市", "市长", "county", "429004"),
        ("东莞市虎门镇", "镇长", "town", "441900121"),
        ("北京市朝阳区安贞街道", "主任", "street", "110105008"),
        ("徐水县安肃镇", "镇长", "town", "130625"),
        ("鄂温克族自治旗", "旗长", "county", "150724"),
    ],
)
def test_every_level_of_government_is_told(place: str, office: str, level: str, code: str) -> None:
    year = 2013 if "徐水县" in place else 2024
    occasion = f"——{year}年1月9日在{place}第十五届人民代表大会第三次会议上"
    text = f"政府工作报告\n{occasion}\n{office} 王小明\n各位代表：\n"
    meta = extract(text + "现在，我向大会报告工作。\n", {})
    assert (meta["level"], meta["division_code"]) == (level, code)
    assert (meta["speaker"], meta["speaker_title"]) == ("王小明", office)


def test_reading_gives_reports_their_structure() -> None:
    report = read_text(REPORT)
    assert report.meta["place"] == "徐水区"
    assert {s.role for s in report.sections} >= {"review", "plan", "closing"}


@pytest.mark.parametrize("text", ["", "\n\n", "你好", "一、", "各位代表：", "一、一、一、", "（一）（二）"])
def test_scraps_have_a_structure_too(text: str) -> None:
    _, found = analyse(text, {}, "")
    assert all(0 <= s.start <= s.end <= len(text) for s in found)


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the collected reports are not here")
def test_collected_reports_are_understood_as_labelled() -> None:
    from govner.evaluation.structure import f1_table, score_structure

    scores = score_structure(LABELS / "test.jsonl", REPORTS)
    assert not scores.missing
    micro = [
        {row[0]: row[3] for row in f1_table(pairs)}["micro"] for pairs in (scores.roles, scores.horizons)
    ]
    assert micro[0] > 0.97
    assert micro[1] > 0.96
    assert min(scores.accuracy(name) for name in ("place", "division_code", "year_planned", "date")) > 0.95
