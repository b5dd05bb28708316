"""No sentence of the gold or test sets may reach a training input."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support import CORPUS, ROOT

from govner.corpus import read_gold, write_gold
from govner.errors import UserError
from govner.reading import read
from govner.schema import GoldDocument, Report
from govner.training import corpora
from govner.training.held_out import assert_trainable, held_out_share, held_out_sources, is_held_out

SHARED = ROOT.parent / "shared"
needs_shared = pytest.mark.skipif(not (SHARED / "reports").is_dir(), reason="the public reports are not here")


def test_names_of_gold_reports_are_refused() -> None:
    assert "樟树市2022.txt" in held_out_sources()
    with pytest.raises(UserError, match="held out"):
        assert_trainable([("somewhere/樟树市2022.txt", "任何文字")])


@needs_shared
def test_a_held_out_report_is_recognized_under_any_name_and_layout(tmp_path: Path) -> None:
    for path in sorted((SHARED / "reports").rglob("*")):
        if path.name not in held_out_sources():
            continue
        for report in read([str(path)]):
            assert isinstance(report, Report)
            wrapped = re.sub(r"(.{37})", "\\1\n", report.text)
            assert held_out_share(wrapped) > 0.9, path
    gold = next(iter(read_gold(SHARED / "gold")))
    copy = tmp_path / "copy.jsonl"
    write_gold(copy, [GoldDocument("innocent", gold.text, gold.spans, {})])
    with pytest.raises(UserError, match="innocent"):
        corpora.load([str(copy)], None, trains=True)


@needs_shared
def test_no_sentence_of_gold_reaches_a_training_input() -> None:
    entries = [str(p) for p in sorted(CORPUS.glob("composed/*.jsonl")) if p.stem in ("train", "dev")]
    entries += [str(CORPUS / "standoff" / f"{name}.standoff.jsonl") for name in ("train", "dev")]
    inputs = corpora.load(entries, str(SHARED / "reports"), trains=True).documents
    assert len(inputs) > 50
    everything = "".join("".join(d.text.split()) for d in inputs)
    formulas = "".join(r.text for r in read([str(SHARED / "reports" / "national")]) if isinstance(r, Report))
    for doc in read_gold(SHARED / "gold"):
        for sentence in re.split(r"[。！？；\n]", doc.text):
            squeezed = "".join(sentence.split())
            if len(squeezed) >= 30 and squeezed not in "".join(formulas.split()):
                assert squeezed not in everything, squeezed


@needs_shared
def test_training_reports_are_not_taken_for_held_out_ones() -> None:
    refused = [
        r.source
        for r in read([str(SHARED / "reports" / "county")])
        if isinstance(r, Report) and Path(r.source).name not in held_out_sources() and is_held_out(r.text)
    ]
    assert refused == []
