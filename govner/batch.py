"""``govner annotate``: many files, one output, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from govner.annotation import annotate_in_processes, annotate_reports
from govner.cli_output import spinner
from govner.corrections import Corrector, read_corrections
from govner.errors import UserError
from govner.models import load, locate
from govner.reading import read
from govner.schema import AnnotatedReport, ReadFailure, Report
from govner.writers import KEEP_SETTINGS, guess_format, open_writer
from govner.writers.resuming import Done, Opening, Settings, digest, model_name

#: Corrections without effect that are named; the others are counted.
SHOWN = 5


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


@dataclass
class _Tally:
    """How the run goes."""

    written: int = 0
    skipped: int = 0
    failures: list[ReadFailure] = field(default_factory=list)

    def __str__(self) -> str:
        said = f"{self.written} report{'' if self.written == 1 else 's'} annotated"
        said += f", {self.skipped} already there" if self.skipped else ""
        return said + (f", {len(self.failures)} failed" if self.failures else "")


def run_batch(inputs: Sequence[str], options: BatchOptions, talk: Console) -> int:
    """Annotate inputs and write them; failures are listed at the end.

    Returns:
        The number of inputs that failed.

    Raises:
        UserError: an option cannot be used, or ``--resume`` meets an output that was made with other ones.
    """
    model = str(locate(options.model))
    format = options.format or guess_format(options.out)
    if options.records and format != "jsonl":
        raise UserError(
            f"--records writes JSON lines, not {format}; leave --format out, or make tables with `govner tables`"
        )
    corrections = _corrections(options.corrections)

    def say(line: str) -> None:
        talk.print(line, markup=False)

    opening = Opening(_settings(Path(model), options, format), options.resume, say)
    writer, done = open_writer(format, options.out, opening)
    tally = _Tally()
    try:
        with spinner(talk) as bar:
            task = bar.add_task("loading the model")

            def show(doing: str) -> None:
                bar.update(task, description=escape(f"{tally}; {doing}"), refresh=True)

            reports = _shown(_new_reports(inputs, options, done, tally, corrections, say), show)
            for annotated in _annotate(model, reports, options):
                if corrections:
                    annotated = corrections.apply(annotated)
                writer.write(annotated)
                tally.written += 1
                show(f"last {annotated.report.id}")
    finally:
        writer.close()
    say(f"{tally}:" if tally.failures else str(tally))
    for failure in tally.failures:
        say(f"  {failure.source}: {failure.reason}")
    if options.out and not tally.written and not tally.skipped:
        left = "left as it was" if Path(options.out).exists() else "not made"
        say(f"no report could be annotated; {options.out} is {left}")
    if corrections:
        _say_unmatched(corrections, say)
    return len(tally.failures)


def _shown(reports: Iterator[Report], show: Callable[[str], None]) -> Iterator[Report]:
    """The reports, each named as it comes: several are read before the first of them is annotated."""
    for report in reports:
        show(f"read {report.source}")
        yield report


def _new_reports(
    inputs: Sequence[str],
    options: BatchOptions,
    done: Done,
    tally: _Tally,
    corrections: Corrector | None,
    say: Callable[[str], None],
) -> Iterator[Report]:
    """The reports that the output does not hold yet, each under an id of its own."""

    def repeated(name: str) -> None:
        say(f"{name}: given twice; annotated once")

    for item in read(inputs, encoding=options.encoding, text_column=options.text_column, repeated=repeated):
        if isinstance(item, ReadFailure):
            tally.failures.append(item)
        elif done.holds(item.source, item.id):
            tally.skipped += 1
            if corrections:
                corrections.skip(item)
        else:
            if options.show_dropped:
                _show_dropped(item, say)
            id = done.take(item.source, item.id)
            if id != item.id:
                say(f"{item.source}: another report has the id {item.id}; this one gets {id}")
            yield replace(item, id=id)


def _settings(model: Path, options: BatchOptions, format: str) -> Settings:
    """What ``--resume`` compares; the model's files are read only for formats that keep a hash of them."""
    meta = json.loads((model / "meta.json").read_text(encoding="utf-8"))
    parts = (path for path in (model / "govner_tagger").rglob("*") if path.is_file())
    return Settings(
        model=model_name(meta.get("name"), meta.get("version")),
        files=digest(parts) if format in KEEP_SETTINGS else "",
        min_score=options.min_score,
        corrections=digest([options.corrections]) if options.corrections else "",
        records=options.records,
    )


def _annotate(model: str, reports: Iterator[Report], options: BatchOptions) -> Iterator[AnnotatedReport]:
    if options.jobs > 1:
        return annotate_in_processes(model, reports, jobs=options.jobs, min_score=options.min_score)
    return annotate_reports(load(model), reports, min_score=options.min_score)


def _corrections(path: Path | None) -> Corrector | None:
    """The corrections to apply; read before anything is written."""
    if path is None:
        return None
    found = read_corrections(path)
    if not found:
        raise UserError(f"{path}: holds no correction")
    return Corrector(found)


def _say_unmatched(corrections: Corrector, say: Callable[[str], None]) -> None:
    """Name the first few corrections that did nothing: after a new model, or with other reports, they are easily missed."""
    idle = corrections.unmatched()
    if idle:
        say(f"{len(idle)} of {len(corrections)} corrections matched nothing:")
    for line in idle[:SHOWN]:
        say(f"  {line}")
    if len(idle) > SHOWN:
        say(f"  … and {len(idle) - SHOWN} more")


def _show_dropped(report: Report, say: Callable[[str], None]) -> None:
    for dropped in report.dropped:
        text = report.source_text[dropped.start : dropped.end].strip()
        if text:
            say(f"{report.source}\t{dropped.start}-{dropped.end}\t{dropped.reason}\t{text[:80]!r}")
