"""``govner screen``: heads and training tricks compared by cross-validation that is grouped by place."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Optional

import typer

from govner.cli_output import check_outputs, need_extra, result_console, say, show_table, write_json
from govner.errors import UserError

_DEFAULT = "crf,global_pointer,spacy_ner"


def screen(
    context: typer.Context,
    config: Annotated[Path, typer.Argument(help="The training config, as for `govner train`.")],
    data: Annotated[
        list[str], typer.Option(help="Labelled documents, as in a config's [data]; may be given again.")
    ],
    variants: Annotated[
        str,
        typer.Option(
            help="With commas: a head (crf, global_pointer, spacy_ner) and, after +, any of mention_replacement, "
            "rdrop, fgm, self_training, word_dropout, words, no_average, short_windows."
        ),
    ] = _DEFAULT,
    folds: Annotated[int, typer.Option(min=2, help="Parts; no place stands in two.")] = 2,
    characters: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, help="About how much of DATA to use; all without."),
    ] = None,
    seeds: Annotated[str, typer.Option(help="Seeds of training, with commas.")] = "1",
    cache: Annotated[
        Path, typer.Option(help="Finished runs; a screen that was stopped goes on from here.")
    ] = Path(".cache/govner/screen"),
    json_out: Annotated[
        str | None, typer.Option("--json", help="Write every run as JSON; - for standard output.")
    ] = None,
) -> None:
    """Train each variant on all folds but one, score it on that one, and so on round.

    Config values are changed with --section.key VALUE. Self-training reads the reports in the config's data.reports.
    Whatever the config names as training or development data is not read.
    """
    try:
        from govner.training import corpora
        from govner.training.config import load_config, parse_overrides
        from govner.training.folds import by_place, draw, place_of
        from govner.training.screen import rows
        from govner.training.screen import screen as run
        from govner.training.self_training import unlabelled
        from govner.training.variants import variant
    except ImportError as error:
        raise need_extra(error) from None
    out = Path(json_out) if json_out else None
    check_outputs(out)
    chosen = [variant(name) for name in variants.split(",")]
    try:
        numbers = [int(seed) for seed in seeds.split(",")]
    except ValueError:
        raise UserError(f"--seeds {seeds}: want whole numbers with commas, such as 1,2,3") from None
    overrides = parse_overrides(context.args)
    settings = load_config(config, overrides)
    folder = settings.data.reports
    if any(v.sure is not None for v in chosen) and not (folder and Path(folder).is_dir()):
        raise UserError(
            f"data.reports = {folder!r}: no such folder; self-training reads unlabelled reports there"
        )
    loaded = corpora.load(data, folder, trains=True)
    for note in loaded.notes:
        say(note)
    parts = by_place(draw(loaded.documents, characters), folds)
    for part in parts:
        size = sum(len(d.text) for d in part.test)
        places = len({place_of(d) for d in part.test})
        say(f"fold {part.number}: {len(part.test)} documents of {places} places, {size} characters")
    results = run(
        config,
        overrides,
        chosen,
        parts,
        numbers,
        lambda fold: unlabelled(str(folder), loaded.documents, fold),
        cache,
        say,
    )
    show_table("Screen", rows(results, settings.labels), result_console(out))
    if out is not None:
        write_json(out, [asdict(r) for r in results])
