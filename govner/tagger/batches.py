"""Things of unequal length in batches that are padded to their longest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def padded_batches(
    items: Iterable[T], length: Callable[[T], int], positions: int, count: int | None = None
) -> Iterator[list[T]]:
    """Items, shortest first, in batches of at most ``positions`` with padding and, where given, ``count`` items.

    An item longer than ``positions`` goes alone. Order is kept: sort before, so that there is little padding.
    """
    batch: list[T] = []
    for item in items:
        if batch and (len(batch) == count or length(item) * (len(batch) + 1) > positions):
            yield batch
            batch = []
        batch.append(item)
    if batch:
        yield batch
