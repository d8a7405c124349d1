"""`secateur bench documents`: what is run, and what a row says, on tiny models."""

import argparse
import time
from functools import partial

import pytest
from tiny_folders import save_decoder

from secateur.pipelines.cli.bench import add_arguments
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.reader import scoring
from secateur.pipelines.lab.bench import documents as bench_documents
from secateur.pipelines.lab.bench import entities as bench_entities
from secateur.pipelines.lab.bench import summaries as bench_summaries
from secateur.pipelines.lab.bench.writing import write_stock
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions

PARAGRAPH = "<p>Acme Corp. paid 12 million dollars. Net income of the year rose again.</p>"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(f"<html><body>{PARAGRAPH * 40}</body></html>")
    return path


@pytest.fixture(scope="module")
def decoder(tmp_path_factory):
    return str(save_decoder(tmp_path_factory.mktemp("decoder"), positions=2048))


def measure(*words):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    options = parser.parse_args(["documents", *map(str, words), "--dtypes", "fp32"])
    return bench_documents.rows(options)


@pytest.fixture(scope="module")
def entity_rows(report, tagger):
    rows = measure(report, "--model", tagger, "--lengths", 1000, "--repeats", 2)
    return {row["method"]: row for row in rows}


def test_rows_name_every_rival_on_the_same_tokens(entity_rows):
    assert list(entity_rows) == ["dap", "full", "windows512", "regex"]
    assert {row["tokens"] for row in entity_rows.values()} == {entity_rows["dap"]["tokens"]}


def test_the_document_is_cut_after_the_passage_that_reaches_the_length(entity_rows):
    assert 1000 <= entity_rows["dap"]["tokens"] < 1000 + len(PARAGRAPH)


def test_every_run_is_in_the_row_and_the_best_one_counts(entity_rows):
    for row in entity_rows.values():
        assert row["repeats"] == len(row["seconds_all"]) == len(row["cpu_s_all"]) == 2
        assert row["seconds"] == min(row["seconds_all"])
        assert row["tokens_per_s"] == pytest.approx(row["tokens"] / row["seconds"], rel=0.01)


def test_attention_is_counted_apart(entity_rows):
    for method in ("dap", "full", "windows512"):
        assert 0 < entity_rows[method]["attention_s"] < entity_rows[method]["seconds"]
    assert entity_rows["dap"]["selection_s"] < entity_rows["dap"]["attention_s"]


def test_a_row_tells_how_much_was_read_again(entity_rows, report, tagger, monkeypatch):
    assert 0 < entity_rows["dap"]["read_again"] < entity_rows["dap"]["tokens"] / 2
    assert "read_again" not in entity_rows["full"]
    monkeypatch.setattr(scoring, "remember", partial(scoring.remember, limit=0))
    words = ["--methods", "dap", "--lengths", 1000, "--repeats", 1]
    (too_long,) = measure(report, "--model", tagger, *words)
    assert too_long["read_again"] == 0


def test_full_attention_is_composed_above_the_bound_and_says_so(report, tagger):
    bound = ["--compose-above", 512, "--methods", "dap", "full", "--repeats", 2]
    dap, full = measure(report, "--model", tagger, "--lengths", 1000, *bound)
    assert (dap["composed"], full["composed"]) == (False, True)
    assert full["repeats"] == len(full["seconds_all"]) == len(full["cpu_s_all"]) == 2
    assert full["seconds"] == min(full["seconds_all"])
    rest = dap["seconds"] - dap["attention_s"]
    assert full["seconds"] == pytest.approx(rest + full["attention_s"], rel=1e-3)


@pytest.fixture
def log(monkeypatch):
    """What reads a file, and where the clock is started."""
    found = []
    read_by, by_pattern, timed = (
        getattr(bench_entities, name) for name in ("read_by", "read_by_pattern", "measure")
    )

    def told_read(scorer, file, loaded):
        found.append((scorer.func.__name__, loaded.model.config._attn_implementation))
        return read_by(scorer, file, loaded)

    def told_pattern(file):
        found.append("pattern")
        return by_pattern(file)

    def told_clock(run):
        found.append("clock")
        return timed(run)

    monkeypatch.setattr(bench_entities, "read_by", told_read)
    monkeypatch.setattr(bench_entities, "read_by_pattern", told_pattern)
    monkeypatch.setattr(bench_entities, "measure", told_clock)
    return found


def test_no_method_is_timed_in_its_first_run(report, tagger, log):
    measure(report, "--model", tagger, "--lengths", 1000, "--repeats", 1)
    ways = [("score", "dap"), ("score", "sdpa"), ("score_windows", "sdpa"), "pattern"]
    assert log == [*ways, *(event for way in ways for event in ("clock", way))]


def test_full_attention_warms_up_on_the_beginning_of_a_long_report(
    report, tagger, log, monkeypatch
):
    beginnings = []
    monkeypatch.setattr(bench_entities, "_BEGINNING", 300)
    monkeypatch.setattr(
        bench_entities, "extract_all",
        lambda document, model, tokenizer: beginnings.append(
            (len(tokenizer.tokenize(document.text)), model.config._attn_implementation)
        ),
    )  # fmt: skip
    words = ["--methods", "full", "--lengths", 1000, "--repeats", 1]
    measure(report, "--model", tagger, *words)
    ((tokens, attention),) = beginnings
    assert 300 <= tokens < 300 + len(PARAGRAPH)
    assert attention == "sdpa"
    assert log == ["clock", ("score", "sdpa")]


def test_windows_run_in_the_batches_that_take_least_by_the_clock(report, tagger, monkeypatch):
    """Batches of two wait less and compute more, and pay for the first call of all."""
    clocks = {"wall": 0.0, "cpu": 0.0}
    tried = []

    def windows(encoded, model, tokenizer, *, batch_size):
        clocks["wall"] += 1.0 if batch_size == 2 else 5.0
        clocks["wall"] += 60.0 if batch_size == 2 and batch_size not in tried else 0.0
        clocks["cpu"] += 5.0 if batch_size == 2 else 1.0
        tried.append(batch_size)

    monkeypatch.setattr(bench_entities, "score_windows", windows)
    loaded = load_model("finance", RunOptions(attention="full", model=tagger))
    monkeypatch.setattr(time, "perf_counter", lambda: clocks["wall"])
    monkeypatch.setattr(time, "process_time", lambda: clocks["cpu"])
    assert bench_entities.fastest_batch(report, loaded) == 2
    assert tried == [1, 2, 4] * 3


def test_a_threshold_of_zero_finds_what_full_attention_finds(report, tagger):
    words = ["--threshold", 0, "--methods", "dap", "full", "--repeats", 1, "--lengths", 1000]
    dap, _ = measure(report, "--model", tagger, *words)
    assert dap["f1_against_full"] == 1


def test_a_summary_has_64_new_tokens_whatever_the_model_would_write(tmp_path, decoder):
    note = tmp_path / "note.txt"
    note.write_text("The patient has asthma. She was seen today. " * 20)
    words = ["--pipeline", "clinical", "--model", decoder, "--repeats", 1, "--lengths", 300]
    rows = {row["method"]: row for row in measure(note, *words)}
    assert list(rows) == ["dap", "drafts", "full", "extractive"]
    assert rows["dap"]["tokens"] == rows["full"]["tokens"] == 300
    assert rows["dap"]["new_tokens"] == rows["full"]["new_tokens"] == 64
    for row in (rows["dap"], rows["full"]):
        assert 0 < row["prefill_s"] + row["decode_s"] < row["seconds"]


def test_no_way_to_write_is_timed_in_its_first_run(tmp_path, decoder, monkeypatch):
    note = tmp_path / "note.txt"
    note.write_text("The patient has asthma. She was seen today. " * 5)
    log, timed = [], bench_summaries.measure

    def rival(prompts, loaded):
        log.append("rival")
        return write_stock(prompts, loaded)

    def told_clock(run):
        log.append("clock")
        return timed(run)

    monkeypatch.setattr(bench_summaries, "measure", told_clock)
    bench_summaries.benchmark_summaries(
        [note], ["fp32"], methods=(), others={"rival": rival}, repeats=1, model=decoder
    )
    assert log == ["rival", "clock", "rival"]


def test_a_record_too_long_for_the_model_is_refused(tmp_path, decoder):
    note = tmp_path / "note.txt"
    note.write_text("asthma " * 2048)
    with pytest.raises(UsageError, match=r"tokens do not fit the model's 2,048"):
        measure(note, "--pipeline", "clinical", "--model", decoder, "--lengths", 0)


def test_unpruned_decoding_writes_what_stock_transformers_writes(tmp_path, decoder):
    note = tmp_path / "note.txt"
    note.write_text("The patient has asthma. She was seen today. " * 20)
    words = ["--pipeline", "clinical", "--model", decoder, "--repeats", 1, "--threshold", 0]
    dap, *_ = measure(note, *words, "--lengths", 200)
    assert dap["rouge_l_against_full"] == 1


def test_words_cut_a_note(tmp_path, decoder):
    note = tmp_path / "note.txt"
    note.write_text("asthma " * 60)
    words = ["--pipeline", "clinical", "--model", decoder, "--repeats", 1, "--methods", "dap"]
    (row,) = measure(note, *words, "--words", 50)
    loaded = load_model("clinical", RunOptions(model=decoder))
    assert row["tokens"] == 50 * len(loaded.tokenizer.tokenize("asthma"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--lengths", 10**6], r"report\.html has [\d,]+ tokens, not 1,000,000"),
        (["--methods", "eager"], "unknown method 'eager'"),
        (["--pipeline", "clinical", "--words", 10**6], r"has [\d,]+ words, not 1,000,000"),
    ],
    ids=["too long", "no such method", "too many words"],
)
def test_what_cannot_be_measured_is_refused(report, tagger, decoder, words, message):
    model = decoder if "clinical" in words else tagger
    with pytest.raises(UsageError, match=message):
        measure(report, "--model", model, *words)


def test_two_reports_at_once_are_refused(report):
    with pytest.raises(UsageError, match="one report at a time, got 2 files"):
        measure(report, report)
