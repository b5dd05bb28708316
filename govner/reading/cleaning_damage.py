"""Damaged characters: runs of ``?`` where spaces were lost are repaired, what cannot be repaired is
counted.
"""

from __future__ import annotations

import re

from govner.reading.cleaning_base import Result
from govner.schema import Edit

HAN = "\u3400-\u4dbf\u4e00-\u9fff\u3007\U00020000-\U0003ffff"
RUN = re.compile(r"[ \t\u00a0\u3000]*\?{2,}[? \t\u00a0\u3000]*")
# A single ? straight after the end of a sentence, before more text, was a bullet or an indent.
BULLET = re.compile(rf"(?<=[。！；])\?(?=[{HAN}“（《\d])")
LONE = re.compile(rf"(?<=[{HAN}、\d])\?(?=[{HAN}。，、])")
NAME = re.compile(rf"(?:^|[长席记任员理务 \n]|[^{HAN}])([{HAN}])\Z")
LOST_PERCENT = "_M_M_"
PRIVATE_USE = re.compile("[\ue000-\uf8ff]")


def damage(text: str) -> Result:
    """Counts of damaged characters, for the audit; nothing is changed."""
    counts = {
        "question_runs": len(RUN.findall(text)) + len(BULLET.findall(text)),
        "lost_characters": sum(1 for m in LONE.finditer(text) if not _asks(text, m.start())),
        "mojibake_percent": text.count(LOST_PERCENT),
        "replacement_characters": text.count("\ufffd"),
        "private_use_characters": len(PRIVATE_USE.findall(text)),
    }
    found = {name: count for name, count in counts.items() if count}
    return Result(meta={"damage": found} if found else {})


def question_runs(text: str) -> Result:
    """Runs of ``?`` left by lost spaces: dropped at the edges of a line, a line break after the end of a
    sentence, otherwise a space. A single ``?`` stays unless it stands straight after the end of a sentence.
    """
    edits: list[Edit] = []
    for match in RUN.finditer(text):
        before = text[match.start() - 1 : match.start()] or "\n"
        after = text[match.end() : match.end() + 1] or "\n"
        if before in "\n\f" or after in "\n\f":
            replacement = ""
        elif before in "。！；：:”" and len(match.group().strip()) >= 2 and before != "”":
            replacement = "\n"
        elif before in "，、（“《" or after in "，、。）”》":
            replacement = ""
        else:
            replacement = " "
        edits.append(Edit(match.start(), match.end(), replacement, "run of ? for lost spaces"))
    edits += [Edit(m.start(), m.end(), "\n", "run of ? for lost spaces") for m in BULLET.finditer(text)]
    return Result(sorted(edits, key=lambda e: e.start))


def _asks(text: str, at: int) -> bool:
    """Whether the ? at this place ends a question."""
    sentence = re.split(r"[。！？；\n]", text[max(0, at - 60) : at])[-1]
    return bool(re.search(r"[吗呢吧么谁哪几]|什么|怎|如何|为何|何以|是否|多少|难道", sentence))
