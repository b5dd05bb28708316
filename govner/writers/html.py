"""One self-contained page with the entities marked: no script, no network, prints well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape

from govner.labels import LABEL_NAMES_ZH, LABELS
from govner.reading.structure import CUE_LEVEL
from govner.schema import AnnotatedReport, Report
from govner.writers import TextStream
from govner.writers.resuming import Done, Opening

COLOURS = {"SLOGAN": "#fde2e2", "PROJECT": "#dbeafe", "ORG": "#dcfce7", "INDICATOR": "#fef3c7"}
STYLE = """
body{font:16px/1.9 "Noto Serif CJK SC","Source Han Serif SC","Songti SC",SimSun,serif;max-width:46em;margin:2em auto;
padding:0 1em;color:#1f2937}
h1{font-size:1.3em}h2{font-size:1.15em}h3,h4,h5{font-size:1em}p{margin:.4em 0;overflow-wrap:anywhere}
mark{border-radius:.25em;padding:.05em .15em;color:inherit;-webkit-print-color-adjust:exact;print-color-adjust:exact}
mark::after{content:"\\2060" attr(data-label);font:600 .55em system-ui,sans-serif;vertical-align:super;margin-left:.2em;
color:#6b7280}
.legend mark{margin-right:1em}article{margin-bottom:4em}.source{color:#6b7280;font-size:.85em}
"""


def colour_rules() -> str:
    """A CSS rule a label."""
    return "".join(f"mark.{label}{{background:{colour}}}" for label, colour in COLOURS.items())


def marked(report: AnnotatedReport) -> str:
    """The text as headings and paragraphs of HTML with entities in ``<mark>``; everything is escaped."""
    text, out, cursor = report.report.text, [], 0
    tags = list(_tags(report.report))
    for e in report.entities:
        out.append(escape(text[cursor : e.start]))
        title = f"{e.label} {LABEL_NAMES_ZH.get(e.label, '')} {e.score:.2f}"
        out.append(
            f'<mark class="{escape(e.label)}" data-label="{escape(e.label)}" title="{escape(title)}">{escape(e.text)}</mark>'
        )
        cursor = e.end
    out.append(escape(text[cursor:]))
    lines = "".join(out).split("\n")
    return "".join(f"<{tag}>{line}</{tag}>\n" for tag, line in zip(tags, lines, strict=True) if line.strip())


def _tags(report: Report) -> Iterator[str]:
    """The element of each line: a heading's where the line is nothing but a heading, else a paragraph's."""
    headings = {s.start: s for s in report.sections if s.heading and s.level < CUE_LEVEL}
    start = 0
    for line in report.text.split("\n"):
        at = headings.get(start)
        alone = at is not None and len(line.rstrip()) <= len(at.heading) + 1
        yield f"h{at.level + 1}" if at is not None and alone else "p"
        start += len(line) + 1


class HtmlWriter:
    """A page of all reports."""

    def __init__(self, out: str | None) -> None:
        self._stream = TextStream(out)

    def write(self, report: AnnotatedReport) -> None:
        """Add a report."""
        counts = Counter(e.label for e in report.entities)
        summary = ", ".join(f"{label} {counts[label]}" for label in LABELS)
        title = str(report.report.meta.get("title") or report.report.id)
        head = "" if self._stream.begun else _head()
        self._stream.write(
            f'{head}<article><h1>{escape(title)}</h1><p class="source">{escape(report.report.source)}: {summary}</p>\n'
            f"{marked(report)}</article>\n"
        )

    def close(self) -> None:
        """Finish the page."""
        if self._stream.begun:
            self._stream.write("</body></html>\n")
        self._stream.close()


def _head() -> str:
    """What the page begins with."""
    legend = " ".join(
        f'<mark class="{label}" data-label="{label}">{LABEL_NAMES_ZH[label]}</mark>' for label in LABELS
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"><title>govner</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<style>{STYLE}{colour_rules()}</style></head><body>\n<p class="legend">{legend}</p>\n'
    )


def open_html(out: str | None, opening: Opening) -> tuple[HtmlWriter, Done]:
    """A writer."""
    return HtmlWriter(out), Done()
