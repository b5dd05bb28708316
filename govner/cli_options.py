"""Arguments and options that several commands take."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

Inputs = Annotated[
    list[str], typer.Argument(help="Files, folders (searched recursively), globs, or - for standard input.")
]
Encoding = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="Encoding of text files; told from their bytes where it is not given."),
]
TextColumn = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        help="The column that holds the text, for csv, tsv, xlsx and jsonl; guessed where one is obvious."
    ),
]
Model = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--model", "-m", help="A shipped model's name (see `govner info`) or a folder."),
]
