"""Resolved names → the rows of organizations and projects, and what they add to mentions and records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from govner.names import OrganizationName, ProjectName, ResolvedNames, canonical_indicator
from govner.names.amounts import AMOUNT_KINDS
from govner.names.indicators import series_id
from govner.names.project_types import STATUSES
from govner.records.schema import Record
from govner.schema import AnnotatedReport
from govner.tables.columns import Row
from govner.tables.rows import mention_id

_Name = TypeVar("_Name", OrganizationName, ProjectName)
#: From the least to the furthest.
_FURTHER = ("unknown", *(status for status in STATUSES if status != "unknown"))


class NamedThings:
    """The organizations and projects of a report: mentions of one key are one thing, named by the first of them."""

    def __init__(self, annotated: AnnotatedReport, names: ResolvedNames) -> None:
        self._annotated, self._names = annotated, names
        self._organizations = _groups(names.organizations.values(), lambda name: name.key)
        self._projects = _groups(names.projects.values(), lambda name: name.name)

    def mention_columns(self, index: int) -> Row:
        """The columns that names add to the mention with this index."""
        names = self._names
        row: Row = dict.fromkeys(("canonical_id", "canonical_name", "canonical_english"), "")
        row |= {"canonical_evidence": "", "organization_id": None, "project_id": None}
        if indicator := names.indicators.get(index):
            row |= {
                "canonical_id": indicator.id,
                "canonical_name": indicator.term,
                "canonical_english": indicator.english,
            }
            row["canonical_evidence"] = "; ".join(indicator.evidence)
        elif slogan := names.slogans.get(index):
            row |= {
                "canonical_id": slogan.canonical if slogan.known else "",
                "canonical_name": slogan.canonical,
            }
            row |= {"canonical_english": slogan.english, "canonical_evidence": "; ".join(slogan.evidence)}
        elif organization := names.organizations.get(index):
            row |= {"canonical_id": organization.key, "canonical_name": organization.name}
            row["canonical_evidence"] = "; ".join(organization.evidence)
            if organization.key:
                row["organization_id"] = self._id("o", self._organizations[organization.key])
        elif project := names.projects.get(index):
            row |= {"canonical_name": project.name, "canonical_evidence": "; ".join(project.evidence)}
            row["project_id"] = self._id("p", self._projects[project.name])
        return row

    def record_columns(self, record: Record) -> Row:
        """The columns that names add to a record."""
        name = self._names.indicators.get(record.entity) if record.entity is not None else None
        if name is not None and not name.id and record.component:
            name = canonical_indicator(name.surface, component=record.component)
        if name is None or not name.id:
            return {"indicator_id": None, "indicator_name": None, "series_id": None}
        return {"indicator_id": name.id, "indicator_name": name.term, "series_id": series_id(name.id)}

    def organization_rows(self) -> list[Row]:
        """The rows of `organizations`."""
        return [
            {
                "organization_id": self._id("o", group),
                "report_id": self._annotated.report.id,
                "key": key,
                "name": group[0].name,
                "type": group[0].type,
                "deictic": any(name.deictic for name in group),
                **self._grouped(group),
                "evidence": "; ".join(group[0].evidence),
            }
            for key, group in self._organizations.items()
        ]

    def project_rows(self, record_ids: Sequence[str]) -> list[Row]:
        """The rows of `projects`.

        Args:
            record_ids: keys of the report's records, in their order.
        """
        return [self._project_row(group, record_ids) for group in self._projects.values()]

    def _project_row(self, group: list[ProjectName], record_ids: Sequence[str]) -> Row:
        found = [amount for name in group for amount in name.amounts]
        unit = found[0].unit if found else ""
        amounts: Row = {}
        for kind in AMOUNT_KINDS:
            first = next((a for a in found if a.kind == kind and a.unit == unit), None)
            amounts[f"amount_{kind}"] = first.value if first else None
            amounts[f"amount_{kind}_qualifier"] = first.qualifier if first else None
        furthest = max(group, key=lambda name: _FURTHER.index(name.status))
        evidence = dict.fromkeys(
            [*group[0].evidence[:1], *furthest.evidence[1:], *(amount.evidence for amount in found)]
        )
        return {
            "project_id": self._id("p", group),
            "report_id": self._annotated.report.id,
            "name": group[0].name,
            "type": group[0].type,
            "status": furthest.status,
            **amounts,
            "amount_unit": unit,
            "amount_record_id": record_ids[found[0].record] if found else None,
            **self._grouped(group),
            "evidence": "; ".join(evidence),
        }

    def _id(self, kind: str, group: Sequence[OrganizationName | ProjectName]) -> str:
        return f"{self._annotated.report.id}:{kind}{self._annotated.entities[group[0].entity].start}"

    def _grouped(self, group: Sequence[OrganizationName | ProjectName]) -> Row:
        return {
            "surfaces": " | ".join(dict.fromkeys(name.surface for name in group)),
            "mentions": len(group),
            "first_mention_id": mention_id(
                self._annotated.report.id, self._annotated.entities[group[0].entity]
            ),
        }


def _groups(names: Iterable[_Name], key: Callable[[_Name], str]) -> dict[str, list[_Name]]:
    """Names by key, in the order of their mentions; those without a key are left out."""
    groups: dict[str, list[_Name]] = {}
    for name in sorted(names, key=lambda name: name.entity):
        if key(name):
            groups.setdefault(key(name), []).append(name)
    return groups
