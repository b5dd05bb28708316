"""What a finished run says of itself, in ``pretraining.json``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from govner.training.pretrain.checkpoint import Progress
from govner.training.pretrain.config import Settings
from govner.training.pretrain.curve import Curve
from govner.training.pretrain.texts import RawText


def write_summary(
    settings: Settings, progress: Progress, curve: Curve, found: Mapping[str, RawText], compute: str
) -> dict[str, Any]:
    """Write and return the summary of a run that has used up its budget."""
    said = asdict(settings)
    said["output"] = str(settings.output)
    seconds = progress.seconds
    summary = {
        "settings": said,
        "device": compute,
        "steps": progress.step,
        "sessions": progress.sessions,
        "pieces": progress.pieces,
        "hours": round(seconds / 3600, 3),
        "core_hours": round(seconds * settings.threads / 3600, 3),
        "pieces_per_second": round(progress.pieces / seconds, 1) if seconds else None,
        "corpora": {
            name: {"characters": raw.characters, "left_out": raw.refused, "unreadable": raw.failures}
            for name, raw in found.items()
        },
        "held_out": {
            name: {
                "loss_at_start": round(points[0][1], 4),
                "loss": round(points[-1][1], 4),
                "perplexity_at_start": round(math.exp(min(points[0][1], 50.0)), 2),
                "perplexity": round(math.exp(min(points[-1][1], 50.0)), 2),
            }
            for name, points in curve.held_out.items()
        },
        "fell_in_last_quarter": curve.fell_in_last_quarter(),
        "still_falling": curve.still_falling(),
    }
    path = settings.output / "pretraining.json"
    text = json.dumps(summary, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    written: dict[str, Any] = json.loads(text)
    return written
