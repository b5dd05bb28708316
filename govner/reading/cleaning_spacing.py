"""White space and widths: words spaced out, lines wrapped, digits of full width."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from govner.reading.cleaning_base import Line, Result, split_lines
from govner.schema import Edit

HAN = "\u3400-\u4dbf\u4e00-\u9fff\u3007\U00020000-\U0003ffff"
BLANK = r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
GLUED_WITHIN = 600  # characters from the top
SALUTATION = re.compile(r"各位(?:代表|委员)(?:、同志们)?[:：!！]")
_TITLE = r"(?:政\s*府\s*)?工\s*作\s*报\s*告"
GLUED = (
    re.compile(r"记者\s*[\u4e00-\u9fff]{2,4}\s*摄(?=\s*\S)"),
    re.compile(rf"[月\d０-９]日电(?=\s*{_TITLE})"),
    re.compile(rf"{_TITLE}(?=\s*(?:[—－―-]{{1,2}}\s*)?\d{{4}}年\d{{1,2}}月\d{{1,2}}日)"),
    re.compile(
        r"会议上(?=[ \u00a0\u3000]*\S{0,16}(?:[省市县区州盟旗镇乡]长|总理|主席|主任)"
        r"[ \u00a0\u3000]*[\u4e00-\u9fff·]{1,8}(?:[ \u00a0\u3000]+[\u4e00-\u9fff]{1,2})?"
        r"[ \u00a0\u3000]*(?:\n|各位|\Z))"
    ),
    re.compile(r"[\u4e00-\u9fff）](?=[ \u00a0\u3000]*各位(?:代表|委员)[:：])"),
    SALUTATION,
)
_UNIT = rf"[{HAN}\d]"
SPACED_WORD = re.compile(rf"(?<!{_UNIT}){_UNIT}(?:{BLANK}+{_UNIT}){{2,}}(?!{_UNIT})")
NAME_END = re.compile(rf"(?<![{HAN}])([{HAN}])({BLANK}+)([{HAN}])(?={BLANK}*$)", re.MULTILINE)
PARAGRAPH_GAP = re.compile(rf"(?<=[。！？；])(?:[\u3000\u2003]{{2}}|{BLANK}{{4}}){BLANK}*(?=\S)")
NEEDLESS = re.compile(
    rf"(?<=[{HAN}\d]){BLANK}+(?=[，。、；：！？）》”％%])|(?<=[，。、；：！？（《“”]){BLANK}+(?=[{HAN}\dA-Za-z“《（])"
    rf"|(?<=\d){BLANK}+(?=[{HAN}])|(?<=[{HAN}]){BLANK}+(?=\d)"
)
EDGES = re.compile(rf"^{BLANK}+|{BLANK}+$", re.MULTILINE)
WIDE_RUN = re.compile(rf"{BLANK}{{2,}}|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]")
BLANK_LINES = re.compile(r"\A\s+|\s+\Z|\n\s*\n|\f")
FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ％]|(?<=[０-９\d])．(?=[０-９\d])")
HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（(〔\[【][一二三四五六七八九十\d]+[）)〕\]】]|\d+[.、．](?!\d)"
    r"|第[一二三四五六七八九十]+[章节部]"
    r"|[一二三四五六七八九十]是|——|各位代表|附件|名词解释|注释)"
)
FINISHED = "。！？；：…”）》.!?;:)]】〕"
QUOTES = (("“", "”"), ("（", "）"), ("《", "》"))
OPENING = ("（", "(", "“", "《")
UNFINISHED = "，、（(“《的"
MEETING = re.compile(r"\d{4}年.{0,60}(?:届|第.{1,3}届.{0,20})$")
MEETING_REST = re.compile(r"^.{0,16}会议上?[）)]?$")


def glued_opening(text: str) -> Result:
    """Line breaks lost between caption, dateline, title, date and meeting, speaker and salutation.

    The break is put in with the character before it, so that the alignment has no empty stretches.
    """
    opening = text[:GLUED_WITHIN]
    salutation = SALUTATION.search(opening)
    # Only above the first sentence that is spoken: what follows is the report's own.
    last = salutation.end() if salutation else GLUED_WITHIN // 3
    places = {match.end() for pattern in GLUED for match in pattern.finditer(opening)}
    places = {
        at for at in places if 0 < at <= last and text[at - 1] != "\n" and text[at : at + 1].strip("\n")
    }
    return Result([Edit(at - 1, at, text[at - 1] + "\n", "lost line break") for at in sorted(places)])


def spaced_words(text: str) -> Result:
    """Spaces between the characters of a word: three or more single characters, or a name at the end of a
    short line.
    """
    edits: list[Edit] = []
    for match in SPACED_WORD.finditer(text):
        words = sum(not char.isdigit() and not char.isspace() for char in match.group())
        if words >= 3 and _line_length(text, match.start()) <= 80:
            edits += [
                Edit(match.start() + gap.start(), match.start() + gap.end(), "", "space inside a word")
                for gap in re.finditer(rf"{BLANK}+", match.group())
            ]
    taken = {(edit.start, edit.end) for edit in edits}
    for match in NAME_END.finditer(text):
        if _line_length(text, match.start()) <= 40 and match.span(2) not in taken:
            edits.append(Edit(*match.span(2), "", "space inside a word"))
    return Result(sorted(edits, key=lambda e: e.start))


def paragraph_gaps(text: str) -> Result:
    """An indent in the middle of a line, after the end of a sentence, was the beginning of a paragraph."""
    return Result([Edit(m.start(), m.end(), "\n", "lost line break") for m in PARAGRAPH_GAP.finditer(text)])


def wraps(text: str) -> Result:
    """Line breaks inside sentences: at the regular width of a wrapped text, and around a fragment of a
    sentence.
    """
    lines = split_lines(text)
    width = _wrap_width(lines)
    edits: list[Edit] = []
    joined = lines[0].bare if lines else ""
    for left, right in pairwise(lines):
        if _continues(left, right, joined, width):
            latin = (
                left.text.rstrip()[-1:].isascii()
                and right.text.lstrip()[:1].isalpha()
                and right.bare[0].isascii()
            )
            gap_start, gap_end = left.start + len(left.text.rstrip()), right.end - len(right.text.lstrip())
            edits.append(Edit(gap_start, gap_end, " " if latin else "", "line break inside a sentence"))
            joined += right.bare
        else:
            joined = right.bare
    return Result(edits)


def spaces(text: str) -> Result:
    """Indents, white space at line ends and next to Chinese punctuation or between digits and Chinese; runs
    become one space. A single space between two Chinese characters stays: it separates the halves of a
    slogan or a list.
    """
    found: dict[tuple[int, int], str] = {}
    covered = bytearray(len(text))
    for pattern, replacement in ((EDGES, ""), (NEEDLESS, ""), (WIDE_RUN, " ")):
        for match in pattern.finditer(text):
            if not any(covered[match.start() : match.end()]):
                found[match.span()] = replacement
                covered[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return Result(
        [Edit(*span, new, "spacing") for span, new in sorted(found.items()) if new != text[slice(*span)]]
    )


def blank_lines(text: str) -> Result:
    """One line break between paragraphs, none at either end; page breaks become line breaks."""
    edits = []
    for match in BLANK_LINES.finditer(text):
        outer = match.start() == 0 or match.end() == len(text)
        edits.append(Edit(match.start(), match.end(), "" if outer else "\n", "blank line"))
    return Result(edits)


def full_width(text: str) -> Result:
    """Digits, Latin letters and the percent sign of full width become ordinary ones; Chinese punctuation
    stays.
    """
    return Result(
        [
            Edit(
                m.start(),
                m.end(),
                "." if m.group() == "．" else unicodedata.normalize("NFKC", m.group()),
                "full width",
            )
            for m in FULL_WIDTH.finditer(text)
        ]
    )


def _continues(left: Line, right: Line, joined: str, width: int | None) -> bool:
    """Whether ``right`` goes on with the sentence of ``left`` (``joined`` is what was joined to ``left`` so
    far).
    """
    if HEADING.match(right.bare):
        return False
    last = left.bare[-1]
    if MEETING.search(left.bare) and MEETING_REST.match(right.bare) and len(left.bare) <= 50:
        return True
    if last in FINISHED:
        return False
    prose = any(mark in joined for mark in "，。；")
    if width is not None:
        heading = HEADING.match(joined) and not prose
        indented = re.match(rf"{BLANK}{{2,}}", right.text) is not None and not re.match(
            rf"{BLANK}", left.text
        )
        return not heading and not indented and _width(left.text.strip()) >= width - 4
    return _in_sentence(left.bare, right.bare, joined)


def _in_sentence(left: str, right: str, joined: str) -> bool:
    """Whether a sentence is broken between two lines of a text that is not wrapped, around a fragment.

    The fragment was a link or in bold type on the page.
    """
    if right[0] in "，。、；：！？）》”%％" or right.startswith("是："):
        return len(left) >= 2
    if left[-1] in UNFINISHED:
        return len(left) >= 6 or left in OPENING
    short = len(right) <= 10 and right[-1] not in FINISHED
    if short and re.search(r"[A-Za-z]$", left) and re.match(r"[\d.]+$", right):  # PM over 2.5
        return True
    if any(joined.count(opening) > joined.count(closing) for opening, closing in QUOTES):
        return True
    after_fragment = len(left) <= 10 and len(joined) > len(left) and any(mark in joined for mark in "，。")
    return after_fragment or (short and "。" in joined and len(joined) >= 30)


def _wrap_width(lines: list[Line]) -> int | None:
    """The width (in half-width columns) at which a text is wrapped, or None where it is not."""
    widths = [_width(line.text.strip()) for line in lines if line.bare[-1] not in FINISHED]
    if len(widths) < 8:
        return None
    mode, _ = Counter(widths).most_common(1)[0]
    regular = sum(mode - 4 <= width <= mode + 2 for width in widths)
    longer = sum(_width(line.text.strip()) > mode + 4 for line in lines)
    wrapped = 30 <= mode <= 130 and regular >= 0.7 * len(widths) and longer <= 0.1 * len(lines)
    return mode if wrapped else None


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _line_length(text: str, at: int) -> int:
    end = text.find("\n", at)
    return (len(text) if end < 0 else end) - (text.rfind("\n", 0, at) + 1)
