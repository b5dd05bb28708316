"""What the screen compares: a head, and changes to how it is trained, each by name: ``crf+words``.

Heads find spans in clean text; changes are values of the config, another loss, or other training text. Everything is off
until a variant names it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch

from govner.errors import UserError
from govner.schema import GoldDocument
from govner.tagger.crf import ScoredSpan
from govner.tagger.runtime import Settings as TaggerSettings
from govner.training.augmentation import Mentions, replace_mentions
from govner.training.config import Settings
from govner.training.examples import Example, epoch_batches, prepare
from govner.training.export import torch_tagger
from govner.training.loop import Trainer
from govner.training.model import span_head
from govner.training.model.network import TaggerNetwork
from govner.training.model.span_head import GlobalPointerNetwork
from govner.training.regularization import use_loss
from govner.training.self_training import Find, pseudo_labelled

Say = Callable[[str], None]

HEADS = ("crf", "global_pointer", "spacy_ner")


@dataclass(frozen=True)
class Change:
    """One thing that is done differently.

    Attributes:
        says: what it is, for tables.
        overrides: values of the config.
        loss: a name that :func:`govner.training.regularization.use_loss` knows.
        replaced: share of mentions replaced in each epoch.
        sure: the least probability of a pseudo-label; trains twice, the second time beside as much pseudo-labelled text
            as there is gold text.
        heads: heads that it works with.
    """

    says: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    loss: str | None = None
    replaced: float = 0.0
    sure: float | None = None
    heads: tuple[str, ...] = ("crf", "global_pointer")


CHANGES: Mapping[str, Change] = {
    "mention_replacement": Change("a fifth of mentions replaced by others of their label", replaced=0.2),
    "rdrop": Change("R-drop: two dropout passes have to agree", loss="r_drop", heads=("crf",)),
    "fgm": Change("adversarial moves of the embeddings", loss="fast_gradient"),
    "self_training": Change("its own labels from 0.9 on, on unread text of the training places", sure=0.9),
    "word_dropout": Change("an eighth of the text is hidden in training", {"training.word_dropout": 0.12}),
    "words": Change("each character's place in its word", {"model.encoder.words": True}),
    "no_average": Change("last weights in place of their running mean", {"training.average": 0}),
    "short_windows": Change(
        "windows of about a sentence: little context", {"model.window": 80, "model.margin": 16}
    ),
}


@dataclass(frozen=True)
class Variant:
    """A head with changes; ``name`` is the head and the changes joined by ``+``."""

    name: str
    head: str
    changes: tuple[Change, ...]

    @property
    def overrides(self) -> dict[str, Any]:
        """Values of the config that it changes."""
        return {key: value for change in self.changes for key, value in change.overrides.items()}

    @property
    def loss(self) -> str | None:
        """The name of its loss, None for the plain one."""
        return next((c.loss for c in self.changes if c.loss), None)

    @property
    def replaced(self) -> float:
        """Share of mentions replaced in each epoch."""
        return max((c.replaced for c in self.changes), default=0.0)

    @property
    def sure(self) -> float | None:
        """The least probability of a pseudo-label, None without self-training."""
        return next((c.sure for c in self.changes if c.sure is not None), None)


def variant(name: str) -> Variant:
    """A variant by name, such as ``crf`` or ``global_pointer+fgm+words``.

    Raises:
        UserError: the head or a change is not known, or they do not go together.
    """
    head, *names = name.split("+")
    if head not in HEADS:
        raise UserError(f"variant {name}: no head {head!r}; want one of {', '.join(HEADS)}")
    for change in names:
        if change not in CHANGES:
            raise UserError(f"variant {name}: no change {change!r}; want any of {', '.join(CHANGES)}")
        if head not in CHANGES[change].heads:
            raise UserError(f"variant {name}: {change} does not work with {head}")
    made = Variant(name, head, tuple(CHANGES[n] for n in names))
    if sum(c.loss is not None for c in made.changes) > 1:
        raise UserError(f"variant {name}: one other loss at a time")
    return made


class ScreenTrainer(Trainer):
    """The usual loop with another loss or changing text; the last epoch counts and nothing is chosen or saved, so that no
    variant gains from a choice."""

    def __init__(self, variant: Variant, *arguments: Any) -> None:
        self.variant = variant
        super().__init__(*arguments)

    def _batches(self, epoch: int) -> list:
        if not self.variant.replaced:
            return super()._batches(epoch)
        model, seed = self.settings.model, self.settings.seed * 100_003 + epoch
        examples = replace_mentions(self.train_set, Mentions.of(self.train_set), self.variant.replaced, seed)
        return epoch_batches(
            examples, self.scheme, model.window, model.margin, self.schedule.batch_characters, seed
        )

    def _end_epoch(self, loss: float) -> None:
        self.progress.epoch += 1
        self.report(f"epoch {self.progress.epoch}/{self.schedule.epochs}  loss {loss:.4f}")


def fit(
    chosen: Variant,
    settings: Settings,
    documents: Sequence[GoldDocument],
    unread: Callable[[], Sequence[Example]],
    folder: Path,
    say: Say,
) -> Find:
    """Train a variant.

    Args:
        settings: the config with the variant's overrides.
        unread: gives text without labels, for self-training.
        folder: where the loop may leave files.

    Returns:
        What finds spans in clean texts.
    """
    if chosen.head == "spacy_ner":
        return _fit_spacy(documents, settings.seed, say)
    torch.set_num_threads(settings.threads)
    examples, _ = prepare(documents, settings.labels)
    find = _fit_torch(chosen, settings, examples, folder, say)
    if chosen.sure is None:
        return find
    wanted = sum(len(e.text) for e in examples)
    more = pseudo_labelled(find, unread(), chosen.sure, wanted, settings.seed)
    say(f"{sum(len(e.text) for e in more)} characters of pseudo-labelled lines")
    return _fit_torch(chosen, settings, [*examples, *more], folder, say)


def _fit_torch(
    chosen: Variant, settings: Settings, examples: Sequence[Example], folder: Path, say: Say
) -> Find:
    torch.manual_seed(settings.seed)
    featurizer = settings.model.encoder.featurizer([e.text for e in examples])
    encoder, model = settings.model.encoder.network(featurizer), settings.model
    network: TaggerNetwork | GlobalPointerNetwork
    if chosen.head == "crf":
        network = TaggerNetwork(encoder, settings.labels, model.dropout)
    else:
        network = GlobalPointerNetwork(encoder, settings.labels, model.dropout)
    if chosen.loss is not None:
        use_loss(network, chosen.loss)
    trainer = ScreenTrainer(chosen, settings, network, featurizer, examples, (), folder, say)
    trainer.run()
    network.load_state_dict(trainer.evaluated_weights())
    if isinstance(network, GlobalPointerNetwork):
        return partial(span_head.predict, network, featurizer, size=model.window, margin=model.margin)
    plain = TaggerSettings(settings.labels, model.window, model.margin, {})
    return torch_tagger(network, featurizer, plain).predict


def _fit_spacy(documents: Sequence[GoldDocument], seed: int, say: Say) -> Find:
    """spaCy's transition parser as the benchmark trains it, for as many passes; it gives no probabilities."""
    from govner.evaluation.baselines import spacy_ner

    nlp = spacy_ner(documents, None, seed, say=say)

    def find(texts: Sequence[str]) -> list[list[ScoredSpan]]:
        return [
            [ScoredSpan(e.start_char, e.end_char, e.label_, math.nan) for e in doc.ents]
            for doc in nlp.pipe(texts)
        ]

    return find
