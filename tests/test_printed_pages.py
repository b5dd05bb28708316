"""Printed pages: heads, feet and page numbers go from every page, lines of the report never do."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govner.reading import read, read_text
from govner.schema import Report

PLACES = ("东乡", "南乡", "西乡", "北乡", "中乡", "上乡", "下乡", "前乡", "后乡", "左乡", "右乡", "小乡")
#: Wrapped at one width, as in print; five lines a page break every paragraph somewhere.
PARAGRAPHS = [
    [
        f"{place}坚持稳中求进工作总基调，新建农村公路四十",
        "公里，城镇新增就业一千二百人，青溪水库灌区改",
        "造工程完工。",
    ]
    for place in PLACES
]
WHOLE = ["青溪县政府工作报告", *map("".join, PARAGRAPHS)]
LINES = [WHOLE[0], *(line for paragraph in PARAGRAPHS for line in paragraph)]
PAGES = [LINES[at : at + 5] for at in range(0, len(LINES), 5)]

#: What is printed above and below page n of N, by browser and language.
PRINTS = {
    "Chrome, English": ("11/28/26, 8:57 PM  青溪县政府工作报告_门户网站", "file:///tmp/报告/a.html  {n}/{N}"),
    "Chrome, Chinese": ("2026/11/28 20:57  青溪县政府工作报告", "https://www.example.gov.cn/art_{N}_12.html {n}/{N}"),
    "Chrome, afternoon": ("2026/11/28 下午8:57  青溪县政府工作报告", "http://www.example.gov.cn/a?id=3  {n}/{N}"),
    "Firefox": ("青溪县政府工作报告  https://www.example.gov.cn/a12.html", "{n} of {N}  11/28/2026, 8:57 PM"),
    "Firefox, Chinese": ("青溪县政府工作报告  https://www.example.gov.cn/a12.html", "第 {n} 页，共 {N} 页  2026/11/28 20:57"),
    "Safari": ("青溪县政府工作报告  2026/11/28 20:57", "https://www.example.gov.cn/a12.html  第 {n} 页（共 {N} 页）"),
    "a head with the page": ("青溪县人民政府文件  · {n} ·", "{n} / {N}"),
    "a head and bare numbers": ("青溪县第十届人民代表大会文件", "{n}"),
}  # fmt: skip


def write_pdf(path: Path, pages: list[list[str]], head: str, foot: str) -> None:
    """A PDF with a line above and a line below each page; ``{n}`` and ``{N}`` stand for the page and the last."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    pdf = canvas.Canvas(str(path))
    for number, lines in enumerate(pages, 1):
        pdf.setFont("STSong-Light", 12)
        pdf.drawString(60, 810, head.format(n=number, N=len(pages)))
        for at, line in enumerate(lines):
            pdf.drawString(60, 780 - 22 * at, line)
        pdf.drawString(60, 40, foot.format(n=number, N=len(pages)))
        pdf.showPage()
    pdf.save()


def only(path: Path) -> Report:
    (found,) = read([path])
    assert isinstance(found, Report), found
    return found


@pytest.mark.parametrize("name", PRINTS)
def test_heads_and_feet_go_from_every_page_and_paragraphs_go_on(tmp_path: Path, name: str) -> None:
    head, foot = PRINTS[name]
    write_pdf(tmp_path / "a.pdf", PAGES, head, foot)
    report = only(tmp_path / "a.pdf")
    text = report.text.split("\n")
    if head == "青溪县第十届人民代表大会文件":  # above the first page it may be the title
        assert text.pop(0) == head
    assert text == WHOLE


@pytest.mark.parametrize("name", ["Chrome, English", "Chrome, Chinese", "Firefox"])
def test_a_print_of_two_pages(tmp_path: Path, name: str) -> None:
    write_pdf(tmp_path / "a.pdf", [LINES[:17], LINES[17:]], *PRINTS[name])
    assert only(tmp_path / "a.pdf").text.split("\n") == WHOLE


@pytest.mark.parametrize("name", ["Chrome, English", "Chrome, Chinese"])
def test_a_print_of_one_page(tmp_path: Path, name: str) -> None:
    write_pdf(tmp_path / "a.pdf", [LINES[:31]], *PRINTS[name])
    assert only(tmp_path / "a.pdf").text.split("\n") == WHOLE[:11]


def test_a_print_from_chromium(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium here (apt-get install chromium)")
    words = [
        "".join(f"{place}第{n}村建成水渠与公路，村民就业稳定，" for n in "一二三四五六七八九十") * 2
        + "成效明显。"
        for place in PLACES
    ]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in ["各位代表：", *words])
    (tmp_path / "报告.html").write_text(
        f"<meta charset=utf-8><title>青溪县政府工作报告 - 门户网站</title>{body}", encoding="utf-8"
    )
    command = [
        chromium,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--print-to-pdf={tmp_path / 'a.pdf'}",
    ]
    subprocess.run(
        [*command, (tmp_path / "报告.html").as_uri()], check=True, capture_output=True, timeout=120
    )
    report = only(tmp_path / "a.pdf")
    assert report.meta["pages"] > 2
    assert "file://" in report.source_text
    assert report.text.split("\n") == ["各位代表：", *words]


FURNITURE = {"running head", "printed by a browser", "page number"}
#: Short lines as bodies have them: headings, greetings, cells of a table, dates, the name of the place.
SHORT = [
    "一、2023年工作回顾", "（一）农业", "1.水利", "各位代表：", "12", "85", "2021", "3.5%", "1/30", "单位：万元",
    "青溪县", "2023年1月9日", "8:30", "二是修路", "公里", "主要指标", "第3位", "2/7",
]  # fmt: skip


@given(
    st.lists(st.lists(st.sampled_from(SHORT), min_size=1, max_size=6), min_size=2, max_size=6), st.booleans()
)
def test_no_line_of_the_body_goes_for_standing_at_an_edge(bodies: list[list[str]], printed: bool) -> None:
    # The first and last three lines of a page are the ones in danger; what returns on two pages is still the body's.
    used: dict[str, int] = {}
    pages = []
    for body in bodies:
        lines = [line for line in dict.fromkeys(body) if used.get(line, 0) < 2]
        used |= {line: used.get(line, 0) + 1 for line in lines}
        pages.append(lines)
    head, foot = "11/28/26, 8:57 PM 报告", "https://www.example.gov.cn/a.html {n}/{N}"
    framed = [
        [head, *lines, foot.format(n=n, N=len(pages))] if printed else lines
        for n, lines in enumerate(pages, 1)
    ]
    report = read_text("\f".join("\n".join(page) for page in framed))
    gone = [report.source_text[d.start : d.end] for d in report.dropped if d.reason in FURNITURE]
    gone_lines = {line for stretch in gone for line in re.split("[\n\f]", stretch)}
    assert not gone_lines & set(used)
    assert printed == (head in gone_lines)


def test_a_cell_at_the_end_of_a_page_is_no_page_number() -> None:
    pages = ["主要指标\n粮食（万吨）\n85", "水产（万吨）\n12", "畜牧业产值\n7", "完"]
    assert read_text("\f".join(pages)).text.split("\n")[2:5:2] == ["85", "12"]
    numbered = [f"{page}\n{number}" for number, page in enumerate(pages, 4)]
    assert read_text("\f".join(numbered)).text == read_text("\f".join(pages)).text


@pytest.mark.parametrize("label", ["项目{}", "表 {}", "附表{}："])
def test_captions_that_count_with_the_pages_stay(label: str) -> None:
    pages = [f"{label.format(n)}\n{place}新建农村公路四十公里。" for n, place in enumerate(PLACES[:4], 1)]
    report = read_text("\f".join(pages))
    assert not [d for d in report.dropped if d.reason in FURNITURE]


def test_a_title_stays_above_heads_of_other_pages() -> None:
    pages = [
        f"青溪县第十届人大文件 {n}\n{place}新建农村公路四十公里。" for n, place in enumerate(PLACES[:6], 1)
    ]
    pages[4] = pages[4].partition("\n")[2]  # not on every page
    assert read_text("\f".join(pages)).text.split("\n")[:2] == [
        "青溪县第十届人大文件1",
        "东乡新建农村公路四十公里。",
    ]
