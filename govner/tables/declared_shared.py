"""Columns that several tables have."""

from __future__ import annotations

from govner.reading.roles import Role
from govner.tables.columns import Column

OFFSET = "characters"
_CLEAN = (
    "Unicode code points of the clean text (the `text` of `govner annotate`), from 0; the end is not included"
)
_SOURCE = "Unicode code points of the decoded source file or table cell"
_NO_SOURCE = "Absent where the tables were made from JSON lines, which carry source offsets of mentions only."
ROLE_BIAS = (
    "Told from headings and cue words; where a report has neither, a stretch keeps the role before it."
)


def report_column() -> Column:
    """The column that every other table has."""
    return Column("report_id", "string", "The report", refers="reports.report_id")


def sentence_column(which: str) -> Column:
    """The column of things that stand in a sentence."""
    return Column(
        "sentence_id",
        "string",
        "The sentence it starts in",
        measured=f"The sentence that holds the first character of {which}.",
        refers="sentences.sentence_id",
    )


def span_columns(noun: str) -> tuple[Column, ...]:
    """Start and end in clean text."""
    return (
        Column("clean_start", "integer", f"Where {noun} starts in the clean text", OFFSET, _CLEAN),
        Column("clean_end", "integer", f"Where {noun} ends in the clean text", OFFSET, _CLEAN),
    )


def source_columns(noun: str, *, prefix: str = "", known: bool = False) -> tuple[Column, ...]:
    """Start and end in the source; ``known`` where JSON lines carry them too."""
    bias = "" if known else _NO_SOURCE
    return (
        Column(
            f"{prefix}source_start", "integer", f"Where {noun} starts in the source", OFFSET, _SOURCE, bias
        ),
        Column(f"{prefix}source_end", "integer", f"Where {noun} ends in the source", OFFSET, _SOURCE, bias),
    )


def role_columns() -> tuple[Column, ...]:
    """Role and horizon of the sentence, repeated so that counts by role need no join."""
    roles = ", ".join(Role)
    return (
        Column("role", "string", "What the stretch does in the report", "", f"One of {roles}.", ROLE_BIAS),
        Column(
            "horizon",
            "string",
            "The time the stretch speaks of",
            "",
            "half-year, year, term (a government's five years) or five-year (a plan period); absent for opening, problems, "
            "closing and glossary.",
            ROLE_BIAS,
        ),
    )
