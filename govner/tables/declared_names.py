"""The tables of who and what is named: organizations and projects; and the columns that names add to other tables."""

from __future__ import annotations

from govner.names.amounts import AMOUNT_KINDS, AMOUNT_MEANINGS
from govner.names.organ_types import TYPES as ORGANIZATION_TYPES
from govner.names.project_types import STATUSES
from govner.names.project_types import TYPES as PROJECT_TYPES
from govner.records.schema import QUALIFIERS
from govner.tables.columns import Column, Table
from govner.tables.declared_shared import report_column

_EXPERIMENTAL = "Experimental: see the head of this table."
_SCORES = (
    "Experimental: some types, statuses and amounts are wrong. How many were wrong on held-out reports is in govner's "
    "evaluation/README.md, and for amounts in corpus/names/README.md, with the commands that tell. Those scores are of gold "
    "mentions: where the model misses or cuts a project, so does this table."
)
_PHYSICAL = (
    "Physical works are construction, transport, water, public_facility, housing, environment and, where built, zone and "
    "industrial_investment; programme, campaign, pilot and party_education are none, other may be."
)
_TURNED_OFF = "Absent where `--without` turned this resolution off."


def mention_name_columns() -> tuple[Column, ...]:
    """What resolving names adds to a mention."""
    return (
        Column(
            "canonical_id", "string", "Canonical id of what is named",
            measured="INDICATOR: the statistic in govner's list; SLOGAN: the formula, where the gazetteer has it; ORG: its "
            "name in one spelling, the same in every report; PROJECT: absent.",
            bias=f"Absent where the list has no such name, or the words can mean several. {_TURNED_OFF}",
        ),
        Column(
            "canonical_name", "string", "Canonical name",
            measured="The statistic's official term, the formula, or the organization with its place; for what is not listed, "
            "the words themselves; absent for an organization that cannot be told.", bias=_TURNED_OFF,
        ),
        Column("canonical_english", "string", "Canonical name in English", measured="From the lists; few slogans have one."),
        Column("canonical_evidence", "string", "How the canonical name was found", measured="Steps in order, joined by '; '."),
        Column(
            "organization_id", "string", "The organization, for ORG", measured="Absent where it cannot be told which.",
            bias=_TURNED_OFF, refers="organizations.organization_id",
        ),
        Column("project_id", "string", "The project, for PROJECT", bias=_TURNED_OFF, refers="projects.project_id"),
    )  # fmt: skip


def record_name_columns() -> tuple[Column, ...]:
    """What resolving names adds to a record."""
    return (
        Column(
            "indicator_id", "string", "The statistic in govner's list",
            measured="As `canonical_id` of the mention; where one name stands for several statistics, that of the `component`.",
            bias="Absent for statistics that are not listed, counted sets and actions. Predecessors and other scopes of a "
            "statistic have ids of their own: see `indicators` and `indicator_links`.", refers="indicators.indicator_id",
        ),
        Column("indicator_name", "string", "Official term of the statistic", measured="As `indicator_id`."),
        Column(
            "series_id", "string", "The statistic, whatever its name was at the time",
            measured="As `indicator_id`, but one id for names that follow each other and differ in nothing else: gdp for "
            "国内生产总值 of a county before 2004 and 地区生产总值 after. The nation's is gdp too: keep places apart.",
            refers="indicators.indicator_id",
        ),
    )  # fmt: skip


def _grouped(noun: str) -> tuple[Column, ...]:
    """What a row made of several mentions says of them."""
    return (
        Column(
            "surfaces",
            "string",
            f"The words that name the {noun}",
            measured="Different ones, joined by ' | '.",
        ),
        Column(
            "mentions", "integer", f"Mentions of the {noun} in the report", "mentions",
            "All, those in the notes (`role` glossary) included.",
        ),
        Column("first_mention_id", "string", "Its first mention", refers="mentions.mention_id"),
    )  # fmt: skip


def _amount_columns(kind: str) -> tuple[Column, ...]:
    return (
        Column(
            f"amount_{kind}", "number", f"Its investment: {kind.replace('_', ' ')}", "see the column amount_unit",
            f"{AMOUNT_MEANINGS[kind].capitalize()}; the first amount of this kind. Money of several projects listed together "
            "is given to none. Increases, ranges, and money that it gets from above, saves or brings about stand in `records` "
            "alone.", _EXPERIMENTAL,
        ),
        Column(
            f"amount_{kind}_qualifier", "string", "How words bound this amount",
            measured=f"One of {', '.join(filter(None, QUALIFIERS))}: 近20亿元 is nearly.",
        ),
    )  # fmt: skip


ORGANIZATIONS = Table(
    "organizations",
    "an organization of a report",
    "Group by `key` to follow an organization through reports. Mentions that can mean several organizations have no row here.",
    (
        Column("organization_id", "string", "The organization", measured="Report, o, start of the first mention."),
        report_column(),
        Column("key", "string", "Its name in one spelling, the same in every report"),
        Column(
            "name", "string", "Its name with its place", measured="Deictic names (县委) are resolved by the report's place, "
            "short ones by the full ones in the report.", bias="Wrong where the report's place is: see `place_evidence`.",
        ),
        Column("type", "string", "What sort of organization", "", f"One of {', '.join(ORGANIZATION_TYPES)}; by the words."),
        Column("deictic", "boolean", "Whether any mention points to the report's place instead of naming one"),
        *_grouped("organization"),
        Column("evidence", "string", "How the name was found", measured="For the first mention, steps joined by '; '."),
    ),
)  # fmt: skip

PROJECTS = Table(
    "projects",
    "a project of a report",
    f"{_SCORES} Mentions of one spelling in a report are one project. {_PHYSICAL}",
    (
        Column("project_id", "string", "The project", measured="Report, p, start of the first mention."),
        report_column(),
        Column("name", "string", "Its name", measured="The words in one spelling.", bias="Short and full names stay apart."),
        Column("type", "string", "What sort of project", "", f"By the words: {', '.join(PROJECT_TYPES)}.", _EXPERIMENTAL),
        Column(
            "status", "string", "How far it has come", "", f"One of {', '.join(STATUSES)}: the furthest that a mention says.",
            _EXPERIMENTAL,
        ),
        *(column for kind in AMOUNT_KINDS for column in _amount_columns(kind)),
        Column(
            "amount_unit", "string", "Currency of the amounts", "", "That of the first amount.",
            "Amounts in a second currency are left out.",
        ),
        Column("amount_record_id", "string", "The record of the first amount", refers="records.record_id"),
        *_grouped("project"),
        Column("evidence", "string", "Where type, status and amounts come from", measured="Steps joined by '; '."),
    ),
)  # fmt: skip
