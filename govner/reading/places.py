"""Places: names to division codes that were valid in a given year.

GB/T 2260 codes for county and above with their history, and the statistics bureau's nine-digit codes for
towns; the sources and what they leave out are in ``data/SOURCES.md``.
"""

from __future__ import annotations

import csv
import io
import lzma
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from govner.reading.roles import Level

GB2260 = "GB/T 2260"
NBS = "NBS statistical division codes 2023"
NATION_NAME = "全国"

_SUFFIXES = (
    "特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "自治县", "自治旗", "地区",
    "林区", "新区", "矿区", "省", "市", "县", "区", "盟", "旗",
)  # fmt: skip
#: Short names that are everyday words; counting their mentions says nothing about a place.
_COMMON_WORDS = frozenset(
    (  # noqa: SIM905
        "和平 新华 长安 朝阳 东方 向阳 中山 城关 开发 城区 郊区 市中 文化 友谊 红旗 团结 "
        "解放 光明 建设 振兴 前进 新城 合作 青年 高新 桥东 桥西 中原 山阳 大同 永安 平安 "
        "安宁 胜利 工农 东风 四方 西湖 河东 河西 江北 江南 中心 田园 雨花 共和 互助 开放 "
        "正定 南部 东部 西部 大通 通道 绿园 新民 新建 集美 平和 大方 公安 资源 龙头 兴国 "
        "富民 信息 金融 政和 和政 新河 新安 灯塔 海港 路南 路北 宜居 乐业 凤凰 宝山 华容 "
        "万全 "
    ).split()
)


#: Names that contain a division's name and are none.
_NOT_DIVISIONS = (
    "雄安新区",
    "高新区",
    "新区",
    "城区",
    "开发区",
    "示范区",
    "河北区域",
    "和县委",
    "和县政",
    "和县人",
    "自治区",
)


@dataclass(frozen=True, slots=True)
class Division:
    """A division under one name and one code, with the years in which they were valid (``last`` is None:
    still).

    ``code`` has six digits for county and above, nine below.
    """

    code: str
    name: str
    level: Level
    first: int
    last: int | None
    system: str = GB2260

    def valid(self, year: int | None) -> bool:
        """Whether code and name went together in ``year``; for an unknown year, whether they still do."""
        if year is None:
            return self.last is None
        return self.first <= year and (self.last is None or year <= self.last)


def _rows(name: str) -> list[dict[str, str]]:
    data = lzma.decompress((files("govner.reading") / "data" / name).read_bytes())
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


@lru_cache(maxsize=1)
def _divisions() -> Mapping[str, tuple[Division, ...]]:
    table: dict[str, list[Division]] = defaultdict(list)
    for row in _rows("divisions.csv.xz"):
        last = int(row["last_year"]) if row["last_year"] else None
        division = Division(row["code"], row["name"], Level(row["level"]), int(row["first_year"]), last)
        table[row["name"]].append(division)
    return {name: tuple(found) for name, found in table.items()}


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, tuple[Division, ...]]:
    table: dict[str, list[Division]] = defaultdict(list)
    for found in _divisions().values():
        for division in found:
            table[division.code].append(division)
    return {code: tuple(found) for code, found in table.items()}


@lru_cache(maxsize=1)
def _towns() -> Mapping[str, tuple[Division, ...]]:
    table: dict[str, list[Division]] = defaultdict(list)
    for row in _rows("towns.csv.xz"):
        division = Division(row["code"], row["name"], town_level(row["name"]), 2023, None, NBS)
        table[row["name"]].append(division)
        if row["name"].endswith("街道办事处"):
            table[row["name"].removesuffix("办事处")].append(division)
    return {name: tuple(found) for name, found in table.items()}


def town_level(name: str) -> Level:
    """Town, township or street, by the name's ending."""
    if name.endswith(("街道", "街道办事处")):
        return Level.STREET
    return Level.TOWN if name.endswith("镇") else Level.TOWNSHIP


def short_name(name: str) -> str:
    """A division's name without its class: 徐水 for 徐水区, 易县 for 易县 (one character does not stand
    alone)."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


@lru_cache(maxsize=1)
def _short_names() -> Mapping[str, frozenset[str]]:
    """Short and full names to full names; everyday words stand only for themselves in full."""
    table: dict[str, set[str]] = defaultdict(set)
    for name in _divisions():
        table[name].add(name)
        short = short_name(name)
        if short not in _COMMON_WORDS and len(short) >= 2:
            table[short].add(name)
    return {short: frozenset(names) for short, names in table.items()}


def mentions(text: str) -> Counter[str]:
    """How often each division of county level and above is named in ``text``, in full or short, by full name.

    A mention that could be several divisions (清苑 for 清苑县 and 清苑区) counts for each.
    """
    names = _short_names()
    longest = max(map(len, names))
    counts: Counter[str] = Counter()
    at = 0
    while at < len(text):
        skipped = next((word for word in _NOT_DIVISIONS if text.startswith(word, at)), "")
        if skipped:
            at += len(skipped)
            continue
        for size in range(min(longest, len(text) - at), 1, -1):
            found = names.get(text[at : at + size])
            if found:
                counts.update(found)
                at += size - 1
                break
        at += 1
    return counts


def parents(division: Division, year: int | None = None) -> tuple[Division, ...]:
    """The divisions above, outermost first, under the names they bore in ``year``."""
    codes = [division.code[:2] + "0000"]
    if division.level not in (Level.PROVINCE, Level.CITY):
        codes.append(division.code[:4] + "00")
    if len(division.code) == 9:
        codes.append(division.code[:6])
    above = []
    for code in dict.fromkeys(codes):  # a city without counties is above its towns once
        found = _by_code().get(code, ())
        best = _nearest(found, year)
        if best and best.code != division.code:
            above.append(best)
    return tuple(above)


def _nearest(found: Iterable[Division], year: int | None) -> Division | None:
    def distance(division: Division) -> tuple[int, int]:
        if division.valid(year):
            return 0, -division.first
        wanted = 9999 if year is None else year
        gap = division.first - wanted if wanted < division.first else wanted - (division.last or wanted)
        return gap, -division.first

    return min(found, key=distance, default=None)


def _stands_over(prefix: str, division: Division, year: int | None) -> bool:
    """Whether ``prefix`` is made of names of the divisions above (高 before 唐县 is not)."""
    for above in parents(division, year):
        prefix = prefix.replace(above.name, "").replace(short_name(above.name), "")
    return prefix in ("", "中国", "在", "于", "省", "市")


def _fits(division: Division, year: int | None, context: Mapping[str, int]) -> float:
    return sum(context.get(above.name, 0) for above in parents(division, year))


def resolve(
    name: str, year: int | None = None, context: Mapping[str, int] | None = None, *, slack: int = 1
) -> Division | None:
    """The division that ``name`` (in full, possibly with the divisions above in front) meant in ``year``.

    Namesakes are told apart by how often the divisions above them are named in the ``context`` (see
    :func:`mentions`); a tie gives None. ``slack`` is by how many years a name may outlive its change, since
    reports are given before the year's changes.
    """
    context = dict(context or {})
    candidates: list[Division] = []
    for cut in range(len(name) - 1):
        tail = name[cut:]
        candidates = [*_divisions().get(tail, ()), *_towns().get(tail, ())]
        candidates = [d for d in candidates if not cut or _stands_over(name[:cut], d, year)]
        if candidates:
            for upper in mentions(name[:cut]):
                context[upper] = context.get(upper, 0) + 1000
            break
    near = [d for d in candidates if any(d.valid(y) for y in _years(year, slack))]
    exact = [d for d in candidates if d.valid(year)] or near
    if len(candidates) and candidates[0].system == NBS:
        exact = candidates
    if len(exact) <= 1:
        return (
            exact[0]
            if exact
            else _nearest(candidates, year)
            if len({d.name for d in candidates}) == 1
            else None
        )
    ranked = sorted(exact, key=lambda d: _fits(d, year, context), reverse=True)
    best, second = (_fits(d, year, context) for d in ranked[:2])
    return ranked[0] if best > second else None


def _years(year: int | None, slack: int) -> Iterable[int | None]:
    return (None,) if year is None else range(year - slack, year + slack + 1)


def path(division: Division, year: int | None = None) -> str:
    """The full name with the divisions above: 河北省保定市徐水区."""
    return "".join(d.name for d in parents(division, year)) + division.name


def is_place(name: str) -> bool:
    """Whether a word is a division's name, in full or short, in whatever year, possibly with those above in
    front."""
    return name in _short_names() or name in _towns() or resolve(name) is not None


def same_place(one: str, other: str) -> bool:
    """Whether two names can be one place: 清苑 and 清苑区, 宁夏 and 宁夏回族自治区, 保定市徐水区 and 徐水县.

    唐县 and 高唐县 are two.
    """
    longer, shorter = sorted((one, other), key=len, reverse=True)
    if short_name(longer) == short_name(shorter):
        return True
    above, below = longer[: -len(shorter)], longer[-len(shorter) :]
    if below == shorter and above and (above in _short_names() or resolve(above) is not None):
        return True
    division = resolve(longer)
    return division is not None and short_name(division.name) == short_name(shorter)
