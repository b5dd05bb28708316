"""Numerals → numbers: Arabic, Chinese, and the two mixed (1.2万亿, 两万三千, 4亿5千万, 二〇三五, 三点二)."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[十百千万亿]|[零〇○一二三四五六七八九两俩]|点")
#: Words inside a numeral that only say that it is not exact: 10多亿, 1.4万余.
VAGUE = "余多来几"
#: No report has figures of this size: such digits are an account or a card.
_TOO_LONG, _TOO_LARGE = 24, 10**21
_NOISE = re.compile(rf"[{VAGUE},，\s]")


def listed(words: str) -> list[str]:
    """The words of a list written with spaces between them."""
    return words.split()


def normalized(text: str) -> str:
    """The text with full-width digits, signs and letters as ASCII, and commas between clauses in full width.

    Character by character: offsets stay.

    >>> normalized("增长７．５％")
    '增长7.5%'
    """
    return _SEPARATOR.sub(lambda m: "，" if m[0] == "," else "；", text.translate(_NARROW))


#: A half-width comma that separates no thousands, and a half-width semicolon.
_SEPARATOR = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),|;")
_NARROW: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，：；！？（）"},
    0x3000: " ",
    0xA0: " ",
    ord("﹪"): "%",
    ord("−"): "-",
    ord("∶"): ":",
    ord("："): ":",
}


def parse_number(text: str) -> Decimal | None:
    """The number that a numeral stands for, or None where it is not one.

    Thousands separators, spaces and words of vagueness (余, 多, 来, 几) inside it are passed over.

    >>> parse_number("1.2万亿"), parse_number("两万三千"), parse_number("10多亿")
    (Decimal('1200000000000'), Decimal('23000'), Decimal('1000000000'))
    """
    bare = _NOISE.sub("", normalized(text))
    if len(bare) > _TOO_LONG:
        return None
    tokens = _TOKEN.findall(bare)
    if not tokens or "".join(tokens) != bare:
        return None
    if "点" in tokens:
        return _with_point(bare)
    if all(token in _DIGITS for token in tokens):
        return _positional(tokens)
    return _grouped(tokens)


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent.

    >>> plain(Decimal("3.6E+7")), plain(Decimal("0.560"))
    (Decimal('36000000'), Decimal('0.56'))
    """
    return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()


def _with_point(text: str) -> Decimal | None:
    """三点二, 十二点〇五: the part behind the point is read digit by digit, a multiplier behind it counts (三点二亿)."""
    whole, _, rest = text.partition("点")
    digits = re.match(r"[零〇○一二三四五六七八九\d]+", rest)
    before = parse_number(whole)
    if digits is None or before is None:
        return None
    fraction = "".join(str(_DIGITS.get(c, c)) for c in digits[0])
    return _grouped([f"{before}.{fraction}", *rest[digits.end() :]])


def _positional(tokens: list[str]) -> Decimal | None:
    """One digit, or a number written digit by digit (二〇三五). 三五 means three to five and is no numeral."""
    if len(tokens) == 2 and _DIGITS[tokens[0]] and _DIGITS[tokens[1]]:
        return None
    return Decimal("".join(str(_DIGITS[token]) for token in tokens))


def _grouped(tokens: list[str]) -> Decimal | None:
    """A numeral with multipliers, in groups of 10⁴."""
    total = wan = section = Decimal(0)
    current: Decimal | None = None
    for token in tokens:
        if token in _SMALL:
            section += (Decimal(1) if current is None else current) * _SMALL[token]
            current = None
        elif token in _LARGE:
            group = section + (current or 0)
            if token == "万":
                # 亿万 has no number of its own; 万 alone is ten thousand.
                wan += (group or 1) * _LARGE[token]
            else:
                total += (wan + group or 1) * _LARGE[token]
                wan = Decimal(0)
            section, current = Decimal(0), None
        elif current:
            return None
        else:
            current = Decimal(_DIGITS[token]) if token in _DIGITS else Decimal(token)
    value = total + wan + section + (current or 0)
    return plain(value) if value < _TOO_LARGE else None
