"""Was the gold read before? Character n-grams of gold that occur in what a model learnt from."""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govner.errors import UserError
from govner.evaluation.gold import Gold
from govner.evaluation.tables import Row

#: Characters an n-gram, punctuation and spaces left out: longer than nearly all set phrases of the genre.
N = 13
#: Characters of a run that is hardly ever common to two reports by chance.
LONG = 30
_DROPPED = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Shared:
    """What one gold document shares with one source: share of its n-grams, share of its characters that
    stand in
    common runs of LONG or more, and the longest common run (in the gold's normalised characters)."""

    gold: str
    source: str
    ngrams: int
    found: int
    long: int
    longest: str

    @property
    def share(self) -> float:
        """Share of the gold's n-grams that the source has."""
        return self.found / self.ngrams if self.ngrams else 0.0


def normalised(text: str) -> str:
    """Letters, digits and Chinese characters only, in lower case."""
    return _DROPPED.sub("", text).lower()


def read_sources(path: str) -> Iterator[tuple[str, str]]:
    """(name, text) of a file or folder of .txt, .txt.xz, .json and .jsonl; of JSON every string is read.

    Raises:
        UserError: nothing is there.
    """
    root = Path(path)
    if not root.exists():
        raise UserError(f"{path}: no such file or folder of training texts")
    files = sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
    for file in files:
        if file.name.endswith(".xz"):
            yield file.name, lzma.decompress(file.read_bytes()).decode("utf-8")
        elif file.suffix in (".json", ".jsonl"):
            lines = (
                file.read_text("utf-8").split("\n") if file.suffix == ".jsonl" else [file.read_text("utf-8")]
            )
            yield (
                file.name,
                "\n".join("\n".join(_strings(json.loads(line))) for line in lines if line.strip()),
            )
        elif file.suffix in (".txt", ".md", ".csv", ".tsv", ".conll"):
            yield file.name, file.read_text("utf-8", errors="replace")


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value)


def contamination(
    golds: Sequence[Gold],
    sources: Sequence[str],
    *,
    n: int = N,
    say: Callable[[str], None] = lambda line: None,
) -> list[Shared]:
    """Compare every gold document with every source (a file or a folder, taken as one)."""
    texts = {gold.id: normalised(gold.text) for gold in golds}
    places: dict[str, list[tuple[str, int]]] = {}
    for id, text in texts.items():
        for at in range(len(text) - n + 1):
            places.setdefault(text[at : at + n], []).append((id, at))
    result = []
    for source in sources:
        say(f"comparing with {source}")
        hit: dict[str, set[int]] = {id: set() for id in texts}
        for _, text in read_sources(source):
            clean = normalised(text)
            seen = {gram for at in range(len(clean) - n + 1) if (gram := clean[at : at + n]) in places}
            for gram in seen:
                for id, at in places[gram]:
                    hit[id].add(at)
        for id, own in hit.items():
            runs = list(_runs(own, n))
            start, end = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
            long = sum(b - a for a, b in runs if b - a >= LONG)
            total = max(len(texts[id]) - n + 1, 0)
            result.append(Shared(id, source, total, len(own), long, texts[id][start:end]))
    return result


def _runs(starts: set[int], n: int) -> Iterator[tuple[int, int]]:
    """Stretches covered by n-grams that follow each other without a gap."""
    begin = last = -1
    for at in sorted(starts):
        if last >= 0 and at == last + 1:
            last = at
            continue
        if last >= 0:
            yield begin, last + n
        begin = last = at
    if last >= 0:
        yield begin, last + n


def contamination_rows(found: Sequence[Shared], n: int = N) -> list[Row]:
    """A row a gold document and source; the longest run is given by its length, and its text at most in
    part."""
    return [
        {
            "gold": one.gold,
            "source": one.source,
            f"{n}-grams": str(one.ngrams),
            "found": str(one.found),
            "share": f"{one.share:.4f}",
            f"in runs of {LONG}+": str(one.long),
            "longest run": str(len(one.longest)),
            "it begins": one.longest[:12],
        }
        for one in found
    ]
