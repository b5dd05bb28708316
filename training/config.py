"""One ``.cfg`` says everything about a training run; this module reads it and resolves it to objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import spacy
from thinc.api import Config

from govner.errors import UserError
from govner.labels import LABELS
from govner.training.device import Precision
from govner.training.model.network import SpanTagger


@dataclass(frozen=True)
class Data:
    """Where documents are: what trains, what chooses the best model, and where stand-off labels find their text."""

    train: tuple[str, ...]
    dev: tuple[str, ...]
    reports: str | None


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train.

    ``learning_rate`` is the peak of a linear warm-up and decay; ``encoder_learning_rate`` that of a pretrained encoder,
    falling by ``layer_decay`` a layer. ``average`` is the decay of the running mean of weights that is evaluated and
    saved (0 turns it off). ``patience`` epochs without a better F1 end the run. ``word_dropout`` is the share of the text
    that is hidden in training (:mod:`govner.training.word_dropout`).
    """

    epochs: int
    patience: int
    batch_characters: int
    learning_rate: float
    encoder_learning_rate: float
    layer_decay: float
    warmup: float
    weight_decay: float
    clip: float
    average: float
    word_dropout: float = 0.0

    def __post_init__(self) -> None:
        for name, kind in get_type_hints(type(self)).items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int if kind is int else int | float):
                raise ValueError(
                    f"training.{name} = {value!r}: want {'a whole number' if kind is int else 'a number'}"
                )
        if not 0 <= self.word_dropout < 1:
            raise ValueError(
                f"training.word_dropout = {self.word_dropout!r}: want a share, at least 0 and below 1"
            )


@dataclass(frozen=True)
class Distillation:
    """A model whose scores are learned beside the labels: its folder or name, and what a nat of difference costs."""

    teacher: str
    weight: float


@dataclass(frozen=True)
class Settings:
    """A resolved config.

    ``initial`` is a trained model (its folder, or a shipped model's name) whose weights and vocabulary this run starts
    from; ``precision`` as in :mod:`govner.training.device`, on the processor only.
    """

    config: Config
    seed: int
    threads: int
    precision: Precision
    initial: str | None
    lang: str
    labels: tuple[str, ...]
    data: Data
    model: SpanTagger
    training: Schedule
    distillation: Distillation | None = None


def _precision(value: Any) -> Precision:
    known = get_args(Precision)
    if value not in known:
        raise ValueError(f"system.precision = {value!r}: want one of {', '.join(known)}")
    chosen: Precision = value
    return chosen


def _distillation(config: Config) -> Distillation | None:
    section = config.get("distillation", {})
    if section.get("teacher") is None:
        return None
    weight = section.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight < 0:
        raise ValueError(f"distillation.weight = {weight!r}: want a number that is not negative")
    return Distillation(str(section["teacher"]), float(weight))


def parse_overrides(arguments: Sequence[str]) -> dict[str, Any]:
    """``["--training.epochs", "3"]`` or ``["--training.epochs=3"]`` → ``{"training.epochs": 3}``.

    Raises:
        UserError: an argument is not an override, or its value is missing.
    """
    overrides: dict[str, Any] = {}
    queue = list(arguments)
    while queue:
        name = queue.pop(0)
        if not name.startswith("--") or "." not in name:
            raise UserError(f"{name}: not an option; a config value is set with --section.key VALUE")
        key, eq, value = name[2:].partition("=")
        if not eq:
            if not queue:
                raise UserError(f"{name}: wants a value, e.g. {name} 3")
            value = queue.pop(0)
        overrides[key] = Config().from_str(f"[v]\nv = {value}", interpolate=False)["v"]["v"] if value else ""
    return overrides


def load_config(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read and resolve a training config.

    Raises:
        UserError: the file is missing or a value in it is; the message names section and key.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: no such config; govner ships configs/cnn.cfg and configs/transformer.cfg")
    try:
        config = Config().from_disk(path, overrides=dict(overrides or {}))
        model = spacy.registry.resolve({"model": config["model"]})["model"]
        return Settings(
            config=config,
            seed=config["system"]["seed"],
            threads=config["system"]["threads"],
            precision=_precision(config["system"].get("precision", "float32")),
            initial=config["system"].get("initial"),
            lang=config["nlp"]["lang"],
            labels=tuple(config["nlp"].get("labels", LABELS)),
            data=Data(
                tuple(config["data"]["train"]), tuple(config["data"]["dev"]), config["data"]["reports"]
            ),
            model=model,
            training=Schedule(**config["training"]),
            distillation=_distillation(config),
        )
    except KeyError as error:
        raise UserError(f"{path}: {error} is missing; compare configs/cnn.cfg") from None
    except (
        TypeError,
        ValueError,
    ) as error:  # ConfigValidationError and configparser's errors are ValueErrors
        raise UserError(f"{path}: {error}") from None
