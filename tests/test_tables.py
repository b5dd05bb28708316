"""Tables: what a researcher opens in pandas, R, Stata or Excel. Rows, keys, types and long or odd text survive every format."""

import csv
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas
import polars
import pytest

from govner.annotation import to_annotated
from govner.errors import UserError
from govner.reading import read_text
from govner.schema import AnnotatedReport, Entity, ReadFailure
from govner.tables.build import table_rows, write_tables
from govner.tables.columns import Column
from govner.tables.declared import TABLES
from govner.tables.inputs import Loaded, load
from govner.tables.lists import LISTS, list_rows
from govner.tables.rows import is_quoted
from govner.tables.writing import FORMATS

TEXT = """政府工作报告
（2022年1月12日在徐水县第十七届人民代表大会第二次会议上）
县长 周明
各位代表：
现在，我代表县人民政府向大会报告工作。
一、2021年工作回顾
（一）经济稳中向好。全县地区生产总值490.2亿元，增长9%。红杉大道全线通车；县农业农村局推行“一次办好”。
同时，我们清醒地看到，发展中还存在不少困难和问题：产业层次不高，一般公共预算收入增长乏力。
二、2022年工作安排
地区生产总值增长7%左右，农村居民人均可支配收入达到2.1万元。延伸红杉大道。
各位代表，让我们在县委的坚强领导下努力奋斗！
"""
MARKS = (
    ("地区生产总值", "INDICATOR"),
    ("红杉大道", "PROJECT"),
    ("县农业农村局", "ORG"),
    ("一次办好", "SLOGAN"),
    ("农村居民人均可支配收入", "INDICATOR"),
    ("县委", "ORG"),
)


def annotated(text=TEXT, id="qinghe", marks=MARKS) -> AnnotatedReport:
    """A report with its marks; a full-width blank in front of it shifts source from clean offsets."""
    report = read_text("　\n" + text, id=id, source=f"{id}.txt")
    entities = []
    for words, label in marks:
        at = -1
        while (at := report.text.find(words, at + 1)) >= 0:
            end = at + len(words)
            entities.append(
                Entity(
                    at, end, label, words, 0.9, report.heading_path(at), *report.alignment.to_source(at, end)
                )
            )
    return AnnotatedReport(
        report, tuple(sorted(entities, key=lambda e: e.start)), {"name": "hand", "version": "1"}
    )


def loaded(**kwargs) -> Loaded:
    return Loaded(annotated(**kwargs), True)


def no_model(reports):
    raise AssertionError("a model was asked for")
    yield


ALL = TABLES | LISTS


@pytest.fixture(scope="module")
def rows():
    return table_rows(loaded()) | list_rows()


def read_back(folder, format, name) -> list[dict]:
    """The rows of a table as the usual reader of its format gives them, absence as None."""
    path = folder / f"{name}{FORMATS[format]}"
    if format == "parquet":
        return polars.read_parquet(path).to_dicts()
    if format == "csv":
        frame = pandas.read_csv(path, dtype={c.name: str for c in ALL[name].columns if c.type == "string"})
    elif format == "dta":
        frame = pandas.read_stata(path)
        frame = frame.replace("", None)
    else:
        frame = pandas.read_excel(path, dtype={c.name: str for c in ALL[name].columns if c.type == "string"})
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def same(column: Column, wanted, got) -> bool:
    if wanted is None:
        return got is None
    if column.type == "date":
        return str(got)[:10] == wanted.isoformat()
    if column.type in ("number", "integer"):
        return float(got) == pytest.approx(float(wanted), rel=1e-12)
    return got == wanted


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_holds_every_row(tmp_path, rows, format):
    written = write_tables([loaded()], tmp_path, format)
    for name, table in ALL.items():
        got = read_back(tmp_path, format, name)
        assert len(got) == len(rows[name])
        assert name in LISTS or written.rows[name] == len(got)
        for wanted, row in zip(rows[name], got, strict=True):
            odd = [c.name for c in table.columns if not same(c, wanted[c.name], row[c.name])]
            assert not odd, (name, odd, wanted, row)
    assert {p.suffix for p in tmp_path.iterdir()} == {FORMATS[format], ".md", ".csv"}


def test_rows_refer_to_rows_that_are_there(rows):
    for name, table in ALL.items():
        keys = [row[table.key] for row in rows[name]]
        assert len(set(keys)) == len(keys)
        for column in table.columns:
            if column.refers:
                other, _, key = column.refers.partition(".")
                there = {row[key] for row in rows[other]}
                used = {row[column.name] for row in rows[name]} - {None}
                assert used <= there, (name, column.name)


def test_keys_are_the_same_again_and_from_json_lines(tmp_path, rows):
    path = tmp_path / "entities.jsonl"
    path.write_text(json.dumps(annotated().record(), ensure_ascii=False) + "\n", encoding="utf-8")
    (item,) = load([str(path)], no_model)
    again = table_rows(item)
    differ = {
        (name, column)
        for name in TABLES
        for one, two in zip(rows[name], again[name], strict=True)
        for column in one
        if one[column] != two[column]
    }
    # Only the alignment of what is no mention is not in the lines.
    assert {column for _, column in differ} <= {
        c for t in TABLES.values() for c in t.names if c.endswith(("source_start", "source_end"))
    }
    assert not [d for d in differ if d[0] == "mentions"]


def test_offsets_lead_to_the_words(rows):
    report = annotated().report
    for row in rows["sentences"] + rows["mentions"]:
        assert report.text[row["clean_start"] : row["clean_end"]] == row["text"]
        assert report.source_text[row["source_start"] : row["source_end"]] == row["text"]


def test_denominators_are_sums_over_the_sentences(rows):
    (report,) = rows["reports"]
    assert report["date"] == date(2022, 1, 12)
    assert (report["year_reviewed"], report["year_planned"]) == (2021, 2022)
    for role in ("opening", "review", "problems", "plan", "closing"):
        own = [row for row in rows["sentences"] if row["role"] == role]
        assert report[f"sentences_{role}"] == len(own)
        assert report[f"characters_{role}"] == sum(row["characters"] for row in own)
    assert report["sentences_review"] > 0 and report["sentences_problems"] > 0
    roles = [name for name in report if name.startswith("characters_")]
    assert sum(report[name] for name in roles) == report["characters"]
    assert report["characters"] == sum(not c.isspace() for c in annotated().report.text)


def test_sentences_know_their_heading(rows):
    by_text = {row["text"]: row for row in rows["sentences"]}
    assert by_text["一、2021年工作回顾"]["is_heading"]
    growth = by_text["全县地区生产总值490.2亿元，增长9%。"]
    assert growth["heading"] == "一、2021年工作回顾 / （一）经济稳中向好"
    assert not growth["is_heading"]


def test_a_record_leads_to_its_mention_figure_and_sentence(rows):
    mentions = {row["mention_id"]: row for row in rows["mentions"]}
    quantities = {row["quantity_id"]: row for row in rows["quantities"]}
    sentences = {row["sentence_id"]: row for row in rows["sentences"]}
    (record,) = [row for row in rows["records"] if row["value_text"] == "490.2亿元"]
    assert (record["value"], record["unit"], record["status"]) == (Decimal(49020000000), "元", "achieved")
    assert mentions[record["mention_id"]]["text"] == record["indicator"] == "地区生产总值"
    assert quantities[record["quantity_id"]]["text"] == "490.2亿元"
    assert "490.2亿元" in sentences[record["sentence_id"]]["text"]
    source = annotated().report.source_text
    assert source[record["value_source_start"] : record["value_source_end"]] == "490.2亿元"
    (target,) = [row for row in rows["records"] if row["value_text"] == "7%"]
    assert (target["status"], target["role"]) == ("target", "plan")
    assert target["period_start"] == date(2022, 1, 1)


def test_deliverables_and_stocks_are_told_apart_by_their_verb():
    text = TEXT.replace("红杉大道全线通车", "签约项目4个，开工项目3个；全县有卫生院5所，扩建学校2所")
    records = table_rows(loaded(text=text))["records"]
    found = {row["value_text"]: (row["verb"], row["indicator"]) for row in records}
    assert found["4个"][0] == "签约" and found["3个"][0] == "开工" and found["2所"][0] == "扩建"
    assert found["5所"][0] is None
    assert found["490.2亿元"] == (None, "地区生产总值")


def test_names_that_follow_each_other_make_one_series():
    text = TEXT.replace("全县地区生产总值490.2亿元，增长9%", "国内生产总值490.2亿元，农民人均纯收入3000元")
    marks = [(w.replace("地区", "国内"), label) for w, label in MARKS] + [("农民人均纯收入", "INDICATOR")]
    records = table_rows(loaded(text=text, marks=marks))["records"]
    found = {row["value_text"]: (row["indicator_id"], row["series_id"]) for row in records}
    assert found["490.2亿元"] == ("gdp_national", "gdp")
    # Another method makes another series, and the list says why.
    assert found["3000元"] == ("rural_net_income", "rural_net_income")
    links = {(row["indicator_id"], row["other_id"]): row for row in list_rows()["indicator_links"]}
    assert links["rural_net_income", "rural_income"]["year"] == 2013
    assert links["rural_net_income", "rural_income"]["reason"]
    assert not links["rural_net_income", "rural_income"]["renamed_only"]
    assert links["gdp_national", "gdp"]["renamed_only"]


def test_a_projects_amounts_keep_their_kind_and_bound():
    text = TEXT.replace("红杉大道全线通车", "总投资近20亿元的红杉大道全线通车")
    marks = [*MARKS, ("总投资", "INDICATOR")]
    (project,) = table_rows(loaded(text=text, marks=marks))["projects"]
    assert (project["amount_total"], project["amount_unit"]) == (Decimal(2_000_000_000), "元")
    assert project["amount_total_qualifier"] == "nearly"
    assert project["amount_completed"] is project["amount_completed_qualifier"] is None


def test_mentions_of_one_thing_lead_to_one_row(rows):
    mentions = [row for row in rows["mentions"] if row["text"] == "红杉大道"]
    (project,) = rows["projects"]
    assert len(mentions) == project["mentions"] == 2
    assert {row["project_id"] for row in mentions} == {project["project_id"]}
    assert project["first_mention_id"] == mentions[0]["mention_id"]
    gdp = {row["canonical_id"] for row in rows["mentions"] if row["text"] == "地区生产总值"}
    assert gdp == {"gdp"}
    assert {row["indicator_id"] for row in rows["records"] if row["indicator"] == "地区生产总值"} == {"gdp"}
    for organization in rows["organizations"]:
        own = [row for row in rows["mentions"] if row["organization_id"] == organization["organization_id"]]
        assert len(own) == organization["mentions"]
        assert {row["text"] for row in own} == set(organization["surfaces"].split(" | "))


def test_resolving_can_be_turned_off(rows):
    plain = table_rows(loaded(), without=("indicators", "slogans", "organizations", "projects"))
    assert plain["organizations"] == plain["projects"] == []
    names = ("canonical_id", "canonical_name", "canonical_evidence", "organization_id", "project_id")
    assert {row[name] for row in plain["mentions"] for name in names} == {None}
    assert {row["indicator_id"] for row in plain["records"]} == {None}
    some = table_rows(loaded(), without=("projects",))
    assert some["projects"] == []
    assert some["organizations"] == rows["organizations"] != []


def test_quoted(rows):
    quoted = {row["text"]: row["quoted"] for row in rows["mentions"]}
    assert quoted["一次办好"] is True
    assert quoted["县农业农村局"] is False
    assert is_quoted("以“甲、乙”为先", 4, 5)  # in a quoted list
    assert not is_quoted("“甲”和乙", 4, 5)  # after a quotation
    assert not is_quoted("“甲和乙", 3, 4)  # a mark that is never closed
    assert not is_quoted("“甲\n乙”", 3, 4)
    assert is_quoted("“金牛塘”行动", 0, 7)  # begins with one of its own


def test_the_codebook_says_something_of_every_column(tmp_path):
    write_tables([loaded()], tmp_path)
    text = (tmp_path / "codebook.md").read_text(encoding="utf-8")
    with open(tmp_path / "codebook.csv", encoding="utf-8-sig", newline="") as file:
        listed = {(row["table"], row["column"]): row for row in csv.DictReader(file)}
    for table in ALL.values():
        header = (tmp_path / f"{table.name}.csv").read_text(encoding="utf-8-sig").partition("\n")[0]
        assert tuple(header.strip().split(",")) == table.names
        assert f"## {table.name}" in text
        for column in table.columns:
            row = listed.pop((table.name, column.name))
            assert row["meaning"] and len(row["meaning"]) <= 80, "a Stata label holds 80"
            assert row["type"] == column.type
            assert column.unit or column.type != "number", f"{table.name}.{column.name}: no unit"
            assert f"`{column.name}`" in text
    assert not listed


def test_the_codebook_says_where_the_scores_stand_and_copies_none(tmp_path):
    write_tables([loaded()], tmp_path)
    text = (tmp_path / "codebook.md").read_text(encoding="utf-8")
    assert not re.findall(r"\b[01]\.\d{3}\b", text)
    named = set(re.findall(r"[\w/]+/README\.md", text))
    assert named >= {"evaluation/README.md", "corpus/names/README.md"}
    assert all((Path(__file__).parents[1] / name).is_file() for name in named)


def test_the_codebook_says_that_a_records_indicator_is_bared_of_verbs(tmp_path):
    text = "一、2021年工作回顾\n实现地区生产总值490.2亿元。\n"
    marks = (("实现地区生产总值", "INDICATOR"),)
    (row,) = table_rows(loaded(text=text, marks=marks))["records"]
    assert row["indicator"] == "地区生产总值"
    column = next(column for column in TABLES["records"].columns if column.name == "indicator")
    assert "without verbs" in column.measured and "in the report's words" not in column.meaning


def test_the_codebook_does_not_promise_ids_that_change_with_the_order_of_reports(tmp_path):
    one, other = loaded(text=TEXT), loaded(text=TEXT.replace("周明", "陈青"))
    path = tmp_path / "both.jsonl"
    heads = []
    for pair in ((one, other), (other, one)):
        lines = [json.dumps(item.annotated.record(), ensure_ascii=False) for item in pair]
        path.write_text("\n".join(lines), encoding="utf-8")
        read = [item.annotated.report for item in load([str(path)], no_model)]
        heads.append({report.id: "周明" in report.text for report in read})
    assert heads == [{"qinghe": True, "qinghe~2": False}, {"qinghe": False, "qinghe~2": True}]
    write_tables([one], tmp_path)
    text = (tmp_path / "codebook.md").read_text(encoding="utf-8")
    assert re.search(r"in the\s+same order", text) and "the same in every run." not in text


def test_no_column_is_renamed_by_stata(tmp_path, recwarn):
    write_tables([loaded()], tmp_path, "dta")
    assert not [w for w in recwarn if "Stata" in str(w.message)]
    with pandas.io.stata.StataReader(tmp_path / "mentions.dta") as reader:
        labels = reader.variable_labels()
    assert labels["quoted"] == "Whether it stands in quotation marks"


def test_reports_of_one_id_are_told_apart(tmp_path):
    path = tmp_path / "both.jsonl"
    lines = [json.dumps(annotated(id=id).record(), ensure_ascii=False) for id in ("a", "a", "a~2")]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = [item.annotated.report.id for item in load([str(path)], no_model)]
    assert found == ["a", "a~2", "a~2~2"]


def test_the_user_is_told_of_ids_that_repeat_and_of_reports_given_twice(govner, tmp_path):
    path = tmp_path / "both.jsonl"
    other = TEXT.replace("490.2", "480.1")
    reports = [annotated(id="a"), annotated(id="a"), annotated(id="a", text=other), annotated(id="b")]
    lines = [json.dumps(report.record(), ensure_ascii=False) for report in reports]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = govner("tables", path, "-o", tmp_path / "out")
    assert done.returncode == 0
    assert "same id as another report, so renamed: a~3\n" in done.stderr
    assert "counted twice (give each report once): a~2\n" in done.stderr
    alone = govner("tables", tmp_path / "both.jsonl", "-o", tmp_path / "out", "--without", "projects")
    assert "a~2" in alone.stderr


def test_failures_and_reports_and_lines_in_one_call(tmp_path):
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    (tmp_path / "one.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "two.jsonl").write_text(json.dumps(annotated().record()) + "\n", encoding="utf-8")

    def nothing_found(reports):
        for report in reports:
            yield to_annotated(report, Doc(Vocab(), words=list(report.text)), {"name": "none"})

    names = [str(tmp_path / name) for name in ("one.txt", "missing.txt", "two.jsonl")]
    found = list(load(names, nothing_found))
    assert [type(item).__name__ for item in found] == ["Loaded", "ReadFailure", "Loaded"]
    assert isinstance(found[1], ReadFailure) and "missing.txt" in found[1].source
    written = write_tables(found, tmp_path / "out")
    assert written.rows["reports"] == 2
    assert [failure.source for failure in written.failures] == [names[1]]


def test_a_damaged_line_is_named(tmp_path):
    path = tmp_path / "cut.jsonl"
    line = json.dumps(annotated().record(), ensure_ascii=False)
    path.write_text(line + "\n" + line[:300], encoding="utf-8")
    with pytest.raises(UserError, match=r"cut\.jsonl, line 2: not an annotated report"):
        list(load([str(path)], no_model))


def test_nothing_is_left_behind_after_a_failure(tmp_path):
    def items():
        yield loaded()
        raise UserError("stop")

    with pytest.raises(UserError):
        write_tables(items(), tmp_path, "parquet")
    assert not [p for p in tmp_path.iterdir() if p.is_dir()]


def test_the_command(govner, tmp_path):
    path = tmp_path / "entities.jsonl"
    path.write_text(json.dumps(annotated().record(), ensure_ascii=False) + "\n", encoding="utf-8")
    done = govner("tables", path, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "1 reports" in done.stderr and done.stdout == ""
    assert (tmp_path / "out" / "mentions.csv").is_file()
    wrong = govner("tables", path, "-o", tmp_path / "out", "--format", "sas")
    assert wrong.returncode == 2
    assert "--format sas: unknown; choose one of csv, parquet, xlsx, dta" in wrong.stderr
    unknown = govner("tables", path, "-o", tmp_path / "out", "--without", "places")
    assert "--without places: want any of indicators, slogans, organizations, projects" in unknown.stderr
    missing = govner("tables", tmp_path / "no.txt", path, "-o", tmp_path / "out2")
    assert missing.returncode == 1
    assert "no such file or folder" in missing.stderr
