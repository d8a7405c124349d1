"""Scores of summaries, and the command that prints them."""

import json

import pytest
from rouge_score.rouge_scorer import RougeScorer

from secateur.pipelines.cli.main import main
from secateur.pipelines.clinical.verification.terms import TermReader
from secateur.pipelines.evaluation.metric import bootstrap
from secateur.pipelines.evaluation.summaries import consistency, less, score, scores_of
from secateur.pipelines.terminology.matcher import Term, TermMatcher


@pytest.fixture
def reader():
    terms = [
        Term("hypertension", "hypertension", "problem"),
        Term("high blood pressure", "hypertension", "problem"),
        Term("asthma", "asthma", "problem"),
        Term("gout", "gout", "problem"),
        Term("inhaler", "inhaler", "drug"),
    ]
    return TermReader(TermMatcher(terms), {})


NOTE = "High blood pressure and asthma, for which she has an inhaler."


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        (
            "Hypertension and asthma.",
            "Hypertension, gout.",
            {"term_precision": 0.5, "key_term_recall": 0.5, "one_name": 1.0, "consistency": 0.5},
        ),
        (
            "Asthma.",
            "Asthma, hypertension or high blood pressure.",
            {"term_precision": 1.0, "key_term_recall": 1.0, "one_name": 0.5, "consistency": 1.0},
        ),
        (
            "An inhaler.",
            "One inhaler of two inhalers.",
            {"term_precision": 1.0, "key_term_recall": 1.0, "one_name": 1.0, "consistency": 1.0},
        ),
        ("Asthma.", "A patient.", {"key_term_recall": 0.0, "consistency": 0.0}),
        (
            "Asthma.",
            "Gout.",
            {"term_precision": 0.0, "key_term_recall": 0.0, "one_name": 1.0, "consistency": 0.0},
        ),
        ("A patient.", "A patient.", {}),
    ],
    ids=["one of two", "two names", "plural", "silent", "unsupported", "no terms"],
)
def test_consistency_is_what_the_definition_says(reader, gold, predicted, expected):
    assert consistency(gold, predicted, NOTE, reader) == pytest.approx(expected)


def test_lsum_takes_sentences_apart():
    gold, predicted = "He coughs. She sleeps.", "She sleeps. He coughs."
    found = {metric.name: metric.value for metric in score([gold], [predicted], [""], None)}
    assert found["rougeLsum"] == 1.0
    flat = RougeScorer(["rougeL"], use_stemmer=True).score(gold, predicted)["rougeL"].fmeasure
    assert found["rougeL"] == pytest.approx(flat)


def test_the_interval_holds_the_mean_and_repeats_itself():
    # Of 100 throws of a coin, 95 % of the time 40 to 60 are heads (90 %: 42 to 58).
    interval = bootstrap([0.0, 1.0] * 50)
    assert interval == pytest.approx((0.4, 0.6), abs=0.005)
    assert interval == bootstrap([0.0, 1.0] * 50)


@pytest.mark.parametrize(("count", "interval"), [(1, (None, None)), (2, (1.0, 1.0))])
def test_an_interval_takes_two_documents(count, interval):
    text = ["He coughs."] * count
    (metric, *_) = score(text, text, text, None)
    assert (metric.support, (metric.low, metric.high)) == (count, interval)


def test_differences_are_taken_note_by_note(reader):
    gold = ["Hypertension.", "Asthma.", "She sleeps."]
    notes = [NOTE] * 3
    better = scores_of(gold, ["Hypertension.", "Asthma.", "Asthma."], notes, reader)
    worse = scores_of(gold, ["Hypertension.", "Gout.", "Asthma."], notes, reader)
    found = {metric.name: metric for metric in less(better, worse)}
    assert found["rouge1"].value == pytest.approx(1 / 3)
    # The third person names no key term, so two notes have a consistency.
    assert (found["consistency"].value, found["consistency"].support) == (0.5, 2)
    # A summary without terms has no precision, so these may be of other notes.
    assert "term_precision" not in found
    assert {metric.value for metric in less(worse, worse)} == {0.0}


@pytest.fixture
def files(tmp_path):
    def write(name, *records):
        path = tmp_path / name
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        path.write_text("".join(lines), encoding="utf-8")
        return str(path)

    return write


def test_the_command_prints_every_metric(files, capsys):
    gold = files("gold.jsonl", {"doc_id": "a", "summary": "He coughs."})
    found = files("found.jsonl", {"doc_id": "a", "summary": "He coughs."})
    assert main(["evaluate", "summaries", gold, found, "--json"]) == 0
    metrics = {metric["name"]: metric for metric in json.loads(capsys.readouterr().out)}
    assert metrics["rougeL"] == {
        "name": "rougeL", "value": 1.0, "support": 1, "low": None, "high": None,
        "over": None,
    }  # fmt: skip
    assert main(["evaluate", "summaries", gold, found]) == 0
    assert "rougeLsum" in capsys.readouterr().out


def test_summaries_of_a_batch_are_scored(files, capsys):
    own = {"doc_id": "a", "summary": "He coughs."}
    found = files("results.jsonl", {"path": "x/a", "doc_id": "a", "summary": own})
    assert main(["evaluate", "summaries", files("gold.jsonl", own), found, "--json"]) == 0
    assert {metric["value"] for metric in json.loads(capsys.readouterr().out)} == {1.0}


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([{"doc_id": "b", "summary": "x"}], "found.jsonl: no summary of a, which"),
        ([{"doc_id": "a"}], "found.jsonl, line 1: summary is missing; give what secateur"),
        ([{"summary": "x"}], "found.jsonl, line 1: doc_id is missing; give"),
        ([], "found.jsonl: no summary in it; give"),
        ([{"doc_id": "a", "summary": "x"}] * 2, "found.jsonl, line 2: a second summary of a"),
    ],
)
def test_files_out_of_order_are_refused(files, capsys, records, message):
    gold = files("gold.jsonl", {"doc_id": "a", "summary": "He coughs."})
    found = files("found.jsonl", *records)
    assert main(["evaluate", "summaries", gold, found]) == 1
    assert message in capsys.readouterr().err


def test_what_no_reader_of_json_takes_is_told(files, tmp_path, capsys):
    found = tmp_path / "deep.jsonl"
    found.write_text("[" * 100_000)
    gold = files("gold.jsonl", {"doc_id": "a", "summary": "He coughs."})
    assert main(["evaluate", "summaries", gold, str(found)]) == 1
    assert "deep.jsonl, line 1: not JSON" in capsys.readouterr().err


def test_a_folder_in_place_of_a_file_is_told(files, tmp_path, capsys):
    gold = files("gold.jsonl", {"doc_id": "a", "summary": "He coughs."})
    assert main(["evaluate", "summaries", gold, str(tmp_path)]) == 1
    assert f"{tmp_path}: is a folder; give a file in it" in capsys.readouterr().err


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\r\n"])
def test_a_summary_may_hold_what_parts_lines_elsewhere(files, sign):
    file = files("found.jsonl", {"doc_id": "a", "summary": f"He coughs.{sign}No fever."})
    assert main(["evaluate", "summaries", file, file]) == 0


def test_documents_that_are_not_scored_are_named(files, capsys):
    gold = files("gold.jsonl", {"doc_id": "a", "summary": "He coughs."})
    found = files("found.jsonl", *({"doc_id": name, "summary": "He coughs."} for name in "cab"))
    assert main(["evaluate", "summaries", gold, found]) == 0
    assert "not scored, " in (err := capsys.readouterr().err)
    assert err.rstrip().endswith(": b, c")
    assert main(["evaluate", "summaries", gold, found, "--quiet"]) == 0
    assert capsys.readouterr().err == ""
