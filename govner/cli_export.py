"""``govner export`` and ``govner package``: what becomes of a trained model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from govner.cli_output import need_extra, say
from govner.errors import UserError

export = typer.Typer(no_args_is_help=True)


@export.callback()
def exports() -> None:
    """Other forms of a trained model."""


@export.command(epilog="Example: `govner export onnx output/mine -o output/mine-int8 --sample reports/`")
def onnx(
    model: Annotated[str, typer.Argument(help="A model's name or folder.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the int8 model.")],
    sample: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            help="A file or folder of typical reports. A transformer then computes in integers, twice as fast, on scales "
            "measured on up to 40,000 characters of them."
        ),
    ] = None,
) -> None:
    """Write an int8 ONNX copy of a model: a quarter of the size, runs without torch, can still be fine-tuned."""
    from govner.models import locate

    try:
        from govner.training.export import quantized
    except ImportError as error:
        raise need_extra(error, "train", "exporting") from None
    source = locate(model)
    if output.resolve() == source.resolve():
        raise UserError(f"{output}: is the model itself; name another folder")
    quantized(source, output, _sample(sample) if sample else ())
    before, after = (
        sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) for folder in (source, output)
    )
    say(f"{output}: {after / 1e6:.1f} MB, before {before / 1e6:.1f} MB")


@export.command(
    epilog="Example: `govner export average output/a/best output/a/last output/b/best -o output/mean`"
)
def average(
    models: Annotated[
        list[Path], typer.Argument(help="Folders of float models, trained on from the same one.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the mean; must not exist yet.")],
) -> None:
    """Write the mean of models' weights as one model, which often errs less than each of them.

    It is calibrated and scored on the development documents of the first model's training.cfg.
    """
    from govner.models import locate

    try:
        from govner.training.averaging import average as mean
        from govner.training.config import load_config
        from govner.training.train import load_examples
    except ImportError as error:
        raise need_extra(error, "train", "averaging") from None
    if len(models) < 2:
        raise UserError(f"{models[0]}: one model has no mean; name two or more")
    folders = [locate(str(m)) for m in models]
    config = folders[0] / "training.cfg"
    if not config.is_file():
        raise UserError(f"{config}: missing, and it names the development documents; train the model again")
    settings = load_config(config)
    dev, _, notes = load_examples(settings, settings.data.dev)
    for note in notes:
        say(note)
    scores = mean(folders, output, dev)
    for folder in folders:
        performance = json.loads((folder / "meta.json").read_text(encoding="utf-8")).get("performance", {})
        if own := performance.get("dev", {}).get("f1"):
            say(f"{folder}: F1 {own:.4f} on its development documents")
    say(f"{output}: F1 {scores['dev']['f1']:.4f} on {len(dev)} development documents")


def _sample(folder: Path) -> list[str]:
    """The first 2,000 characters of up to twenty reports, spread over all of them.

    Raises:
        UserError: there are fewer than 2,000 characters that can be read.
    """
    from govner.reading import read
    from govner.schema import Report

    found = list(read([str(folder)]))
    texts = [r.text for r in found if isinstance(r, Report)]
    if len(texts) < len(found):
        say(f"{folder}: {len(found) - len(texts)} of {len(found)} reports cannot be read and are left out")
    number = min(20, len(texts))
    texts = [texts[i * len(texts) // number][:2000] for i in range(number)]
    if sum(map(len, texts)) < 2000:
        raise UserError(
            f"{folder}: less than 2,000 characters to measure on; name a folder of reports like those you annotate"
        )
    return texts


def package(
    model: Annotated[str, typer.Argument(help="A model's name or folder.")],
    name: Annotated[str, typer.Option(help="What `govner annotate --model` shall call it.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the wheel.")] = Path("dist"),
    version: Annotated[str, typer.Option(help="The wheel's version.")] = "0.1.0",
) -> None:
    """Make a pip-installable wheel of your model."""
    from govner.models import locate
    from govner.training.package import package as build

    wheel = build(locate(model), output, name, version)
    say(f"{wheel}: install it with pip, then `govner annotate --model {name}`")
