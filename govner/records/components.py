"""The parts of a span whose names share a head: 城镇、农村居民人均可支配收入 → 城镇, 农村."""

from __future__ import annotations

import re
from collections import Counter

#: Heads of names, for where the lengths of the parts do not tell where the last one ends.
_HEAD = re.compile(
    r"(?:占比|比重|比例|覆盖率|普及率|参保率|达标率|入学率|使用率|增加值|产值|产量|面积|标准)$"
)
#: Bare pieces are this short at most: 养老、医疗、失业.
_SHORT = 3
_SPLIT = re.compile(r"、|和|与|及")


def components(name: str) -> tuple[str, ...]:
    """What tells the values of one span apart, in order; empty where the name has no parts.

    >>> components("水稻、小麦种植面积"), components("城乡低保标准"), components("企业基本养老、医疗、失业保险参保人数")
    (('水稻', '小麦'), ('城', '乡'), ('养老', '医疗', '失业'))
    """
    pieces = [piece for piece in _SPLIT.split(name) if piece]
    if len(pieces) < 2:
        if "存贷款" in name:
            return ("存", "贷")
        return ("城", "乡") if name.startswith("城乡") else ()
    *front, last = pieces
    if (listed := re.match(r"(.{2,}?)[一二三四五六七八九十\d]+[大条个项类]", last)) is not None:
        return (*front, listed[1])
    if len(front) == 1 and front[0][-1] == last[-1] in "率额量值数":
        return (front[0], last)
    # With three or more, the middle pieces are bare: where they are short, their length says where the first begins.
    size = Counter(map(len, front[1:])).most_common(1)[0][0] if len(front) > 1 else 0
    short = 0 < size <= _SHORT
    first = front[0][-size:] if short else front[0]
    shared = re.search(rf".*?{re.escape(first[-2:])}", last) if len(first) > 2 else None
    if shared is not None and len(shared[0]) < len(last):
        end = shared.end()
        if not short and len(first) > end:
            first = first[-end:]
        return (first, *front[1:], last[:end])
    end = min(size or len(first), len(last) - 1)
    head = _HEAD.search(last)
    if head is not None and head.start() > 1 and ((size and not short) or len(last) - end < 2):
        end = head.start()
    return (first, *front[1:], last[:end])
