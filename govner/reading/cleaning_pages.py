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
    reasons = {
        i: "pager"
        for i, line in enumerate(lines)
        if len(line.bare) <= 40 and PAGER_WORD.search(line.bare) and PAGER.match(line.bare)
    }
    if not reasons:
        return Result()
    shown = " ".join(lines[i].text.strip() for i in reasons)
    total = TOTAL.search(shown)
    numbers = [int(n) for n in re.findall(r"(?<!\d)\d{1,3}(?!\d)", shown)]
    run_together = re.search(r"1(?:2(?:3(?:4(?:5(?:6(?:78?9?)?)?)?)?)?)?(?!\d)", shown)
    pages = int(total.group(1)) if total else max(numbers, default=0)
    if not total and run_together and len(run_together.group()) > 1:
        pages = max([n for n in numbers if n != int(run_together.group())] + [int(run_together.group()[-1])])
    pager = {"shown": shown, **({"pages": pages} if pages else {})}
    return Result(drop_lines(text, lines, reasons), {"pager": pager})
