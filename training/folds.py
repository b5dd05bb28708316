"""Cross-validation on labelled documents: parts that share no place, decided by the documents alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from govner.errors import UserError
from govner.reading.places import short_name
from govner.schema import GoldDocument


@dataclass(frozen=True)
class Fold:
    """What trains and what is scored; no place stands in both."""

    number: int
    train: tuple[GoldDocument, ...]
    test: tuple[GoldDocument, ...]


def place_of(document: GoldDocument) -> str:
    """What a document is grouped by: its place without the word for its kind, since a county that became a district is
    still the same place; its id where no place is known."""
    place = str(document.meta.get("place") or "")
    return short_name(place) or f"document {document.id}"


def draw(documents: Sequence[GoldDocument], characters: int | None) -> list[GoldDocument]:
    """Whole documents of about so many characters, at least one, drawn by the hash of their ids; all of them for None.

    A smaller draw lies within a larger one.
    """
    order = sorted(documents, key=lambda d: (hashlib.sha256(d.id.encode()).digest(), d.id))
    if characters is None:
        return order
    chosen: list[GoldDocument] = []
    have = 0
    for document in order:
        if chosen and have + len(document.text) / 2 > characters:
            break
        chosen.append(document)
        have += len(document.text)
    return chosen


def by_place(documents: Sequence[GoldDocument], count: int) -> list[Fold]:
    """Folds of about equal length: the place with most text first, each to the fold that has least.

    Raises:
        UserError: there are fewer places than folds, or fewer than two folds are wanted.
    """
    groups: dict[str, list[GoldDocument]] = {}
    for document in documents:
        groups.setdefault(place_of(document), []).append(document)
    if count < 2 or len(groups) < count:
        raise UserError(
            f"{count} folds of {len(groups)} places ({', '.join(sorted(groups)[:5])} …): want two folds or more, and a place "
            "for each; meta.place says a document's place"
        )
    sizes = {place: sum(len(d.text) for d in own) for place, own in groups.items()}
    parts: list[set[str]] = [set() for _ in range(count)]
    for place in sorted(groups, key=lambda p: (-sizes[p], p)):
        min(parts, key=lambda part: sum(sizes[p] for p in part)).add(place)
    folds = []
    for number, part in enumerate(parts):
        train = tuple(d for d in documents if place_of(d) not in part)
        folds.append(Fold(number, train, tuple(d for d in documents if place_of(d) in part)))
    return folds
