"""What a config's ``[data]`` names → gold documents.

An entry is a file or folder of gold documents (JSON lines), or a stand-off file (``*.standoff.jsonl``), whose text is
found in the reports that the reader has; documents whose text is not there are left out and said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from govner.corpus import read_gold
from govner.errors import UserError
from govner.schema import GoldDocument
from govner.training.held_out import assert_trainable


@dataclass
class Loaded:
    """Documents, and notes on what was left out."""

    documents: list[GoldDocument] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def load(entries: Sequence[str], reports: str | None, *, trains: bool) -> Loaded:
    """Gold documents of a config's entries.

    Args:
        entries: paths, relative to the working folder.
        reports: the folder where stand-off labels find their text, or None.
        trains: whether a model learns from them; then held-out texts are refused.

    Raises:
        UserError: an entry does not exist, nothing was found, an id stands twice, or a text is held out.
    """
    loaded = Loaded()
    for entry in entries:
        if entry.endswith(".standoff.jsonl"):
            _hydrate(Path(entry), reports, loaded)
        else:
            loaded.documents.extend(read_gold(entry))
    seen: set[str] = set()
    for doc in loaded.documents:
        if doc.id in seen:
            raise UserError(f"{', '.join(entries)}: document id {doc.id!r} stands twice; ids must be unique")
        seen.add(doc.id)
    if not loaded.documents:
        raise UserError(f"{', '.join(entries) or 'data'}: no document found; check the paths in [data]")
    if trains:
        assert_trainable((str(d.meta.get("source", d.id)), d.text) for d in loaded.documents)
    return loaded


def _hydrate(path: Path, reports: str | None, loaded: Loaded) -> None:
    from govner.standoff import hydrate, read_standoff

    documents = read_standoff(path)
    if not reports or not Path(reports).is_dir():
        loaded.notes.append(
            f"{path}: {len(documents)} documents left out: their reports are not at {reports!r}"
        )
        return
    result = hydrate(documents, reports)
    loaded.documents.extend(result.documents)
    loaded.notes.extend(result.notes)
