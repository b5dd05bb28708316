"""What is said of an indicator without a figure: a trend (持续下降), a comparison (高于全市平均水平), a place (居全省前列)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from govner.quantities.words import CHANGE, direction_of
from govner.records.clauses import Sentence
from govner.records.commitments import COMMITMENT, is_assigned
from govner.records.facts import LEADING

_ADVERBS = (
    r"(?:远|稳定|全部|均|都|基本|分别|持续|继续|稳步|"
    r"总体|连续(?:[\d一二三四五六七八九十]+个?[年月])?|双双|保持|平稳|首次|明显|大幅|全面|始终|"
    r"也|逐年|逐步|进一步|有效|稳中|下降|增长|提高|增速|增幅)*"
)
_RANK = re.compile(
    r"(?:位居|位列|位于|名列|稳居|居于?|列|排名?|保持|跃居|处于|在|为|继续|跃升至|"
    r"实现)*(?P<place>[^，。；,]{0,14}(?:前列|首位|第一|第[一二三四五六七八九十]+位?|领先(?:水平|位次|"
    r"地位)?|前茅|倒数[^，。；,]{0,4}|末位|中游|最[高低多少]|前[一二三四五六七八九十\d]+位?))$"
)
_COMPARED = re.compile(
    rf"(?P<words>{_ADVERBS}(?P<verb>不?(?:高|低|快|慢|多|少|优|好|大|小)[于过]|超过|达标|达到|达|与|和|"
    rf"同|(?:超额|圆满|全面|如期)*完成|控制在|稳定在|保持在|维持在|符合|优化|创|接近|缩小)[^，。；,]*?)$"
)
_ONLY = {"只增不减": "up", "只减不增": "down", "零增长": "flat", "持平": "flat"}
_SAME = re.compile(r"(?:与|和|同|跟)[^，。；,]+(?:同步|持平|相当|一致|相适应)")
_LEAD = re.compile(rf"(?P<word>{LEADING})(?:了|全[市县区省镇]|我[市县区省])?$")
#: Names of rates and shares, whose level is what a comparison is about.
_RATE = re.compile(r"(?<!增长)(?<!下降)(?:率|占比|比重|比例|指数|满意度)$")
_VAGUE = re.compile(r"得到|有所?控制|有效控制|从严|圆满|实现全覆盖|为例|任务|工作|等|的")


@dataclass(frozen=True, slots=True)
class Trend:
    """What is said without a figure."""

    kind: str
    direction: str
    benchmark: str
    qualifier: str = ""
    basis: str = ""
    assigned: bool = False


def trend(sentence: Sentence, start: int, end: int) -> Trend | None:
    """What a clause says of an indicator without a figure, or None.

    Args:
        start, end: the range of the mention, or of the list of mentions that share the predicate.
    """
    tail = sentence.between(end, sentence.clause_end(end)).strip("”’ 、")
    if tail:
        return predicate(tail, sentence.between(start, end))
    lead = sentence.between(sentence.clause_start(start), start)
    if (word := _LEAD.search(lead.rstrip("“的"))) is not None:
        return Trend("change", direction_of(word["word"]), "")
    return None


def predicate(tail: str, name: str = "") -> Trend | None:
    """What a predicate without a figure says.

    Args:
        tail: the predicate.
        name: what it is said of, if that is known: a rate that is higher than another is a level, not a change.

    >>> predicate("持续下降").direction
    'down'
    >>> predicate("高于全市平均水平").benchmark
    '高于全市平均水平'
    """
    tail = re.sub(r"^(?:均|都|也|还|却|仍)+", "", COMMITMENT.sub("", tail))
    if re.match(r"偏|不[高低足大强快多]$|不[高低足大强快多][，、]|较[高低]$", tail):
        return None
    for words, direction in _ONLY.items():
        if words in tail:
            same = _SAME.search(tail)
            return Trend("change", direction, same[0] if same else "", basis=_yoy(tail))
    if (same := _SAME.search(tail)) is not None:
        return Trend("change", "up", same[0])
    if (place := _RANK.match(tail)) is not None and not re.match(r"(?:达到|控制)", tail):
        if place["place"].startswith("十") or "年来最" in place["place"]:
            return Trend("level", "", place["place"])
        within = tail[: place.start("place")].endswith("在")
        return Trend("rank", "", ("在" if within and len(tail) > 6 else "") + place["place"])
    if (compared := _COMPARED.match(tail)) is not None:
        return _comparison(tail, compared, name)
    changes = [m[0] for m in CHANGE.finditer(tail)]
    if not changes or _VAGUE.search(tail) or len(tail) > 14:
        return None
    direction = next(
        (direction_of(w) for w in changes if direction_of(w) != "flat"), direction_of(changes[0])
    )
    return Trend("change", direction, "", basis=_yoy(tail))


def _comparison(tail: str, compared: re.Match[str], name: str) -> Trend:
    verb, words = compared["verb"], compared["words"]
    directions = [direction_of(m[0]) for m in CHANGE.finditer(tail[: compared.start("verb")])]
    moved = next((d for d in directions if d != "flat"), "")
    assigned = is_assigned(words)
    if verb.startswith("不") or verb == "控制在":
        limit = "at_most" if verb in ("不高于", "不多于", "不大于", "控制在", "不快于") else "at_least"
        return Trend("change" if _yoy(words) else "level", "", words, limit, _yoy(words))
    if verb[-1] in "于过":
        benchmark = tail[compared.start("verb") : compared.end()]
        if _RATE.search(name) and not moved:
            return Trend("level", "", benchmark)
        return Trend("change", "down" if verb[0] in "低慢少小" else "up", benchmark)
    start = compared.start("verb") if moved else compared.start("words")
    return Trend("change" if moved else "level", moved, tail[start : compared.end()], assigned=assigned)


def _yoy(words: str) -> str:
    return "yoy" if re.search(r"同比|上年|去年", words) else ""
