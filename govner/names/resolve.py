"""All names of one report, each kind of which can be turned off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govner.names.indicators import IndicatorName, canonical_indicator, indicator_list
from govner.names.organizations import OrganizationName, organizations_of
from govner.names.projects import ProjectName
from govner.names.projects import projects as find_projects
from govner.names.slogans import SloganName, canonical_slogan
from govner.reading import places
from govner.records.schema import Record
from govner.schema import AnnotatedReport


@dataclass(frozen=True, slots=True)
class ResolvedNames:
    """Names by the index of the entity that they are of. A kind that was turned off is empty.

    ``projects`` is experimental: see :mod:`govner.names.projects`.
    """

    indicators: dict[int, IndicatorName]
    slogans: dict[int, SloganName]
    organizations: dict[int, OrganizationName]
    projects: dict[int, ProjectName]


def _year(annotated: AnnotatedReport) -> int | None:
    meta = annotated.report.meta
    year = meta.get("year_planned") or meta.get("year_reviewed")
    return int(year) if year else None


def _indicator(surface: str, year: int | None, *, nation: bool) -> IndicatorName:
    name = canonical_indicator(surface, year)
    if not nation or name.id != "gdp":
        return name
    national = indicator_list()["gdp_national"]
    return IndicatorName(
        surface, national.id, national.term, national.english, national.family, national.kind,
        (*name.evidence, "the report is the nation's"), national.related,
    )  # fmt: skip


def resolve(
    annotated: AnnotatedReport,
    *,
    indicators: bool = True,
    slogans: bool = True,
    organizations: bool = True,
    projects: bool = True,
    records: Sequence[Record] = (),
) -> ResolvedNames:
    """The names of a report's entities: canonical, resolved against its place, with evidence.

    Args:
        indicators, slogans, organizations, projects: which kinds to resolve.
        records: the report's records; they give projects their amounts.
    """
    report, entities = annotated.report, annotated.entities
    year = _year(annotated)
    nation = report.meta.get("place") == places.NATION_NAME
    wanted = {
        label: [i for i, e in enumerate(entities) if e.label == label] for label in ("INDICATOR", "SLOGAN")
    }
    return ResolvedNames(
        {i: _indicator(entities[i].text, year, nation=nation) for i in wanted["INDICATOR"]}
        if indicators
        else {},
        {i: canonical_slogan(entities[i].text) for i in wanted["SLOGAN"]} if slogans else {},
        {o.entity: o for o in organizations_of(report.text, entities, report.meta)} if organizations else {},
        {p.entity: p for p in find_projects(annotated, records)} if projects else {},
    )
