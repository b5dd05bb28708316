"""One ``.cfg`` says everything about a pretraining run; this module reads it and checks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from confection import Config

from govner.errors import UserError
from govner.training.device import Precision

Unit = Literal["pieces", "words"]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Raw text and how often it is drawn.

    Attributes:
        name: the section's name, ``[corpora.NAME]``.
        paths: files and folders, relative to the working folder.
        share: the part of the training examples that comes from here; shares need not sum to one.
    """

    name: str
    paths: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Masking:
    """What is hidden, anew every time an example is drawn.

    Attributes:
        rate: the part of an example's pieces to hide.
        unit: ``pieces``, or ``words`` as jieba cuts them (whole-word masking; Cui et al. 2021).
        lengths: probability of hiding 1, 2, 3, … neighbouring units at once (SpanBERT; Joshi et al. 2020).
        keep: the part of hidden stretches left as they are.
        replace: the part of hidden stretches replaced by random pieces; the rest become the mask token.
    """

    rate: float
    unit: Unit
    lengths: tuple[float, ...]
    keep: float
    replace: float


@dataclass(frozen=True, slots=True)
class Optimization:
    """AdamW with a linear warm-up and a linear decay to zero at the end of the budget.

    Attributes:
        length: pieces an example, opening and closing tokens included.
        batch: examples a step.
        learning_rate: the peak.
        warmup_steps: steps until the peak.
        weight_decay: for matrices; biases and normalizations have none.
        clip: the greatest norm of the gradient.
        dropout: inside the encoder.
    """

    length: int
    batch: int
    learning_rate: float
    warmup_steps: int
    weight_decay: float
    clip: float
    dropout: float


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop: at whichever comes first. 0 is no limit.

    ``core_hours`` are wall-clock hours times ``threads``; on a GPU they are hours of the GPU times
    ``threads``. A run limited by ``steps`` alone gives the same weights however often it is interrupted.
    """

    steps: int
    core_hours: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every how many steps something is done."""

    log_steps: int
    evaluate_steps: int
    checkpoint_steps: int


@dataclass(frozen=True, slots=True)
class Settings:
    """A resolved config. ``held_out`` is the part of paragraphs, chosen by hash, that only measure the
    loss."""

    encoder: str
    output: Path
    seed: int
    threads: int
    precision: Precision
    held_out: float
    corpora: tuple[Corpus, ...]
    masking: Masking
    optimization: Optimization
    budget: Budget
    rhythm: Rhythm


def load_config(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read and check a pretraining config.

    Args:
        path: the ``.cfg``.
        overrides: values by dotted name, such as ``{"budget.steps": 10}``.

    Raises:
        UserError: the file, a section or a value is missing or makes no sense; the message names it.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: no such config; govner's own is configs/pretrain.cfg")
    try:
        config = Config().from_disk(path, overrides=dict(overrides or {}))
        masking = {**config["masking"], "lengths": tuple(config["masking"]["lengths"])}
        settings = Settings(
            **{**config["pretrain"], "output": Path(config["pretrain"]["output"])},
            corpora=tuple(
                Corpus(name, tuple(section["paths"]), section["share"])
                for name, section in config["corpora"].items()
            ),
            masking=Masking(**masking),
            optimization=Optimization(**config["optimization"]),
            budget=Budget(**config["budget"]),
            rhythm=Rhythm(**config["rhythm"]),
        )
    except KeyError as error:
        raise UserError(f"{path}: {error} is missing; compare configs/pretrain.cfg") from None
    except (TypeError, ValueError) as error:  # an unknown or missing value; configparser's errors
        raise UserError(f"{path}: {error}; compare configs/pretrain.cfg") from None
    _check(path, settings)
    return settings


def _check(path: Path, settings: Settings) -> None:
    masking, budget = settings.masking, settings.budget
    wrong = [
        (not settings.corpora, "[corpora] names no text"),
        (any(c.share <= 0 for c in settings.corpora), "[corpora] a share must be above 0"),
        (not 0 < masking.rate < 1, "[masking] rate must be between 0 and 1"),
        (masking.unit not in ("pieces", "words"), "[masking] unit is pieces or words"),
        (not masking.lengths or min(masking.lengths) < 0, "[masking] lengths are probabilities"),
        (masking.keep + masking.replace > 1, "[masking] keep and replace sum to more than 1"),
        (settings.precision not in ("auto", "float32", "bfloat16"), "precision is auto, float32 or bfloat16"),
        (budget.steps <= 0 and budget.core_hours <= 0, "[budget] sets no limit: give steps or core_hours"),
        (not 0 < settings.held_out < 1, "[pretrain] held_out must be between 0 and 1"),
    ]
    for is_wrong, message in wrong:
        if is_wrong:
            raise UserError(f"{path}: {message}")
