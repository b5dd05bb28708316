"""``govner learning-curve``: how scores grow with training text, and what composed text is worth beside real text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govner.cli_output import check_outputs, need_extra, result_console, say, show_table, write_json
from govner.errors import UserError

if TYPE_CHECKING:
    from govner.evaluation.learning_curve import TrainFunction
    from govner.schema import GoldDocument


def learning_curve(
    context: typer.Context,
    config: Annotated[Path, typer.Argument(help="The training config, as for `govner train`.")],
    gold: Annotated[
        list[str],
        typer.Option(help="What to score on, a file, a folder or a shipped split; may be given again."),
    ],
    source: Annotated[
        list[str],
        typer.Option(help="NAME=FILE: labelled documents to learn from; given again, sources are compared."),
    ],
    cache: Annotated[
        Path, typer.Option(help="Finished points and checkpoints; a run that was stopped goes on from here.")
    ] = Path(".cache/govner/curve"),
    sizes: Annotated[str, typer.Option(help="Shares of the smallest source.")] = "0.25,0.5,1",
    seeds: Annotated[str, typer.Option(help="Seeds of the draw and of the training.")] = "0,1",
    json_out: Annotated[
        str | None, typer.Option("--json", help="Write every point as JSON; - for standard output.")
    ] = None,
) -> None:
    """Train on growing shares of each source and of all together; score each model on GOLD.

    Config values are changed with --section.key VALUE. A smaller set gets more passes (epochs × √(largest / own)), since
    equal passes would leave it under-trained.
    """
    try:
        from govner.evaluation.gold import load_gold
        from govner.evaluation.learning_curve import curve_rows
        from govner.evaluation.learning_curve import learning_curve as run
        from govner.training import corpora
        from govner.training.config import load_config, parse_overrides
    except ImportError as error:
        raise need_extra(error) from None
    out = Path(json_out) if json_out else None
    check_outputs(out)
    overrides = parse_overrides(context.args)
    settings = load_config(config, overrides)
    sources: dict[str, list[GoldDocument]] = {}
    for pair in source:
        name, equals, path = pair.partition("=")
        if not equals or not name or name in sources:
            raise UserError(f"--source {pair}: want NAME=FILE, each name once")
        sources[name] = corpora.load([path], settings.data.reports, trains=True).documents
    golds = [document for given in gold for document in load_gold(given)]
    try:
        shares = [float(s) for s in sizes.split(",")]
        numbers = [int(s) for s in seeds.split(",")]
    except ValueError:
        raise UserError(f"--sizes {sizes} --seeds {seeds}: want numbers with commas") from None
    largest = max(shares) * min(sum(len(d.text) for d in documents) for documents in sources.values())
    train = _trainer(config, overrides, settings.training.epochs, largest)
    points = run(config.stem, train, sources, golds, cache, sizes=shares, seeds=numbers, say=say)
    show_table("Learning curve", curve_rows(points), result_console(out))
    if out is not None:
        write_json(out, [asdict(p) for p in points])


def _trainer(config: Path, overrides: dict[str, object], epochs: int, largest: float) -> TrainFunction:
    """A function that trains the config on given documents and gives the last epoch's model: none is chosen, so that no
    source gains from a development set that resembles it."""
    from govner.corpus import write_gold
    from govner.evaluation.predictors import Predictor, SpacyPredictor
    from govner.models import load
    from govner.training.train import train

    def run(documents: Sequence[GoldDocument], seed: int, folder: Path) -> Predictor:
        folder.mkdir(parents=True, exist_ok=True)
        data = folder / "train.jsonl"
        write_gold(data, documents)
        own = sum(len(d.text) for d in documents)
        passes = max(1, round(epochs * math.sqrt(max(1.0, largest / own))))
        values = {
            **overrides,
            "data.train": [str(data)],
            "system.seed": seed,
            "training.epochs": passes,
            "training.patience": passes,
        }
        train(config, folder, values, resume=(folder / "checkpoint.pt").is_file(), say=lambda line: None)
        return SpacyPredictor(load(str(folder / "last")), folder.name)

    return run
