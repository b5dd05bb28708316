"""What a folder of reports really holds: a row a document, with what is wrong with it."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from govner.reading import places
from govner.reading.audit_copies import Copies, find_copies
from govner.reading.audit_damage import damage
from govner.reading.audit_kind import Kind, kind_of, parts_missing
from govner.schema import ReadFailure, Report

__all__ = ["AuditRow", "Kind", "audit_reports", "kind_of", "parts_missing"]

_STEM_WORDS = re.compile(r"(人民)?政府|工作报告|全文|正文|报告|年度|年")


@dataclass(slots=True)
class AuditRow:
    """What is known of one document. ``findings`` says in words what deserves a look; it is empty for a
    sound report.

    Places and years "by file" are read from the file's name, "by page" from the page or table around the
    text.
    """

    id: str
    source: str
    kind: str = ""
    title: str = ""
    place: str = ""
    level: str = ""
    division_code: str = ""
    place_evidence: str = ""
    year_reviewed: int | None = None
    year_planned: int | None = None
    date: str = ""
    meeting: str = ""
    speaker: str = ""
    place_by_file: str = ""
    year_by_file: int | None = None
    code_by_file: str = ""
    place_by_page: str = ""
    year_by_page: int | None = None
    missing: str = ""
    duplicate_of: str = ""
    version_of: str = ""
    damage: str = ""
    encoding: str = ""
    bytes: int = 0
    characters: int = 0
    dropped_characters: int = 0
    findings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The row with plain values: findings joined by semicolons, None as an empty string."""
        row = asdict(self) | {"findings": "; ".join(self.findings)}
        return {key: "" if value is None else value for key, value in row.items()}


def audit_reports(reports: Iterable[Report | ReadFailure]) -> list[AuditRow]:
    """A row for each report, in order; what could not be read gets a row of kind ``unreadable``."""
    rows: list[AuditRow] = []
    texts: list[str] = []
    for report in reports:
        if isinstance(report, ReadFailure):
            rows.append(AuditRow(os.path.basename(report.source), report.source, "unreadable"))
            rows[-1].findings.append(report.reason)
            texts.append("")
        else:
            rows.append(_row(report))
            texts.append(report.text)
    _note_copies(rows, find_copies(texts))
    _note_same_report(rows)
    return rows


def _row(report: Report) -> AuditRow:
    meta = report.meta
    row = AuditRow(report.id, report.source, str(kind_of(report)))
    for name in ("title", "place", "level", "division_code", "place_evidence", "date", "meeting", "speaker"):
        setattr(row, name, str(meta.get(name) or ""))
    row.year_reviewed, row.year_planned = meta.get("year_reviewed"), meta.get("year_planned")
    row.encoding = str(meta.get("encoding") or "")
    row.bytes = os.path.getsize(report.source) if os.path.isfile(report.source) else 0
    row.characters = len(report.text)
    row.dropped_characters = sum(d.end - d.start for d in report.dropped)
    stem = os.path.splitext(os.path.basename(report.source))[0]
    row.place_by_file, row.year_by_file = _named(stem)
    code = re.search(r"(?<!\d)[1-8]\d{5}(?:\d{3})?(?!\d)", stem)
    row.code_by_file = code[0] if code else ""
    page = meta.get("title_in_page") or meta.get("table_title") or ""
    row.place_by_page, row.year_by_page = _named(str(page))
    row.missing = ", ".join(parts_missing(report))
    found = damage(report.source_text)
    row.damage = ", ".join(f"{name}: {count}" for name, count in found.items())
    _judge(row, [name for name in found if name.startswith("percent")], report)
    return row


def _named(name: str) -> tuple[str, int | None]:
    """Place and year in a file name or page title."""
    year = re.search(r"(?<!\d)(19|20)\d{2}(?!\d)", name)
    bare = _STEM_WORDS.sub(" ", re.sub(r"[\W\d_a-zA-Z]+", " ", name))
    words = [w for w in bare.split() if places.is_place(w)]
    return (words[0] if words else ""), int(year[0]) if year else None


def _same_place(name: str, row: AuditRow) -> bool:
    """Whether a name, in full or short or with the divisions above, is the row's place."""
    return not name or not row.place or places.same_place(name, row.place)


def _judge(row: AuditRow, lost: Sequence[str], report: Report) -> None:
    """Put in words what is wrong."""
    say = row.findings.append
    for where, name in (("file name", row.place_by_file), ("page", row.place_by_page)):
        if not _same_place(name, row):
            say(f"filed under the wrong place: the {where} says {name}, the text {row.place}")
    years = {row.year_reviewed, row.year_planned} - {None}
    for where, year in (("file name", row.year_by_file), ("page", row.year_by_page)):
        if year and years and year not in years:
            say(
                f"year: the {where} says {year}, the text reviews {row.year_reviewed} "
                f"and plans {row.year_planned}"
            )
    _judge_kind(row)
    if lost:
        say(f"percent signs destroyed ({lost[0]})")
    if not row.place:
        say("no place found in the text")
    if any(d.reason == "repeated copy of the page" for d in report.dropped):
        say("the file holds the same page several times")
    if "question runs" in row.damage and _inside_prose(report):
        say("characters lost inside the prose (runs of ?)")


def _judge_kind(row: AuditRow) -> None:
    kinds = {
        Kind.NEWS: "a news item about the report, not the report",
        Kind.DRAFT: "a draft for consultation",
        Kind.PART: "one page of several",
        Kind.TEMPLATE: "a template",
        Kind.OTHER: "not a work report",
    }
    if row.kind in kinds:
        row.findings.append(kinds[Kind(row.kind)])
    for part, words in (
        ("plan", "no plan part"),
        ("annual plan", "no plan for the year, only for a longer time"),
        ("review", "no review part"),
        ("ending", "no ending: truncated, or without a closing"),
    ):
        if row.kind not in (Kind.NEWS, Kind.PART, Kind.OTHER) and part in row.missing.split(", "):
            row.findings.append(words)


def _inside_prose(report: Report) -> bool:
    """Whether runs of question marks stand between characters of words in the clean text."""
    return len(re.findall(r"[\u4e00-\u9fff]\?{2,}[\u4e00-\u9fff]", report.text)) >= 1


def _note_copies(rows: Sequence[AuditRow], copies: Iterable[Copies]) -> None:
    for pair in copies:
        first, second = rows[pair.first], rows[pair.second]
        if pair.same:
            second.duplicate_of = second.duplicate_of or first.source
            second.findings.append(f"duplicate of {first.source} ({pair.resemblance:.0%} the same)")
        else:
            second.version_of = second.version_of or first.source
            second.findings.append(f"another version of {first.source} ({pair.containment:.0%} shared)")


def _note_same_report(rows: Sequence[AuditRow]) -> None:
    """Documents of one place and year that are not near-duplicates are still versions of one report."""
    groups: dict[tuple[str, int], list[AuditRow]] = defaultdict(list)
    for row in rows:
        if row.division_code and row.year_planned:
            groups[row.division_code, row.year_planned].append(row)
    for first, *others in groups.values():
        for row in others:
            if not row.duplicate_of and not row.version_of:
                row.version_of = first.source
                row.findings.append(f"same place and year as {first.source}")
