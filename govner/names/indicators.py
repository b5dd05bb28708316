"""Indicators: the words of a report to a canonical statistic.

The list (``data/indicators.csv``) has one row for each statistic. Two names share a row only if they are one statistic;
predecessors and other scopes have rows of their own and are linked in ``data/indicator_relations.csv``. The kind of a row is
``nbs`` (a statistic of the National Bureau of Statistics), ``dept`` (one of a department or of the administration) or ``bare``
(words whose scope the report leaves open, such as 投资 or 财政收入: they have an id of their own and are never merged with a
statistic that says its scope).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from govner.names.surface import plain, read_rows, without_quotes
from govner.reading import places
from govner.records.naming import PRICES_BEHIND, VERB_BEFORE, VERB_BEHIND

#: How a relation reads from the other end.
_INVERSE = {
    "successor": "predecessor",
    "other_scope": "other_scope",
    "other_method": "other_method",
    "ratio_of": "part_of_ratio",
    "unspecified": "unspecified_form",
}
#: Spellings that never tell two statistics apart, in the order in which they are made one.
_ONE_SPELLING = (
    (re.compile(r"规模以上"), "规上"),
    (re.compile(r"限额以上"), "限上"),
    (re.compile(r"(?:地区)?GDP|地区生产总值"), "生产总值"),
    (re.compile(r"细颗粒物(?:\(PM2\.5\))?|PM_2\.5"), "PM2.5"),
    (re.compile(r"可吸入颗粒物(?:\(PM10\))?"), "PM10"),
    (re.compile(r"研究与试验发展(?:\(R&D\))?|R&D"), "研发"),
    (re.compile(r"常住居民"), "居民"),
    (re.compile(r"环境空气"), "空气"),
    (re.compile(r"比重|比例"), "占比"),
    (re.compile(r"的"), ""),
)
_GROWTH = re.compile(
    r"(?:同比|年均|平均|累计|名义|实际|年度)?(?:增长速度|增长幅度|增长率|增速|增幅|涨幅|升幅|降幅|跌幅|下降率|增长)$"
)
_SIZE = re.compile(r"(?:总量|总规模|规模|绝对额|绝对数|总额|金额|总数|数量|户数|人数|个数|额|数)$")
#: Families that each word of size can belong to; every other one says nothing of the measure.
_SIZE_FAMILIES = {
    "总额": {"money"}, "金额": {"money"}, "额": {"money"}, "绝对额": {"money"},
    "总数": {"count", "people"}, "数量": {"count", "people"}, "户数": {"count"}, "人数": {"people"},
    "个数": {"count"}, "数": {"count", "people"},
}  # fmt: skip
_TIME = re.compile(
    r"^(?:\d{4}年度?|全年|年末|年底|期末|上半年|下半年|[一二三四]季度|\d{1,2}月末?|当年|今年|去年|本年度?|年度|年|累计|预计)"
)
_TERRITORY = re.compile(
    r"^(?:[全我本](?:自治区|街道|[省市县区镇乡旗州盟国村])|[省市县区镇乡村]域|辖区)(?:内)?"
)
_UPPER_PLACE = re.compile(r"^(?P<place>[\u4e00-\u9fff]{1,8}?(?:省|市|县|区|镇|乡|街道|自治州|自治区|旗))")
#: Words that end like a place and restrict a statistic instead of saying whose it is.
_NO_PLACE = re.compile(
    r"(?:[城市园发郊牧山库灾景矿新社片小港农辖地]区|(?:贫困|脱贫|重点|示范|强)县|(?:地级|县级|城|都|超)市|乡镇|城镇|小镇|城乡|下乡|惠农)$"
)
_JOINT = re.compile(r"[、和与及]|以及")
#: How the halves of 城乡居民… are called in names of their own.
_HALVES = {"城": "城镇", "乡": "农村"}


@dataclass(frozen=True, slots=True)
class Relation:
    """A link to another statistic: how ``id`` stands to this one, since when, and why.

    ``relation`` is successor, predecessor, other_scope, other_method, ratio_of, part_of_ratio, unspecified (``id`` is one
    statistic that the words may mean) or unspecified_form. ``renamed_only``: a successor or predecessor that differs in name
    alone, so that the figures of both make one series.
    """

    id: str
    relation: str
    year: int | None
    reason: str
    renamed_only: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorName:
    """What an indicator's words name.

    Attributes:
        surface: the words as they stand.
        id: the statistic's id; empty where the words are not in the list or name several statistics.
        term: the National Bureau of Statistics' or the department's term; the words unchanged where there is no id.
        english, family, kind: of the statistic; family is a unit family of :mod:`govner.quantities.schema`.
        evidence: what was done to get from the words to the statistic, in order.
        related: links to other statistics.
        parts: where the words name several statistics (城镇、农村居民人均可支配收入), their ids in order.
    """

    surface: str
    id: str
    term: str
    english: str
    family: str
    kind: str
    evidence: tuple[str, ...] = ()
    related: tuple[Relation, ...] = ()
    parts: tuple[str, ...] = ()


def _key(surface: str) -> str:
    key = without_quotes(plain(surface)).upper()
    for pattern, replacement in _ONE_SPELLING:
        key = pattern.sub(replacement, key)
    return key


def indicator_links() -> Iterator[tuple[str, Relation]]:
    """Every link of the list once: a statistic's id, and how another stands to it."""
    for row in read_rows("indicator_relations.csv"):
        year = int(row["year"]) if row["year"] else None
        yield (
            row["id"],
            Relation(row["other"], row["relation"], year, row["reason"], row["renamed_only"] == "yes"),
        )


@lru_cache(maxsize=1)
def _relations() -> dict[str, tuple[Relation, ...]]:
    found: dict[str, list[Relation]] = {}
    for one, link in indicator_links():
        found.setdefault(one, []).append(link)
        back = replace(link, id=one, relation=_INVERSE[link.relation])
        found.setdefault(link.id, []).append(back)
    return {one: tuple(links) for one, links in found.items()}


def indicator_forms(identity: str) -> tuple[str, ...]:
    """The forms, apart from its term, that the list gives for a statistic.

    Raises:
        KeyError: the list has no such id.
    """
    return _forms()[identity]


@lru_cache(maxsize=1)
def _forms() -> dict[str, tuple[str, ...]]:
    return {row["id"]: tuple(filter(None, row["variants"].split("|"))) for row in read_rows("indicators.csv")}


@lru_cache(maxsize=1)
def indicator_list() -> dict[str, IndicatorName]:
    """Every statistic of the list by id; ``surface`` is its term."""
    return {
        row["id"]: IndicatorName(
            row["term"], row["id"], row["term"], row["english"], row["family"], row["kind"],
            related=_relations().get(row["id"], ()),
        )
        for row in read_rows("indicators.csv")
    }  # fmt: skip


def series_id(identity: str) -> str:
    """The id of the series that a statistic's figures belong to: that of the newest name, where nothing but the name changed.

    >>> series_id("gdp_national")
    'gdp'
    >>> series_id("rural_net_income")
    'rural_net_income'
    """
    for link in _relations().get(identity, ()):
        if link.renamed_only and link.relation == "successor":
            return series_id(link.id)
    return identity


@lru_cache(maxsize=1)
def _by_key() -> dict[str, str]:
    table: dict[str, str] = {}
    for identity, name in indicator_list().items():
        for form in (name.term, *indicator_forms(identity)):
            table.setdefault(_key(form), identity)
    return table


def _territory(key: str) -> str:
    """The territory that ``key`` starts with, or ""."""
    deictic = _TERRITORY.match(key)
    if deictic:
        return deictic[0]
    for size in range(min(12, len(key) - 2), 1, -1):
        head = key[:size]
        named = _UPPER_PLACE.fullmatch(head) or places.is_place(head)
        if named and not _NO_PLACE.search(head) and key[size:] in _by_key():
            return head
    return ""


def _strip_once(key: str) -> Iterator[tuple[str, str, str]]:
    """Ways to take one affix off an indicator's words: the rest, the affix, what it is."""
    growth = _GROWTH.search(key)
    if growth and growth.start():
        yield key[: growth.start()], growth[0], "growth word"
    for pattern, what in ((PRICES_BEHIND, "prices"), (VERB_BEHIND, "verb")):
        behind = pattern.search(key)
        if behind and behind.start():
            yield key[: behind.start()], behind[0], what
    for pattern, what in ((_TIME, "time word"), (VERB_BEFORE, "verb")):
        before = pattern.match(key)
        if before:
            yield key[before.end() :], before[0], what
    territory = _territory(key)
    if territory:
        yield key[len(territory) :], territory, "territory"
    size = _SIZE.search(key)
    if size and size.start():
        yield key[: size.start()], size[0], "word of size"


def _fits(identity: str, affix: str) -> bool:
    wanted = _SIZE_FAMILIES.get(affix)
    return wanted is None or indicator_list()[identity].family in wanted


def _look_up(key: str, depth: int = 3) -> tuple[str, tuple[str, ...]] | None:
    found = _by_key().get(key)
    if found:
        return found, ()
    if depth == 0:
        return None
    for rest, affix, what in _strip_once(key):
        deeper = _look_up(rest, depth - 1)
        if deeper and _fits(deeper[0], affix):
            return deeper[0], (f"{what} {affix} left off", *deeper[1])
    return None


def _readings(pieces: list[str]) -> Iterator[list[str]]:
    """Ways to fill up the pieces of a coordination: as they stand, with a shared end, with a shared beginning."""
    first, last = pieces[0], pieces[-1]
    yield pieces
    for cut in range(len(last) - 1, 0, -1):
        yield [piece + last[cut:] for piece in pieces[:-1]] + [last]
    for cut in range(len(first) - 1, 0, -1):
        yield [first] + [first[:cut] + piece for piece in pieces[1:]]


def _members(key: str) -> list[str]:
    """The full names in a coordination, or nothing: 一、二产增加值 gives 一产增加值 and 二产增加值."""
    pieces = [piece for piece in _JOINT.split(key) if piece]
    if len(pieces) < 2:
        return []
    fallback: list[str] = []
    for names in _readings(pieces):
        found = [_look_up(name) for name in names]
        if not all(found):
            continue
        # 粮食面积和产量 is not an output of nothing in particular: a reading that says what it is of goes first.
        if not any(hit and indicator_list()[hit[0]].kind == "bare" for hit in found):
            return names
        fallback = fallback or names
    return fallback


def _split_joint(key: str) -> list[str]:
    """Members of a coordination, with 城乡居民 read as 城镇居民 and 农村居民."""
    for joint in ("城乡居民人均可支配收入", "城乡居民收入", "城乡居民可支配收入"):
        if key.startswith(joint):
            rest = key.removeprefix("城乡")
            return [word + rest for word in _HALVES.values() if _look_up(word + rest)]
    growth = _GROWTH.search(key)
    return _members(key) or (_members(key[: growth.start()]) if growth else [])


def _anachronism(name: IndicatorName, year: int | None) -> tuple[str, ...]:
    if year is None:
        return ()
    notes = []
    for link in name.related:
        if link.year and link.relation == "successor" and year > link.year:
            notes.append(f"renamed or replaced in {link.year} by {link.id}; the report is of {year}")
        if link.year and link.relation == "predecessor" and year < link.year:
            notes.append(f"not in official use before {link.year}; the report is of {year}")
    return tuple(notes)


def _component(members: list[str], component: str) -> list[str]:
    """The one member that the component (城镇, 农村; 城, 乡) names, or all of them."""
    wanted = _key(component).removesuffix("居民")
    wanted = _HALVES.get(wanted, wanted)
    chosen = [name for name in members if wanted and name.startswith(wanted)]
    return chosen if len(chosen) == 1 else members


def canonical_indicator(surface: str, year: int | None = None, component: str = "") -> IndicatorName:
    """The statistic that an indicator's words name.

    Growth words (增速), territory and time in front, and a verb at either edge (完成…, …迈上) are left off and said in the
    evidence. Words that are not in the list pass through unchanged, with an empty id.

    Args:
        year: of the report; only adds a note to the evidence where a name was not in use then.
        component: which part of a coordination is meant, as in a record (城镇 of 城镇、农村居民人均可支配收入,
            乡 of 城乡居民收入).

    >>> canonical_indicator("全市规上工业增加值增速").id
    'above_scale_industrial_va'
    """
    key = _key(surface)
    found = _look_up(key)
    members: list[str] = []
    if not found:
        members = _component(_split_joint(key), component)
        if len(members) == 1:
            found = _look_up(members[0])
    if found:
        name = indicator_list()[found[0]]
        how = () if plain(surface) == plain(name.term) else (f"listed as a form of {name.term}",)
        if members:
            how = (f"component {component}", *how)
        evidence = (*found[1], *(how or ("the term itself",)), *_anachronism(name, year))
        return replace(name, surface=surface, evidence=evidence)
    parts = tuple(hit[0] for hit in map(_look_up, members) if hit)
    evidence = ("names several statistics",) if parts else ()
    families = {indicator_list()[part].family for part in parts}
    family = families.pop() if len(families) == 1 else ""
    return IndicatorName(surface, "", surface, "", family, "", evidence, (), parts)
