"""The shapes of figures, as regular expressions over one line of normalized text (:func:`.numerals.normalized`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from govner.quantities.numerals import VAGUE, parse_number, plain
from govner.quantities.units import COMPOSITE, SIMPLE, UNITS, composite_name
from govner.quantities.words import words_before

# 千 belongs to 千瓦, 千克 rather than to the number in front of them.
_TIMES = r"(?:[十百万亿]|千(?![瓦克米伏焦卡]))"
# Web pages cut numbers in two with spaces, which cleaning leaves alone (1 . 57万, 8 3%): they are one number, cells of a
# row (490.2 450.1) are several. Repetitions are bounded, here and below, so that cost stays linear in a line's length.
_PLAIN = (
    r"\d{1,3}(?:,\d{3}){1,6}(?!\d)(?:\.\d+)?|\d{1,3}(?:，\d{3}){1,6}(?!\d)(?=\.\d|[万亿元])(?:\.\d+)?"
    r"|(?:\d{1,3}(?: \d{1,3}(?!\d)){1,3}|\d+)(?: ?\. ?\d+(?: \d{1,2}(?!\d| ?\.)){0,2})?"
)
ARABIC = rf"(?:(?:{_PLAIN})(?: ?[{VAGUE}]? ?{_TIMES}{{1,4}}(?:\d+{_TIMES}{{1,4}}){{0,3}})?)"
_CHINESE_DIGIT = "〇零○一二两三四五六七八九"
CHINESE = (
    rf"(?:(?:[{_CHINESE_DIGIT}]|{_TIMES}){{1,24}}(?:点[{_CHINESE_DIGIT}]{{1,9}}{_TIMES}{{0,4}})?"
    rf"(?:[{VAGUE}]{_TIMES}{{1,4}})?)"
)
NUMBER = rf"(?:{ARABIC}|{CHINESE})"
UNIT = rf"(?:{COMPOSITE}|{SIMPLE})"
_DASH = r"(?:——|[—–~～-]|至|到)"

_NONE = re.compile(r"零(?=增长|发生|$|[，。；、！,;])")
_DOUBLED = re.compile(rf"翻了?(?P<times>{NUMBER})?番")
_FRACTION = re.compile(
    rf"(?P<below>百|千|万|十万|百万)分之(?P<part>{NUMBER})"
    rf"|(?P<whole>[{_CHINESE_DIGIT}十百\d]{{1,9}})分之(?P<share>[{_CHINESE_DIGIT}十百\d]{{1,9}})"
    r"|(?P<top>(?<![\d./])[1-9]\d?)/(?P<bottom>[1-9]\d?(?![\d./]|[十百千万亿]))"
    r"|过半|一半|近半(?=[，。；、])"
)
_RATIO = re.compile(r"\d+(?:\.\d+)?(?: ?: ?\d+(?:\.\d+)?)+")
_RANK = re.compile(
    rf"第(?P<nth>{NUMBER})(?:[至、—–~-]第?(?P<nth_high>{NUMBER})(?=位|名))?(?:位次?|名)?|"
    rf"前(?P<first>{NUMBER})(?:位次?|名|强)?"
)
_TENTHS = re.compile(rf"(?P<tenths>[{_CHINESE_DIGIT}\d])成(?P<hundredths>[一二三四五六七八九\d])?")
_RANGE = re.compile(
    rf"(?P<low>{NUMBER}) ?(?P<low_unit>{UNIT})? ?{_DASH} ?(?P<high>{NUMBER})(?P<vague>[{VAGUE}])? "
    rf"?(?P<unit>{UNIT})?"
)
# A stroke behind a digit, a letter or % is a dash (第1-5名).
_SIMPLE = re.compile(
    rf"(?P<sign>(?<![\dA-Za-z%‰])[-负])?(?P<number>{NUMBER})(?P<vague>[{VAGUE}])? ?(?P<unit>{UNIT})?"
)
_DIGITS = re.compile(r"\d+")
_START = re.compile(rf"[\d{_CHINESE_DIGIT}十百千万亿第前翻过近-]|负")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something of a figure's shape. ``chinese`` tells numerals in characters, which are figures far more seldom."""

    start: int
    end: int
    value: Decimal
    high: Decimal | None
    unit: str
    family: str
    vague: str = ""
    chinese: bool = False
    surface: str = ""
    factor: Decimal = Decimal(1)


def candidates(line: str) -> Iterator[Candidate]:
    """Everything of a figure's shape in a line, left to right, without overlaps."""
    at = 0
    while (start := _START.search(line, at)) is not None:
        found = _candidate(line, start.start())
        if found is not None:
            yield found
            at = found.end
        else:
            # The rest of a number that is none (an account's digits) is none either.
            digits = _DIGITS.match(line, start.start())
            at = digits.end() if digits else start.end()


def _candidate(line: str, at: int) -> Candidate | None:
    for read in (_none, _doubled, _rank, _fraction, _ratio, _tenths, _range, _simple):
        found = read(line, at)
        if found is not None:
            return found
    return None


def _none(line: str, at: int) -> Candidate | None:
    """零增长, 零发生, 降至零."""
    if _NONE.match(line, at) is None:
        return None
    if line.startswith("发生", at + 1):
        return Candidate(at, at + 1, Decimal(0), None, "起", "count", chinese=True, surface="起")
    growth = line.startswith("增长", at + 1)
    if not growth and re.search(r"(?:降[至到为]|为|归|保持)$", words_before(line, at)) is None:
        return None
    unit, family = ("%", "percent") if growth else ("", "number")
    return Candidate(at, at + 1, Decimal(0), None, unit, family, chinese=True, surface=unit)


def _doubled(line: str, at: int) -> Candidate | None:
    if (m := _DOUBLED.match(line, at)) is None:
        return None
    times = parse_number(m["times"]) if m["times"] else Decimal(1)
    if times is None or times > 10:
        return None
    return Candidate(at, m.end(), Decimal(2) ** times, None, "倍", "ratio", surface="番")


def _fraction(line: str, at: int) -> Candidate | None:
    if (m := _FRACTION.match(line, at)) is None:
        return None
    if m["below"]:
        part = parse_number(m["part"])
        unit = {"百": "%", "千": "‰"}.get(
            m["below"], f"/{m['below'].replace('十', '10').replace('百', '100')}"
        )
        family = {"%": "percent", "‰": "permille"}.get(unit, "composite")
        return None if part is None else Candidate(at, m.end(), part, None, unit, family, surface=unit)
    if m[0] in ("过半", "一半", "近半"):
        vague = {"过半": "over", "近半": "nearly"}.get(m[0], "")
        return Candidate(at, m.end(), Decimal(50), None, "%", "percent", vague, surface="%")
    top, bottom = parse_number(m["share"] or m["top"]), parse_number(m["whole"] or m["bottom"])
    if top is None or not bottom or top >= bottom:
        return None
    share = (top / bottom * 100).quantize(Decimal("0.0001"))
    return Candidate(at, m.end(), plain(share), None, "%", "percent", surface="%")


def _ratio(line: str, at: int) -> Candidate | None:
    if (m := _RATIO.match(line, at)) is None:
        return None
    first, *rest = (parse_number(part) for part in m[0].split(":"))
    if first is None:
        return None
    # 2.1∶1 says how many times; 27∶38∶35 and 53∶47 are shares, of which the first is given.
    unit = "倍" if rest == [Decimal(1)] else "%"
    return Candidate(at, m.end(), first, None, unit, "ratio", surface=":")


def _rank(line: str, at: int) -> Candidate | None:
    if (m := _RANK.match(line, at)) is None:
        return None
    value = parse_number(m["nth"] or m["first"])
    high = parse_number(m["nth_high"]) if m["nth_high"] else None
    if value is None:
        return None
    named = m[0][-1] in "位次名强"
    return Candidate(
        at, m.end(), value, high, "位", "rank", "first" if m["first"] else "", not named, surface=m[0][-1]
    )


def _tenths(line: str, at: int) -> Candidate | None:
    if (m := _TENTHS.match(line, at)) is None:
        return None
    number = m["tenths"] + ("点" + m["hundredths"] if m["hundredths"] and not m["tenths"].isdigit() else "")
    value = parse_number(number)
    if value is None:
        return None
    if m["hundredths"] and m["tenths"].isdigit():
        value += Decimal(m["hundredths"]) / 10 if m["hundredths"].isdigit() else 0
    end, vague = m.end(), ""
    if line[end : end + 1] in ("多", "余"):
        end, vague = end + 1, "多"
    return Candidate(at, end, plain(value * 10), None, "%", "percent", vague, True, surface="成")


def _range(line: str, at: int) -> Candidate | None:
    if (m := _RANGE.match(line, at)) is None or (m["low_unit"] and not m["unit"]):
        return None
    low, high = parse_number(m["low"]), parse_number(m["high"])
    if low is None or high is None:
        return None
    base, family, factor = _unit(m["unit"])
    low_base, _, low_factor = _unit(m["low_unit"] or m["unit"])
    if m["low_unit"] and low_base != base:
        return None
    # 3—5万亩: what multiplies the upper end multiplies the lower one too, unless it has a multiplier of its own.
    if not m["low_unit"] and low < high and re.search("[百千万亿]", m["low"]) is None:
        bare = parse_number(m["high"].rstrip("百千万亿"))
        if bare and low < bare:
            low *= high / bare
    low, high = low * low_factor, high * factor
    if low >= high:
        return None
    chinese = not m["low"][0].isdigit()
    return Candidate(
        at, m.end(), plain(low), plain(high), base, family, m["vague"] or "", chinese, surface=m["unit"] or ""
    )


def _simple(line: str, at: int) -> Candidate | None:
    if (m := _SIMPLE.match(line, at)) is None or (value := parse_number(m["number"])) is None:
        return None
    if not value and not m["number"][0].isdigit():
        return None
    base, family, factor = _unit(m["unit"])
    end = m.end() if m["unit"] else m.end("number") + len(m["vague"] or "")
    inner = next((c for c in m["number"] if c in VAGUE), "")
    return Candidate(
        at,
        end,
        plain(value * factor),
        None,
        base,
        family,
        m["vague"] or inner,
        not m["number"][0].isdigit(),
        m["unit"] or "",
        factor,
    )


def _unit(surface: str | None) -> tuple[str, str, Decimal]:
    """Base unit, family and factor of a unit as written; nothing for none."""
    if not surface:
        return "", "number", Decimal(1)
    known = UNITS.get(surface)
    if known is not None:
        return known.base, known.family, known.factor
    return composite_name(surface), "composite", Decimal(1)
