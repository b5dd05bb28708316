"""Organizations: deictic organs resolved against the report's place, names shortened in the report, and types.

镇党委 in a report of 蒋场镇 is 蒋场镇党委; 市委 there is the city's above it. What can be two organizations stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from govner.names.bodies import LINE_OF_WORK, own_body
from govner.names.organ_types import organization_type
from govner.names.shortened import Alias, aliases
from govner.names.surface import plain, read_rows
from govner.names.territory import WORDS, Territory, place_for, territory_of
from govner.reading import places
from govner.schema import AnnotatedReport, Entity

_WORD = "|".join(WORDS)
#: Words that begin like a territory word and are none (市场监管局).
_NO_TERRITORY = re.compile(
    r"^(?:市[场容域属]|市政(?!府|协|务)|区[域块间]|县[域城级]|省[际属级]|乡[村镇]|镇[村级江]|州[际]|地区性|市级|区级|街道级|旗[舰帜])"
)
_DEICTIC = re.compile(rf"^(?:我|本|全)?(?P<word>{_WORD})(?P<organ>[\u4e00-\u9fff“”、（）()]{{1,24}})$")
_JOINT = re.compile(
    rf"^(?P<centre>(?:党?中央|国务院)[、和])?(?P<words>(?:{_WORD})(?:[、和及]?(?:{_WORD}))+)(?:[两三四]级)?"
    r"(?P<organ>党委政府|党委、政府|党委|委|人民政府|政府|人大|政协|纪委|监委|人大及其常委会)$"
)
#: Bare organs that are one of a kind at the report's level.
_BARE_OWN = frozenset(
    {
        "人大",
        "人大及其常委会",
        "人代会及其常委会",
        "人大常委会",
        "政协",
        "纪委",
        "监委",
        "纪委监委",
        "法院",
        "检察院",
        "政府",
        "人民政府",
        "党委",
    }
)
_COUNTY_AND_ABOVE_ONLY = frozenset(
    {"政协", "监委", "纪委监委", "法院", "检察院", "人大常委会", "人大及其常委会", "人代会及其常委会"}
)
_BARE_STREET = frozenset({"办事处", "党工委", "街道办", "人大工委", "纪工委", "团工委"})
_BUREAU = re.compile(r"^(?!国家|中央|全国)[\u4e00-\u9fff]{2,12}局$")
#: How long a place's short name at the front of a bureau's can be (武夷山国家公园福建管理局).
_PLACE_LENGTHS = (4, 3, 2)
_SAME_ORGAN = (
    (re.compile(r"中国共产党|中共"), ""),
    (re.compile(r"人民代表大会|人代会"), "人大"),
    (re.compile(r"常务委员会"), "常委会"),
    (re.compile(r"([^、]*人大)及其常委会"), r"\1、\1常委会"),
    (re.compile(r"中国人民政治协商会议"), "政协"),
    (re.compile(r"人民政府"), "政府"),
    (re.compile(r"人民(?=法院|检察院)"), ""),
    (re.compile(r"街道办事处"), "街道办"),
    (re.compile(r"(?<=[省市县区州盟旗])委员会$"), "委"),
    (re.compile(r"^共青团([^、]+)委$"), r"\1团委"),
    (re.compile(r"([市县区])\1(?=委$)"), r"\1"),  # 易县县委, as a place of one character is called in full
    (re.compile(r"(?:股份)?有限(?:责任)?公司$"), "公司"),
)
_AFTER = 60
_UP_TO_PLACE = re.compile(r"[省市县区旗州盟镇乡]|街道|街道办事处")


@dataclass(frozen=True, slots=True)
class OrganizationName:
    """Which organization an ORG mention is.

    Attributes:
        entity: index of the mention in the report's entities.
        surface: the words as they stand.
        name: the organization's name with its place; empty where the words can mean several or the place is not known.
        key: the name in one spelling (人民政府 and 政府 alike), to group mentions; empty with ``name``.
        type: one of :data:`govner.names.organ_types.TYPES`.
        deictic: whether the words point to the report's place instead of naming one.
        evidence: how the name was found, or why it was not.
    """

    entity: int
    surface: str
    name: str
    key: str
    type: str
    deictic: bool
    evidence: tuple[str, ...]


def organization_key(name: str) -> str:
    """One spelling of an organization's name: 中共河北省委员会 and 河北省委 are alike, 人民政府 and 政府 too."""
    words = plain(name)
    key = _national()[words][0] if words in _national() else words
    for pattern, replacement in _SAME_ORGAN:
        key = pattern.sub(replacement, key)
    return key


@lru_cache(maxsize=1)
def _national() -> dict[str, tuple[str, str]]:
    table = {}
    for row in read_rows("organizations.csv"):
        for alias in (row["canonical"], *row["aliases"].split("|")):
            table[alias] = (row["canonical"], row["type"])
    return table


def _with_place(place: str, organ: str) -> str:
    """河北省 + 委 → 河北省委; 易县 + 委 → 易县县委; 牛塘街道 + 党工委 → 牛塘街道党工委."""
    if len(place) == 2 and organ.startswith("委"):
        return place + place[-1] + organ
    return place.removesuffix("办事处") + organ


def _joint(surface: str, territory: Territory) -> tuple[str, tuple[str, ...]] | None:
    """Organs that share a head: 省、市、县委. All of them are found, or the name is empty."""
    m = _JOINT.fullmatch(surface)
    if not m:
        return None
    found = [place_for(territory, word) for word in re.findall(_WORD, m["words"])]
    evidence = tuple(f.evidence for f in found)
    if not all(f.place for f in found):
        return "", evidence
    organs = ("党委", "政府") if "党委" in m["organ"] and "政府" in m["organ"] else (m["organ"],)
    names = [_with_place(f.place, organ) for f in found for organ in organs]
    centre = [_national()[m["centre"].rstrip("、和")][0]] if m["centre"] else []
    return "、".join([*centre, *names]), evidence


def _deictic(surface: str, territory: Territory) -> tuple[str, tuple[str, ...]] | None:
    """The name that a surface with a territory word means; None where it has none."""
    joint = _joint(surface, territory)
    if joint is not None:
        return joint
    m = _DEICTIC.fullmatch(surface)
    if not m or _NO_TERRITORY.match(surface):
        return None
    found = place_for(territory, m["word"])
    return (_with_place(found.place, m["organ"]) if found.place else ""), (found.evidence,)


def _bare(surface: str, territory: Territory, after: str = "") -> tuple[str, tuple[str, ...]] | None:
    """The report's own organ that a bare word means; None where the word says no more than a class."""
    place = territory.place
    street = place.endswith(("街道", "街道办事处"))
    if surface in _BARE_STREET:
        name = _with_place(place, surface) if street else ""
        return name, ("the street's own" if street else "bare, and the report is not a street's",)
    if surface not in _BARE_OWN and _begins_with_place(surface):
        return None
    body = own_body(surface, territory, after)
    if body is not None:
        return body[0], (body[1],)
    if surface in _BARE_OWN or _BUREAU.match(surface):
        if not place:
            return "", ("the report's place is not known",)
        lower_only = surface in _COUNTY_AND_ABOVE_ONLY or surface.endswith("局")
        if territory.grassroots and (lower_only or street):
            return "", (f"{place} has no {surface} of its own",)
        return _with_place(place, surface), (f"bare: the {surface} of the report's own place",)
    return None


def _begins_with_place(surface: str) -> bool:
    return bool(_named(surface)) or any(places.is_place(surface[:n]) for n in _PLACE_LENGTHS)


def _named(surface: str) -> str:
    """The place that a full name starts with, or ""."""
    for m in reversed(list(_UP_TO_PLACE.finditer(surface[:16]))):
        head = surface[: m.end()].removeprefix("中共")
        if len(head) > 2 and places.is_place(head):
            return head
    return ""


def resolve_organization(
    entity: int, surface: str, territory: Territory, known: Mapping[str, Alias] | None = None, after: str = ""
) -> OrganizationName:
    """Which organization the words are, in a report of ``territory`` that shortens the names in ``known``.

    ``after`` is the text behind the mention; it tells 工会 as a body from 工会 as a line of work.
    """
    words = plain(surface)
    national = _national().get(words)
    if national:
        canonical, kind = national
        return OrganizationName(
            entity,
            surface,
            canonical,
            organization_key(canonical),
            kind,
            False,
            ("a national body of the list",),
        )
    found = _deictic(words, territory) or _bare(words, territory, after)
    if found is not None:
        name, evidence = found
        kind = organization_type(name or words)
        points = evidence != (LINE_OF_WORK,)
        return OrganizationName(entity, surface, name, organization_key(name), kind, points, evidence)
    alias = (known or {}).get(words)
    if alias:
        kind = organization_type(alias.full)
        return OrganizationName(
            entity, surface, alias.full, organization_key(alias.full), kind, False, (alias.evidence,)
        )
    place = _named(words)
    evidence = (f"named in full, with {place}",) if place else ("as named",)
    return OrganizationName(
        entity, surface, words, organization_key(words), organization_type(words), False, evidence
    )


def organizations(annotated: AnnotatedReport) -> tuple[OrganizationName, ...]:
    """Which organization each ORG mention of a report is, in reading order."""
    return organizations_of(annotated.report.text, annotated.entities, annotated.report.meta)


def organizations_of(
    text: str, entities: Sequence[Entity], meta: Mapping[str, Any]
) -> tuple[OrganizationName, ...]:
    """As :func:`organizations`, from a text, its entities and what is known of its place."""
    territory = territory_of(meta)
    mentions = [(i, e) for i, e in enumerate(entities) if e.label == "ORG"]
    surfaces = [(e.start, plain(e.text)) for _, e in mentions]
    names = [
        (at, s)
        for at, s in surfaces
        if not (_deictic(s, territory) or _bare(s, territory) or s in _national())
    ]
    known = aliases(text, names)
    return tuple(
        resolve_organization(i, e.text, territory, known, text[e.end : e.end + _AFTER]) for i, e in mentions
    )
