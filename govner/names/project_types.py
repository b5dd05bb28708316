"""What sort of project a name says it is, and how far the words around it say it has come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from govner.names.surface import read_rows

TYPES = (
    "construction", "transport", "water", "industrial_investment", "programme", "campaign", "party_education", "pilot",
    "zone", "public_facility", "environment", "housing", "other",
)  # fmt: skip
STATUSES = ("planned", "started", "under_way", "completed", "unknown")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Types and what a name of each looks like; the first that matches gives the type."""
    return tuple((row["type"], re.compile(row["pattern"])) for row in read_rows("project_types.csv"))


#: An engineering work rather than a programme that is called 工程.
_WORKS = re.compile(
    r"(?:改造|扩建|新建|迁建|管网|管廊|输变电|变电站|供热|供暖|燃气|热源|亮化|重建|主体工程|翻建|罩面|拓宽|基础设施|电网|雪亮|修复|加固|路灯)"
)
_CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("completed", re.compile(
        r"建成|竣工|投产|投用|投入(?:使用|运营|运行|生产)|通车|完工|全面完成|圆满完成|顺利完成|落成|交付|开馆|开园|开业|启用|达产|收官|"
        r"贯通|并网|建成使用|开通|通航|完成(?!投资|率)|获批|揭牌|圆满|验收|入住|搬迁完毕|取得(?:决定性|全面)?(?:胜利|成效)"
    )),
    ("under_way", re.compile(
        r"推进|加快建设|在建|建设中|进展|有序|正在|封顶|深化|深入|持续|抓好|抓实|落实|扎实|打好|打赢|推行|全面推开|巩固|拓展|常态化|"
        r"续建|进入.{0,4}(?:阶段|施工)|主体(?:完工|施工)|加快"
    )),
    ("begun", re.compile(r"实施|开展|组织|打造|建设(?!中)|改造|新建")),
    ("started", re.compile(r"开工|启动|奠基|动工|破土|落地|进场|施工|上马|部署")),
    ("planned", re.compile(
        r"谋划|规划|前期|争取|力争|拟|筹建|筹备|签约|立项|可研|论证|包装|储备|申报|招标|达成|洽谈|列入|纳入|确保|力促|计划(?:投资|开工|建设)"
    )),
)  # fmt: skip
#: Cues that, in a part that looks ahead, say what is to be done and not what has been done.
_TO_BE_DONE = frozenset({"completed", "started", "begun"})

_PROMISE = re.compile(r"确保|力争|争取|力促|年底前")


@dataclass(frozen=True, slots=True)
class Status:
    """How far a project has come by the words of its clause: one of :data:`STATUSES`, and the words that say so."""

    status: str
    evidence: str


def project_type(name: str) -> str:
    """One of :data:`TYPES`, by the words of the name.

    >>> project_type("城区供热管网改造工程")
    'construction'
    """
    kind = next((kind for kind, pattern in _patterns() if pattern.search(name)), "other")
    return "construction" if kind == "programme" and _WORKS.search(name) else kind


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
            return Status(status if strong else "under_way", f"{cue} {where} it")
    return Status("unknown", "no word of progress in the clause")
