"""Names that a report introduces in full and then shortens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from govner.names.organ_types import has_head, organization_type
from govner.names.surface import plain
from govner.reading import places

_SAID = re.compile(
    r"(?P<full>[\u4e00-\u9fffA-Za-z·（）()]{4,40}?)[（(](?:以下)?(?:简称|统称)[为：:]?[“\"「]?(?P<short>[\u4e00-\u9fffA-Za-z]{2,16})"
    r"[”\"」]?[）)]"
)
_COMPANY = re.compile(r"(?:股份|有限|责任|控股|集团|公司|实业|科技|技术|发展|投资|厂)+$")
_PLACE_TAIL = re.compile(r"[省市县区旗州盟镇乡]")


@dataclass(frozen=True, slots=True)
class Alias:
    """The full name that a short one stands for in this report, and how that is known."""

    full: str
    evidence: str


def _without_place(name: str) -> str:
    """The name without the place in front: 顺平县隆达铝业公司 gives 隆达铝业公司."""
    for size in range(min(9, len(name) - 2), 1, -1):
        head = name[:size]
        if places.is_place(head) and (_PLACE_TAIL.search(head[-1]) or size >= 2):
            return name[size:]
    return name


def _shortens(short: str, full: str) -> bool:
    """Whether ``short`` is ``full`` with its end, its company words or its place left off."""
    if short == full or len(short) < 2 or len(short) >= len(full):
        return False
    bare = _without_place(full)
    if has_head(short) and organization_type(short) != "enterprise":
        return bare == short
    if organization_type(full) != "enterprise":
        return False
    return full.startswith(short) or bare.startswith(short) or _COMPANY.sub("", bare) == short


def aliases(text: str, names: Sequence[tuple[int, str]]) -> dict[str, Alias]:
    """Short names to the full names they stand for in the text.

    Args:
        names: offset and words of each organization that the report names, in reading order.

    Returns:
        Only short names with one possible full name that stands before their first mention.
    """
    found: dict[str, Alias] = {}
    first: dict[str, int] = {}
    for at, name in names:
        first.setdefault(name, at)
    for short in first:
        full = [name for name in first if first[name] < first[short] and _shortens(short, name)]
        if len(full) == 1:
            found[short] = Alias(full[0], f"{full[0]} was named before in full")
    for m in _SAID.finditer(text):
        full_words = plain(m["full"])
        ends = [name for name in first if full_words.endswith(name) and name != m["short"]]
        full_name = max(ends, key=len, default="")
        if full_name:
            found[m["short"]] = Alias(
                full_name, f"the report says that {m['short']} is short for {full_name}"
            )
    return found
