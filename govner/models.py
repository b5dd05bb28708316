"""Where models are looked for, and how they are loaded. Never from a network."""

from __future__ import annotations

import os
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import spacy
from spacy.language import Language

from govner.errors import UserError

#: The model that is used where none is named.
DEFAULT = "default"


def search_path() -> list[Path]:
    """Folders in which a model's name is looked up: ``$GOVNER_MODELS`` (several with the path separator), then the package."""
    own = [Path(p) for p in os.environ.get("GOVNER_MODELS", "").split(os.pathsep) if p]
    return [*own, Path(str(files("govner") / "models_data"))]


def shipped_models() -> dict[str, Path]:
    """Names and folders of the models on the search path."""
    found: dict[str, Path] = {}
    for entry in entry_points(group="govner.models"):  # wheels made by `govner package`
        spec = find_spec(entry.value)
        if spec is not None and spec.origin is not None:
            found[entry.name] = Path(spec.origin).parent / entry.name
    for folder in search_path():
        if folder.is_dir():
            for child in sorted(folder.iterdir()):
                if (child / "meta.json").is_file():
                    found.setdefault(child.name, child)
    return found


def locate(name_or_path: str | None = None) -> Path:
    """The folder of a model.

    Args:
        name_or_path: a shipped model's name (``default``, ``cnn``), or a folder written by ``govner train``: the
            pipeline itself or the run's output, whose ``best`` is taken.

    Raises:
        UserError: there is no such model; the message lists what there is.
    """
    name = name_or_path or DEFAULT
    path = Path(name)
    if (path / "meta.json").is_file():
        return path
    if (path / "best" / "meta.json").is_file():
        return path / "best"
    models = shipped_models()
    if name in models:
        return models[name]
    if name == DEFAULT and models:
        return next(iter(models.values()))
    known = ", ".join(models) or "none"
    raise UserError(
        f"{name}: no such model. Shipped: {known}. Give a folder written by `govner train`, or train one."
    )


def load(name_or_path: str | None = None) -> Language:
    """Load a govner pipeline.

    Raises:
        UserError: there is no such model, or its files cannot be read.
    """
    path = locate(name_or_path)
    try:
        return spacy.load(path)
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{path}: this model cannot be loaded ({error}); copy or train it again") from None
