"""Names become the division codes that were valid when the report was given."""

from __future__ import annotations

import pytest

from govner.reading import places
from govner.reading.roles import Level


@pytest.mark.parametrize(
    ("name", "year", "code"),
    [
        ("徐水县", 2011, "130625"),
        ("徐水区", 2018, "130609"),
        ("保定市徐水区", 2019, "130609"),
        ("清苑县", 2003, "130622"),
        ("清苑区", 2023, "130608"),
        ("满城县", 2013, "130621"),
        ("满城区", 2021, "130607"),
        ("樟树市", 1995, "362203"),
        ("樟树市", 2022, "360982"),
        ("高唐县", 2021, "371526"),
        ("米易县", 2022, "510421"),
        ("重庆市", 1990, "510200"),
        ("重庆市", 2025, "500000"),
        ("保定市", 2020, "130600"),
        ("内蒙古自治区", 2026, "150000"),
    ],
)
def test_a_name_has_the_code_of_its_year(name: str, year: int, code: str) -> None:
    division = places.resolve(name, year)
    assert division is not None
    assert division.code == code
    assert division.system == places.GB2260


def test_a_report_given_just_before_a_county_became_a_district_keeps_the_counties_code() -> None:
    division = places.resolve("徐水县", 2015)
    assert division is not None
    assert division.code == "130625"


def test_a_name_that_only_ends_like_a_county_is_not_that_county() -> None:
    assert places.resolve("甲唐县", 2021) is None
    assert not places.same_place("唐县", "高唐县")
    assert not places.same_place("易县", "米易县")


def test_names_in_full_and_in_short_are_one_place() -> None:
    assert places.same_place("清苑", "清苑区")
    assert places.same_place("宁夏", "宁夏回族自治区")
    assert places.same_place("保定市徐水区", "徐水县")


def test_namesakes_are_told_apart_by_the_divisions_named_around_them() -> None:
    assert places.resolve("市中区", 2020) is None
    division = places.resolve("市中区", 2020, places.mentions("山东省济南市把泉城建设得更好，济南的明天更美"))
    assert division is not None
    assert division.code == "370103"


def test_a_town_has_a_nine_digit_code_and_says_where_it_is_from() -> None:
    town = places.resolve("天门市蒋场镇", 2022)
    assert town is not None
    assert (town.code, town.level, town.system) == ("429006103", Level.TOWN, places.NBS)
    assert places.path(town, 2022) == "湖北省天门市蒋场镇"


def test_the_path_bears_the_names_of_its_time() -> None:
    before, after = places.resolve("徐水县", 2011), places.resolve("徐水区", 2018)
    assert before is not None
    assert after is not None
    assert places.path(before, 2011) == "河北省保定市徐水县"
    assert places.path(after, 2018) == "河北省保定市徐水区"


def test_everyday_words_and_new_areas_are_no_mentions() -> None:
    counts = places.mentions("推进雄安新区建设，和平发展，团结一心，市委和县委高度重视，安新县与容城县联动")
    assert counts["安新县"] == 1
    assert counts["容城县"] == 1
    assert not {"和平区", "团结区", "和县", "新区"} & set(counts)
