"""The HTML report in a real browser: text stays text, filters work, nothing is fetched."""

import pytest

from govner.evaluation.benchmark import score
from govner.evaluation.gold import prepare
from govner.evaluation.page import marked, render
from govner.evaluation.provenance import provenance
from govner.evaluation.spans import ScoredSpan
from govner.schema import GoldDocument, Span

EVIL = '市委<script>document.title=1</script>部署“&amp;<img src=x onerror="document.title=1">”工作。'


@pytest.fixture(scope="module")
def page():
    texts = {"<b>a</b>": EVIL + "\n旱稻总产量九万吨。", "b": "市政府推进红杉大道。"}
    wanted = [("市委", "ORG"), ("旱稻总产量", "INDICATOR"), ("市政府", "ORG"), ("红杉大道", "PROJECT")]
    golds = []
    for id, text in texts.items():
        spans = tuple(Span(text.index(s), text.index(s) + len(s), label) for s, label in wanted if s in text)
        golds.append(prepare(GoldDocument(id, text, spans), "test"))
    script = texts["<b>a</b>"].index("<script>")
    runs = {
        "<i>one</i>": (((ScoredSpan(script, script + 8, "ORG", 0.7),), (ScoredSpan(0, 2, "ORG", 0.9),)),),
        "two": (((), ()),),
    }
    return render(score(golds, runs, repeats=100), provenance(), {"ORG": frozenset({"市委"})})


def test_the_page_needs_no_network(page):
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page
    assert "default-src 'none'" in page


def test_marking_keeps_the_text_whole():
    spans = [ScoredSpan(2, 6, "A"), ScoredSpan(4, 8, "B")]
    pieces = marked("0123456789", 1, 9, spans, [spans[1]])
    assert "".join(piece for piece, _, _ in pieces) == "12345678"
    assert [(piece, label, at) for piece, label, at in pieces if label] == [("4567", "B", True)]


@pytest.fixture(scope="module")
def opened(browser, page, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page, encoding="utf-8")
    browser.get(path.as_uri())
    return browser


def visible(browser):
    return [a for a in browser.find_elements("css selector", "article.mistake") if a.is_displayed()]


def choose(browser, name, value):
    from selenium.webdriver.support.ui import Select

    Select(browser.find_element("name", name)).select_by_visible_text(value)


def test_text_of_reports_shows_as_text(opened):
    assert opened.title == "Benchmark: <i>one</i>, two"
    shown = opened.find_element("tag name", "body").text
    assert "<script>" in shown
    assert "onerror" in shown
    assert not opened.find_elements("css selector", "article img, article script, h1 i")
    assert not [entry for entry in opened.get_log("browser") if entry["level"] == "SEVERE"]


def test_filters_work(opened):
    everything = len(visible(opened))
    assert everything == 9
    choose(opened, "label", "INDICATOR")
    assert len(visible(opened)) == 2
    choose(opened, "system", "two")
    (one,) = visible(opened)
    assert "旱稻总产量" in one.text
    assert opened.find_element("id", "shown").text == f"1 of {everything} mistakes"
    choose(opened, "label", "all")
    choose(opened, "kind", "missed")
    assert len(visible(opened)) == 4
    opened.find_element("name", "text").send_keys("红杉")
    assert len(visible(opened)) == 2
