"""What kind of thing a figure says of its indicator: level, change, share, rank or count; which way; against what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from govner.quantities.numerals import listed
from govner.quantities.schema import Quantity
from govner.quantities.words import DOWN, UP, direction_of, governing
from govner.records.clauses import Sentence
from govner.records.linking import Link

_SHARE = re.compile(r"(?:占比?|相当于)[^，。；,]{0,40}$")
_OF_TASK = re.compile(r"((?:超额)?完成[^，。；,\d]{0,16}(?:任务|目标|计划))[^，。；,\d]{0,3}的$")
#: An indicator whose name is a rate of change: its percentage is a change, upward unless words say otherwise.
_RATE_OF_CHANGE = re.compile(r"(?:增[幅速长]|涨幅|增长率|增长速度)$")
_RATE_OF_FALL = re.compile(r"(?:降幅|减幅|下降率|降低率)$")
_GAIN = re.compile(r"(?:增收|增量)$")
#: Names whose bare numbers count people (参保人数8.6万).
_PEOPLE = re.compile(r"(?:人数|人口|人员|会员|用户|职工|居民|学生|党员|游客)$")
_OF_TWO = re.compile(r"[:：∶]")
#: A share of an earlier year's value: 恢复到2019年的96%.
_RESTORED = re.compile(r"(?:恢复到|相当于|[是为])[^，。；]{0,4}\d{4}年[^，。；]{0,6}的$")
_RATE_KEPT = re.compile(r"增[速幅](?:保持|稳定|达|为|继续)[^，。；,]{0,6}$")
_NOT_CHANGE = re.compile(r"自然增长率$")
#: 每千人拥有床位 4.2张 is a rate; 新增就业每年超过3万人 is a number of people.
_PER = re.compile(r"每(?![年月天日周])")
_PRODUCED = re.compile(r"产量$")
_ADDED = re.compile(r"(?:新增|净增|增)(?:了|约|近)?$")
#: Counted things are counts; marks, ages, days and other sizes of one thing are levels.
SIZES = frozenset(
    listed(
        """
        分 岁 ℃ 摄氏度 分贝 千伏 千伏安 微克 毫克 标箱 标准箱 TEU
        """
    )
)

#: Verbs of change that can stand in front of what they change; one character is too little.
_NOT_LEADING = frozenset(
    listed(
        """
        加快 领先 晋升 跃居 净流入 节约 精简 拓展 延长 超出 高出 增速 增幅 涨幅 升幅 降幅 减幅 同比增
        """
    )
)
LEADING = "|".join(
    sorted((w for w in (*UP, *DOWN) if len(w) > 1 and w not in _NOT_LEADING), key=len, reverse=True)
)
_TIME = r"上年|去年|上一年|前年|同期|年初|上月|上季|\d{4}年|“[^”]{2,4}”|[初末]|年前|上届|上个"
_COMPARED = re.compile(
    r"(?<!同)(?<!环)(?<!占)(?:(?:高于|低于|快于|慢于|高出|多于|少于)[^，。；,\d]+?|(?:比|"
    r"较)[^，。；,\d]+?(?:高|低|快|慢|多|少)出?了?)$"
)
_YOY = re.compile(r"同比|[比较](?:上年|去年|上一年)|上年同期|去年同期|较同期|同上年比")
_AVERAGE = re.compile(r"年均|平均每年|年平均")
_COMPARABLE = re.compile(r"可比|实际增长|不变价|扣除价格")
_SINCE = re.compile(
    r"(?:比|较|是|为|相当于|恢复到|自|从|(?:与|同|和)(?=[^，。；,]{0,12}相比))[^，。；,\d]{0,4}(?:(?P<year>\d{4})年|"
    r"(?P<plan>“[^”]{2,4}”(?:时期(?!末))?)(?:初|末|时?期?末)?|(?P<ago>[一二三四五六七八九十\d]+年前)|年初|上届|"
    r"上个?五年)"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """How a value is to be read."""

    kind: str
    direction: str
    basis: str
    benchmark: str
    since: str = ""
    assigned: bool = False


def unit_of(quantity: Quantity, name: str) -> str:
    """The unit of a value; a bare number of people has none written."""
    return "人" if not quantity.unit and _PEOPLE.search(name) else quantity.unit


def fact(link: Link, sentence: Sentence) -> Fact:
    """Kind, direction, basis and benchmark of a linked figure."""
    quantity = link.figure.quantity
    name = link.target.mention.text
    clause = sentence.between(max(sentence.start, link.head - len(link.gap)), link.head) if link.gap else ""
    before = sentence.between(sentence.start, link.head)
    change, result = governing(before) if link.gap or link.target.mention.end <= link.head else ("", False)
    if (task := _OF_TASK.search(clause)) is not None:
        return Fact("share", "", "", task[1], assigned=True)
    if (
        not change
        and re.fullmatch(r"(?:分别|各|均|都)?为?[约近]?", link.gap)
        and link.target.mention.end <= link.head
    ):
        change = _lead(sentence, link)
    within = sentence.between(max(sentence.clause_start(link.head), link.target.mention.end), link.head)
    kind, direction = _kind(quantity, name, clause, change, result)
    if kind != "share" and quantity.family == "percent" and re.match(r"占[^，。；,]*[由从]", within):
        kind, direction = "share", ""
    if quantity.part == "from":
        return Fact(kind if kind in ("share", "rank") else _size(quantity), _sign(quantity), "from", "")
    if kind != "change":
        return Fact(kind, _sign(quantity), "", "")
    compared = _COMPARED.search(clause)
    benchmark = compared[0] if compared and not re.search(_TIME, compared[0]) else ""
    basis, since = _basis(clause, name, quantity)
    return Fact("change", _sign(quantity) or direction, basis, benchmark, since)


def _sign(quantity: Quantity) -> str:
    """The direction that a minus sign gives a value of any kind: a level of -3亿元 is 3亿元 and down."""
    return "down" if quantity.negative else ""


def _lead(sentence: Sentence, link: Link) -> str:
    """The change that a verb in front of the mention says: 压缩会议费10%."""
    start = sentence.clause_start(link.target.mention.start)
    lead = sentence.between(start, link.target.mention.start)
    listed = re.match(rf"(?P<word>{LEADING})[^，。；]*、$", lead) or re.search(rf"(?P<word>{LEADING})$", lead)
    return direction_of(listed["word"]) if listed else ""


def _kind(quantity: Quantity, name: str, clause: str, change: str, result: bool) -> tuple[str, str]:
    """Kind, and the direction of a change."""
    if quantity.family == "rank":
        return ("rank", "") if quantity.text.startswith(("第", "前")) or not change else ("change", change)
    if (
        quantity.family in ("percent", "permille")
        and not _RESTORED.search(clause)
        and (_SHARE.search(clause) or clause.startswith("的"))
    ):
        return "share", ""
    if quantity.family == "percent" and not _NOT_CHANGE.search(name):
        if _RATE_OF_CHANGE.search(name):
            return "change", change if change and not result and change != "flat" else "up"
        if _RATE_OF_FALL.search(name):
            return "change", "down"
    if quantity.family == "points" or (quantity.unit == "倍" and not _OF_TWO.search(quantity.text)):
        return "change", change or "up"
    if quantity.direction == "flat" and quantity.text == "零":
        return "change", "flat"
    if quantity.family == "percent" and _RESTORED.search(clause):
        return "change", "up" if quantity.value >= 100 else "down"
    if change == "flat":
        result = True
    if quantity.negative and change:
        return "change", ""
    if change and not result:
        return "change", change
    if quantity.family == "percent" and _RATE_KEPT.search(clause):
        return "change", "up"
    if _ADDED.search(clause) and clause not in ("", "增"):
        return "change", "up"
    if _GAIN.search(name) and not result:
        return "change", "up"
    if quantity.unit == "" and _PEOPLE.search(name):
        return "count", ""
    yearly = _PRODUCED.search(name) or _PER.search(clause) or name.startswith("每")
    return ("level" if yearly else _size(quantity)), ""


def _size(quantity: Quantity) -> str:
    counted = quantity.family in ("people", "households", "count") and quantity.unit not in SIZES
    return "count" if counted else "level"


def _basis(clause: str, name: str, quantity: Quantity) -> tuple[str, str]:
    """What a change is measured against, and the words that name an earlier time."""
    if _AVERAGE.search(clause) or re.search(r"年均(?:增|降|减|提|涨)", name):
        return "average_annual", ""
    if (since := _SINCE.search(clause)) is not None:
        return "since", since["year"] or since["plan"] or since["ago"] or ""
    if _YOY.search(clause):
        return "yoy", ""
    if _COMPARABLE.search(clause):
        return "comparable_prices", ""
    return "", ""
