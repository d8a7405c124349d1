"""`secateur view`: what it prints, and what it refuses."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from unittest.mock import Mock

import pytest
from report_pages import table
from report_views import STATEMENT, measured, named, page
from tagged_reports import filing, readings, tag

from secateur.pipelines.cli import main as cli
from secateur.pipelines.export.formats import FORMATS
from secateur.pipelines.export.records import as_record, write_jsonl


def test_the_command_shows_each_view_of_what_was_found(tmp_path: Path, capsys) -> None:
    document = page(tmp_path, STATEMENT)
    found = named(document, ("ACME CONTROLS, INC.", "ORG"))
    records = tmp_path / "a.jsonl"
    records.write_text(write_jsonl(found), encoding="utf-8")
    file = str(tmp_path / "a.html")
    shown = {}
    for view in ("names", "totals"):
        assert cli.main(["view", view, file, "--found", str(records)]) == 0
        shown[view] = capsys.readouterr().out
        assert cli.main(["view", view, file, "--found", str(records), "--json"]) == 0
        json.loads(capsys.readouterr().out)
    assert shown["names"].startswith("a.html\n")
    assert "ACME CONTROLS, INC. (registrant)" in shown["names"]
    assert shown["totals"].startswith("5 of 6 totals foot; of differences, gross profit, ")


def test_files_of_one_name_in_a_batch_are_told_apart_by_their_paths(tmp_path: Path, capsys) -> None:
    records, text = tmp_path / "results.jsonl", ""
    for folder, name in (("x", "Acme Inc."), ("y", "Zenith Inc.")):
        (tmp_path / folder).mkdir()
        found = named(page(tmp_path / folder, f"<p>{name} paid.</p>"), (name, "ORG"))
        record = {"path": f"{folder}/a.html", "doc_id": "a.html"}
        text += json.dumps(record | {"entities": [as_record(entity) for entity in found]}) + "\n"
    records.write_text(text, encoding="utf-8")
    for folder, name in (("x", "Acme Inc."), ("y", "Zenith Inc.")):
        file = str(tmp_path / folder / "a.html")
        assert cli.main(["view", "names", file, "--found", str(records)]) == 0
        assert capsys.readouterr().out.split("\n")[1].split("ORG")[1].strip() == name
    files = [str(tmp_path / folder / "a.html") for folder in ("x", "y")]
    assert cli.main(["view", "names", *files, "--found", str(records)]) == 0
    assert [part.split("\n")[0] for part in capsys.readouterr().out.split("\n\n")] == files


def test_reports_of_one_name_are_told_apart_by_their_paths(
    tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(tmp_path, STATEMENT, "b.html")
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        page(tmp_path / folder, STATEMENT)
    files = [str(tmp_path / name) for name in ("x/a.html", "y/a.html", "b.html")]
    names = [*files[:2], "b.html"]
    monkeypatch.setattr("secateur.pipelines.runs.models.load_model", lambda *asked: Mock())
    monkeypatch.setattr(
        "secateur.pipelines.finance.reader.entities.extract",
        lambda document, *_: named(document, ("ACME CONTROLS, INC.", "ORG")),
    )
    assert cli.main(["view", "names", *files]) == 0
    assert [part.split("\n")[0] for part in capsys.readouterr().out.split("\n\n")] == names
    assert cli.main(["view", "totals", *files, "--json"]) == 0
    totals = json.loads(capsys.readouterr().out)
    assert list(dict.fromkeys(total["doc_id"] for total in totals)) == names


@pytest.mark.parametrize("view", ["names", "statements", "compare"])
def test_reports_of_one_name_get_no_entities_of_one_another(
    tmp_path: Path, capsys, view: str
) -> None:
    files, known = [], []
    for year in ("2023", "2024"):
        (tmp_path / year).mkdir()
        document = page(tmp_path / year, STATEMENT)
        records = tmp_path / f"{year}.jsonl"
        records.write_text(write_jsonl([measured(document.doc_id, f"{year}-12-31", 1)]), "utf-8")
        files.append(str(tmp_path / year / "a.html"))
        known += ["--found", str(records)]
    assert cli.main(["view", view, *files, *known]) == 1
    assert "2 reports are called a.html" in capsys.readouterr().err
    assert cli.main(["view", view, files[0], *known[:2]]) == 0


def test_a_file_in_which_nothing_was_found_is_told(tmp_path: Path, capsys) -> None:
    page(tmp_path, STATEMENT)
    records = tmp_path / "other.jsonl"
    records.write_text(write_jsonl([measured("b.html", "2024-12-31", 1)]), encoding="utf-8")
    arguments = ["view", "names", str(tmp_path / "a.html"), "--found", str(records)]
    assert cli.main(arguments) == 1
    assert "nothing found in a.html" in capsys.readouterr().err


def test_a_report_in_which_nothing_was_found_is_viewed(tmp_path: Path, capsys) -> None:
    page(tmp_path, STATEMENT)
    records = tmp_path / "a.html.jsonl"
    records.write_text("", encoding="utf-8")
    said_of = {
        "names": "no entity is LOC, ORG or PER",
        "statements": "not found: income statement",
        "compare": "no row is known to be a standard line",
    }
    for view, said in said_of.items():
        arguments = ["view", view, str(tmp_path / "a.html"), "--found", str(records)]
        assert cli.main(arguments) == 0
        assert said in capsys.readouterr().out


@pytest.mark.parametrize("view", ["names", "totals"])
def test_a_file_of_what_was_found_that_is_missing_is_told(
    tmp_path: Path, capsys, view: str
) -> None:
    page(tmp_path, STATEMENT)
    for missing in ("no.jsonl", "no"):
        arguments = ["view", view, str(tmp_path / "a.html"), "--found", str(tmp_path / missing)]
        assert cli.main(arguments) == 1
        assert f"{missing}: no such file; check the path\n" in capsys.readouterr().err


@pytest.mark.parametrize("view", ["names", "totals"])
def test_what_was_found_is_not_taken_for_a_report(tmp_path: Path, capsys, view: str) -> None:
    records = tmp_path / "found.jsonl"
    found = named(page(tmp_path, ""), ("ACME CONTROLS, INC.", "ORG"))
    records.write_text(write_jsonl(found), encoding="utf-8")
    assert cli.main(["view", view, str(records)]) == 1
    assert f"--found {records}" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["jsonl", "csv", "conll", "brat"])
def test_a_report_that_has_changed_since_its_entities_were_found_is_told(
    tmp_path: Path, capsys, form: str
) -> None:
    text = "<p>Globex Ltd. sold a mill.</p>"
    document = page(tmp_path, text)
    suffix = FORMATS[form].suffix
    records = tmp_path / f"a.html.{suffix}"
    found = named(document, ("Globex Ltd.", "ORG"))
    records.write_bytes(FORMATS[form].write(document, found)[suffix])
    arguments = ["view", "names", str(tmp_path / "a.html"), "--found", str(records)]
    assert cli.main(arguments) == 0
    assert capsys.readouterr().err == ""
    page(tmp_path, f"<p>A new line.</p>{text}")
    assert cli.main(arguments) == 0
    assert "1 of the 1 entities of --found are not at their places" in capsys.readouterr().err
    assert cli.main([*arguments, "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_a_pipe_that_nobody_writes_to_is_told(tmp_path: Path, capsys) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert cli.main(["view", "totals", str(tmp_path / "pipe.txt")]) == 1
    assert "is not a regular file" in capsys.readouterr().err


def test_statements_are_the_tags_unless_they_are_ignored(tmp_path: Path, capsys) -> None:
    lines = [
        ["", "Year ended December 31, 2024"],
        *([label, tag(text, concept, "y24")] for label, text, concept in (
            ("Net sales", "9", "Revenues"), ("Cost of sales", "5", "CostOfRevenue"),
            ("Income before income taxes", "4", "OperatingIncomeLoss"),
            ("Income taxes", "1", "IncomeTaxExpenseBenefit"), ("Net income", "3", "NetIncomeLoss"),
        )),
    ]  # fmt: skip
    document, facts = filing(tmp_path, f"<p>Statements of Income</p>{table(*lines)}")
    records = tmp_path / "a.jsonl"
    wrong = {"9": {"value": Decimal(9)}}
    records.write_text(write_jsonl(readings(document, facts, wrong)), encoding="utf-8")
    arguments = ["view", "statements", str(tmp_path / "a.html"), "--found", str(records)]
    shown = {}
    for more in ((), ("--ignore-tags",)):
        assert cli.main([*arguments, *more, "--json"]) == 0
        (statement,) = json.loads(capsys.readouterr().out)["statements"]
        shown[more] = next(row["cells"][0] for row in statement["rows"])
    tagged, blind = shown.values()
    assert (tagged["value"], tagged["source"], tagged["agrees"]) == (9_000_000, "both", False)
    assert (blind["value"], blind["source"], blind["agrees"]) == (9, "read", None)
    assert cli.main(arguments) == 0
    assert "tags confirm 4 cells, contradict 1" in capsys.readouterr().out
