"""Which arguments are models and which are gold: decided by what they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from govner.errors import UserError
from govner.evaluation.gold import shipped_splits, split_path
from govner.evaluation.prediction_files import (
    COLUMN_SUFFIXES,
    READERS,
    ColumnPredictor,
    looks_like_gold,
    looks_like_predictions,
    read_brat,
)
from govner.evaluation.predictors import (
    FilePredictor,
    HuggingFacePredictor,
    Predictor,
    Renamed,
    SpacyPredictor,
)

#: Words before a colon that settle what an argument is.
_PREFIXES = ("gold", "predictions", "spacy", "hf", "baseline", "govner")


@dataclass(frozen=True, slots=True)
class System:
    """A system under test: one predictor a training seed (mostly one)."""

    name: str
    predictors: tuple[Predictor, ...]


@dataclass(frozen=True, slots=True)
class Resources:
    """What building a predictor may need.

    ``baselines`` maps a baseline's name to a function that makes it.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    baselines: Mapping[str, Callable[[], Predictor]] = field(default_factory=dict)


def is_gold(argument: str) -> bool:
    """Is this argument gold: a split's name, a gold file, or a folder of them?"""
    prefix, _, _ = argument.partition(":")
    if prefix in _PREFIXES:
        return prefix == "gold"
    path = Path(argument)
    if path.is_file():
        return path.suffix in READERS and not looks_like_predictions(path)
    if path.is_dir():
        if (path / "meta.json").is_file() or (path / "config.json").is_file() or any(path.glob("*.ann")):
            return False
        files = sorted(child for child in path.iterdir() if child.suffix in READERS)
        return bool(files) and looks_like_gold(files[0])
    return split_path(argument) is not None


def _is_named(argument: str) -> bool:
    """Is it NAME=MODEL, and not a path with an equals sign?"""
    return "=" in argument and not Path(argument.partition(":")[2] or argument).exists()


def sort_arguments(arguments: Sequence[str], baselines: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """Split the arguments into models and gold.

    Raises:
        UserError: one of the two is missing.
    """
    models = [a for a in arguments if a in baselines or _is_named(a) or not is_gold(a)]
    golds = [a.removeprefix("gold:") for a in arguments if a not in models]
    if not golds:
        splits = ", ".join(shipped_splits()) or "none here"
        raise UserError(
            f"no gold among {', '.join(arguments)}: give a .jsonl or .json file with id, text and spans, a "
            f"folder of such files, or a shipped split ({splits}); write gold:PATH for gold that has scores"
        )
    if not models:
        raise UserError(
            f"no model among {', '.join(arguments)}: give a govner model, a spaCy pipeline, a Hugging Face "
            f"folder, a baseline ({', '.join(baselines)}) or a prediction file; write predictions:PATH for "
            "predictions that look like gold because they have a text and no scores"
        )
    return models, golds


def load_system(argument: str, resources: Resources) -> System:
    """A system from an argument; ``NAME=A,B,C`` is one system trained with three seeds.

    Raises:
        UserError: it is none of the things that can be scored.
    """
    name, equals, rest = argument.partition("=")
    parts = (
        [part for part in rest.split(",") if part] if equals and not Path(argument).exists() else [argument]
    )
    if not parts:
        raise UserError(f"{argument}: want NAME=MODEL,MODEL,… with one model a seed")
    loaded = tuple(load_predictor(part, resources) for part in parts)
    return System(name if len(parts) > 1 or equals else loaded[0].name, loaded)


def load_predictor(argument: str, resources: Resources) -> Predictor:
    """One predictor, with its labels renamed as wanted."""
    made = _load(argument, resources)
    return Renamed(made, resources.labels) if resources.labels else made


def _load(argument: str, resources: Resources) -> Predictor:
    prefix, colon, rest = argument.partition(":")
    if not (colon and prefix in _PREFIXES):
        prefix, rest = _kind(argument, resources), argument
    if prefix == "baseline":
        if rest not in resources.baselines:
            raise UserError(f"{rest}: no such baseline; there are {', '.join(resources.baselines) or 'none'}")
        return resources.baselines[rest]()
    if prefix == "hf":
        return HuggingFacePredictor(rest, Path(rest).name)
    if prefix == "predictions":
        return _predictions(Path(rest))
    if prefix == "spacy":
        return _spacy(rest)
    return _govner(rest)


def _kind(argument: str, resources: Resources) -> str:
    path = Path(argument)
    if argument in resources.baselines:
        return "baseline"
    if path.is_file() or (path.is_dir() and any(path.glob("*.ann"))):
        return "predictions"
    if path.is_dir() and (path / "config.json").is_file() and not (path / "meta.json").is_file():
        return "hf"
    if path.is_dir() and (path / "meta.json").is_file():
        factories = json.loads((path / "meta.json").read_text(encoding="utf-8")).get("components", [])
        return "govner" if any("govner" in name for name in factories) else "spacy"
    if argument.isidentifier() and find_spec(argument) is not None and _is_spacy_package(argument):
        return "spacy"
    return "govner"


def _is_spacy_package(name: str) -> bool:
    from spacy.util import is_package

    return bool(is_package(name))


def _predictions(path: Path) -> Predictor:
    if path.is_dir():
        return FilePredictor(read_brat(path), path.name)
    if path.suffix in COLUMN_SUFFIXES:
        return ColumnPredictor(path, path.stem)
    if path.suffix in READERS:
        return FilePredictor(READERS[path.suffix](path), path.stem)
    wanted = ", ".join((*READERS, *COLUMN_SUFFIXES))
    raise UserError(f"{path}: not a prediction file; want {wanted} or a brat folder with .ann files")


def _spacy(name: str) -> Predictor:
    import spacy

    try:
        return SpacyPredictor(spacy.load(name), Path(name).name)
    except (OSError, ValueError) as error:
        raise UserError(f"{name}: spaCy cannot load it ({error})") from error


def _govner(name: str) -> Predictor:
    from govner.models import load

    return SpacyPredictor(load(name), Path(name).name)
