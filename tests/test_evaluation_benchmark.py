"""``govner benchmark`` from the outside: files of every kind go in, the right numbers come out."""

import json

import pytest
import spacy
import typer
from typer.testing import CliRunner

from govner import cli_evaluate
from govner.errors import UserError
from govner.evaluation.baselines import make, spacy_ner
from govner.evaluation.benchmark import parts_of, run
from govner.evaluation.calibration import calibrate
from govner.evaluation.gold import load_gold, prepare
from govner.evaluation.predictors import FilePredictor, SpacyPredictor
from govner.evaluation.spans import ScoredSpan, SourceText, span_table
from govner.evaluation.systems import Resources, System, load_system, sort_arguments
from govner.schema import GoldDocument, Span

TEXT = "市委、市政府推进“红杉林”行动。\n全市旱稻总产量达九万吨。\n红杉大道通车。"
MARKED = [
    ("市委", "ORG"),
    ("市政府", "ORG"),
    ("“红杉林”行动", "PROJECT"),
    ("旱稻总产量", "INDICATOR"),
    ("红杉大道", "PROJECT"),
]


def find(text, surface, label):
    return Span(text.index(surface), text.index(surface) + len(surface), label)


def document(id="a", text=TEXT, **meta):
    return GoldDocument(id, text, tuple(find(text, s, label) for s, label in MARKED if s in text), meta)


def as_json(doc, **extra):
    spans = [{"start": s.start, "end": s.end, "label": s.label, **extra} for s in doc.spans]
    return {"id": doc.id, "text": doc.text, "spans": spans, "meta": dict(doc.meta)}


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(
        json.dumps(as_json(document("a", level="town")), ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return path


@pytest.fixture
def ruler(tmp_path):
    """A small spaCy pipeline that finds three of the five spans and one span too much."""
    nlp = spacy.blank("zh")
    rows = [*MARKED[:1], MARKED[3], MARKED[4], ("全市", "ORG")]
    nlp.add_pipe("entity_ruler").add_patterns(
        [{"label": label, "pattern": surface} for surface, label in rows]
    )
    nlp.to_disk(tmp_path / "ruler")
    return tmp_path / "ruler"


def cli(*arguments):
    app = typer.Typer()
    app.command()(cli_evaluate.benchmark)
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)


def scores(out):
    return {s["name"]: s["scores"] for s in json.loads(out.read_text(encoding="utf-8"))["systems"]}


def test_a_spacy_pipeline_is_scored_in_source_offsets(ruler, gold, tmp_path):
    out, report = tmp_path / "out.json", tmp_path / "out.md"
    result = cli(ruler, gold, "--json", out, "--report", report, "--report", tmp_path / "out.csv")
    assert "INDICATOR" in result.stdout
    strict = scores(out)["ruler"]["real text"]["strict"]["micro"]["score"]
    assert (strict["precision"], strict["recall"]) == pytest.approx((3 / 4, 3 / 5))
    assert "| ruler | micro | 0.750 | 0.600 |" in report.read_text(encoding="utf-8")
    data = json.loads(out.read_text(encoding="utf-8"))
    assert data["gold"][0]["destroyed_by_cleaning"] == 0
    assert {"date", "command", "versions", "hardware"} <= data.keys()


def test_every_prediction_format_scores_the_same(gold, tmp_path):
    doc = document()
    (tmp_path / "ours.jsonl").write_text(json.dumps({"id": "a", "spans": as_json(doc)["spans"]}) + "\n")
    entities = [
        {"start": 0, "end": 1, "source_start": s.start, "source_end": s.end, "label": s.label, "score": 0.9}
        for s in doc.spans
    ]
    (tmp_path / "annotated.jsonl").write_text(
        json.dumps({"id": "a", "text": doc.text, "entities": entities}) + "\n"
    )
    (tmp_path / "brat").mkdir()
    (tmp_path / "brat" / "a.ann").write_text(
        "".join(
            f"T{n}\t{s.label} {s.start} {s.end}\t{doc.text[s.start : s.end]}\n"
            for n, s in enumerate(doc.spans)
        )
    )
    tags = ["O"] * len(doc.text)
    for s in doc.spans:
        tags[s.start : s.end] = [f"B-{s.label}"] + [f"I-{s.label}"] * (s.end - s.start - 1)
    rows = ("" if c == "\n" else f"{c} {t}" for c, t in zip(doc.text, tags, strict=True))
    (tmp_path / "columns.conll").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for name in ("ours.jsonl", "annotated.jsonl", "brat", "columns.conll"):
        assert cli(tmp_path / name, gold, "--json", tmp_path / "out.json").exit_code == 0
        (found,) = scores(tmp_path / "out.json").values()
        assert found["real text"]["strict"]["micro"]["score"]["f1"] == 1, name


def test_labels_can_be_renamed_and_dropped(gold, tmp_path):
    rows = [
        {"start": s.start, "end": s.end, "label": "ORGANIZATION" if s.label == "ORG" else "GPE", "score": 1}
        for s in document().spans
    ]
    (tmp_path / "other.jsonl").write_text(json.dumps({"id": "a", "spans": rows}) + "\n")
    cli(
        tmp_path / "other.jsonl",
        gold,
        "--map",
        "ORGANIZATION=ORG",
        "--map",
        "GPE=",
        "--json",
        tmp_path / "out.json",
    )
    labels = scores(tmp_path / "out.json")["other"]["real text"]["strict"]
    assert labels["ORG"]["score"]["f1"] == 1
    assert labels["micro"]["score"]["precision"] == 1
    with pytest.raises(UserError, match="OLD=NEW"):
        cli(tmp_path / "other.jsonl", gold, "--map", "ORGANIZATION")


def test_arguments_are_told_apart_or_explained(gold, ruler, tmp_path):
    (tmp_path / "p.jsonl").write_text('{"id": "a", "spans": []}\n')
    assert sort_arguments([str(gold), str(ruler), str(tmp_path / "p.jsonl"), "rules"], ["rules"]) == (
        [str(ruler), str(tmp_path / "p.jsonl"), "rules"],
        [str(gold)],
    )
    with pytest.raises(UserError, match="no gold among"):
        sort_arguments([str(ruler)])
    with pytest.raises(UserError, match="predictions:PATH"):
        sort_arguments([str(gold)])
    assert sort_arguments([f"predictions:{gold}", f"gold:{gold}"]) == ([f"predictions:{gold}"], [str(gold)])


def test_mistakes_name_the_file_and_the_remedy(gold, tmp_path):
    (tmp_path / "p.jsonl").write_text('{"id": "b", "spans": []}\n')
    with pytest.raises(UserError, match="ids must be the same"):
        cli(tmp_path / "p.jsonl", gold)
    (tmp_path / "p.jsonl").write_text('{"id": "a", "spans": [{"start": 3}]}\n')
    with pytest.raises(UserError, match="line 1: not a prediction"):
        cli(tmp_path / "p.jsonl", gold)
    (tmp_path / "p.jsonl").write_text('{"id": "a", "spans": [{"start": 3, "end": 999, "label": "ORG"}]}\n')
    with pytest.raises(UserError, match="leaves the text"):
        cli(tmp_path / "p.jsonl", gold)
    (tmp_path / "c.conll").write_text("它 O\n")
    with pytest.raises(UserError, match="does not follow"):
        cli(tmp_path / "c.conll", gold)
    with pytest.raises(UserError, match="--train"):
        cli("rules", gold)
    (tmp_path / "nothing.jsonl").write_text('{"id": "a", "spans": []}\n')
    with pytest.raises(UserError, match="occurs twice"):
        cli(tmp_path / "nothing.jsonl", gold, f"gold:{gold}")


def test_crlf_and_astral_characters_keep_their_places(tmp_path):
    text = "𠮷县\r\n市委𠮷部署。\r\n"
    gold = prepare(GoldDocument("a", text, (find(text, "市委", "ORG"),)))
    nlp = spacy.blank("zh")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "市委"}])
    (found,) = SpacyPredictor(nlp, "ruler").predict([gold.source_text()])
    assert [(s.start, s.end) for s in found] == [(s.start, s.end) for s in gold.spans]
    assert gold.lost == ()


def test_real_text_is_the_headline_and_composed_stands_below():
    docs = [
        document("a", level="town"),
        document("b", composed=True, level="town"),
        document("c", level="city"),
    ]
    golds = [prepare(doc, "test") for doc in docs]
    parts = [(part.name, part.documents) for part in parts_of(golds)]
    assert parts[:2] == [("real text", (0, 2)), ("composed text", (1,))]
    assert ("level town", (0,)) in parts


def test_seeds_give_mean_and_spread(gold):
    golds = load_gold(str(gold))
    full = [ScoredSpan(s.start, s.end, s.label) for s in golds[0].spans]
    runs = (FilePredictor({"a": full}, "x"), FilePredictor({"a": full[:1]}, "x"))
    bench = run([System("seeds", runs)], golds, repeats=100)
    estimate = bench.results[0].parts["real text"]["strict"]["micro"]
    assert estimate.seeds == pytest.approx((1, 1 / 3))
    assert estimate.score.f1 == pytest.approx(2 / 3)


def test_seeds_are_given_with_an_equals_sign(gold, tmp_path):
    for name in ("s1", "s2"):
        (tmp_path / f"{name}.jsonl").write_text('{"id": "a", "spans": []}\n')
    system = load_system(f"both={tmp_path}/s1.jsonl,{tmp_path}/s2.jsonl", Resources())
    assert (system.name, len(system.predictors)) == ("both", 2)


def test_a_document_level_test_of_few_documents_is_refused(gold, tmp_path):
    for name in ("s1", "s2"):
        (tmp_path / f"{name}.jsonl").write_text('{"id": "a", "spans": []}\n')
    with pytest.raises(UserError, match="needs 6 documents"):
        cli(tmp_path / "s1.jsonl", tmp_path / "s2.jsonl", gold, "--unit", "document")


def test_calibration_by_hand():
    gold = span_table([[Span(0, 2, "A"), Span(4, 6, "A")]], ("A",))
    rows = [
        ScoredSpan(0, 2, "A", 0.95),
        ScoredSpan(4, 6, "A", 0.85),
        ScoredSpan(8, 9, "A", 0.85),
        ScoredSpan(10, 12, "A", 0.25),
    ]
    found = calibrate(gold, span_table([rows], ("A",)), wanted=(0.9, 0.6))
    assert [(b.count, b.precision) for b in found.bins] == [(1, 0), (2, 0.5), (1, 1)]
    assert found.error == pytest.approx((1 * 0.25 + 2 * 0.35 + 1 * 0.05) / 4)
    strict, loose = [t for t in found.thresholds if t.label == "A"]
    assert (strict.threshold, strict.recall) == (0.95, 0.5)
    assert (loose.threshold, loose.precision, loose.recall) == (0.85, pytest.approx(2 / 3), 1)
    assert calibrate(gold, span_table([[ScoredSpan(0, 2, "A")]], ("A",))) is None


def test_baselines_learn_from_training_data_alone(tmp_path):
    train = tmp_path / "train.jsonl"
    train.write_text(json.dumps(as_json(document("t"))) + "\n")
    text = SourceText("x", "县财政局与市政府推进“蓝湖”行动，旱稻总产量达七万吨，造林面积3.5万亩。市委部署。")
    made = make([str(train)])
    seen = {(text.text[s.start : s.end], s.label) for s in made["seen-strings"]().predict([text])[0]}
    assert seen == {("市政府", "ORG"), ("旱稻总产量", "INDICATOR"), ("市委", "ORG")}
    ruled = {(text.text[s.start : s.end], s.label) for s in made["rules"]().predict([text])[0]}
    assert {("“蓝湖”行动", "PROJECT"), ("造林面积", "INDICATOR"), ("市委", "ORG")} <= ruled


def test_spacy_ner_learns_and_is_cached(tmp_path):
    docs = [document("t")]
    nlp = spacy_ner(docs, tmp_path, epochs=40)
    assert {e.text for e in nlp("市委、市政府推进“红杉林”行动。").ents} >= {"市委", "市政府"}
    assert len(list(tmp_path.iterdir())) == 1
    assert spacy_ner(docs, tmp_path, epochs=40).pipe_names == ["ner"]


def test_robustness_and_contamination_are_options(gold, ruler, tmp_path):
    options = ["--robustness", "--contamination", gold, "--json", tmp_path / "out.json"]
    assert "lost to noise" in cli(ruler, gold, *options).stdout
    data = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert {row["noise"] for row in data["robustness"]} >= {"hard wraps", "page chrome"}
    assert data["contamination"][0]["share"] == "1.0000"


def test_a_hugging_face_checkpoint_reads_to_the_end_of_a_long_text(tmp_path):
    transformers = pytest.importorskip("transformers")
    text = "".join(f"市委推进第{n}项工作，" for n in range(300)) + "完。"
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(text))]
    (tmp_path / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    transformers.BertTokenizerFast(vocab=str(tmp_path / "vocab.txt")).save_pretrained(tmp_path / "hf")
    config = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label={0: "O", 1: "B-ORG", 2: "I-ORG"},
    )
    model = transformers.BertForTokenClassification(config)
    model.classifier.bias.data[:] = model.classifier.bias.data.new_tensor([-9, 9, -9])
    model.save_pretrained(tmp_path / "hf")
    predictor = load_system(str(tmp_path / "hf"), Resources()).predictors[0]
    (found,) = predictor.predict([SourceText("a", text)])
    covered = {at for span in found for at in range(span.start, span.end)}
    assert covered == set(range(len(text)))
    assert {span.label for span in found} == {"ORG"}
    assert all(0 < span.score <= 1 for span in found)


def test_a_training_run_with_metrics_beside_its_model_is_a_model(gold, ruler, tmp_path):
    run_folder = tmp_path / "run"
    run_folder.mkdir()
    (run_folder / "metrics.json").write_text('{"f1": 0.5}')
    ruler.rename(run_folder / "best")
    assert sort_arguments([str(run_folder), str(gold)]) == ([str(run_folder)], [str(gold)])
    assert cli(run_folder, gold).exit_code == 0


def test_many_documents_print_only_the_worst(tmp_path):
    docs = [as_json(document(f"d{n:02d}", TEXT + f"\n第{n}段。")) for n in range(31)]
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(d) + "\n" for d in docs), encoding="utf-8")
    found = [{"id": d["id"], "spans": d["spans"][: n % 5]} for n, d in enumerate(docs)]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(d) + "\n" for d in found), encoding="utf-8")
    printed = cli(tmp_path / "p.jsonl", tmp_path / "gold.jsonl").stdout
    assert "10 worst documents" in printed
    assert "31 documents, 95 % intervals by bootstrap of 31 documents" in printed
    assert "d00" in printed
    assert "d04" not in printed


def test_outputs_are_checked_before_any_work(gold, ruler, tmp_path):
    with pytest.raises(UserError, match="there is no folder"):
        cli(ruler, gold, "--json", tmp_path / "none" / "out.json")
    with pytest.raises(UserError, match="ends in"):
        cli(ruler, gold, "--report", tmp_path / "out.pdf")


def test_of_equal_predictions_the_likelier_is_the_right_one():
    gold = span_table([[Span(0, 2, "A")]], ("A",))
    rows = [ScoredSpan(0, 2, "A", 0.2), ScoredSpan(0, 2, "A", 0.9)]
    for order in (rows, rows[::-1]):
        found = calibrate(gold, span_table([order], ("A",)))
        assert [(b.score, b.precision) for b in found.bins] == [(0.2, 0), (0.9, 1)]
