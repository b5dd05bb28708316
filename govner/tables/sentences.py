"""The sentences of a report with what is known of each: its role and horizon, its headings, whether it is a heading."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from govner.reading.structure import CUE_LEVEL
from govner.schema import Report
from govner.tokenizer import sentence_starts


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without the white space around it; offsets are of clean text."""

    start: int
    end: int
    text: str
    role: str
    horizon: str
    heading: tuple[str, ...]
    is_heading: bool

    @property
    def characters(self) -> int:
        """Characters without white space."""
        return sum(not char.isspace() for char in self.text)


class Sentences:
    """The sentences of a report in order; every character that is not white space stands in one."""

    def __init__(self, report: Report) -> None:
        self.found = tuple(_sentences(report))
        self._starts = [sentence.start for sentence in self.found]

    def at(self, offset: int) -> Sentence:
        """The sentence that a character stands in.

        Raises:
            LookupError: there is no sentence at or before it.
        """
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            raise LookupError(f"no sentence at or before offset {offset}")
        return self.found[index]


def _sentences(report: Report) -> list[Sentence]:
    text = report.text
    # A stretch that begins inside what the punctuation makes one sentence must not take the sentence's beginning
    # with it: roles are asked for at the first character, as in evaluation.
    cuts = [at for at, starts in enumerate(sentence_starts(text)) if starts] + [len(text)]
    found = []
    for start, end in pairwise(cuts):
        piece = text[start:end]
        bare = piece.strip()
        if not bare:
            continue
        start += len(piece) - len(piece.lstrip())
        end = start + len(bare)
        role, horizon = _role(report, start)
        found.append(
            Sentence(
                start, end, bare, role, horizon, report.heading_path(start), _is_heading(report, start, end)
            )
        )
    return found


def _role(report: Report, at: int) -> tuple[str, str]:
    """Role and horizon of the section that holds a character and starts last (see :mod:`govner.reading.structure`)."""
    for section in reversed(report.sections):
        if section.start <= at < section.end:
            return section.role, section.horizon
    return "", ""


def _is_heading(report: Report, start: int, end: int) -> bool:
    """Is the sentence nothing but a heading, give or take the mark at its end?"""
    return any(
        section.heading
        and section.level < CUE_LEVEL
        and section.start == start
        and end <= start + len(section.heading) + 1
        for section in report.sections
    )
