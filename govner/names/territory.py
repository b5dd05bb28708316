"""Whose report it is: the place that speaks and the divisions above it, to read deictic words such as 市委 and 我县."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from govner.reading import places
from govner.reading.roles import Level

#: What a territory word asks of a place's name. 区 is asked of districts first and of an autonomous region only without one.
_ENDINGS = {
    "自治区": ("自治区",),
    "自治州": ("自治州",),
    "省": ("省",),
    "市": ("市",),
    "州": ("州",),
    "盟": ("盟",),
    "地区": ("地区",),
    "县": ("县",),
    "旗": ("旗",),
    "区": ("区",),
    "镇": ("镇",),
    "乡": ("乡",),
    "街道": ("街道", "街道办事处"),
}
#: Territory words, longest first.
WORDS = tuple(sorted(_ENDINGS, key=len, reverse=True))
#: A place at the front of a title (星沙岭市2012年政府工作报告), an office (星沙岭市市长) or a meeting.
_PLACE_SAID = re.compile(
    r"(?:\d{4}年?(?:度)?)?(?P<place>[\u4e00-\u9fff]{1,12}?(?:省|自治区|自治州|地区|[市州盟县旗区镇乡]|街道))"
    r"(?=\d{4}|(?:人民)?政府|办事处|(?:代理|代)?[省市州盟县旗区镇乡]长|主任|第[一二三四五六七八九十]+届)"
)
_GRASSROOTS = ("镇", "乡", "街道", "街道办事处")


@dataclass(frozen=True, slots=True)
class Territory:
    """The place of a report and the places above it, nearest first. ``place`` is empty where the report does not say."""

    place: str
    above: tuple[str, ...] = ()

    @property
    def grassroots(self) -> bool:
        """Whether the place is a town, a township or a street."""
        return self.place.endswith(_GRASSROOTS)


@dataclass(frozen=True, slots=True)
class Found:
    """The place that a territory word means, or no place and why not."""

    place: str
    evidence: str


def territory_of(meta: Mapping[str, Any]) -> Territory:
    """The territory of a report from its metadata: ``place``, ``place_path``, ``province`` and its year.

    A place that was only guessed from how often it is mentioned (``place_evidence``) counts only where the title or the
    speaker's office names it; where they name another, that one is the place, with nothing known above it.
    """
    place = str(meta.get("place") or "")
    if place and meta.get("place_evidence") == "mentions":
        said = _said_place(meta)
        if said and not places.same_place(said, place):
            return Territory(said)
        place = place if said else ""
    if not place or place == places.NATION_NAME:
        return Territory(place)
    year = next((int(meta[key]) for key in ("year_planned", "year_reviewed", "year") if meta.get(key)), None)
    path = str(meta.get("place_path") or place)
    above = _above(path, place, year)
    province = _province(str(meta["province"])) if meta.get("province") else ""
    if province and province != place and province not in above:
        above = (province,)  # a namesake in another province, or a place that the tables lack
    return Territory(place, above)


def _said_place(meta: Mapping[str, Any]) -> str:
    """The place that the title or the speaker's office names, or ""."""
    for key in ("title", "speaker_title", "meeting"):
        found = _PLACE_SAID.match(str(meta.get(key) or ""))
        if found:
            return found["place"]
    return ""


def _above(path: str, place: str, year: int | None) -> tuple[str, ...]:
    division = places.resolve(path, year)
    if division and division.name.removesuffix("办事处") == place.removesuffix("办事处"):
        return tuple(upper.name for upper in reversed(places.parents(division, year)))
    upper = places.resolve(path.removesuffix(place), year) if path != place else None
    if upper is None:
        return ()
    return (upper.name, *(other.name for other in reversed(places.parents(upper, year))))


def _province(name: str) -> str:
    for suffix in ("", "省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区"):
        division = places.resolve(name + suffix)
        if division and division.level is Level.PROVINCE:
            return division.name
    return ""


def _ends(name: str, word: str) -> bool:
    if word == "区" and name.endswith("自治区"):
        return False
    return name.endswith(_ENDINGS[word])


def place_for(territory: Territory, word: str) -> Found:
    """The place that a territory word (市 in 市委) means in a report of ``territory``.

    The report's own place comes first. Above it, the only place of that class is taken; two (a prefecture and a county-level
    city above a town) are ambiguous, and none is left empty.
    """
    if not territory.place:
        return Found("", "the report's place is not known")
    if _ends(territory.place, word):
        return Found(territory.place, f"{word} is the report's own place")
    above = [name for name in territory.above if _ends(name, word)]
    if not above and word == "区":
        above = [name for name in (territory.place, *territory.above) if name.endswith("自治区")]
    if len(above) == 1:
        return Found(above[0], f"{word} is {above[0]}, above {territory.place}")
    if above:
        return Found("", f"{word} can be {' or '.join(above)}, above {territory.place}")
    return Found("", f"no {word} is known at or above {territory.place}")
