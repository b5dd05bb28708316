"""Going on with an output: which reports it holds, under which ids, and whether it was made as is asked now."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from govner.errors import UserError

_AGAIN = re.compile(r"~\d+\Z")


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

    Ids are made unique by ``~2``, ``~3`` …, so a report is known by its source and its id without that.
    """

    def __init__(self, held: Iterable[tuple[str, str]] = ()) -> None:
        """``held`` are sources and ids, each report once."""
        reports = list(held)
        self._taken = {self._name(id) for _, id in reports}
        self._left = Counter(self._key(source, id) for source, id in reports)

    def _name(self, id: str) -> str:
        """What must not be the same for two ids."""
        return id

    def _key(self, source: str, id: str) -> tuple[str, str]:
        return source, _AGAIN.sub("", self._name(id))

    def holds(self, source: str, id: str) -> bool:
        """Whether the report is there; where a source has several of one id, each is asked for in turn."""
        key = self._key(source, id)
        if not self._left[key]:
            return False
        self._left[key] -= 1
        return True

    def take(self, id: str) -> str:
        """An id that no report of the output has yet: the one given, or that with ``~2``, ``~3`` …; it is taken now."""
        ids = chain([id], (f"{id}~{n}" for n in count(2)))
        free = next(one for one in ids if self._name(one) not in self._taken)
        self._taken.add(self._name(free))
        return free
