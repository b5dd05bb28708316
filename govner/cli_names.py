"""The command ``names-score``: how well organizations and projects are resolved, against labelled mentions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer
from rich.console import Console

from govner.cli_output import need_extra, say

if TYPE_CHECKING:
    from govner.schema import GoldDocument

#: The shipped sets whose mentions are labelled in ``corpus/names``.
_SETS = ("composed/dev", "standoff/dev", "composed/train", "standoff/train")


def _documents(given: list[str]) -> list[GoldDocument]:
    from govner.evaluation.gold import load_gold
    from govner.schema import GoldDocument

    golds = [gold for name in given for gold in load_gold(name)]
    return [GoldDocument(g.id, g.text, g.spans, g.meta) for g in golds]


def names_score(
    gold: Annotated[Path, typer.Argument(help="Labelled mentions as JSON lines: corpus/names/dev.jsonl.")],
    documents: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            help="The documents they stand in: a file, a folder or a shipped split; may be given again. "
            "Without it composed/dev and standoff/dev."
        ),
    ] = None,
    reports: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            help="Folder with your copies of the reports: passages are scored in their whole report. "
            "Without it the folder that GOVNER_REPORTS names."
        ),
    ] = None,
    mistakes: Annotated[bool, typer.Option("--mistakes", help="List every mistake.")] = False,
) -> None:
    """Score resolved organizations and projects (experimental) against labelled mentions."""
    try:
        from govner.evaluation import names
        from govner.evaluation.name_documents import whole_reports
    except ImportError as error:
        raise need_extra(error) from None
    rows = names.read_name_gold(gold)
    wanted = {row.document for row in rows}
    found = [d for d in _documents(documents or list(_SETS)) if d.id in wanted]
    given = os.environ.get("GOVNER_REPORTS", "")
    folder = reports or (Path(given) if given else None)
    wholes = whole_reports(found, folder) if folder else {}
    scores = names.score(rows, found, wholes)
    out = Console(highlight=False)
    for row in names.score_rows(scores):
        out.print(f"{row['of']:14} {row['score']:18} {row['right']:>4} of {row['all']:>4}  {row['share']}")
    for line in scores.mistakes if mistakes else ():
        out.print(line, markup=False, soft_wrap=True)
    say(f"{scores.in_whole_reports} of {len(rows)} mentions were scored in their whole report")
    if scores.missing:
        say(f"{len(scores.missing)} labelled mentions were not found in the documents")
