"""A trained tagger as the plain install runs it: features, onnxruntime, numpy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from govner.errors import UserError
from govner.tagger.batches import padded_batches
from govner.tagger.crf import CRF, Float, ScoredSpan
from govner.tagger.edges import mend_edges
from govner.tagger.features import Arrays, Featurizer, load_featurizer
from govner.tagger.tags import FORBIDDEN, TagScheme
from govner.tagger.windows import Window, plan_windows

#: Characters a batch holds at most; beyond it memory grows and speed does not.
BATCH_CHARACTERS = 4096
#: Characters whose scores are held at once: longer texts are read in parts, cut between lines, so that memory does not
#: grow with a text. Longer than nearly every report, so that windows of like length still find each other.
PART_CHARACTERS = 50_000


@dataclass(frozen=True)
class Settings:
    """How a tagger reads: its labels, its windows, and the calibration of its scores.

    ``calibration`` maps a label to (slope, intercept) on the log-odds of a span's probability (Platt 1999).
    """

    labels: tuple[str, ...]
    window: int
    margin: int
    calibration: Mapping[str, tuple[float, float]]

    def to_disk(self, path: Path) -> None:
        """Write as JSON."""
        data = {
            "labels": list(self.labels),
            "window": self.window,
            "margin": self.margin,
            "calibration": {k: list(v) for k, v in self.calibration.items()},
        }
        path.write_text(json.dumps(data, indent=1), encoding="utf-8")

    @classmethod
    def from_disk(cls, path: Path) -> Settings:
        """Read back what :meth:`to_disk` wrote."""
        data = json.loads(path.read_text(encoding="utf-8"))
        calibration = {k: (float(v[0]), float(v[1])) for k, v in data["calibration"].items()}
        return cls(tuple(data["labels"]), data["window"], data["margin"], calibration)


def calibrate(score: float, line: tuple[float, float] | None) -> float:
    """A probability moved along a line in log-odds; unchanged where there is no line."""
    if line is None:
        return score
    p = min(max(score, 1e-6), 1 - 1e-6)
    odds = line[0] * np.log(p / (1 - p)) + line[1]
    return float(1 / (1 + np.exp(-np.clip(odds, -50, 50))))


class Runner(Protocol):
    """Runs an encoder: a featurizer's arrays → emissions (batch, characters, tags)."""

    def __call__(self, features: Arrays) -> NDArray[np.float32]: ...


class OnnxRunner:
    """An encoder as a serialized ONNX graph; its inputs are named like the arrays.

    Args:
        onnx: the graph.
        threads: processor threads; 0 leaves it to onnxruntime.
    """

    def __init__(self, onnx: bytes, threads: int = 0) -> None:
        self.onnx = onnx
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Weights stored in eight bits become float once, when the graph is loaded, not in every run.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        self._session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        self._inputs = {i.name for i in self._session.get_inputs()}

    def __call__(self, features: Arrays) -> NDArray[np.float32]:
        feed = {name: array for name, array in features.items() if name in self._inputs}
        emissions: NDArray[np.float32] = self._session.run(["emissions"], feed)[0]
        return emissions


class Tagger:
    """Finds scored spans in texts of any length.

    Args:
        settings: labels, windows and calibration.
        featurizer: what turns a window into arrays.
        runner: what turns the arrays into emissions.
        transitions: (tags, tags) scores of the random field.
    """

    def __init__(
        self, settings: Settings, featurizer: Featurizer, runner: Runner, transitions: Float
    ) -> None:
        self.settings = settings
        self.featurizer = featurizer
        self.runner = runner
        self.crf = CRF(TagScheme(settings.labels), transitions)

    def predict(self, texts: Sequence[str]) -> list[list[ScoredSpan]]:
        """Spans of each text in reading order, with calibrated probabilities; no span overlaps another or crosses a line."""
        found: list[list[ScoredSpan]] = [[] for _ in texts]
        parts = [(i, a, b) for i, text in enumerate(texts) for a, b in _parts(text, PART_CHARACTERS)]
        for group in _together(parts, PART_CHARACTERS):
            pieces = [texts[i][a:b] for i, a, b in group]
            for (i, a, _), piece, scores in zip(group, pieces, self.emissions(pieces), strict=True):
                found[i].extend(
                    replace(s, start=a + s.start, end=a + s.end) if a else s
                    for s in self._decode(piece, scores)
                )
        return found

    def emissions(self, texts: Sequence[str]) -> list[Float]:
        """The encoder's scores of each text, (characters, tags), before the random field."""
        emissions: list[Float] = [np.zeros((len(t), self.crf.scheme.size), dtype=np.float32) for t in texts]
        jobs: list[tuple[int, Window]] = [
            (i, w)
            for i, text in enumerate(texts)
            for w in plan_windows(text, self.settings.window, self.settings.margin)
        ]
        jobs.sort(key=lambda job: job[1].end - job[1].start)
        for batch in padded_batches(jobs, lambda job: job[1].end - job[1].start, BATCH_CHARACTERS):
            scores = self.runner(self.featurizer([texts[i][w.start : w.end] for i, w in batch]))
            for row, (i, w) in zip(scores, batch, strict=True):
                emissions[i][w.keep_start : w.keep_end] = row[w.keep_start - w.start : w.keep_end - w.start]
        return emissions

    def _decode(self, text: str, emissions: Float) -> list[ScoredSpan]:
        lines: list[tuple[int, int]] = []
        start = 0
        for line in text.splitlines(keepends=True):
            lines.append((start, start + len(line)))
            start += len(line)
        emissions[[at for at, char in enumerate(text) if char in "\n\r"], 1:] = FORBIDDEN
        found = self.crf.decode([emissions[a:b] for a, b in lines])
        lookup = self.settings.calibration
        spans = [
            ScoredSpan(a + s.start, a + s.end, s.label, calibrate(s.score, lookup.get(s.label)))
            for (a, _), in_line in zip(lines, found, strict=True)
            for s in in_line
        ]
        return mend_edges(text, spans)

    def to_disk(self, folder: Path) -> None:
        """Write ``tagger.json``, ``features.json``, ``transitions.npy`` and ``model.onnx``.

        Raises:
            TypeError: the runner is not an ONNX graph.
        """
        if not isinstance(self.runner, OnnxRunner):
            raise TypeError("only a tagger that runs an ONNX graph can be saved; export it first")
        folder.mkdir(parents=True, exist_ok=True)
        self.settings.to_disk(folder / "tagger.json")
        self.featurizer.to_disk(folder)
        np.save(folder / "transitions.npy", self.crf.transitions)
        (folder / "model.onnx").write_bytes(self.runner.onnx)

    @classmethod
    def from_disk(cls, folder: Path, threads: int = 0) -> Tagger:
        """Read back what :meth:`to_disk` wrote.

        Raises:
            UserError: a file is missing.
        """
        check_files(folder)
        transitions = np.load(folder / "transitions.npy")
        runner = OnnxRunner((folder / "model.onnx").read_bytes(), threads)
        return cls(Settings.from_disk(folder / "tagger.json"), load_featurizer(folder), runner, transitions)


def check_files(folder: Path) -> None:
    """Whether a folder holds all files of a tagger.

    Raises:
        UserError: one is missing.
    """
    for name in ("tagger.json", "features.json", "transitions.npy", "model.onnx"):
        if not (folder / name).is_file():
            raise UserError(f"{folder}: not a whole govner model, {name} is missing; train or copy it again")


def _parts(text: str, size: int) -> list[tuple[int, int]]:
    """Where a text is cut into parts of about ``size`` characters: only between lines, which no span crosses."""
    parts, start = [], 0
    while len(text) - start > size:
        cut = text.rfind("\n", start, start + size) + 1 or text.find("\n", start + size) + 1 or len(text)
        parts.append((start, cut))
        start = cut
    return [*parts, (start, len(text))] if start < len(text) else parts


def _together(parts: Sequence[tuple[int, int, int]], size: int) -> Iterator[list[tuple[int, int, int]]]:
    """Runs of parts (text, start, end) of at most ``size`` characters, or of one part."""
    group: list[tuple[int, int, int]] = []
    for part in parts:
        if group and sum(b - a for _, a, b in group) + part[2] - part[1] > size:
            yield group
            group = []
        group.append(part)
    if group:
        yield group
