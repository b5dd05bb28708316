"""``govner annotate`` and the Python API on real files, with a real small model."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars
import pytest
import spacy
from spacy.tokens import DocBin

import govner as package
from govner.corrections import make_corrections, read_corrections, write_corrections
from govner.reading import read_text
from govner.schema import Span

Run = Callable[..., subprocess.CompletedProcess[str]]

REPORT = """云台县政府工作报告

一、2021年工作回顾
一年来，在县委的坚强领导下，全县地区生产总值完成120.5亿元，增长6.8%；固定资产投资增长９.1％。
滨河大道改造工程建成通车，“放管服”改革持续深化，县人民医院新院区主体完工。
二、2022年工作安排
坚持稳中求进工作总基调，一般公共预算收入增长5%以上。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good files in different encodings, and one that cannot be read."""
    source = tmp_path / "reports"
    source.mkdir()
    (source / "a.txt").write_text(REPORT, encoding="utf-8")
    (source / "b.txt").write_bytes(REPORT.replace("云台", "石门").replace("\n", "\r\n").encode("gb18030"))
    (source / "broken.docx").write_bytes(b"this is no zip archive")
    return source


def records(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_json_lines_are_what_the_schema_says_and_failures_do_not_stop_the_rest(
    folder: Path, tiny_model: Path, govner: Run
) -> None:
    done = govner("annotate", folder, "--model", tiny_model)
    assert done.returncode == 1
    assert "broken.docx" in done.stderr and "Traceback" not in done.stderr
    found = records(done.stdout)
    assert [r["id"] for r in found] == ["a", "b"]
    for r in found:
        source = Path(r["source"])
        text = source.read_bytes().decode("utf-8" if r["id"] == "a" else "gb18030")
        assert r["model"]["name"] and r["model"]["version"]
        assert r["entities"], "the small model finds something"
        last = 0
        for e in r["entities"]:
            assert r["text"][e["start"] : e["end"]] == e["text"] and "\n" not in e["text"]
            assert (
                text[e["source_start"] : e["source_end"]].replace("９", "9").replace("％", "%") == e["text"]
            )
            assert e["start"] >= last and 0 <= e["score"] <= 1
            assert set(e) == {
                "start",
                "end",
                "label",
                "text",
                "score",
                "section",
                "source_start",
                "source_end",
            }
            last = e["end"]


def test_a_wrong_model_or_format_is_one_line(folder: Path, tiny_model: Path, govner: Run) -> None:
    for arguments, needle in (
        (["annotate", folder, "--model", "nowhere"], "nowhere"),
        (["annotate", folder, "--model", tiny_model, "--format", "doc"], "--format doc"),
        (["annotate", folder, "--model", tiny_model, "--resume"], "--resume needs"),
        (["annotate", folder, "--model", tiny_model, "--format", "docbin"], "needs -o"),
    ):
        done = govner(*arguments)
        assert done.returncode == 2 and needle in done.stderr and "Traceback" not in done.stderr, done.stderr


def test_resume_skips_what_is_there_and_mends_a_half_written_line(
    folder: Path, tiny_model: Path, govner: Run
) -> None:
    out = folder.parent / "out.jsonl"
    govner("annotate", folder, "--model", tiny_model, "-o", out)
    whole = out.read_text(encoding="utf-8")
    first, second = whole.splitlines(keepends=True)
    out.write_text(first + second[:50], encoding="utf-8")
    done = govner("annotate", folder, "--model", tiny_model, "-o", out, "--resume")
    assert "1 already there" in done.stderr
    assert out.read_text(encoding="utf-8") == whole


def test_several_processes_give_the_same_output(folder: Path, tiny_model: Path, govner: Run) -> None:
    one = govner("annotate", folder, "--model", tiny_model).stdout
    two = govner("annotate", folder, "--model", tiny_model, "--jobs", "2").stdout
    assert one == two


def test_standard_input_and_a_threshold(tiny_model: Path, govner: Run) -> None:
    everything = records(
        govner("annotate", "-", "--model", tiny_model, stdin=REPORT.encode("gb18030")).stdout
    )[0]
    strict = records(
        govner("annotate", "-", "--model", tiny_model, "--min-score", "0.5", stdin=REPORT.encode()).stdout
    )[0]
    assert len(strict["entities"]) <= len(everything["entities"])
    assert all(e["score"] >= 0.5 for e in strict["entities"])


def test_every_format_holds_the_same_mentions(folder: Path, tiny_model: Path, govner: Run) -> None:
    (folder / "broken.docx").unlink()
    base = folder.parent
    expected = [
        (r["id"], e["start"], e["end"], e["label"], e["text"])
        for r in records(govner("annotate", folder, "--model", tiny_model).stdout)
        for e in r["entities"]
    ]

    def out(name: str) -> Path:
        done = govner(
            "annotate",
            folder,
            "--model",
            tiny_model,
            "-o",
            base / name,
            *(["--format", "brat"] if "." not in name else []),
        )
        assert done.returncode == 0, done.stderr
        return base / name

    with open(out("m.csv"), encoding="utf-8-sig", newline="") as f:
        rows = [
            (r["report"], int(r["start"]), int(r["end"]), r["label"], r["text"]) for r in csv.DictReader(f)
        ]
    assert rows == expected
    frame = polars.read_parquet(out("m.parquet"))
    assert (
        list(zip(*(frame[c].to_list() for c in ("report", "start", "end", "label", "text")), strict=True))
        == expected
    )
    docs = list(DocBin().from_disk(out("m.spacy")).get_docs(spacy.blank("zh").vocab))
    assert [
        (d.user_data["govner"]["id"], e.start, e.end, e.label_, e.text) for d in docs for e in d.ents
    ] == expected
    page = out("m.html").read_text(encoding="utf-8")
    assert page.count("<h2>一、2021年工作回顾</h2>") == 2
    assert page.count("<mark class=") == len(expected) + 4 and "http" not in page.split("</style>")[1]
    brat = out("brat")
    found = []
    for name in ("a", "b"):
        text = (brat / f"{name}.txt").read_bytes().decode()
        for line in (brat / f"{name}.ann").read_text(encoding="utf-8").splitlines():
            if line.startswith("T"):
                _, where, surface = line.split("\t")
                label, start, end = where.split()
                assert text[int(start) : int(end)] == surface
                found.append((name, int(start), int(end), label, surface))
    assert found == expected
    columns = out("m.conll").read_text(encoding="utf-8")
    assert sum(line.split("\t")[1].startswith("B-") for line in columns.splitlines() if "\t" in line) == len(
        expected
    )


def test_sixty_thousand_characters_are_read_to_the_end(tiny_model: Path) -> None:
    sentence = "坚持稳中求进工作总基调，全县地区生产总值增长6.8%。"
    text = sentence * 2500
    assert len(text) > 60_000
    (annotated,) = package.annotate([text], str(tiny_model))
    assert annotated.report.text == text
    assert annotated.entities and annotated.entities[-1].start > 60_000
    # One sentence without a stop is longer than any window and is read through overlapping ones.
    endless = "持续推进各项工作" * 300 + "，完成地区生产总值100亿元"
    (long,) = package.annotate([endless], str(tiny_model))
    assert len(long.report.text) == len(endless)


def test_the_python_api_is_a_spacy_pipeline(tiny_model: Path) -> None:
    nlp = package.load(str(tiny_model))
    docs = list(nlp.pipe([REPORT, "", "第一段\n\n第二段"]))
    assert [d.text for d in docs] == [REPORT, "", "第一段\n\n第二段"]
    assert docs[0].ents and {e.label_ for e in docs[0].ents} <= {"SLOGAN", "PROJECT", "ORG", "INDICATOR"}


def test_html_in_a_report_stays_text(tmp_path: Path, tiny_model: Path, govner: Run) -> None:
    (tmp_path / "x.txt").write_text(REPORT + "<script>alert(1)</script>\n", encoding="utf-8")
    govner("annotate", tmp_path / "x.txt", "--model", tiny_model, "-o", tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<script" not in page


def test_corrections_are_applied_and_survive_another_cleaner(
    tmp_path: Path, tiny_model: Path, govner: Run
) -> None:
    source = tmp_path / "r.txt"
    source.write_text(REPORT, encoding="utf-8")
    report = read_text(REPORT, id="r", source=str(source))
    before = records(govner("annotate", source, "--model", tiny_model).stdout)[0]["entities"]
    gone = before[0]
    at = REPORT.index("滨河大道改造工程")
    corrections = make_corrections(report, "add", [Span(at, at + 8, "PROJECT")]) + make_corrections(
        report, "remove", [Span(gone["source_start"], gone["source_end"], gone["label"])]
    )
    path = tmp_path / "corrections.jsonl"
    write_corrections(path, corrections)
    assert read_corrections(path) == corrections
    # The same report saved again with chrome around it and other line ends: the corrections still find their place.
    source.write_text(
        "当前位置：首页 > 政府信息公开\r\n" + REPORT.replace("\n", "\r\n\r\n"), encoding="utf-8"
    )
    after = records(govner("annotate", source, "--model", tiny_model, "--corrections", path).stdout)[0]
    mine = [e for e in after["entities"] if e["text"] == "滨河大道改造工程"]
    assert [(e["label"], e["score"]) for e in mine] == [("PROJECT", 1.0)]
    assert (gone["text"], gone["label"]) not in [(e["text"], e["label"]) for e in after["entities"]][:1]
    (tmp_path / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    wrong = govner("annotate", source, "--model", tiny_model, "--corrections", tmp_path / "bad.jsonl")
    assert wrong.returncode == 2 and "line 1" in wrong.stderr


def test_show_dropped_names_the_reason(tmp_path: Path, tiny_model: Path, govner: Run) -> None:
    (tmp_path / "r.txt").write_text("打印 关闭\n" + REPORT, encoding="utf-8")
    done = govner("annotate", tmp_path / "r.txt", "--model", tiny_model, "--show-dropped")
    assert "打印" in done.stderr and io.StringIO(done.stdout).readline().startswith("{")


def test_info_says_what_is_installed(tiny_model: Path, govner: Run) -> None:
    data = json.loads(govner("info", tiny_model).stdout)
    assert data["labels"] == ["SLOGAN", "PROJECT", "ORG", "INDICATOR"]
    assert data["model"]["labels"] == data["labels"] and data["packages"]["spacy"].startswith("3.8")


def test_an_unknown_ending_and_a_folder_as_output_are_one_message(
    tiny_model: Path, tmp_path: Path, govner: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    report = tmp_path / "r.txt"
    report.write_text("全市地区生产总值增长9%。", encoding="utf-8")
    for out, needle in ((tmp_path / "x.xlsx", "no format has the ending .xlsx"), (tmp_path, str(tmp_path))):
        done = govner("annotate", report, "--model", tiny_model, "-o", out)
        assert done.returncode == 2 and needle in done.stderr and "Traceback" not in done.stderr
