"""Furniture of printed pages: page numbers and running heads next to page breaks, and pagers of paged web
documents.
"""

from __future__ import annotations

import re
from collections import Counter

from govner.reading.cleaning_base import SENTENCE_END, Line, Result, drop_lines, split_lines
from govner.schema import Edit

PAGE_BREAK = "\f"
PAGE_NUMBER = re.compile(r"^[-—–－·]*(?:第?\d{1,3}页?|第\d+页[，/]?共\d+页|\d+/\d+)[-—–－·]*$")
PAGER = re.compile(
    r"^[|<>«»‹›\[\]【】]*(?:首页|第一页)?[|<>«»‹›]*(?:上一?页|前一?页)?[|<>«»‹›]*[\d.…\[\]|]*[|<>«»‹›]*(?:下一?页|后一?页)?"
    r"[|<>«»‹›]*(?:尾页|末页|最后一页)?[|<>«»‹›\[\]【】]*(?:共\d+页)?(?:到第?\d*页)?$"
)
PAGER_WORD = re.compile(r"[上下前后]一?页|尾页|末页|共\d+页")
TOTAL = re.compile(r"共(\d+)页")
RUNNING = 3  # pages on which a line must stand at the edge to be a running head


def page_furniture(text: str) -> Result:
    """Page numbers and running heads of a PDF (not on its first page, where a head may be the title).

    The page breaks themselves become line breaks.
    """
    if PAGE_BREAK not in text:
        return Result()
    edits: list[Edit] = []
    edges: list[tuple[int, Line]] = []
    start = 0
    for page in text.split(PAGE_BREAK):
        lines = split_lines(page)
        edges += [(start, line) for line in {*lines[:2], *lines[-2:]}]
        start += len(page) + 1
    often = Counter(line.bare for _, line in edges)
    pages = text.count(PAGE_BREAK) + 1
    for offset, line in edges:
        if PAGE_NUMBER.match(line.bare):
            edits.append(Edit(offset + line.start, offset + line.end, "", "page number"))
        elif offset and often[line.bare] >= max(RUNNING, pages / 2) and _heads(line.bare):
            edits.append(Edit(offset + line.start, offset + line.end, "", "running head"))
    edits += [Edit(m.start(), m.end(), "\n", "page break") for m in re.finditer(PAGE_BREAK, text)]
    return Result(sorted(edits, key=lambda e: (e.start, e.end)))


def _heads(bare: str) -> bool:
    return len(bare) <= 40 and bare[-1] not in SENTENCE_END


def pagers(text: str) -> Result:
    """A pager (上一页 1 2 3 下一页): one page of several. Kept as metadata, then dropped."""
    lines = split_lines(text)
    words = [
        i
        for i, line in enumerate(lines)
        if len(line.bare) <= 40 and PAGER_WORD.search(line.bare) and PAGER.match(line.bare)
    ]
    if not words:
        return Result()
    numbers_between = {
        i for i in range(words[0], words[-1]) if lines[i].bare.isdigit() and len(lines[i].bare) <= 3
    }
    alone = words[-1] - words[0] - 1 == len(numbers_between)  # 上一页 1 2 3 下一页, an item a line
    reasons = dict.fromkeys(sorted({*words, *(numbers_between if alone else ())}), "pager")
    shown = " ".join(" ".join(lines[i].text.split()) for i in reasons)
    pages = _pages(shown)
    pager = {"shown": shown, **({"pages": pages} if pages else {})}
    return Result(drop_lines(text, lines, reasons), {"pager": pager})


def _pages(shown: str) -> int:
    """How many pages a pager speaks of; where their numbers run together (1234), the last of them."""
    total = TOTAL.search(shown)
    if total:
        return int(total.group(1))
    numbers = re.findall(r"\d+", shown)
    return max(
        (len(n) if len(n) > 1 and "123456789".startswith(n) else int(n[:3]) for n in numbers), default=0
    )
