"""A user's own validation, from annotated reports to a coded sheet and its scores."""

import json

import pytest
import typer
from openpyxl import load_workbook
from typer.testing import CliRunner

from govner import cli_evaluate
from govner.errors import UserError
from govner.evaluation.coding_sheet import Coded, read_sheet
from govner.evaluation.sampling import draw, read_annotated, sentences
from govner.evaluation.validation import validate


def record(id, level, rows):
    text, entities = "", []
    for sentence, found in rows:
        for surface, label in found:
            at = len(text) + sentence.index(surface)
            entities.append({"start": at, "end": at + len(surface), "label": label, "score": 0.9})
        text += sentence
    return {
        "id": id,
        "text": text,
        "entities": entities,
        "meta": {"level": level, "year": 2024},
        "model": {"name": "m"},
    }


@pytest.fixture
def annotated(tmp_path):
    path = tmp_path / "entities.jsonl"
    rows = [(f"市委部署第{n}项工作。", [("市委", "ORG")]) for n in range(30)] + [
        (f"第{n}天下雨。\n", []) for n in range(30)
    ]
    lines = [json.dumps(record(id, level, rows)) for id, level in (("a", "city"), ("b", "town"))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def cli(command, *arguments):
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)


def test_the_draw_is_seeded_stratified_and_holds_sentences_without_predictions(annotated):
    found = [s for r in read_annotated([str(annotated)]) for s in sentences(r, ["level"])]
    cells = draw(found, 40, seed=1)
    assert {(c.stratum, c.predicted, c.population) for c in cells} == {
        (level, predicted, 30) for level in ("city", "town") for predicted in (True, False)
    }
    assert cells == draw(found, 40, seed=1) != draw(found, 40, seed=2)
    assert all(s.text[e.start : e.end] == "市委" for c in cells for s in c.drawn for e in s.entities)


def test_from_sheet_to_scores(annotated, tmp_path):
    sheet = tmp_path / "sheet.xlsx"
    assert (
        cli(cli_evaluate.validate, annotated, "-o", sheet, "--by", "level", "--sentences", 40).exit_code == 0
    )
    book = load_workbook(sheet)
    for row in book["predictions"].iter_rows(min_row=2):
        row[4].value = "right" if row[0].value.startswith("a:") else "wrong"
    missed = list(book["missed"].iter_rows(min_row=2))
    for row in missed:
        row[2].value = "x"
    missed[-1][3].value = "indicator：降雨"
    book.save(sheet)
    result = cli(cli_evaluate.validate_score, sheet, "--json", tmp_path / "out.json")
    assert result.exit_code == 0
    data = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert data["strata"]["city"]["precision"] == 1
    assert data["strata"]["town"]["precision"] == 0
    assert data["labels"]["INDICATOR"]["missed"] == 1
    assert {d["measure"]: d["p"] < 0.01 for d in data["differences"]}["precision"]
    with pytest.raises(UserError, match="is there already"):
        cli(cli_evaluate.validate, annotated, "-o", sheet)


def test_the_input_is_looked_at_first_and_other_files_are_no_sheets(tmp_path):
    (tmp_path / "coding.xlsx").write_bytes(b"my work")
    with pytest.raises(UserError, match=r"nope\.jsonl: no such file"):
        cli(cli_evaluate.validate, tmp_path / "nope.jsonl", "-o", tmp_path / "coding.xlsx")
    (tmp_path / "records.csv").write_text("a,b\n", encoding="utf-8")
    for name in ("coding.xlsx", "records.csv"):
        with pytest.raises(UserError, match=f"{name}: not a coding sheet"):
            cli(cli_evaluate.validate_score, tmp_path / name)


def test_a_half_coded_sheet_says_what_is_left_and_mistakes_name_the_row(annotated, tmp_path):
    sheet = tmp_path / "sheet.xlsx"
    cli(cli_evaluate.validate, annotated, "-o", sheet, "--by", "level", "--sentences", 20)
    book = load_workbook(sheet)
    first = book["predictions"]["A2"].value
    book["predictions"]["E2"].value = "right"
    for row in book["missed"].iter_rows(min_row=2):
        if row[0].value == first:
            row[2].value = "x"
    book.save(sheet)
    _, coded, left = read_sheet(sheet)
    assert len(coded) == 1
    assert left > 10
    book["predictions"]["E3"].value = "maybe"
    book.save(sheet)
    with pytest.raises(UserError, match="row 3: 'maybe' is no verdict"):
        read_sheet(sheet)


def test_weights_by_hand():
    """One sentence stands for 30 with a right prediction, one for 10 with a missed entity."""
    coded = [Coded("x", True, 30, (("ORG", "right"),), ()), Coded("x", False, 10, (), ("ORG",))]
    found = validate(coded, ["ORG"])
    assert (found.labels["all"].precision, found.labels["all"].recall) == (1, 0.75)


def test_wrong_edges_can_be_forgiven():
    coded = [Coded("x", True, 1, (("ORG", "right"), ("ORG", "wrong edge")), ())]
    found = validate(coded, ["ORG"])
    assert (found.labels["all"].precision, found.labels["all"].recall) == (0.5, 0.5)
    assert (found.forgiving.precision, found.forgiving.recall) == (1, 1)


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    path = tmp_path / "e.jsonl"
    path.write_text(
        json.dumps(record("a", "city", [("=HYPERLINK(市委)。", [("市委", "ORG")])])) + "\n", encoding="utf-8"
    )
    cli(cli_evaluate.validate, path, "-o", tmp_path / "s.xlsx")
    cell = load_workbook(tmp_path / "s.xlsx")["missed"]["B2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'=")


def test_strata_come_from_what_reading_found():
    found = record("a", "county", [("市委部署工作。", [("市委", "ORG")])])
    found["meta"] = {"level": "county", "year_planned": 2022, "place_path": "江西省宜春市樟树市"}
    (one,) = sentences(found, ["year", "province", "place", "role"])
    assert one.stratum.split(" / ")[:3] == ["2022", "江西省", "unknown"]
