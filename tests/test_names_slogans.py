"""Slogans: one canonical form across spellings; national formulas with what they stand for."""

from __future__ import annotations

import pytest

from govner.names.slogans import _key, canonical_slogan
from govner.names.surface import read_rows


@pytest.mark.parametrize(
    ("surface", "canonical"),
    [
        ("“两个维护”", "两个维护"),
        ("新思想", "习近平新时代中国特色社会主义思想"),
        ("新时代中国特色社会主义思想", "习近平新时代中国特色社会主义思想"),
        ("中央八项规定及其实施细则精神", "中央八项规定"),
        ("房子是用来住的，不是用来炒的", "房住不炒"),
        ("河（湖）长制", "河湖长制"),
        ("创新、协调、绿色、开放、共享的新发展理念", "新发展理念"),
        ("“五位一体” 总体布局", "五位一体"),
        ("新时代“枫桥经验”", "枫桥经验"),
        ("“放管服”〔3〕", "放管服"),
        ("双随机一公开", "双随机、一公开"),
        ("十九大精神", "党的十九大精神"),
        ("党的二十届三中全会精神", "党的二十届三中全会精神"),
    ],
)
def test_spellings_meet_in_one_canonical_form(surface: str, canonical: str) -> None:
    name = canonical_slogan(surface)
    assert name.canonical == canonical
    assert name.known


def test_near_formulas_stay_apart() -> None:
    pairs = [
        ("六稳", "六保"),
        ("河长制", "湖长制"),
        ("两个确立", "两个维护"),
        ("四个意识", "四个自信"),
        ("双碳", "双控"),
    ]
    for one, other in pairs:
        assert canonical_slogan(one).canonical != canonical_slogan(other).canonical


def test_a_national_formula_comes_with_expansion_english_year_and_basis() -> None:
    name = canonical_slogan("六保")
    assert "保居民就业" in name.expansion
    assert (name.english, name.year) == ("six safeguards", 2020)
    assert name.basis


def test_the_meetings_of_a_joint_formula_are_told_apart() -> None:
    name = canonical_slogan("党的二十大和二十届二中、三中全会精神")
    assert name.parts == ("党的二十大精神", "党的二十届二中全会精神", "党的二十届三中全会精神")
    assert canonical_slogan("党的十九届五中全会精神").year == 2020


def test_an_unknown_slogan_passes_through_in_one_spelling() -> None:
    one = canonical_slogan("“水秀茶香， 宜居石门”")
    other = canonical_slogan("水秀茶香、宜居石门")
    assert one.canonical == other.canonical == "水秀茶香、宜居石门"
    assert not one.known


def test_the_gazetteer_is_consistent() -> None:
    rows = read_rows("slogans.csv")
    assert len(rows) >= 250
    owner: dict[str, str] = {}
    for row in rows:
        assert row["english"] or row["expansion"], row
        assert not row["year"] or 1920 < int(row["year"]) < 2030, row
        for name in (row["canonical"], *filter(None, row["variants"].split("|"))):
            assert owner.setdefault(_key(name), row["canonical"]) == row["canonical"], name
