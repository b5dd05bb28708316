"""Slogans: the words of a report to a canonical form, with what a national formula stands for.

The gazetteer (``data/slogans.csv``) holds national formulas with their expansion, English, the year they were introduced and
the basis; a field that is not known for certain is empty. A slogan that is not in it passes through as its normalized surface,
so that its spellings still count as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from govner.names.surface import plain, read_rows, without_quotes

_SEPARATORS = re.compile(r"[、，,；;。：:·•()（）\[\]\-—－]")
_OUTER = re.compile(r"^[“‘「『《](?P<inside>[^“”‘’「」『』《》]+)[”’」』》]$")
#: Generic words around a formula that do not change which formula it is.
_BEFORE = re.compile(r"^(?:新时代|坚持|党的|深化)")
_AFTER = re.compile(
    r"(?:战略布局|总体布局|的?(?:重大)?(?:精神|要求|理念|方针|战略|机制|制度|改革|模式|原则|目标|工作|行动|方略))$"
)
_CONGRESS = re.compile(r"(?P<number>二十|十[五六七八九])大")
_PLENUMS = re.compile(
    r"(?P<number>二十|十[四五六七八九])届(?P<which>(?:(?:历次|[一二三四五六七]中)(?:全会)?[、和及与]?)+)(?:全会)?"
)
_CENTRAL_MEETING = re.compile(r"中央[\u4e00-\u9fff]{2,8}?工作(?:会议|座谈会)")
_LOCAL_MEETING = re.compile(
    r"[省市县区州旗]委(?:[一二三四五六七八九十]+届)?[一二三四五六七八九十、和及届次]*(?:全会|全体会议)"
)
_YEARS = {"十五": 1997, "十六": 2002, "十七": 2007, "十八": 2012, "十九": 2017, "二十": 2022}
#: Years of the plenums of each Central Committee, the first one first.
_PLENUM_YEARS = {
    "十六": (2002, 2003, 2003, 2004, 2005, 2006, 2007),
    "十七": (2007, 2008, 2008, 2009, 2010, 2011, 2012),
    "十八": (2012, 2013, 2013, 2014, 2015, 2016, 2017),
    "十九": (2017, 2018, 2018, 2019, 2020, 2021, 2022),
    "二十": (2022, 2023, 2024, 2025),
}
_ORDINALS = "一二三四五六七"


@dataclass(frozen=True, slots=True)
class SloganName:
    """What a slogan's words are a form of.

    Attributes:
        surface: the words as they stand.
        canonical: the formula's canonical form; the normalized surface where it is not known.
        known: whether the gazetteer or the grammar of 精神 formulas has it.
        expansion: what the numbers or the shorthand stand for.
        english, year, basis: of a known formula; empty (None for the year) where not known for certain.
        evidence: how the canonical form was found.
        parts: the single formulas in a formula of several meetings (党的二十大和二十届三中全会精神).
    """

    surface: str
    canonical: str
    known: bool
    expansion: str = ""
    english: str = ""
    year: int | None = None
    basis: str = ""
    evidence: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def _key(surface: str) -> str:
    return _SEPARATORS.sub("", without_quotes(plain(surface)))


def normalized(surface: str) -> str:
    """One spelling: without white space, footnote marks and outer quotes, half-width, and lists joined by 、.

    >>> normalized("“共抓大保护， 不搞大开发”")
    '共抓大保护、不搞大开发'
    """
    bare = plain(surface)
    outer = _OUTER.fullmatch(bare)
    bare = outer["inside"] if outer else bare
    return re.sub(r"[，,；;](?=.)", "、", bare)


@lru_cache(maxsize=1)
def gazetteer() -> dict[str, SloganName]:
    """The national formulas by canonical form."""
    return {
        row["canonical"]: SloganName(
            row["canonical"], row["canonical"], True, row["expansion"], row["english"],
            int(row["year"]) if row["year"] else None, row["basis"],
        )
        for row in read_rows("slogans.csv")
    }  # fmt: skip


@lru_cache(maxsize=1)
def _by_key() -> dict[str, str]:
    table: dict[str, str] = {}
    for row in read_rows("slogans.csv"):
        for name in (row["canonical"], *filter(None, row["variants"].split("|"))):
            table.setdefault(_key(name), row["canonical"])
    return table


def _listed(surface: str) -> tuple[str, tuple[str, ...]] | None:
    key = _key(surface)
    shorter = _BEFORE.sub("", key)
    for candidate, evidence in (
        (key, ()),
        (_AFTER.sub("", key), ("generic word after it left off",)),
        (shorter, ("generic word before it left off",)),
        (_AFTER.sub("", shorter), ("generic words around it left off",)),
    ):
        found = _by_key().get(candidate)
        if found:
            return found, evidence
    return None


def _meetings(surface: str) -> list[tuple[str, int | None]]:
    """The single meetings named in a 精神 formula, with their years, in order."""
    found: list[tuple[int, str, int | None]] = []
    for m in _CONGRESS.finditer(surface):
        found.append((m.start(), f"党的{m['number']}大精神", _YEARS[m["number"]]))
    for m in _PLENUMS.finditer(surface):
        for which in re.findall(r"历次|[一二三四五六七](?=中)", m["which"]):
            if which == "历次":
                found.append((m.start(), f"党的{m['number']}届历次全会精神", None))
                continue
            years = _PLENUM_YEARS.get(m["number"], ())
            at = _ORDINALS.index(which)
            year = years[at] if at < len(years) else None
            found.append((m.start(), f"党的{m['number']}届{which}中全会精神", year))
    for pattern in (_CENTRAL_MEETING, _LOCAL_MEETING):
        found += [(m.start(), f"{m[0]}精神", None) for m in pattern.finditer(surface)]
    return [(name, year) for _, name, year in sorted(found, key=lambda item: item[0])]


def _spirit(surface: str) -> SloganName | None:
    """A formula of the spirit of one or several meetings, or None."""
    key = without_quotes(plain(surface))
    if not key.endswith("精神"):
        return None
    meetings = _meetings(key)
    if not meetings:
        return None
    if len(meetings) == 1:
        name, year = meetings[0]
        evidence = ("spirit of a meeting",)
        return SloganName(surface, name, True, year=year, basis=name.removesuffix("精神"), evidence=evidence)
    whole = key if key.startswith("党的") or not _CONGRESS.match(key) else f"党的{key}"
    parts = tuple(name for name, _ in meetings)
    return SloganName(surface, whole, True, evidence=("spirit of several meetings",), parts=parts)


def canonical_slogan(surface: str) -> SloganName:
    """The canonical form of a slogan, across quotes, spaces, brackets, list marks, listed variants and abbreviations.

    >>> canonical_slogan("房子是用来住的，不是用来炒的").canonical
    '房住不炒'
    """
    listed = _listed(surface)
    if listed:
        canonical, how = listed
        known = (
            "the canonical form" if _key(surface) == _key(canonical) else f"listed as a form of {canonical}"
        )
        return replace(gazetteer()[canonical], surface=surface, evidence=(*how, known))
    spirit = _spirit(surface)
    if spirit:
        return spirit
    return SloganName(surface, normalized(surface), False, evidence=("not in the gazetteer",))
