"""An indicator's name without words that a mark took along: a verb in front, an adverb or a verb behind."""

from __future__ import annotations

import re

_FRONT = re.compile(r"^(?:累计|共)?(?:实现|完成|达到)(?!率|度|量|额|值|比)")
_BEHIND = re.compile(
    r"(?:历史性|首次|率先|成功|全面|已经?|均|再次|顺利|分别|年均|同比)*"
    r"(?:迈上|迈过|迈入|突破|超过|达到?|站上|跨越|跃上|增至|升至|降至|完成|实现|按(?:可比|不变)(?:口径|价格?)(?:计算)?)$|"
    r"(?:历史性|首次|率先)+$"
)
#: A name is no shorter than this.
_SHORT = 2


def bare_name(name: str) -> str:
    """The noun of a marked indicator, for looking it up; the mark itself stays as it is.

    >>> bare_name("地区生产总值历史性迈上"), bare_name("完成投资"), bare_name("任务完成率")
    ('地区生产总值', '投资', '任务完成率')
    """
    bare = _BEHIND.sub("", _FRONT.sub("", name))
    return bare if len(bare) >= _SHORT and bare.count("“") == bare.count("”") else name
