"""One model whose weights are the mean of several that were trained on from the same one.

A "model soup" (Wortsman et al. 2022): models fine-tuned from a common start mostly lie in one basin, and the mean of their
weights errs less than each of them, at the cost of one. It means nothing for models trained apart.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from numpy.typing import NDArray
from onnx import ModelProto, numpy_helper

from govner.errors import UserError
from govner.tagger.runtime import Settings, Tagger, check_files
from govner.training.examples import Example
from govner.training.scoring import score_and_calibrate


def average(models: Sequence[Path], output: Path, dev: Sequence[Example]) -> dict[str, Any]:
    """Write a pipeline with the mean of models' weights, calibrated anew.

    Args:
        models: folders of pipelines as ``govner train`` writes them (``best`` or ``last``, float weights).
        output: a new folder, written whole or not at all; everything but name, weights, calibration and scores is the
            first model's.
        dev: documents to calibrate and score on.

    Returns:
        The scores on ``dev``, as in the pipeline's ``meta.json``.

    Raises:
        UserError: the models are not of one shape, damaged, or in eight bits; or the output exists or lies in one of them.
    """
    if output.exists():
        raise UserError(f"{output}: exists already; name a new folder")
    if inside := [m for m in models if output.resolve().is_relative_to(m.resolve())]:
        raise UserError(f"{output}: lies inside {inside[0]}, one of the models; name a folder elsewhere")
    parts = [_Parts.read(m) for m in models]
    for part in parts[1:]:
        part.check_fits(parts[0])
    partial = output.with_name(f"{output.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(models[0], partial)
        scores = _write_mean(partial, output.name, models, parts, dev)
        partial.replace(output)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return scores


class _Parts:
    """What of a model is averaged, and what has to be the same."""

    def __init__(self, model: Path, graph: ModelProto, transitions: NDArray, settings: Settings) -> None:
        self.model = model
        self.graph = graph
        self.weights = {i.name: i for i in graph.graph.initializer}
        self.transitions = transitions
        self.settings = replace(settings, calibration={})
        vocabulary = [model / "govner_tagger" / name for name in ("features.json", "tokenizer.json")]
        self.vocabulary = [path.read_bytes() if path.is_file() else b"" for path in vocabulary]

    @classmethod
    def read(cls, model: Path) -> _Parts:
        component = model / "govner_tagger"
        check_files(component)
        try:
            graph = onnx.load(component / "model.onnx")
            transitions = np.load(component / "transitions.npy")
            settings = Settings.from_disk(component / "tagger.json")
        except (DecodeError, EOFError, ValueError, KeyError) as error:
            raise UserError(f"{model}: this model cannot be read ({error}); copy or train it again") from None
        return cls(model, graph, transitions, settings)

    def check_fits(self, other: _Parts) -> None:
        """Whether the two have a mean.

        Raises:
            UserError: they have not.
        """
        for part in (self, other):
            if any(name.endswith("_quantized") for name in part.weights):
                raise UserError(
                    f"{part.model}: is in eight bits; average the float models that training wrote, then export"
                )
        if self.settings != other.settings:
            raise UserError(
                f"{self.model}: has other labels or windows than {other.model} ({self._reads()}; {other._reads()})"
            )
        if self.vocabulary != other.vocabulary or self._shapes() != other._shapes():
            raise UserError(
                f"{self.model}: is not of the same shape and vocabulary as {other.model}; only models that were trained on "
                "from the same one (system.initial) have a mean"
            )

    def _reads(self) -> str:
        return f"{', '.join(self.settings.labels)}, windows of {self.settings.window}"

    def _shapes(self) -> dict[str, list[int]]:
        return {name: list(held.dims) for name, held in self.weights.items()}


def _write_mean(
    folder: Path, name: str, models: Sequence[Path], parts: Sequence[_Parts], dev: Sequence[Example]
) -> dict[str, Any]:
    """Turn a copy of the first model into the mean of all; gives its scores."""
    component = folder / "govner_tagger"
    graph = parts[0].graph
    for initializer in graph.graph.initializer:
        arrays = [numpy_helper.to_array(p.weights[initializer.name]) for p in parts]
        if arrays[0].dtype == np.float32:
            mean = np.mean(arrays, axis=0, dtype=np.float64).astype(np.float32)
            initializer.CopyFrom(numpy_helper.from_array(mean, initializer.name))
    (component / "model.onnx").write_bytes(graph.SerializeToString())
    transitions = np.mean([p.transitions for p in parts], axis=0, dtype=np.float64)
    np.save(component / "transitions.npy", transitions.astype(np.float32))
    parts[0].settings.to_disk(component / "tagger.json")
    settings, scores = score_and_calibrate(Tagger.from_disk(component), dev)
    settings.to_disk(component / "tagger.json")
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    meta |= {"name": name, "performance": scores}
    (folder / "meta.json").write_text(json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "README.md").write_text(_card(meta, models, scores), encoding="utf-8")
    return scores


_CARD = """# {name} {version}

{description}. Load it with `govner.load("PATH")` or `spacy.load("PATH")`.

Its weights are the mean (Wortsman et al. 2022; `govner export average`) of {models}; their cards say what each was
trained on. `training.cfg` is the first one's.

Strict span precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} on the development documents, on which its scores
are also calibrated (expected calibration error {before:.3f} before, {after:.3f} after, on the same documents): score
held-out documents with `govner benchmark`.
"""


def _card(meta: dict[str, Any], models: Sequence[Path], scores: dict[str, Any]) -> str:
    return _CARD.format(
        **{k: meta.get(k, "") for k in ("name", "version", "description")},
        **scores["dev"],
        models=", ".join(f"`{m}`" for m in models),
        before=scores["calibration_error_before"],
        after=scores["calibration_error_after_same_data"],
    )
