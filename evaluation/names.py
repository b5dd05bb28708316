"""How well organizations and projects are resolved: scores against hand-labelled mentions.

Gold is stand-off JSON lines, one mention a line, without any text of the report::

    {"task": "organization", "document": "c_2019_X", "start": 120, "end": 122,
     "name": "保定市委", "type": "party", "deictic": true}
    {"task": "project", "document": "c_2019_X", "start": 310, "end": 318,
     "type": "transport", "status": "under_way", "amounts": [{"value": "120000000", "kind": "total"}]}

``document`` is the id of a document whose text and entity spans are given beside; ``start`` and ``end`` are code points of its
text and are those of an ORG or PROJECT span. ``name`` is the organization's name with its place as a reader of the report would
know it (人民政府 and 政府 count as one, and so do the spellings that
:func:`govner.names.organizations.organization_key` makes one); it is empty where the words can mean several organizations or
the place cannot be known. For a coordination (省、市委) it lists the names joined by 、. ``type`` and ``status`` are of the
closed lists in :mod:`govner.names.organ_types` and :mod:`govner.names.project_types`. ``amounts`` are in yuan, each with its
kind and, where words bound it, the ``qualifier`` of :mod:`govner.records.schema`. A project line is scored on what it has:
``type`` and ``status``, ``amounts``, or all of them.

``govner names-score`` prints the scores. A passage is scored in its whole report where a folder of reports is given, since its
status needs the heading it stands under.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from govner.errors import UserError
from govner.evaluation.name_documents import place_document
from govner.json_lines import read_json_lines
from govner.names import resolve
from govner.names.amounts import AMOUNT_KINDS
from govner.names.organ_types import TYPES as ORGAN_TYPES
from govner.names.organizations import OrganizationName, organization_key
from govner.names.project_types import STATUSES
from govner.names.project_types import TYPES as PROJECT_TYPES
from govner.names.projects import ProjectName
from govner.records import extract
from govner.records.schema import QUALIFIERS
from govner.schema import GoldDocument, Report


@dataclass(frozen=True, slots=True)
class NameGold:
    """A labelled mention: where it is and what it is."""

    document: str
    start: int
    end: int
    task: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its counts. ``value`` is None where nothing was to be counted."""

    right: int
    of: int

    @property
    def value(self) -> float | None:
        return self.right / self.of if self.of else None

    def __str__(self) -> str:
        return f"{self.right}/{self.of}" + (f" = {self.right / self.of:.3f}" if self.of else "")


def read_name_gold(path: Path) -> list[NameGold]:
    """The labelled mentions of a gold file.

    Raises:
        UserError: a line is not of the format described above.
    """
    return list(read_json_lines(path, _mention, "a labelled mention", "see govner.evaluation.names"))


def _mention(row: Any, where: str) -> NameGold:
    """One line of a gold file; errors of form are the reader's to report."""
    task = row["task"]
    only_amounts = task == "project" and "amounts" in row and not {"type", "status"} & row.keys()
    if not only_amounts:
        types = {"organization": ORGAN_TYPES, "project": PROJECT_TYPES}.get(task)
        if types is None or row["type"] not in types:
            raise UserError(f"{where}: task {task!r} with type {row['type']!r} is not in the closed lists")
        if task == "project" and row.get("status") not in STATUSES:
            raise UserError(f"{where}: status {row.get('status')!r} is not one of {', '.join(STATUSES)}")
    for amount in row.get("amounts", ()):
        if amount["kind"] not in AMOUNT_KINDS or amount.get("qualifier", "") not in QUALIFIERS:
            raise UserError(
                f"{where}: amount {amount} has a kind or qualifier that is not in the closed lists"
            )
    return NameGold(row["document"], int(row["start"]), int(row["end"]), task, row)


def score_organizations(pairs: Iterable[tuple[NameGold, OrganizationName | None]]) -> dict[str, Rate]:
    """Shares of ORG mentions resolved rightly; a mention that was not found counts as left empty.

    Returns:
        ``name`` (all), ``name_deictic``, ``name_other``: the right name, or rightly none; ``precision``: of the names given to
        deictic mentions, how many are right; ``recall``: of the deictic mentions that have a name, how many got it;
        ``rightly_empty``; ``type``; ``deictic``: whether the mention is taken as deictic.
    """
    count: Counter[str] = Counter()
    for gold, found in pairs:
        wanted = organization_key(str(gold.fields.get("name") or ""))
        given = found.key if found else ""
        group = "deictic" if gold.fields.get("deictic") else "other"
        right = given == wanted
        count["all"] += 1
        count[group] += 1
        count["name"] += right
        count[f"name_{group}"] += right
        count["type"] += found is not None and found.type == gold.fields["type"]
        count["said_deictic"] += found is not None and found.deictic == bool(gold.fields.get("deictic"))
        if group == "deictic":
            count["given"] += bool(given)
            count["given_right"] += bool(given) and right
            count["wanted"] += bool(wanted)
            count["empty"] += not wanted
            count["empty_right"] += not wanted and right
    return {
        "name": Rate(count["name"], count["all"]),
        "name_deictic": Rate(count["name_deictic"], count["deictic"]),
        "name_other": Rate(count["name_other"], count["other"]),
        "precision": Rate(count["given_right"], count["given"]),
        "recall": Rate(count["given_right"], count["wanted"]),
        "rightly_empty": Rate(count["empty_right"], count["empty"]),
        "type": Rate(count["type"], count["all"]),
        "deictic": Rate(count["said_deictic"], count["all"]),
    }


#: Value in yuan and kind of an amount → its qualifier.
_Amounts = dict[tuple[Decimal, str], str]


def _wanted_amounts(gold: NameGold) -> _Amounts:
    return {
        (Decimal(str(a["value"])).normalize(), str(a["kind"])): str(a.get("qualifier", ""))
        for a in gold.fields["amounts"]
    }


def _given_amounts(found: ProjectName | None) -> _Amounts:
    return {(a.value.normalize(), a.kind): a.qualifier for a in found.amounts} if found else {}


def score_projects(pairs: Iterable[tuple[NameGold, ProjectName | None]]) -> dict[str, Rate]:
    """Shares of PROJECT mentions with the right type, status and both; precision and recall of amounts with their kind.

    Returns:
        ``type``, ``status``, ``type_and_status``; ``amount_precision`` and ``amount_recall``: value and kind are right;
        ``amount_qualifier``: of the amounts that are right, those with the right qualifier.
    """
    count: Counter[str] = Counter()
    for gold, found in pairs:
        if "type" in gold.fields:
            count["all"] += 1
            same_type = found is not None and found.type == gold.fields["type"]
            same_status = found is not None and found.status == gold.fields["status"]
            count["type"] += same_type
            count["status"] += same_status
            count["both"] += same_type and same_status
        if "amounts" in gold.fields:
            wanted, given = _wanted_amounts(gold), _given_amounts(found)
            right = wanted.keys() & given.keys()
            count["wanted"] += len(wanted)
            count["given"] += len(given)
            count["amount_right"] += len(right)
            count["qualifier_right"] += sum(wanted[key] == given[key] for key in right)
    return {
        "type": Rate(count["type"], count["all"]),
        "status": Rate(count["status"], count["all"]),
        "type_and_status": Rate(count["both"], count["all"]),
        "amount_precision": Rate(count["amount_right"], count["given"]),
        "amount_recall": Rate(count["amount_right"], count["wanted"]),
        "amount_qualifier": Rate(count["qualifier_right"], count["amount_right"]),
    }


@dataclass(frozen=True, slots=True)
class NameScores:
    """Scores by task; the gold mentions whose document or span was not there; every mistake as a line of text.

    ``in_whole_reports`` counts the mentions that were scored in the whole report of their passage.
    """

    organizations: dict[str, Rate]
    projects: dict[str, Rate]
    missing: tuple[NameGold, ...]
    mistakes: tuple[str, ...]
    in_whole_reports: int


@dataclass(frozen=True, slots=True)
class _Found:
    surface: str
    organization: OrganizationName | None
    project: ProjectName | None
    whole: bool


def _resolved(document: GoldDocument, whole: Report | None) -> dict[tuple[str, int, int], _Found]:
    placed = place_document(document, whole)
    records = extract(placed.annotated).records
    names = resolve(placed.annotated, indicators=False, slogans=False, records=records)
    entities = placed.annotated.entities
    return {
        (document.id, *span): _Found(
            entities[i].text, names.organizations.get(i), names.projects.get(i), placed.whole
        )
        for span, i in placed.entities.items()
    }


def _said(amounts: _Amounts) -> str:
    said = (f"{qualifier} {value:f} {kind}".strip() for (value, kind), qualifier in sorted(amounts.items()))
    return ", ".join(said) or "none"


def _mistakes(gold: NameGold, found: _Found) -> Iterator[str]:
    """What differs, field by field."""
    name: OrganizationName | ProjectName | None = (
        found.organization if gold.task == "organization" else found.project
    )
    if name is None:
        yield "not resolved"
        return
    fields = ["type", "deictic"] if isinstance(name, OrganizationName) else ["type", "status"]
    if "type" not in gold.fields:
        fields = []
    if isinstance(name, OrganizationName):
        wanted = str(gold.fields.get("name") or "")
        if name.key != organization_key(wanted):
            yield f"name {name.name or 'none'} for {wanted or 'none'}"
    elif "amounts" in gold.fields:
        given, wanted_amounts = _given_amounts(name), _wanted_amounts(gold)
        if given != wanted_amounts:
            yield f"amounts {_said(given)} for {_said(wanted_amounts)}"
    for field in fields:
        if getattr(name, field) != gold.fields.get(field):
            yield f"{field} {getattr(name, field)} for {gold.fields.get(field)}"


def score(
    gold: Sequence[NameGold], documents: Iterable[GoldDocument], wholes: Mapping[str, Report] | None = None
) -> NameScores:
    """Score the names of documents with gold spans; records are extracted, so that projects have amounts.

    Args:
        wholes: the reports that passages were taken from, by document id
            (:func:`govner.evaluation.name_documents.whole_reports`).
    """
    wanted = {item.document for item in gold}
    found: dict[tuple[str, int, int], _Found] = {}
    for document in documents:
        if document.id in wanted:
            found |= _resolved(document, (wholes or {}).get(document.id))
    pairs = [(item, found.get((item.document, item.start, item.end))) for item in gold]
    mistakes = [
        f"{item.document} {item.start}-{item.end} {hit.surface}: {'; '.join(wrong)}"
        for item, hit in pairs
        if hit is not None and (wrong := list(_mistakes(item, hit)))
    ]
    return NameScores(
        score_organizations((g, h.organization if h else None) for g, h in pairs if g.task == "organization"),
        score_projects((g, h.project if h else None) for g, h in pairs if g.task == "project"),
        tuple(g for g, h in pairs if h is None),
        tuple(mistakes),
        sum(h is not None and h.whole for _, h in pairs),
    )


def score_rows(scores: NameScores) -> list[dict[str, str]]:
    """A row a score: what was scored, how many of how many are right, and the share."""
    return [
        {
            "of": title,
            "score": name,
            "right": str(rate.right),
            "all": str(rate.of),
            "share": f"{rate.value:.3f}" if rate.value is not None else "",
        }
        for title, rates in (("organizations", scores.organizations), ("projects", scores.projects))
        for name, rate in rates.items()
    ]
