"""Gold documents go through every tool's format and come back as they were."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import CORPUS

from govner.converters import FORMATS, converter, guess_format
from govner.corpus import read_gold
from govner.errors import UserError
from govner.schema import GoldDocument, Span

TEXT = "一、回顾\n实施“零点 行动”，𠮷水县政府办成12件实事\\u0020。\r\n\n增长8%\t\u3000完。\n"


def gold(text: str = TEXT) -> GoldDocument:
    spans = [
        Span(text.index("“"), text.index("，"), "PROJECT"),
        Span(text.index("𠮷"), text.index("办成"), "ORG"),
    ]
    return GoldDocument(
        "街道/2021 年:甲",
        text,
        tuple(spans),
        {"year": 2021, "whole": True, "notes": ["a", None], "x": {"y": 1.5}},
    )


def name_of(format: str) -> str:
    return f"out{FORMATS[format][1]}"


def through(format: str, documents: list[GoldDocument], folder: Path) -> list[GoldDocument]:
    path = folder / name_of(format)
    assert converter(format).write(path, documents) == len(documents)
    return list(converter(format).read(path))


@pytest.mark.parametrize("format", FORMATS)
def test_the_shipped_corpus_survives(format: str, tmp_path: Path) -> None:
    documents = list(read_gold(CORPUS / "composed" / "dev.jsonl"))
    assert through(format, documents, tmp_path) == documents
    assert guess_format(tmp_path / name_of(format)) == format


@pytest.mark.parametrize("format", FORMATS)
def test_awkward_documents_survive(format: str, tmp_path: Path) -> None:
    documents = [
        gold(),
        GoldDocument("街道/2021_年:甲", TEXT, (), {}),  # the same file name in brat, but for care
        GoldDocument("", "", (), {}),
        GoldDocument("..", "\n\n", (), {}),
        GoldDocument("长" * 200, "区委\n", (Span(0, 2, "ORG"),), {"suggested_by": "cnn 1.0"}),
        GoldDocument("a\nb", "跨\n行\n", (Span(0, 3, "SLOGAN"),), {"text": "t", "id": 3}),
        GoldDocument("# id", "# id = x\n-DOCSTART-\n\\u000a", (Span(0, 1, "ORG"), Span(1, 2, "ORG")), {}),
    ]
    assert through(format, documents, tmp_path) == documents


@st.composite
def documents(draw: st.DrawFn) -> GoldDocument:
    text = draw(
        st.text(
            st.one_of(
                st.sampled_from("市委“”（）\n\r\t 　#\\u-O𠮷\u2028\x85"),
                st.characters(exclude_categories=["Cs"]),
            ),
            max_size=40,
        )
    )
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    labels = st.sampled_from(["SLOGAN", "PROJECT", "ORG", "INDICATOR"])
    spans = tuple(Span(a, b, draw(labels)) for a, b in pairwise(cuts) if draw(st.booleans()))
    meta = draw(
        st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
            st.one_of(
                st.none(),
                st.integers(-9, 9999),
                st.booleans(),
                st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
            ),
            max_size=3,
        )
    )
    return GoldDocument(
        draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=8)), text, spans, meta
    )


@pytest.mark.parametrize("format", [f for f in FORMATS if f != "jsonl"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=documents())
def test_any_document_survives(
    format: str, tmp_path_factory: pytest.TempPathFactory, document: GoldDocument
) -> None:
    assert through(format, [document], tmp_path_factory.mktemp("any")) == [document]


def test_tools_count_as_they_do(tmp_path: Path) -> None:
    """doccano counts UTF-16 units, brat and Label Studio code points."""
    doc = gold()
    org = doc.spans[1]
    through("doccano", [doc], tmp_path)
    (line,) = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    start, end, _ = json.loads(line)["label"][1]
    assert TEXT.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le") == TEXT[org.start : org.end]
    through("labelstudio", [doc], tmp_path)
    value = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))[0]["annotations"][0]["result"][1][
        "value"
    ]
    assert (value["start"], value["end"]) == (org.start, org.end) and value["text"] == "𠮷水县政府"
    through("brat", [doc], tmp_path / "brat")
    assert "[entities]\nSLOGAN" in (tmp_path / "brat" / "out" / "annotation.conf").read_text(encoding="utf-8")


def test_what_the_tools_write_themselves(tmp_path: Path) -> None:
    text = "市委强调"
    task = {
        "id": 7,
        "data": {"text": text, "source": "a"},
        "annotations": [
            {"was_cancelled": True, "result": []},
            {
                "result": [
                    {
                        "type": "labels",
                        "from_name": "label",
                        "to_name": "text",
                        "value": {"start": 0, "end": 2, "labels": ["ORG"]},
                    },
                    {"type": "choices", "value": {"choices": ["good"]}},
                ]
            },
        ],
    }
    (tmp_path / "ls.json").write_text(json.dumps([task]), encoding="utf-8")
    lines = {
        "doccano.jsonl": {"id": 7, "text": text, "label": [[0, 2, "ORG"]], "source": "a", "Comments": []},
        "relations.jsonl": {
            "id": 7,
            "text": text,
            "entities": [{"id": 1, "label": "ORG", "start_offset": 0, "end_offset": 2}],
            "source": "a",
            "relations": [],
        },
        "prodigy.jsonl": {
            "_task_hash": 7,
            "text": text,
            "spans": [{"start": 0, "end": 2, "label": "ORG"}],
            "answer": "accept",
            "meta": {"source": "a"},
        },
    }
    for name, record in lines.items():
        refused = {**record, "answer": "reject"} if name == "prodigy.jsonl" else record
        extra = [refused] if name == "prodigy.jsonl" else []
        (tmp_path / name).write_text(
            "".join(json.dumps(r) + "\n" for r in [record, *extra]), encoding="utf-8"
        )
    for name in ["ls.json", *lines]:
        assert list(converter(guess_format(tmp_path / name)).read(tmp_path / name)) == [
            GoldDocument("7", text, (Span(0, 2, "ORG"),), {"source": "a"})
        ], name
    (tmp_path / "words.conll").write_text(
        "-DOCSTART- -X- O\n\n市委 N B-ORG\n强调 V O\n\n全市 N S-ORG\n", encoding="utf-8"
    )
    (words,) = converter("conll").read(tmp_path / "words.conll")
    assert words.text == "市委强调\n全市" and words.spans == (Span(0, 2, "ORG"), Span(5, 7, "ORG"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.jsonl", '{"text": "a", "label": [[0, 5, "ORG"]]}\n', "line 1"),
        ("x.jsonl", '{"text": "𠮷", "label": [[0, 1, "ORG"]]}\n', "cuts a character"),
        ("x.json", '[{"data": {}}]', "data.text"),
        ("x.conll", "孤\n", "a token and a tag"),
        ("x.spacy", "no", "not a spaCy DocBin"),
        ("x.xml", "<a/>", "--from"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(name: str, content: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=says) as caught:
        list(converter(guess_format(path)).read(path))
    assert str(path) in str(caught.value)


def test_brat_in_pieces_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲乙丙", encoding="utf-8")
    (tmp_path / "a.ann").write_text("T1\tORG 0 1;2 3\t甲 丙\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"a\.ann, line 1"):
        list(converter("brat").read(tmp_path))
