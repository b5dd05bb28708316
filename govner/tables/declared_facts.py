"""The tables of what a report says: quantities and records. Allowed values come from :mod:`govner.records.schema`."""

from __future__ import annotations

from collections.abc import Iterable

from govner.records import schema
from govner.tables.columns import Column, Table
from govner.tables.declared_names import record_name_columns
from govner.tables.declared_shared import (
    report_column,
    role_columns,
    sentence_column,
    source_columns,
    span_columns,
)

_RULES = "Found by rules over the clause, which make mistakes: read a sample before relying on it."
_BASE = "In the base unit of `unit`: 490.2亿元 is 49020000000 元, 1.4万家 is 14000 家."
_BASE_UNIT = "元, %, 百分点, 亩, 吨, 人, 户 … by family; else the classifier as written (家, 个, 项); absent for a bare number."
_SIGN = "Never negative: a minus sign is `direction` down, of amounts too (增长-3% is 3 and down)."


def _one_of(values: Iterable[str]) -> str:
    return f"One of {', '.join(value for value in values if value)}."


def _bounds() -> tuple[Column, ...]:
    return (
        Column("value", "number", "The figure", "see the column unit", _BASE, _SIGN),
        Column(
            "value_high", "number", "Upper end of a range", "see the column unit", "Of 5%—6% the 6; absent for other figures."
        ),
        Column("unit", "string", "Unit of the value", "", _BASE_UNIT),
    )  # fmt: skip


QUANTITIES = Table(
    "quantities",
    "a figure of the text",
    "Every number with its unit, whether or not it measures an indicator. Years, dates and numbers of headings are none.",
    (
        Column("quantity_id", "string", "The figure", measured="Report, q, start, end."),
        report_column(),
        sentence_column("the figure"),
        *span_columns("the figure"),
        *source_columns("the figure"),
        Column("text", "string", "The figure as it stands", measured="Number and unit, without the words around it."),
        *_bounds(),
        Column("family", "string", "Family of the unit", measured="money, percent, points, land, length, count …"),
        Column("qualifier", "string", "How words bound the figure", "", _one_of(schema.QUALIFIERS)),
        Column(
            "direction", "string", "Change that the words say", "", f"{_one_of(schema.DIRECTIONS)} From 增长, 下降 …", _RULES
        ),
        Column("part", "string", "Old or new value of a change", measured="from and to in 由7%提高到9%; absent elsewhere."),
        Column(
            "measures", "string", "What sort of thing it measures", "", f"{_one_of(schema.MEASURES)} Absent where nothing was "
            "found.", _RULES,
        ),
        Column(
            "mention_id", "string", "The INDICATOR or PROJECT it measures", measured=_RULES,
            bias="Wrong where the mention is missed or its edges are wrong.", refers="mentions.mention_id",
        ),
        Column("verb", "string", "What was done to the things counted", measured="新建 in 新建农村公路12.3公里.", bias=_RULES),
        Column("object", "string", "What is counted", measured="农村公路 in 新建农村公路12.3公里.", bias=_RULES),
        *role_columns(),
    ),
)  # fmt: skip

RECORDS = Table(
    "records",
    "one thing said of one measured thing",
    "An indicator with two values has two rows; a target without a figure has a row without a value. Compare only rows of one "
    "`kind`, `basis` and `period_type`, and of counts only those of one `verb`.",
    (
        Column("record_id", "string", "The record", measured="Report, r, starts of indicator and value."),
        report_column(),
        sentence_column("the value (of the indicator where there is no value)"),
        Column(
            "mention_id", "string", "The INDICATOR or PROJECT that has the value", measured="Absent for counted sets and "
            "actions.", bias=_RULES, refers="mentions.mention_id",
        ),
        Column(
            "quantity_id", "string", "The figure", measured="Absent where the record has no value.",
            refers="quantities.quantity_id",
        ),
        Column(
            "indicator", "string", "What is measured",
            measured="The words of the INDICATOR or PROJECT without verbs and adverbs at their ends that the mention took "
            "along: 地区生产总值 of 地区生产总值历史性突破 (the mention keeps them). Of counted sets and actions, the words "
            "for what is counted.", bias=_RULES,
        ),
        Column(
            "verb", "string", "What was done to the things counted",
            measured="签约 in 签约项目4个, 扩建 in 扩建卫生院3个: `verb` of the figure. A count with a verb is a deliverable "
            "of the period, one without (卫生院3个) is a stock unless a verb stands behind it.",
            bias="Absent where the value is an INDICATOR's: there 新增, 净增 are words of the name. A verb behind the things "
            f"(3家企业入选…) is not taken. {_RULES}",
        ),
        Column(
            "component", "string", "Which part of it", measured="城镇 and 农村 where one name carries two values; what 其中 "
            "singles out.", bias=_RULES,
        ),
        *_bounds(),
        Column("kind", "string", "What sort of statement", "", _one_of(schema.KINDS), _RULES),
        Column("direction", "string", "Of a change or trend, or a minus sign", "", _one_of(schema.DIRECTIONS), _RULES),
        Column("basis", "string", "What a change is measured against", "", f"{_one_of(schema.BASES)} Only where words say so.",
               "Growth without words for it has none, though often yoy is meant."),
        Column("qualifier", "string", "How words bound the figure", "", _one_of(schema.QUALIFIERS)),
        Column(
            "benchmark", "string", "What it is compared with instead of a figure", measured="高于全市平均水平, as written.",
            bias=_RULES,
        ),
        Column("commitment", "string", "The word that says how firmly", measured="确保, 力争, 预期 … as written."),
        Column("tier", "string", "Of a target with two tiers", "", _one_of(schema.TIERS), _RULES),
        Column("origin", "string", "Who set a target", "", f"{_one_of(schema.ORIGINS)} assigned: set from above.", _RULES),
        Column("period_start", "date", "First day the value is of", "", "From the sentence, heading, role and the report's "
               "years.", "Wrong where the report's years are; absent where they are not known."),
        Column("period_end", "date", "Last day the value is of", "", "As `period_start`.", "As `period_start`."),
        Column("period_type", "string", "How the value relates to the period", "", _one_of(schema.PERIOD_TYPES), _RULES),
        Column("base_period", "string", "Period compared with, if named", measured="2015 in 较2015年."),
        Column("scope", "string", "Territory or restriction, in words", measured="全市, 全镇, 规上, as written.", bias=_RULES),
        Column("status", "string", "Achieved, target or estimate", "", f"{_one_of(schema.STATUSES)} From role and cue words.",
               "Follows the role: wrong where the role is."),
        Column("value_text", "string", "The figure as it stands", measured="Number and unit, without the words around it."),
        Column("value_clean_start", "integer", "Where the figure starts in the clean text", "characters"),
        Column("value_clean_end", "integer", "Where the figure ends in the clean text", "characters"),
        *source_columns("the figure", prefix="value_"),
        *role_columns(),
        *record_name_columns(),
    ),
)  # fmt: skip
