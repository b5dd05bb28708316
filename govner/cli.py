"""The command line. Machine output goes to stdout or a file, talk to stderr; a user's mistake is one line and exit 2."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from govner.cli_options import Encoding, Inputs, Model, TextColumn
from govner.cli_output import need_extra, talk
from govner.errors import UserError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Chinese local-government work reports (政府工作报告) as data: slogans, projects, organizations, indicators.",
)


@app.command(epilog="Example: `govner annotate reports/ -o entities.jsonl`")
def annotate(
    inputs: Inputs,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Output file; standard output without.")
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(help="jsonl, csv, parquet, docbin, html, brat or conll; told from OUT's ending."),
    ] = None,
    model: Model = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Skip the reports that OUT holds, made with the same model and options."
        ),
    ] = False,
    min_score: Annotated[
        float, typer.Option(min=0, max=1, help="Leave out entities less probable than this.")
    ] = 0.0,
    encoding: Encoding = None,
    text_column: TextColumn = None,
    show_dropped: Annotated[
        bool, typer.Option("--show-dropped", help="Also list on stderr what cleaning dropped, and why.")
    ] = False,
    corrections: Annotated[
        Optional[Path], typer.Option(help="Hand corrections to apply: JSON lines, see above.")  # noqa: UP045
    ] = None,
    records: Annotated[
        bool,
        typer.Option(
            "--records",
            help="Add to each line the records (indicator, value, unit, period, status, …) and every figure of the text.",
        ),
    ] = False,
) -> None:
    """Mark slogans, projects, organizations and indicators in reports.

    A file given twice is annotated once. A report whose id another one has gets ~2, ~3 … behind its own.

    A line of the corrections adds or removes one span of one report, found again by hashes of its paragraph:

    ```
    {"action": "remove", "source": "r.txt", "identity": SHA-256, "version": 1, "anchors": [ANCHOR]}
    ```

    Python writes it; a span is `source_start`, `source_end`, label, as in the output:

    ```
    from govner.corrections import make_corrections, write_corrections
    from govner.reading import read
    from govner.schema import Span
    report = next(read("r.txt"))
    fixes = make_corrections(report, "remove", [Span(57, 59, "ORG")])
    fixes += make_corrections(report, "add", [Span(57, 63, "ORG")])
    write_corrections("corrections.jsonl", fixes)
    ```

    Those that match nothing are counted and named on stderr.
    """
    from govner.batch import BatchOptions, run_batch

    options = BatchOptions(
        out=str(out) if out else None,
        format=format,
        model=model,
        jobs=jobs,
        resume=resume,
        min_score=min_score,
        encoding=encoding,
        text_column=text_column,
        show_dropped=show_dropped,
        corrections=corrections,
        records=records,
    )
    if run_batch(inputs, options, talk):
        raise typer.Exit(1)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog="Example: `govner train configs/cnn.cfg --output output/cnn --training.epochs 10`",
)
def train(
    context: typer.Context,
    config: Annotated[Path, typer.Argument(help="A .cfg that says everything; see configs/.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for models, metrics and checkpoints.")
    ] = Path("output"),
    resume: Annotated[bool, typer.Option("--resume", help="Go on from OUTPUT's checkpoint.")] = False,
) -> None:
    """Train a model. Any value of the config can be changed with --section.key VALUE."""
    try:
        from govner.training.config import parse_overrides
        from govner.training.train import train as run
    except ImportError as error:
        raise need_extra(error, "train", "training") from None
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    overrides = parse_overrides(context.args)
    with Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=talk,
        transient=True,
    ) as bar:
        task = bar.add_task("training", total=None)
        metrics = run(
            config,
            output,
            overrides,
            resume=resume,
            say=lambda line: bar.console.print(line, markup=False),
            tick=lambda done, total: bar.update(task, completed=done, total=total),
        )
    best = metrics["best"]["dev"]
    talk.print(
        f"{output}/best: F1 {best['f1']:.3f} (P {best['precision']:.3f}, R {best['recall']:.3f}) on the development "
        f"documents, epoch {metrics['best_epoch']} of {metrics['epochs']}, {metrics['seconds']:.0f} s"
    )


@app.command(epilog="Example: `govner info cnn`")
def info(model: Annotated[Optional[str], typer.Argument(help="A model's name or folder.")] = None) -> None:  # noqa: UP045
    """Versions, labels, models and where they are looked for."""
    import json
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from govner import __version__
    from govner.labels import LABELS
    from govner.models import DEFAULT, locate, search_path, shipped_models

    versions = {}
    for package in ("spacy", "onnxruntime", "numpy", "torch", "transformers"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    data: dict[str, object] = {
        "govner": __version__,
        "python": platform.python_version(),
        "labels": list(LABELS),
        "packages": versions,
        "models": {name: str(path) for name, path in shipped_models().items()},
        "models_are_looked_for_in": [str(p) for p in search_path()],
    }
    if model is not None or DEFAULT in shipped_models():
        path = locate(model)
        meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
        tagger = json.loads((path / "govner_tagger" / "tagger.json").read_text(encoding="utf-8"))
        data["model"] = {
            "path": str(path),
            **{k: meta.get(k) for k in ("name", "version", "description", "performance")},
            "labels": tagger["labels"],
            "window": tagger["window"],
        }
    print(json.dumps(data, ensure_ascii=False, indent=1))


def _register() -> None:
    """Commands that live in modules of their own."""
    from govner.cli_audit import audit
    from govner.cli_backbone import PRETRAIN_SETTINGS, pretrain
    from govner.cli_backbone import app as backbone
    from govner.cli_corpus import app as corpus
    from govner.cli_curve import learning_curve
    from govner.cli_evaluate import agree, benchmark, records_score, validate, validate_score
    from govner.cli_export import export, package
    from govner.cli_names import names_score
    from govner.cli_screen import screen
    from govner.cli_segmenter import app as segmenter
    from govner.cli_speed import speed
    from govner.cli_tables import tables, view

    app.command(epilog="Example: `govner audit reports/ > audit.csv`")(audit)
    app.command(epilog="Example: `govner benchmark cnn corpus/composed/test.jsonl`")(benchmark)
    app.command(context_settings=PRETRAIN_SETTINGS, epilog="Example: `govner pretrain configs/pretrain.cfg`")(
        pretrain
    )
    app.command(
        name="learning-curve",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        epilog="Example: `govner learning-curve configs/cnn.cfg --gold composed/test --source mine=train.jsonl`",
    )(learning_curve)
    app.command(
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        epilog="Example: `govner screen configs/cnn.cfg --data train.jsonl --variants crf,global_pointer,crf+rdrop`",
    )(screen)
    app.command(epilog="Example: `govner agree first.jsonl second.jsonl`")(agree)
    app.command(epilog="Example: `govner validate entities.jsonl -o coding.xlsx`")(validate)
    app.command(name="validate-score", epilog="Example: `govner validate-score coding.xlsx`")(validate_score)
    app.command(name="records-score", epilog="Example: `govner records-score corpus/records/dev.jsonl`")(
        records_score
    )
    app.command(name="names-score", epilog="Example: `govner names-score corpus/names/dev.jsonl`")(
        names_score
    )
    app.command(epilog="Example: `govner package output/mine --name my-model`")(package)
    app.command(epilog="Example: `govner speed reports/ --models default,cnn,lac`")(speed)
    app.command(epilog="Example: `govner tables reports/ -o tables --format parquet`")(tables)
    app.command(epilog="Example: `govner view report.pdf -o report.html`")(view)
    app.add_typer(export, name="export", help="Other forms of a trained model.")
    app.add_typer(backbone, name="backbone", help="Import a pretrained encoder.")
    app.add_typer(segmenter, name="segmenter", help="Cut text into words; train the segmenter that does it.")
    app.add_typer(corpus, name="corpus", help="Rebuild, check, count, convert and extend annotated corpora.")


_register()


def main() -> None:
    """The console script."""
    try:
        app()
    except UserError as error:
        talk.print(f"govner: {error}", style="red", markup=False)
        sys.exit(2)
    except KeyboardInterrupt:
        talk.print("govner: stopped; what was written stays, go on with --resume", markup=False)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        # A file or folder that the system refuses: full, read-only, a folder in a file's place.
        if error.filename is None:
            raise
        talk.print(
            f"govner: {error.filename}: {error.strerror}; choose another path", style="red", markup=False
        )
        sys.exit(2)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "govner":
            raise
        extras = "pip install 'govner[evaluate,tables,train]'"
        talk.print(f"govner: this needs {error.name}: {extras}", style="red", markup=False)
        sys.exit(2)
