"""A small model that learns from a large one as well as from the labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from govner.errors import UserError
from govner.models import locate
from govner.tagger.features import Arrays
from govner.tagger.runtime import Settings, Tagger, check_files
from govner.training.examples import Example, TaggedWindow
from govner.training.model.network import TaggerNetwork

#: Both models' scores are divided by it, so that what the teacher thinks of the other tags is heard (Hinton et al. 2015).
TEMPERATURE = 2.0


def with_teacher(
    examples: Sequence[Example], teacher: str, labels: Sequence[str], threads: int, cache: Path
) -> list[Example]:
    """Examples with the teacher's scores of every character and tag.

    Args:
        teacher: a trained model's folder, or the name of a shipped one (``govner:NAME`` or ``NAME``).
        cache: a folder where the scores are kept, by model and text, for a run that is resumed or another student.

    Raises:
        UserError: there is no such model, or it has other labels.
    """
    component = locate(teacher.removeprefix("govner:")) / "govner_tagger"
    check_files(component)
    known = Settings.from_disk(component / "tagger.json").labels
    if known != tuple(labels):
        raise UserError(
            f"distillation.teacher = {teacher!r}: its labels are {', '.join(known)}; the config's are {', '.join(labels)}"
        )
    tagger: Tagger | None = None  # loaded for the first text it has not scored before
    cache.mkdir(parents=True, exist_ok=True)
    model = sha256((component / "model.onnx").read_bytes()).digest()
    scored = []
    for example in examples:
        path = cache / f"{sha256(model + example.text.encode('utf-8')).hexdigest()[:24]}.npy"
        if not path.is_file():
            tagger = tagger or Tagger.from_disk(component, threads)
            partial = path.with_suffix(".partial")
            with open(partial, "wb") as file:
                np.save(file, tagger.emissions([example.text])[0].astype(np.float16))
            partial.replace(path)
        scored.append(replace(example, soft=np.load(path)))
    return scored


def soft_targets(windows: Sequence[TaggedWindow], tags: int) -> NDArray[np.float32]:
    """The teacher's scores of a batch, (windows, characters, tags), 0 where padded.

    Raises:
        ValueError: a window has none.
    """
    out = np.zeros((len(windows), max(len(w.text) for w in windows), tags), dtype=np.float32)
    for row, window in zip(out, windows, strict=True):
        if window.soft is None:
            raise ValueError("a window without the teacher's scores")
        row[: len(window.text)] = window.soft
    return out


def distilled(
    network: TaggerNetwork, features: Arrays, tags: Tensor, soft: NDArray[np.float32], weight: float
) -> Tensor:
    """The labels' loss plus ``weight`` times the Kullback–Leibler divergence of the student's tag distributions (softmax
    of emissions) from the teacher's, mean over characters and scaled by the temperature's square."""
    mask = torch.from_numpy(features["chars"] > 0)
    emissions = network.emissions(features).float()
    student = (emissions[mask] / TEMPERATURE).log_softmax(-1)
    teacher = (torch.from_numpy(soft)[mask] / TEMPERATURE).log_softmax(-1)
    divergence = F.kl_div(student, teacher, log_target=True, reduction="none").sum(-1).mean()
    loss: Tensor = network.crf(emissions, tags, mask) + weight * TEMPERATURE**2 * divergence
    return loss
