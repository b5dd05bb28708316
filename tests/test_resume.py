"""``govner annotate --resume`` goes on only with what was asked before; reports of one id are told apart."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from govner.corrections import make_corrections, write_corrections
from govner.reading import read_text
from govner.schema import Span

Run = Callable[..., subprocess.CompletedProcess[str]]

REPORT = """云台县政府工作报告
一、2021年工作回顾
一年来，在县委的坚强领导下，全县地区生产总值完成120.5亿元，增长6.8%。
滨河大道改造工程建成通车，“放管服”改革持续深化。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two folders, each with a report of the same file name."""
    for name in ("云台", "石门"):
        (tmp_path / "reports" / name).mkdir(parents=True)
        text = REPORT.replace("云台", name)
        (tmp_path / "reports" / name / "2022.txt").write_text(text, encoding="utf-8")
    return tmp_path / "reports"


def ids(path: Path) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(Path(line["source"]).parent.name, line["id"]) for line in lines]


@pytest.mark.parametrize(
    ("changed", "needle"),
    [
        (["--model", "cnn"], "now asked for with model cnn"),
        (["--records"], "now asked for with --records"),
        (["--min-score", "0.4"], "now asked for with --min-score 0.4"),
        (["--corrections", "corrections.jsonl"], "now asked for with corrections"),
    ],
)
def test_json_lines_made_otherwise_are_refused_and_left_alone(
    folder: Path, tiny_model: Path, govner: Run, changed: list[str], needle: str
) -> None:
    out = folder.parent / "out.jsonl"
    corrections = folder.parent / "corrections.jsonl"
    at = REPORT.index("县委")
    write_corrections(corrections, make_corrections(read_text(REPORT), "add", [Span(at, at + 2, "ORG")]))
    changed = [str(corrections) if word == corrections.name else word for word in changed]
    assert govner("annotate", folder / "云台", "--model", tiny_model, "-o", out).returncode == 0
    before = out.read_bytes()
    asked = [*changed, *([] if "--model" in changed else ["--model", tiny_model])]
    done = govner("annotate", folder, "-o", out, "--resume", *asked)
    assert done.returncode == 2 and needle in done.stderr and "out.jsonl, line 1" in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert out.read_bytes() == before


def test_annotating_without_records_does_not_load_the_extractor() -> None:
    code = (
        "import sys, govner.batch; from govner.writers import open_writer; "
        "from govner.writers.resuming import Opening; open_writer('jsonl', None, Opening()); "
        "sys.exit('govner.records' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(sys.executable).parent).returncode == 0


def test_two_models_of_one_name_are_told_apart(folder: Path, tiny_model: Path, govner: Run) -> None:
    other = folder.parent / "other"
    shutil.copytree(tiny_model / "best", other)
    settings = other / "govner_tagger" / "tagger.json"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    out = folder.parent / "out.jsonl"
    govner("annotate", folder / "云台", "--model", tiny_model, "-o", out)
    done = govner("annotate", folder, "--model", other, "-o", out, "--resume")
    assert done.returncode == 2 and "with model files" in done.stderr


def test_json_lines_of_an_older_govner_go_on_with_a_warning(
    folder: Path, tiny_model: Path, govner: Run
) -> None:
    out = folder.parent / "out.jsonl"
    govner("annotate", folder / "云台", "--model", tiny_model, "-o", out)
    line = json.loads(out.read_text(encoding="utf-8"))
    del line["made_with"]
    out.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    done = govner("annotate", folder, "--model", tiny_model, "-o", out, "--resume")
    assert done.returncode == 0 and "1 report annotated, 1 already there" in done.stderr
    assert "1 of 1 lines do not say" in done.stderr
    refused = govner("annotate", folder, "--model", "cnn", "-o", out, "--resume")
    assert refused.returncode == 2 and "line 1: made with model" in refused.stderr


def test_csv_shows_its_model_and_its_scores(folder: Path, tiny_model: Path, govner: Run) -> None:
    out = folder.parent / "out.csv"
    govner("annotate", folder / "云台", "--model", tiny_model, "-o", out)
    with open(out, encoding="utf-8-sig", newline="") as file:
        scores = [float(row["score"]) for row in csv.DictReader(file)]
    assert scores
    for changed in (["--model", "cnn"], ["--model", tiny_model, "--min-score", f"{min(scores) + 0.001:.4f}"]):
        done = govner("annotate", folder, "-o", out, "--resume", *changed)
        assert done.returncode == 2 and "--resume goes on only with the same" in done.stderr, done.stderr
    done = govner("annotate", folder, "--model", tiny_model, "-o", out, "--resume")
    assert done.returncode == 0 and "1 already there" in done.stderr


def test_a_brat_folder_knows_how_it_was_made(folder: Path, tiny_model: Path, govner: Run) -> None:
    out = folder.parent / "brat"
    asked = ("-o", out, "--format", "brat")
    govner("annotate", folder / "云台", "--model", tiny_model, *asked)
    done = govner("annotate", folder, "--model", tiny_model, "--min-score", "0.3", *asked, "--resume")
    assert done.returncode == 2 and "--min-score" in done.stderr
    # The second report of the id is not taken for the first, and overwrites nothing.
    assert "1 already there" in govner("annotate", folder, "--model", tiny_model, *asked, "--resume").stderr
    assert {path.name for path in out.glob("*.ann")} == {"2022.ann", "2022~2.ann"}


def test_a_file_given_twice_is_annotated_once(folder: Path, tiny_model: Path, govner: Run) -> None:
    out = folder.parent / "out.jsonl"
    report = folder / "云台" / "2022.txt"
    done = govner("annotate", report, folder / "云台", report, "--model", tiny_model, "-o", out)
    assert done.returncode == 0 and done.stderr.count("given twice; annotated once") == 2
    assert "\n1 report annotated\n" in done.stderr
    assert ids(out) == [("云台", "2022")]


def test_reports_of_one_id_get_ids_of_their_own_also_when_resumed(
    folder: Path, tiny_model: Path, govner: Run
) -> None:
    whole, out = folder.parent / "whole.jsonl", folder.parent / "out.jsonl"
    done = govner("annotate", folder, "--model", tiny_model, "-o", whole)
    assert "another report has the id 2022; this one gets 2022~2" in done.stderr
    assert ids(whole) == [("云台", "2022"), ("石门", "2022~2")]
    # Stopped before the first folder, and in the other order.
    govner("annotate", folder / "石门", "--model", tiny_model, "-o", out)
    for expected in ("1 report annotated, 1 already there", "0 reports annotated, 2 already there"):
        assert expected in govner("annotate", folder, "--model", tiny_model, "-o", out, "--resume").stderr
        assert ids(out) == [("石门", "2022"), ("云台", "2022~2")]


def test_rows_of_one_id_in_one_file_are_all_resumed(tmp_path: Path, tiny_model: Path, govner: Run) -> None:
    rows = [{"text": REPORT.replace("云台", name), "id": "x"} for name in ("云台", "石门", "青溪")]
    source, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    govner("annotate", source, "--model", tiny_model, "-o", out)
    whole = out.read_text(encoding="utf-8")
    out.write_text("".join(whole.splitlines(keepends=True)[:1]), encoding="utf-8")
    govner("annotate", source, "--model", tiny_model, "-o", out, "--resume")
    assert out.read_text(encoding="utf-8") == whole
