"""The page of one report in a real browser: text stays text, and records and figures lead to each other."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govner.quantities.schema import Quantity
from govner.reading import read_text
from govner.reading.structure import sections
from govner.records.schema import MeasuredQuantity, Record, ReportRecords
from govner.schema import Alignment, AnnotatedReport, Entity
from govner.view.marking import Mark, pieces
from govner.view.page import render

EVIL = '<script>document.title="taken"</script><img src=x onerror="document.title=1">&amp;'
FILLER = "全县上下凝心聚力，各项事业稳步向前。" * 40
TEXT = f"""政府工作报告
各位代表：
一、2021年工作回顾
（一）经济稳中向好
地区生产总值490.2亿元，增长9%。{EVIL}县农业农村局推行“一次办好”。新建农村公路12.3公里。
{FILLER}
二、2022年工作安排
地区生产总值、财政收入均增长7%。粮食总产量高于全市平均水平。
{FILLER}
"""
LABELS = {
    "地区生产总值": "INDICATOR",
    "县农业农村局": "ORG",
    "一次办好": "SLOGAN",
    "财政收入": "INDICATOR",
    "粮食总产量": "INDICATOR",
}


def record(text, entity, indicator, value_text="", value=None, status="achieved", **other) -> Record:
    """A record with its value where the words stand first after the entity."""
    start = text.index(value_text, text.index("二、") if status == "target" else 0) if value_text else None
    fields = {
        **dict.fromkeys(
            ("component", "direction", "basis", "qualifier", "benchmark", "commitment", "tier"), ""
        ),
        **dict.fromkeys(("period_type", "base_period", "scope"), ""),
        "period_start": "2021-01-01",
        "period_end": "2021-12-31",
        "kind": "change",
        "unit": "%",
        "origin": "own",
        "value_high": None,
    }
    return Record(
        **{
            **fields,
            "entity": entity,
            "indicator": indicator,
            "value": value,
            "status": status,
            "value_text": value_text,
            "value_start": start,
            "value_end": None if start is None else start + len(value_text),
            "value_source_start": start,
            "value_source_end": None if start is None else start + len(value_text),
            **other,
        }
    )


def annotated(text: str, id: str = "<b>id</b>") -> AnnotatedReport:
    """A report that is not cleaned, so that the mark-up in it stays."""
    read = read_text(FILLER)
    report = replace(
        read,
        id=id,
        text=text,
        source_text=text,
        alignment=Alignment.identity(len(text)),
        sections=sections(text),
    )
    entities = []
    for words, label in LABELS.items():
        at = -1
        while (at := text.find(words, at + 1)) >= 0:
            end = at + len(words)
            entities.append(Entity(at, end, label, words, 0.9, report.heading_path(at), at, end))
    return AnnotatedReport(report, tuple(sorted(entities, key=lambda e: e.start)), {"name": "<i>hand</i>"})


@pytest.fixture(scope="module")
def page() -> str:
    report = annotated(TEXT)
    index = {(e.text, e.start > TEXT.index("二、")): n for n, e in enumerate(report.entities)}
    road = TEXT.index("12.3公里")
    figure = Quantity(road, road + 6, "12.3公里", Decimal("12300"), None, "米", "length", "", "")
    found = ReportRecords(
        (
            record(
                TEXT,
                index["地区生产总值", False],
                "地区生产总值",
                "490.2亿元",
                Decimal("49020000000"),
                unit="元",
            ),
            record(TEXT, index["地区生产总值", False], "地区生产总值", "9%", Decimal(9), direction="up"),
            record(
                TEXT, index["地区生产总值", True], "地区生产总值", "7%", Decimal(7), "target", direction="up"
            ),
            record(TEXT, index["财政收入", True], "财政收入", "7%", Decimal(7), "target", direction="up"),
            record(
                TEXT, index["粮食总产量", True], "粮食总产量", status="target", benchmark="高于全市平均水平"
            ),
        ),
        (MeasuredQuantity(figure, "action", None, "新建", "农村公路"),),
    )
    return render(report, found)


@given(
    st.text(alphabet="甲乙丙<&\n", max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=8),
)
def test_pieces_put_together_are_the_text(text, spans):
    marks = [
        Mark(start, min(start + length, len(text)), "value", n)
        for n, (start, length) in enumerate(spans)
        if start < len(text)
    ]

    def words(parts):
        return "".join(words(part.inside) if part.mark else part.text for part in parts)

    def firsts(parts):
        return [
            n for part in parts if part.mark for n in ([part.mark.index] * part.first + firsts(part.inside))
        ]

    found = pieces(text, 0, len(text), marks)
    assert words(found) == text
    assert len(set(firsts(found))) == len(firsts(found)), "an id would stand twice in the page"


def test_the_page_needs_no_network(page):
    assert "http://" not in page and "https://" not in page
    assert "default-src 'none'" in page


def test_a_report_without_records_has_a_page_too():
    assert "No record was found" in render(annotated("各位代表：\n工作顺利。\n"), ReportRecords((), ()))


def test_a_report_on_one_line_breaks_at_its_headings():
    text = (
        "各位代表，现在报告工作。一、2021年工作回顾 过去一年，经济稳中向好。"
        "（一）工业。县农业农村局推行“一次办好”，地区生产总值增长9%。"
        "（二）农业。粮食总产量稳定。二、2022年工作安排。地区生产总值增长7%。"
    )
    page = render(annotated(text), ReportRecords((), ()))
    article = page.partition("<article>")[2].partition("</article>")[0]
    shown = [
        (tag, re.sub("<[^>]+>", "", line))
        for tag, line in re.findall(r"<(p|h\d)>(.*?)</\1>", article, re.DOTALL)
    ]
    assert shown == [
        ("p", "各位代表，现在报告工作。"),
        ("h2", "一、2021年工作回顾"),
        ("p", "过去一年，经济稳中向好。"),
        ("h3", "（一）工业。"),
        ("p", "县农业农村局推行“一次办好”，地区生产总值增长9%。"),
        ("h3", "（二）农业。"),
        ("p", "粮食总产量稳定。"),
        ("h2", "二、2022年工作安排。"),
        ("p", "地区生产总值增长7%。"),
    ]
    ids = re.findall(r' id="(s\d+)"', page)
    assert len(set(ids)) == len(ids) and set(re.findall(r'href="#(s\d+)"', page)) <= set(ids)


def test_a_heading_that_begins_a_paragraph_stays_in_it():
    page = render(
        annotated("一、2021年工作回顾\n（一）工业。规模扩大。\n二、2022年安排\n"), ReportRecords((), ())
    )
    assert page.count("<h2>") == 4  # two headings, and those of the contents and the records
    assert "<h3>" not in page


def test_reports_of_one_id_are_named_and_can_all_be_shown(govner, tmp_path):
    path = tmp_path / "entities.jsonl"
    texts = [TEXT, TEXT.replace("490.2", "480.1"), *["各位代表：\n工作顺利。\n"] * 6]
    ids = ["one", "one", *(f"other {n}" for n in range(6))]
    reports = [annotated(text, id).record() for text, id in zip(texts, ids, strict=True)]
    path.write_text("\n".join(json.dumps(report) for report in reports), encoding="utf-8")
    first = govner("view", path, "--id", "one")
    assert "490.2亿元" in first.stdout and "2 reports have the id one; this is the first" in first.stderr
    second = govner("view", path, "--id", "one~2")
    assert "480.1亿元" in second.stdout and not second.stderr
    none = govner("view", path, "--id", "nope")
    assert "it holds one, one~2, other 0, other 1, other 2 …" in none.stderr


def test_the_id_that_the_message_names_shows_the_report(govner, tmp_path):
    path = tmp_path / "entities.jsonl"
    texts = {"一": TEXT, "二": TEXT.replace("490.2", "480.1"), "三": TEXT.replace("490.2", "470.3")}
    reports = [
        annotated(text, id).record() for text, id in zip(texts.values(), ("x", "x~2", "x"), strict=True)
    ]
    lines = [json.dumps(report | {"source": name}) for report, name in zip(reports, texts, strict=True)]
    path.write_text("\n".join(lines), encoding="utf-8")
    first = govner("view", path, "--id", "x")
    assert "Others: --id 'x~3' (三)" in first.stderr
    assert "470.3亿元" in govner("view", path, "--id", "x~3").stdout


def test_the_command(govner, tmp_path):
    path = tmp_path / "entities.jsonl"
    lines = [json.dumps(annotated(TEXT, id).record(), ensure_ascii=False) for id in ("one", "two")]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = govner("view", path, "--id", "two", "-o", tmp_path / "page.html")
    assert done.returncode == 0, done.stderr
    shown = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "490.2亿元" in shown and "two</title>" in shown
    which = govner("view", path)
    assert (which.returncode, which.stdout) == (2, "")
    assert "one and two among them; say which with --id" in which.stderr
    none = govner("view", path, "--id", "three")
    assert "holds no report three; it holds one, two" in none.stderr


@pytest.fixture
def opened(browser, page, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    width(browser, 1280)
    browser.get(path.as_uri())
    return browser


def width(browser, pixels):
    size = {"width": pixels, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def lit(browser) -> list[str]:
    return [e.text for e in browser.find_elements("css selector", "article .on")]


def in_view(browser, element) -> bool:
    script = (
        "const r = arguments[0].getBoundingClientRect(), p = arguments[0].closest('main, aside')"
        ".getBoundingClientRect(); return r.top >= p.top && r.bottom <= p.bottom;"
    )
    return browser.execute_script(script, element)


def test_text_of_reports_shows_as_text(opened):
    assert opened.title.endswith("<b>id</b>")
    assert EVIL in opened.find_element("tag name", "article").text
    assert "<i>hand</i>" in opened.find_element("tag name", "header").text
    assert not opened.find_elements("css selector", "article img, article script, header i")
    assert not [entry for entry in opened.get_log("browser") if entry["level"] == "SEVERE"]


def test_a_record_leads_to_its_figure_and_indicator(opened):
    records = opened.find_elements("css selector", ".record a")
    assert [r.find_element("css selector", ".figure").text for r in records] == [
        "490.2亿元",
        "↑ 9%",
        "↑ 7%",
        "↑ 7%",
        "高于全市平均水平",
    ]
    assert "49,020,000,000 元" in records[0].text
    records[3].click()
    assert sorted(lit(opened)) == ["7%", "财政收入"]
    assert all(in_view(opened, e) for e in opened.find_elements("css selector", "article .on"))
    (sentence,) = opened.find_elements("css selector", ".sentence.here")
    assert sentence.text == "地区生产总值、财政收入均增长7%。"
    records[4].click()
    assert lit(opened) == ["粮食总产量"]


def test_a_figure_leads_to_all_its_records(opened):
    (value,) = [v for v in opened.find_elements("css selector", "a.value") if v.text == "7%"]
    opened.execute_script("arguments[0].scrollIntoView()", value)
    value.click()
    on = opened.find_elements("css selector", ".record.on")
    assert [r.find_element("css selector", ".title").text for r in on] == ["地区生产总值", "财政收入"]
    assert in_view(opened, on[0])
    assert sorted(lit(opened)) == ["7%", "地区生产总值", "财政收入"]


def test_everything_can_be_reached_with_the_keyboard(opened):
    from selenium.webdriver.common.keys import Keys

    first, second, *_ = opened.find_elements("css selector", ".record a")
    opened.execute_script("arguments[0].focus()", first)
    first.send_keys(Keys.ARROW_DOWN)
    assert opened.switch_to.active_element == second
    second.send_keys(Keys.ENTER)
    assert sorted(lit(opened)) == ["9%", "地区生产总值"]
    second.send_keys(Keys.ESCAPE)
    assert lit(opened) == []
    (value, *_) = opened.find_elements("css selector", "a.value")
    value.send_keys(Keys.ENTER)
    assert opened.find_element("css selector", ".record.on .figure").text == "490.2亿元"


def test_headings_lead_to_their_place(opened):
    links = opened.find_elements("css selector", "nav a")
    assert [link.text for link in links] == ["一、2021年工作回顾", "（一）经济稳中向好", "二、2022年工作安排"]
    links[2].click()
    (heading,) = [
        h for h in opened.find_elements("css selector", "article h2") if h.text == "二、2022年工作安排"
    ]
    assert in_view(opened, heading)


def test_records_can_be_filtered_and_marks_hidden(opened):
    from selenium.webdriver.support.ui import Select

    Select(opened.find_element("name", "status")).select_by_visible_text("target")
    assert len([r for r in opened.find_elements("css selector", ".record") if r.is_displayed()]) == 3
    opened.find_element("name", "words").send_keys("粮食")
    assert opened.find_element("id", "shown").text == "1 of 5"
    (value, *_) = opened.find_elements("css selector", "a.value")
    value.click()  # its record is shown again though the filter hides it
    assert opened.find_element("css selector", ".record.on").is_displayed()
    opened.find_element("css selector", ".legend input[value=ORG]").click()
    mark = opened.find_element("css selector", "article mark.ORG")
    assert mark.value_of_css_property("background-color") == "rgba(0, 0, 0, 0)"


def test_figures_without_a_record_say_what_they_count(opened):
    figure = opened.find_element("css selector", ".quantity")
    assert figure.text == "12.3公里"
    assert figure.get_attribute("title") == "action · 新建 · 农村公路"


@pytest.mark.parametrize("pixels", [1280, 800, 420])
def test_nothing_runs_off_the_page(opened, pixels):
    width(opened, pixels)
    for part in ("html", "main", "aside", "nav"):
        wide, there = opened.execute_script(
            f"const e = document.querySelector('{part}'); return [e.scrollWidth, e.clientWidth];"
        )
        assert wide <= there, part
    assert opened.find_element("css selector", "article p").is_displayed()


def test_the_page_works_without_script(browser, page, tmp_path):
    path = tmp_path / "plain.html"
    path.write_text(page.partition("<script>")[0], encoding="utf-8")
    browser.get(path.as_uri())
    browser.find_elements("css selector", ".record a")[1].click()
    assert browser.find_element("css selector", "a.value:target").text == "9%"
