"""``govner corpus …``: rebuild, check, count, convert and extend annotated corpora."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from govner.cli_output import say
from govner.errors import UserError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="markdown")

#: Where the repository keeps its corpus.
CORPUS = ["corpus/composed", "corpus/standoff"]
Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Gold files (.jsonl, *.standoff.jsonl) or folders; the repository's corpus where none is given."
    ),
]
Reports = Annotated[
    Path | None,
    typer.Option(help="Your copies of the public reports, so that stand-off documents have their text."),
]
FORMAT_HELP = "jsonl, brat, conll, docbin, labelstudio, doccano or prodigy."


def _paths(paths: list[Path] | None) -> list[str]:
    return [str(p) for p in paths] if paths else [p for p in CORPUS if Path(p).is_dir()] or CORPUS


@app.command(epilog="Example: `govner corpus hydrate my-reports/ -o real.jsonl`")
def hydrate(
    folder: Annotated[
        Path, typer.Argument(help="Your copies of the reports, in any encoding and file type.")
    ],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Output; standard output without.")] = None,
    labels: Annotated[
        list[Path] | None,
        typer.Option(help="Stand-off files; corpus/standoff/*.standoff.jsonl where none is given."),
    ] = None,
) -> None:
    """Rebuild text and labels of the stand-off documents from your own copies of the reports."""
    from govner.corpus import write_gold
    from govner.standoff import hydrate as run
    from govner.standoff import read_standoff
    from govner.training.corpus_stats import STANDOFF, corpus_files

    if not folder.exists():
        raise UserError(f"{folder}: no such file or folder; want your copies of the reports")
    files = [p for p in corpus_files(labels or ["corpus/standoff"]) if p.name.endswith(STANDOFF)]
    documents = [d for path in files for d in read_standoff(path)]
    result = run(documents, folder)
    for note in result.notes:
        say(note)
    say(
        f"{len(result.documents)} of {len(documents)} documents found, {len(result.missing)} missing, "
        f"{len(result.notes) - len(result.missing)} differ"
    )
    if not result.documents:
        raise UserError(f"{folder}: none of the {len(documents)} documents is among these files")
    write_gold(out or "/dev/stdout", result.documents)


@app.command(epilog="Example: `govner corpus check my-corpus/ --gold held-out/`")
def check(
    paths: Paths = None,
    reports: Reports = None,
    gold: Annotated[
        Path | None,
        typer.Option(help="Held-out documents that nothing may be a near copy of."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Checks to show, such as `edge` or `near-duplicate`; all where none is given."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 where something was found.")] = False,
) -> None:
    """List what looks wrong: edges, quotes, overlaps, labels at odds, passages that stand twice. One finding a line."""
    from govner.corpus import read_gold
    from govner.training import corpus_check

    corpus = corpus_check.read_corpus(_paths(paths), str(reports) if reports else None)
    held_out = list(read_gold(gold)) if gold else []
    found = [f for f in corpus_check.check(corpus, held_out) if not only or f.check in only]
    for f in found:
        print(f"{f.check}\t{f.where}\t{f.what}")
    n = sum(map(len, corpus.splits.values()))
    counts = ", ".join(f"{name} {count}" for name, count in corpus_check.summary(found).items())
    say(f"{n} documents checked; found: {counts or 'nothing'}")
    if found and strict:
        raise typer.Exit(1)


@app.command(epilog="Example: `govner corpus stats --into corpus/README.md`")
def stats(
    paths: Paths = None,
    reports: Reports = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Tables in Markdown.")] = False,
    into: Annotated[
        Path | None,
        typer.Option(help="Write the tables between a document's `stats` marks."),
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Also draw an image (.svg, .png, .pdf).")] = None,
) -> None:
    """Count documents, characters and spans by split, level, region, period and kind."""
    from govner.training import corpus_stats

    facts = corpus_stats.read_facts(_paths(paths), str(reports) if reports else None)
    if not facts:
        raise UserError(f"{', '.join(_paths(paths))}: no document")
    found = corpus_stats.tables(facts)
    if plot:
        corpus_stats.plot(facts, plot)
    if into:
        corpus_stats.write_into(into, found)
    elif markdown:
        print(corpus_stats.markdown(found), end="")
    else:
        _show(found)


def _show(found: Iterable[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    # Figures are never cut: where the screen is narrow, lines run over its edge.
    for table in found:
        shown = Table(title=table.title, title_justify="left")
        for n, column in enumerate(table.columns):
            shown.add_column(column, justify="right" if n else "left", no_wrap=True)
        for row in table.rows:
            shown.add_row(*row)
        width = Console(width=10_000).measure(shown).maximum
        Console(highlight=False, width=max(width, Console().width)).print(shown)


@app.command(epilog="Example: `govner corpus convert corpus/composed/dev.jsonl dev.conll --to conll`")
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file, or a folder (brat, JSON lines).")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A file (a folder for brat).")],
    to: Annotated[str, typer.Option("--to", help=FORMAT_HELP)],
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", help="The format of IN; told from its ending and first line where it is not given."
        ),
    ] = None,
) -> None:
    """Convert gold documents between annotation tools; nothing is lost on the way."""
    from govner.converters import converter, guess_format

    target = converter(to)
    origin = converter(from_ or guess_format(source))
    if source.resolve() == out.resolve():
        raise UserError(f"{out}: IN and OUT are the same")
    documents = list(origin.read(source))
    out.parent.mkdir(parents=True, exist_ok=True)
    n = target.write(out, documents)
    say(f"{out}: {n} documents, {sum(len(d.spans) for d in documents)} spans")


@app.command(
    epilog="Example: `govner corpus suggest cnn new-reports/ -o batch.json --format labelstudio --characters 5000`"
)
def suggest(
    model: Annotated[str, typer.Argument(help="A shipped model's name or a folder.")],
    inputs: Annotated[list[str], typer.Argument(help="Reports: files, folders or globs.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A file (a folder for brat).")],
    format: Annotated[str, typer.Option(help=FORMAT_HELP)] = "jsonl",
    limit: Annotated[int | None, typer.Option(min=1, help="How many documents; all without.")] = None,
    characters: Annotated[
        int,
        typer.Option(
            min=0, help="Cut reports into passages of about so many characters; 0 leaves them whole."
        ),
    ] = 0,
    seen: Annotated[
        list[Path] | None,
        typer.Option(help="Gold that is labelled already; what is like it comes late."),
    ] = None,
) -> None:
    """Pre-label reports for annotators, the most useful first: where the model is unsure and the text is new."""
    from govner.annotation import annotate_reports
    from govner.converters import converter
    from govner.corpus import read_gold
    from govner.models import load
    from govner.reading import read
    from govner.schema import ReadFailure, Report
    from govner.training.suggest import suggest as run

    target = converter(format)
    items = list(read(inputs))
    reports = [r for r in items if isinstance(r, Report)]
    known = [d.text for path in seen or [] for d in read_gold(path)]
    found, held_out = run(annotate_reports(load(model), reports), size=characters, seen=known, limit=limit)
    for failure in items:
        if isinstance(failure, ReadFailure):
            say(f"{failure.source}: {failure.reason}")
    for name in held_out:
        say(f"{name}: held out for testing; left out")
    if not found:
        raise UserError(f"{', '.join(inputs)}: no document to suggest")
    out.parent.mkdir(parents=True, exist_ok=True)
    target.write(out, (s.document for s in found))
    for s in found[:10]:
        parts = {"usefulness": s.usefulness, "unsure": s.uncertainty, "dense": s.density, "new": s.diversity}
        say(f"{s.document.id}\t{json.dumps({k: round(v, 3) for k, v in parts.items()})}")
    say(f"{out}: {len(found)} documents, the most useful first")
