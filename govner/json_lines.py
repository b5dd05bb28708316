"""JSON lines read from disk: one place for what can be wrong with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from govner.errors import UserError

_Made = TypeVar("_Made")


class LineError(UserError):
    """A line that is wrong: ``where`` is "FILE, line N", ``what`` says what is wrong with it."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


def read_json_lines(
    path: str | Path, make: Callable[[Any, str], _Made], what: str, hint: str = ""
) -> Iterator[_Made]:
    """What ``make`` makes of every line that is not blank, one line in memory at a time.

    A ``.json`` file whose first line is not yet a whole JSON value is one value, read at once.

    Args:
        make: takes the parsed line and where it stands ("FILE, line N").
        what: what a line should be, for messages: "a gold document".
        hint: what to do about another file, for messages.

    Raises:
        UserError: the file is missing, or a line is not UTF-8, not JSON, or raised ValueError, KeyError, TypeError or
            AttributeError in ``make``; the message names file and line.
    """
    for made in each_json_line(path, make, what, hint):
        if isinstance(made, LineError):
            raise made from None
        yield made


def each_json_line(
    path: str | Path, make: Callable[[Any, str], _Made], what: str, hint: str = ""
) -> Iterator[_Made | LineError]:
    """Like :func:`read_json_lines`, but a line that is wrong gives the error, and the lines after it are read.

    Where ``make`` raised the error, that is the ``__cause__`` of the one given.

    Raises:
        UserError: the file is missing.
    """
    path = Path(path)
    hint = f"; {hint}" if hint else ""
    if not path.is_file():
        raise UserError(f"{path}: no such file{hint}")
    with open(path, "rb") as file:
        whole = path.suffix.lower() == ".json" and not _is_json(next((x for x in file if x.strip()), b""))
        file.seek(0)
        for number, line in enumerate([file.read()] if whole else file, 1):
            if not line.strip():
                continue
            where = f"{path}, line {number}"
            made: _Made | LineError
            try:
                made = make(json.loads(line.decode("utf-8-sig")), where)
            except UserError as error:
                made = LineError(where, str(error).removeprefix(where).lstrip(":, "))
                made.__cause__ = error
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                made = LineError(where, f"not {what} ({_reason(error)}){hint}")
            yield made


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line.decode("utf-8-sig"))
    except ValueError:
        return False
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"  # its own message holds the whole line
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error}"
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
