"""Any Hugging Face encoder, by folder or hub name, and its tokenizer, which spreads pieces over
characters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch import nn

from govner.errors import UserError
from govner.pieces import PieceTokenizer


def load_encoder(name: str | Path, *, dropout: float | None = None) -> tuple[nn.Module, PieceTokenizer]:
    """An encoder (without pooler or head) and its tokenizer.

    Args:
        name: a folder with ``config.json``, weights and tokenizer, or a name on the Hugging Face hub such as
            ``hfl/chinese-roberta-wwm-ext``.
        dropout: probability inside the encoder, instead of what its config says.

    Raises:
        UserError: there is no such encoder, or it has no fast tokenizer.
    """
    from transformers import AutoModel

    return _load(AutoModel, name, dropout, add_pooling_layer=False), load_tokenizer(name)


def load_masked_language_model(
    name: str | Path, *, dropout: float | None = None
) -> tuple[nn.Module, PieceTokenizer]:
    """A masked-language model and its tokenizer; the arguments and errors are those of :func:`load_encoder`.

    A checkpoint without that head gets a fresh one.
    """
    from transformers import AutoModelForMaskedLM

    return _load(AutoModelForMaskedLM, name, dropout), load_tokenizer(name)


def load_tokenizer(name: str | Path) -> PieceTokenizer:
    """The tokenizer of an encoder, from its ``tokenizer.json`` or converted from what the folder or hub has.

    Raises:
        UserError: there is none that the ``tokenizers`` library can run.
    """
    folder = Path(name)
    if (folder / "tokenizer.json").is_file():
        try:
            return PieceTokenizer.from_disk(folder)
        except Exception as error:  # the library raises bare Exceptions
            raise UserError(f"{folder}/tokenizer.json: not a tokenizer: {error}") from None
    from transformers import AutoTokenizer

    try:
        return PieceTokenizer(AutoTokenizer.from_pretrained(str(name), use_fast=True).backend_tokenizer)
    except (OSError, ValueError, AttributeError) as error:
        raise UserError(f"{name}: no tokenizer there that runs fast: {_first_line(error)}") from None


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps transformers from reporting heads that are left out and from drawing bars for every file."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _load(auto: Any, name: str | Path, dropout: float | None, **kwargs: Any) -> nn.Module:
    from transformers import AutoConfig

    try:
        with quiet():
            config = AutoConfig.from_pretrained(str(name))
            if dropout is not None:
                for key in ("hidden_dropout_prob", "attention_probs_dropout_prob"):
                    if hasattr(config, key):
                        setattr(config, key, dropout)
            try:
                model: nn.Module = auto.from_pretrained(str(name), config=config, **kwargs)
            except TypeError:  # an architecture that knows no pooler
                model = auto.from_pretrained(str(name), config=config)
    except (OSError, ValueError) as error:
        raise UserError(f"{name}: no encoder there: {_first_line(error)}") from None
    return model


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
