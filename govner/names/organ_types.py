"""What sort of organization a name says it is."""

from __future__ import annotations

import re
from functools import lru_cache

from govner.names.surface import read_rows

TYPES = (
    "party", "government", "people's congress", "CPPCC", "court/procuratorate", "military", "enterprise", "school",
    "hospital", "bank", "association", "media", "other",
)  # fmt: skip


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Types and what a name of each looks like; the first that matches gives the type."""
    return tuple((row["type"], re.compile(row["pattern"])) for row in read_rows("organ_types.csv"))


_COMPANY_TAIL = re.compile(r"(?:公司|集团|厂|股份|有限公司)$")


def _by_words(name: str) -> str:
    if _COMPANY_TAIL.search(name):
        return "enterprise"
    return next((kind for kind, pattern in _patterns() if pattern.search(name)), "")


def organization_type(name: str) -> str:
    """One of :data:`TYPES`, by the words of the name.

    A name whose words say nothing (a brand, such as 天士力) is taken for a firm, which is what such names mostly are.

    >>> organization_type("蒋场镇党委")
    'party'
    """
    return _by_words(name) or "enterprise"


def has_head(name: str) -> bool:
    """Whether the name ends in a word that says what it is (…局, …大学), so that it can stand alone."""
    return bool(_by_words(name))
