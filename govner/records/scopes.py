"""The territory that a sentence says its figures are of, in its own words."""

from __future__ import annotations

import re

_TERRITORY = (
    r"(?:全|我|本)(?:[省市县区镇乡旗州盟]|自治区|自治县|街道)|(?:主|中心|老)?城区|市区|县城|镇区|辖区"
)
#: A territory that a clause opens with, right before the mention or before a verb that delivers it.
_OPENS = re.compile(
    rf"(?:^|[，,。；;:、）)\n]|\d年|时期|初步核算|预计|其中|间|来|底|末|"
    rf"使)\s*(?P<where>{_TERRITORY})(?:预计|累计|共|用于|实现|完成|投入|达到|争取|的|地方|城乡)*$"
)
#: A territory that a sentence opens with.
_OPENED = re.compile(
    r"\s*(?:[^，,、。]{1,8}[，,])?\s*(?P<where>(?:全|我)[省市县区镇乡旗州盟])(?!平均|前|第|各|上下|人民|"
    r"面|力|部)"
)
_HARVEST = re.compile(r"总?产量?|总产")
#: The sector or place that a bare noun (产值, 投资) is of: 服装业完成【产值】.
_SUBJECT = re.compile(
    r"(?:^|[，,。；;:\n])(?:\d{4}年|全年|去年|今年|其中)*[，,]?(?P<who>[^，。；,:\d“”]{2,22}?)(?:实现|"
    r"完成)$"
)
_BARE = re.compile(
    r"^(?:年?产值|增加值|投资|年度投资|利税|税收|销售收入|年销售收入|交易额|年交易额|产量|总产量?)$"
)
_VERBAL = re.compile(
    r"年[度内]|计划|[了过将要力争]|推进|加快|积极|全面|持续|重点|累计|全年|建设$|预计|确保|争取"
)


def scope(before: str, name: str, territory: str = "") -> str:
    """The territory, or for a bare noun the sector, that a mention's figures are of, in the sentence's words.

    Args:
        before: the sentence up to the mention.
        name: the mention.
        territory: what an earlier mention of the sentence was restricted to; it goes on until another is named.
    """
    if (near := _OPENS.search(before)) is not None:
        return near["where"]
    if _HARVEST.fullmatch(name) and "粮食" in before:
        return "粮食"
    if _BARE.match(name) and (who := _SUBJECT.search(before)) is not None and not _VERBAL.search(who["who"]):
        return who["who"]
    if not territory and (opened := _OPENED.match(before)) is not None:
        return opened["where"]
    return territory
