"""What ``govner annotate`` leaves in its output when nothing could be annotated, and what it says of corrections."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from govner.batch import BatchOptions, run_batch
from govner.corrections import Corrector, make_corrections, write_corrections
from govner.reading import read_text
from govner.schema import AnnotatedReport, Entity, Span
from govner.writers import FORMATS, open_writer
from govner.writers.resuming import Opening, Settings

Run = Callable[..., subprocess.CompletedProcess[str]]

REPORT = """云台县政府工作报告
一、2021年工作回顾
一年来，在县委的坚强领导下，全县地区生产总值完成120.5亿元，增长6.8%。
滨河大道改造工程建成通车，“放管服”改革持续深化。
"""
FILE_FORMATS = [name for name in FORMATS if name != "brat"]


def by_hand(name: str = "云台") -> AnnotatedReport:
    """A report with 地区生产总值 marked."""
    report = replace(read_text(REPORT.replace("云台", name), id=name), source=f"{name}.txt")
    at = report.text.index("地区生产总值")
    entity = Entity(at, at + 6, "INDICATOR", "地区生产总值", 0.9, (), at, at + 6)
    return AnnotatedReport(report, (entity,), {"name": "hand", "version": "1"})


@pytest.mark.parametrize("format", FILE_FORMATS)
def test_an_output_is_replaced_only_by_a_report(tmp_path: Path, format: str) -> None:
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    out.write_text("of an hour's work\n" * 2000, encoding="utf-8")
    before = out.read_bytes()
    for path in (out, fresh):
        open_writer(format, str(path), Opening(Settings()))[0].close()
    assert out.read_bytes() == before and not fresh.exists()
    for path in (out, fresh):
        writer, _ = open_writer(format, str(path), Opening(Settings()))
        writer.write(by_hand())
        writer.close()
    assert out.read_bytes() == fresh.read_bytes() and fresh.stat().st_size


@pytest.mark.parametrize("name", ["nowhere", "broken.docx"])
@pytest.mark.parametrize("flags", [(), ("--resume",)])
def test_inputs_that_cannot_be_read_leave_the_output(
    tmp_path: Path, govner: Run, name: str, flags: tuple[str, ...]
) -> None:
    (tmp_path / "r.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "broken.docx").write_bytes(b"this is no zip archive")
    out = tmp_path / "out.jsonl"
    govner("annotate", tmp_path / "r.txt", "--model", "cnn", "-o", out)
    before = out.read_bytes()
    assert before
    done = govner("annotate", tmp_path / name, "--model", "cnn", "-o", out, *flags)
    assert done.returncode == 1 and out.read_bytes() == before
    assert "out.jsonl is left as it was" in done.stderr and name in done.stderr


def test_a_stopped_run_keeps_its_reports_and_goes_on(tmp_path: Path) -> None:
    out, whole = tmp_path / "out.jsonl", tmp_path / "whole.jsonl"
    out.write_text('{"of": "another run"}\n', encoding="utf-8")
    stopped, _ = open_writer("jsonl", str(out), Opening(Settings(model="hand 1")))
    stopped.write(by_hand())  # Killed here: no close.
    after, done = open_writer("jsonl", str(out), Opening(Settings(model="hand 1"), resume=True))
    assert done.holds("云台.txt", "云台")
    after.write(by_hand("石门"))
    after.close()
    writer, _ = open_writer("jsonl", str(whole), Opening(Settings(model="hand 1")))
    for name in ("云台", "石门"):
        writer.write(by_hand(name))
    writer.close()
    assert out.read_bytes() == whole.read_bytes()


def span(text: str, label: str) -> Span:
    at = REPORT.index(text)
    return Span(at, at + len(text), label)


def test_corrections_that_match_nothing_say_why() -> None:
    annotated = by_hand()
    other = read_text(
        "石门县政府工作报告\n一、石门县的工作\n碧水河治理工程开工。\n", id="s", source="石门.txt"
    )
    moved = replace(other, source="云台.txt")
    at = other.source_text.index("碧水河治理工程")
    elsewhere = [Span(at, at + 7, "PROJECT")]
    corrections = [
        *make_corrections(annotated.report, "add", [span("滨河大道改造工程", "PROJECT")]),
        *make_corrections(annotated.report, "remove", [span("地区生产总值", "INDICATOR")]),
        *make_corrections(annotated.report, "remove", [span("县委", "ORG")]),
        *make_corrections(moved, "add", elsewhere),
        *make_corrections(other, "add", elsewhere),
    ]
    corrector = Corrector(corrections)
    assert [e.text for e in corrector.apply(annotated).entities] == ["滨河大道改造工程"]
    said = corrector.unmatched()
    assert len(said) == 3
    for line, needles in zip(
        said,
        (
            ("correction 3", "云台.txt", "remove ORG", "县委", "not marked"),
            ("correction 4", "云台.txt", "add PROJECT", "not in the text"),
            ("correction 5", "石门.txt", "add PROJECT", "no report"),
        ),
        strict=True,
    ):
        assert all(needle in line for needle in needles), line
    # Reports that a resumed output holds already were corrected in the run before.
    resumed = Corrector(corrections)
    resumed.skip(annotated.report)
    assert len(resumed.unmatched()) == 1 and "correction 5" in resumed.unmatched()[0]


def test_annotate_says_how_many_corrections_matched_nothing(tmp_path: Path, govner: Run) -> None:
    source, path, out = tmp_path / "r.txt", tmp_path / "c.jsonl", tmp_path / "out.jsonl"
    source.write_text(REPORT, encoding="utf-8")
    report = read_text(REPORT, id="r", source=str(source))
    elsewhere = replace(read_text(REPORT.replace("县", "市"), id="x"), source="x.txt")
    add = make_corrections(report, "add", [span("滨河大道改造工程", "PROJECT")])
    write_corrections(path, add + make_corrections(elsewhere, "add", [span("放管服", "SLOGAN")] * 7))
    asked = ("annotate", source, "--model", "cnn", "--corrections", path, "-o", out)
    for flags in ((), ("--resume",)):
        done = govner(*asked, *flags)
        assert done.returncode == 0 and "7 of 8 corrections matched nothing" in done.stderr, done.stderr
        assert done.stderr.count("x.txt") == 5 and "and 2 more" in done.stderr
    write_corrections(path, add)
    done = govner(*asked)
    assert done.returncode == 0 and "matched nothing" not in done.stderr
    entities = json.loads(out.read_text(encoding="utf-8"))["entities"]
    assert "滨河大道改造工程" in [e["text"] for e in entities]


def test_the_help_shows_the_form_of_a_correction(tmp_path: Path, govner: Run) -> None:
    shown = govner("annotate", "--help", env={"COLUMNS": "200"}).stdout
    assert "write_corrections" in shown and '"action"' in shown and '"anchors"' in shown
    source, path = tmp_path / "r.txt", tmp_path / "c.jsonl"
    source.write_text(REPORT, encoding="utf-8")
    path.write_text('{"action": "remove", "label": "ORG", "text": "县委"}\n', encoding="utf-8")
    done = govner("annotate", source, "--model", "cnn", "--corrections", path)
    assert done.returncode == 2 and "govner annotate --help" in done.stderr and "line 1" in done.stderr


def test_a_terminal_shows_what_is_being_done(tmp_path: Path) -> None:
    for name in ("a", "b[1]"):
        (tmp_path / f"{name}.txt").write_text(REPORT, encoding="utf-8")
    terminal = Console(file=io.StringIO(), force_terminal=True, width=200, color_system=None)
    options = BatchOptions(out=str(tmp_path / "out.jsonl"), model="cnn")
    assert run_batch([str(tmp_path / "a.txt"), str(tmp_path / "b[1].txt")], options, terminal) == 0
    shown = terminal.file.getvalue()  # type: ignore[attr-defined]
    assert "loading the model" in shown
    assert f"0 reports annotated; read {tmp_path / 'b[1].txt'}" in shown
    assert "2 reports annotated; last b[1]" in shown
