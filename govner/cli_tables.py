"""``govner tables`` and ``govner view``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from govner.cli_options import Encoding, Model, TextColumn
from govner.cli_output import check_outputs, say, spinner, talk
from govner.errors import UserError

if TYPE_CHECKING:
    from govner.schema import AnnotatedReport, ReadFailure, Report
    from govner.tables.inputs import Loaded

MinScore = Annotated[
    float, typer.Option(min=0, max=1, help="Leave out entities less probable than this, where a model runs.")
]


def _annotator(
    model: str | None, min_score: float
) -> Callable[[Iterator[Report]], Iterator[AnnotatedReport]]:
    """Annotates reports; the model is looked for now and loaded when the first report comes."""
    from govner.models import locate

    path = str(locate(model))

    def annotate(reports: Iterator[Report]) -> Iterator[AnnotatedReport]:
        from govner.annotation import annotate_reports
        from govner.models import load

        yield from annotate_reports(load(path), reports, min_score=min_score)

    return annotate


def tables(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Reports (files, folders, globs, -), or JSON lines that `govner annotate` wrote."
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the tables and their codebook.")],
    format: Annotated[str, typer.Option(help="csv, parquet, xlsx or dta (Stata).")] = "csv",
    model: Model = None,
    min_score: MinScore = 0.0,
    encoding: Encoding = None,
    text_column: TextColumn = None,
    without: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            help="Names not to resolve: indicators, slogans, organizations or projects; may be repeated."
        ),
    ] = None,
) -> None:
    """Write reports, sentences, mentions, quantities, records, organizations and projects as tables, with a codebook.

    No model runs on JSON lines that `govner annotate` wrote.
    """
    from govner.tables.build import NAMES, write_tables
    from govner.tables.inputs import load
    from govner.tables.writing import FORMATS

    if format not in FORMATS:
        raise UserError(f"--format {format}: unknown; choose one of {', '.join(FORMATS)}")
    for kind in without or ():
        if kind not in NAMES:
            raise UserError(f"--without {kind}: want any of {', '.join(NAMES)}")
    if out.exists() and not out.is_dir():
        raise UserError(f"{out}: is a file; --out wants a folder for the tables")
    with spinner(talk) as bar:
        task = bar.add_task("writing tables")
        done = 0

        def progress(report_id: str) -> None:
            nonlocal done
            done += 1
            bar.update(task, description=f"{done} reports, last {report_id}")

        items = load(inputs, _annotator(model, min_score), encoding=encoding, text_column=text_column)
        failed, first = _first(items)
        if first is None:
            say(f"no report could be read; {out} is left as it was")
            _say_failures(failed)
            raise typer.Exit(1)
        items = chain(failed, [first], items)
        written = write_tables(items, out, format, without=without or (), progress=progress)
    counts = ", ".join(f"{count} {name}" for name, count in written.rows.items())
    say(f"{out}: {counts or 'nothing'}; see codebook.md")
    for note in written.notes:
        say(f"  {note}")
    if written.failures:
        _say_failures(written.failures)
        raise typer.Exit(1)


def _first(items: Iterator[Loaded | ReadFailure]) -> tuple[list[ReadFailure], Loaded | None]:
    """What failed before the first report, and that report; None where there is none."""
    from govner.schema import ReadFailure

    failed: list[ReadFailure] = []
    for item in items:
        if not isinstance(item, ReadFailure):
            return failed, item
        failed.append(item)
    return failed, None


def _say_failures(failures: Sequence[ReadFailure]) -> None:
    say(f"{len(failures)} input{'' if len(failures) == 1 else 's'} failed:")
    for failure in failures:
        say(f"  {failure.source}: {failure.reason}")


def view(
    report: Annotated[str, typer.Argument(help="A report, or JSON lines that `govner annotate` wrote.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="The page, an HTML file; standard output without.")
    ] = None,
    id: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Which report, where the file holds several."),
    ] = None,
    model: Model = None,
    min_score: MinScore = 0.0,
    encoding: Encoding = None,
    text_column: TextColumn = None,
) -> None:
    """Write one report as a page that needs no network: headings, marked text, and beside it the records.

    A click on a record shows where it stands, a click on a figure shows its record.
    """
    from govner.records import extract
    from govner.tables.inputs import load
    from govner.view.choice import choose, warn_of_others
    from govner.view.page import render

    check_outputs(out)
    if id is not None:
        warn_of_others(report, id, say)
    items = load([report], _annotator(model, min_score), encoding=encoding, text_column=text_column)
    annotated = choose(items, report, id)
    page = render(annotated, extract(annotated))
    if out is None:
        sys.stdout.write(page)
    else:
        out.write_text(page, encoding="utf-8")
        say(f"wrote {out}")
