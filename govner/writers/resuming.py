"""Going on with an output: which reports it holds, under which ids, and whether it was made as is asked now."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from govner.errors import UserError
from govner.json_lines import each_json_line
from govner.reading.ids import Ids, without_number

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an output depends on besides its reports.

    Attributes:
        model: the model's name and version.
        files: a hash of the model's files, as two models may bear one name.
        min_score: entities less probable were left out.
        corrections: a hash of the hand corrections, empty without.
        records: whether records are added to each line.
    """

    model: str = ""
    files: str = ""
    min_score: float = 0.0
    corrections: str = ""
    records: bool = False

    def unseen(self) -> dict[str, Any]:
        """What a line of output does not show of itself, and keeps under ``made_with``."""
        return {"files": self.files, "min_score": self.min_score, "corrections": self.corrections}


@dataclass(frozen=True, slots=True)
class Opening:
    """How an output is opened: with which settings, new or to go on with, and who is told of what is doubtful."""

    settings: Settings = Settings()
    resume: bool = False
    say: Callable[[str], None] = lambda line: None


def model_name(name: object, version: object) -> str:
    """A model's name and version as one string, as settings hold it; what is unknown is left out."""
    return " ".join(str(part) for part in (name, version) if part)


def check_settings(where: str, held: Mapping[str, Any], asked: Settings) -> None:
    """Refuse to go on with an output that was made in another way.

    Args:
        where: what ``held`` was read from, for the message.
        held: what is known of the settings that it was made with, named as in :class:`Settings`.

    Raises:
        UserError: one of them is not what is asked now.
    """
    now = asdict(asked)
    other = [name for name in held if name in now and held[name] != now[name]]
    if other:
        other = [name for name in other if name != "files" or "model" not in other]
        was, wanted = (", ".join(_words(name, made[name]) for name in other) for made in (held, now))
        raise UserError(
            f"{where}: made {was}, and now asked for {wanted}; "
            "--resume goes on only with the same: change that, or write to another file"
        )


def _words(name: str, value: Any) -> str:
    words = {
        "model": f"with model {value}",
        "files": f"with model files {value or 'unknown'}",
        "min_score": f"with --min-score {value}",
        "corrections": f"with corrections {value}" if value else "without --corrections",
        "records": "with --records" if value else "without --records",
    }
    return words[name]


def digest(files: Iterable[Path]) -> str:
    """A short hash of what files hold, in the order of their names."""
    made = hashlib.sha256()
    for path in sorted(files):
        made.update(hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()[:16]


class Done:
    """The reports that an output holds, and the ids that are taken in it.

    A report is known by its source and its id without the ``~2``, ``~3`` … that made it unique.
    """

    def __init__(
        self,
        held: Iterable[tuple[str, str]] = (),
        *,
        redo: Iterable[tuple[str, str]] = (),
        taken: Iterable[str] = (),
        name: Callable[[str], str] = str,
    ) -> None:
        """What is there.

        Args:
            held: sources and ids, each report once.
            redo: those that may be there in part, to be done again under the id that they have.
            taken: further ids that are in use.
            name: what must not be the same for two ids.
        """
        reports, again = list(held), list(redo)
        self._ids = Ids([*taken, *(id for _, id in [*reports, *again])], name)
        self._left = Counter((source, without_number(id)) for source, id in reports)
        self._redo = {(source, without_number(id)): id for source, id in again}

    def holds(self, source: str, id: str) -> bool:
        """Whether the report is there; where a source has several of one id, each is asked for in turn."""
        key = (source, without_number(id))
        if not self._left[key]:
            return False
        self._left[key] -= 1
        return True

    def take(self, source: str, id: str) -> str:
        """The id under which a report that is not there goes into the output; it is taken now."""
        again = self._redo.pop((source, without_number(id)), None)
        return self._ids.take(id) if again is None else again


def read_held(
    path: Path, make: Callable[[Any, str], _Made], what: str, hint: str = ""
) -> tuple[list[_Made], bool]:
    """The lines of an output to go on with, and whether a stop cut the last one short; the file stays as it is.

    Args:
        make: see :func:`govner.json_lines.read_json_lines`, as the others.

    Raises:
        UserError: a line is not what it should be, and it is not a last one without a line break that follows others.
    """
    found: list[_Made] = []
    wrong: UserError | None = None
    for line in each_json_line(path, make, what, hint):
        if wrong:
            raise wrong
        if isinstance(line, UserError):
            wrong = line
        else:
            found.append(line)
    if wrong and (not found or _end_of_lines(path) == path.stat().st_size):
        raise wrong
    return found, wrong is not None


def mend_end(path: Path, cut: bool) -> None:
    """Let a file end with a whole line: take out one that was cut short, or put in a line break that is missing."""
    end = _end_of_lines(path)
    with open(path, "rb+") as file:
        if cut:
            file.truncate(end)
        elif file.seek(0, 2) > end:
            file.write(b"\n")


def _end_of_lines(path: Path) -> int:
    """Where the last line break ends, in bytes."""
    with open(path, "rb") as file:
        end = file.seek(0, 2)
        while end:
            start = max(0, end - 1_000_000)
            file.seek(start)
            at = file.read(end - start).rfind(b"\n")
            if at >= 0:
                return start + at + 1
            end = start
    return 0
