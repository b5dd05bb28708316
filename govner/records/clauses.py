"""A sentence with what is in it: mentions, figures in groups, and the text between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from govner.quantities.find import LIST_MARK
from govner.quantities.numerals import normalized
from govner.quantities.schema import Quantity
from govner.schema import Entity

# Linking reads a sentence again for every figure in it. Text without full stops is cut at twice the longest sentence of
# 20,000 in real reports, so that cost stays linear in the text's length.
_SENTENCE = re.compile(r"[^\n。！？；]{0,1000}[。！？；]*[”’」』）)]*")
#: What ends a clause. 、 does not: it joins list items.
CLAUSE_END = re.compile(r"[，,：:;（）()]|——")
_COORDINATED = re.compile(r"[”’ ]*(?:、|和|与|及|以及)[“‘ ]*")

#: Figures that bound a class (产值5000万元以上的项目, 超亿元企业) rather than measure something.
_BOUND_AFTER = re.compile(
    r"[及或]?以[上下内](?=的?[一-龥“])(?!的?(?:和|与|及|或|且|并|但|同比|实现|居|占|目标|水平|力争|左右|"
    r"到|提|增|降))"
)
_CLASS_AFTER = re.compile(r"(?:的)?(?:企业|项目|村|户|以上)")
_OF_A_WHOLE = re.compile(r"[^，。；、,\d]{0,10}(?:中|里|之中)(?=[^，。；,\d]{0,4}(?:排|居|列|位|有|第))")


@dataclass(frozen=True, slots=True)
class Mention:
    """An INDICATOR or PROJECT of a sentence; ``index`` is its place among the report's entities."""

    index: int
    start: int
    end: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity of a sentence; ``index`` is its place among the report's quantities."""

    index: int
    quantity: Quantity

    @property
    def start(self) -> int:
        return self.quantity.start

    @property
    def end(self) -> int:
        return self.quantity.end


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a text up to 。！？； or a line's end. ``text`` is the whole report's, normalized; offsets are into it."""

    text: str
    start: int
    end: int
    mentions: tuple[Mention, ...]
    figures: tuple[Figure, ...]

    def between(self, start: int, end: int) -> str:
        """The report's text in a range."""
        return self.text[start:end]

    def clause_start(self, at: int) -> int:
        """Where the clause that holds ``at`` begins."""
        return max((m.end() for m in CLAUSE_END.finditer(self.text, self.start, at)), default=self.start)

    def clause_end(self, at: int) -> int:
        """Where the clause that holds ``at`` ends, the mark left out."""
        mark = CLAUSE_END.search(self.text, at, self.end)
        end = mark.start() if mark else self.end
        return at + len(self.text[at:end].rstrip("。！？；;\n ”’）)"))

    def groups(self) -> list[list[Figure]]:
        """Measuring figures, those of one list (5%、7%和9%) together."""
        found: list[list[Figure]] = []
        for figure in self.figures:
            if self.bounds(figure):
                continue
            if found and self._joined(found[-1][-1], figure):
                found[-1].append(figure)
            else:
                found.append([figure])
        return found

    def _joined(self, left: Figure, right: Figure) -> bool:
        gap = re.sub(r"^(?:左右|以[上下内]|上下)", "", self.between(left.end, right.start))
        parts = (left.quantity.part, right.quantity.part)
        return LIST_MARK.fullmatch(gap) is not None and parts[0] == parts[1]

    def bounds(self, figure: Figure) -> bool:
        """Whether a figure only bounds a class or names the whole that something is counted in (在14个市中排第5位)."""
        after = self.text[figure.end : min(figure.end + 16, self.end)]
        before = self.text[max(self.start, figure.start - 2) : figure.start]
        if figure.quantity.family == "time" and before == "连续":
            return True
        if any(m.end == figure.start for m in self.mentions) and _BOUND_AFTER.match(after) is None:
            return False
        adjoining = any(0 <= figure.start - m.end <= 2 for m in self.mentions if m.label == "INDICATOR")
        if _BOUND_AFTER.match(after) and figure.quantity.family not in ("rank", "points", "count"):
            return not adjoining
        if before.endswith(("超", "过")) and _CLASS_AFTER.match(after):
            return not adjoining
        return figure.quantity.family not in ("percent", "rank") and _OF_A_WHOLE.match(after) is not None


def sentences(text: str, entities: Sequence[Entity], quantities: Sequence[Quantity]) -> list[Sentence]:
    """The sentences that hold a mention or a figure, in order.

    Args:
        text: a report's clean text.
        entities: the report's entities in reading order.
        quantities: the figures of the text in reading order.
    """
    narrow = normalized(text)
    found = []
    entity_at = quantity_at = 0
    for m in _SENTENCE.finditer(text):
        start, end = m.span()
        mentions, figures = [], []
        while entity_at < len(entities) and entities[entity_at].start < end:
            entity = entities[entity_at]
            if entity.label in ("INDICATOR", "PROJECT"):
                mentions.append(Mention(entity_at, entity.start, entity.end, entity.label, entity.text))
            entity_at += 1
        while quantity_at < len(quantities) and quantities[quantity_at].start < end:
            figures.append(Figure(quantity_at, quantities[quantity_at]))
            quantity_at += 1
        if mentions or figures:
            found.append(Sentence(narrow, start, end, tuple(mentions), tuple(figures)))
    return found


def coordinated(sentence: Sentence, mentions: Sequence[Mention], at: int) -> list[Mention]:
    """The mentions joined by 、, 和 or 与 that end with ``mentions[at]``."""
    first = at
    while first and _COORDINATED.fullmatch(sentence.between(mentions[first - 1].end, mentions[first].start)):
        first -= 1
    return list(mentions[first : at + 1])
