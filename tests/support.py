"""What tests share: the repository's paths and a network small enough to train in seconds."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"

#: A network small enough to train in seconds; the code that runs is that of the real ones.
TINY = {
    "data.train": [str(CORPUS / "composed" / "train.jsonl")],
    "data.dev": [str(CORPUS / "composed" / "dev.jsonl")],
    "data.reports": None,
    "system.threads": 1,
    "model.encoder.width": 48,
    "model.encoder.embedding": 32,
    "model.encoder.dilations": [1, 2, 4],
    "training.learning_rate": 0.01,
    "training.epochs": 2,
    "training.batch_characters": 1000,
    "training.average": 0.9,
}


def small_corpus(folder: Path, documents: int = 12) -> Path:
    """The first documents of the shipped training split."""
    path = folder / "train.jsonl"
    lines = (CORPUS / "composed" / "train.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:documents]), encoding="utf-8")
    return path
