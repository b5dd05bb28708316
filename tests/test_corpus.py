"""The corpus itself, and the commands that rebuild, check, count and extend it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import docx
import pytest
from support import CORPUS, ROOT

from govner.converters import FORMATS, converter
from govner.corpus import read_gold, write_gold
from govner.corrections import read_corrections
from govner.errors import UserError
from govner.schema import GoldDocument, Span
from govner.standoff import detach, write_standoff
from govner.training import corpus_check, corpus_stats
from govner.training.held_out import held_out_sources
from govner.training.suggest import rank

Run = Callable[..., subprocess.CompletedProcess[str]]
REPORTS = ROOT.parent / "shared" / "reports"
MARKED = """石坝县政府工作报告
各位代表：现在，我代表【ORG:石坝县人民政府】，向大会报告工作。
一、过去一年
全县完成【INDICATOR:地区生产总值】88.6亿元，同比增长6.1%；【INDICATOR:粮食总产量】达到21.4万吨，再获丰收。
【PROJECT:青龙渡大桥】四月合龙，【PROJECT:白鹭湾污水处理厂二期】投入运行，往来两岸不必再等渡船，两镇的学生早出晚归也安心。
纵深推进“【SLOGAN:放管服】”改革，【ORG:县行政审批局】把窗口开到乡镇。
二、今年安排
再获丰收之年更要防松劲。实施【PROJECT:“清水入河”行动】，年内完成十七处排口整治。
"""


def marked(text: str) -> tuple[str, list[Span]]:
    """Text and spans of a text with 【LABEL:…】 marks."""
    plain, spans = "", []
    for piece in re.split(r"(【[A-Z]+:[^】]+】)", text):
        match = re.fullmatch(r"【([A-Z]+):([^】]+)】", piece)
        if match:
            spans.append(Span(len(plain), len(plain) + len(match[2]), match[1]))
        plain += match[2] if match else piece
    return plain, spans


def surfaces(data: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, text without white space) of a document's spans."""
    return [(s["label"], re.sub(r"\s", "", data["text"][s["start"] : s["end"]])) for s in data["spans"]]


# The corpus


def test_composed_reports_are_clean() -> None:
    corpus = corpus_check.read_corpus([CORPUS / "composed"])
    found = corpus_check.check(corpus)
    bad = {"unreadable", "overlap", "edge", "unbalanced", "line break", "id twice", "near-duplicate"}
    assert [f for f in found if f.check in bad] == []


def test_the_datasheet_says_what_the_corpus_holds(tmp_path: Path) -> None:
    """If this fails: govner corpus stats --into corpus/README.md"""
    for folder in ("composed", "standoff"):
        (tmp_path / folder).symlink_to(CORPUS / folder)
    text = (CORPUS / "README.md").read_text(encoding="utf-8")
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    facts = corpus_stats.read_facts([CORPUS / "composed", CORPUS / "standoff"])
    corpus_stats.write_into(tmp_path / "README.md", corpus_stats.tables(facts))
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == text


def test_the_datasheet_types_every_field() -> None:
    yaml = pytest.importorskip("yaml")
    head = yaml.safe_load((CORPUS / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    kinds = {"string": str, "int64": int, "bool": bool}
    for config, info in zip(head["configs"], head["dataset_info"], strict=True):
        assert config["config_name"] == info["config_name"]
        fields = {f["name"]: f for f in info["features"]}
        meta = {f["name"]: kinds[f["dtype"]] for f in fields["meta"]["struct"]}
        for split in config["data_files"]:
            assert re.fullmatch(r"\w+", split["split"])
            for line in (CORPUS / split["path"]).read_text(encoding="utf-8").splitlines():
                data = json.loads(line)
                assert set(data) == set(fields)
                for key, value in data["meta"].items():
                    assert type(value) is meta[key], (split["path"], data["id"], key)


def test_the_folder_is_a_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(CORPUS), "composed", cache_dir=str(tmp_path))
    ours = list(read_gold(CORPUS / "composed" / "train.jsonl"))
    assert [d.id for d in ours] == loaded["train"]["id"][:]
    first = loaded["train"][0]
    assert first["text"] == ours[0].text
    assert [Span(**s) for s in first["spans"]] == list(ours[0].spans)
    assert datasets.load_dataset(str(CORPUS), "standoff", split="dev", cache_dir=str(tmp_path)).num_rows > 5


def test_standoff_files_hold_no_text() -> None:
    for path in (CORPUS / "standoff").glob("*.standoff.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            data = json.loads(line)
            anchors = json.dumps([data["passages"], data["labels"]], ensure_ascii=False)
            assert anchors.isascii(), data["id"]


# hydrate


def as_gb18030(text: str, folder: Path) -> None:
    (folder / "甲.txt").write_bytes(text.encode("gb18030"))


def as_html(text: str, folder: Path) -> None:
    paragraphs = "".join(f"<p>&emsp;&emsp;{line}</p>" for line in text.splitlines())
    chrome = '<ul class="nav"><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li></ul>'
    page = f'<html><head><meta charset="utf-8"></head><body>{chrome}<div>{paragraphs}</div><p>版权所有</p></body></html>'
    (folder / "乙.html").write_text(page, encoding="utf-8")


def as_word(text: str, folder: Path) -> None:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(str(folder / "丙.docx"))


def as_wrapped(text: str, folder: Path) -> None:
    lines = [line[i : i + 20] for line in text.splitlines() for i in range(0, len(line), 20)]
    (folder / "丁.txt").write_text("\r\n".join(lines), encoding="utf-8", newline="")


@pytest.mark.parametrize("convert", [as_gb18030, as_html, as_word, as_wrapped])
def test_labels_find_their_text_in_any_copy(
    convert: Callable[[str, Path], None], tmp_path: Path, govner: Run
) -> None:
    text, spans = marked(MARKED)
    documents = [
        detach("石坝", text, [(0, len(text))], spans, {"source": "石坝.txt"}),
        detach(
            "别处",
            text.replace("石坝", "柳湾").replace("。", "！"),
            [(0, len(text))],
            spans,
            {"source": "别处.txt"},
        ),
    ]
    write_standoff(tmp_path / "a.standoff.jsonl", documents)
    copies = tmp_path / "copies"
    copies.mkdir()
    convert(text, copies)
    done = govner("corpus", "hydrate", copies, "--labels", tmp_path / "a.standoff.jsonl")
    assert done.returncode == 0, done.stderr
    (found,) = (json.loads(line) for line in done.stdout.splitlines())
    assert found["id"] == "石坝"
    assert surfaces(found) == [(s.label, text[s.start : s.end]) for s in spans]
    assert "别处: not among the reports" in done.stderr and "1 of 2 documents found, 1 missing" in done.stderr


def test_nothing_to_hydrate_is_an_error(tmp_path: Path, govner: Run) -> None:
    text, spans = marked(MARKED)
    write_standoff(tmp_path / "a.standoff.jsonl", [detach("石坝", text, [(0, len(text))], spans, {})])
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "x.txt").write_text("另一份报告的正文，与它毫无关系。\n" * 5, encoding="utf-8")
    done = govner("corpus", "hydrate", tmp_path / "copies", "--labels", tmp_path / "a.standoff.jsonl")
    assert done.returncode == 2 and "none of the 1 documents" in done.stderr and not done.stdout


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the collected reports are not here")
def test_the_collected_reports_hold_every_document(govner: Run, tmp_path: Path) -> None:
    done = govner("corpus", "hydrate", REPORTS, "-o", tmp_path / "real.jsonl")
    assert done.returncode == 0 and " 0 missing, 0 differ" in done.stderr, done.stderr[-2000:]


# check


def test_check_finds_what_was_planted(tmp_path: Path, govner: Run) -> None:
    text, spans = marked(MARKED)
    passage = text.splitlines()[3]

    def document(name: str, body: str, *found: tuple[str, str]) -> dict[str, Any]:
        rows = [{"start": body.index(s), "end": body.index(s) + len(s), "label": label} for label, s in found]
        return {"id": name, "text": body, "spans": rows, "meta": {}}

    good = {
        "id": "good",
        "text": text,
        "spans": [{"start": s.start, "end": s.end, "label": s.label} for s in spans],
        "meta": {},
    }
    bad = [
        document("edge", "推进雪亮工程，成效明显。", ("PROJECT", "雪亮工程，")),
        document("quote", "推进“雪亮工程”建设。", ("PROJECT", "“雪亮工程")),
        document("twice", "推进放管服改革。", ("PROJECT", "放管服")),
        document("bare", "县行政审批局牵头，石坝县人民政府督办。", ("ORG", "县行政审批局")),
        document("overlap", "县行政审批局牵头", ("ORG", "县行政审批局"), ("ORG", "行政审批局牵头")),
    ]
    (tmp_path / "train.jsonl").write_text("\n".join(json.dumps(d) for d in [good, *bad]), encoding="utf-8")
    (tmp_path / "dev.jsonl").write_bytes(
        "此行".encode("gb18030")
        + b"\n{no json\n"
        + json.dumps(document("copy", passage + "此外无事。")).encode()
    )
    write_gold(tmp_path / "held.jsonl", [GoldDocument("held", text.splitlines()[4], (), {})])
    files = [tmp_path / "train.jsonl", tmp_path / "dev.jsonl"]
    done = govner("corpus", "check", *files, "--gold", tmp_path / "held.jsonl", "--strict")
    assert done.returncode == 1
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    found = {(check, where.split()[1]) for check, where, *_ in rows if check != "overlap"}
    # Of a string labelled once each way neither is the rarer: the one that counts first stands.
    assert {
        ("edge", "edge"),
        ("unbalanced", "quote"),
        ("unlabelled here", "bare"),
        ("two labels", "twice"),
    } <= found
    assert ("near-duplicate", "good") in found or ("near-duplicate", "copy") in found
    assert any(check == "near-duplicate" and "held" in where for check, where, _ in rows)
    assert any(check == "overlap" and "train.jsonl, line 6" in where for check, where, _ in rows)
    unreadable = {Path(where).name: what for check, where, what in rows if check == "unreadable"}
    assert set(unreadable) == {"dev.jsonl, line 1", "dev.jsonl, line 2"}
    assert unreadable["dev.jsonl, line 1"] == "not a gold document (not UTF-8)"
    assert unreadable["dev.jsonl, line 2"].startswith("not a gold document (not JSON: ")
    assert not any(check in ("edge", "unbalanced") and " good" in where for check, where, _ in rows)


def test_a_line_that_is_wrong_is_found_whatever_its_folder_and_id_are_called(tmp_path: Path) -> None:
    path = tmp_path / "part: overlap" / "train.jsonl"
    path.parent.mkdir()
    short, wrong = {"id": "overlap", "text": "县政府"}, [{"start": 0, "end": 1, "label": "overlap"}]
    both = [{"start": 0, "end": 2, "label": "ORG"}, {"start": 1, "end": 3, "label": "ORG"}]
    lines = [{**short, "spans": wrong}, {**short, "spans": both}]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    first, second = corpus_check.read_corpus([path]).findings
    assert (first.check, first.where) == ("unreadable", f"{path}, line 1")
    assert first.what.startswith("spans[0].label: 'overlap' is none of")
    assert (second.check, second.where) == ("overlap", f"{path}, line 2")


# stats and convert


def test_stats_count_and_are_written_between_marks(tmp_path: Path, govner: Run) -> None:
    text, spans = marked(MARKED)
    (tmp_path / "c").mkdir()
    write_gold(
        tmp_path / "c" / "train.jsonl",
        [GoldDocument("a", text, tuple(spans), {"level": "county", "year": 2014})],
    )
    page = tmp_path / "page.md"
    page.write_text("前\n<!-- stats: split, period -->\nold\n<!-- /stats -->\n后\n", encoding="utf-8")
    drawing = ["--plot", tmp_path / "p.svg"] if find_spec("matplotlib") else []
    done = govner("corpus", "stats", tmp_path / "c", "--into", page, *drawing)
    assert done.returncode == 0, done.stderr
    written = page.read_text(encoding="utf-8")
    assert written.startswith("前\n") and written.endswith("<!-- /stats -->\n后\n") and "old" not in written
    assert f"| c/train | 1 | {len(text)} | 8 | 1 | 3 | 2 | 2 |" in written and "| 2011–2015 | 1 |" in written
    assert not drawing or (tmp_path / "p.svg").read_text(encoding="utf-8").count("<svg") == 1
    assert "SLOGAN" in govner("corpus", "stats", tmp_path / "c").stdout
    lacking = govner("corpus", "stats", tmp_path / "c", "--into", tmp_path / "c" / "train.jsonl")
    assert lacking.returncode == 2 and "marks" in lacking.stderr


@pytest.mark.parametrize("columns", ["30", "80", ""])
def test_stats_never_cut_a_figure(tmp_path: Path, govner: Run, columns: str) -> None:
    text, spans = marked(MARKED)
    name = "a_split_with_quite_a_long_name_indeed"
    write_gold(
        tmp_path / f"{name}.jsonl",
        [GoldDocument(str(n), text * 40, tuple(spans), {"level": "county"}) for n in range(60)],
    )
    shown = govner("corpus", "stats", tmp_path / f"{name}.jsonl", env={"COLUMNS": columns}).stdout
    assert "…" not in shown and name in shown
    assert f"{60 * len(text * 40):,}" in shown and "documents" in shown


def test_what_annotate_wrote_is_not_taken_for_gold(tmp_path: Path, govner: Run) -> None:
    entity = {"start": 0, "end": 2, "label": "ORG", "text": "县委", "score": 0.9, "section": []}
    line = {"id": "a", "source": "a.txt", "meta": {}, "text": "县委指出。", "entities": [entity]}
    path = tmp_path / "entities.jsonl"
    path.write_text(json.dumps({**line, "model": {"name": "cnn"}}), encoding="utf-8")
    done = govner("corpus", "convert", path, tmp_path / "a.conll", "--to", "conll")
    assert done.returncode == 2 and "entities.jsonl: this is what `govner annotate` wrote" in done.stderr
    assert not (tmp_path / "a.conll").exists()


def test_convert_there_and_back(tmp_path: Path, govner: Run) -> None:
    source = CORPUS / "composed" / "dev.jsonl"
    assert govner("corpus", "convert", source, tmp_path / "a.json", "--to", "labelstudio").returncode == 0
    assert (
        govner("corpus", "convert", tmp_path / "a.json", tmp_path / "b.jsonl", "--to", "jsonl").returncode
        == 0
    )
    assert list(read_gold(tmp_path / "b.jsonl")) == list(read_gold(source))
    wrong = govner("corpus", "convert", source, tmp_path / "a.xml", "--to", "xml")
    assert wrong.returncode == 2 and "labelstudio" in wrong.stderr


# suggest


def test_the_unsure_and_the_new_come_first() -> None:
    text, spans = marked(MARKED)
    other = "全市新建口袋公园九个，老城三条背街铺了透水砖，夜市挪到河堤以外，居民投诉少了一半。" * 3
    candidates = [
        (GoldDocument("sure", text, tuple(spans), {}), 0.02),
        (GoldDocument("unsure", text + "补充一句。", tuple(spans), {}), 0.40),
        (GoldDocument("new", other, (Span(2, 8, "INDICATOR"), Span(10, 14, "PROJECT")), {}), 0.10),
    ]
    assert [s.document.id for s in rank(candidates)] == ["unsure", "new", "sure"]
    assert [s.document.id for s in rank(candidates, limit=1)] == ["unsure"]
    # What is labelled already is not new any more.
    assert rank(candidates, seen=[text])[0].document.id == "new"


def test_suggest_writes_prelabels_in_any_format(tmp_path: Path, tiny_model: Path, govner: Run) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for n, doc in enumerate(list(read_gold(CORPUS / "composed" / "test.jsonl"))[:3]):
        (folder / f"r{n}.txt").write_text(doc.text, encoding="utf-8")
    secret = sorted(name for name in held_out_sources() if name.endswith(".txt"))[0]
    (folder / secret).write_text(
        "柳湾镇政府工作报告\n" + "各位代表，柳湾的路今年修到了村口。\n" * 30, encoding="utf-8"
    )
    out = {name: tmp_path / f"out-{name}{FORMATS[name][1]}" for name in ("jsonl", "labelstudio", "brat")}
    for name, path in out.items():
        done = govner(
            "corpus", "suggest", tiny_model, folder, "-o", path, "--format", name, "--characters", 600
        )
        assert done.returncode == 0, done.stderr
        assert f"{secret}: held out" in done.stderr
    found = list(converter("jsonl").read(out["jsonl"]))
    assert len(found) > 3 and any(d.spans for d in found)
    assert [list(converter(name).read(path)) for name, path in out.items()] == [found] * 3
    usefulness = [d.meta["usefulness"] for d in found]
    assert usefulness == sorted(usefulness, reverse=True)
    for d in found:
        source = (folder / d.meta["source"].split("/")[-1]).read_text(encoding="utf-8")
        assert d.text == source[d.meta["source_start"] : d.meta["source_end"]]
        assert len(d.meta["scores"]) == len(d.spans)
    tasks = json.loads(out["labelstudio"].read_text(encoding="utf-8"))
    assert all("predictions" in t and "annotations" not in t for t in tasks)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "a"', "not JSON"),
        ('{"id": "县"}'.encode("gb18030"), "not UTF-8"),
        (b'{"action": "add", "version": 1, "anchors": []}', "not enough values"),
        (b"[1]", "list"),
    ],
)
def test_a_damaged_line_is_named_with_its_file(tmp_path: Path, line: bytes, reason: str) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_bytes(b"\n" + line + b"\n")
    with pytest.raises(UserError, match=rf"corrections\.jsonl, line 2: not a correction \(.*{reason}"):
        read_corrections(path)
