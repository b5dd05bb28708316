"""Plots as inline SVG, for pages that need no network."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from govner.evaluation.calibration import Bin, Curve
from govner.evaluation.resampling import Interval

#: Colours that colour-blind readers can tell apart (Okabe and Ito 2008).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555")


def colour(number: int) -> str:
    """A colour for the n-th series."""
    return COLOURS[number % len(COLOURS)]


def _svg(width: float, height: float, body: Sequence[str], title: str) -> Markup:
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">'
        + "".join(body)
        + "</svg>"
    )


def _text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str = "", width: float = 1) -> str:
    paint = f'stroke="{stroke}" stroke-width="{width}"' if stroke else 'class="axis"'
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {paint}/>'


def interval_plot(rows: Sequence[tuple[str, Sequence[tuple[str, float, Interval]]]]) -> Markup:
    """Dots with intervals between 0 and 1: a group a row, a series a system in each."""
    left, right, step = 130, 560, 16
    names = [name for name, _, _ in rows[0][1]] if rows else []
    body, y = [], 12.0 + 16 * len(names)
    for i, name in enumerate(names):
        body += [
            f'<circle cx="{left}" cy="{8 + 16 * i}" r="4" fill="{colour(i)}"/>',
            _text(left + 10, 12 + 16 * i, name),
        ]
    top = y
    for group, series in rows:
        body.append(_text(left - 10, y + step * len(series) / 2 + 8, group, "end"))
        for i, (_, value, interval) in enumerate(series):
            y += step
            at, low, high = (left + (right - left) * v for v in (value, interval.low, interval.high))
            body += [
                _line(low, y, high, y, colour(i), 2),
                f'<circle cx="{at:.1f}" cy="{y:.1f}" r="4" fill="{colour(i)}"/>',
                _text(right + 8, y + 4, f"{value:.3f}", kind="faint"),
            ]
        y += 8
    for tenth in range(0, 11, 2):
        x = left + (right - left) * tenth / 10
        body.insert(0, _line(x, top, x, y + 4))
        body.append(_text(x, y + 18, f"{tenth / 10:.1f}", "middle", "faint"))
    return _svg(right + 60, y + 26, body, "F1 with intervals")


def _frame(size: float, x_name: str, y_name: str) -> list[str]:
    body = []
    for tenth in range(0, 11, 2):
        at = 40 + size * tenth / 10
        body += [_line(at, 10, at, 10 + size), _line(40, 10 + size - at + 40, 40 + size, 10 + size - at + 40)]
        body.append(_text(at, size + 26, f"{tenth / 10:.1f}", "middle", "faint"))
        body.append(_text(34, 14 + size - size * tenth / 10, f"{tenth / 10:.1f}", "end", "faint"))
    body.append(_text(40 + size / 2, size + 44, x_name, "middle"))
    body.append(
        f'<text transform="translate(10 {10 + size / 2}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_name)}</text>"
    )
    return body


def reliability_plot(bins: Sequence[Bin], size: float = 260) -> Markup:
    """Mean score against share of right predictions; a perfect model lies on the diagonal."""
    body = [*_frame(size, "score", "right"), _line(40, 10 + size, 40 + size, 10, "#999999")]
    total = sum(bin.count for bin in bins)
    points = [(40 + size * b.score, 10 + size * (1 - b.precision), b) for b in bins]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    body.append(f'<polyline points="{path}" fill="none" stroke="{colour(0)}" stroke-width="1.5"/>')
    for x, y, b in points:
        radius = 3 + 9 * (b.count / total) ** 0.5
        words = f"{b.count} predictions: score {b.score:.2f}, right {b.precision:.2f}"
        body.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour(0)}" fill-opacity=".6">'
            f"<title>{escape(words)}</title></circle>"
        )
    return _svg(size + 60, size + 52, body, "Reliability diagram")


def curve_plot(curves: Sequence[Curve], size: float = 260) -> Markup:
    """Precision against recall, a line a label."""
    body = _frame(size, "recall", "precision")
    for i, curve in enumerate(curves):
        points = zip(curve.recall, curve.precision, strict=True)
        path = " ".join(f"{40 + size * r:.1f},{10 + size * (1 - p):.1f}" for r, p in points)
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour(i)}" stroke-width="1.5"/>')
        y = 20 + 16 * i
        body += [_line(size + 52, y - 4, size + 72, y - 4, colour(i), 2), _text(size + 78, y, curve.label)]
    return _svg(size + 190, size + 52, body, "Precision and recall by threshold")


def bar_plot(rows: Sequence[tuple[str, float]], title: str) -> Markup:
    """Horizontal bars with their values."""
    most = max((value for _, value in rows), default=0) or 1
    body = []
    for i, (name, value) in enumerate(rows):
        y, width = 18 + 20 * i, max(value, 0) / most * 240
        body += [
            _text(120, y, name, "end"),
            f'<rect x="128" y="{y - 11}" width="{width:.1f}" height="13" fill="{colour(0)}"/>',
            _text(134 + width, y, f"{value:+.3f}", kind="faint"),
        ]
    return _svg(440, 26 + 20 * len(rows), body, title)
