"""``govner tables``: reports or annotated reports in, a folder of tables and their codebook out.

The tables of the reports are in :data:`govner.tables.declared.TABLES`; beside them stand the lists of
:mod:`govner.tables.lists`, which are the same for all reports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from govner.names import resolve
from govner.records import extract
from govner.schema import ReadFailure
from govner.tables.codebook import write_codebook
from govner.tables.columns import Row
from govner.tables.declared import TABLES
from govner.tables.facts import quantity_rows, record_rows
from govner.tables.inputs import Loaded
from govner.tables.lists import LISTS, list_rows
from govner.tables.names import NamedThings
from govner.tables.rows import mention_row, report_row, sentence_rows
from govner.tables.sentences import Sentences
from govner.tables.writing import TableWriter, open_table

#: Kinds of names that can be resolved, or not.
NAMES = ("indicators", "slogans", "organizations", "projects")
#: Reports that a message names at most.
_NAMED = 10


class Progress(Protocol):
    """Is told of every report that is written."""

    def __call__(self, report_id: str, /) -> None: ...


@dataclass
class Written:
    """What was written: rows a table of the reports, inputs that could not be read, and notes for the user.

    Notes say what did not fit the format and which reports share an id.
    """

    rows: Counter[str] = field(default_factory=Counter)
    failures: list[ReadFailure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def table_rows(loaded: Loaded, without: Collection[str] = ()) -> dict[str, list[Row]]:
    """The rows of one report for every table, checked against what is declared.

    Args:
        without: which of :data:`NAMES` not to resolve.
    """
    annotated = loaded.annotated
    sentences = Sentences(annotated.report)
    measured = extract(annotated)
    wanted = {kind: kind not in without for kind in NAMES}
    things = NamedThings(annotated, resolve(annotated, records=measured.records, **wanted))
    records = record_rows(loaded, measured, sentences)
    found: dict[str, list[Row]] = {
        "reports": [report_row(annotated, sentences)],
        "sentences": sentence_rows(loaded, sentences),
        "mentions": [
            mention_row(annotated, entity, sentences.at(entity.start)) | things.mention_columns(index)
            for index, entity in enumerate(annotated.entities)
        ],
        "quantities": quantity_rows(loaded, measured, sentences),
        "records": [
            row | things.record_columns(record) for row, record in zip(records, measured.records, strict=True)
        ],
        "organizations": things.organization_rows(),
        "projects": things.project_rows([row["record_id"] for row in records]),
    }
    return {name: [table.row(row) for row in found[name]] for name, table in TABLES.items()}


def write_tables(
    items: Iterable[Loaded | ReadFailure],
    folder: Path,
    format: str = "csv",
    *,
    without: Collection[str] = (),
    progress: Progress = lambda report_id: None,
) -> Written:
    """Write the tables of annotated reports and their codebook into a folder.

    Memory holds one report at a time for csv, xlsx and parquet, one table at the end for dta.

    Args:
        items: see :func:`govner.tables.inputs.load`.
        folder: made where there is none; files of the same names are replaced.
        format: one of :data:`govner.tables.writing.FORMATS`.
        without: which of :data:`NAMES` not to resolve.

    Raises:
        UserError: the format is unknown or needs a library that is not installed, or an input is damaged.
    """
    written = Written()
    folder.mkdir(parents=True, exist_ok=True)
    repeats: list[tuple[str, bool]] = []
    with ExitStack() as stack:
        writers: dict[str, TableWriter] = {}
        for name, table in (TABLES | LISTS).items():
            writers[name] = open_table(format, folder, table)
            stack.callback(writers[name].discard)
        for item in items:
            if isinstance(item, ReadFailure):
                written.failures.append(item)
                continue
            if item.repeats:
                repeats.append((item.annotated.report.id, item.copy))
            for name, rows in table_rows(item, without).items():
                writers[name].write(rows)
                written.rows[name] += len(rows)
            progress(item.annotated.report.id)
        for name, rows in list_rows().items():
            writers[name].write(rows)
        for writer in writers.values():
            writer.close()
            written.notes += writer.notes
    written.notes += _said_of(repeats)
    write_codebook(folder, (TABLES | LISTS).values())
    return written


def _said_of(repeats: Sequence[tuple[str, bool]]) -> list[str]:
    """What the user is told of reports whose id occurred before, and of those among them whose text did too."""
    said = []
    for twice, what in (
        (False, "same id as another report, so renamed"),
        (True, "same id and same text as another report, so counted twice (give each report once)"),
    ):
        ids = [id for id, copy in repeats if copy is twice]
        if ids:
            said.append(
                f"{what}: {', '.join(ids[:_NAMED])}"
                + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")
            )
    return said
