"""The leaderboard: one table made from ``govner benchmark --json`` files, for the README and for
evaluation/README.md."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from govner.errors import UserError
from govner.evaluation.tables import Row, markdown_table
from govner.labels import LABELS


def leaderboard_rows(run: Mapping[str, Any], *, brief: bool = False) -> list[Row]:
    """Systems by falling strict micro F1 on the headline part of one run; composed text stands in a column
    of its own.

    Args:
        run: a parsed JSON file of ``govner benchmark``.
        brief: leave out labels, other modes and speed, for a README.
    """
    head, *others = (part["name"] for part in run["parts"])
    characters = sum(gold["characters"] for gold in run["gold"])
    ranked = sorted(run["systems"], key=lambda s: -s["scores"][head]["strict"]["micro"]["score"]["f1"])
    return [_row(system, head, others, characters, brief) for system in ranked]


def _row(system: Mapping[str, Any], head: str, others: Sequence[str], characters: int, brief: bool) -> Row:
    strict = system["scores"][head]["strict"]
    micro = strict["micro"]
    row = {
        "system": system["name"],
        f"F1, {head}": f"{micro['score']['f1']:.3f}",
        "95 %": f"{micro['f1']['low']:.3f}–{micro['f1']['high']:.3f}",
        "P": f"{micro['score']['precision']:.3f}",
        "R": f"{micro['score']['recall']:.3f}",
    }
    if len(micro["seeds"]) > 1:
        row["seeds"] = ", ".join(f"{value:.3f}" for value in micro["seeds"])
    if not brief:
        row["macro F1"] = f"{strict['macro']['score']['f1']:.3f}"
        row |= {label: f"{strict[label]['score']['f1']:.3f}" for label in LABELS if label in strict}
        row["overlap F1"] = f"{system['scores'][head]['overlap']['micro']['score']['f1']:.3f}"
        for part in others:
            level = part.startswith("level ") and not part.endswith("(composed)")
            if level or part == "composed text":
                row[part] = f"{system['scores'][part]['strict']['micro']['score']['f1']:.3f}"
        if system["seconds"]:
            row["characters/s"] = f"{characters * max(1, len(micro['seeds'])) / system['seconds']:.0f}"
    return row


def leaderboard(runs: Sequence[Mapping[str, Any]], *, brief: bool = False) -> str:
    """Markdown: for every run its table, what gold it is on, and date, command, versions and hardware."""
    blocks = []
    for run in runs:
        head = run["parts"][0]
        inside = [gold for gold in run["gold"] if gold["id"] in head["documents"]]
        sets = ", ".join(sorted({gold["set"] for gold in inside}))
        spans = sum(gold["spans"] for gold in inside)
        versions = ", ".join(f"{name} {number}" for name, number in run["versions"].items())
        resampled = head["resampled"]
        blocks.append(
            f"**{sets}**: {len(head['documents'])} documents of {head['name']}, {spans} spans; "
            f"strict span F1, 95 % intervals by bootstrap of {resampled['count']} {resampled['unit']}s.\n\n"
            f"{markdown_table(leaderboard_rows(run, brief=brief))}\n\n"
            f"{run['date'][:10]}, `{run['command']}`; {run['hardware']}"
            + (f"; {versions}." if not brief else ".")
        )
    return "\n\n".join(blocks) + "\n"


def write_leaderboard(
    target: Path, sources: Sequence[Path], *, brief: bool = False, name: str = "leaderboard"
) -> None:
    """Put the leaderboard between ``<!-- NAME -->`` and ``<!-- /NAME -->`` in a Markdown file.

    Raises:
        UserError: the marks are not in the file, or a source is no benchmark.
    """
    runs = []
    for source in sources:
        try:
            run = json.loads(source.read_text(encoding="utf-8"))
            run["systems"], run["parts"], run["gold"]
        except (OSError, json.JSONDecodeError, KeyError, TypeError):
            raise UserError(f"{source}: not what `govner benchmark --json` wrote") from None
        runs.append(run)
    text = target.read_text(encoding="utf-8")
    marks = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.S)
    if not marks.search(text):
        raise UserError(
            f"{target}: want a line <!-- {name} --> and a line <!-- /{name} --> to put the table between"
        )
    table = leaderboard(runs, brief=brief)
    target.write_text(marks.sub(lambda m: f"{m[1]}\n{table}\n{m[2]}", text), encoding="utf-8")


def _main() -> None:
    import typer

    def command(target: Path, runs: list[Path], brief: bool = False, name: str = "leaderboard") -> None:
        """Write the table of benchmark runs (--json files) into TARGET, between <!-- NAME --> and <!-- /NAME
        -->."""
        write_leaderboard(target, runs, brief=brief, name=name)

    try:
        typer.run(command)
    except UserError as error:
        raise SystemExit(f"govner: {error}") from None


if __name__ == "__main__":
    _main()
