"""Commands for the word segmenter: ``govner segmenter train`` and ``govner segmenter cut``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from govner.cli_output import need_extra, say

app = typer.Typer(no_args_is_help=True)


@app.callback()
def segmenter() -> None:
    """The word segmenter whose boundaries are features."""


@app.command(
    epilog="Example: `govner segmenter train --teacher pkuseg-0.0.25-cp37-cp37m-manylinux1_x86_64.whl "
    "-t corpus/composed/train.jsonl -m corpus/composed/dev.jsonl -o segmenter`"
)
def train(
    teacher: Annotated[Path, typer.Option(help="The wheel of pkuseg 0.0.25, or a folder with its model.")],
    text: Annotated[
        list[Path],
        typer.Option("--text", "-t", help="Text to learn from, a file or folder; may be repeated."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the student.")],
    measure: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option(
            "--measure", "-m", help="Text on which student and teacher are compared; may be repeated."
        ),
    ] = None,
    characters: Annotated[int, typer.Option(min=1, help="Taken from each TEXT at most.")] = 250_000,
    least: Annotated[int, typer.Option(min=0, help="Keep features that stand more often than this.")] = 1,
    epochs: Annotated[int, typer.Option(min=1)] = 20,
    seed: int = 1,
) -> None:
    """Train a small segmenter on the words of a large one.

    Get the teacher with `pip download --no-deps --only-binary :all: --python-version 3.7 --implementation cp
    --abi cp37m --platform manylinux1_x86_64 pkuseg==0.0.25`. Reports of the gold and test sets among the text
    are left out. To use the student, put it into a folder named segmenter on $GOVNER_MODELS.
    """
    try:
        from govner.training.segmenter import Options, train_segmenter
    except ImportError as error:
        raise need_extra(error, "train,words", "this") from None

    said = train_segmenter(
        teacher,
        text,
        measure or [],
        output,
        Options(characters, least, epochs, seed),
        say,
    )
    agreement = ", ".join(f"{name} {f1:.3f}" for name, f1 in said["agreement"].items())
    say(f"{output}: {said['bytes'] / 1e6:.1f} MB; words agree with the teacher's (F1): {agreement}")


@app.command(epilog="Example: `echo 推进新型城镇化 | govner segmenter cut`")
def cut(
    model: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--model", "-m", help="A student's folder; the shipped one without."),
    ] = None,
) -> None:
    """Cut standard input into words parted by spaces, a line a line."""
    from govner.segmenter import Segmenter, shipped_segmenter

    segmenter = Segmenter(model) if model else shipped_segmenter()
    for line in sys.stdin:
        print(*segmenter.words(line))
