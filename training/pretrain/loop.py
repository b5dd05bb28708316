"""Masked-language-model training on raw text, in as many sittings as it takes."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch.nn.utils import clip_grad_norm_

from govner.errors import UserError
from govner.pieces import PieceTokenizer
from govner.training.backbone.loading import load_masked_language_model, quiet
from govner.training.device import Compute, choose
from govner.training.pretrain import checkpoint
from govner.training.pretrain.checkpoint import Progress
from govner.training.pretrain.config import Settings
from govner.training.pretrain.curve import TRAIN, Curve, Point
from govner.training.pretrain.examples import Frame, Mixture, Rows, encode
from govner.training.pretrain.masking import Masker
from govner.training.pretrain.model import (
    MaskedLanguageModel,
    MaskedRow,
    hidden_count,
    make_optimizer,
    mean_loss,
    stack,
)
from govner.training.pretrain.summary import write_summary
from govner.training.pretrain.texts import RawText, load_texts, split

STATE = "state.pt"
CURVE = "loss.csv"

Say = Callable[[str], None]


@dataclass
class Prepared:
    """Text made ready: what is drawn from, what measures, and what was found."""

    mixture: Mixture
    measuring: dict[str, list[MaskedRow]]
    found: dict[str, RawText]
    masker: Masker
    digest: str


def prepare(settings: Settings, tokenizer: PieceTokenizer, say: Say) -> Prepared:
    """Read, cut into pieces and split the text of all corpora.

    Raises:
        UserError: a corpus has no text, or too little for one example; or the encoder has no mask token.
    """
    if tokenizer.mask_id is None:
        raise UserError(f"{settings.encoder}: its tokenizer has no <mask> or [MASK]")
    frame = Frame.of(tokenizer)
    size = settings.optimization.length - len(frame)
    masker = Masker(settings.masking, tokenizer.mask_id, tokenizer.ordinary_ids(), frame)
    supplies, measuring, found = [], {}, {}
    digest = hashlib.sha256()
    for number, corpus in enumerate(settings.corpora):
        raw = load_texts(corpus.paths)
        found[corpus.name] = raw
        train, measure = split(raw.documents, settings.held_out)
        unit = settings.masking.unit
        rows = Rows([encode(d, tokenizer, frame, unit) for d in train], size, [settings.seed, 1, number])
        if not rows.pieces:
            raise UserError(f"[corpora.{corpus.name}]: less text than one example of {size} pieces")
        joined = [encode([p for d in measure for p in d], tokenizer, frame, unit)]
        rng = np.random.default_rng([settings.seed, 2, number])
        held = Rows(joined, size, [settings.seed, 3, number])
        measuring[corpus.name] = [masker(ids, starts, rng) for ids, starts in held.one_epoch()]
        supplies.append(rows)
        digest.update("\n".join(p for d in raw.documents for p in d).encode("utf-8", "surrogatepass"))
        say(
            f"{corpus.name}: {raw.characters} characters, {rows.pieces} pieces to train on, "
            f"{len(measuring[corpus.name])} to measure on, {len(raw.refused)} held-out texts refused"
        )
    mixture = Mixture(settings.corpora, supplies, settings.seed)
    return Prepared(mixture, {k: v for k, v in measuring.items() if v}, found, masker, digest.hexdigest())


class Run:
    """A pretraining run: the model, where it stands, and what it writes."""

    def __init__(self, settings: Settings, *, resume: bool, say: Say) -> None:
        self.settings = settings
        self.say = say
        out = settings.output
        self.state = out / STATE
        if self.state.exists() and not resume:
            raise UserError(f"{out}: holds a run already; go on with --resume, or choose another output")
        torch.set_num_threads(settings.threads)
        torch.manual_seed(settings.seed)
        self.compute: Compute = choose(settings.precision)
        pretrained, self.tokenizer = load_masked_language_model(
            settings.encoder, dropout=settings.optimization.dropout
        )
        self.pretrained: Any = pretrained
        self.text = prepare(settings, self.tokenizer, say)
        self.model = MaskedLanguageModel(pretrained).to(self.compute.device).train()
        self.optimizer = make_optimizer(self.model, settings.optimization)
        self.progress = Progress()
        out.mkdir(parents=True, exist_ok=True)
        if resume:
            supply, self.progress = checkpoint.restore(self.state, self.model, self.optimizer, self._plan())
            self.text.mixture.restore(supply)
            self.curve = Curve.take_up(out / CURVE, self.progress.step)
        else:
            self.curve = Curve.start(out / CURVE)
        self._started = time.monotonic() - self.progress.seconds

    def _plan(self) -> str:
        """What a resumed run must share with its first part, the text included."""
        said = asdict(self.settings)
        for free in ("output", "threads", "precision", "budget", "rhythm"):
            del said[free]
        return json.dumps([said, self.text.digest], ensure_ascii=False, sort_keys=True)

    def done(self) -> float:
        """The part of the budget that is used up."""
        budget = self.settings.budget
        parts = [0.0]
        if budget.steps:
            parts.append(self.progress.step / budget.steps)
        if budget.core_hours:
            parts.append(self.progress.seconds * self.settings.threads / 3600 / budget.core_hours)
        return max(parts)

    def learning_rate(self) -> float:
        """Up linearly over the warm-up, down linearly to zero where the budget ends."""
        plan = self.settings.optimization
        warm = (self.progress.step + 1) / max(plan.warmup_steps, 1)
        return plan.learning_rate * min(warm, 1.0, max(1.0 - self.done(), 0.0))

    def step(self) -> None:
        """One batch."""
        plan, text, progress = self.settings.optimization, self.text, self.progress
        rate = self.learning_rate()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        rows = [text.masker(*text.mixture.draw(), text.mixture.rng) for _ in range(plan.batch)]
        inputs, targets = stack(rows, self.compute.device)
        with self.compute.autocast():
            loss = self.model(inputs, targets) / hidden_count(targets)
        loss.backward()
        clip_grad_norm_(self.model.parameters(), plan.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        progress.step += 1
        progress.pieces += inputs.numel()
        value = loss.item()
        weight = max(0.05, 1 / progress.step)
        progress.loss += weight * (value - progress.loss)
        progress.seconds = time.monotonic() - self._started

    def measure(self) -> None:
        """Held-out loss and perplexity of every corpus, to the curve."""
        batch = self.settings.optimization.batch
        losses = {
            name: mean_loss(self.model, rows, batch, self.compute)
            for name, rows in self.text.measuring.items()
        }
        self.curve.add(self._point(), losses)
        told = ", ".join(f"{name} {loss:.3f}" for name, loss in losses.items())
        self.say(f"step {self.progress.step}: held-out loss {told}")

    def _point(self) -> Point:
        p = self.progress
        return Point(p.step, p.seconds, p.pieces, self.learning_rate())

    def log(self) -> None:
        """The training loss, to the curve."""
        self.curve.add(self._point(), {TRAIN: self.progress.loss})
        p = self.progress
        self.say(f"step {p.step}: loss {p.loss:.3f}, {p.seconds:.0f} s, {self.done():.0%} of the budget")

    def save(self) -> None:
        """Checkpoint, and the model as it is now in the output folder."""
        supply = self.text.mixture.state()
        checkpoint.save(self.state, self.model, self.optimizer, supply, self.progress, self._plan())
        with quiet():
            self.pretrained.save_pretrained(self.settings.output)
        self.tokenizer.to_disk(self.settings.output / "tokenizer.json")

    def train(self) -> None:
        """Until the budget is used up."""
        rhythm = self.settings.rhythm
        if self.progress.step == 0:
            self.measure()
        while self.done() < 1:
            self.step()
            if self.progress.step % rhythm.log_steps == 0:
                self.log()
            if self.progress.step % rhythm.evaluate_steps == 0:
                self.measure()
            if self.progress.step % rhythm.checkpoint_steps == 0:
                self.save()
        if self.progress.step % rhythm.evaluate_steps:
            self.measure()
        self.save()


def pretrain(settings: Settings, *, resume: bool = False, say: Say = lambda _: None) -> dict[str, Any]:
    """Adapt an encoder to raw text by masked-language-model training.

    The output folder gets an ordinary Hugging Face checkpoint, ``loss.csv``, ``pretraining.json`` (what
    the run was, how long it took, held-out perplexity, whether the curve was still falling) and
    ``state.pt``, from which ``resume`` goes on; a finished run goes on when its budget has been raised.

    Args:
        settings: the config.
        resume: go on from the checkpoint in the output folder.
        say: told what happens, a line at a time.

    Returns:
        What ``pretraining.json`` says.

    Raises:
        UserError: the encoder or the text is missing, or there is nothing (or something else) to resume.
    """
    run = Run(settings, resume=resume, say=say)
    say(f"{run.compute}, {settings.threads} threads")
    run.train()
    return write_summary(settings, run.progress, run.curve, run.text.found, str(run.compute))
