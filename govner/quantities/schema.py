"""What a figure in a report is: a number, its unit, and how the words around it bound it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure found in a text.

    Offsets are half-open ranges of code points; ``text`` is the figure as it stands, number and unit, without the words
    around it (``490.2亿元``, ``1.4万余家``, ``5%—6%``, ``第3位``, ``翻一番``).

    Attributes:
        value: in the base unit of its family, never negative: a minus sign is ``negative`` and the direction down;
            ``value_high`` is the upper end of a range, None elsewhere.
        unit: the base unit (see :mod:`govner.quantities.units`): 元, %, 百分点, 亩, 吨, 人, …; a counted noun's classifier
            (家, 个, 项) where there is no family; empty for a bare number.
        family: money, percent, points, permille, land, area, mass, length, volume, power, energy, people, households, time,
            ratio, rank, composite, count, or number.
        qualifier: about, nearly, over, at_least, at_most, range, or empty.
        direction: up, down, flat or empty: from the words of change that govern the figure (增长, 下降, 压减, 前移).
        part: ``from`` and ``to`` for the two figures of 由7%提高到9%, empty elsewhere.
    """

    start: int
    end: int
    text: str
    value: Decimal
    value_high: Decimal | None
    unit: str
    family: str
    qualifier: str
    direction: str
    part: str = ""

    @property
    def negative(self) -> bool:
        """Whether the figure has a minus sign (-5.2%, 负3.2%)."""
        return self.text[0] in "-－−负"
