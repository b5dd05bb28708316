"""An annotated report → its records and measured quantities."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from govner.quantities import Quantity, find_quantities
from govner.records.clauses import Figure, Mention, Sentence, coordinated, sentences
from govner.records.commitments import ESTIMATED, commitment, is_assigned, tiers
from govner.records.facts import Fact, fact, unit_of
from govner.records.flows import flows
from govner.records.linking import Link, Target, link
from govner.records.naming import bare_name
from govner.records.objects import Measured, measured
from govner.records.periods import Timed, compared_year, period
from govner.records.schema import MeasuredQuantity, Record, ReportRecords
from govner.records.scopes import scope
from govner.records.stances import Context
from govner.records.trends import Trend, predicate, trend
from govner.schema import AnnotatedReport, Entity, Report

_GAIN_EACH = re.compile(r"[户亩人棚]均增收")
#: How a clause begins that still speaks of the indicator before it.
_SAME_SUBJECT = re.compile(
    r"(?:均|都|继续|增[速幅]|总量|稳)*(?:居(?!民)|列|位|排|在全|全[省市县国区]|与|和|同|高于|低于|快于|"
    r"好于|优于|(?:超额|圆满|全面|如期)*完成|创|持平|保持)"
)
#: From 由 to the end of an old value: its time is not that of the new value.
_OLD = re.compile(r"[由从自][^由从自，。；]*$")
#: Verbs that do not tell what was counted.
_NAMES_NOTHING = frozenset({"增加", "减少", "新增", "净增", "完成", "实现", "达成", "提升", "压缩", "削减"})


def extract(annotated: AnnotatedReport) -> ReportRecords:
    """The records and quantities of a report.

    Figures inside a name (“98个大中型项目” marked as a PROJECT, 千万工程) belong to the name and are left out.

    Returns:
        Records in the order of their sentences, and the figures of the text in reading order, each with what it measures.
    """
    report = annotated.report
    entities = annotated.entities
    quantities = _outside(find_quantities(report.text), entities)
    context = Context(report)
    records: list[Record] = []
    found: list[MeasuredQuantity] = []
    for sentence in sentences(report.text, entities, quantities):
        own, counted = _Reader(report, sentence, context).read()
        records += own
        found += counted
    return ReportRecords(tuple(records), tuple(found))


def _outside(quantities: Sequence[Quantity], entities: Sequence[Entity]) -> list[Quantity]:
    """The figures that lie in no entity."""
    ends = [e.end for e in entities]
    kept = []
    for q in quantities:
        at = bisect_right(ends, q.start)
        if at == len(entities) or entities[at].start >= q.end:
            kept.append(q)
    return kept


@dataclass(frozen=True, slots=True)
class _Place:
    """Words around a value, and where and of what it is."""

    mention: Mention | None
    name: str
    at: int
    near_start: int
    head: int


class _Reader:
    """The records of one sentence."""

    def __init__(self, report: Report, sentence: Sentence, context: Context) -> None:
        self.report = report
        self.sentence = sentence
        self.flows: dict[int, bool] = {}
        self.defines = context.defines(sentence.start)
        self.ahead, self.time = context.of(sentence.between(sentence.start, sentence.end), sentence.start)

    def read(self) -> tuple[list[Record], list[MeasuredQuantity]]:
        """Records, and what each figure measures."""
        links = link(self.sentence)
        linked = {each.figure.index: each.target.mention for each in links}
        others: list[tuple[Figure, Measured]] = []
        counted: list[MeasuredQuantity] = []
        last: Measured | None = None
        for figure in self.sentence.figures:
            mention = linked.get(figure.index)
            if mention is not None:
                counted.append(
                    MeasuredQuantity(figure.quantity, "indicator", mention.index, "", mention.text)
                )
                last = None
                continue
            last = measured(self.sentence, figure, last)
            counted.append(
                MeasuredQuantity(figure.quantity, last.measures, last.entity, last.verb, last.object)
            )
            if last.measures and figure.quantity.family != "time" and not self.defines:
                others.append((figure, last))
        self.flows = flows(self.sentence, linked, {figure.index: what for figure, what in others})
        records = [self._record(each) for each in links]
        records += self._trends(links)
        records = self._ended(links, records)
        records += [self._counted(figure, what) for figure, what in others]
        return sorted(self._tiered(records), key=self._order), counted

    def _order(self, record: Record) -> int:
        """Where a record stands: at its value, else behind its mention."""
        if record.value_start is not None:
            return record.value_start
        return next(m.end for m in self.sentence.mentions if m.index == record.entity)

    def _record(self, each: Link) -> Record:
        what = self._compared(fact(each, self.sentence), each.target.mention)
        mention = each.target.mention
        quantity = each.figure.quantity
        place = _Place(
            mention, mention.text, each.figure.start, min(mention.start, each.head - len(each.gap)), each.head
        )
        record = self._make(place, what, each.figure)
        if (
            quantity.text == "第一"
            or self.sentence.between(each.figure.start - 2, each.figure.start) == "倒数"
        ):
            return replace(_without_value(record), benchmark=self._place_words(each))
        return replace(
            record, component=each.target.component, qualifier=self._qualifier(each, record.status)
        )

    def _compared(self, what: Fact, mention: Mention) -> Fact:
        """A change, against the year that the words before its indicator compare with (与2015年相比，…)."""
        if what.kind != "change" or what.basis or what.benchmark:
            return what
        since = compared_year(self.sentence.between(self.sentence.start, mention.start))
        return replace(what, basis="since", since=since) if since else what

    def _place_words(self, each: Link) -> str:
        before = self.sentence.between(self.sentence.clause_start(each.figure.start), each.figure.start)
        place = re.search(r"(?:居于?|列|排名?|位|为|在|跃|升至)?([^居列排位为在跃至，、]{0,8})$", before)
        return (place[1] if place else "") + each.figure.quantity.text

    def _qualifier(self, each: Link, status: str) -> str:
        """The bound of a figure; within a list the bound before the first and the one behind the last hold for all."""
        own = each.figure.quantity.qualifier
        if not own:
            group = next((g for g in self.sentence.groups() if each.figure in g), [each.figure])
            own = group[-1].quantity.qualifier or group[0].quantity.qualifier
            own = "" if own == "range" else own
        return "over" if own == "at_least" and status == "achieved" and not self._minimum(each) else own

    def _minimum(self, each: Link) -> bool:
        return self.sentence.between(each.figure.start - 4, each.figure.start).endswith(
            ("不低于", "不少于", "至少")
        )

    def _make(self, place: _Place, what: Fact, figure: Figure | None) -> Record:
        sentence = self.sentence
        quantity, index = (figure.quantity, figure.index) if figure else (None, None)
        before = self._before(place.at, quantity)
        behind = sentence.between(place.at, sentence.end)
        status, word = self._status(sentence.between(sentence.start, place.head), behind, quantity)
        near = sentence.between(place.near_start, place.at)
        flow = index is not None and self.flows.get(index, False)
        part = quantity.part if quantity else ""
        # 户均增收6000元 is what a household gains a year, not over the years.
        kind = "level" if _GAIN_EACH.search(place.name) and not what.basis else what.kind
        when = period(self.time, Timed(before, near, kind, what.basis, what.since, part, flow))
        start = end = source_start = source_end = None
        if quantity is not None:
            start, end = quantity.start, quantity.end
            source_start, source_end = self.report.alignment.to_source(start, end)
        mention_start = place.mention.start if place.mention else place.at
        return Record(
            entity=place.mention.index if place.mention else None,
            indicator=bare_name(place.name) if place.mention else place.name,
            component="",
            value=quantity.value if quantity else None,
            value_high=quantity.value_high if quantity else None,
            unit=unit_of(quantity, place.name) if quantity else "",
            kind=what.kind,
            direction=what.direction,
            basis=what.basis,
            qualifier=quantity.qualifier if quantity else "",
            benchmark=what.benchmark,
            commitment=word,
            tier="",
            origin="assigned" if what.assigned else "own",
            period_start=when.start,
            period_end=when.end,
            period_type=when.type,
            base_period=when.base,
            scope=self._scope(place.name, mention_start),
            status=status,
            value_text=self.report.text[quantity.start : quantity.end] if quantity else "",
            value_start=start,
            value_end=end,
            value_source_start=source_start,
            value_source_end=source_end,
        )

    def _before(self, at: int, quantity: Quantity | None) -> str:
        """The sentence up to a value, without an old value that the value replaces."""
        start = self.sentence.start
        if quantity is None or quantity.part != "to":
            return self.sentence.between(start, at)
        old = max(
            (f.end for f in self.sentence.figures if f.quantity.part == "from" and f.end <= at), default=start
        )
        return _OLD.sub("", self.sentence.between(start, old)) + self.sentence.between(old, at)

    def _scope(self, name: str, start: int) -> str:
        """The scope of a mention; one that opened the sentence's first mention holds for the later ones too."""
        sentence = self.sentence
        territory = ""
        for mention in sentence.mentions:
            if mention.start < start and (
                opened := scope(sentence.between(sentence.start, mention.start), "")
            ):
                # 市区, 城区 and the like restrict only what they stand before.
                territory = opened if opened[0] in "全我本" else territory
        return scope(sentence.between(sentence.start, start), name, territory)

    def _status(self, before: str, behind: str, quantity: Quantity | None) -> tuple[str, str]:
        sentence = self.sentence
        mentions = [(m.start - sentence.start, m.end - sentence.start) for m in sentence.mentions]
        word = commitment(before, mentions, [f.start - sentence.start for f in sentence.figures])
        if quantity is not None and quantity.part == "from":
            return "achieved", ""
        if self.ahead:
            return "target", word
        size = len(quantity.text) if quantity else 0
        if word in ESTIMATED:
            return "estimate", word
        if re.match(r"(?:左右|以上)?[（(]预计", behind[size:]):
            return "estimate", "预计"
        return "achieved", ""

    def _trends(self, links: Sequence[Link]) -> list[Record]:
        """Records without a value, for indicators that have none and for predicates behind a value."""
        sentence = self.sentence
        mentions = [m for m in sentence.mentions if m.label == "INDICATOR"]
        valued = {each.target.mention.index for each in links}
        records = []
        at = 0
        while at < len(mentions):
            last = at
            while last + 1 < len(mentions) and len(coordinated(sentence, mentions, last + 1)) > last + 1 - at:
                last += 1
            group = mentions[at : last + 1]
            said = trend(sentence, group[0].start, group[-1].end)
            if said is not None:
                records += [self._trend(m, said, group[-1].end) for m in group if m.index not in valued]
            at = last + 1
        return records

    def _trend(self, mention: Mention, said: Trend, at: int) -> Record:
        basis = "average_annual" if re.search(r"年均增[速幅长]", mention.text) else said.basis
        what = Fact(said.kind, said.direction, basis, said.benchmark, assigned=said.assigned)
        end = self.sentence.clause_end(at)
        place = _Place(mention, mention.text, end, mention.start, end)
        return replace(self._make(place, what, None), qualifier=said.qualifier)

    def _ended(self, links: Sequence[Link], records: list[Record]) -> list[Record]:
        """Records, with what the clauses right behind a value say of the same indicators without a figure."""
        sentence = self.sentence
        added: list[Record] = []
        for head in sorted({each.head for each in links}):
            final = [each for each in links if each.head == head]
            end = max(each.figure.end for each in final)
            stops = [m.start for m in sentence.mentions if m.start >= end]
            stops += [f.start for f in sentence.figures if f.start >= end]
            clauses = re.split(r"[，,;]", sentence.between(end, min(stops, default=sentence.end)))[1:]
            for clause in clauses[:-1] if stops else clauses:
                said = self._continued(clause)
                if said is None:
                    break
                if re.match(r"(?:超额|圆满|全面|如期)*完成", said.benchmark):
                    starts = {each.figure.start for each in final}
                    records = [_met(r, said) if r.value_start in starts else r for r in records]
                elif said.kind != "level":
                    added += [self._trend(each.target.mention, said, end) for each in final]
        return [*records, *added]

    def _continued(self, clause: str) -> Trend | None:
        """What a clause without a figure says of the indicator before it, where it starts as such clauses do."""
        clause = clause.strip("。！？；;\n ”’）)")
        said = predicate(clause) if _SAME_SUBJECT.match(clause) and not re.search(r"\d", clause) else None
        return said if said is not None and said.benchmark else None

    def _counted(self, figure: Figure, what: Measured) -> Record:
        mention = next((m for m in self.sentence.mentions if m.index == what.entity), None)
        start = self.sentence.clause_start(figure.start)
        unlinked = Link(
            _target(mention, what.object, figure),
            figure,
            self.sentence.between(start, figure.start),
            figure.start,
        )
        record = self._make(
            _Place(mention, what.object, figure.start, start, figure.start),
            fact(unlinked, self.sentence),
            figure,
        )
        # 立案91起: the verb is all that says what was counted.
        named = record.indicator or what.verb in _NAMES_NOTHING
        return record if named else replace(record, indicator=what.verb)

    def _tiered(self, records: list[Record]) -> list[Record]:
        """Records with the tiers of two-tier targets: 增长7%以上、力争达到8% are two growth rates."""
        for index in {r.entity for r in records if r.status == "target" and r.entity is not None}:
            own = [i for i, r in enumerate(records) if r.entity == index and r.value is not None]
            if len(own) < 2 or len({(records[i].unit, records[i].component) for i in own}) > 1:
                continue
            first = records[own[0]]
            for i, tier in zip(own, tiers([records[i].commitment for i in own]), strict=True):
                records[i] = replace(records[i], tier=tier)
                if tier == "stretch" and first.kind == "change":
                    records[i] = replace(
                        records[i], kind="change", direction=first.direction, basis=first.basis
                    )
        return records


def _met(record: Record, said: Trend) -> Record:
    assigned = is_assigned(said.benchmark)
    return replace(record, benchmark=said.benchmark, origin="assigned") if assigned else record


def _target(mention: Mention | None, name: str, figure: Figure) -> Target:
    """What a figure without an indicator is of, in the form that facts are read from."""
    return Target(mention or Mention(-1, figure.start, figure.start, "", name))


def _without_value(record: Record) -> Record:
    return replace(
        record,
        value=None,
        value_high=None,
        unit="",
        qualifier="",
        value_text="",
        value_start=None,
        value_end=None,
        value_source_start=None,
        value_source_end=None,
    )
