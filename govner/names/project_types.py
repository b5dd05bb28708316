"""What sort of project a name says it is, and how far the words around it say it has come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from govner.names.surface import read_rows

#: The types of projects and what each means.
TYPE_MEANINGS: Mapping[str, str] = {
    "construction": "Works on a town's pipes, wires, heating or buildings that no other type names.",
    "transport": "A road, railway, bridge, port, airport, waterway or station, or works on one.",
    "water": "A reservoir, canal, dyke or supply of clean water: what stores, moves or keeps back water.",
    "industrial_investment": "A plant, mine, power station, farm, hotel or shop: an investment that is to earn money.",
    "programme": "A policy of several measures over some time, called 行动, 计划, 战略 or 工程 in a figurative sense.",
    "campaign": "A drive against or for something in a short time: 专项整治, 攻坚战, 专项斗争, a census.",
    "party_education": "A round of study or rectification in the party: 主题教育, 学习教育.",
    "pilot": "A policy that is tried out in one place first: 试点.",
    "zone": "An area set apart for an activity: a zone, park, new town, base, belt or corridor.",
    "public_facility": "A building or ground for the public: a school, hospital, museum, park, square, car park, market.",
    "environment": "Sewage, waste, air, soil, rivers that are cleaned, woods that are planted, nature that is kept.",
    "housing": "Dwellings, and the renewal of old quarters.",
    "other": "The name does not say what it is.",
}
#: How far a project has come, by what the report says of it, and what each word means.
STATUS_MEANINGS: Mapping[str, str] = {
    "planned": "Announced, prepared or to be done: all that a plan for the year ahead says will be built or done.",
    "started": "Begun: construction has started or the programme has been launched, and no more is said.",
    "under_way": "Being built or carried out, or a part of it is done.",
    "completed": "Built, opened, finished or won.",
    "unknown": "Named without a word on how far it has come.",
}
TYPES = tuple(TYPE_MEANINGS)
STATUSES = tuple(STATUS_MEANINGS)

_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
#: What may follow the word that says what a thing is: 水库|除险加固工程, 产业园|二期, 豪丹路|升级改造及绿化、亮化工程.
_TAIL = re.compile(
    r"(?:等?(?:重大|重点|配套|附属|主体|建设|开工)?项目|工程|建设|改造|升级|更新|提升|提质|提标|整改|扩容|改?扩?建|改（扩）建|新建|迁建|"
    r"重建|翻建|续建|修缮|修复|维修|(?:除险)?加固|硬化|亮化|美化|[中大]修|拓宽|开发|主体|安全|(?:[及和与、](?:绿化|亮化|美化|硬化|排水))+|"
    r"第?[一二三四五六七八九十\d、]+期|[A-DＡ-Ｄ]区|[及和与、])$"
)


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    """Types and what a name of each looks like, by its head and by words anywhere; the first that matches counts."""
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {"head": [], "anywhere": []}
    for row in read_rows("project_types.csv"):
        pattern = f"(?:{row['pattern']})$" if row["where"] == "head" else row["pattern"]
        found[row["where"]].append((row["type"], re.compile(pattern)))
    return {where: tuple(rows) for where, rows in found.items()}


_CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("completed", re.compile(
        r"建成|竣工|投产|投用|投入(?:使用|运营|运行|生产)|通车|完工|全面完成|圆满完成|顺利完成|落成|交付|开馆|开园|开业|启用|达产|收官|"
        r"贯通|并网|建成使用|开通|通航|完成(?!.{0,3}投资|率)|获批|揭牌|圆满|验收|入住|搬迁完毕|取得(?:决定性|全面)?(?:胜利|成效)"
    )),
    ("under_way", re.compile(
        r"推进|加快建设|在建|建设中|进展|有序|正在|封顶|深化|深入|持续|抓好|抓实|落实|扎实|打好|打赢|推行|全面推开|巩固|拓展|常态化|"
        r"成效(?:明显|显著)|续建|进入.{0,4}(?:阶段|施工)|主体(?:完工|施工)|加快"
    )),
    # What is looked after or made use of stands, in whatever part of the report.
    ("in_use", re.compile(r"维护|管护|运维|运行管理|充分利用")),
    ("spent", re.compile(r"完成.{0,3}投资|投资完成")),
    ("begun", re.compile(r"实施|开展|组织|打造|建设(?!中)|改造|新建")),
    ("started", re.compile(r"开工|启动|奠基|动工|破土|落地|进场|施工|上马|部署")),
    ("planned", re.compile(
        r"谋划|规划|前期|争取|力争|拟|筹建|筹备|签约|立项|可研|论证|包装|储备|申报|招标|达成|洽谈|列入|纳入|确保|力促|计划(?:投资|开工|建设)"
    )),
)  # fmt: skip
#: Cues that, in a part that looks ahead, say what is to be done and not what has been done.
_TO_BE_DONE = frozenset({"completed", "started", "begun", "spent"})
#: What other cues than the statuses themselves mean.
_MEANS = {"begun": "under_way", "spent": "under_way", "in_use": "completed"}
#: Said behind the name, it says that nothing has begun, whatever is said before: 推进…等新建项目，确保如期开工.
_YET_TO_BEGIN = re.compile(r"(?:确保|力争|争取|力促|年内|早日)[^，。；]{0,6}(?:开工|动工|启动)")

_PROMISE = re.compile(r"确保|力争|争取|力促|年底前")


@dataclass(frozen=True, slots=True)
class Status:
    """How far a project has come by the words of its clause: one of :data:`STATUSES`, and the words that say so."""

    status: str
    evidence: str


def project_type(name: str) -> str:
    """One of :data:`TYPES`, by the words of the name: by its head (保税区 of 空港综合保税区), else by words anywhere in it.

    >>> project_type("城区供热管网改造工程")
    'construction'
    """
    words = _BRACKETS.sub("", name) or name
    stages = [words]
    while (shorter := _TAIL.sub("", stages[-1])) != stages[-1] and len(shorter) > 1:
        stages.append(shorter)
    by_head = next((kind for stage in stages if (kind := _first("head", stage))), "")
    return by_head or _first("anywhere", words) or "other"


def _first(where: str, words: str) -> str:
    return next((kind for kind, pattern in _patterns()[where] if pattern.search(words)), "")


def yet_to_begin(after: str) -> str:
    """The words behind a project's name that say that it has not begun, or ""."""
    found = _YET_TO_BEGIN.search(after)
    return found[0] if found else ""


def project_status(before: str, after: str, *, ahead: bool) -> Status:
    """The status that the words say: those after the name in its clause first, then those before it.

    Args:
        before: the clause up to the name.
        after: the rest of the clause.
        ahead: whether the clause stands in a part of the report that plans.
    """
    sides = ((after, "after", False), (before, "before", True))
    # A plain word of doing (建设, 实施) says less than any other cue on either side: 谋划…建设 is planned.
    for strong in (True, False):
        for words, where, last in sides:
            hits = [
                (-m.end() if last else m.start(), status, m[0])
                for status, pattern in _CUES
                if (status != "begun") is strong
                for m in pattern.finditer(words)
            ]
            if not hits:
                continue
            _, status, cue = min(hits, key=lambda hit: hit[0])
            if status in _TO_BE_DONE and (ahead or _PROMISE.search(words)):
                return Status("planned", f"{cue} {where} it, still to come")
            return Status(_MEANS.get(status, status), f"{cue} {where} it")
    return Status("unknown", "no word of progress in the clause")
