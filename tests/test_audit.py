"""The audit finds what is wrong with a collection by reading it, whatever its files are called."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from govner.cli_audit import audit
from govner.reading import read, read_text
from govner.reading.audit import AuditRow, Kind, audit_reports, kind_of
from govner.reading.audit_copies import find_copies
from govner.reading.audit_damage import damage, percent_signs_lost

REPORTS = Path(__file__).resolve().parents[2] / "shared" / "reports"

OPENING = """政府工作报告
——2022年1月20日在{place}第十七届人民代表大会第二次会议上
{place}人民政府县长 林 海
各位代表：
现在，我代表{place}人民政府向大会报告工作，请予审议。
"""
NUMERALS = "一二三四五六七八"
DONE = ["抓项目", "兴产业", "美乡村", "优生态", "惠民生", "强改革", "保平安", "转作风"]
TO_DO = ["扩投资", "促消费", "育龙头", "建园区", "治污染", "修道路", "办学校", "强基层"]
REVIEW = "一、2021年工作回顾\n" + "\n".join(
    f"（{n}）{done}。全年完成投资{i}亿元，增长{i}.{i}%，新建设施{i}处，群众满意度提高{i}%。"
    for i, (n, done) in enumerate(zip(NUMERALS, DONE, strict=True), start=2)
)
PLAN = "二、2022年工作安排\n今年是关键之年，总体要求是：稳中求进。\n重点抓好以下工作：\n" + "\n".join(
    f"（{n}）{task}。新开工项目{i}个，力争增长{i}%，为群众办好{i}件实事，持续改善发展环境。"
    for i, (n, task) in enumerate(zip(NUMERALS, TO_DO, strict=True), start=3)
)
CLOSING = "各位代表！征程万里，让我们同心协力，为建设更加美好的家园而努力奋斗！"


def report_of(place: str, *parts: str) -> str:
    return "\n".join([OPENING.format(place=place).strip(), *(parts or (REVIEW, PLAN, CLOSING))]) + "\n"


def audited(folder: Path, **files: str) -> dict[str, AuditRow]:
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return {row.id: row for row in audit_reports(read([folder]))}


def test_a_sound_report_has_no_findings(tmp_path: Path) -> None:
    row = audited(tmp_path, **{"2022_高唐": report_of("高唐县")})["2022_高唐"]
    assert row.findings == []
    assert (row.kind, row.place, row.division_code) == ("report", "高唐县", "371526")
    assert (row.year_reviewed, row.year_planned, row.encoding) == (2021, 2022, "utf-8")
    assert row.bytes > row.characters > 500


def test_the_year_of_a_file_name_may_be_either_year(tmp_path: Path) -> None:
    rows = audited(tmp_path, **{"2021_高唐": report_of("高唐县"), "2024_米易": report_of("米易县")})
    assert rows["2021_高唐"].findings == []
    assert any("year: the file name says 2024" in f for f in rows["2024_米易"].findings)


def test_a_file_under_the_wrong_county_is_found(tmp_path: Path) -> None:
    row = audited(tmp_path, **{"2022_唐县_130627": report_of("高唐县")})["2022_唐县_130627"]
    assert (row.place_by_file, row.place) == ("唐县", "高唐县")
    assert any("wrong place" in f for f in row.findings)


def test_missing_parts_are_named(tmp_path: Path) -> None:
    rows = audited(
        tmp_path,
        no_plan=report_of("米易县", REVIEW),
        cut=report_of("高唐县", REVIEW, PLAN + "（九）加快"),
        long_term=report_of(
            "曲阳县",
            REVIEW,
            PLAN.replace("2022年工作安排", "今后五年工作任务").replace("今年是", "今后五年是"),
            CLOSING,
        ),
    )
    assert rows["no_plan"].missing == "plan, ending"
    assert "no plan part" in rows["no_plan"].findings
    assert rows["cut"].missing == "ending, end of sentence"
    assert rows["long_term"].missing == "annual plan"


def test_one_page_of_several_is_told_from_a_whole_report() -> None:
    pager = "\n上一页\n1\n2\n3\n4\n下一页\n"
    part = read_text(report_of("高唐县", REVIEW) + pager)
    whole = read_text(report_of("高唐县") + pager)
    assert kind_of(part) is Kind.PART
    assert kind_of(whole) is Kind.REPORT


def test_news_drafts_templates_and_others_are_told() -> None:
    news = (
        "1月20日，高唐县第十七届人民代表大会第二次会议开幕。县长林海作政府工作报告。报告分为三个部分。\n"
        "报告指出，过去一年全县经济稳中有进，新建道路八公里，群众收入持续提高。\n"
        "报告提出，今年要抓好项目建设，办好民生实事。\n报告强调，要加强政府自身建设。\n" * 3
    )
    draft = report_of("高唐县").replace("政府工作报告\n", "政府工作报告\n（征求意见稿）\n", 1)
    speech = report_of("高唐县").replace("各位代表", "各位委员")
    blank = report_of("高唐县").replace("林 海", "XXX").replace("高唐县", "XX县").replace("亿元", "__亿元")
    other = "关于召开春季运动会的通知\n各学校：\n请做好组织工作，按时参加。" * 20
    assert kind_of(read_text(news)) is Kind.NEWS
    assert kind_of(read_text(draft)) is Kind.DRAFT
    assert kind_of(read_text(speech)) is Kind.DRAFT
    assert kind_of(read_text(blank)) is Kind.TEMPLATE
    assert kind_of(read_text(other)) is Kind.OTHER
    assert kind_of(read_text(report_of("高唐县"))) is Kind.REPORT


def test_a_plan_for_the_five_years_named_a_draft_is_no_draft() -> None:
    text = report_of("高唐县").replace("请予审议", "请连同《高唐县第十四个五年规划纲要（草案）》一并审议")
    assert kind_of(read_text(text)) is Kind.REPORT


@pytest.mark.parametrize("instead", ["_M_M_", "@@", "&#"])
def test_destroyed_percent_signs_are_found_whatever_stands_there(instead: str) -> None:
    text = report_of("高唐县").replace("%", instead)
    assert percent_signs_lost(text) == (instead, text.count(instead))
    assert any(name.startswith("percent signs as") for name in damage(text))


def test_units_and_whole_percent_signs_are_no_damage() -> None:
    text = report_of("高唐县") + "全年发电30万kW，新建管网50km，改造110kV线路，面积200m2。\n" * 9
    assert percent_signs_lost(text) is None
    assert damage(text) == {}


def test_runs_of_question_marks_are_counted(tmp_path: Path) -> None:
    text = report_of("高唐县").replace("群众满意度", "群众????满意度")
    assert damage(text) == {"question runs": 8}


def test_duplicates_and_versions_are_told_apart(tmp_path: Path) -> None:
    whole = report_of("高唐县")
    other = report_of("高唐县", REVIEW, PLAN.replace("项目", "工程").replace("群众", "百姓"), CLOSING)
    rows = audited(
        tmp_path,
        a=whole,
        b=whole.replace("同心协力", "携手同心"),
        c=other,
        d=report_of("米易县", "一、总结\n短。"),
    )
    assert rows["a"].duplicate_of == rows["a"].version_of == ""
    assert rows["b"].duplicate_of.endswith("a.txt")
    assert rows["c"].version_of.endswith("a.txt")
    assert not rows["d"].duplicate_of


def test_different_texts_are_no_copies() -> None:
    first = "".join(chr(0x4E00 + (i * 7919) % 5000) for i in range(3000))
    second = "".join(chr(0x4E00 + (i * 104729 + 17) % 5003) for i in range(3000))
    assert find_copies([first, second, "", "短"]) == []


def test_an_unreadable_file_gets_a_row_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "broken.docx").write_bytes(b"not a document")
    (row,) = audit_reports(read([tmp_path]))
    assert row.kind == "unreadable"
    assert row.findings


app = typer.Typer()
app.command()(audit)


def test_the_command_writes_machine_rows_to_stdout_and_talk_to_stderr(tmp_path: Path) -> None:
    (tmp_path / "2022_唐县.txt").write_text(report_of("高唐县"), "utf-8")
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert result.exit_code == 0
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert row["place"] == "高唐县"
    assert "wrong place" in row["findings"]
    assert "wrong place" in result.stderr
    out = tmp_path / "rows.jsonl"
    assert CliRunner().invoke(app, [str(tmp_path / "2022_唐县.txt"), "-o", str(out)]).exit_code == 0
    record = json.loads(out.read_text("utf-8"))
    assert record["year_planned"] == 2022
    assert isinstance(record["findings"], list)


def test_the_last_line_counts_all_documents(tmp_path: Path) -> None:
    (tmp_path / "2022_高唐县.txt").write_text(report_of("高唐县"), "utf-8")
    (tmp_path / "broken.docx").write_bytes(b"not a document")
    result = CliRunner().invoke(app, [str(tmp_path)])
    shown = result.stderr.splitlines()
    assert shown[0].strip() == "1 of 2 documents"
    assert shown[-1] == "all 2: 1 report, 1 unreadable"


def test_the_command_fails_where_a_file_could_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.docx").write_bytes(b"not a document")
    (tmp_path / "good.txt").write_text(report_of("高唐县"), "utf-8")
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert result.exit_code == 1
    assert len(list(csv.DictReader(io.StringIO(result.stdout)))) == 2


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the collected reports are not here")
def test_what_is_wrong_with_the_collected_counties_is_found() -> None:
    rows = {row.id: row for row in audit_reports(read([REPORTS / "county"]))}
    assert len(rows) == 54
    misfiled = {name for name, row in rows.items() if any("wrong place" in f for f in row.findings)}
    assert misfiled == {f"{year}_唐县_130627" for year in (2021, 2022, 2024, 2025)} | {"2024_易县_130633"}
    kinds = {name: row.kind for name, row in rows.items() if row.kind != "report"}
    assert kinds == {"2024_唐县_130627": "part", "2021_满城_130607": "news", "2003_清苑_130608": "draft"}
    percent = {name for name, row in rows.items() if "percent signs" in row.damage}
    assert percent == {"2008_顺平_130636"}
    assert [name for name, row in rows.items() if "no plan part" in row.findings] == ["2017_易县_130633"]
    assert sum(bool(row.findings) for row in rows.values()) <= 12
