"""``govner tables`` and what it leaves where nothing could be read."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("there", [True, False])
def test_nothing_is_written_where_nothing_could_be_read(tmp_path: Path, govner: Run, there: bool) -> None:
    out = tmp_path / "tables"
    if there:
        out.mkdir()
        (out / "reports.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "broken.docx").write_bytes(b"not a document")
    done = govner("tables", tmp_path / "nope", tmp_path / "broken.docx", "-o", out, "--model", "cnn")
    assert done.returncode == 1
    assert "2 inputs failed:" in done.stderr and "broken.docx" in done.stderr and "nope" in done.stderr
    assert not done.stderr.startswith("\n")
    assert [path.name for path in out.iterdir()] == ["reports.csv"] if there else not out.exists()
    assert not there or (out / "reports.csv").read_text(encoding="utf-8") == "mine"


def test_a_failure_before_the_first_report_is_told_and_the_rest_is_written(
    tmp_path: Path, govner: Run
) -> None:
    line = {
        "id": "a",
        "source": "a.txt",
        "meta": {},
        "text": "各位代表：工作顺利。",
        "entities": [],
        "model": {},
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(line), encoding="utf-8")
    (tmp_path / "broken.docx").write_bytes(b"not a document")
    out = tmp_path / "tables"
    done = govner("tables", tmp_path / "broken.docx", tmp_path / "a.jsonl", "-o", out, "--model", "cnn")
    assert done.returncode == 1 and "1 input failed:\n" in done.stderr and "1 reports" in done.stderr
    assert len((out / "reports.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_a_format_that_is_unknown_is_refused_before_anything_is_read(tmp_path: Path, govner: Run) -> None:
    done = govner("tables", tmp_path / "nope", "-o", tmp_path / "out", "--format", "sav")
    assert done.returncode == 2 and "--format sav: unknown; choose one of csv" in done.stderr
    assert not (tmp_path / "out").exists()
