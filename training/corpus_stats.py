"""What a corpus holds: tables and a plot, from gold documents and from stand-off labels as they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from govner.corpus import read_gold
from govner.errors import UserError
from govner.labels import LABELS
from govner.schema import GoldDocument
from govner.standoff import Standoff, read_standoff

STANDOFF = ".standoff.jsonl"
#: Last year of each period and its name; political vocabulary turns over with them.
PERIODS = ((2010, "to 2010"), (2015, "2011–2015"), (2020, "2016–2020"), (2023, "2021–2023"), (9999, "2024–"))
BEGIN, END = "<!-- stats: {} -->", "<!-- /stats -->"
_SPLITS = re.compile(r"(?P<begin>  # splits: (?P<files>\S+)\n).*?(?P<end>  # /splits\n)", re.DOTALL)
_OPENERS = "“‘「『《〈\"'"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted of one document. ``lengths`` are (label, characters) of its spans; ``quoted`` counts spans that
    open with a quotation mark or follow one, None where there is no text to look at."""

    split: str
    meta: dict[str, Any]
    characters: int
    lengths: tuple[tuple[str, int], ...]
    quoted: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; cells are text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """The table in Markdown, numbers to the right."""
        rule = ["---"] + ["---:"] * (len(self.columns) - 1)
        lines = [self.columns, rule, *self.rows]
        return f"**{self.title}**\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def corpus_files(paths: Sequence[str | Path]) -> list[Path]:
    """Gold and stand-off files: those given, and of folders those inside (``structure`` holds other labels).

    Raises:
        UserError: a path does not exist, or no file was found.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += sorted(p for p in path.rglob("*.jsonl") if "structure" not in p.relative_to(path).parts)
        elif path.is_file():
            found.append(path)
        else:
            raise UserError(f"{path}: no such file or folder; want gold documents or *{STANDOFF} files")
    if not found:
        raise UserError(f"{', '.join(map(str, paths))}: no .jsonl file there")
    return found


def split_name(path: Path) -> str:
    """``composed/train`` of …/composed/train.jsonl."""
    return f"{path.parent.name}/{path.name.split('.')[0]}".removeprefix("/")


def facts_of_gold(split: str, doc: GoldDocument) -> Facts:
    """Counts of a document with its text."""
    quoted = sum(
        doc.text[s.start] in _OPENERS or doc.text[max(0, s.start - 1)] in _OPENERS for s in doc.spans
    )
    lengths = tuple((s.label, s.end - s.start) for s in doc.spans)
    return Facts(split, dict(doc.meta), len(doc.text), lengths, quoted)


def facts_of_standoff(split: str, doc: Standoff) -> Facts:
    """Counts of a document without its text; characters are those of the squeezed text (without white space)."""
    lengths = tuple((a.label, a.length) for a in doc.labels)
    return Facts(split, doc.meta, sum(a.length for a in doc.passages), lengths, None)


def read_facts(paths: Sequence[str | Path], reports: str | None = None) -> list[Facts]:
    """Counts of every document of the files; with a folder of reports, stand-off documents are counted in their text
    (those that are not found there from their anchors).

    Raises:
        UserError: see :func:`corpus_files`; or a line cannot be read.
    """
    facts: list[Facts] = []
    for path in corpus_files(paths):
        split = split_name(path)
        if not path.name.endswith(STANDOFF):
            facts += [facts_of_gold(split, d) for d in read_gold(path)]
            continue
        documents = read_standoff(path)
        texts: dict[str, GoldDocument] = {}
        if reports:
            from govner.standoff import hydrate

            texts = {d.id: d for d in hydrate(documents, reports).documents}
        facts += [
            facts_of_gold(split, texts[d.id]) if d.id in texts else facts_of_standoff(split, d)
            for d in documents
        ]
    return facts


def year_of(meta: dict[str, Any]) -> int | None:
    """The year a report speaks in: the one recorded, else the one planned, else the one after the one reviewed."""
    for key, later in (("year", 0), ("year_planned", 0), ("year_reviewed", 1)):
        if isinstance(meta.get(key), int):
            return int(meta[key]) + later
    return None


def period_of(meta: dict[str, Any]) -> str:
    """The period of :data:`PERIODS` that a report falls into."""
    year = year_of(meta)
    return "—" if year is None else next(name for last, name in PERIODS if year <= last)


def region_of(meta: dict[str, Any]) -> str:
    """The province."""
    if meta.get("province"):
        return str(meta["province"])
    return str(meta.get("place") or "—") if meta.get("level") == "province" else "—"


def _row(name: str, group: Sequence[Facts]) -> tuple[str, ...]:
    counts = Counter(label for f in group for label, _ in f.lengths)
    lengths = [n for f in group for _, n in f.lengths]
    characters, spans = sum(f.characters for f in group), len(lengths)
    known = [f for f in group if f.quoted is not None]
    inside, of = sum(f.quoted or 0 for f in known), sum(len(f.lengths) for f in known)
    return (
        name,
        f"{len(group):,}",
        f"{characters:,}",
        f"{spans:,}",
        *(f"{counts[label]:,}" for label in LABELS),
        f"{1000 * spans / characters:.1f}" if characters else "—",
        f"{np.median(lengths):.0f}" if lengths else "—",
        f"{np.quantile(lengths, 0.9):.0f}" if lengths else "—",
        f"{max(lengths)}" if lengths else "—",
        f"{100 * inside / of:.0f} %" if of else "—",
    )


_COLUMNS = (
    "documents",
    "characters",
    "spans",
    *LABELS,
    "spans per 1,000",
    "median length",
    "90th percentile",
    "longest",
    "in quotes",
)


def _grouped(
    title: str, facts: Sequence[Facts], key: Callable[[Facts], str], *, by_name: bool = False
) -> Table:
    groups: dict[str, list[Facts]] = {}
    for f in facts:
        groups.setdefault(key(f), []).append(f)
    names = sorted(groups, key=lambda n: (n if by_name else "", -len(groups[n]), n))
    rows = [_row(name, groups[name]) for name in names]
    if len(groups) > 1:
        rows.append(_row("all", facts))
    return Table(title, (title.rpartition("by ")[2], *_COLUMNS), tuple(rows))


def tables(facts: Sequence[Facts]) -> list[Table]:
    """Tables by split, and by level, region, period, kind and setting of composed and real documents apart."""
    order = [name for _, name in PERIODS]
    found = [_grouped("Documents by split", facts, lambda f: f.split, by_name=True), _lengths(facts)]
    for name in sorted({f.split.partition("/")[0] for f in facts}):
        own = [f for f in facts if f.split.partition("/")[0] == name]
        head = name.capitalize() or "Documents"
        found.append(_grouped(f"{head} by level", own, lambda f: str(f.meta.get("level") or "—")))
        periods = _grouped(f"{head} by period", own, lambda f: period_of(f.meta))
        ranked = sorted(periods.rows, key=lambda r: order.index(r[0]) if r[0] in order else len(order))
        found.append(Table(periods.title, periods.columns, tuple(ranked)))
        keys: tuple[tuple[str, Callable[[Facts], str]], ...] = (
            ("region", lambda f: region_of(f.meta)),
            ("kind", lambda f: str(f.meta.get("kind") or "—")),
            ("annotation", lambda f: str(f.meta.get("how") or f.meta.get("annotator") or "—")),
        )
        for title, key in keys:
            table = _grouped(f"{head} by {title}", own, key)
            if len(table.rows) > 1:
                found.append(table)
    return found


def _lengths(facts: Sequence[Facts]) -> Table:
    """Span lengths by label, in characters."""
    rows = []
    for label in LABELS:
        n = np.array([length for f in facts for kind, length in f.lengths if kind == label])
        if len(n):
            marks = [f"{q:.0f}" for q in np.quantile(n, [0.1, 0.5, 0.9, 0.99])]
            rows.append((label, f"{len(n):,}", f"{n.mean():.1f}", *marks, f"{n.max()}"))
    columns = ("label", "spans", "mean", "10 %", "median", "90 %", "99 %", "longest")
    return Table("Span lengths by label", columns, tuple(rows))


def markdown(found: Iterable[Table]) -> str:
    """All tables."""
    return "\n".join(t.markdown() for t in found)


def write_into(path: Path, found: Sequence[Table]) -> None:
    """Put tables between a document's ``<!-- stats: split, level, … -->`` and ``<!-- /stats -->`` marks.

    The words after the colon choose tables by what they are ``by``; ``all`` takes every one. The splits that a YAML head
    lists between ``# splits: GLOB`` and ``# /splits`` become the files that are there.

    Raises:
        UserError: the document has no such marks.
    """
    text = path.read_text(encoding="utf-8")
    pieces = text.split(BEGIN.partition("{}")[0])
    if len(pieces) == 1:
        raise UserError(f"{path}: no {BEGIN.format('all')} … {END} marks to write between")
    out = [pieces[0]]
    for piece in pieces[1:]:
        wanted, _, rest = piece.partition(" -->")
        _, closed, after = rest.partition(END)
        if not closed:
            raise UserError(f"{path}: {BEGIN.format(wanted)} has no {END}")
        names = {w.strip() for w in wanted.split(",")}
        chosen = [t for t in found if "all" in names or t.columns[0] in names]
        out.append(f"{BEGIN.format(wanted)}\n{markdown(chosen)}{END}{after}")
    path.write_text(_SPLITS.sub(lambda m: _splits(path.parent, m), "".join(out)), encoding="utf-8")


def _splits(folder: Path, marks: re.Match[str]) -> str:
    """The ``data_files`` of a YAML head, a split for each file that is there; training comes first."""
    names = {p.name.split(".")[0]: p for p in folder.glob(marks["files"])}
    ordered = sorted(names, key=lambda n: (("train", "dev").index(n) if n in ("train", "dev") else 2, n))
    lines = [f"  - split: {n}\n    path: {names[n].relative_to(folder).as_posix()}\n" for n in ordered]
    return f"{marks['begin']}{''.join(lines)}{marks['end']}"


def plot(facts: Sequence[Facts], path: Path) -> None:
    """Spans a label by split, documents by period, and span lengths, as an image.

    Raises:
        UserError: matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError:
        raise UserError("--plot needs matplotlib: pip install matplotlib") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(14, 4), layout="constrained")
    splits = sorted({f.split for f in facts})
    counts = {s: Counter(k for f in facts if f.split == s for k, _ in f.lengths) for s in splits}
    base = np.zeros(len(splits))
    for label in LABELS:
        n = np.array([counts[s][label] for s in splits])
        left.barh(splits, n, left=base, label=label)
        base = base + n
        lengths = [length for f in facts for kind, length in f.lengths if kind == label]
        right.hist(lengths, bins=list(range(1, 42)), histtype="step", density=True, label=label)
    left.set(xlabel="spans")
    left.legend()
    names = [name for _, name in PERIODS]
    periods = Counter(period_of(f.meta) for f in facts)
    middle.bar(names, [periods[n] for n in names])
    middle.set(ylabel="documents")
    middle.tick_params(axis="x", rotation=30)
    right.set(xlabel="span length (characters)", ylabel="density")
    right.legend()
    figure.savefig(path)
    pyplot.close(figure)
