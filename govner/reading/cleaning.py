"""Clean text out of source text: chrome and damage are dropped with a reason, body prose never is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from govner.schema import Alignment, Dropped, Edit, apply_edits


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Clean text, its alignment to the source, what was dropped (source offsets) and metadata found in chrome."""

    text: str
    alignment: Alignment
    dropped: tuple[Dropped, ...]
    meta: Mapping[str, Any] = field(default_factory=dict)


def clean(source: str) -> Cleaned:
    """Clean a decoded report."""
    edits = [Edit(m.start(), m.end(), "\n", "line ending") for m in re.finditer(r"\r\n?", source)]
    text, alignment = apply_edits(source, edits)
    return Cleaned(text, alignment, tuple(Dropped(e.start, e.end, e.reason) for e in edits if not e.replacement))
