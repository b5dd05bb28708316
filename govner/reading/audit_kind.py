"""What kind of document a text is, and which parts of a report it lacks."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum

from govner.reading.roles import Horizon, Role
from govner.reading.structure import stretches
from govner.schema import Report


class Kind(StrEnum):
    """Kinds of documents that are filed as reports."""

    REPORT = "report"
    NEWS = "news"
    DRAFT = "draft"
    PART = "part"
    TEMPLATE = "template"
    OTHER = "other"


_DRAFT = re.compile(
    r"[（(【\[]?(征求意见稿|意见征集稿|政治协商稿|协商稿|讨论稿|送审稿|代拟稿|初稿|草稿|修改稿)[）)】\]]?"
)
_NEWS = re.compile(
    r"[《“]?(政府工作)?报告[》”]?(说|指出|提出|强调|认为|回顾|总结|分为|共分|全面|要求)|作(了)?政府工作报告[。，]|本报讯|记者.{2,8}报道"
)
_SPEECH = re.compile(r"我代表.{1,24}(报告|作)|各位(代表|委员)|(请|予)审议")
_BLANK = re.compile(
    r"[X×xＸ]{2,}|[_＿]{2,}|20[X×xＸ]{2}|[○〇]{2,}(?=[年县市区镇乡])|\*{3,}|（\s*）|\[(填写|此处)"
)
_PAGE_OF = re.compile(r"(共|/)\s*(\d+)\s*页|第\s*\d+\s*页")
#: A text shorter than this is not a report.
_SHORTEST = 300


def kind_of(report: Report) -> Kind:
    """The kind of a document, by what it says and how."""
    text = report.text
    beginning = text[:300]
    amounts = characters(report)
    is_part = _pages_missing(report, amounts)
    speaks = len(_SPEECH.findall(text))
    if len(_BLANK.findall(text)) >= 5:
        return Kind.TEMPLATE
    if _NEWS.search(text) and len(_NEWS.findall(text)) >= 3 and speaks < 3:
        return Kind.NEWS
    drafted = _DRAFT.search(re.sub(r"《[^》]*》|\s", "", beginning))
    if drafted or re.match(r"\s*各位委员", re.sub(r"^(?:.*\n){0,6}?(?=\s*各位)", "", beginning)):
        return Kind.DRAFT
    if is_part:
        return Kind.PART
    looks = "工作报告" in text[:2000] or speaks or amounts[Role.REVIEW] + amounts[Role.PLAN] > 1000
    return Kind.REPORT if looks and len(text) >= _SHORTEST else Kind.OTHER


def characters(report: Report) -> Counter[str]:
    """How many characters of a report each role has."""
    counts: Counter[str] = Counter()
    for stretch in stretches(report.sections, len(report.text)):
        counts[stretch.role] += stretch.end - stretch.start
    return counts


def _pages_missing(report: Report, amounts: Counter[str]) -> bool:
    """A pager, and no end: the file holds one page of several."""
    paged = bool(report.meta.get("pager")) or bool(_PAGE_OF.search(report.text[-200:]))
    return paged and not amounts[Role.CLOSING]


def parts_missing(report: Report) -> tuple[str, ...]:
    """Parts of a report that a document lacks.

    ``annual plan`` is missing where a report plans a term or a plan period only, ``ending`` where it has no
    closing appeal and may be truncated, ``end of sentence`` where it breaks off.
    """
    amounts = characters(report)
    missing = []
    if not amounts[Role.OPENING] or not re.search(
        r"各位(代表|委员)|工作报告|人民代表大会", report.text[:600]
    ):
        missing.append("opening")
    if amounts[Role.REVIEW] < 300:
        missing.append("review")
    if amounts[Role.PLAN] + amounts[Role.REQUIREMENTS] < 300:
        missing.append("plan")
    elif not _plans_a_year(report):
        missing.append("annual plan")
    if not amounts[Role.CLOSING]:
        missing.append("ending")
    tail = report.text.rstrip()[-1:]
    if tail and not amounts[Role.GLOSSARY] and re.match(r"[\u4e00-\u9fff，、；：]", tail):
        missing.append("end of sentence")
    return tuple(missing)


def _plans_a_year(report: Report) -> bool:
    coming = {Role.PLAN, Role.REQUIREMENTS}
    near = {Horizon.YEAR, Horizon.HALF_YEAR}
    return any(s.role in coming and s.horizon in near for s in report.sections)
