"""Money of projects: which figures of a sentence are one project's own, and what each of them is.

A figure is given to a project in three cases: it stands before it as an attribute (总投资5亿元、占地50亩的X), behind it as
what is said of it (X总投资5亿元; X，累计完成投资2亿元; X（总投资5亿元）), or before it as what is spent on it (投资500万元，
实施X). Money of projects that are listed together, or of several works that the sentence counts, is given to none of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from govner.names.stretches import SENTENCE_END, stretch
from govner.records.schema import Record
from govner.schema import Entity

#: What an amount can be, and what each word means.
AMOUNT_MEANINGS: Mapping[str, str] = {
    "total": "what the project costs altogether (总投资, 投资…建设, 投资…的项目)",
    "this_year": "spent or planned for one year (年度投资, 当年完成投资)",
    "completed": "spent so far (累计完成投资, 已投资, 到位)",
    "contracted": "agreed in a contract (协议投资, 合同额)",
}
AMOUNT_KINDS = tuple(AMOUNT_MEANINGS)
_CURRENCIES = frozenset({"元", "美元"})

_ITEM_END = re.compile(r"[。；;！!\n，,：:、（(]")
#: A project's own money; 旅游项目投资 or 固定资产投资 is that of many.
_INVESTMENT = re.compile(
    r"(?:[一二三四五六七八九十]是)?(?:计划|预计|概算|累计|已?完成|到位|年度|今年|年|项目|协议|合同|实际|新增)*"
    r"(?:总?投资(?:总额|额|规模)?|资金|合同额)"
)
#: Before 的, money with a place is a project's too (域内投资7亿元的…); of a first phase (一期投资) or a class it is not.
_ATTRIBUTED = re.compile(
    r"(?!.*(?:固定资产|民间|工业|社会|技改|一期|二期|平均)).*投资(?:总额|额|规模)?|资金|合同额"
)
#: Money that is not what a project costs: what it brings about, saves, or gets from above.
_NO_INVESTMENT = re.compile(
    r"(?:产值|收入|营收|利税|税收|销售额?|贷款|融资|补贴|产出|效益|增加值|交易额)[^，。；、]{0,6}$|"
    r"(?:补助|奖补|上级|节约|节省|结余|带动|拉动|撬动|引导|社会(?!资本))[^，。；、总]{0,6}(?:资金|投资|投入)[^，。；、]{0,4}$|"
    # 争取总投资5亿元的X is to win the project.
    r"争取[^，。；、总]{0,6}资金[^，。；、]{0,4}$"
)
_MONEY_WORD = re.compile(r"投资|投入|资金|耗资|斥资|概算|造价|合同额|筹资")
#: What joins projects that are listed together, and what says behind one that there are more.
_LISTED = re.compile(r"[”」』）)]?(?:建设|项目|工程)?(?:[、和及与]|以及)(?:建成|建设|实施|新建)?[“「『（(]?")
_MORE = re.compile(
    r"[”」』）)]?(?:建设)?等(?:[\d一二三四五六七八九十百余多]|[^，。；]{0,14}(?:项目|工程|建设))"
)
_SEVERAL = re.compile(
    r"[\d一二三四五六七八九十百余多]+[个大项处条](?!月)|等[^，。；]{0,14}(?:项目|工程)|全部|合计|共计|所有|各类"
)
#: Things that a project's sentence counts between it and a sum, which is then theirs: X，新建学校15所，总投资11亿元.
_COUNTED = re.compile(r"(?:[\d十百]{2,}|[2-9二两三四五六七八九])[余多]?[所家座栋幢户](?!月)")
#: From a figure to the 的 that makes it an attribute, other attributes between: 总投资60亿元、占地1500亩、建筑面积10万平方米的.
_TO_DE = re.compile(r"(?:[^，,。；;：:、的\n]|[、，,](?=[^，。；、的]{0,8}\d)){0,48}的")
_NOUN = re.compile(r"[^，,。；;：:、的\n]{0,16}")
#: Another head after 的 than the project: 投资2亿元的路网建设和X.
_OTHER_HEAD = re.compile(r"[和与及]|以及")
#: What may stand between a project and its money behind it.
_SAME_CLAUSE = re.compile(
    r"[^，。；、]{0,16}|[^。；]{0,40}[，、](?:项目|计划|预计|概算|年度|全年|当年|今年|年内|累计|已|现|其中|完成|总|的)*"
    r"(?:投资|投入|资金)*(?:总额|额|规模)?(?:完成|达到?|约|近|超过?|为|不低于|不少于|至少)*"
)
#: Behind a figure that is said of what stands before it, the clause ends; a verb would have its own object.
_CLAUSE_STOPS = re.compile(r"(?:左右|以上|以内|上下)?(?:[，,。；;：:、！!）)\n]|$)")
#: What stands behind a figure that is an attribute of what follows: X等总投资5亿元以上的项目.
_OF_OTHERS = re.compile(r"(?:左右|以上|以内|上下)?的")
#: Between money and the project that it is spent on.
_DOES = re.compile(r"[，、]?[^，。；、]{0,12}")
#: Behind money that nothing says to be of the project before it, what it is spent on: 投资500万元，实施X.
_SPENT_ON = re.compile(r"[，、]?(?:用于)?(?:实施|新建|改建|扩建|建设|建成|改造|启动|推进)[“「『]?")
_ONLY_INVESTED = re.compile(r"(?:共|计划|再)?投[资入]")
_PROGRESS = re.compile(r"累计|完成|年度|已")
_THIS_YEAR = re.compile(r"(?:年度|当年|今年|全年|年内|(?<!去)年)(?:计划)?(?:完成)?(?:投资|投入|完成)")
#: What an amount is, by the words of its clause, else by the indicator's; the first that matches.
_KINDS = (
    ("this_year", _THIS_YEAR),
    ("total", re.compile(r"总投资|投资总额|概算|计划投资")),
    ("contracted", re.compile(r"协议|合同|签约")),
    ("completed", re.compile(r"完成投资|累计|已完成|已投|到位")),
)
#: 年内完成投资5亿元的X is to complete the works, not what is spent on them in that year or so far.
_ATTRIBUTED_KINDS = (
    ("this_year", re.compile(r"(?:年度|当年|今年|全年)(?:计划)?投[资入]")),
    *_KINDS[1:-1],
    ("completed", re.compile(r"累计|已完成|已投|到位")),
)


@dataclass(frozen=True, slots=True)
class ProjectAmount:
    """Money of a project, in yuan or the record's unit, and what it is: one of :data:`AMOUNT_KINDS`.

    ``qualifier`` is how words bound it (近2000亿元: nearly), as in a record; ``record`` is the index of the row of the
    report's records that it comes from.
    """

    value: Decimal
    unit: str
    kind: str
    qualifier: str
    record: int
    evidence: str


@dataclass(frozen=True, slots=True)
class _Money:
    """A record of money and where its figure stands."""

    row: int
    record: Record
    value: Decimal
    start: int
    end: int


def _is_sum(record: Record) -> bool:
    """Is it one sum of money: no increase or decrease, no old value of a change, no range (it has two ends)?"""
    one = record.value_high is None and record.kind != "change" and record.basis != "from"
    return one and record.unit in _CURRENCIES


class SentenceMoney:
    """The money of a report's sentences, and whose it is."""

    def __init__(self, text: str, entities: Sequence[Entity], records: Sequence[Record]) -> None:
        self._text = text
        self._projects = {i: e for i, e in enumerate(entities) if e.label == "PROJECT"}
        found: dict[int, _Money] = {}
        for row, record in enumerate(records):
            value, start, end = record.value, record.value_start, record.value_end
            if value is None or start is None or end is None or not _is_sum(record):
                continue
            found.setdefault(start, _Money(row, record, value, start, end))
        self._money = list(found.values())

    def of(self, index: int) -> tuple[ProjectAmount, ...]:
        """The amounts of the project with this index among the report's entities, in reading order."""
        project = self._projects[index]
        left, right = stretch(self._text, project.start, project.end, SENTENCE_END)
        others = [e for e in self._projects.values() if left <= e.start < right]
        found = []
        for money in self._money:
            if not left <= money.start < right:
                continue
            how, attributed = self._whose(project, others, money)
            if how:
                kind = self._kind(money, attributed=attributed)
                record = money.record
                found.append(ProjectAmount(money.value, record.unit, kind, record.qualifier, money.row, how))
        return tuple(found)

    def _item(self, at: int) -> int:
        """Where the stretch begins that a figure stands in, up to the nearest comma or bracket."""
        left = max(0, at - 60)
        return left + max((m.end() for m in _ITEM_END.finditer(self._text[left:at])), default=0)

    def _is_own(self, project: Entity, money: _Money) -> bool:
        """Is the money that of a record of this project, rather than of an indicator?"""
        entity = money.record.entity
        return entity is not None and self._projects.get(entity) is project

    def _whose(self, project: Entity, others: Sequence[Entity], money: _Money) -> tuple[str, bool]:
        """How the money is known to be the project's, "" where it is not; and whether it is its attribute."""
        name, own = money.record.indicator, self._is_own(project, money)
        said = "the record's own project" if own else f"{name} in the same sentence"
        following = next((e for e in others if e.start >= money.end), None)
        if self._is_another_sum(project, money):
            return "", False
        if following is not None and self._is_attribute(money, following):
            named = own or bool(_ATTRIBUTED.fullmatch(name))
            mine = following is project and named and not self._shared(project, others, money)
            return (said, True) if mine else ("", False)
        if money.start >= project.end:
            fits = self._is_said_of(project, others, money)
        else:
            fits = following is project and self._is_spent_on(project, others, money)
        return (said, False) if fits else ("", False)

    def _is_attribute(self, money: _Money, project: Entity) -> bool:
        """总投资5亿元、占地50亩的X: attributes, 的, at most a few words of the project's kind, and the project."""
        to_de = _TO_DE.match(self._text, money.end, project.start)
        if not to_de or _SEVERAL.search(self._text[to_de.end() : project.start]):
            return False
        between = self._text[to_de.end() : project.start].rsplit("——")[-1]
        return not _OTHER_HEAD.search(between) and bool(_NOUN.fullmatch(between))

    def _shared(self, project: Entity, others: Sequence[Entity], money: _Money) -> bool:
        """Is the money that of the project and of what is listed with it?"""
        following = next((e for e in others if e.start >= project.end), None)
        if following and _LISTED.fullmatch(self._between(project, following)):
            return True
        # In a list of projects each with its own sum (总投资3亿元的A、总投资2亿元的B等项目) 等 sums up the list.
        in_list = self._text[self._item(money.start) - 1 : self._item(money.start)] == "、"
        return not in_list and bool(_MORE.match(self._text, project.end))

    def _is_another_sum(self, project: Entity, money: _Money) -> bool:
        """Do the words before the figure, those of the project's name apart, say that it is no investment?"""
        start = self._item(money.start)
        start = max(start, project.end) if project.end <= money.start else start
        return bool(_NO_INVESTMENT.search(self._text[start : money.start]))

    def _is_said_of(self, project: Entity, others: Sequence[Entity], money: _Money) -> bool:
        """X总投资5亿元: the last project before the money, in its clause or the next, with no other subject between."""
        own = self._is_own(project, money)
        last = max((e for e in others if e.end <= money.start), key=lambda e: e.start, default=None)
        between = self._text[project.end : money.start].strip()
        if last is not project or not _SAME_CLAUSE.fullmatch(between):
            return False
        if _SEVERAL.search(between) or _COUNTED.search(between) or _OF_OTHERS.match(self._text, money.end):
            return False
        if not (_MONEY_WORD.search(between) if own else _INVESTMENT.fullmatch(money.record.indicator)):
            return False
        listed = any(e is not project and _LISTED.fullmatch(self._between(e, project)) for e in others)
        # A verb behind the figure has its own object, unless the project is plainly its subject (X投资3亿元建起厂房).
        direct = not re.search("[，、和与及等]", between)
        return not listed and (direct or self._ends_its_clause(others, money))

    def _ends_its_clause(self, others: Sequence[Entity], money: _Money) -> bool:
        """Does nothing behind the figure take it from what stands before it?"""
        words = self._text[self._item(money.start) : money.start]
        following = next((e for e in others if e.start >= money.end), None)
        spent = following is not None and _SPENT_ON.fullmatch(self._text, money.end, following.start)
        if spent and _ONLY_INVESTED.fullmatch(words):
            return False
        return bool(_CLAUSE_STOPS.match(self._text, money.end))

    def _is_spent_on(self, project: Entity, others: Sequence[Entity], money: _Money) -> bool:
        """投资500万元，实施X: not what is said of something before it (完成投资5亿元，X开工)."""
        if not self._is_own(project, money) and not _INVESTMENT.fullmatch(money.record.indicator):
            return False
        if any(self._is_said_of(e, others, money) for e in others if e.end <= money.start):
            return False
        before = self._text[self._item(money.start) : money.start]
        between = self._text[money.end : project.start].strip()
        if _PROGRESS.search(before) or _SEVERAL.search(between):
            return False
        return bool(_DOES.fullmatch(between)) and not self._shared(project, others, money)

    def _between(self, one: Entity, other: Entity) -> str:
        return self._text[min(one.end, other.end) : max(one.start, other.start)]

    def _kind(self, money: _Money, *, attributed: bool) -> str:
        """By the words of the value's clause before it, else by the indicator."""
        words = self._text[self._item(money.start) : money.start]
        for said in (words, money.record.indicator):
            kinds = _ATTRIBUTED_KINDS if attributed else _KINDS
            kind = next((kind for kind, pattern in kinds if pattern.search(said)), "")
            if kind:
                return kind
        return "total"
