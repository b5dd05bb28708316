"""Ids of reports, made unique: of reports with one id the later ones become ``NAME~2``, ``NAME~3`` …"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain, count

_AGAIN = re.compile(r"~\d+\Z")


class Ids:
    """The ids in use.

    Args:
        taken: ids that are in use from the start.
        name: what must not be the same for two ids; the id itself where nothing else is said.
    """

    def __init__(self, taken: Iterable[str] = (), name: Callable[[str], str] = str) -> None:
        self._name = name
        self._taken = {name(id) for id in taken}

    def take(self, id: str) -> str:
        """An id that is not in use yet: the one given, or that with ``~2``, ``~3`` …; it is in use now."""
        ids = chain([id], (f"{id}~{n}" for n in count(2)))
        free = next(one for one in ids if self._name(one) not in self._taken)
        self._taken.add(self._name(free))
        return free


def without_number(id: str) -> str:
    """The id without the ``~2``, ``~3`` … that :class:`Ids` may have put behind it."""
    return _AGAIN.sub("", id)
