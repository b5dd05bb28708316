"""Hides stretches of pieces for the model to restore, anew every time a row is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from govner.training.pretrain.config import Masking
from govner.training.pretrain.examples import Frame

Ints = NDArray[np.int64]

#: What a loss ignores.
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Masker:
    """Masks rows.

    Attributes:
        masking: how much and in what stretches.
        mask_id: the mask token.
        random_ids: pieces that may stand in for a hidden one.
        frame: what opens and closes a row.
    """

    masking: Masking
    mask_id: int
    random_ids: Ints
    frame: Frame

    def __call__(self, ids: Ints, starts: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Ints, Ints]:
        """Hide stretches of a row.

        Args:
            ids: (n,) pieces without opening and closing tokens.
            starts: (n,) whether a piece starts a unit.
            rng: what decides.

        Returns:
            Inputs and targets, both (n + opening + closing,); targets are ``IGNORED`` where nothing was
            hidden.
        """
        shown, targets = ids.copy(), np.full(len(ids), IGNORED, dtype=np.int64)
        unit_starts = np.flatnonzero(starts | (np.arange(len(ids)) == 0))
        edges = np.append(unit_starts, len(ids))
        wanted = max(1, round(self.masking.rate * len(ids)))
        weights = np.array(self.masking.lengths)
        weights = weights / weights.sum()
        hidden = 0
        for unit in rng.permutation(len(unit_starts)):
            if hidden >= wanted:
                break
            last = min(unit + 1 + int(rng.choice(len(weights), p=weights)), len(unit_starts))
            stretch = slice(int(edges[unit]), int(edges[last]))
            if (targets[stretch] != IGNORED).any():
                continue
            targets[stretch] = ids[stretch]
            hidden += stretch.stop - stretch.start
            self._hide(shown, stretch, rng)
        opening = np.array(self.frame.opening, dtype=np.int64)
        closing = np.array(self.frame.closing, dtype=np.int64)
        inputs = np.concatenate([opening, shown, closing])
        left, right = np.full(len(opening), IGNORED), np.full(len(closing), IGNORED)
        return inputs, np.concatenate([left, targets, right])

    def _hide(self, shown: Ints, stretch: slice, rng: np.random.Generator) -> None:
        chance = rng.random()
        if chance < self.masking.keep:
            return
        if chance < self.masking.keep + self.masking.replace:
            shown[stretch] = rng.choice(self.random_ids, size=stretch.stop - stretch.start)
        else:
            shown[stretch] = self.mask_id
