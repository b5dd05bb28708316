"""The training loop: small, deterministic, and able to go on exactly where it was stopped."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from govner.errors import UserError
from govner.schema import Span
from govner.tagger.features import CharacterFeatures, Featurizer, PieceFeatures, pad
from govner.tagger.runtime import Settings as TaggerSettings
from govner.tagger.tags import TagScheme
from govner.training.config import Schedule, Settings
from govner.training.device import choose
from govner.training.distillation import distilled, soft_targets
from govner.training.examples import Example, epoch_batches
from govner.training.export import torch_tagger
from govner.training.model.network import TaggerNetwork
from govner.training.word_dropout import hide


def strict_f1(gold: Sequence[Iterable[Span]], predicted: Sequence[Iterable[Span]]) -> dict[str, float]:
    """Strict micro precision, recall and F1 over documents; chooses a checkpoint and describes a model."""
    right = sum(len(set(g) & set(p)) for g, p in zip(gold, predicted, strict=True))
    n_gold, n_predicted = sum(len(set(g)) for g in gold), sum(len(set(p)) for p in predicted)
    return {
        "precision": right / n_predicted if n_predicted else 0.0,
        "recall": right / n_gold if n_gold else 0.0,
        "f1": 2 * right / (n_gold + n_predicted) if n_gold + n_predicted else 0.0,
    }


def parameter_groups(network: TaggerNetwork, schedule: Schedule) -> list[dict[str, Any]]:
    """Learning rates: the encoder's own (falling by layer from the top), the rest at the full rate."""
    depth = getattr(network.encoder, "depth_of", None)  # a pretrained encoder says how deep a parameter lies
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        rate = schedule.learning_rate
        if depth is not None and name.startswith("encoder."):
            below = depth(name.removeprefix("encoder."))
            if below is not None:
                rate = schedule.encoder_learning_rate * schedule.layer_decay**below
        decay = schedule.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": p, "lr": rate, "weight_decay": decay} for (rate, decay), p in groups.items()]


def prefer_plain_attention(network: nn.Module) -> None:
    """Attention as matrix products: in bfloat16 on a processor the backward pass of torch's fused attention takes three
    times as long (measured on AVX-512 BF16, windows of 130 pieces)."""
    backbone: Any = getattr(getattr(network, "encoder", None), "backbone", None)
    if backbone is not None:
        backbone.set_attn_implementation("eager")


class AverageWeights:
    """An exponential running mean of a network's weights (Polyak averaging with bias correction)."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.mean = {k: v.detach().clone() for k, v in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Take in the current weights."""
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for k, v in network.state_dict().items():
            if v.dtype.is_floating_point:
                self.mean[k].lerp_(v, 1 - decay)
            else:
                self.mean[k].copy_(v)


@dataclass
class Progress:
    """Where a run stands; saved with every checkpoint."""

    epoch: int = 0
    step: int = 0
    best_f1: float = -1.0
    best_epoch: int = -1
    history: list[dict[str, Any]] = field(default_factory=list)


class Trainer:
    """Trains a network and keeps the best and the last weights in a folder.

    Args:
        settings: the resolved config.
        network, featurizer: what is trained, freshly made.
        train, dev: examples.
        folder: ``checkpoint.pt`` (to resume) and ``best.pt`` (weights) are written here.
        report: called with one line of news after each epoch.
    """

    def __init__(
        self,
        settings: Settings,
        network: TaggerNetwork,
        featurizer: Featurizer,
        train: Sequence[Example],
        dev: Sequence[Example],
        folder: Path,
        report: Callable[[str], None],
    ) -> None:
        self.settings, self.schedule = settings, settings.training
        self.network, self.featurizer = network, featurizer
        self.train_set, self.dev_set = train, dev
        self.folder, self.report = folder, report
        self.scheme = TagScheme(settings.labels)
        self.compute = choose(settings.precision, gpu=False)
        if self.compute.bfloat16:
            prefer_plain_attention(network)
        self.optimizer = torch.optim.AdamW(
            parameter_groups(network, self.schedule), betas=(0.9, 0.98), fused=True
        )
        self.rates = [g["lr"] for g in self.optimizer.param_groups]
        self.average = AverageWeights(network, self.schedule.average) if self.schedule.average else None
        self.progress = Progress()
        self.rng = np.random.default_rng(settings.seed)
        self.steps_per_epoch = len(self._batches(0))
        folder.mkdir(parents=True, exist_ok=True)

    def _batches(self, epoch: int) -> list:
        model, seed = self.settings.model, self.settings.seed * 100_003 + epoch
        return epoch_batches(
            self.train_set, self.scheme, model.window, model.margin, self.schedule.batch_characters, seed
        )

    def run(self, tick: Callable[[int, int], None] = lambda done, total: None) -> Progress:
        """Train to the end, or until patience runs out. ``tick`` hears of every step."""
        total = self.steps_per_epoch * self.schedule.epochs
        while self.progress.epoch < self.schedule.epochs and not self._out_of_patience():
            self._seed(self.progress.epoch)
            loss = 0.0
            batches = self._batches(self.progress.epoch)
            for batch in batches:
                loss += self._step(batch, total)
                tick(self.progress.step, total)
            self._end_epoch(loss / len(batches))
        return self.progress

    def _seed(self, epoch: int) -> None:
        # Every epoch starts from its own seed, so that a resumed run draws the same dropout masks.
        torch.manual_seed(self.settings.seed * 100_003 + epoch)
        random.seed(epoch)
        np.random.seed(epoch)
        self.rng = np.random.default_rng((self.settings.seed, epoch))

    def _out_of_patience(self) -> bool:
        p = self.progress
        return p.best_epoch >= 0 and p.epoch - 1 - p.best_epoch >= self.schedule.patience

    def _rate(self, total: int) -> float:
        warm = max(1, int(self.schedule.warmup * total))
        step = self.progress.step
        return (step + 1) / warm if step < warm else max(0.0, (total - step) / max(1, total - warm))

    def _step(self, batch: list, total: int) -> float:
        self.network.train()
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * self._rate(total)
        features = self.featurizer([w.text for w in batch])
        if self.schedule.word_dropout and isinstance(self.featurizer, PieceFeatures | CharacterFeatures):
            features = hide(features, self.featurizer, self.schedule.word_dropout, self.rng)
        tags = torch.from_numpy(pad([w.tags for w in batch]))
        with self.compute.autocast():
            if self.settings.distillation is None:
                loss = self.network.loss(features, tags)
            else:
                soft = soft_targets(batch, self.scheme.size)
                loss = distilled(self.network, features, tags, soft, self.settings.distillation.weight)
        if not math.isfinite(loss.item()):
            raise UserError(
                f"training diverged at step {self.progress.step} (loss {loss.item()}); lower training.learning_rate"
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), self.schedule.clip)
        self.optimizer.step()
        if self.average is not None:
            self.average.update(self.network)
        self.progress.step += 1
        return loss.item()

    def evaluated_weights(self) -> dict[str, torch.Tensor]:
        """The weights that are evaluated and saved: the running mean where there is one."""
        return self.average.mean if self.average is not None else self.network.state_dict()

    def _end_epoch(self, loss: float) -> None:
        current = {k: v.detach().clone() for k, v in self.network.state_dict().items()}
        self.network.load_state_dict(self.evaluated_weights())
        scores = self._score()
        p = self.progress
        p.history.append({"epoch": p.epoch, "step": p.step, "loss": loss, **scores})
        if scores["f1"] > p.best_f1:
            p.best_f1, p.best_epoch = scores["f1"], p.epoch
            torch.save(self.network.state_dict(), self.folder / "best.pt")
        self.network.load_state_dict(current)
        p.epoch += 1
        self.save()
        self.report(
            f"epoch {p.epoch}/{self.schedule.epochs}  loss {loss:.4f}  dev P {scores['precision']:.3f} "
            f"R {scores['recall']:.3f} F1 {scores['f1']:.3f}{'  best' if p.best_epoch == p.epoch - 1 else ''}"
        )

    def _score(self) -> dict[str, float]:
        model = self.settings.model
        tagger = torch_tagger(
            self.network,
            self.featurizer,
            TaggerSettings(self.settings.labels, model.window, model.margin, {}),
        )
        with self.compute.autocast():
            found = tagger.predict([e.text for e in self.dev_set])
        return strict_f1(
            [e.spans for e in self.dev_set],
            [[Span(s.start, s.end, s.label) for s in spans] for spans in found],
        )

    def save(self) -> None:
        """Write ``checkpoint.pt`` whole or not at all."""
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": (self.average.mean, self.average.steps) if self.average else None,
            "progress": vars(self.progress),
            "config": self.settings.config.to_str(),
        }
        partial = self.folder / "checkpoint.pt.partial"
        torch.save(state, partial)
        partial.replace(self.folder / "checkpoint.pt")
        (self.folder / "history.json").write_text(
            json.dumps(self.progress.history, indent=1), encoding="utf-8"
        )

    def resume(self) -> None:
        """Go on from ``checkpoint.pt``.

        Raises:
            UserError: there is none, or it is of another config.
        """
        path = self.folder / "checkpoint.pt"
        if not path.is_file():
            raise UserError(f"{path}: nothing to resume; train without --resume first")
        state = torch.load(path, weights_only=True)
        if state["config"] != self.settings.config.to_str():
            raise UserError(
                f"{path}: was made with another config; train without --resume, or restore the config"
            )
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.average is not None and state["average"] is not None:
            self.average.mean, self.average.steps = state["average"]
        self.progress = Progress(**state["progress"])
