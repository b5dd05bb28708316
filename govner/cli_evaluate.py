"""The commands of :mod:`govner.evaluation`: ``benchmark``, ``agree``, ``validate`` and ``validate-score``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer
from rich.console import Console
from rich.table import Table

from govner.errors import UserError

if TYPE_CHECKING:
    from govner.evaluation.tables import Row

_talk = Console(stderr=True, highlight=False, soft_wrap=True)

_Train = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--train", help="Training documents: baselines learn from them, and slices tell seen from unseen."
    ),
]


def _say(line: str) -> None:
    _talk.print(line, markup=False)


def _need_extra(error: ImportError) -> UserError:
    return UserError(f"evaluation needs {error.name}: pip install 'govner[evaluate]'")


def _show(title: str, rows: list[Row], out: Console) -> None:
    out.print(f"[bold]{title}[/bold]")
    table = Table(box=None, pad_edge=False)
    numeric = {
        k for k in rows[0] if all(r.get(k, "").lstrip("+-").replace(".", "", 1).isdigit() for r in rows)
    }
    for name in rows[0]:
        table.add_column(name, justify="right" if name in numeric else "left", no_wrap=name in numeric)
    for row in rows:
        table.add_row(
            *(row.get(name, "") for name in rows[0]), style="bold" if row.get("label") == "micro" else None
        )
    out.print(table)
    out.print()


def _label_map(pairs: list[str]) -> dict[str, str]:
    renamed = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not equals or not old:
            raise UserError(f"--map {pair}: want OLD=NEW (OLD= drops the label)")
        renamed[old] = new
    return renamed


def benchmark(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL… GOLD…",
            help="Models (govner, spaCy or Hugging Face; baselines seen-strings, rules, lac, spacy-ner; "
            "prediction files as JSON lines, brat or CoNLL; NAME=A,B for seeds) and gold (a file, a folder, "
            "a shipped split), told apart by what they are. Where that is unclear write gold:PATH or "
            "predictions:PATH.",
        ),
    ],
    json_out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--json", help="Write every number as JSON; - for standard output."),
    ] = None,
    report: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option(help="Write a report: .html (with every error), .md or .csv; may be given again."),
    ] = None,
    map: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Rename a predicted label, OLD=NEW; OLD= drops it."),
    ] = None,
    train: _Train = None,
    unit: Annotated[str, typer.Option(help="What is resampled: auto, document or paragraph.")] = "auto",
    resamples: Annotated[
        int, typer.Option(min=100, help="Bootstrap resamples; ten times as many permutations.")
    ] = 1000,
    cache: Annotated[Path, typer.Option(help="Where trained baselines are kept.")] = Path(".cache/govner"),
    seed: Annotated[int, typer.Option(help="Seed of resampling and of baselines that learn.")] = 0,
) -> None:
    """Score models against hand-labelled text, with intervals, tests of differences and calibration."""
    try:
        from govner.evaluation.baselines import BASELINES, make
        from govner.evaluation.benchmark import run
        from govner.evaluation.gold import load_gold
        from govner.evaluation.provenance import provenance
        from govner.evaluation.report import write_report
        from govner.evaluation.systems import Resources, load_system, sort_arguments
        from govner.evaluation.tables import as_json, sections
    except ImportError as error:
        raise _need_extra(error) from None
    if unit not in ("auto", "document", "paragraph"):
        raise UserError(f"--unit {unit}: want auto, document or paragraph")
    models, golds = sort_arguments(arguments, BASELINES)
    loaded = [gold for name in golds for gold in load_gold(name)]
    resources = Resources(_label_map(map or []), make(train or [], cache, seed))
    systems = [load_system(model, resources) for model in models]
    bench = run(systems, loaded, seed=seed, unit=unit, repeats=resamples, say=_say)
    info = provenance()
    to_stdout = json_out is not None and str(json_out) == "-"
    out = _talk if to_stdout else Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    for title, rows in sections(bench):
        _show(title, rows, out)
    for note in bench.notes:
        _say(note)
    if json_out is not None:
        _write_json(json_out, as_json(bench, info))
    for path in report or []:
        write_report(bench, path, info, train or [])
        _say(f"wrote {path}")


def _write_json(path: Path, data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    if str(path) == "-":
        print(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")
        _say(f"wrote {path}")
