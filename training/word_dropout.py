"""Word dropout: in training some of what the encoder reads is hidden, so that it looks at the context too.

Iyyer et al. (2015), with the mask token of pretraining (Devlin et al. 2019) in the hidden piece's place. It costs no time,
and a network that repeats its training labels by heart has to learn something else.
"""

from __future__ import annotations

import numpy as np

from govner.tagger.features import UNKNOWN, Arrays, CharacterFeatures, PieceFeatures


def hide(
    features: Arrays, featurizer: PieceFeatures | CharacterFeatures, share: float, rng: np.random.Generator
) -> Arrays:
    """A copy of a batch's arrays in which ``share`` of the pieces, or of the characters where there are none, are hidden.

    A hidden piece becomes the mask token (the unknown one where there is none) and its characters unknown ones; without
    pieces, a hidden character becomes unknown and the two bigrams it stands in fall away. Opening and closing tokens,
    padding, line breaks and places in words stay as they are.
    """
    chars = features["chars"]
    shown = (chars == 0) | (chars == featurizer.vocabulary("\n")[0])
    out = dict(features)
    if isinstance(featurizer, PieceFeatures):
        tokenizer = featurizer.tokenizer
        used = np.zeros_like(features["pieces"], dtype=bool)  # pieces that characters were made into
        rows = np.broadcast_to(np.arange(len(chars))[:, None], chars.shape)[chars > 0]
        used[rows, features["piece_of"][chars > 0]] = True
        used[:, 0] = False  # the opening token: it stands for characters without a piece
        hidden = used & (rng.random(used.shape) < share)
        mask = tokenizer.unknown_id if tokenizer.mask_id is None else tokenizer.mask_id
        out["pieces"] = np.where(hidden, mask, features["pieces"])
        gone = np.take_along_axis(hidden, features["piece_of"], axis=1) & ~shown
    else:
        gone = (rng.random(chars.shape) < share) & ~shown
        touched = gone.copy()
        touched[:, :-1] |= gone[:, 1:]
        out["bigrams"] = np.where(touched, 0, features["bigrams"])
    out["chars"] = np.where(gone, UNKNOWN, chars)
    return out
