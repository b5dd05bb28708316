"""Organizations: deictic organs against the report's place, shortened names, types."""

from __future__ import annotations

import re
from typing import Any

import pytest

from govner.names.organ_types import organization_type
from govner.names.organizations import OrganizationName, organization_key, organizations_of
from govner.schema import Entity

COUNTY = {"place": "定兴县", "place_path": "河北省保定市定兴县", "level": "county", "year_planned": 2021}
DISTRICT = {"place": "徐水区", "place_path": "河北省保定市徐水区", "level": "county", "year_planned": 2021}
COUNTY_CITY = {"place": "樟树市", "place_path": "江西省宜春市樟树市", "level": "county", "year_planned": 2022}
TOWN_IN_COUNTY = {
    "place": "贤寓镇",
    "place_path": "河北省保定市定兴县贤寓镇",
    "level": "town",
    "year_planned": 2021,
}
TOWN_IN_CITY = {"place": "蒋场镇", "place_path": "湖北省天门市蒋场镇", "level": "town", "year_planned": 2021}
TOWN_IN_COUNTY_CITY = {
    "place": "临江镇",
    "place_path": "江西省宜春市樟树市临江镇",
    "level": "town",
    "year_planned": 2021,
}
REGION = {
    "place": "宁夏回族自治区",
    "place_path": "宁夏回族自治区",
    "level": "province",
    "year_planned": 2024,
}
STREET = {"place": "牛塘街道", "province": "江苏", "level": "street", "year_planned": 2021}


def resolved(marked: str, meta: dict[str, Any]) -> list[OrganizationName]:
    """Organizations of a sentence with its mentions in ［ ］."""
    text, entities = "", []
    for piece in re.split(r"(［[^］]+］)", marked):
        inside = piece.strip("［］") if piece.startswith("［") else ""
        if inside:
            at = (len(text), len(text) + len(inside))
            entities.append(Entity(*at, "ORG", inside, 1.0, (), *at))
        text += inside or piece
    return list(organizations_of(text, entities, meta))


@pytest.mark.parametrize(
    ("surface", "meta", "name"),
    [
        ("镇党委", TOWN_IN_CITY, "蒋场镇党委"),
        ("市委", TOWN_IN_CITY, "天门市委"),
        ("县委", TOWN_IN_COUNTY, "定兴县委"),
        ("市委", TOWN_IN_COUNTY, "保定市委"),
        ("县政府", COUNTY, "定兴县政府"),
        ("市委", COUNTY, "保定市委"),
        ("省委", COUNTY, "河北省委"),
        ("县人大常委会", COUNTY, "定兴县人大常委会"),
        ("市委", COUNTY_CITY, "樟树市委"),
        ("区政府", DISTRICT, "徐水区政府"),
        ("政协", DISTRICT, "徐水区政协"),
        ("教体局", COUNTY, "定兴县教体局"),
        ("省农科院", COUNTY, "河北省农科院"),
        ("自治区党委", REGION, "宁夏回族自治区党委"),
        ("街道党工委", STREET, "牛塘街道党工委"),
        ("办事处", STREET, "牛塘街道办事处"),
        ("省、市、县委", COUNTY, "河北省委、保定市委、定兴县委"),
        ("党中央", COUNTY, "中国共产党中央委员会"),
        ("国家发改委", COUNTY, "国家发展和改革委员会"),
    ],
)
def test_a_deictic_organ_is_read_against_the_reports_place(
    surface: str, meta: dict[str, Any], name: str
) -> None:
    found = resolved(f"感谢［{surface}］的支持。", meta)[0]
    assert found.name == name
    assert found.evidence


@pytest.mark.parametrize(
    ("surface", "meta"),
    [
        ("市委", TOWN_IN_COUNTY_CITY),
        ("县委", REGION),
        ("区委", STREET),
        ("县政府", {}),
        ("政协", TOWN_IN_COUNTY),
        ("省、市、区委", STREET),
    ],
)
def test_what_can_be_several_or_is_not_known_stays_empty(surface: str, meta: dict[str, Any]) -> None:
    found = resolved(f"在［{surface}］领导下，", meta)[0]
    assert (found.name, found.key) == ("", "")
    assert found.evidence


def test_a_full_name_is_kept_and_a_word_that_only_looks_like_a_territory_is_no_place() -> None:
    full, bureau = resolved("［衡水中学］和［市场监管局］共建。", COUNTY)
    assert (full.name, full.deictic) == ("衡水中学", False)
    assert bureau.name == "定兴县市场监管局"


def test_a_name_shortened_later_stands_for_the_full_one() -> None:
    first, second, other = resolved("引进［远帆新材料公司］，［远帆新材料］投产，［远帆小学］开学。", COUNTY)
    assert first.name == second.name == "远帆新材料公司"
    assert "before" in second.evidence[0]
    assert other.name == "远帆小学"


def test_an_alias_that_the_report_defines_is_used() -> None:
    text = "与［北辰医疗集团］（以下简称“北辰”）签约，［北辰］首期到位。"
    assert [o.name for o in resolved(text, COUNTY)] == ["北辰医疗集团", "北辰医疗集团"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("定兴县人民政府", "定兴县政府"),
        ("中共河北省委", "河北省委"),
        ("中国共产党河北省委员会", "河北省委"),
        ("易县县委", "中共易县委"),
        ("党中央", "中国共产党中央委员会"),
        ("定兴县人大及其常委会", "定兴县人大、定兴县人大常委会"),
        ("共青团定兴县委", "定兴县团委"),
        ("中科大", "中国科学技术大学"),
    ],
)
def test_spellings_of_one_organ_share_a_key(one: str, other: str) -> None:
    assert organization_key(one) == organization_key(other)


def test_two_organs_have_two_keys() -> None:
    assert organization_key("定兴县人大") != organization_key("定兴县政协")
    assert organization_key("定兴县人大") != organization_key("定兴县人大常委会")


@pytest.mark.parametrize(
    ("surface", "meta", "name"),
    [
        ("工会", COUNTY, "定兴县总工会"),
        ("共青团", COUNTY, "共青团定兴县委"),
        ("妇联", TOWN_IN_CITY, "蒋场镇妇联"),
        ("工商联", REGION, "宁夏回族自治区工商联"),
        ("政务服务中心", COUNTY, "定兴县政务服务中心"),
        ("市政务服务中心", COUNTY_CITY, "樟树市政务服务中心"),
        ("文化馆", DISTRICT, "徐水区文化馆"),
        ("派出所", TOWN_IN_CITY, "蒋场镇派出所"),
        ("县委", {"place": "易县", "place_path": "河北省保定市易县"}, "易县县委"),
    ],
)
def test_a_body_without_a_place_is_the_reports_own(surface: str, meta: dict[str, Any], name: str) -> None:
    found = resolved(f"发挥［{surface}］的作用。", meta)[0]
    assert (found.name, found.deictic) == (name, True)


def test_a_line_of_work_is_no_body() -> None:
    work, body = resolved("［工会］、老龄、慈善等事业进步，支持［妇联］等团体开展活动。", COUNTY)
    assert (work.name, work.deictic) == ("", False)
    assert body.name == "定兴县妇联"


@pytest.mark.parametrize(
    ("surface", "meta"),
    [("派出所", COUNTY), ("保定市财政局", COUNTY), ("中国贸易促进委员会", COUNTY), ("村民委员会", COUNTY)],
)
def test_what_is_not_the_places_own_keeps_its_name(surface: str, meta: dict[str, Any]) -> None:
    found = resolved(f"与［{surface}］合作。", meta)[0]
    assert (found.name, found.deictic) == (surface, False)


GUESSED = {
    "place": "天门市",
    "place_path": "湖北省天门市",
    "place_evidence": "mentions",
    "year_planned": 2021,
}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({}, ""),
        ({"title": "政府工作报告"}, ""),
        ({"title": "星河岭市2012年政府工作报告"}, "星河岭市人民政府"),
        ({"speaker_title": "星河岭市市长"}, "星河岭市人民政府"),
        ({"title": "天门市政府工作报告"}, "天门市人民政府"),
    ],
)
def test_a_place_that_was_guessed_from_mentions_counts_only_where_the_report_names_it(
    said: dict[str, str], name: str
) -> None:
    assert resolved("我代表［市人民政府］报告工作。", GUESSED | said)[0].name == name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("蒋场镇党委", "party"),
        ("定兴县纪委监委", "party"),
        ("定兴县人民政府", "government"),
        ("自治区国资委", "government"),
        ("市人大及其常委会", "people's congress"),
        ("县政协", "CPPCC"),
        ("区检察院", "court/procuratorate"),
        ("镇武装部", "military"),
        ("市检验检测中心", "government"),
        ("市旅游执法支队", "government"),
        ("远帆集团", "enterprise"),
        ("江西师范大学", "school"),
        ("中医药大学第一附属医院", "hospital"),
        ("农村信用社", "bank"),
        ("县总工会", "association"),
        ("县融媒体中心", "media"),
        ("省农科院", "other"),
    ],
)
def test_the_type_is_read_from_the_name(name: str, kind: str) -> None:
    assert organization_type(name) == kind
