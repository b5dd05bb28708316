"""Words that a mark took along at the edges of an indicator's name: verbs, adverbs, and what prices a value is in."""

from __future__ import annotations

import re

_ADVERBS = (
    r"(?:历史性地?|首次|一举|率先|成功|全面|再次|顺利|分别|年均|同比|累计|已经?|将|(?<![人户亩地日月平年])均)"
)
#: A verb in front. The list is short on purpose: 新增, 净增, 计划 and the like make another statistic of what they stand
#: before; 完成率, 完成额 and the like are nouns.
VERB_BEFORE = re.compile(r"^(?:累计|共)?(?:完成|实现|达到)(?!率|度|量|额|值|比|情况)")
#: A verb behind, with its adverbs, or adverbs alone. 通达, 雷达 and the like are nouns.
VERB_BEHIND = re.compile(
    rf"{_ADVERBS}*(?:迈上|迈过|迈入|跃上|站上|登上|突破|跨越|跨上|跨过|超过|增至|升至|降至|达到|"
    r"(?<![通雷马发到抵送传直畅表])达|实现|完成|保持)$|(?:历史性|首次|率先)+$"
)
#: What prices or scope a value is in.
PRICES_BEHIND = re.compile(r"(?:[按以](?:可比|不变)(?:价格?|口径)(?:计算)?|[（(](?:可比|不变)价格?[）)])$")
#: A name is no shorter than this, and no mere time.
_SHORT = 2
_TIME = re.compile(r".*(?:年[来间]?|期间|时期)")


def bare_name(name: str) -> str:
    """The noun of a marked indicator, for looking it up; the mark itself stays as it is.

    >>> bare_name("地区生产总值历史性迈上"), bare_name("完成投资"), bare_name("任务完成率")
    ('地区生产总值', '投资', '任务完成率')
    """
    bare = VERB_BEFORE.sub("", name)
    bare = VERB_BEHIND.sub("", PRICES_BEHIND.sub("", bare))
    whole = len(bare) >= _SHORT and bare.count("“") == bare.count("”") and not _TIME.fullmatch(bare)
    return bare if whole else name
