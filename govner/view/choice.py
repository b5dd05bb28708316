"""Which of the reports of an input the page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from govner.errors import UserError
from govner.json_lines import read_json_lines
from govner.reading.ids import Ids
from govner.schema import AnnotatedReport, ReadFailure
from govner.tables.inputs import Loaded, is_annotated

#: Ids that a message lists.
_LISTED = 5


def choose(items: Iterable[Loaded | ReadFailure], name: str, id: str | None = None) -> AnnotatedReport:
    """The one report of an input, or the one with an id.

    Args:
        items: see :func:`govner.tables.inputs.load`.
        name: the input, for messages.

    Raises:
        UserError: it cannot be read, there is no such report, or there are several and no id says which.
    """
    ids: list[str] = []
    found: AnnotatedReport | None = None
    for item in items:
        if isinstance(item, ReadFailure):
            raise UserError(f"{item.source}: {item.reason}")
        report = item.annotated.report
        if report.id == id:
            return item.annotated
        if id is None and found is not None:
            raise UserError(
                f"{name}: holds several reports, {ids[0]} and {report.id} among them; say which with --id"
            )
        ids.append(report.id)
        found = item.annotated
    if id is not None or found is None:
        more = " …" if len(ids) > _LISTED else ""
        held = f"{', '.join(ids[:_LISTED])}{more}" if ids else "none"
        raise UserError(f"{name}: holds no report{f' {id}' if id else ''}; it holds {held}")
    return found


def warn_of_others(name: str, id: str, say: Callable[[str], None]) -> None:
    """Say so where several reports of JSON lines have the id: the first is shown, the others go by ``~2``, ``~3`` …"""
    path = Path(name)
    if not is_annotated(path):
        return
    lines = read_json_lines(
        path, lambda line, where: (str(line["id"]), str(line.get("source", ""))), "a report"
    )
    ids = Ids()
    shown = [(own, ids.take(own), source) for own, source in lines]
    same = [(unique, source) for own, unique, source in shown if id in (own, unique)]
    if len(same) > 1:
        others = ", ".join(f"--id '{unique}' ({source})" for unique, source in same[1:4])
        more = " …" if len(same) > 4 else ""
        say(
            f"{name}: {len(same)} reports have the id {id}; this is the first, of {same[0][1]}. Others: {others}{more}"
        )
