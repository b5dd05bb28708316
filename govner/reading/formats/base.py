"""What every format's reader takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class FormatError(ValueError):
    """A file that its format's reader cannot read. The message says why and what to do, and goes after the
    file name.
    """


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may say about the inputs: their encoding and the column that holds the text."""

    encoding: str | None = None
    text_column: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One text out of a file. ``text`` is what source offsets count in; ``id`` is empty where the file
    names none.
    """

    text: str
    id: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)


def decoding_meta(encoding: str, errors: int) -> dict[str, Any]:
    """Metadata that says how a text was decoded."""
    return {"encoding": encoding, **({"encoding_errors": errors} if errors else {})}
