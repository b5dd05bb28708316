"""Noise carries offsets along; robustness, contamination, learning curve and leaderboard on small data."""

import json
import lzma

import pytest

from govner.errors import UserError
from govner.evaluation.benchmark import run
from govner.evaluation.contamination import contamination
from govner.evaluation.dictionaries import SeenStrings
from govner.evaluation.gold import prepare
from govner.evaluation.leaderboard import leaderboard, write_leaderboard
from govner.evaluation.learning_curve import curve_rows, learning_curve, subset
from govner.evaluation.noise import NOISES, disturb
from govner.evaluation.provenance import provenance
from govner.evaluation.robustness import damage_rows, robustness
from govner.evaluation.systems import System
from govner.evaluation.tables import as_json
from govner.schema import GoldDocument, Span

#: Cleaning drops paragraphs that repeat, so every block is about something else.
TEXT = "".join(
    f"{name}市委、市政府推进“红杉林”行动，{name}稻总产量达 92.5 万吨；\n"
    f"{name}红杉大道通车，新增停车位4795个，规上工业增加值增长9%，优良天数比例保持稳定，城镇新增就业两千人以上。\n"
    for name in "旱水糯晚早冬粳籼"
)
SURFACES = (
    "市委",
    "市政府",
    "“红杉林”行动",
    "稻总产量",
    "红杉大道",
    "新增停车位",
    "规上工业增加值",
    "优良天数比例",
)


def document(id="a", text=TEXT, **meta):
    spans, at = [], 0
    for line in text.split("\n"):
        spans += [Span(at + line.index(s), at + line.index(s) + len(s), "ORG") for s in SURFACES if s in line]
        at += len(line) + 1
    return GoldDocument(id, text, tuple(sorted(spans)), meta)


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_spans_move_with_the_noise_and_survive_cleaning(noise):
    doc = document()
    noisy = disturb(doc, noise, seed=1)
    assert noisy == disturb(doc, noise, seed=1)
    assert noisy.text != doc.text
    assert len(noisy.spans) == len(doc.spans)
    same_length = len(noisy.text) == len(doc.text)
    for before, after in zip(doc.spans, noisy.spans, strict=True):
        surface, damaged = doc.text[before.start : before.end], noisy.text[after.start : after.end]
        if same_length:
            assert (before.start, before.end) == (after.start, after.end)
        else:
            assert damaged.replace(" ", "").replace("\n", "") == surface
    assert prepare(noisy).lost == ()


def test_robustness_counts_what_noise_costs():
    golds = [prepare(document("a", level="town")), prepare(document("b", level="city"))]
    found = robustness([SeenStrings([document("t")])], golds)
    by_name = {one.noise: one for one in found if one.part == "all"}
    assert by_name["traditional characters"].lost > 0.5
    assert by_name["full-width digits"].lost == pytest.approx(0, abs=0.05)
    rows = damage_rows(found)
    assert len(rows) == len(NOISES)
    assert {"lost, city", "lost, town"} <= rows[0].keys()


def test_contamination_finds_copied_text_and_nothing_else(tmp_path):
    gold = prepare(
        document("a", "红杉大道通车，新增停车位四千七百九十五个，规上工业增加值增长百分之九，居民安居乐业。")
    )
    other = prepare(document("b", "晴天里孩子们在操场上放风筝，老人们坐在长椅上说着从前的许多故事。"))
    folder = tmp_path / "train"
    folder.mkdir()
    (folder / "x.jsonl").write_text(json.dumps({"id": "x", "text": "前文" + gold.text + "后文"}) + "\n")
    (tmp_path / "y.txt.xz").write_bytes(
        lzma.compress("完全无关的一段文字，与上面没有任何一处相同。".encode())
    )
    found = {
        (s.gold, s.source): s for s in contamination([gold, other], [str(folder), str(tmp_path / "y.txt.xz")])
    }
    copied = found["a", str(folder)]
    assert copied.share == 1
    assert len(copied.longest) == copied.long == copied.ngrams + 12
    assert sum(one.found for one in found.values()) == copied.found
    with pytest.raises(UserError, match="no such file or folder"):
        contamination([gold], [str(tmp_path / "none")])


def test_smaller_subsets_lie_in_larger_ones():
    documents = [document(str(n)) for n in range(10)]
    whole = sum(len(d.text) for d in documents)
    small, large = subset(documents, 0.3 * whole, 1), subset(documents, 0.6 * whole, 1)
    assert (len(small), len(large)) == (3, 6)
    assert small == large[:3] != subset(documents, 0.3 * whole, 2)


def test_the_learning_curve_is_cached_and_resumed(tmp_path):
    calls = []

    def train(documents, seed, folder):
        calls.append((len(documents), seed))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return SeenStrings(documents)

    sources = {
        "composed": [document(f"c{n}") for n in range(4)],
        "real": [document(f"r{n}") for n in range(4)],
    }
    golds = [prepare(document("g"))]
    arguments = ("seen", train, sources, golds, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        learning_curve(*arguments, sizes=(0.5, 1.0))
    points = learning_curve(*arguments, sizes=(0.5, 1.0))
    assert len(points) == 12
    assert len(calls) == 13
    assert [(p.documents, p.source) for p in points[-1:]] == [(8, "both")]
    assert learning_curve(*arguments, sizes=(0.5, 1.0)) == points
    assert len(calls) == 13
    assert "± 0.000" in curve_rows(points)[0]["F1, real text"]


def test_the_leaderboard_is_written_between_its_marks(tmp_path):
    golds = [prepare(document("g", level="town"), "gold"), prepare(document("h", composed=True), "gold")]
    bench = run([System("seen", (SeenStrings([document("t")]),))], golds, repeats=100)
    source, target = tmp_path / "run.json", tmp_path / "README.md"
    source.write_text(json.dumps(as_json(bench, provenance())), encoding="utf-8")
    target.write_text("before\n<!-- leaderboard -->\nold\n<!-- /leaderboard -->\nafter\n", encoding="utf-8")
    write_leaderboard(target, [source])
    text = target.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- leaderboard -->\n")
    assert text.endswith("<!-- /leaderboard -->\nafter\n")
    assert "\nold\n" not in text
    assert "| seen | " in text
    assert "composed text" in text
    assert "composed text" not in leaderboard([json.loads(source.read_text(encoding="utf-8"))], brief=True)
    target.write_text("no marks", encoding="utf-8")
    with pytest.raises(UserError, match="<!-- leaderboard -->"):
        write_leaderboard(target, [source])
