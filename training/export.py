"""Torch network → what the plain install runs: an ONNX graph inside a spaCy pipeline."""

from __future__ import annotations

import io
import json
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import spacy
import torch
from numpy.typing import NDArray
from spacy.language import Language

from govner import __version__
from govner.errors import UserError
from govner.tagger.component import TaggerComponent
from govner.tagger.features import Arrays, Featurizer
from govner.tagger.runtime import OnnxRunner, Settings, Tagger
from govner.tagger.windows import plan_windows
from govner.training.model.network import TaggerNetwork
from govner.training.quantize import integer_products, quantize
from govner.training.recover import ENCODER_CONFIG, encoder_config, name_weights, shared_weights


class TorchRunner:
    """Runs a network in training's own process, for evaluation between epochs."""

    def __init__(self, network: TaggerNetwork) -> None:
        self.network = network

    def __call__(self, features: Arrays) -> NDArray[np.float32]:
        self.network.eval()
        with torch.inference_mode():
            emissions: NDArray[np.float32] = self.network.emissions(features).float().numpy()
        return emissions


def torch_tagger(network: TaggerNetwork, featurizer: Featurizer, settings: Settings) -> Tagger:
    """A tagger that runs the torch network itself."""
    return Tagger(settings, featurizer, TorchRunner(network), network.crf.transitions.detach().numpy().copy())


def to_onnx(network: TaggerNetwork, featurizer: Featurizer) -> bytes:
    """The network as an ONNX graph with dynamic batch and lengths."""
    network = network.eval()
    backbone = getattr(network.encoder, "backbone", None)
    if backbone is not None:  # traced step by step; fused attention is for training
        backbone.set_attn_implementation("eager")
    sample = featurizer(["全市地区生产总值490.2亿元。", "政府工作报告"])
    names = network.encoder.inputs
    axes = {
        name: {0: "batch", 1: "pieces" if name.startswith("piece") and name != "piece_of" else "characters"}
        for name in names
    }
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of shapes that dynamic_axes makes dynamic
        torch.onnx.export(
            network,
            tuple(torch.from_numpy(sample[name]) for name in names),
            buffer,  # type: ignore[arg-type]  # the tracing exporter takes a stream
            input_names=list(names),
            output_names=["emissions"],
            dynamic_axes={**axes, "emissions": {0: "batch", 1: "characters"}},
            opset_version=17,
            dynamo=False,
        )
    return buffer.getvalue()


def make_pipeline(tagger: Tagger, meta: Mapping[str, Any]) -> Language:
    """A spaCy pipeline around a tagger that runs an ONNX graph.

    Args:
        meta: ``name``, ``version``, ``description`` and whatever else the model's meta.json shall say.
    """
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "govner.CharacterTokenizer.v1"}}})
    component = nlp.add_pipe("govner_tagger")
    assert isinstance(component, TaggerComponent)
    component.tagger = tagger
    nlp.meta.update(
        {"spacy_version": f">={spacy.about.__version__},<3.9.0", "govner_version": __version__, **meta}
    )
    return nlp


def export(
    network: TaggerNetwork, featurizer: Featurizer, settings: Settings, meta: Mapping[str, Any], folder: Path
) -> Language:
    """Write a pipeline that ``govner.load`` and ``spacy.load`` read, and give it back.

    A network with a pretrained encoder also leaves that encoder's configuration, so that fine-tuning can start from it.
    """
    transitions = network.crf.transitions.detach().numpy().copy()
    graph = name_weights(to_onnx(network, featurizer), network.state_dict())
    nlp = make_pipeline(Tagger(settings, featurizer, OnnxRunner(graph), transitions), meta)
    nlp.to_disk(folder)
    config = encoder_config(network)
    if config is not None:
        path = folder / "govner_tagger" / ENCODER_CONFIG
        saved = {"config": config, "shared": shared_weights(graph, network.state_dict())}
        path.write_text(json.dumps(saved, default=str, indent=1), encoding="utf-8")
    return nlp


def _windows(tagger: Tagger, texts: Sequence[str]) -> Iterator[Arrays]:
    """The featurizer's arrays of texts, a window at a time: padding would count as text."""
    for text in texts:
        for w in plan_windows(text, tagger.settings.window, tagger.settings.margin):
            yield tagger.featurizer([text[w.start : w.end]])


def quantized(source: Path, folder: Path, sample: Sequence[str] = ()) -> Language:
    """Write an int8 copy of a trained pipeline: a quarter of the size, the same files otherwise.

    With a sample of reports' texts the encoder also computes in integers, twice as fast (:mod:`govner.training.quantize`);
    some thousands of characters of several kinds of report are enough.

    Raises:
        UserError: there is a sample, but nothing that could be computed in integers.
    """
    nlp = spacy.load(source)
    component = nlp.get_pipe("govner_tagger")
    tagger = component.tagger
    graph = quantize(tagger.runner.onnx, _windows(tagger, sample))
    if sample and not integer_products(graph):
        raise UserError(
            f"{source}: nothing to compute in integers: a model of convolutions, or one that is in eight bits already. "
            "Leave out the sample, or export the float model that training wrote (its best/ folder)"
        )
    small = OnnxRunner(graph)
    component.tagger = Tagger(tagger.settings, tagger.featurizer, small, tagger.crf.transitions)
    nlp.to_disk(folder)
    for name in (f"govner_tagger/{ENCODER_CONFIG}", "README.md", "training.cfg"):
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / name)
    return nlp
