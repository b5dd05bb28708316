"""A trained tagger on the development documents: its scores, and the calibration that is fitted on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from govner.schema import Span
from govner.tagger.crf import ScoredSpan
from govner.tagger.runtime import Settings, Tagger, calibrate
from govner.training.calibration import expected_calibration_error, fit_calibration
from govner.training.examples import Example
from govner.training.loop import strict_f1


def score_and_calibrate(tagger: Tagger, dev: Sequence[Example]) -> tuple[Settings, dict[str, Any]]:
    """Settings with the calibration that fits the development documents, and the scores on them.

    Args:
        tagger: one whose scores are not calibrated yet.

    Returns:
        The settings, and ``dev`` (strict precision, recall, F1), ``calibration_error_before`` and
        ``calibration_error_after_same_data``.
    """
    gold = [e.spans for e in dev]
    found = tagger.predict([e.text for e in dev])
    settings = replace(tagger.settings, calibration=fit_calibration(gold, found, tagger.settings.labels))
    lines = settings.calibration
    after = [[replace(s, score=calibrate(s.score, lines.get(s.label))) for s in spans] for spans in found]
    return settings, {
        "dev": strict_f1(gold, [[Span(s.start, s.end, s.label) for s in p] for p in found]),
        "calibration_error_before": calibration_error(gold, found),
        "calibration_error_after_same_data": calibration_error(gold, after),
    }


def calibration_error(gold: Sequence[Sequence[Span]], predicted: Sequence[Sequence[ScoredSpan]]) -> float:
    """Expected calibration error of predicted spans' scores; a prediction is right where gold has just that span."""
    found = [
        (s.score, Span(s.start, s.end, s.label) in truth)
        for truth, spans in zip(map(set, gold), predicted, strict=True)
        for s in spans
    ]
    return expected_calibration_error([score for score, _ in found], [right for _, right in found])
