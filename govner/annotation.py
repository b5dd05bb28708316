"""Reports → annotated reports: one at a time, or many files at once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc

from govner.models import load
from govner.reading import read_text
from govner.schema import AnnotatedReport, Entity, Report

#: Reports whose windows are run together; more would only cost memory.
BATCH = 8


def to_annotated(report: Report, doc: Doc, model: dict[str, str], min_score: float = 0.0) -> AnnotatedReport:
    """An annotated report from a Doc made of ``report.text``."""
    entities = []
    for ent in doc.ents:
        score = float(ent._.score if ent._.score is not None else 1.0)
        if score < min_score:
            continue
        start, end = ent.start_char, ent.end_char
        entities.append(
            Entity(
                start,
                end,
                ent.label_,
                ent.text,
                score,
                report.heading_path(start),
                *report.alignment.to_source(start, end),
            )
        )
    return AnnotatedReport(report, tuple(entities), model)


def annotate_reports(
    nlp: Language, reports: Iterable[Report], *, min_score: float = 0.0
) -> Iterator[AnnotatedReport]:
    """Annotate a stream of reports, in order.

    Args:
        min_score: entities with a lower probability are left out.
    """
    model = {"name": str(nlp.meta.get("name", "")), "version": str(nlp.meta.get("version", ""))}
    stream = iter(reports)
    while batch := list(islice(stream, BATCH)):
        for report, doc in zip(batch, nlp.pipe([r.text for r in batch]), strict=True):
            yield to_annotated(report, doc, model, min_score)


_worker: Callable[[Report], AnnotatedReport] | None = None


def _start_worker(model: str, min_score: float) -> None:
    global _worker
    os.environ["OMP_NUM_THREADS"] = "1"
    nlp = load(model)
    _worker = lambda report: next(annotate_reports(nlp, [report], min_score=min_score))  # noqa: E731


def _work(report: Report) -> AnnotatedReport:
    assert _worker is not None
    return _worker(report)


def annotate_in_processes(
    model: str, reports: Iterable[Report], *, jobs: int, min_score: float = 0.0
) -> Iterator[AnnotatedReport]:
    """Annotate in ``jobs`` processes, results in order. Processes are spawned, which is safe everywhere."""
    with multiprocessing.get_context("spawn").Pool(jobs, _start_worker, (model, min_score)) as pool:
        yield from pool.imap(_work, reports)


def annotate(
    texts: Iterable[str], model: str | None = None, *, min_score: float = 0.0
) -> Sequence[AnnotatedReport]:
    """Annotate texts: each is cleaned and annotated as a report would be.

    >>> [e.text for e in govner.annotate(["全市地区生产总值490.2亿元。"])[0].entities]
    ['地区生产总值']
    """
    nlp = load(model)
    reports = (read_text(text, id=f"text-{n}") for n, text in enumerate(texts, 1))
    return list(annotate_reports(nlp, reports, min_score=min_score))
