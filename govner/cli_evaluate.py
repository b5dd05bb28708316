"""The commands of :mod:`govner.evaluation`: ``benchmark``, ``agree``, ``validate``, ``validate-score``,
``records-score``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer
from rich.console import Console

from govner.cli_output import check_outputs, need_extra, result_console, say, show_table, write_json
from govner.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from govner.evaluation.benchmark import Benchmark
    from govner.evaluation.gold import Gold
    from govner.evaluation.record_gold import GoldRecords
    from govner.evaluation.systems import System
    from govner.evaluation.tables import Row
    from govner.schema import AnnotatedReport

_Train = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--train", help="Training documents: baselines learn from them, and slices tell seen from unseen."
    ),
]


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
    robustness: Annotated[
        bool, typer.Option("--robustness", help="Also score under noise: what each kind of damage costs.")
    ] = False,
    contamination: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Texts that a model learnt from, files or folders: how much of gold is in them."),
    ] = None,
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
        from govner.evaluation.report import FORMATS, write_report
        from govner.evaluation.systems import Resources, load_system, sort_arguments
        from govner.evaluation.tables import as_json
    except ImportError as error:
        raise need_extra(error) from None
    if unit not in ("auto", "document", "paragraph"):
        raise UserError(f"--unit {unit}: want auto, document or paragraph")
    check_outputs(json_out, *(report or []))
    for path in report or []:
        if path.suffix not in FORMATS:
            raise UserError(f"--report {path}: want a name that ends in {', '.join(FORMATS)}")
    models, golds = sort_arguments(arguments, BASELINES)
    loaded = [gold for name in golds for gold in load_gold(name)]
    resources = Resources(_label_map(map or []), make(train or [], cache, seed, say))
    systems = [load_system(model, resources) for model in models]
    bench = run(systems, loaded, seed=seed, unit=unit, repeats=resamples, say=say)
    info = provenance()
    out = result_console(json_out)
    _show_all(bench, out)
    data = as_json(bench, info)
    if robustness:
        data["robustness"] = _robustness(systems, loaded, seed, out)
    if contamination:
        data["contamination"] = _contamination(loaded, contamination, out)
    if json_out is not None:
        write_json(json_out, data)
    for path in report or []:
        write_report(bench, path, info, train or [])
        say(f"wrote {path}")


def _show_all(bench: Benchmark, out: Console) -> None:
    from govner.evaluation.tables import sections

    for title, rows in sections(bench):
        show_table(title, rows, out)
    for note in bench.notes:
        say(note)


def _robustness(systems: Sequence[System], golds: Sequence[Gold], seed: int, out: Console) -> list[Row]:
    from govner.evaluation.robustness import damage_rows
    from govner.evaluation.robustness import robustness as measure

    real = [gold for gold in golds if not gold.composed] or list(golds)
    rows = damage_rows(measure([system.predictors[0] for system in systems], real, seed=seed, say=say))
    show_table("Strict micro F1 lost to noise", rows, out)
    return rows


def _contamination(golds: Sequence[Gold], sources: Sequence[str], out: Console) -> list[Row]:
    from govner.evaluation import contamination as module

    rows = module.contamination_rows(module.contamination(golds, sources, say=say))
    show_table("Gold in training texts (normalised characters)", rows, out)
    return rows


def agree(
    annotators: Annotated[
        list[str],
        typer.Argument(help="Two or more: gold files or folders, brat folders, CoNLL or prediction files."),
    ],
    json_out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--json", help="Write every number and disagreement as JSON; - for standard output."),
    ] = None,
    disagreements: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Write all disagreements as CSV, each in its sentence."),
    ] = None,
    show: Annotated[int, typer.Option(min=0, help="How many disagreements of a pair to print.")] = 10,
    map: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Rename a label, OLD=NEW; OLD= drops it."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of resampling.")] = 0,
) -> None:
    """Measure how far annotators agree: pairwise F1 by label, and Krippendorff's alpha for unitizing."""
    try:
        from govner.evaluation import agreement, agreement_files
        from govner.evaluation.tables import as_csv
    except ImportError as error:
        raise need_extra(error) from None
    check_outputs(json_out, disagreements)
    spans, texts = agreement_files.load_annotators(annotators, _label_map(map or []))
    found = agreement.agree(spans, texts, seed=seed)
    out = result_console(json_out)
    unit, count = found.unit
    show_table(
        f"Pairwise F1 (95 % intervals by bootstrap of {count} {unit}s)", agreement_files.pair_rows(found), out
    )
    show_table("Krippendorff's alpha for unitizing, all annotators", agreement_files.alpha_rows(found), out)
    rows = []
    for pair in found.pairs:
        own = agreement_files.disagreement_rows(pair, found, texts)
        rows += own
        if own and show:
            show_table(f"{pair.first} and {pair.second}: {len(own)} disagreements", own[:show], out)
    if json_out is not None:
        write_json(json_out, agreement_files.as_json(found, texts))
    if disagreements is not None:
        disagreements.write_text(as_csv(rows), encoding="utf-8-sig", newline="")
        say(f"wrote {disagreements}")


def validate(
    annotated: Annotated[list[str], typer.Argument(help="What `govner annotate -o FILE.jsonl` wrote.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The coding sheet, an Excel workbook.")] = Path(
        "coding.xlsx"
    ),
    by: Annotated[
        str,
        typer.Option(help="Strata: any of place, province, year, level, role, with commas; empty for none."),
    ] = "level,year",
    sentences: Annotated[int, typer.Option(min=10, help="About how many sentences to draw.")] = 200,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
) -> None:
    """Draw a stratified sample of your own annotated reports and write a sheet to code by hand."""
    try:
        from govner.evaluation import coding_sheet, sampling
        from govner.evaluation.provenance import provenance
    except ImportError as error:
        raise need_extra(error) from None
    from govner.labels import LABELS

    fields = [field.strip() for field in by.split(",") if field.strip()]
    for field in fields:
        if field not in sampling.FIELDS:
            raise UserError(f"--by {field}: want any of {', '.join(sampling.FIELDS)}")
    records = list(sampling.read_annotated(annotated))
    if out.suffix != ".xlsx":
        raise UserError(f"--out {out}: want a name that ends in .xlsx")
    check_outputs(out)
    if out.exists():
        raise UserError(
            f"{out}: is there already, perhaps with your coding; choose another name or move it away"
        )
    cells = sampling.draw(
        [s for record in records for s in sampling.sentences(record, fields)], sentences, seed
    )
    if not cells:
        raise UserError(f"{', '.join(annotated)}: there are no sentences in it")
    models = sorted(
        {f"{r['model'].get('name', '')} {r['model'].get('version', '')}".strip() for r in records}
    )
    design = {**provenance(), "by": fields, "seed": seed, "models": models, "reports": len(records)}
    count = coding_sheet.write_sheet(out, cells, design, LABELS)
    strata = len({cell.stratum for cell in cells})
    if count > 1.25 * sentences:
        say(
            f"{strata} strata need two sentences each of every kind; name fewer fields in --by for a shorter sheet"
        )
    say(f"wrote {out}: {count} sentences of {strata} strata from {len(records)} reports")


def validate_score(
    sheet: Annotated[Path, typer.Argument(help="A coding sheet that has been filled in.")],
    json_out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--json", help="Write every number as JSON; - for standard output."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of resampling.")] = 0,
) -> None:
    """Score a coded sheet: weighted precision and recall by label and stratum, and whether strata differ."""
    try:
        from govner.evaluation.coding_sheet import read_sheet
        from govner.evaluation.validation import validate as estimate
        from govner.evaluation.validation_tables import as_json, rows
    except ImportError as error:
        raise need_extra(error) from None
    if not sheet.is_file():
        raise UserError(f"{sheet}: no such file; write one with `govner validate`")
    check_outputs(json_out)
    design, coded, left = read_sheet(sheet)
    found = estimate(coded, design["labels"], seed=seed)
    out = result_console(json_out)
    for title, table in rows(found):
        show_table(title, table, out)
    if left:
        say(f"{left} sentences are not wholly coded and were left out; results speak only of the coded ones")
    if json_out is not None:
        write_json(json_out, as_json(found, design, len(coded), left))


def records_score(
    gold: Annotated[
        Path, typer.Argument(help="Gold records as JSON lines, such as corpus/records/dev.jsonl.")
    ],
    model: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--model", "-m", help="Also score on the entities of this model; may be given again."),
    ] = None,
    json_out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--json", help="Write every number and mistake as JSON; - for standard output."),
    ] = None,
    mistakes: Annotated[bool, typer.Option("--mistakes", help="List every mistake in its sentence.")] = False,
    resamples: Annotated[int, typer.Option(min=100, help="Bootstrap resamples.")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of resampling.")] = 0,
) -> None:
    """Score extracted records against records labelled by reading, beside the nearest figure to the right."""
    try:
        from govner.evaluation import records
        from govner.evaluation.record_gold import load_records
    except ImportError as error:
        raise need_extra(error) from None
    check_outputs(json_out)
    documents = load_records(gold, say)
    scores = [
        records.score(documents, records.predicted, "gold entities", repeats=resamples, seed=seed),
        records.score(
            documents, records.nearest_right, "nearest figure to the right", repeats=resamples, seed=seed
        ),
    ]
    for name in model or []:
        annotate = _annotator(name)
        scores.append(
            records.score(documents, records.predicted, name, annotate=annotate, repeats=resamples, seed=seed)
        )
    out = result_console(json_out)
    show_table(
        f"Links, {len(documents)} documents (95 % intervals by bootstrap of documents)",
        records.link_rows(scores),
        out,
    )
    show_table(
        "By level: link F1, and accuracy of fields on linked records",
        records.level_rows(scores[:1] + scores[2:]),
        out,
    )
    for one in scores[:1] + scores[2:]:
        show_table(f"Fields, {one.name}", records.field_rows(one), out)
    for line in scores[0].mistakes if mistakes else ():
        out.print(line, markup=False)
    if json_out is not None:
        write_json(json_out, records.as_json(scores))


def _annotator(name: str) -> Callable[[GoldRecords], AnnotatedReport]:
    """Annotates a gold document with a model."""
    from govner.annotation import annotate_reports
    from govner.models import load

    nlp = load(name)
    return lambda document: next(annotate_reports(nlp, [document.report]))
