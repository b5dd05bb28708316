"""Edges of spans: no punctuation, no quotation mark without its partner."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govner.tagger.crf import ScoredSpan
from govner.tagger.edges import mend_edges, unpaired


def mended(marked: str, label: str) -> str | None:
    """The surface after mending; the span is what stands between ⟦ and ⟧."""
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    text = marked.replace("⟦", "").replace("⟧", "")
    found = mend_edges(text, [ScoredSpan(start, end, label, 0.9)])
    return text[found[0].start : found[0].end] if found else None


@pytest.mark.parametrize(
    ("marked", "label", "wanted"),
    [
        ("深化“⟦放管服”改革⟧，优化服务", "SLOGAN", "放管服"),
        ("打响“⟦十大”攻坚行动⟧。", "PROJECT", "“十大”攻坚行动"),
        ("开展⟦大气治理“百日行动⟧”，成效", "PROJECT", "大气治理“百日行动”"),
        ("实施⟦“清泉工程⟧”，", "PROJECT", "清泉工程"),
        ("纠正⟦“四风⟧问题", "SLOGAN", "四风"),
        ("任务完成⟦。“一网四清”行动⟧", "PROJECT", "“一网四清”行动"),
        ("推行⟦河（湖）长制⟧", "SLOGAN", "河（湖）长制"),
        ("推行⟦河（湖⟧）长制", "SLOGAN", "河（湖）"),
        ("⟦（一）⟧", "SLOGAN", "（一）"),
        ("全县⟦ 粮食总产量⟧", "INDICATOR", "粮食总产量"),
        ("是⟦“⟧", "SLOGAN", None),
        ("提升“\n⟦明珠”工程⟧", "PROJECT", "工程"),
    ],
)
def test_the_edge_moves_as_the_guidelines_say(marked: str, label: str, wanted: str | None) -> None:
    assert mended(marked, label) == wanted


def test_a_span_does_not_grow_into_its_neighbour() -> None:
    text = "市委“三年”行动"
    spans = [ScoredSpan(0, 3, "ORG", 0.9), ScoredSpan(3, 8, "PROJECT", 0.9)]
    found = mend_edges(text, spans)
    assert [text[s.start : s.end] for s in found] == ["市委", "“三年”行动"]
    spans = [ScoredSpan(0, 4, "ORG", 0.9), ScoredSpan(4, 8, "PROJECT", 0.9)]
    assert all(a.end <= b.start for a, b in itertools.pairwise(mend_edges(text, spans)))


PIECES = st.lists(
    st.sampled_from(["“", "”", "（", "）", "《", "》", "市", "工程", "，", "\n", " "]), max_size=25
)


@given(
    PIECES,
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 9), st.sampled_from(["SLOGAN", "ORG"])), max_size=6
    ),
)
def test_whatever_comes_in_flat_paired_spans_come_out(
    pieces: list[str], raw: list[tuple[int, int, str]]
) -> None:
    text = "".join(pieces)
    spans: list[ScoredSpan] = []
    for start, size, label in sorted(raw):
        inside = text[start : start + size]
        if inside and "\n" not in inside and (not spans or start >= spans[-1].end):
            spans.append(ScoredSpan(start, start + len(inside), label, 0.5))
    found = mend_edges(text, spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    for s in found:
        surface = text[s.start : s.end]
        assert surface and unpaired(surface) is None and "\n" not in surface
        assert surface == surface.strip("，\t \u3000")
    assert mend_edges(text, found) == found
