"""Whether a value adds up what happened over years (a flow: 投入12亿元, 新建公路30公里) or says how things stand.

It matters where a report looks over several years: a flow is the total of all of them, a stock, a rate or a yearly statistic
is of the last one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from govner.records.clauses import Figure, Mention, Sentence
from govner.records.facts import SIZES
from govner.records.objects import VERBS, Measured
from govner.records.periods import NO_YEAR_NAME

#: Names of things that come into being: their values add up.
_NAME = re.compile(
    r"^(?:总?投资$|新增|城镇新增|新办|新登记|新建|净增|再就业)|新增|累计|"
    + NO_YEAR_NAME
    + r"五年|转移(?:总量|就业|人数)?$|(?:减税|降费|减负)"
)
#: Names of states, rates and sizes: they never add up.
_STOCK = re.compile(
    r"人均|户均|亩均|平均|余额|生产总值|总数|率$|比重|占比|标准$|价格?$|指数$|浓度|能力$|产能|存栏|在校|从业人员|"
    r"人口$|参保|^年|面积$|里程$|水平$"
)
_STOCK_BUT = re.compile(r"新增|净增|造林")
#: Statistics of a year: 完成 or 实现 in front of them says nothing of a total.
_YEARLY = re.compile(
    r"生产总值|增加值|零售总?额|总产值|^产值|财政(?:总)?收入|预算收入|GDP|销售收入|主营业务收入"
)
#: Statistics that reports give of a year too, but also as part of a total (累计接待游客80万人次，实现旅游收入3亿元).
_OFTEN_YEARLY = re.compile(r"产量|产值|(?<!出让)收入|[用发]电量|综合效益")
_NOT_DOING = frozenset(
    {"稳定", "覆盖", "保障", "普及", "优化", "提升", "改善", "推动", "带动", "增加", "减少", "升级"}
)
_DOING = "|".join(
    sorted({v for v in VERBS if v not in _NOT_DOING} | {"到位", "带来", "撬动", "获得", "获取", "偿还", "申请",
                                                      "节省", "让利", "收回", "补缴", "缴纳", "归集"}, key=len, reverse=True)
)  # fmt: skip
_VERB = re.compile(rf"(?P<verb>{_DOING})(?![性率额费])[^，。；,\d]{{0,10}}$")
#: Words of a total, right before a value or in the clause of its name.
_TOTAL = re.compile(
    rf"(?:累计|{NO_YEAR_NAME}(?<!连续)[五四三两六]年|共(?!有|享|同)|总计|合计|总量)[^，。；,]*$"
)
_TOTAL_LEAD = re.compile(
    r"(?:累计|总计|合计|"
    + NO_YEAR_NAME
    + r"五年)[^，。；,]{0,6}$|"
    + NO_YEAR_NAME
    + r"[两三四六]年$|累计(?:[^。；]*其中|[^，。；,]*$)"
)
#: Words that make a value the level reached.
_REACHED = re.compile(
    r"(?:(?<![下发送表传])达到?|突破|增至|升至|降至|提高到|提升到|增加到|增长到|发展到|扩大到|扩展到|上升到|下降到|减少到|压减至|"
    r"稳定在|保持在?|控制在|维持在|迈上|跨越|站上|位居|均?为|(?:增加|提高|扩大|发展|提升)至)[^，。；,、]{0,4}$"
)
#: Words of a value that stays, and so is none of a total, even of a name that adds up.
_KEPT = re.compile(r"(?:稳定|保持|控制|维持)在?[^，。；,、]{0,4}$")
_STANDING = re.compile(r"拥有|现有|共有|已有|保有|在册|存量|在谈|在建|常年|覆盖|涉及|辐射|分布")
#: 有 as the verb of a clause, and not in words such as 有机肥, 国有, 没有.
_HAVING = re.compile(
    r"(?:^|[省市县区镇乡村旗州域内中下校园院建设辖仅尚还])有(?![效力序机关色望利偿限线轨害毒条组])[^，。；,、]{0,12}$"
)
_VERB_IN_NAME = re.compile(rf"(?:{_DOING})(?![性率额费])|[获达入]")
#: The end of an item of a list, behind a figure or what it counts.
_ENDS = re.compile(r"(?:左右|以[上下内]|[多余])*(?:$|[，,、；;。（(和及与])")
_NEXT_HELD = re.compile(
    rf"(?:左右|以[上下内]|[多余])*[、，,和及与]+(?!{_DOING}|[新改扩]|共)[^，。；,、]{{1,12}}"
)
_YEARLY_COMPARED = re.compile(
    r"[，,、（(]?(?:同比|(?:比|较|是)(?:上年|去年|\d{4}年|“[^”]{2,4}”末|[^，。；,\d]{0,4}年前))"
)
_TOTALS_COMPARED = re.compile(
    r"[，,、（(]?(?:是|为|比|较)[^，。；,\d]{0,4}(?:“[^”]{2,4}”时?期|上个?五年|上届)(?!末)"
)
_EACH = re.compile(r"每[年月天日季周人户]|人均|户均|平均")
#: Between the items of one list: a mark, and words of place.
_NEXT = re.compile(
    r"(?:左右|以[上下内]|多|余)?[、，,和及与]+(?:[全我本][省市县区镇乡]|其中)?[，,]?(?:创|获|实现|完成)?"
)
_BARE = re.compile(r"(?:近|约|超过?|完成|实现|各|共|分别|了)*")
_SHARES = frozenset({"percent", "permille", "points", "rank", "ratio"})


@dataclass(frozen=True, slots=True)
class Valued:
    """A value and the words that tell a flow from a stock.

    Attributes:
        name: the indicator, or what is counted.
        counted: nothing marked is measured, or a project: things were done or counted.
        first: the first value of its name.
        lead: the sentence up to the name, or for counted things the clause up to the value.
        joint: the words between the value before and the name (for counted things, the value); empty where there is none.
        between: the words from the name, or from its value before, to the value.
        after: the words behind the value.
        carried: the value before, in the same sentence, is a flow.
    """

    name: str
    counted: bool
    first: bool
    lead: str
    joint: str
    between: str
    after: str
    family: str
    unit: str
    carried: bool


def flows(
    sentence: Sentence, linked: Mapping[int, Mention], counted: Mapping[int, Measured]
) -> dict[int, bool]:
    """Which figures of a sentence are flows, by their index.

    Args:
        linked: the indicator of each figure that has one.
        counted: what each other figure measures.
    """
    found: dict[int, bool] = {}
    last: Figure | None = None
    held = False
    for figure in sentence.figures:
        mention, what = linked.get(figure.index), counted.get(figure.index)
        end = last.end if last else sentence.start
        carried = last is not None and found.get(last.index, False)
        if mention is not None:
            held = False
            found[figure.index] = is_flow(_of_indicator(sentence, figure, mention, end, carried))
        elif what is not None:
            value = _of_other(sentence, figure, what, end, carried)
            held = _is_held(value) or (held and _NEXT_HELD.fullmatch(value.joint) is not None)
            found[figure.index] = not held and is_flow(value)
        last = figure
    return found


def _of_indicator(sentence: Sentence, figure: Figure, mention: Mention, end: int, carried: bool) -> Valued:
    first = end <= mention.start
    quantity = figure.quantity
    return Valued(
        name=mention.text,
        counted=False,
        first=first,
        lead=sentence.between(sentence.start, min(mention.start, figure.start)),
        joint=sentence.between(end, mention.start) if first and end > sentence.start else "",
        between=sentence.between(max(end, mention.end), figure.start),
        after=sentence.between(figure.end, sentence.end),
        family=quantity.family,
        unit=quantity.unit,
        carried=carried,
    )


def _of_other(sentence: Sentence, figure: Figure, what: Measured, end: int, carried: bool) -> Valued:
    start = max(sentence.clause_start(figure.start), end)
    lead = sentence.between(start, figure.start)
    quantity = figure.quantity
    return Valued(
        name=what.object,
        counted=True,
        first=True,
        lead=lead,
        joint=sentence.between(end, figure.start) if end > sentence.start else "",
        between="",
        after=sentence.between(figure.end, sentence.end),
        family=quantity.family,
        unit=quantity.unit,
        carried=carried,
    )


def is_flow(value: Valued) -> bool:
    """Whether a value, in a stretch about several years, is the total of all of them."""
    if value.counted:
        return _of_counted(value)
    if value.first and value.family in _SHARES:
        return False
    if value.after.startswith("发生"):
        return True  # 零发生: none in all the years
    if _STOCK.search(value.name) and not _STOCK_BUT.search(value.name):
        return False
    if _TOTAL.search(value.between) or _TOTAL_LEAD.search(value.lead):
        return True
    if not value.first:
        return value.carried and not _REACHED.search(value.between)
    if _KEPT.search(value.between):
        return False
    if _NAME.search(value.name) or _TOTALS_COMPARED.match(value.after):
        return True
    if _REACHED.search(value.between) or _YEARLY_COMPARED.match(value.after):
        return False
    verb = _VERB.search(value.lead)
    if verb is not None:
        return verb["verb"] not in ("完成", "实现") or not _is_yearly(value)
    listed = _NEXT.fullmatch(value.joint) is not None and _BARE.fullmatch(value.between) is not None
    return listed and value.carried


def _is_yearly(value: Valued) -> bool:
    """Whether 完成 or 实现 before a name says how much it was in a year."""
    if _YEARLY.search(value.name):
        return True
    return _OFTEN_YEARLY.search(value.name) is not None and not (value.carried and "累计" in value.lead)


def _is_held(value: Valued) -> bool:
    """Whether a place or a body is said to have so many of what is counted (全县有卫生院5所).

    有12家企业上市 says what they did, so that nothing may follow what is counted.
    """
    if _HAVING.search(value.lead) is None or _VERB_IN_NAME.search(value.name):
        return False
    return _ENDS.match(value.after.removeprefix(value.name)) is not None


def _of_counted(value: Valued) -> bool:
    """Things done add up; what is there, has grown to a size or is so much a year does not."""
    if value.family in _SHARES or value.unit in SIZES or value.unit == "度":
        return False
    if _EACH.search(value.lead):
        return False
    if re.search(r"累计|总计|合计", value.lead):
        return True
    return not (_REACHED.search(value.lead) or _STANDING.search(value.lead) or _STANDING.match(value.name))
