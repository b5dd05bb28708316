"""Anchored labels survive another cleaner, wrapping, encoding, format and page chrome."""

import json
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govner.anchors import from_json, make_anchors, resolve_anchors, squeeze, to_json
from govner.reading.cleaning import PASSES, clean
from govner.schema import Span

PARAGRAPHS = [
    "青溪县政府工作报告",
    "各位代表：",
    "一、2023年工作回顾",
    "一年来，我们实施“清水绿岸”行动，建成青溪水库灌区改造工程，地区生产总值增长６.２％。",
    "各位代表：",
    "今后一年，我们继续实施“清水绿岸”行动，县发展和改革局牵头推进城东污水处理厂二期。",
]
SOURCE = "\n".join(PARAGRAPHS)
NAMES = [
    "青溪县政府",
    "“清水绿岸”行动",
    "青溪水库灌区改造工程",
    "地区生产总值",
    "县发展和改革局",
    "城东污水处理厂二期",
]


def spans_of(text: str) -> list[Span]:
    found = []
    for name in NAMES:
        at = text.index(name)
        found.append(Span(at, at + len(name), "X"))
    second = text.rindex("“清水绿岸”行动")
    return [*found, Span(second, second + 8, "Y"), Span(text.rindex("各位"), text.rindex("各位") + 4, "Z")]


def surfaces(text: str, spans: list[Span]) -> list[str]:
    return [squeeze(text[s.start : s.end]).text for s in spans]


COPIES = {
    "same": SOURCE,
    "wrapped": "\n".join(textwrap.fill(p, 17) for p in PARAGRAPHS),
    "escaped line ends": SOURCE.replace("\n", "\\r\\n"),
    "carriage returns and blank lines": SOURCE.replace("\n", "\r\n\r\n　　"),
    "ordinary digits": SOURCE.replace("６.２％", "6.2%"),
    "lost spaces": SOURCE.replace("一年来，", "????一年来，").replace("\n", "??\n"),
    "chrome": "首页 > 政务公开\n打印本页\n"
    + "\n【字体：大 中 小】\n上一篇：无\n".join(PARAGRAPHS)
    + "\n版权所有",
    "spaced": " ".join(SOURCE),
    "inside a table cell": '"' + SOURCE.replace("\n", "<U+00A0>\n&nbsp;") + '",2023',
    "page number in a paragraph": SOURCE.replace("建成", "建\n— 12 —\n成", 1),
}


@pytest.mark.parametrize("name", COPIES)
def test_no_label_is_lost_in_a_copy(name: str) -> None:
    copy = COPIES[name]
    anchors = from_json(json.loads(json.dumps(to_json(make_anchors(SOURCE, spans_of(SOURCE))))))
    spans, lost = resolve_anchors(copy, anchors)
    assert lost == []
    assert surfaces(copy, spans) == surfaces(SOURCE, spans_of(SOURCE))
    assert spans[6].start > spans[1].start  # the second of two equal phrases is still the second
    assert spans[7].start > spans[2].start  # and so is the second of two equal paragraphs


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "big5hkscs"])
def test_no_label_is_lost_in_another_encoding(encoding: str) -> None:
    copy = SOURCE.encode(encoding, "ignore").decode(encoding)
    _, lost = resolve_anchors(copy, make_anchors(SOURCE, spans_of(SOURCE)))
    assert encoding == "big5hkscs" or not lost  # Big5 has no simplified characters


@pytest.mark.parametrize(
    "passes", [PASSES, PASSES[:9], PASSES[::2], ()], ids=["all", "some", "others", "none"]
)
def test_no_label_is_lost_when_the_cleaner_changes(passes: tuple) -> None:
    copy = COPIES["chrome"]
    spans, lost = resolve_anchors(copy, make_anchors(SOURCE, spans_of(SOURCE)))
    cleaned = clean(copy, passes)
    assert not lost
    for span, wanted in zip(spans, surfaces(SOURCE, spans_of(SOURCE)), strict=True):
        found = cleaned.alignment.to_clean(span.start, span.end)
        assert found is not None
        assert squeeze(cleaned.text[slice(*found)]).text == wanted


def test_a_label_that_is_not_there_is_reported() -> None:
    anchors = make_anchors(SOURCE, spans_of(SOURCE))
    spans, lost = resolve_anchors(PARAGRAPHS[3], anchors)
    assert len(spans) + len(lost) == len(anchors)
    assert anchors[4] in lost


def test_a_label_over_a_line_break() -> None:
    span = Span(SOURCE.index("政府工作"), SOURCE.index("一、2023"), "X")
    spans, lost = resolve_anchors(COPIES["spaced"], make_anchors(SOURCE, [span]))
    assert not lost
    assert surfaces(COPIES["spaced"], spans) == ["政府工作报告各位代表:"]


@pytest.mark.parametrize("span", [Span(9, 10, "X"), Span(0, 9999, "X")])
def test_a_label_without_text_is_refused(span: Span) -> None:
    with pytest.raises(ValueError, match="holds no text"):
        make_anchors(SOURCE, [span])


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 99"):
        from_json({"version": 99, "anchors": []})


@given(st.text(alphabet="青溪县人民政府工作，。 \n\u3000？?１1𠮷", min_size=1, max_size=300), st.data())
def test_anchors_return_to_where_they_were_made(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    squeezed = squeeze(text)
    inside = [i for i in squeezed.index.tolist() if start <= i < end]
    if not inside:
        return
    spans, lost = resolve_anchors(text, make_anchors(text, [Span(start, end, "X")]))
    assert not lost
    assert squeeze(text[slice(spans[0].start, spans[0].end)]).text == "".join(
        squeezed.text[squeezed.index.tolist().index(i)] for i in inside
    )
