"""Names that mean the same thing: indicators, slogans, organizations and projects to canonical forms, with evidence."""

from govner.names.indicators import IndicatorName, canonical_indicator
from govner.names.organizations import OrganizationName
from govner.names.projects import ProjectName
from govner.names.resolve import ResolvedNames, resolve
from govner.names.slogans import SloganName, canonical_slogan

__all__ = [
    "IndicatorName",
    "OrganizationName",
    "ProjectName",
    "ResolvedNames",
    "SloganName",
    "canonical_indicator",
    "canonical_slogan",
    "resolve",
]
