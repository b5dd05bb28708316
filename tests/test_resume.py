"""``govner annotate --resume`` goes on only with what was asked before; reports of one id are told apart."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from govner.corrections import make_corrections, write_corrections
from govner.errors import UserError
from govner.reading import read_text
from govner.schema import AnnotatedReport, Entity, Span
from govner.writers import open_writer
from govner.writers.resuming import Opening, Settings

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


@pytest.mark.parametrize("records", [False, True])
def test_the_extractor_is_loaded_only_for_records(tmp_path: Path, records: bool) -> None:
    code = (
        "import sys, govner.batch; from govner.annotation import AnnotatedReport; from govner.reading import read_text; "
        "from govner.writers import open_writer; from govner.writers.resuming import Opening, Settings; "
        f"writer, _ = open_writer('jsonl', {str(tmp_path / 'a.jsonl')!r}, Opening(Settings(records={records}))); "
        f"writer.write(AnnotatedReport(read_text({REPORT!r}), (), {{}})); writer.close(); "
        "sys.exit('govner.records' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(sys.executable).parent)
    assert done.returncode == records and (tmp_path / "a.jsonl").stat().st_size


def test_json_lines_in_a_json_file_go_on_and_make_tables(folder: Path, tiny_model: Path, govner: Run) -> None:
    out = folder.parent / "out.json"
    govner("annotate", folder, "--model", tiny_model, "-o", out)
    whole = out.read_bytes()
    out.write_bytes(whole[:-20])
    done = govner("annotate", folder, "--model", tiny_model, "-o", out, "--resume")
    assert done.returncode == 0 and "1 already there" in done.stderr, done.stderr
    assert out.read_bytes() == whole
    assert govner("tables", out, "-o", folder.parent / "tables").returncode == 0
    rows = (folder.parent / "tables" / "reports.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["2022", "2022~2"]
    assert "2022~2</title>" in govner("view", out, "--id", "2022~2").stdout


@pytest.mark.parametrize("body", ["记下的事", "记下的事\n另一件", '{"id": "a"}', '{"id": "a"}\n{"id": '])
def test_a_file_of_something_else_is_left_alone(
    folder: Path, tiny_model: Path, govner: Run, body: str
) -> None:
    out = folder.parent / "notes.jsonl"
    out.write_text(body, encoding="utf-8")
    done = govner("annotate", folder, "--model", tiny_model, "-o", out, "--resume")
    assert done.returncode == 2 and "notes.jsonl, line 1" in done.stderr
    assert out.read_text(encoding="utf-8") == body


def test_a_half_line_is_dropped_only_where_the_settings_are_the_same(
    folder: Path, tiny_model: Path, govner: Run
) -> None:
    out = folder.parent / "out.jsonl"
    govner("annotate", folder, "--model", tiny_model, "-o", out)
    out.write_bytes(cut := out.read_bytes()[:-20])
    assert govner("annotate", folder, "--model", "cnn", "-o", out, "--resume").returncode == 2
    assert out.read_bytes() == cut


def test_a_whole_line_without_its_line_break_is_kept(folder: Path, tiny_model: Path, govner: Run) -> None:
    out = folder.parent / "out.jsonl"
    govner("annotate", folder / "云台", "--model", tiny_model, "-o", out)
    out.write_bytes(out.read_bytes()[:-1])
    done = govner("annotate", folder / "石门", "--model", tiny_model, "-o", out, "--resume")
    assert done.returncode == 0 and ids(out) == [("云台", "2022"), ("石门", "2022~2")]


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
    assert done.returncode == 0 and "do not say with which --min-score" in done.stderr, done.stderr
    whole = folder.parent / "whole.csv"
    govner("annotate", folder, "--model", tiny_model, "-o", whole)
    assert out.read_bytes() == whole.read_bytes()


def by_hand(name: str) -> AnnotatedReport:
    """The report of one of the folders, with every 县 marked; the quotes and commas around them need quoting in CSV."""
    report = replace(read_text(REPORT.replace("云台", name), id="2022"), source=f"{name}/2022.txt")
    spots = [at for at, char in enumerate(report.text) if char == "县"]
    found = tuple(Entity(at, at + 1, "ORG", "县", 0.9, ('a "b"',), at, at + 1) for at in spots)
    return AnnotatedReport(report, found, {"name": "hand", "version": "1"})


def write_csv(path: Path, names: Iterable[str], resume: bool) -> None:
    writer, done = open_writer("csv", str(path), Opening(Settings(model="hand 1"), resume))
    for one in map(by_hand, names):
        if not done.holds(one.report.source, one.report.id):
            id = done.take(one.report.source, one.report.id)
            writer.write(replace(one, report=replace(one.report, id=id)))
    writer.close()


def test_a_csv_goes_on_wherever_it_was_cut(tmp_path: Path) -> None:
    out, whole = tmp_path / "out.csv", tmp_path / "whole.csv"
    write_csv(whole, ("云台", "石门"), False)
    data = whole.read_bytes()
    header = data.index(b"\n") + 1
    for cut in range(header, len(data) + 1):
        out.write_bytes(data[:cut])
        write_csv(out, ("云台", "石门"), True)
        assert out.read_bytes() == data, cut


def test_going_on_with_other_reports_keeps_those_of_a_csv(tmp_path: Path) -> None:
    out, whole = tmp_path / "out.csv", tmp_path / "whole.csv"
    write_csv(whole, ("云台", "石门", "青溪"), False)
    write_csv(out, ("云台",), False)
    write_csv(out, ("石门", "青溪"), True)
    assert out.read_bytes() == whole.read_bytes()


def test_a_csv_whose_last_report_has_other_mentions_is_not_gone_on_with(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    write_csv(out, ("云台",), False)
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(before := b"".join([lines[0], *lines[2:]]))
    with pytest.raises(UserError, match="made with other options"):
        write_csv(out, ("云台", "石门"), True)
    assert out.read_bytes() == before


def test_a_brat_folder_knows_how_it_was_made(folder: Path, tiny_model: Path, govner: Run) -> None:
    out = folder.parent / "brat"
    asked = ("--model", tiny_model, "-o", out, "--format", "brat")
    govner("annotate", folder / "云台", *asked)
    done = govner("annotate", folder, "--min-score", "0.3", *asked, "--resume")
    assert done.returncode == 2 and "--min-score" in done.stderr
    # The second report of the id is not taken for the first, and overwrites nothing.
    first = (out / "2022.txt").read_bytes()
    done = govner("annotate", folder / "石门", *asked, "--resume")
    assert "1 report annotated\n" in done.stderr and "already there" not in done.stderr
    assert {path.name for path in out.glob("*.ann")} == {"2022.ann", "2022~2.ann"}
    assert "0 reports annotated, 2 already there" in govner("annotate", folder, *asked, "--resume").stderr
    # Stopped in the middle of a report.
    (out / "2022~2.ann").unlink()
    assert "1 report annotated, 1 already there" in govner("annotate", folder, *asked, "--resume").stderr
    assert {path.name for path in out.glob("*.ann")} == {"2022.ann", "2022~2.ann"}
    assert (out / "2022.txt").read_bytes() == first


def test_a_brat_folder_that_is_used_or_damaged_is_refused(
    folder: Path, tiny_model: Path, govner: Run
) -> None:
    out = folder.parent / "brat"
    asked = ("annotate", folder, "--model", tiny_model, "-o", out, "--format", "brat")
    govner(*asked)
    made_with = out / ".made_with.jsonl"
    before = made_with.read_bytes()
    done = govner(*asked, "--min-score", "0.3")
    assert done.returncode == 2 and "holds annotations" in done.stderr and made_with.read_bytes() == before
    made_with.write_text('{"model": \n{}\n', encoding="utf-8")
    done = govner(*asked, "--resume")
    assert done.returncode == 2 and ".made_with.jsonl, line 1" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    made_with.unlink()
    done = govner(*asked, "--resume")
    assert done.returncode == 2 and "does not say how its annotations were made" in done.stderr


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
