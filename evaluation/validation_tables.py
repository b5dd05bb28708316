"""The results of a user's validation as tables and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from govner.evaluation.tables import Row
from govner.evaluation.validation import Estimated, Validation


def _row(head: str, name: str, one: Estimated) -> Row:
    def bounds(value: float, low: float, high: float) -> str:
        return f"{value:.3f} ({low:.3f}–{high:.3f})"

    p, r, f = one.precision_interval, one.recall_interval, one.f1_interval
    return {
        head: name,
        "precision": bounds(one.precision, p.low, p.high) if one.given else "—",
        "recall": bounds(one.recall, r.low, r.high) if one.given + one.missed else "—",
        "F1": bounds(one.f1, f.low, f.high) if one.given + one.missed else "—",
        "sentences": str(one.sentences),
        "predictions": str(one.given),
        "right": str(one.right),
        "missed": str(one.missed),
    }


def rows(found: Validation) -> Iterator[tuple[str, list[Row]]]:
    """Titled tables: labels, strata, differences."""
    by_label = [_row("label", name, one) for name, one in found.labels.items()]
    by_label.append(_row("label", "all, wrong edges forgiven", found.forgiving))
    yield "By label, weighted, 95 % intervals", by_label
    if len(found.strata) > 1:
        yield "By stratum, all labels", [_row("stratum", name, one) for name, one in found.strata.items()]
        yield (
            "Does error differ between strata? (permutation of sentences)",
            [{"measure": d.measure, "p": f"{d.p:.4f}", "strata": str(d.strata)} for d in found.differences],
        )


def as_json(found: Validation, design: Mapping[str, Any], coded: int, left: int) -> dict[str, Any]:
    """For machines."""
    return {"design": dict(design), "coded": coded, "not_coded": left, **asdict(found)}
