"""Reports with marked entities, and what is extracted from them: shared by the tests of records."""

from __future__ import annotations

import re
from dataclasses import replace

from govner.reading import read_text
from govner.records import Record, extract
from govner.schema import AnnotatedReport, Entity

YEAR_2021 = ("2021-01-01", "2021-12-31", "year")
HEAD = """政府工作报告
——2022年1月18日在云台县第十七届人民代表大会第一次会议上
云台县人民政府县长 陈禾
各位代表：
现在，我代表县人民政府向大会报告工作，请予审议。
"""
REVIEW = "一、2021年工作回顾\n"
PLAN = "二、2022年工作安排\n"
TERM = "一、过去五年工作回顾\n五年来，全县上下埋头苦干。\n"
FIVE = "二、今后五年的奋斗目标\n今后五年，全县上下接续奋斗。\n"
_MARKS = {"【": "INDICATOR", "〖": "PROJECT", "《": "SLOGAN"}


def annotated(marked: str) -> AnnotatedReport:
    """A report whose marks 【indicator】, 〖project〗 are its entities."""
    text, entities = "", []
    for piece in re.split(r"([【〖《][^】〗》]*[】〗》])", marked):
        if piece[:1] in _MARKS and piece:
            name = piece[1:-1]
            entities.append((len(text), len(text) + len(name), _MARKS[piece[0]], name))
            text += name
        else:
            text += piece
    report = read_text(text, id="t")
    assert report.text == text, "write test texts that cleaning leaves alone"
    report = replace(report, meta={"year_reviewed": 2021, "year_planned": 2022})
    return AnnotatedReport(
        report, tuple(Entity(s, e, label, name, 1.0, (), s, e) for s, e, label, name in entities), {}
    )


def records(marked: str, part: str = REVIEW) -> list[Record]:
    """The INDICATOR records of a passage under a heading."""
    report = annotated(HEAD + part + marked)
    labels = [e.label for e in report.entities]
    return [r for r in extract(report).records if r.entity is not None and labels[r.entity] == "INDICATOR"]


def links(marked: str, part: str = REVIEW) -> list[tuple[str, str, str]]:
    return [(r.indicator, r.component, r.value_text) for r in records(marked, part)]


def measures(marked: str, part: str = REVIEW) -> list[tuple[str, str, str, str]]:
    found = extract(annotated(HEAD + part + marked))
    return [(m.quantity.text, m.measures, m.verb, m.object) for m in found.quantities]


def periods(marked: str, part: str) -> list[tuple[str, str, str]]:
    return [(r.period_start, r.period_end, r.period_type) for r in records(marked, part)]
