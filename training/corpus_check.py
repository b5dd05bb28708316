"""What looks wrong in a corpus: spans with bad edges, labels at odds with each other, texts that stand in two splits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from govner.anchors import squeeze
from govner.corpus import OverlapError, parse_document
from govner.json_lines import LineError, each_json_line
from govner.schema import GoldDocument, Span
from govner.training.corpus_stats import STANDOFF, corpus_files, split_name

#: Quotation marks and brackets, opening → closing.
PAIRS = {
    "“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "〈": "〉", "（": "）", "(": ")", "【": "】", "［": "］",
    "[": "]", "〔": "〕",
}  # fmt: skip
_CLOSING = {close: opened for opened, close in PAIRS.items()}
#: Punctuation that no span starts or ends with; % and ‰ belong to names.
_PUNCTUATION = frozenset("，。、；：！？,.;:!?…—-–~～·•\"'　 \t\r\n")
#: A string labelled in this share of the places where it stands is expected to be labelled everywhere.
EXPECTED = 0.5
SHINGLE = 8
#: A passage of at least so many characters with this share of its 8-grams in another split is nearly that passage.
PASSAGE, NEAR = 40, 0.6


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something to look at: which check, where, and what."""

    check: str
    where: str
    what: str


@dataclass
class Corpus:
    """Documents by split, and what could not be read."""

    splits: dict[str, list[GoldDocument]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def all(self) -> Iterator[tuple[str, GoldDocument]]:
        """(where, document)."""
        for split, documents in self.splits.items():
            for doc in documents:
                yield f"{split} {doc.id}", doc


def read_corpus(paths: Sequence[str | Path], reports: str | None = None) -> Corpus:
    """Read a corpus; lines that are not gold documents (overlaps among them) become findings.

    Args:
        reports: where stand-off documents find their text; without, they are left out.

    Raises:
        UserError: a path does not exist or holds nothing.
    """
    corpus = Corpus()
    for path in corpus_files(paths):
        split = corpus.splits.setdefault(split_name(path), [])
        if path.name.endswith(STANDOFF):
            if reports:
                from govner.standoff import hydrate, read_standoff

                split += hydrate(read_standoff(path), reports).documents
            continue
        for document in each_json_line(path, parse_document, "a gold document"):
            if isinstance(document, LineError):
                name = "overlap" if isinstance(document.__cause__, OverlapError) else "unreadable"
                corpus.findings.append(Finding(name, document.where, document.what))
            else:
                split.append(document)
    return corpus


def check(corpus: Corpus, gold: Sequence[GoldDocument] = ()) -> list[Finding]:
    """All findings, sorted by check and place.

    Args:
        gold: held-out documents that nothing of the corpus may be a near copy of.
    """
    found = list(corpus.findings)
    seen: set[str] = set()
    for where, doc in corpus.all():
        if doc.id in seen:
            found.append(Finding("id twice", where, doc.id))
        seen.add(doc.id)
        found += [
            Finding(name, f"{where} {s.start}", what) for s in doc.spans for name, what in edges(doc.text, s)
        ]
    found += two_labels(corpus)
    found += sometimes(corpus)
    found += near_duplicates({**corpus.splits, **({"gold": list(gold)} if gold else {})})
    return sorted(found)


def edges(text: str, span: Span) -> Iterator[tuple[str, str]]:
    """(check, what) for punctuation or white space at an edge, a quote or bracket without its partner, a line break."""
    surface = text[span.start : span.end]
    shown = f"{span.label} {surface!r}"
    open_marks: list[str] = []
    for char in surface:
        if char in PAIRS:
            open_marks.append(char)
        elif char in _CLOSING and (not open_marks or open_marks.pop() != _CLOSING[char]):
            open_marks.append("!")
            break
    if open_marks:
        yield "unbalanced", shown
    elif surface[0] in PAIRS and _wraps(surface):
        yield "edge", f"{shown}: the quotes or brackets belong outside, unless the name has them"
    if surface[0] in _PUNCTUATION or surface[-1] in _PUNCTUATION:
        yield "edge", shown
    if "\n" in surface:
        yield "line break", shown


def _wraps(surface: str) -> bool:
    """Whether the first mark's partner is the last character."""
    depth = 0
    for at, char in enumerate(surface):
        depth += (char == surface[0]) - (char == PAIRS[surface[0]])
        if depth == 0:
            return at == len(surface) - 1
    return False


def _labels_by_surface(corpus: Corpus) -> dict[str, Counter[str]]:
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for _, doc in corpus.all():
        for s in doc.spans:
            labels[doc.text[s.start : s.end]][s.label] += 1
    return labels


def two_labels(corpus: Corpus) -> Iterator[Finding]:
    """Strings that bear one label here and another there; the rarer label's places are named."""
    odd = {t: c for t, c in _labels_by_surface(corpus).items() if len(c) > 1}
    for where, doc in corpus.all():
        for s in doc.spans:
            counts = odd.get(doc.text[s.start : s.end])
            if counts and s.label != counts.most_common(1)[0][0]:
                shares = ", ".join(f"{label} {n}" for label, n in counts.most_common())
                yield Finding("two labels", f"{where} {s.start}", f"{doc.text[s.start : s.end]!r}: {shares}")


def sometimes(corpus: Corpus) -> Iterator[Finding]:
    """Strings of three characters or more that are mostly labelled, where they stand without a label.

    An occurrence inside a longer span, or one that overlaps a span, is another matter and does not count.
    """
    labelled = Counter({t: sum(c.values()) for t, c in _labels_by_surface(corpus).items() if len(t) >= 3})
    by_head: dict[str, list[str]] = defaultdict(list)
    for surface in labelled:
        by_head[surface[:3]].append(surface)
    bare: dict[str, list[str]] = defaultdict(list)
    for where, doc in corpus.all():
        covered = bytearray(len(doc.text))
        for s in doc.spans:
            covered[s.start : s.end] = b"\1" * (s.end - s.start)
        for at in range(len(doc.text) - 2):
            for surface in by_head.get(doc.text[at : at + 3], ()):
                end = at + len(surface)
                if doc.text.startswith(surface, at) and not any(covered[at:end]):
                    around = doc.text[max(0, at - 8) : end + 8].replace("\n", "⏎")
                    bare[surface].append(f"{where} {at}\t{around}")
    for surface, places in bare.items():
        if labelled[surface] / (labelled[surface] + len(places)) >= EXPECTED:
            for place in places:
                where, _, around = place.partition("\t")
                yield Finding(
                    "unlabelled here",
                    where,
                    f"{surface!r} is labelled {labelled[surface]} times; here: {around}",
                )


def _shingles(text: str) -> set[str]:
    return {text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)}


def near_duplicates(splits: dict[str, list[GoldDocument]]) -> Iterator[Finding]:
    """Lines that stand, nearly word for word, in a line of another split, or of another document of the same one."""
    owners: dict[str, list[int]] = defaultdict(list)
    lines: list[tuple[str, str, str, set[str]]] = []
    for split, documents in splits.items():
        for doc in documents:
            for line in doc.text.split("\n"):
                squeezed = squeeze(line).text
                if len(squeezed) >= PASSAGE:
                    lines.append((split, doc.id, squeezed, _shingles(squeezed)))
                    for shingle in lines[-1][3]:
                        owners[shingle].append(len(lines) - 1)
    for n, (split, doc_id, text, own) in enumerate(lines):
        shared: Counter[int] = Counter(m for shingle in own for m in owners[shingle] if m < n)
        for m, count in shared.most_common(5):
            other = lines[m]
            share = count / min(len(own), len(other[3]))
            if share < NEAR or (other[0], other[1]) == (split, doc_id):
                continue
            # The shorter of the two is the one that is nearly contained.
            shorter = text if len(text) <= len(other[2]) else other[2]
            name = "near-duplicate" if other[0] != split else "repeated passage"
            yield Finding(
                name, f"{split} {doc_id}", f"{share:.0%} as in {other[0]} {other[1]}: {shorter[:40]}"
            )


def summary(found: Iterable[Finding]) -> dict[str, int]:
    """Findings by check."""
    return dict(sorted(Counter(f.check for f in found).items()))
