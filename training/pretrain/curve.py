"""The loss curve: a CSV that grows as the model trains, and what it says at the end."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = ("step", "seconds", "pieces", "learning_rate", "set", "loss", "perplexity")
TRAIN = "train"

#: A curve still falls if the last quarter of training took this off the held-out loss: 1 % of perplexity.
_FALLING = 0.01


@dataclass(frozen=True, slots=True)
class Point:
    """Where training stood when something was measured."""

    step: int
    seconds: float
    pieces: int
    learning_rate: float


@dataclass
class Curve:
    """Measurements in the order they were made, also written to ``loss.csv``.

    Attributes:
        path: the CSV.
        held_out: for each held-out set, (step, loss) pairs.
    """

    path: Path
    held_out: dict[str, list[tuple[int, float]]] = field(default_factory=dict)

    @classmethod
    def start(cls, path: Path) -> Curve:
        """A new CSV with a header."""
        with path.open("w", encoding="utf-8", newline="") as f:
            csv.writer(f).writerow(COLUMNS)
        return cls(path)

    @classmethod
    def take_up(cls, path: Path, step: int) -> Curve:
        """Go on with a CSV from a checkpoint; what was written after the checkpoint's step is dropped."""
        with path.open(encoding="utf-8", newline="") as f:
            rows = [row for row in csv.DictReader(f) if int(row["step"]) <= step]
        curve = cls(path)
        with path.open("w", encoding="utf-8", newline="") as f:
            writer = csv.DictWriter(f, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        for row in rows:
            if row["set"] != TRAIN:
                curve._remember(row["set"], int(row["step"]), float(row["loss"]))
        return curve

    def _remember(self, name: str, step: int, loss: float) -> None:
        self.held_out.setdefault(name, []).append((step, loss))

    def add(self, point: Point, losses: Mapping[str, float]) -> None:
        """Write a row for each set of text."""
        with self.path.open("a", encoding="utf-8", newline="") as f:
            writer = csv.writer(f)
            for name, loss in losses.items():
                rate = f"{point.learning_rate:.3g}"
                # 17 digits bring a float back exactly.
                perplexity = f"{math.exp(min(loss, 50.0)):.4g}"
                writer.writerow(
                    (point.step, f"{point.seconds:.1f}", point.pieces, rate, name, f"{loss:.17g}", perplexity)
                )
                if name != TRAIN:
                    self._remember(name, point.step, loss)

    def fell_in_last_quarter(self) -> dict[str, float]:
        """How much each held-out loss fell from three quarters of the steps (or just before) to the end."""
        fell = {}
        for name, points in self.held_out.items():
            last, end = points[-1]
            before = [loss for step, loss in points if step <= 0.75 * last]
            fell[name] = round((before[-1] if before else points[0][1]) - end, 4)
        return fell

    def still_falling(self) -> bool:
        """Whether any held-out loss fell by 0.01 or more in the last quarter.

        The learning rate falls to zero at the same time, which by itself flattens the curve: True says
        that more training would have helped, False does not say that it would not.
        """
        return any(fall >= _FALLING for fall in self.fell_in_last_quarter().values())
