"""``govner annotate``: many files, one output, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

from govner.annotation import annotate_in_processes, annotate_reports
from govner.errors import UserError
from govner.models import load, locate
from govner.reading import read
from govner.schema import AnnotatedReport, ReadFailure, Report
from govner.writers import guess_format, open_writer
from govner.writers.jsonl import JsonLinesWriter


@dataclass(frozen=True)
class BatchOptions:
    """What the command line says; see ``govner annotate --help``."""

    out: str | None = None
    format: str | None = None
    model: str | None = None
    jobs: int = 1
    resume: bool = False
    min_score: float = 0.0
    encoding: str | None = None
    text_column: str | None = None
    show_dropped: bool = False
    corrections: Path | None = None
    records: bool = False


def run_batch(inputs: Sequence[str], options: BatchOptions, talk: Console) -> int:
    """Annotate inputs and write them; failures are listed at the end.

    Returns:
        The number of inputs that failed.

    Raises:
        UserError: an option cannot be used, or nothing at all could be read.
    """
    model = str(locate(options.model))
    format = options.format or guess_format(options.out)
    if options.records and format != "jsonl":
        raise UserError(
            f"--records writes JSON lines, not {format}; leave --format out, or make tables with `govner tables`"
        )
    writer, done = open_writer(format, options.out, resume=options.resume)
    if isinstance(writer, JsonLinesWriter):
        writer.records = options.records
    failures: list[ReadFailure] = []
    written = skipped = 0

    def reports() -> Iterator[Report]:
        nonlocal skipped
        for item in read(inputs, encoding=options.encoding, text_column=options.text_column):
            if isinstance(item, ReadFailure):
                failures.append(item)
            elif f"{item.source}#{item.id}" in done:
                skipped += 1
            else:
                if options.show_dropped:
                    _show_dropped(item, talk)
                yield item

    try:
        with Progress(
            SpinnerColumn(), "{task.description}", TimeElapsedColumn(), console=talk, transient=True
        ) as bar:
            task = bar.add_task("annotating")
            for annotated in _annotate(model, reports(), options):
                writer.write(annotated)
                written += 1
                bar.update(task, description=f"{written} reports, last {annotated.report.id}")
    finally:
        writer.close()
    talk.print(
        f"{written} reports annotated"
        + (f", {skipped} already there" if skipped else "")
        + (f", {len(failures)} failed:" if failures else ""),
        markup=False,
    )
    for failure in failures:
        talk.print(f"  {failure.source}: {failure.reason}", markup=False)
    return len(failures)


def _annotate(model: str, reports: Iterator[Report], options: BatchOptions) -> Iterator[AnnotatedReport]:
    if options.jobs > 1:
        found = annotate_in_processes(model, reports, jobs=options.jobs, min_score=options.min_score)
    else:
        found = annotate_reports(load(model), reports, min_score=options.min_score)
    if options.corrections is None:
        return found
    from govner.corrections import apply_corrections, read_corrections

    corrections = read_corrections(options.corrections)
    if not corrections:
        raise UserError(f"{options.corrections}: holds no correction")
    return (apply_corrections(report, corrections) for report in found)


def _show_dropped(report: Report, talk: Console) -> None:
    for dropped in report.dropped:
        text = report.source_text[dropped.start : dropped.end].strip()
        if text:
            talk.print(
                f"{report.source}\t{dropped.start}-{dropped.end}\t{dropped.reason}\t{text[:80]!r}",
                markup=False,
            )
