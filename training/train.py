"""From a config to a trained, exported and documented model."""

from __future__ import annotations

import json
import platform
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import torch

from govner import __version__
from govner.models import locate
from govner.tagger.features import Featurizer, load_featurizer
from govner.tagger.runtime import Settings as TaggerSettings
from govner.training import corpora
from govner.training.config import Settings, load_config
from govner.training.distillation import with_teacher
from govner.training.examples import Example, Unrepresentable, prepare
from govner.training.export import export, torch_tagger
from govner.training.loop import Trainer
from govner.training.model.network import TaggerNetwork
from govner.training.model_card import model_card
from govner.training.recover import recover_network
from govner.training.scoring import score_and_calibrate

Say = Callable[[str], None]


def train(
    config: str | Path,
    output: Path,
    overrides: Mapping[str, Any] | None = None,
    *,
    resume: bool = False,
    say: Say = print,
    tick: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Train a model as a config says and write it to a folder.

    The folder receives ``best/`` and ``last/`` (pipelines for ``govner.load``), ``config.cfg`` (resolved),
    ``metrics.json``, ``unrepresentable.jsonl`` and a model card in each pipeline.

    Returns:
        The metrics.

    Raises:
        UserError: the config, its data or the checkpoint to resume cannot be used.
    """
    began = time.monotonic()
    settings = load_config(config, overrides)
    torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(True)
    # Nothing here reads memory that it has not written; filling it costs a tenth of the time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    train_set, dev_set, lost, notes = _examples(settings, say)
    if settings.distillation is not None:
        train_set = with_teacher(
            train_set, settings.distillation.teacher, settings.labels, settings.threads, output / "teacher"
        )
        say(f"{settings.distillation.teacher} has scored the training text")
    torch.manual_seed(settings.seed)
    network, featurizer = _network(settings, train_set)
    trainer = Trainer(settings, network, featurizer, train_set, dev_set, output, say)
    if resume:
        trainer.resume()
        say(f"resumed after epoch {trainer.progress.epoch}")
    (output / "config.cfg").write_text(settings.config.to_str(), encoding="utf-8")
    _write_lost(lost, output / "unrepresentable.jsonl")
    progress = trainer.run(tick)
    metrics: dict[str, Any] = {
        "data": {
            "train": describe(train_set),
            "dev": describe(dev_set),
            "notes": notes,
            "lost_spans": len(lost),
        },
        "best_epoch": progress.best_epoch + 1,
        "epochs": progress.epoch,
        "steps": progress.step,
        "parameters": sum(p.numel() for p in network.parameters()),
        "seconds": round(time.monotonic() - began, 1),
        "machine": f"{platform.machine()}, {settings.threads} threads, torch {torch.__version__}",
        "date": date.today().isoformat(),
    }
    best = torch.load(output / "best.pt", weights_only=True)
    for name, weights in (("last", trainer.evaluated_weights()), ("best", best)):
        network.load_state_dict(weights)
        metrics[name] = _finish(name, settings, network, featurizer, dev_set, metrics, output)
    (output / "metrics.json").write_text(json.dumps(metrics, ensure_ascii=False, indent=1), encoding="utf-8")
    return metrics


def _network(settings: Settings, train_set: Sequence[Example]) -> tuple[TaggerNetwork, Featurizer]:
    """A fresh network, or the one that ``system.initial`` names, with its vocabulary."""
    spec = settings.model.encoder
    if settings.initial is None:
        featurizer = spec.featurizer([e.text for e in train_set])
    else:
        component = locate(settings.initial.removeprefix("govner:")) / "govner_tagger"
        featurizer = load_featurizer(component)
    network = TaggerNetwork(spec.network(featurizer), settings.labels, settings.model.dropout)
    if settings.initial is not None:
        recover_network(component, network, getattr(spec, "layers", None))
    return network, featurizer


def load_examples(
    settings: Settings, paths: Sequence[str]
) -> tuple[list[Example], list[Unrepresentable], list[str]]:
    """Gold files as the model sees them: the examples, the spans it can never emit, and what to tell the user."""
    loaded = corpora.load(paths, settings.data.reports, trains=True)
    examples, lost = prepare(loaded.documents, settings.labels)
    return examples, lost, list(loaded.notes)


def _examples(
    settings: Settings, say: Say
) -> tuple[list[Example], list[Example], list[Unrepresentable], list[str]]:
    train_set, lost, notes = load_examples(settings, settings.data.train)
    dev_set, lost_dev, dev_notes = load_examples(settings, settings.data.dev)
    for note in (notes := notes + dev_notes):
        say(note)
    told: dict[tuple[str, str], list[str]] = {}
    for item in lost + lost_dev:
        told.setdefault((item.document, item.reason), []).append(item.text)
    for (document, reason), texts in told.items():
        shown = ", ".join(texts[:3]) + (", …" if len(texts) > 3 else "")
        spans = "gold span" if len(texts) == 1 else "gold spans"
        say(f"{document}: {len(texts)} {spans} cannot be represented, {reason}: {shown}")
    say(f"training on {describe(train_set)}; choosing on {describe(dev_set)}")
    return train_set, dev_set, lost + lost_dev, notes


def describe(examples: Sequence[Example]) -> dict[str, Any]:
    """Counts of documents, characters and spans."""
    labels = Counter(s.label for e in examples for s in e.spans)
    return {
        "documents": len(examples),
        "characters": sum(len(e.text) for e in examples),
        "spans": sum(labels.values()),
        "by_label": dict(sorted(labels.items())),
    }


def _write_lost(lost: Sequence[Unrepresentable], path: Path) -> None:
    lines = [
        json.dumps(
            {"document": x.document, **asdict(x.span), "text": x.text, "reason": x.reason}, ensure_ascii=False
        )
        for x in lost
    ]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _finish(
    name: str,
    settings: Settings,
    network: TaggerNetwork,
    featurizer: Featurizer,
    dev: Sequence[Example],
    metrics: Mapping[str, Any],
    output: Path,
) -> dict[str, Any]:
    """Calibrate on the development set, export, write the card; gives the development scores."""
    model = settings.model
    plain = TaggerSettings(settings.labels, model.window, model.margin, {})
    calibrated, scores = score_and_calibrate(torch_tagger(network, featurizer, plain), dev)
    meta = {
        "name": settings.config["nlp"].get("name", Path(output).name),
        "version": __version__,
        "description": "Marks SLOGAN, PROJECT, ORG and INDICATOR in Chinese local-government work reports",
        "performance": scores,
    }
    folder = output / name
    export(network, featurizer, calibrated, meta, folder)
    (folder / "training.cfg").write_text(settings.config.to_str(), encoding="utf-8")
    (folder / "README.md").write_text(model_card(meta, metrics, scores, settings), encoding="utf-8")
    return scores
