"""An annotated report → rows of the tables that need no more than its mentions."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

from govner.reading.roles import Role
from govner.schema import AnnotatedReport, Entity
from govner.tables.columns import Row
from govner.tables.inputs import Loaded
from govner.tables.sentences import Sentence, Sentences

_OPENERS, _CLOSERS = "“‘「『", "”’」』"
_MARK = re.compile(rf"[\n{_OPENERS}{_CLOSERS}]")


def sentence_id(report_id: str, sentence: Sentence) -> str:
    """The key of a sentence."""
    return f"{report_id}:s{sentence.start}"


def mention_id(report_id: str, entity: Entity) -> str:
    """The key of a mention."""
    return f"{report_id}:m{entity.start}-{entity.end}"


def source_offsets(loaded: Loaded, start: int | None, end: int | None, prefix: str = "") -> Row:
    """Source offsets of a clean range; None where the input does not say how clean and source text are aligned."""
    if not loaded.aligned or start is None or end is None:
        return {f"{prefix}source_start": None, f"{prefix}source_end": None}
    first, last = loaded.annotated.report.alignment.to_source(start, end)
    return {f"{prefix}source_start": first, f"{prefix}source_end": last}


def report_row(annotated: AnnotatedReport, sentences: Sentences) -> Row:
    """The row of `reports`."""
    report, meta = annotated.report, annotated.report.meta
    characters: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for sentence in sentences.found:
        characters[sentence.role] += sentence.characters
        counts[sentence.role] += 1
    row: Row = {
        "report_id": report.id,
        "source": report.source,
        **{
            name: _text(meta.get(name))
            for name in ("title", "government", "place", "place_path", "place_evidence")
        },
        **{name: _text(meta.get(name)) for name in ("division_code", "division_code_level", "level")},
        "year_reviewed": _year(meta.get("year_reviewed")),
        "year_planned": _year(meta.get("year_planned")),
        "date": as_date(meta.get("date")),
        "meeting": _text(meta.get("meeting")),
        "speaker": _text(meta.get("speaker")),
        "model": annotated.model.get("name", ""),
        "model_version": annotated.model.get("version", ""),
        "characters": characters.total(),
        "sentences": counts.total(),
    }
    for role in Role:
        name = role.replace("-", "_")
        row |= {f"characters_{name}": characters[role], f"sentences_{name}": counts[role]}
    return row


def sentence_rows(loaded: Loaded, sentences: Sentences) -> list[Row]:
    """The rows of `sentences`."""
    id = loaded.annotated.report.id
    return [
        {
            "sentence_id": sentence_id(id, sentence),
            "report_id": id,
            "clean_start": sentence.start,
            "clean_end": sentence.end,
            **source_offsets(loaded, sentence.start, sentence.end),
            "role": sentence.role,
            "horizon": sentence.horizon,
            "heading": " / ".join(sentence.heading),
            "is_heading": sentence.is_heading,
            "characters": sentence.characters,
            "text": sentence.text,
        }
        for sentence in sentences.found
    ]


def mention_row(annotated: AnnotatedReport, entity: Entity, sentence: Sentence) -> Row:
    """A row of `mentions`, without what resolving names adds."""
    id = annotated.report.id
    return {
        "mention_id": mention_id(id, entity),
        "report_id": id,
        "sentence_id": sentence_id(id, sentence),
        "clean_start": entity.start,
        "clean_end": entity.end,
        "source_start": entity.source_start,
        "source_end": entity.source_end,
        "label": entity.label,
        "text": entity.text,
        "score": round(entity.score, 4),
        "quoted": is_quoted(annotated.report.text, entity.start, entity.end),
        "role": sentence.role,
        "horizon": sentence.horizon,
    }


def is_quoted(text: str, start: int, end: int) -> bool:
    """Does a mention stand in quotation marks, or begin with one?

    It does where, on its line, the nearest mark before it opens and the nearest after it closes. Counting marks from the
    line's beginning would let one lost closing mark quote all that follows.
    """
    if text[start] in _OPENERS:
        return True
    left = max((text.rfind(mark, 0, start), mark) for mark in "\n" + _OPENERS + _CLOSERS)
    right = _MARK.search(text, end)
    return left[0] >= 0 and left[1] in _OPENERS and right is not None and right[0] in _CLOSERS


def as_date(value: Any) -> date | None:
    """An ISO date; None for anything else, such as the 31st of June in a report with a slip of the pen."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _text(value: Any) -> str:
    return str(value) if value is not None else ""


def _year(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
