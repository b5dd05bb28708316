"""Furniture of printed pages: page numbers, running heads and what browsers print around a page, next to page
breaks; and pagers of paged web documents.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from govner.reading.cleaning_base import SENTENCE_END, SPACE, Line, Result, drop_lines, split_lines
from govner.reading.cleaning_spacing import HEADING
from govner.schema import Edit

PAGE_BREAK = "\f"
PAGE_NUMBER = re.compile(r"^[-—–－·]*(?:第?\d{1,3}页?|第\d+页[，/]?共\d+页|\d+/\d+)[-—–－·]*$")
ADDRESS = r"(?:https?|file)://[^\u4e00-\u9fff]+"
CLOCK = (
    r"(?:\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}),?(?:上午|下午)?\d{1,2}:\d{2}(?::\d{2})?"
    r"(?:[ap]\.?m\.?)?"
)
#: What browsers print above and below a page, white space removed: an address, or a date and a time of day with
#: the title before or behind.
PRINTED = re.compile(rf"(?:{CLOCK}|{ADDRESS}).*|.*(?:{CLOCK}|{ADDRESS})", re.IGNORECASE)
ONLY_PAGE = re.compile(r"(?:https?|file)://.{1,400}1/1", re.IGNORECASE)  # below the only page of a print
PAGER = re.compile(
    r"^[|<>«»‹›\[\]【】]*(?:首页|第一页)?[|<>«»‹›]*(?:上一?页|前一?页)?[|<>«»‹›]*[\d.…\[\]|]*[|<>«»‹›]*(?:下一?页|后一?页)?"
    r"[|<>«»‹›]*(?:尾页|末页|最后一页)?[|<>«»‹›\[\]【】]*(?:共\d+页)?(?:到第?\d*页)?$"
)
PAGER_WORD = re.compile(r"[上下前后]一?页|尾页|末页|共\d+页")
TOTAL = re.compile(r"共(\d+)页")
RUNNING = 3  # pages on which a line must stand at the edge to be a running head
EDGE = 3  # lines at either edge of a page that may be furniture
LONGEST_HEAD, LONGEST_PRINTED = 40, 400
LEAST_HEAD = 5  # letters besides the page's number


def page_furniture(text: str) -> Result:
    """Page numbers, running heads and browsers' heads and feet at the edges of the pages of a PDF.

    A head is told by its return at the same place of other pages, white space and the page's number apart. The first
    line of all stays, as it may be the title, unless it bears the page's number as the heads of all pages do. The page
    breaks themselves become line breaks.
    """
    if PAGE_BREAK not in text:
        return _only_page(text)
    pages = [split_lines(page) for page in text.split(PAGE_BREAK)]
    edges = [(lines[:EDGE], lines[::-1][:EDGE]) for lines in pages]
    often: Counter[tuple[int, int, str]] = Counter()
    for number, sides in enumerate(edges, 1):
        for side, lines in enumerate(sides):
            often.update((side, at, key) for at, line in enumerate(lines) for key in _keys(line, number))
    edits: list[Edit] = []
    offset = 0
    for number, (page, sides) in enumerate(zip(text.split(PAGE_BREAK), edges, strict=True), 1):
        reasons: dict[Line, str] = {}
        for side, lines in enumerate(sides):
            for at, line in enumerate(lines):  # from the edge inwards up to the first line of the body
                counts = {key: often[side, at, key] for key in _keys(line, number)}
                reason = _furniture(line, number, len(pages), counts, may_be_title=number == 1 and side == 0)
                if not reason:
                    break
                reasons[line] = reason
        edits += [Edit(offset + line.start, offset + line.end, "", why) for line, why in reasons.items()]
        offset += len(page) + 1
    edits += [Edit(m.start(), m.end(), "\n", "page break") for m in re.finditer(PAGE_BREAK, text)]
    return Result(sorted(edits, key=lambda e: (e.start, e.end)))


def _keys(line: Line, page: int) -> set[str]:
    """What makes a line the same on several pages: its text, and its text with a number counted from the page's."""
    keys = {line.bare}
    for m in re.finditer(r"(?<!\d)\d{1,3}(?!\d)", line.text):
        before, after = SPACE.sub("", line.text[: m.start()]), SPACE.sub("", line.text[m.end() :])
        keys.add(f"{before}<page{int(m[0]) - page:+}>{after}")
    return keys


def _furniture(line: Line, page: int, pages: int, often: Mapping[str, int], may_be_title: bool) -> str:
    """Why a line at the edge of a page is not the body's; empty where it is."""
    same = often[line.bare]
    numbered = max((often[key] for key in _keys(line, page) if key != line.bare), default=0)
    if PAGE_NUMBER.match(line.bare):
        return "page number" if numbered > 1 or _numbers_page(line.bare, page, pages) else ""
    if len(line.bare) <= LONGEST_PRINTED and PRINTED.fullmatch(line.bare):
        returns = max(same, numbered) > 1 or line.bare.endswith(f"{page}/{pages}")
        return "printed by a browser" if returns else ""
    if len(line.bare) > LONGEST_HEAD or line.bare[-1] in SENTENCE_END:
        return ""
    if "，" in line.bare or HEADING.match(line.bare):
        return ""
    least = max(RUNNING, pages / 2)
    if same >= least and not may_be_title:
        return "running head"
    head = max((often[key] for key in _keys(line, page) if _is_numbered_head(key)), default=0)
    return "running head" if head >= (max(RUNNING, pages) if may_be_title else least) else ""


def _is_numbered_head(key: str) -> bool:
    """Whether a line with a page's number can be a head: it says more than 表1 or 项目1, as captions of the body do."""
    return "<page" in key and len(re.findall(r"[^\W\d_]", re.sub("<page.*?>", "", key))) >= LEAST_HEAD


def _numbers_page(bare: str, page: int, pages: int) -> bool:
    """Whether a number is set as page numbers are, or is the page's; any other may be a cell of a table."""
    dashes = "-—–－·"
    return (
        "页" in bare
        or (bare[0] in dashes and bare[-1] in dashes)
        or list(map(int, re.findall(r"\d+", bare))) in ([page], [page, pages])
    )


def _only_page(text: str) -> Result:
    """A print of one page: the foot tells that it is one, and above it stands the head."""
    lines = split_lines(text)
    foot = len(lines) - 1
    if not lines or not ONLY_PAGE.fullmatch(lines[foot].bare):
        return Result()
    heads = [i for i in {0, foot - 1} if 0 <= i < foot and PRINTED.fullmatch(lines[i].bare)]
    return Result(drop_lines(text, lines, dict.fromkeys([*heads, foot], "printed by a browser")))


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
