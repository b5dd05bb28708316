"""The HTML report: one page, no network, everything escaped."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from govner.evaluation.benchmark import HEADLINE, Benchmark, SystemResult
from govner.evaluation.errors import Mistake, sentence
from govner.evaluation.explain import Explanation, explain
from govner.evaluation.gold import Gold
from govner.evaluation.plots import bar_plot, curve_plot, interval_plot, reliability_plot
from govner.evaluation.spans import ScoredSpan
from govner.evaluation.tables import Row, columns, sections
from govner.schema import Span

#: Mistakes on one page; a browser filters so many without delay.
MOST_MISTAKES = 5000

_TEXT_COLUMNS = frozenset(("system", "label", "first", "second", "part", "document"))


def render(
    bench: Benchmark, info: Mapping[str, Any], seen: Mapping[str, frozenset[str]] | None = None
) -> str:
    """The page of a benchmark. Mistakes are those on the headline part (real text), of each system's first
    seed.

    Args:
        info: see :func:`govner.evaluation.provenance.provenance`.
        seen: surfaces of each label in training, for slices.
    """
    assets = files("govner.evaluation") / "assets"
    css, js, template = ((assets / f"report.{kind}").read_text("utf-8") for kind in ("css", "js", "html.j2"))
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.globals.update(heads=columns, numeric=_numeric)
    part = bench.parts[0]
    golds = [bench.golds[i] for i in part.documents]
    explained = [explain(bench, result, part, seen) for result in bench.results]
    mistakes = [
        _mistake(result.name, m, golds, own)
        for result, own in zip(bench.results, explained, strict=True)
        for m in own.mistakes
    ]
    unit, count = bench.unit[part.name]
    how = (
        f"{len(part.documents)} documents of {part.name} with {sum(len(g.spans) for g in golds)} gold spans. "
        f"Intervals are percentiles of a bootstrap over {count} {unit}s"
    )
    if unit == "paragraph":
        how += (
            ", drawn within their documents: they speak of other paragraphs of these, not of other documents"
        )
    return environment.from_string(template).render(
        systems=[result.name for result in bench.results],
        info=info,
        seed=bench.seed,
        cards=[_card(result, part.name) for result in bench.results],
        how=how + ".",
        notes=bench.notes,
        plots={"labels": interval_plot(_label_rows(bench, part.name))},
        tables=list(sections(bench)),
        analyses=[_analysis(r, e) for r, e in zip(bench.results, explained, strict=True)],
        mistakes=mistakes[:MOST_MISTAKES],
        left_out=max(0, len(mistakes) - MOST_MISTAKES),
        filters={
            "system": [result.name for result in bench.results],
            "kind": sorted({m["kind"] for m in mistakes}),
            "label": list(bench.labels),
            "document": [gold.id for gold in golds],
        },
        css=Markup(css),
        js=Markup(js),
        script_hash=base64.b64encode(hashlib.sha256(js.encode()).digest()).decode(),
    )


def _numeric(rows: Sequence[Row], head: str) -> bool:
    return head not in _TEXT_COLUMNS and all(
        row.get(head, "").lstrip("+-").replace(".", "", 1).replace("–", "", 1).replace(".", "", 1).isdigit()
        for row in rows
    )


def _card(result: SystemResult, part: str) -> dict[str, str]:
    best = result.parts[part][HEADLINE]["micro"]
    return {
        "system": result.name,
        "part": part,
        "f1": f"{best.score.f1:.3f}",
        "p": f"{best.score.precision:.3f}",
        "r": f"{best.score.recall:.3f}",
        "interval": f"{best.f1.low:.3f}–{best.f1.high:.3f}",
    }


def _label_rows(bench: Benchmark, part: str) -> list[tuple[str, list[tuple[str, float, Any]]]]:
    return [
        (
            name,
            [
                (r.name, r.parts[part][HEADLINE][name].score.f1, r.parts[part][HEADLINE][name].f1)
                for r in bench.results
            ],
        )
        for name in ("micro", "macro", *bench.labels)
    ]


def _analysis(result: SystemResult, own: Explanation) -> dict[str, Any]:
    found = result.calibration
    most = max(1, int(own.confusion.max()))
    heads = [*own.labels, "O"]
    matrix = [[(int(n), round(0.6 * int(n) / most, 3)) for n in row] for row in own.confusion]
    return {
        "system": result.name,
        "plots": {
            "reliability": reliability_plot(found.bins) if found else "",
            "curves": curve_plot(found.curves) if found else "",
            "kinds": bar_plot([(k.kind, k.gain) for k in own.kinds], "gain in F1 by kind of mistake"),
        },
        "calibration_error": f"{found.error:.3f}" if found else "",
        "kinds": own.kind_rows(),
        "confusion_heads": heads,
        "confusion": list(zip(heads, matrix, strict=True)),
        "slices": own.slice_rows(),
        "shifts": own.shift_rows(),
        "worst": own.worst_rows(),
        "frequent": own.frequent_rows(),
    }


def _mistake(system: str, mistake: Mistake, golds: Sequence[Gold], own: Explanation) -> dict[str, Any]:
    gold = golds[mistake.document]
    start, end = sentence(gold.text, mistake.start, mistake.end)
    scores = [s.score for s in mistake.predicted if s.score is not None]
    shift = [f"{edge} {by:+d}" for edge, by in (("left", mistake.left), ("right", mistake.right)) if by]
    return {
        "system": system,
        "kind": mistake.kind,
        "labels": json.dumps(mistake.labels),
        "document": gold.id,
        "text": gold.text[start:end],
        "start": mistake.start,
        "end": mistake.end,
        "shift": ", ".join(shift),
        "score": ", ".join(f"{score:.2f}" for score in scores),
        "gold": marked(gold.text, start, end, gold.spans, mistake.gold),
        "predicted": marked(gold.text, start, end, own.predicted[mistake.document], mistake.predicted),
    }


def marked(
    text: str, start: int, end: int, spans: Sequence[Span | ScoredSpan], at: Sequence[Span | ScoredSpan]
) -> list[tuple[str, str, bool]]:
    """A stretch of text in pieces (text, label or "", is it the mistake); of overlapping spans the mistake's
    go first."""
    pieces: list[tuple[str, str, bool]] = []
    keep: list[tuple[int, int, str, bool]] = []
    for span, own in [*((s, True) for s in at), *((s, False) for s in spans)]:
        if (
            span.start < end
            and span.end > start
            and all(span.end <= a or span.start >= b for a, b, _, _ in keep)
        ):
            keep.append((span.start, span.end, span.label, own))
    cursor = start
    for a, b, label, own in sorted(keep):
        a, b = max(a, start), min(b, end)
        pieces += [(text[cursor:a], "", False), (text[a:b], label, own)]
        cursor = b
    pieces.append((text[cursor:end], "", False))
    return [piece for piece in pieces if piece[0]]
