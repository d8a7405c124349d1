"""`secateur calibrate` and what its profiles do to a run, on tiny models."""

import json
import os
import shutil

import pytest

from secateur.core.profile_files import read
from secateur.pipelines.cli.main import main
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions

SECRET = "Quetzalcoatlus"
REPORT = f"<p>{SECRET} Corp. earned $1.2 million in 2024. It paid tax.</p>"
NOTE = f"HISTORY: {SECRET} has a cough.\n\nPLAN: Rest and fluids for one week. "


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    for number in range(3):
        text = f"<html><body><p>Year {number}.</p>" + REPORT * (30 + number)
        (folder / f"{number}.html").write_text(text)
    (folder / "short.html").write_text("<html><body><p>Acme Corp. rests.</p></body></html>")
    return folder


@pytest.fixture(scope="module")
def notes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notes")
    for number in range(2):
        (folder / f"{number}.txt").write_text(f"Visit {number}. " + NOTE * 15)
    return folder


def run(*arguments):
    return main(["calibrate", "--max-tokens", "700", "--documents", "2", *map(str, arguments)])


@pytest.fixture(scope="module")
def profile(reports, tagger, tmp_path_factory):
    path = tmp_path_factory.mktemp("profile") / "finance.json"
    arguments = ["--domain", "finance", "--data", reports, "--model", tagger, "--out", path]
    assert run(*arguments, "--quiet") == 0
    return path


def test_profile_says_what_it_was_made_of_and_holds_no_text(profile, tagger):
    found = read(profile)
    assert (found.domain, found.model, found.model_type) == ("finance", tagger, "bert")
    assert found.data["documents"] == 2
    assert 512 < found.data["tokens"] <= 700
    assert {"secateur", "torch", "transformers"} <= found.versions.keys()
    assert len(found.modules) == 2
    assert SECRET.lower() not in profile.read_text().lower()


def test_a_document_too_short_to_be_pruned_is_named(reports, tagger, tmp_path, capsys):
    for name in ("0.html", "short.html"):
        (tmp_path / name).write_text((reports / name).read_text())
    arguments = ["--domain", "finance", "--data", tmp_path, "--model", tagger]
    assert run(*arguments, "--out", tmp_path / "out.json") == 0
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "left out" in line]
    assert "short.html: left out, it has no stretch of more than 512 tokens" in line


def test_a_document_whose_name_is_in_no_encoding_is_read(reports, tagger, tmp_path):
    shutil.copy(reports / "0.html", os.fsencode(tmp_path) + b"/\xff.html")
    arguments = ["--domain", "finance", "--data", tmp_path, "--model", tagger]
    assert run(*arguments, "--out", tmp_path / "out.json") == 0


def test_a_file_that_is_no_profile_is_not_written_over(reports, tagger, profile, tmp_path, capsys):
    report = tmp_path / "report.html"
    report.write_text(REPORT)
    common = ["--domain", "finance", "--data", reports, "--model", tagger, "--quiet"]
    assert run(*common, "--out", report) == 1
    assert "no profile; give another name" in capsys.readouterr().err
    assert report.read_text() == REPORT
    older = tmp_path / "older.json"
    older.write_text(profile.read_text())
    assert run(*common, "--out", older) == 0


def test_a_decoder_is_calibrated_on_notes(notes, decoder, tmp_path, capsys):
    out = tmp_path / "clinical.json"
    assert run("--domain", "clinical", "--data", notes, "--model", decoder, "--out", out) == 0
    printed, told = capsys.readouterr()
    assert read(out).model_type == "llama"
    assert "starting threshold" in printed
    assert "document 2 of 2" in told
    assert SECRET not in printed + told


def test_the_same_documents_give_the_same_curves(profile, reports, tagger, tmp_path):
    again = tmp_path / "again.json"
    arguments = ["--domain", "finance", "--data", reports, "--model", tagger, "--out", again]
    assert run(*arguments, "--quiet") == 0
    first, second = read(profile), read(again)
    assert first.data == second.data
    for name, curves in first.modules.items():
        assert curves.error == second.modules[name].error


def test_check_tells_what_was_expected_and_what_came(profile, reports, tagger, capsys):
    common = ["--domain", "finance", "--data", reports, "--model", tagger, "--quiet"]
    assert run(*common, "--check", profile, "--target-error", "0.1") == 0
    *_, row = capsys.readouterr().out.splitlines()
    name, target, expected, found, *densities = row.split()
    assert (name, float(target)) == ("finance", 0.1)
    assert float(found) == pytest.approx(float(expected), abs=0.02)
    assert all(0 < float(density) <= 1 for density in densities)


def test_a_run_takes_its_thresholds_from_the_profile(profile, tagger, reports, capsys):
    file = str(reports / "0.html")
    common = ["entities", file, "--model", tagger, "--profile", str(profile)]
    for target in ("0.01", "0.9"):
        assert main([*common, "--target-error", target]) == 0
    strict, lax = (
        float(line.split("density ")[1].split(";")[0])
        for line in capsys.readouterr().err.splitlines()
        if "density" in line
    )
    assert lax <= strict < 1


def test_a_folder_without_the_right_to_write_is_told_before_anything_is_measured(
    reports, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)  # root may all
    out = ["--out", str(tmp_path / "p.json")]
    assert main(["calibrate", "--domain", "x", "--data", str(reports), *out]) == 1
    assert "its folder cannot be written to" in capsys.readouterr().err


def test_check_takes_the_domains_whose_profiles_ship(reports, capsys):
    arguments = ["calibrate", "--domain", "x", "--data", str(reports), "--check", "finance", "law"]
    assert main(arguments) == 1
    assert "no profile ships for domain law and model finance" in capsys.readouterr().err


def measured_on(tokens, profile, folder):
    """The profile as if its documents had had so many tokens."""
    values = json.loads(profile.read_text())
    values["data"]["tokens"] = tokens
    path = folder / "profile.json"
    path.write_text(json.dumps(values))
    return path


def test_check_says_where_the_documents_have_quite_another_length(
    profile, reports, tagger, tmp_path, capsys
):
    length = read(profile).data["tokens"]
    longer = measured_on(6 * length, profile, tmp_path)
    common = ["--domain", "finance", "--data", reports, "--model", tagger, "--quiet"]
    assert run(*common, "--check", longer) == 0
    *_, row, line = capsys.readouterr().out.splitlines()
    assert len(row.split()) == 6
    assert line == (
        f"profile finance was measured on {6 * length:,} tokens: its errors hold near that "
        f"length, not at {length}"
    )


@pytest.mark.parametrize(("tokens", "said"), [(1500, False), (4000, True)])
def test_a_run_says_where_the_document_has_quite_another_length(
    profile, tagger, reports, tmp_path, capsys, tokens, said
):
    path = measured_on(tokens, profile, tmp_path)
    command = ["entities", str(reports / "0.html"), "--model", tagger, "--profile", str(path)]
    assert main([*command, "--target-error", "0.1"]) == 0
    line = "profile finance was measured on 4,000 tokens: its errors hold near that length, not at"
    assert (line in capsys.readouterr().err) is said


def test_switching_back_and_forth_keeps_the_profile(profile, tagger):
    loaded = load_model("finance", RunOptions(model=tagger, profile=str(profile)))
    chosen = loaded.model.config.dap_thresholds
    loaded.use("full")
    loaded.use("dap")
    assert loaded.model.config.dap_thresholds == chosen


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--threshold", "1"], "not both"),
        (["--target-speedup", "1e6"], "out of reach"),
        (["--target-speedup", "2", "--target-error", "0.1"], "not both"),
    ],
)
def test_what_does_not_go_together_is_refused(profile, tagger, reports, capsys, arguments, said):
    file = str(reports / "0.html")
    common = ["entities", file, "--model", tagger, "--profile", str(profile)]
    assert main([*common, *arguments]) == 1
    assert said in capsys.readouterr().err


def test_a_target_without_a_profile_is_refused(tagger, reports, capsys):
    file = str(reports / "0.html")
    assert main(["entities", file, "--model", tagger, "--target-error", "0.1"]) == 1
    assert "needs a profile" in capsys.readouterr().err


def test_a_profile_of_another_model_is_refused(profile, notes, decoder, capsys):
    file = str(notes / "0.txt")
    model = ["--model", decoder, "--profile", str(profile)]
    assert main(["summarize", file, "--style", "brief", *model]) == 1
    assert "was made for" in capsys.readouterr().err


def test_a_damaged_profile_is_refused_by_name(profile, tagger, reports, tmp_path, capsys):
    path = tmp_path / "odd.json"
    path.write_text(json.dumps({**json.loads(profile.read_text()), "color": 1}))
    assert (
        main(["entities", str(reports / "0.html"), "--model", tagger, "--profile", str(path)]) == 1
    )
    error = capsys.readouterr().err
    assert str(path) in error
    assert "unknown keys: color" in error


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"--data": "nowhere"},
            "--data nowhere: is not a folder; give the folder with the documents",
        ),
        ({"--out": "nowhere/p.json"}, "its folder does not exist; make it first"),
        ({"--out": "."}, "--out .: is a folder; give a file in it"),
        ({"--max-tokens": "100"}, "more than 512 tokens"),
        ({"--max-tokens": "520"}, "--max-tokens 520 is too small"),
    ],
)
def test_bad_usage_is_told(reports, tagger, tmp_path, capsys, change, said):
    arguments = {
        "--domain": "finance", "--data": str(reports), "--model": tagger,
        "--out": str(tmp_path / "p.json"), **change,
    }  # fmt: skip
    assert (
        main(["calibrate", "--quiet", *(word for pair in arguments.items() for word in pair)]) == 1
    )
    assert said in capsys.readouterr().err
