"""Everything a run needs to go on where it stopped, in one file that is replaced whole."""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from govner.errors import UserError


@dataclass
class Progress:
    """How far a run is. ``seconds`` counts all its parts together; ``loss`` is a running mean of the
    training loss."""

    step: int = 0
    seconds: float = 0.0
    pieces: int = 0
    loss: float = 0.0
    sessions: int = 1


def save(path: Path, model: nn.Module, optimizer: Any, mixture: dict, progress: Progress, plan: str) -> None:
    """Write the state of a run.

    Args:
        path: the file.
        model: its weights are kept.
        optimizer: its moments are kept.
        mixture: the state of the supply of examples.
        progress: how far the run is.
        plan: what must be the same when the run is taken up, as text.
    """
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "mixture": mixture,
        "progress": vars(progress),
        "plan": plan,
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    new = path.with_suffix(".new")
    torch.save(state, new)
    os.replace(new, path)


def restore(path: Path, model: nn.Module, optimizer: Any, plan: str) -> tuple[dict, Progress]:
    """Put a run's state back; gives the state of the supply of examples, and how far the run was.

    Raises:
        UserError: there is no such file, it is damaged, or it belongs to another plan.
    """
    if not path.is_file():
        raise UserError(f"{path}: no checkpoint to go on from; leave out --resume to start")
    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise UserError(f"{path}: damaged ({error}); leave out --resume to start anew") from None
    if state["plan"] != plan:
        raise UserError(
            f"{path}: the config or the text has changed since this checkpoint (only [budget] and [rhythm] "
            "may); undo that, or choose another output"
        )
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["random"])
    if state["random_cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(state["random_cuda"])
    progress = Progress(**state["progress"])
    progress.sessions += 1
    return state["mixture"], progress
