"""The command as a user calls it."""

import csv
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import date

import docx
import pytest

from secateur.__main__ import main as start
from secateur.core.decoder import decoding
from secateur.kernels.native import INSTRUCTION_SETS
from secateur.pipelines.cli.arguments import CommandParser
from secateur.pipelines.cli.dispatch import COMMANDS
from secateur.pipelines.cli.main import main
from secateur.pipelines.clinical.handover.brief import DRAFTS
from secateur.pipelines.document.document import Place
from secateur.pipelines.ingestion.parts import bytes_at

RECORD = '{"schema_version": 2, "doc_id": "report.html"'
REPORT = "<html><body>" + "<p>Acme Corp. earned $1.2 million in 2024. It paid tax.</p>" * 40
NOTE = "HISTORY: The patient has a cough.\n\nPLAN: Rest and fluids for one week. " * 6


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.html"
    path.write_text(REPORT)
    return path


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text(NOTE)
    return path


def test_entities_go_to_stdout_one_json_line_each(report, tagger, capsys):
    assert main(["entities", str(report), "--model", tagger]) == 0
    out, err = capsys.readouterr()
    records = [json.loads(line) for line in out.splitlines()]
    assert records
    assert {"doc_id", "start", "end", "text", "label", "score", "section"} <= records[0].keys()
    assert all(0 <= record["score"] <= 1 for record in records)
    assert all(record["text"] in REPORT[slice(*record["source"])] for record in records)
    assert "tokens read, all of the document's" in err


def test_records_lead_back_into_a_package_and_name_their_headings(tmp_path, tagger, capsys):
    document = docx.Document()
    for title in ("Report", "Results"):
        document.add_heading(title, 1 + (title == "Results"))
    document.add_paragraph("Acme Corp. earned $1.2 million in 2024. It paid tax. " * 20)
    document.save(path := tmp_path / "report.docx")
    assert main(["entities", str(path), "--model", tagger]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert records
    for record in records:
        assert record["part"] == ["word/document.xml"]
        place = Place(source=tuple(record["source"]), part=tuple(record["part"]))
        assert record["text"] in bytes_at(path, place).decode()
    assert records[-1]["section_path"] == ["Report", "Results"]
    assert main(["entities", str(path), "--model", tagger, "--format", "csv"]) == 0
    last = list(csv.DictReader(capsys.readouterr().out.splitlines()))[-1]
    assert json.loads(last["section_path"]) == ["Report", "Results"]
    assert json.loads(last["part"]) == ["word/document.xml"]


def test_limits_are_set_by_the_command_line(report, tagger, capsys):
    arguments = ["entities", str(report), "--model", tagger]
    assert main([*arguments, "--limit", "characters=100"]) == 1
    err = capsys.readouterr().err
    assert "more than the limit of 100; split the file" in err
    assert "raise Limits.characters (--limit characters=N)" in err
    assert main([*arguments, "--limit", "characters=9_000", "--limit", "seconds=120"]) == 0
    capsys.readouterr()
    assert main([*arguments, "--limit", "paper=3"]) == 1
    assert "unknown limit 'paper'; one of file_bytes," in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["view", "totals"], ["evaluate", "entities", "--against-xbrl"]],
    ids=["view", "evaluate"],
)
def test_every_command_that_reads_takes_the_limits_that_its_refusals_name(report, capsys, words):
    assert main([*words, str(report), "--limit", "characters=100"]) == 1
    assert "(--limit characters=N)" in capsys.readouterr().err


def test_notes_that_summaries_are_scored_against_keep_to_the_limits(tmp_path, capsys):
    (tmp_path / "note.txt").write_text("She rests at home. " * 9)
    for name in ("gold", "found"):
        line = json.dumps({"doc_id": "note.txt", "summary": "She rests."})
        (tmp_path / f"{name}.jsonl").write_text(line)
    words = ["evaluate", "summaries", tmp_path / "gold.jsonl", tmp_path / "found.jsonl"]
    words += ["--notes", tmp_path, "--limit", "characters=100"]
    assert main(list(map(str, words))) == 1
    assert "(--limit characters=N)" in capsys.readouterr().err


def test_version_is_said(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("secateur 0.")


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_out_writes_one_file_a_document(report, tagger, tmp_path, capsys, form):
    out = tmp_path / "results"
    arguments = ["entities", str(report), "--model", tagger, "--out", str(out), "--format", form]
    assert main(arguments) == 0
    assert capsys.readouterr().out == ""
    text = (out / f"report.html.{form}").read_text()
    assert text.startswith("doc_id," if form == "csv" else RECORD)


def test_both_attentions_find_the_same_at_threshold_zero(report, tagger, capsys):
    found = []
    for arguments in (["--attention", "full"], ["--threshold", "0"]):
        assert main(["entities", str(report), "--model", tagger, "--quiet", *arguments]) == 0
        found.append([json.loads(line) for line in capsys.readouterr().out.splitlines()])
    keys = [[(e["start"], e["end"], e["label"]) for e in side] for side in found]
    assert keys[0] == keys[1]


def test_summarize_ties_sentences_to_places_in_the_note(note, decoder, capsys):
    assert main(["summarize", str(note), "--style", "brief", "--model", decoder, "--quiet"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert 0 <= len(record["sentences"]) <= 3
    assert record["attention"] == "dap"
    for sentence in record["sentences"]:
        for place in sentence["evidence"]:
            assert NOTE[place["start"] : place["end"]] == place["text"]
            assert place["text"] in NOTE[slice(*place["source"])], "the note is ASCII"


def test_a_brief_summary_of_a_transcript_says_that_it_is_a_history(tmp_path, decoder, capsys):
    (note := tmp_path / "note.txt").write_text("Doctor: Gout?\nPatient: Yes.\n")
    assert main(["summarize", str(note), "--style", "brief", "--model", decoder]) == 0
    assert " of a history, as this is the transcript of a visit" in capsys.readouterr().err


def test_summarize_takes_one_of_as_many_drafts_as_asked_for(note, decoder, monkeypatch):
    asked = []
    write = decoding.write

    def recorded(*arguments, texts, **options):
        asked.append(texts)
        return write(*arguments, texts=texts, **options)

    monkeypatch.setattr(decoding, "write", recorded)
    command = ["summarize", str(note), "--style", "brief", "--model", decoder, "--quiet"]
    assert main([*command, "--drafts", "3"]) == main(command) == 0
    assert set(asked) == {3, DRAFTS}
    with pytest.raises(SystemExit):
        main([*command, "--drafts", "0"])


def test_summarize_is_deterministic(note, decoder, capsys):
    texts = []
    for _ in range(2):
        main(["summarize", str(note), "--style", "brief", "--model", decoder, "--quiet"])
        texts.append(json.loads(capsys.readouterr().out)["summary"])
    assert texts[0] == texts[1]


@pytest.mark.parametrize("pipeline", ["finance", "clinical"])
def test_compare_prints_the_documented_fields(pipeline, report, note, tagger, decoder, capsys):
    path, model = (report, tagger) if pipeline == "finance" else (note, decoder)
    assert main(["compare", str(path), "--model", model, "--json"]) == 0
    out, err = capsys.readouterr()
    other = "clinical" if pipeline == "finance" else "finance"
    assert f"--pipeline {other} if it is none" in err
    row = json.loads(out)
    expected = {
        "file", "pipeline", "tokens", "threads", "dtype", "full", "dap", "speedup", "agreement",
        "changed", "projected",
    }  # fmt: skip
    assert expected <= row.keys()
    assert row["pipeline"] == pipeline
    assert {"seconds", "attention_s", "peak_mib"} <= row["full"].keys()
    assert {"seconds", "density", "selection_s", "recovered_share"} <= row["dap"].keys()
    assert row["speedup"] == pytest.approx(row["full"]["seconds"] / row["dap"]["seconds"])
    assert not row["projected"]


def test_compare_projects_full_attention_above_the_budget(tagger, tmp_path, capsys):
    path = tmp_path / "long.html"
    path.write_text(REPORT + "<p>Globex Inc. sold assets for $3 billion.</p>" * 300)
    arguments = ["compare", str(path), "--model", tagger, "--json", "--quiet"]
    assert main([*arguments, "--budget", "1e-6"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["projected"]
    assert row["agreement_tokens"] < row["tokens"]
    assert main(["compare", str(path), "--model", tagger, "--budget", "1e-6", "--quiet"]) == 0
    assert "(projected)" in capsys.readouterr().out


def _bad_files(folder):
    empty = folder / "empty.html"
    empty.touch()
    binary = folder / "image.html"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    return {
        "missing": folder / "missing.html",
        "empty": empty,
        "binary": binary,
        "folder": folder,
    }


@pytest.mark.parametrize("kind", ["missing", "empty", "binary", "folder"])
@pytest.mark.parametrize("command", ["entities", "summarize", "compare"])
def test_a_bad_file_is_one_clear_line_and_exit_code_one(kind, command, tmp_path, capsys):
    path = _bad_files(tmp_path)[kind]
    assert main([command, str(path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("secateur: error: ")
    assert path.name in err
    assert len(err.strip().splitlines()) == 1


def test_some_failures_exit_with_two_and_the_rest_is_done(report, tagger, tmp_path, capsys):
    files = [str(tmp_path / "missing.html"), str(report)]
    assert main(["entities", *files, "--model", tagger]) == 2
    out, err = capsys.readouterr()
    assert out.startswith(RECORD)
    assert "missing.html" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--model", "./no-such-folder"], "no-such-folder"),
        (["--model", "nobody/no-such-model"], "nobody/no-such-model"),
        (["--model", "nosuch"], "model nosuch: there is no such folder, "),
        (["--model", "clinical"], "model clinical is for notes (summarize); give finance, "),
        (["--threshold", "-1"], "-1"),
        (["--threshold", "nan"], "nan"),
        (["--device", "cuda"], "CUDA"),
    ],
    ids=["folder", "hub id", "no folder", "other pipeline", "threshold", "no number", "device"],
)
def test_unusable_options_are_one_clear_line(arguments, says, report, capsys, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert main(["entities", str(report), *arguments]) == 1
    err = capsys.readouterr().err
    assert err.startswith("secateur: error: ")
    assert says in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["prune"], ["entities"], ["compare", "a", "b"], ["app", "--port", "99999"],
        ["entities", "a", "--threads", "99999999999"],
        ["bench", "attention", "--lengths", "0"], ["bench", "attention", "--sparsities", "1"],
        ["bench", "documents", "--repeats", "0"],
        ["calibrate", "--domain", "a", "--data", "b", "--out", "c", "--documents", "0"],
        ["batch", "a", "--pipeline", "finance", "--out", "b", "--workers", "0"],
        ["batch", "a", "--pipeline", "finance", "--out", "b", "--time-limit", "nan"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_usage_errors_exit_with_one(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("secateur: error: ")
    assert "; see secateur" in line
    assert line.endswith(" --help")


@pytest.mark.parametrize("name", ["view", "train", "evaluate", "bench"])
def test_what_has_to_be_chosen_is_named_by_its_choices(name, capsys):
    with pytest.raises(SystemExit):
        main([name])
    assert re.search(r"required: \w+(\|\w+)+", capsys.readouterr().err)


def test_an_output_folder_that_cannot_be_made_is_named(report, tagger, capsys):
    arguments = ["entities", str(report), "--model", tagger, "--out", str(report / "x")]
    assert main(arguments) == 1
    assert "report.html" in capsys.readouterr().err


def test_note_text_reaches_no_message(tmp_path, decoder, capsys):
    secret = "Zebediah Quackenbush"
    note = tmp_path / "note.txt"
    note.write_bytes(f"{secret} has asthma. ".encode() * 3 + b"\x00\x01\x02" * 400)
    main(["summarize", str(note), "--style", "brief", "--model", decoder])
    good = tmp_path / "good.txt"
    good.write_text(f"{secret} has asthma. He was seen today.")
    main(["summarize", str(good), "--style", "brief", "--model", decoder])
    assert secret not in capsys.readouterr().err


@pytest.mark.parametrize(
    "parse", [int, float, date.fromisoformat, {}.__getitem__], ids=["int", "float", "date", "key"]
)
def test_a_fault_on_a_note_is_told_by_its_place_and_quotes_nothing(
    parse, note, decoder, capsys, monkeypatch
):
    def write(*_, **__):
        parse(NOTE)

    monkeypatch.setattr("secateur.pipelines.cli.summaries.write_brief", write)
    assert main(["summarize", str(note), "--style", "brief", "--model", decoder]) == 1
    err = capsys.readouterr().err
    assert re.search(r"Error, line \d+ of test_main.py\); please report it\n$", err)
    assert "cough" not in err


def test_info_names_versions_and_kernels(capsys):
    assert main(["info", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"secateur", "torch", "transformers", "cpu kernel", "cuda"} <= found.keys()


def test_ctrl_c_before_a_command_is_known_is_no_traceback(capsys, monkeypatch):
    def loading(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("secateur.pipelines.cli.main._parsed", loading)
    monkeypatch.setenv("GOMP_SPINCOUNT", "10000")  # which it sets, put back afterwards
    assert start() == 130
    assert capsys.readouterr().err == "secateur: interrupted\n"


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["entities", "--help"], ["view", "--help"], ["evaluate", "--help"]],
    ids=" ".join,
)
def test_help_needs_no_torch(words):
    code = "import contextlib, sys\nfrom secateur.__main__ import main\n"
    code += "with contextlib.suppress(SystemExit): main()\n"
    code += "assert not {'torch', 'transformers', 'spacy'} & sys.modules.keys()"
    run = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "secateur" in run.stdout


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "bench"])
def test_help_explains_every_option_and_has_an_example_that_is_understood(name, capsys):
    parser = CommandParser()
    for add in COMMANDS[name].options:
        add(parser)
    assert [action.dest for action in parser._actions if not action.help] == []
    parser.parse_args(COMMANDS[name].example.split())
    with pytest.raises(SystemExit):
        main([name, "--help"])
    assert f"example: secateur {name} " in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--help"])
    assert re.search(
        rf"^    {name} +{re.escape(COMMANDS[name].help)}", capsys.readouterr().out, re.M
    )


@pytest.mark.parametrize("closed", ["<&- >&-", ">&-", "2>&-"])
def test_a_closed_stream_is_no_fault(closed, report):
    command = [sys.executable, "-P", "-m", "secateur", "view", "totals", report]
    shell = ["sh", "-c", f'"$@" {closed}', "sh"]
    run = subprocess.run([*shell, *command], capture_output=True, text=True, check=False)
    if closed == "2>&-":
        assert run.returncode == 0
        assert run.stdout == "no total was found\n"
    else:
        assert run.returncode == 1
        assert run.stderr == "secateur: error: standard output: Bad file descriptor\n"


def test_ctrl_c_in_a_library_that_loads_is_no_traceback(report, capsys, monkeypatch):
    def loading(options, form):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise RuntimeError("Error calling __set_name__") from error

    monkeypatch.setattr("secateur.pipelines.cli.entities.entity_reader", loading)
    assert main(["entities", str(report)]) == 130
    assert capsys.readouterr().err == "secateur: interrupted\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("entities a --attention full --threshold 1", "--threshold changes nothing under --att"),
        ("evaluate entities a b --model c", "--model changes nothing where no model runs"),
        ("evaluate summaries a b --dtype bf16", "--dtype changes nothing where no model runs"),
        ("evaluate entities --against-xbrl a b --profile finance", "--profile changes nothing"),
        ("view names a --found b --target-error 0.1", "--target-error changes nothing"),
        ("view totals a --attention full", "--attention changes nothing where no model runs"),
        ("info --threshold 1", "--threshold changes nothing without --calibrate-routing"),
        ("info --model finance", "--model changes nothing without --calibrate-routing"),
        ("calibrate --domain a --data b --out c --target-speedup 2", "nothing without --check"),
        ("batch a --pipeline finance --out b --retry-errors", "--retry-errors goes with --resume"),
        ("batch a --pipeline finance --out b --address auto", "nothing without --engine ray"),
    ],
)
def test_options_that_would_change_nothing_are_refused(words, says, capsys):
    assert main(words.split()) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("words", ["compare a --attention full", "calibrate --profile finance"])
def test_options_that_a_command_has_no_use_for_are_unknown_to_it(words, capsys):
    with pytest.raises(SystemExit):
        main(words.split())
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "spins"),
    [({}, "10000"), ({"GOMP_SPINCOUNT": "77"}, "77"), ({"OMP_WAIT_POLICY": "passive"}, "0")],
    ids=["short", "the user's", "by the user's policy"],
)
@pytest.mark.skipif(sys.platform != "linux", reason="GNU OpenMP is torch's on Linux only")
def test_threads_of_the_command_do_not_wait_at_full_load(given, spins):
    code = "import contextlib\nfrom secateur.__main__ import main\n"
    code += "with contextlib.suppress(SystemExit): main()\nimport torch"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_DISPLAY_ENV": "verbose", **given}
    run = subprocess.run(
        [sys.executable, "-c", code, "--version"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert f"GOMP_SPINCOUNT = '{spins}'" in run.stderr


@pytest.mark.parametrize("dtype", ["fp32", "bf16"])
@pytest.mark.parametrize("instruction_set", INSTRUCTION_SETS)
def test_bench_prints_the_documented_fields(capsys, dtype, instruction_set):
    small = ["--lengths", "128", "--head-dims", "32", "--dtypes", dtype, "--sparsities", "0.8"]
    small += ["--instruction-set", instruction_set]
    assert main(["bench", "attention", *small, "--heads", "1", "--repeats", "1", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    expected = {
        "n", "heads", "kv_heads", "head_dim", "dtype", "causal", "lists", "sparsity", "threads",
        "rival", "ms_rival", "ms_native", "ms_selection", "ratio", "ratio_with_selection", "isa",
        "cpu", "torch", "commit",
    }  # fmt: skip
    assert expected <= row.keys()
    assert row["isa"] == instruction_set
    # All three are rounded, and so small a call's are a few hundredths.
    assert row["ratio"] == pytest.approx(row["ms_rival"] / row["ms_native"], rel=0.1, abs=0.01)


def test_bench_without_the_native_kernel_says_so(capsys, monkeypatch):
    def unavailable(*arguments, **options):
        raise RuntimeError("the extension was not built")

    monkeypatch.setattr("secateur.pipelines.lab.bench.attention.benchmark_attention", unavailable)
    assert main(["bench", "attention"]) == 1
    assert "the extension was not built" in capsys.readouterr().err


def test_archive_gives_a_result_for_each_document_and_lists_the_failures(tagger, tmp_path, capsys):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2024/a.html", REPORT)
        archive.writestr("broken.pdf", b"%PDF-1.7")
        archive.writestr("b.html", REPORT)
    out = tmp_path / "results"
    assert main(["entities", str(path), "--model", tagger, "--out", str(out)]) == 2
    assert {file.name for file in out.glob("*.jsonl")} == {
        "all.zip!2024!a.html.jsonl",
        "all.zip!b.html.jsonl",
    }
    err = capsys.readouterr().err
    assert f"secateur: error: {path}!broken.pdf: the PDF is damaged" in err
    assert "all.zip!b.html: " in err
