"""Words around a figure: of bounds, of change. One place for each list."""

from __future__ import annotations

import re

from govner.quantities.numerals import listed

#: Words of change, longest first. A figure behind one of them says by how much, or up to what, something changed.
UP = listed(
    """
    净增加 净增 增长 增加 提高 提升 上升 上涨 增幅 增速 涨幅 升幅 增 涨 升 扩大 扩 攀升 跃升 回升 前移
    前进 进位 上浮 递增 新增长 拓展 多 高 高出 加快 翻 增值 延长 超出 快 同比增 净流入 领先 晋升 跃居
    反弹 攀
    """
)
DOWN = listed(
    """
    净减少 净减 下降 降低 减少 压减 压降 回落 缩减 压缩 削减 下调 收窄 缩短 缩小 减 降 下滑 降幅 精简
    调减 减亏 后移 核减 低 少 下浮 递减 退后 负增长 压 收缩 放缓 减幅 跌 下跌 节约 节省 缩 下沉 减量
    """
)
FLAT = listed(
    """
    持平 零增长 不变 稳定 平稳 保持稳定
    """
)

_CHANGE = {**dict.fromkeys(UP, "up"), **dict.fromkeys(DOWN, "down"), **dict.fromkeys(FLAT, "flat")}
_WORDS = "|".join(sorted(_CHANGE, key=lambda word: (-len(word), word)))
_CHANGE_END = re.compile(rf"(?<!不)(?<!新)(?P<word>{_WORDS})$")
#: A word of change with a word behind it that makes the figure the new level: 提高到, 降至, 调整为.
_RESULT_END = re.compile(
    rf"(?P<word>{_WORDS})(?:了)?(?:到|至|成|(?<![增减]长)(?<![幅速])为)$|(?P<other>调整|优化|演变|变化?|"
    rf"转变|更新|嬗变)(?:到|至|成|为)$"
)
_COMPARED_END = re.compile(
    r"(?<!不)(?:(?P<up>高于|快于|多于|高出|高过|超出|大于)|(?P<down>低于|慢于|少于|"
    r"低过))[^，。；、,\d]{1,14}$"
)
CHANGE = re.compile(_WORDS)

#: Words that may stand between a word of change and its figure.
BRIDGE = re.compile(
    r"(?:了|约为?|大约|近|将近|接近|超过?|逾|突破|不[低少高]于|不超过|达到?|为|在|分别|依次|各|均|又|再|"
    r"仅|只|将|也|幅度|比例|的|是|有|"
    r"同比|环比|实际|名义|可比|累计|年均|平均|达|就|至少|最少|高达|力争|确保|争取|必保|力保|左右|：|:|（|\(| )$"
)

NEARLY = re.compile(r"(?:接近|将近|(?<![附最邻就靠远亲临])近)$")
ABOUT = re.compile(r"(?:大约|约为|约占|(?<![签节预合制违集履公契邀条])约)$")
OVER = re.compile(
    r"(?:超过|超出|突破|(?<!不)高于|(?<!不)大于|多于|优于|超|逾|冲破|破|跨越|站上|迈过|迈上|越过|"
    r"达到?上)了?$"
)
AT_LEAST = re.compile(r"(?:不得?低于|不得?少于|不小于|不短于|至少|最低|最少|不下|不亚于)$")
AT_MOST = re.compile(
    r"(?:不得?超过|不得?高于|不大于|不多于|最多|至多|最高不超过|(?<!不)(?<!不得)(?:低于|少于|小于)|不到|"
    r"不足|未超过|不超)$"
)
_PASSED = re.compile(r"(?:通|经|度|渡|路|走|做|办|见|获|评|上)过$")
AFTER = (
    (re.compile(r" ?(?:左右|上下)"), "about"),
    (re.compile(r" ?(?:[及或]?以上|之上|起)"), "at_least"),
    (re.compile(r" ?(?:[及或]?以[下内]|之[下内])"), "at_most"),
    (re.compile(r" ?(?:有余|之多|多)"), "over"),
)
#: So many characters in front of a figure are looked at: more than any of the patterns above takes.
_REACH = 100


def words_before(line: str, at: int) -> str:
    """The words of a line in front of a place, as far back as they can say anything of a figure there."""
    return line[max(0, at - _REACH) : at]


def qualifier(before: str, after: str, *, magnitude: bool = False) -> str:
    """The bound that the neighbouring words put on a figure.

    Args:
        before: the words in front of the figure (:func:`words_before`).
        after: the line from its end on, or its first few characters.
        magnitude: the figure is a bare 百, 千, 万 or 亿, before which 上 and 过 mean over.
    """
    before = before.rstrip(" 的")
    if AT_MOST.search(before):
        return "at_most"
    if AT_LEAST.search(before):
        return "at_least"
    if OVER.search(before) and not _PASSED.search(before):
        return "over"
    if magnitude and before.endswith(("上", "过")) and not _PASSED.search(before):
        return "over"
    for pattern, name in AFTER:
        if pattern.match(after) and not (name == "at_least" and after.lstrip().startswith("起")):
            return name
    if NEARLY.search(before):
        return "nearly"
    return "about" if ABOUT.search(before) else ""


def governing(before: str) -> tuple[str, bool]:
    """The change that a figure is the measure of, by the words in front of it.

    Args:
        before: the words in front of the figure (of the first figure of a list).

    Returns:
        up, down, flat or nothing, and whether the figure is what the change led to (提高到9%) rather than its size.
    """
    if (compared := _COMPARED_END.search(before)) is not None:
        return ("up" if compared["up"] else "down"), False
    while True:
        if (result := _RESULT_END.search(before)) is not None:
            return (_CHANGE[result["word"]] if result["word"] else ""), True
        if (word := _CHANGE_END.search(before)) is not None:
            return _CHANGE[word["word"]], False
        if (bridge := BRIDGE.search(before)) is None:
            return "", False
        before = before[: bridge.start()]


def direction_of(word: str) -> str:
    """up, down or flat for a word of change.

    Raises:
        KeyError: it is none.
    """
    return _CHANGE[word]
