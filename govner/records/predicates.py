"""Whether the words between an indicator's last value and a figure go on about the same indicator.

A continuing clause starts with a predicate (``，增长9%``, ``，居全省第3位``, ``，占…的60%``); a clause of something
else starts with a noun or with a verb and its own object (``，新建学校5所``, ``、星级饭店6家``).
"""

from __future__ import annotations

import re

from govner.quantities.words import DOWN, UP

_SIGNS = r"^(?:左右|以[上下内]|上下|余|多|的|台阶|大关|关口)?[ ，,、（）():和以及并且而但同时其则“”]*"
_ADVERBS = re.compile(
    r"^(?:连续(?:\d+|[一二三四五六七八九十]+)(?:个?年|个?月|个?季度)|同比|环比|可比|按(?:可比|不变|"
    r"同)(?:口径|价格?)?(?:计算)?|名义|实际|分别|依次|均|都|双双|各|皆|也|又|再|并|且|已|就|仅|只|还|"
    r"继续|仍然?|依然|始终|稳步|持续|首次|率先|预计|预期|力争|确保|争取|努力|有望|年均|平均|累计|共|共计|"
    r"合计|全年|年内|连续|当年|五年来?|[一二三四五六七八九十]年来?|"
    r"总量|总额|总数|总值|数量|总?规模|其?增幅|其?增速|其?涨幅|其?降幅|增量|占比|比重|人均|比例|"
    r"(?:比|较|与|同)(?:上年|去年|上一年|前年|年初|同期|上年同期|去年同期|上年末|计划|"
    r"[^，。；,、\d]{0,3}\d{4}年?[^，。；,、\d]{0,4}|“[^”]{2,4}”[初末]|[^，。；,、\d]{0,4}年前)相?比?|"
    r"是?(?:上年|去年|\d{4}年|“[^”]{2,4}”末)的|到\d{4}年底?|\d{4}年|[，,]|年度|达到历史新高)"
)
_WORDS = "|".join(
    sorted(
        {*UP, *DOWN, "完成", "新增", "达到", "实现"} - {"多", "少", "压", "高", "低", "快"},
        key=len,
        reverse=True,
    )
)
_HEADS = re.compile(
    rf"(?:{_WORDS})(?:了|到|至|为|成|约|近|将近|超|超过|逾|达|不低于|不少于|不超过|幅度|分别|各|突破|在|"
    rf"比例)*$"
    r"|(?:达到?|突破|超过?|逾|过|为|完成|实现|至|到|升至|升到|冲破|迈上|跨越|跃上|控制在|稳定在|保持在?|"
    r"维持在|有|仅|约|近|不足|不到|接近|不低于|不少于|不超过|翻)+(?:近|约|超过?)?$"
    r"|(?:占|相当于|恢复到)[^，。；,]{0,30}?$|(?:完成|超额完成|达到?|为)[^，。；,\d]{0,16}(?:任务|目标|"
    r"计划|预算)[^，。；,\d]{0,3}的$|是[^，。；,]{0,18}的$"
    r"|(?:居|列|排|位|跃|名列|稳居|保持|在|总量|增速|增幅)[^，。；,]{0,24}$"
    r"|(?:(?:高|低|快|慢|多|少|优)[于出过]|比|较)[^，。；,]{1,24}$"
    r"|(?:提前|缩短)[^，。；,]{0,16}$|$"
)
#: From 由 to an old value: only the value's time or place, or a modifier, stands in between.
_OLD = re.compile(r"(?:[由从自])[^，。；,]{0,16}$")


def strip_adverbs(gap: str) -> str:
    """A gap without the punctuation and adverbs it starts with."""
    rest = re.sub(_SIGNS, "", gap)
    while (adverb := _ADVERBS.match(rest)) is not None:
        rest = rest[adverb.end() :]
    return rest


def continues(gap: str, *, rank: bool = False, old: bool = False) -> bool:
    """Whether the gap before a figure goes on about what the last one measured.

    Args:
        gap: the text from the last value, or the mention, to the figure.
        rank: the figure is a place in an order.
        old: the figure is the old value of a change (由7%提高到9%); elsewhere 由 brings in who did something else.
    """
    last = re.split(r"[，,]", gap)
    # Every clause in between must go on too, but for a last one with a predicate of rank or share.
    rest = strip_adverbs(gap)
    head = _HEADS.match(rest) or (_OLD.match(rest) if old else None)
    if head is None and len(last) > 2:
        rest = strip_adverbs(last[-1])
        head = _HEADS.match(rest) if all(continues_bare(part) for part in last[1:-1]) else None
    if head is None:
        return False
    return rank or re.match(r"(?:居|列|排|位|跃|名列|稳居|在)", rest) is None


def continues_bare(clause: str) -> bool:
    """Whether a clause without a figure says something of the last indicator (增速居全省前列, 圆满完成任务)."""
    return (
        not clause
        or re.match(
            r"(?:其?增[速幅]|总量|居|位居|排名|创|连续|圆满|超额|好于|高于|快于|超过|低于)",
            strip_adverbs(clause) or "居",
        )
        is not None
    )
