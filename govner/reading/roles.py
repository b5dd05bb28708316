"""The names of what a stretch of a report does, of the time it speaks of, and of administrative levels."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a stretch does in the report.

    ``requirements`` covers the situation, guiding thought, general requirements and headline targets that
    come before the tasks; ``plan`` covers the tasks. ``government-building`` is the part of the plan about
    the government itself (a look back at it is ``review``). ``problems`` covers what the government admits
    to, including what it says it will do about it in the same breath.
    """

    OPENING = "opening"
    REVIEW = "review"
    PROBLEMS = "problems"
    REQUIREMENTS = "requirements"
    PLAN = "plan"
    GOVERNMENT_BUILDING = "government-building"
    CLOSING = "closing"
    GLOSSARY = "glossary"


class Horizon(StrEnum):
    """The time a stretch speaks of. Opening, problems, closing and glossary have none.

    ``term`` is a government's five years in office (过去五年, 今后五年, 本届政府), ``five-year`` a plan
    period (“十四五”). A heading that names both is a plan period.
    """

    HALF_YEAR = "half-year"
    YEAR = "year"
    TERM = "term"
    FIVE_YEAR = "five-year"


class Level(StrEnum):
    """Administrative level, by rank and not by name: a county-level city is a county, 直辖市 are
    provinces."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    TOWNSHIP = "township"
    STREET = "street"


#: Roles that speak of no particular time.
TIMELESS = frozenset({Role.OPENING, Role.PROBLEMS, Role.CLOSING, Role.GLOSSARY})
