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
from onnx import numpy_helper

from govner.errors import UserError
from govner.tagger.runtime import Settings, Tagger
from govner.training.examples import Example
from govner.training.scoring import score_and_calibrate

#: What models must have in common, in their ``govner_tagger`` folder.
_SAME = ("features.json", "tokenizer.json")


def average(models: Sequence[Path], output: Path, dev: Sequence[Example]) -> dict[str, Any]:
    """Write a pipeline with the mean of models' weights, calibrated anew.

    Args:
        models: folders of pipelines as ``govner train`` writes them (``best`` or ``last``, float weights).
        output: a new folder; everything but weights, calibration and scores is the first model's.
        dev: documents to calibrate and score on.

    Returns:
        The scores on ``dev``, as in the pipeline's ``meta.json``.

    Raises:
        UserError: the models are not of one shape, or in eight bits.
    """
    components = [m / "govner_tagger" for m in models]
    graph = _mean_graph(components)
    transitions = np.mean([np.load(c / "transitions.npy") for c in components], axis=0, dtype=np.float64)
    shutil.copytree(models[0], output, dirs_exist_ok=True)
    component = output / "govner_tagger"
    (component / "model.onnx").write_bytes(graph)
    np.save(component / "transitions.npy", transitions.astype(np.float32))
    plain = replace(Settings.from_disk(component / "tagger.json"), calibration={})
    plain.to_disk(component / "tagger.json")
    settings, scores = score_and_calibrate(Tagger.from_disk(component), dev)
    settings.to_disk(component / "tagger.json")
    path = output / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8"))
    meta["performance"] = scores
    path.write_text(json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8")
    (output / "README.md").write_text(_card(meta, models, scores), encoding="utf-8")
    return scores


def _mean_graph(components: Sequence[Path]) -> bytes:
    graphs = [onnx.load(c / "model.onnx") for c in components]
    weights = [{i.name: i for i in g.graph.initializer} for g in graphs]
    first = weights[0]
    for component, held in zip(components, weights, strict=True):
        if any(name.endswith("_quantized") for name in held):
            raise UserError(
                f"{component.parent}: is in eight bits; average the float models that training wrote, then export"
            )
        same = all(_read(component / n) == _read(components[0] / n) for n in _SAME)
        if not same or {k: list(v.dims) for k, v in held.items()} != {
            k: list(v.dims) for k, v in first.items()
        }:
            raise UserError(
                f"{component.parent}: is not of the same shape and vocabulary as {components[0].parent}; only models that "
                "were trained on from the same one (system.initial) have a mean"
            )
    for name, initializer in first.items():
        arrays = [numpy_helper.to_array(held[name]) for held in weights]
        if arrays[0].dtype == np.float32:
            mean = np.mean(arrays, axis=0, dtype=np.float64).astype(np.float32)
            initializer.CopyFrom(numpy_helper.from_array(mean, name))
    graph: bytes = graphs[0].SerializeToString()
    return graph


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


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
        **{k: meta[k] for k in ("name", "version", "description")},
        **scores["dev"],
        models=", ".join(f"`{m}`" for m in models),
        before=scores["calibration_error_before"],
        after=scores["calibration_error_after_same_data"],
    )
