"""What a report is made of: the tree of its headings, and what each stretch does and which time it speaks of.

Roles and horizons come from headings and cue sentences and are inherited by what has no cue of its own. A
stretch that changes its role without a heading (problems at the end of a review, the closing appeal) is a
section with an empty heading and level :data:`CUE_LEVEL`. The role of a character is that of the section
that holds it and starts last: see :func:`stretches`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from govner.reading.metadata import extract
from govner.reading.structure_marks import CUE_LEVEL, find_marks
from govner.schema import Section

__all__ = ["CUE_LEVEL", "analyse", "heading_path", "sections", "stretches"]


def analyse(text: str, meta: Mapping[str, Any], source: str) -> tuple[dict[str, Any], tuple[Section, ...]]:
    """Metadata and sections of a report's clean text.

    Args:
        text: clean text.
        meta: what is known from the page or the table around it (``title``, ``province``, …).
        source: where it comes from. Never used as evidence: file names are often wrong.
    """
    return extract(text, meta), sections(text)


def sections(text: str) -> tuple[Section, ...]:
    """The sections of a report in order of their start; they nest by level."""
    marks = find_marks(text)
    found = []
    for index, mark in enumerate(marks):
        end = next((m.start for m in marks[index + 1 :] if m.level <= mark.level), len(text))
        found.append(
            Section(mark.start, end, mark.level, mark.heading, str(mark.role), str(mark.horizon or ""))
        )
    return tuple(found)


def stretches(found: Sequence[Section], length: int) -> list[Section]:
    """The text cut into stretches that each do one thing: neighbours of one role and horizon are joined."""
    flat: list[Section] = []
    starts = [s.start for s in found] + [length]
    for section, end in zip(found, starts[1:], strict=True):
        if end <= section.start:
            continue
        last = flat[-1] if flat else None
        if last and (last.role, last.horizon) == (section.role, section.horizon):
            flat[-1] = replace(last, end=end)
        else:
            flat.append(replace(section, end=end))
    return flat


def heading_path(found: Sequence[Section], at: int) -> tuple[str, ...]:
    """Headings over a position, outermost first."""
    return tuple(s.heading for s in found if s.heading and s.start <= at < s.end)
