"""Clean text out of source text: chrome and damage are dropped with a reason, body prose never is.

Cleaning is a list of small passes. Each sees the text as the passes before it left it and says which edits
it wants and why; the alignments of the passes are composed, so that every clean character maps back to the
source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from govner.reading.cleaning_base import Pass
from govner.reading.cleaning_chrome import chrome
from govner.reading.cleaning_copies import repeated_copies, teasers
from govner.reading.cleaning_damage import damage, question_runs
from govner.reading.cleaning_escapes import comments, escapes, invisible, line_ends, markup
from govner.reading.cleaning_pages import page_furniture, pagers
from govner.reading.cleaning_spacing import (
    blank_lines,
    full_width,
    glued_opening,
    paragraph_gaps,
    spaced_words,
    spaces,
    wraps,
)
from govner.reading.cleaning_tails import scraper_marks
from govner.schema import Alignment, Dropped, Edit, apply_edits

PASSES: tuple[Pass, ...] = (
    damage,
    comments,
    markup,
    escapes,
    line_ends,
    invisible,
    page_furniture,
    repeated_copies,
    pagers,
    teasers,
    glued_opening,
    chrome,
    scraper_marks,
    question_runs,
    paragraph_gaps,
    spaced_words,
    wraps,
    spaces,
    full_width,
    blank_lines,
)


TRANSLATED = frozenset(
    {"escape sequence", "line end", "page break", "mark-up"}
)  # written otherwise, not dropped


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Clean text, its alignment to the source, what was dropped (source offsets) and metadata found in
    chrome.
    """

    text: str
    alignment: Alignment
    dropped: tuple[Dropped, ...]
    meta: Mapping[str, Any] = field(default_factory=dict)


def clean(source: str, passes: Sequence[Pass] = PASSES) -> Cleaned:
    """Clean a decoded report with the passes given, in order."""
    text, alignment = source, Alignment.identity(len(source))
    log = _DropLog(len(source))
    meta: dict[str, Any] = {}
    for step in passes:
        result = step(text)
        for key, value in result.meta.items():
            meta.setdefault(key, value)
        if not result.edits:
            continue
        for edit in result.edits:
            log.note(edit, alignment)
        text, later = apply_edits(text, result.edits)
        alignment = alignment.then(later)
    return Cleaned(text, alignment, log.stretches(source), meta)


class _DropLog:
    """Which source characters were dropped and why: the last pass to touch a character has the word."""

    def __init__(self, length: int) -> None:
        self.reasons: list[str] = [""]
        self.of = np.zeros(length, dtype=np.int32)

    def note(self, edit: Edit, alignment: Alignment) -> None:
        """Note an edit of the text that ``alignment`` aligns to the source."""
        if edit.replacement and (edit.reason in TRANSLATED or not edit.replacement.isspace()):
            return
        if edit.reason not in self.reasons:
            self.reasons.append(edit.reason)
        number = self.reasons.index(edit.reason)
        for start, end in zip(
            alignment.starts[edit.start : edit.end].tolist(),
            alignment.ends[edit.start : edit.end].tolist(),
            strict=True,
        ):
            self.of[start:end] = number

    def stretches(self, source: str) -> tuple[Dropped, ...]:
        """Runs of one reason, in source order; white space that was dropped between two of a reason joins
        them.
        """
        if not len(self.of):
            return ()
        cuts = np.flatnonzero(np.diff(self.of)) + 1
        bounds = [0, *cuts.tolist(), len(self.of)]
        found: list[Dropped] = []
        for start, end in pairwise(bounds):
            reason = self.reasons[self.of[start]]
            if not reason:
                continue
            last = found[-1] if found else None
            blank = not source[start:end].strip()
            before = found[-2] if len(found) > 1 else None
            if last and before and not blank and before.reason == reason:
                gap = source[last.start : start]
                if before.end == last.start and last.end == start and not gap.strip():
                    found[-2:] = [Dropped(before.start, end, reason)]
                    continue
            found.append(Dropped(start, end, reason))
        return tuple(found)
