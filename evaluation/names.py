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
closed lists in :mod:`govner.names.organ_types` and :mod:`govner.names.project_types`. ``amounts`` are in yuan; a project line
without ``amounts`` is not scored on them.

Run it with ``python -m govner.evaluation.names GOLD.jsonl DOCUMENTS``; DOCUMENTS is a folder of JSON files, or a JSON lines
file, of objects with ``id``, ``text``, ``spans`` and ``meta``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from govner.errors import UserError
from govner.names import ResolvedNames, resolve
from govner.names.organ_types import TYPES as ORGAN_TYPES
from govner.names.organizations import OrganizationName, organization_key
from govner.names.project_types import STATUSES
from govner.names.project_types import TYPES as PROJECT_TYPES
from govner.names.projects import ProjectName
from govner.reading import read_text
from govner.records.schema import Record
from govner.schema import AnnotatedReport, Entity, GoldDocument, Span

#: What a labelled place replaces in the metadata that was read from a passage.
_PLACE_KEYS = ("place", "place_path", "province", "level", "division_code")


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
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            task, kind = row["task"], row["type"]
            item = NameGold(row["document"], int(row["start"]), int(row["end"]), task, row)
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"{path}, line {number}: not a labelled mention ({error!r}); see govner.evaluation.names"
            ) from error
        types = {"organization": ORGAN_TYPES, "project": PROJECT_TYPES}.get(task)
        if types is None or kind not in types:
            raise UserError(
                f"{path}, line {number}: task {task!r} with type {kind!r} is not in the closed lists"
            )
        if task == "project" and row.get("status") not in STATUSES:
            raise UserError(
                f"{path}, line {number}: status {row.get('status')!r} is not one of {', '.join(STATUSES)}"
            )
        found.append(item)
    return found


def read_documents(path: Path) -> Iterator[GoldDocument]:
    """Documents with spans from a folder of JSON files or a JSON lines file.

    Raises:
        UserError: the path does not exist.
    """
    if not path.exists():
        raise UserError(
            f"{path} does not exist; give a folder of JSON files or a JSON lines file of labelled documents"
        )
    texts = (
        [file.read_text(encoding="utf-8") for file in sorted(path.glob("*.json"))]
        if path.is_dir()
        else path.read_text(encoding="utf-8").splitlines()
    )
    for text in filter(str.strip, texts):
        row = json.loads(text)
        spans = tuple(Span(int(s["start"]), int(s["end"]), s["label"]) for s in row["spans"])
        yield GoldDocument(row["id"], row["text"], spans, row.get("meta") or {})


def annotated(document: GoldDocument) -> AnnotatedReport:
    """A document with its gold spans as entities. A passage's place is that of its metadata, not what can be read from it."""
    report = read_text(document.text, id=document.id)
    given = {key: value for key, value in document.meta.items() if value not in (None, "")}
    read = (
        {k: v for k, v in report.meta.items() if k not in _PLACE_KEYS} if given.get("place") else report.meta
    )
    report = replace(report, meta={**read, **given})
    entities = []
    for span in document.spans:
        clean = report.to_clean(span)
        if clean:
            words = report.text[clean.start : clean.end]
            entities.append(Entity(clean.start, clean.end, clean.label, words, 1.0, (), span.start, span.end))
    return AnnotatedReport(
        report, tuple(sorted(entities, key=lambda e: e.start)), {"name": "gold", "version": ""}
    )


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


def _amount_keys(amounts: Iterable[Mapping[str, Any]]) -> set[tuple[Decimal, str]]:
    return {(Decimal(str(a["value"])).normalize(), str(a["kind"])) for a in amounts}


def score_projects(pairs: Iterable[tuple[NameGold, ProjectName | None]]) -> dict[str, Rate]:
    """Shares of PROJECT mentions with the right type, status and both; precision and recall of amounts with their kind."""
    count: Counter[str] = Counter()
    for gold, found in pairs:
        count["all"] += 1
        same_type = found is not None and found.type == gold.fields["type"]
        same_status = found is not None and found.status == gold.fields["status"]
        count["type"] += same_type
        count["status"] += same_status
        count["both"] += same_type and same_status
        if "amounts" in gold.fields:
            wanted = _amount_keys(gold.fields["amounts"])
            given = {(a.value.normalize(), a.kind) for a in found.amounts} if found else set()
            count["wanted"] += len(wanted)
            count["given"] += len(given)
            count["amount_right"] += len(wanted & given)
    return {
        "type": Rate(count["type"], count["all"]),
        "status": Rate(count["status"], count["all"]),
        "type_and_status": Rate(count["both"], count["all"]),
        "amount_precision": Rate(count["amount_right"], count["given"]),
        "amount_recall": Rate(count["amount_right"], count["wanted"]),
    }


@dataclass(frozen=True, slots=True)
class NameScores:
    """Scores by task, and the gold mentions whose document or span was not there."""

    organizations: dict[str, Rate]
    projects: dict[str, Rate]
    missing: tuple[NameGold, ...]


def score(
    gold: Sequence[NameGold],
    documents: Iterable[GoldDocument],
    records: Mapping[str, Sequence[Record]] | None = None,
) -> NameScores:
    """Score the names of documents with gold spans.

    Args:
        records: records by document id; without them projects have no amounts.
    """
    wanted = {item.document for item in gold}
    found: dict[tuple[str, int, int], tuple[ResolvedNames, int]] = {}
    for document in documents:
        if document.id in wanted:
            report = annotated(document)
            names = resolve(
                report, indicators=False, slogans=False, records=(records or {}).get(document.id, ())
            )
            for index, entity in enumerate(report.entities):
                found[(document.id, entity.source_start, entity.source_end)] = (names, index)
    organs: list[tuple[NameGold, OrganizationName | None]] = []
    works: list[tuple[NameGold, ProjectName | None]] = []
    missing = []
    for item in gold:
        hit = found.get((item.document, item.start, item.end))
        if hit is None:
            missing.append(item)
        if item.task == "organization":
            organs.append((item, hit[0].organizations.get(hit[1]) if hit else None))
        else:
            works.append((item, hit[0].projects.get(hit[1]) if hit else None))
    return NameScores(score_organizations(organs), score_projects(works), tuple(missing))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the scores of a gold file."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if len(given) != 2:
        raise SystemExit("usage: python -m govner.evaluation.names GOLD.jsonl DOCUMENTS")
    try:
        scores = score(read_name_gold(Path(given[0])), read_documents(Path(given[1])))
    except UserError as error:
        raise SystemExit(str(error)) from error
    for title, rates in (("organizations", scores.organizations), ("projects", scores.projects)):
        for name, rate in rates.items():
            print(f"{title:14} {name:16} {rate}")
    if scores.missing:
        print(f"{len(scores.missing)} labelled mentions were not found in the documents")


if __name__ == "__main__":
    main()
