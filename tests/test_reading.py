"""Files of every format come in as reports; what cannot be read says why and what to do."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from govner.errors import UserError
from govner.reading import read
from govner.schema import ReadFailure, Report

LINES = [
    "青溪县2024年政府工作报告",
    "各位代表：",
    "一、2023年工作回顾",
    "一年来，我们坚持稳中求进，新建农村公路四十公里，城镇新增就业一千二百人。",
    "二、2024年工作安排",
    "我们要扎实做好各项工作，让群众看到变化、得到实惠，为建设更加美好的青溪而努力奋斗！",
]
TEXT = "\n".join(LINES)
LONG = "\n".join(LINES + [f"{i}.建成第{i}批项目，完成投资{i}亿元。" for i in range(40)])


def only(found: object) -> Report:
    reports = list(found)  # type: ignore[call-overload]
    assert len(reports) == 1, reports
    assert isinstance(reports[0], Report), reports[0]
    return reports[0]


def failure(path: object, **options: str) -> str:
    found = list(read([str(path)], **options))
    assert len(found) == 1
    assert isinstance(found[0], ReadFailure), found[0]
    return found[0].reason


def write_docx(path: Path) -> None:
    document = docx.Document()
    for line in LINES[:4]:
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "粮食产量", "二十万吨"
    boxed = document.add_paragraph(LINES[4])
    boxed.add_run()._r.append(
        parse_xml(
            f"<w:pict {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml'>"
            "<v:shape><v:textbox><w:txbxContent>"
            "<w:p><w:r><w:t>框中的话。</w:t></w:r></w:p></w:txbxContent>"
            "</v:textbox></v:shape></w:pict>"
        )
    )
    last = document.add_paragraph()
    last._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>{LINES[5]}</w:t></w:r></w:ins>"))
    last._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>删去的话</w:delText></w:r></w:del>"))
    document.save(str(path))


def write_pdf(path: Path, pages: list[list[str]], numbered: bool = True) -> None:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    pdf = canvas.Canvas(str(path))
    for number, lines in enumerate(pages, 1):
        pdf.setFont("STSong-Light", 12)
        for at, line in enumerate(lines):
            pdf.drawString(60, 780 - 22 * at, line)
        if numbered and lines:
            pdf.drawString(300, 40, f"— {number} —")
        pdf.showPage()
    pdf.save()


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.report", "a"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text(tmp_path: Path, name: str, encoding: str) -> None:
    (tmp_path / name).write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))
    report = only(read([tmp_path / name]))
    assert report.text == TEXT
    assert report.id == "a"
    assert report.meta["encoding"] == encoding.removesuffix("-sig")
    assert report.source_text == TEXT.replace("\n", "\r\n")


def test_docx_in_the_order_in_which_things_stand(tmp_path: Path) -> None:
    write_docx(tmp_path / "报告.docx")
    report = only(read([tmp_path / "报告.docx"]))
    assert report.id == "报告"
    assert report.source_text.split("\n") == [
        *LINES[:4],
        "粮食产量\t二十万吨",
        LINES[4],
        "框中的话。",
        LINES[5],
    ]


def test_pdf_with_page_numbers_running_heads_and_wraps(tmp_path: Path) -> None:
    paragraphs = [
        [
            f"{place}坚持稳中求进工作总基调，新建农村公路四十",
            "公里，城镇新增就业一千二百人，青溪水库灌区改",
            "造工程完工。",
        ]
        for place in ("东乡", "南乡", "西乡", "北乡", "中乡", "上乡", "下乡", "前乡")
    ]
    pages = [[LINES[0], *(line for p in paragraphs[at : at + 3] for line in p)] for at in (0, 3, 6)]
    write_pdf(tmp_path / "a.pdf", pages)
    report = only(read([tmp_path / "a.pdf"]))
    assert report.meta["pages"] == 3
    assert report.text.split("\n") == [LINES[0], *map("".join, paragraphs)]
    assert {d.reason for d in report.dropped} >= {"page number", "running head"}


def test_pdf_without_a_text_layer_asks_for_ocr(tmp_path: Path) -> None:
    write_pdf(tmp_path / "scan.pdf", [[], ["1"]], numbered=False)
    assert "OCR" in failure(tmp_path / "scan.pdf")


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "big5"])
def test_html(tmp_path: Path, charset: str) -> None:
    body = "".join(f"<p>　　{line[:9]}<b>{line[9:]}</b></p>\n" for line in LINES)
    page = (
        f"<html><head><meta charset='{charset}'><title>页面</title><style>p {{}}</style>"
        "<meta name='PubDate' content='2024-02-01 09:30'>"
        "<meta name='ContentSource' content='青溪日报'></head>"
        "<body><div>当前位置：<a>首页</a> &gt; <a>公开</a></div><script>var a = '各位代表';</script>"
        f"<!-- 注 -->{body}<table><tr><td>上一篇：</td><td>没有了</td></tr></table></body></html>"
    )
    if charset == "big5":
        page = page.encode("big5", "ignore").decode("big5")
    (tmp_path / "a.html").write_bytes(page.encode(charset))
    report = only(read([tmp_path / "a.html"]))
    if charset != "big5":
        assert report.text == TEXT
        assert report.meta["published"] == "2024-02-01 09:30"
        assert report.meta["origin"] == "青溪日报"
    assert "<" not in report.source_text
    assert "var a" not in report.source_text


PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府工作报告_青溪县</title>
<meta name="ArticleTitle" content="青溪县2024年政府工作报告"></head><body>
<div><a>长者模式</a> <a>无障碍</a> <a>登录</a> <a>注册</a></div>
<ul><li>首页</li><li>走进青溪</li><li>新闻中心</li><li>政务公开</li><li>互动交流</li></ul>
<div>您现在的位置：<a>首页</a> &gt; <a>政务公开</a> &gt; <a>政府工作报告</a></div>
<table><tr><th>索引号：</th><td>QX001/2024-0001</td><th>主题分类：</th><td>政府工作报告</td></tr>
<tr><th>发布机构：</th><td>青溪县人民政府办公室</td><th>发文日期：</th><td>2024年02月01日</td></tr></table>
<h1>青溪县2024年政府工作报告</h1>
<div>发布时间：2024-02-01 09:30 来源：青溪县人民政府办公室 浏览次数：<span>1288</span>次
字号：[<a>大</a> <a>中</a> <a>小</a>] <a>打印</a></div>
<p align="center">——2024年1月15日在青溪县第十届人民代表大会第三次会议上</p><p>县长　林　远</p>
<p>各位代表：</p><p>　　一年来，我们坚持稳中求进，新建农村公路四十公里。</p>
<div>附件：<a>青溪县2024年政府工作报告.docx</a></div><div>扫一扫在手机打开当前页</div>
<div>【<a>打印本页</a>】【<a>关闭窗口</a>】</div><div>上一篇：<a>青溪县2023年政府工作报告</a></div>
<div><p>友情链接</p><p>中国政府网</p><p>主办：青溪县人民政府办公室 承办：数据局 电话：00</p>
<p>青ICP备0500号 网站标识码：3300000000</p><p>网站支持IPv6</p></div></body></html>"""


def test_a_whole_page_of_a_government_site(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    report = only(read([tmp_path / "a.html"]))
    assert report.text.split("\n") == [
        "青溪县2024年政府工作报告",
        "——2024年1月15日在青溪县第十届人民代表大会第三次会议上",
        "县长 林远",
        "各位代表：",
        "一年来，我们坚持稳中求进，新建农村公路四十公里。",
    ]
    expected = {
        "index_number": "QX001/2024-0001",
        "publisher": "青溪县人民政府办公室",
        "issued": "2024年02月01日",
        "published": "2024-02-01 09:30",
        "views": "1288",
    }
    assert expected.items() <= report.meta.items()


@pytest.mark.parametrize(("suffix", "delimiter"), [(".csv", ","), (".tsv", "\t"), (".csv", ";")])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_tables_as_text(tmp_path: Path, suffix: str, delimiter: str, encoding: str) -> None:
    path = tmp_path / f"表{suffix}"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows(
            [
                ["place", "year", "full_text"],
                ["青溪县", "2024", TEXT],
                ["白石县", "2023", LONG],
                ["空县", "", ""],
            ]
        )
    reports = list(read([path]))
    assert [r.id for r in reports if isinstance(r, Report)] == ["表-1", "表-2"]
    assert isinstance(reports[0], Report)
    assert reports[0].text == TEXT
    assert {"place": "青溪县", "year": "2024", "row": 1}.items() <= reports[0].meta.items()


def test_a_table_with_one_long_column_and_identifiers(tmp_path: Path) -> None:
    rows = [["编号", "标题", "甲"], ["x1", "一", LONG], ["x2", "二", LONG]]
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    (tmp_path / "a.csv").write_text(buffer.getvalue(), encoding="utf-8")
    assert [r.id for r in read([tmp_path / "a.csv"]) if isinstance(r, Report)] == ["x1", "x2"]


def test_the_text_column_is_asked_for_where_none_is_obvious(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("甲,乙\n短,也短\n", encoding="utf-8")
    assert "--text-column: 甲, 乙" in failure(tmp_path / "a.csv")
    assert only(read([tmp_path / "a.csv"], text_column="乙")).source_text == "也短"
    assert "no column '丙'" in failure(tmp_path / "a.csv", text_column="丙")


def test_very_large_cells(tmp_path: Path) -> None:
    text = "\n".join(f"{i}.建成第{i}批项目，完成投资{i}亿元。" for i in range(12_000))
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["id", "text"], ["a", text]])
    (tmp_path / "a.csv").write_text(buffer.getvalue(), encoding="utf-8")
    report = only(read([tmp_path / "a.csv"]))
    assert report.text == text
    assert len(text) > 131_072


def test_xlsx(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [["地区", "年份", "正文"], ["青溪县", 2024, TEXT], [None, None, None], ["白石县", 2023, LONG]]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    first, second = (r for r in read([tmp_path / "a.xlsx"]) if isinstance(r, Report))
    assert (first.text, first.meta["年份"], second.meta["地区"]) == (TEXT, 2024, "白石县")


def test_xlsx_without_openpyxl_fails_alone_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 xl/")
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    workbook, report = read([tmp_path])
    assert isinstance(workbook, ReadFailure) and "pip install 'govner[tables]'" in workbook.reason
    assert isinstance(report, Report) and report.text == TEXT


@pytest.mark.parametrize("table", ["a\n1\n2\n", "text\n1.5\n\n", "年份,text\n2023,12\n"])
def test_a_table_without_text_is_not_read_as_reports(tmp_path: Path, table: str) -> None:
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    assert "no column looks like text; name it with --text-column" in failure(tmp_path / "a.csv")
    name = table.split("\n")[0].split(",")[-1]
    assert isinstance(next(read([tmp_path / "a.csv"], text_column=name)), Report)


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")  # a copy is another file
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    again: list[str] = []
    names = [tmp_path / "a.txt", tmp_path, tmp_path / ".." / tmp_path.name / "b.txt", str(tmp_path / "*.txt")]
    assert [r.id for r in read(names, repeated=again.append) if isinstance(r, Report)] == ["a", "b"]
    assert [Path(name).name for name in again] == ["a.txt", "link.txt", "b.txt", "a.txt", "b.txt", "link.txt"]


def test_jsonl(tmp_path: Path) -> None:
    rows = [{"id": "a", "text": TEXT, "year": 2024}, {"id": "b", "text": LONG, "year": 2023}]
    (tmp_path / "a.jsonl").write_text(
        "\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n", encoding="utf-8"
    )
    first, second = (r for r in read([tmp_path / "a.jsonl"]) if isinstance(r, Report))
    assert (first.id, first.text, first.meta["year"], second.id) == ("a", TEXT, 2024, "b")
    (tmp_path / "b.jsonl").write_text('{"text": "一"}\nnot json\n', encoding="utf-8")
    assert "line 2 is not JSON" in failure(tmp_path / "b.jsonl")


def test_folders_globs_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "深" / "层").mkdir(parents=True)
    for name in ("b.txt", "深/a.md", "深/层/c.html", "深/~$锁.docx", ".hidden.txt", "图.png"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    ids = [r.id for r in read([tmp_path]) if isinstance(r, Report)]
    assert sorted(ids) == ["a", "b", "c"]
    assert [r.id for r in read([f"{tmp_path}/**/*.md"]) if isinstance(r, Report)] == ["a"]
    assert [r.id for r in read([f"{tmp_path}/深*"]) if isinstance(r, Report)] == ["a", "c"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode("gb18030"))))
    report = only(read(["-"]))
    assert (report.id, report.source, report.text) == ("stdin", "-", TEXT)


def test_a_batch_goes_on_after_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("", encoding="utf-8")
    (tmp_path / "b.docx").write_bytes(b"PK\x03\x04 broken word/")
    (tmp_path / "c.txt").write_text(TEXT, encoding="utf-8")
    found = list(read([tmp_path, str(tmp_path / "none.txt")]))
    assert [type(f).__name__ for f in found] == ["ReadFailure", "ReadFailure", "Report", "ReadFailure"]
    assert all(
        isinstance(f, Report) or f.source in (str(tmp_path / n) for n in ("a.txt", "b.docx", "none.txt"))
        for f in found
    )


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n ", "empty"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .docx"),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .docx"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .xlsx"),
        ("a.ofd", b"PK\x03\x04", "OFD"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(99), "OCR"),
        ("a.jpg", b"\xff\xd8\xff" + bytes(99), "OCR"),
        ("a.docx", b"PK\x03\x04" + bytes(99), "damaged Word"),
        ("a.docx", b"not a zip", "damaged Word"),
        ("a.pdf", b"%PDF-1.7\n" + bytes(99), "damaged PDF"),
        ("a.xlsx", b"PK\x03\x04 xl/" + bytes(99), "damaged workbook"),
        ("a.html", b"<html><body><script>x</script></body></html>", "no text"),
        ("a.csv", b"a,b\n", "no rows"),
        ("a.txt", b"<p>&nbsp;</p>", "no report in it"),
        ("a.zip", b"PK\x03\x04" + bytes(99), "unknown format"),
        ("a.txt", bytes(range(256)) * 9, "not text"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    if name.endswith(".xlsx"):
        pytest.importorskip("openpyxl")
    (tmp_path / name).write_bytes(data)
    assert message in failure(tmp_path / name)


def test_inputs_that_are_not_there(tmp_path: Path) -> None:
    assert "no such file" in failure(tmp_path / "none.txt")
    assert "no file matches" in failure(f"{tmp_path}/*.txt")
    assert "no readable file" in failure(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0)
    assert "permission" in failure(path)


def test_an_encoding_that_is_not_one() -> None:
    with pytest.raises(UserError, match="unknown"):
        list(read(["a.txt"], encoding="klingon"))


def test_an_encoding_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode("gb18030"))
    assert only(read([tmp_path / "a.txt"], encoding="gbk")).text == TEXT
    assert "it is not utf-8" in failure(tmp_path / "a.txt", encoding="utf-8")
