"""The formats of tables: odd and long text, types and absence come back as they were from each."""

from datetime import date
from decimal import Decimal

import openpyxl
import pandas
import polars
import pytest

from govner.tables.columns import Column, Table
from govner.tables.writing import FORMATS, open_table

ODD = Table(
    "odd",
    "an odd thing",
    "",
    (
        Column("id", "string", "id"),
        Column("text", "string", "text"),
        Column("value", "number", "value"),
        Column("count", "integer", "count"),
        Column("sure", "boolean", "sure"),
        Column("day", "date", "day"),
    ),
)
ODD_TEXTS = [
    "=1+1",
    "+86",
    "-3",
    "@sum(A1)",
    "#N/A",
    '逗号,引号"换行\n，制表\t。',
    "_x000D_",
    "𠮷野家😀",
    "007",
    "TRUE",
    "长" * 3000,
]


@pytest.mark.parametrize("format", FORMATS)
def test_odd_text_stays_as_it_is(tmp_path, format):
    wanted = [
        {
            "id": str(n),
            "text": text,
            "value": Decimal("0.1"),
            "count": n,
            "sure": n % 2 == 0,
            "day": date(2021, 2, 1),
        }
        for n, text in enumerate(ODD_TEXTS)
    ]
    wanted.append({"id": "none", "text": "", "value": None, "count": None, "sure": None, "day": None})
    writer = open_table(format, tmp_path, ODD)
    writer.write([ODD.row(row) for row in wanted])
    writer.close()
    assert writer.notes == []
    path = tmp_path / f"odd{FORMATS[format]}"
    keep = {"keep_default_na": False, "dtype": str}
    if format == "csv":
        got = list(pandas.read_csv(path, **keep)["text"])
    elif format == "xlsx":
        sheet = openpyxl.load_workbook(path).active
        cells = [row[1] for row in sheet.iter_rows(min_row=2)]
        assert all(cell.data_type == "s" for cell in cells[:-1])
        assert sheet["F2"].is_date and sheet["F2"].value.date() == date(2021, 2, 1)
        assert sheet["E2"].value is True
        got = ["" if cell.value is None else cell.value for cell in cells]
    elif format == "dta":
        frame = pandas.read_stata(path)
        assert str(frame["day"].dtype).startswith("datetime64")
        assert frame["count"].isna().sum() == frame["sure"].isna().sum() == 1
        got = list(frame["text"])
    else:
        frame = polars.read_parquet(path)
        assert [str(kind) for kind in frame.dtypes] == [
            "String",
            "String",
            "Float64",
            "Int64",
            "Boolean",
            "Date",
        ]
        got = ["" if text is None else text for text in frame["text"]]
    assert got == [*ODD_TEXTS, ""]


def test_a_text_too_long_for_excel_is_cut_in_the_open(tmp_path):
    writer = open_table("xlsx", tmp_path, ODD)
    row = {"id": "a:s0", "text": "😀" * 20_000, "value": None, "count": None, "sure": None, "day": None}
    writer.write([ODD.row(row)])
    writer.close()
    (note,) = writer.notes
    assert "a:s0" in note and "odd.text" in note
    cell = openpyxl.load_workbook(tmp_path / "odd.xlsx").active["B2"].value
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith("characters do not fit this cell]")


def test_control_characters_do_not_stop_excel(tmp_path):
    writer = open_table("xlsx", tmp_path, ODD)
    row = {"id": "a", "text": "甲\x00乙\x0b", "value": None, "count": None, "sure": None, "day": None}
    writer.write([ODD.row(row)])
    writer.close()
    assert openpyxl.load_workbook(tmp_path / "odd.xlsx").active["B2"].value == "甲\ufffd乙\ufffd"


def test_a_sheet_that_is_full_goes_on_in_another_file(tmp_path, monkeypatch):
    monkeypatch.setattr("govner.tables.writing_xlsx.SHEET_ROWS", 3)
    writer = open_table("xlsx", tmp_path, ODD)
    row = {"text": "甲", "value": None, "count": None, "sure": None, "day": None}
    writer.write([ODD.row({**row, "id": str(n)}) for n in range(5)])
    writer.close()
    ids = [
        cell.value
        for name in ("odd.xlsx", "odd_2.xlsx", "odd_3.xlsx")
        for cell in openpyxl.load_workbook(tmp_path / name).active["A"][1:]
    ]
    assert ids == ["0", "1", "2", "3", "4"]
    assert [("odd_2.xlsx" in note) or ("odd_3.xlsx" in note) for note in writer.notes] == [True, True]


def test_a_row_that_is_not_as_declared_is_refused():
    row = {"id": "a", "text": "甲", "value": None, "count": None, "sure": None, "day": None}
    with pytest.raises(ValueError, match=r"odd\.count: '1' is not a integer"):
        ODD.row({**row, "count": "1"})
    with pytest.raises(ValueError, match="columns day are not those declared"):
        ODD.row({name: row[name] for name in row if name != "day"})
