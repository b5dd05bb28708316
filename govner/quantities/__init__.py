"""Figures in a report's text: numbers with units, ranges, ranks, fractions and multiples, in base units.

Before this grammar was written, three libraries were tried on 73 expressions of the genre (61 figures and
12 numbers that are none):

- cn2an 0.5.24 reads 19 of 24 plain numerals (``两万三千``, ``6.8亿``) and fails on ``1.2万亿``, ``3,450万``,
  ``百分之三点二`` and a bare 百 or 万. Its ``transform`` rewrites Chinese numerals in running text, and so turns
  二十大 into 20大 and 第三产业 into 第3产业; it leaves 成, 番, 余 and units alone.
- jionlp 1.5.31 reads money well (11 of 11, ``10多亿元`` and ``12 345.6万元`` included) and nothing else: no
  percentage, area, weight, rank or count. It needs a word segmenter of its own.
- pint 0.25.3 knows no Chinese unit and has no 亩; it would turn 微克/立方米 into kilograms a cubic metre, which
  nobody compares.

None finds a figure, its bounds and its direction in a sentence, so nothing of them is used.
"""

from govner.quantities.find import find_quantities
from govner.quantities.schema import Quantity

__all__ = ["Quantity", "find_quantities"]
