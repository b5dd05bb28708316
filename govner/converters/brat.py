"""brat stand-off: a folder with a ``.txt`` and an ``.ann`` a document.

brat counts code points of the ``.txt`` as it lies on disk, so line ends are written as they are. It has no place for a
document's id and metadata: they lie beside in a ``.meta.json``, which brat ignores.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from govner.converters import document, parse_span
from govner.errors import UserError
from govner.labels import LABELS
from govner.schema import GoldDocument, Span

#: brat's configuration, so that a folder of ours opens with our labels.
CONFIGURATION = "[entities]\n{labels}\n[relations]\n[events]\n[attributes]\n"
#: File systems count bytes: 255 of them, endings included.
LONGEST_NAME = 200


def file_name(report_id: str) -> str:
    """A report's id as a file name."""
    return re.sub(r'[\\/:*?"<>|\s]+', "_", report_id)


def _own_name(doc_id: str, taken: set[str]) -> str:
    """A file name that no other document of the folder has (compared without case, as some file systems do)."""
    name = re.sub(r"[\x00-\x1f\x7f]", "_", file_name(doc_id)).strip(".")
    while len(name.encode()) > LONGEST_NAME:
        name = name[:-1]
    if not name or name.casefold() in taken:
        name += "_" + hashlib.sha256(doc_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    taken.add(name.casefold())
    return name


def annotation_lines(text: str, spans: Iterable[Span], notes: Iterable[str] = ()) -> str:
    """The ``.ann`` of a text: a text-bound line a span, each followed by its note where there are notes."""
    lines = []
    remarks = list(notes)
    for n, span in enumerate(spans, 1):
        # A line break inside the surface would break the line; brat writes a space there too.
        surface = re.sub(r"[\r\n]", " ", text[span.start : span.end])
        lines.append(f"T{n}\t{span.label} {span.start} {span.end}\t{surface}\n")
        if remarks:
            lines.append(f"#{n}\tAnnotatorNotes T{n}\t{remarks[n - 1]}\n")
    return "".join(lines)


def write_pair(base: Path, text: str, annotations: str) -> None:
    """Write both files; the ``.ann`` last, so that it says the document is complete."""
    base.with_name(base.name + ".txt").write_text(text, encoding="utf-8", newline="")
    base.with_name(base.name + ".ann").write_text(annotations, encoding="utf-8", newline="")


def write(path: Path, documents: Iterable[GoldDocument]) -> int:
    """Write a folder."""
    path.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    labels = set(LABELS)
    for n, doc in enumerate(documents):
        base = path / _own_name(doc.id, taken)
        side = {"id": doc.id, "order": n, "meta": dict(doc.meta)}
        base.with_name(base.name + ".meta.json").write_text(
            json.dumps(side, ensure_ascii=False), encoding="utf-8"
        )
        write_pair(base, doc.text, annotation_lines(doc.text, doc.spans))
        labels |= {s.label for s in doc.spans}
    listed = [*LABELS, *sorted(labels - set(LABELS))]
    (path / "annotation.conf").write_text(CONFIGURATION.format(labels="\n".join(listed)), encoding="utf-8")
    return len(taken)


def read(path: Path) -> Iterator[GoldDocument]:
    """Documents of a folder, in the order they were written (by name, where we did not write them).

    Relations, events, attributes and notes are left out.

    Raises:
        UserError: there is no ``.ann``, a ``.txt`` is missing, or a text-bound line is not understood.
    """
    sides: dict[Path, Mapping[str, Any]] = {}
    for ann in path.glob("*.ann"):
        side = ann.with_name(ann.name.removesuffix(".ann") + ".meta.json")
        sides[ann] = json.loads(side.read_text(encoding="utf-8")) if side.is_file() else {}
    if not sides:
        raise UserError(f"{path}: no .ann file in this folder; want brat's .txt and .ann pairs")
    for ann in sorted(sides, key=lambda a: (sides[a].get("order", 0), a.name)):
        stem = ann.name.removesuffix(".ann")
        side_data = sides[ann]
        source = ann.with_name(stem + ".txt")
        if not source.is_file():
            raise UserError(f"{source}: missing beside {ann.name}")
        text = source.read_bytes().decode("utf-8")
        yield document(
            str(ann), side_data.get("id", stem), text, _spans(ann), dict(side_data.get("meta", {}))
        )


def _spans(ann: Path) -> Iterator[Span]:
    for n, line in enumerate(ann.read_bytes().decode("utf-8-sig").split("\n"), 1):
        if not line.startswith("T"):
            continue
        parts = line.split("\t")
        match = re.fullmatch(r"(.+) (\d+) (\d+)", parts[1]) if len(parts) > 1 else None
        if not match:
            raise UserError(
                f"{ann}, line {n}: want 'T1<TAB>LABEL start end<TAB>text' (in one piece), got {line[:60]!r}"
            )
        yield parse_span(f"{ann}, line {n}", match[2], match[3], match[1])
