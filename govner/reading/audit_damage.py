"""Characters that were lost or garbled on the way to a file."""

from __future__ import annotations

import re
from collections import Counter

_PERCENT = re.compile(r"[%％‰﹪]|百分之|百分点")
#: What may follow a number: signs of prose, units written with letters, the next number.
_ODD_AFTER_NUMBER = re.compile(
    r"\d((?![\d.,:;?%\-~+*/=()\[\]<>|\"'\\])[!-~]{1,6}?)(?=[\u4e00-\u9fff，。；、）)])"
)
_ESCAPES = re.compile(r"\\[rn](?:\\[rn])*|&[a-z]{2,6};|<U\+[0-9A-F]{4}>|_x000D_")
_UNITS = re.compile(
    r"(?i)(k?m2?|kv|kw|mw|gw|kwh|a+|c|g|h|d|t|l|p|s|v|gb|mb|tb|mm|cm|km|hm|min|gdp|pm|°c|[a-z])$"
)
_GROWTH = re.compile(r"(增长|下降|提高|达到|完成|占|增幅|增速)\D{0,6}\d")
_SIGNS = (
    ("question runs", re.compile(r"[?？]{2,}")),
    ("replacement characters", re.compile("\ufffd+")),
    ("mojibake", re.compile(r"锟斤拷|烫烫烫|屯屯屯|(?:[ÃÂäåæçèé][\x80-\xbf]){2,}")),
    ("written-out escapes", _ESCAPES),
    ("control characters", re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]+")),
)  # fmt: skip
#: Fewer odd followers than this are chance.
_FEWEST = 5


def percent_signs_lost(source_text: str) -> tuple[str, int] | None:
    """What stands where percent signs should, and how often; None where they are whole.

    General: a text that tells growth by numbers but has hardly a percent sign, while the same odd string
    follows its numbers again and again. An empty string says that the signs are gone without trace.
    """
    source_text = _ESCAPES.sub("", source_text)
    grows = len(_GROWTH.findall(source_text))
    signs = len(_PERCENT.findall(source_text))
    odd = Counter(s for s in _ODD_AFTER_NUMBER.findall(source_text) if not _UNITS.match(s))
    best, count = max(odd.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if count >= _FEWEST and count > signs:
        return best, count
    if grows >= 30 and signs * 20 < grows:
        return "", grows
    return None


def damage(source_text: str) -> dict[str, int]:
    """Signs of damage in a decoded source, with how many stretches of each."""
    found = {name: len(pattern.findall(source_text)) for name, pattern in _SIGNS}
    lost = percent_signs_lost(source_text)
    if lost:
        found[f"percent signs as {lost[0]}" if lost[0] else "percent signs missing"] = lost[1]
    return {name: count for name, count in found.items() if count}
