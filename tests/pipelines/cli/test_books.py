"""`secateur view statements --out`: what it writes, and what it refuses before it reads."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook
from report_pages import table
from report_views import page

from secateur.core.whole_files import UNFINISHED
from secateur.pipelines.cli import main as cli
from secateur.pipelines.finance.statements import workbook
from secateur.pipelines.finance.statements.long_form import COLUMNS

YEARS = ["", "Year ended December 31, 2024", "Year ended December 31, 2023"]
INCOME = "<p><b>Consolidated Statements of Income</b></p><p>(in millions)</p>" + table(
    YEARS,
    ["Net sales", "$500", "$450"],
    ["Cost of sales", "(300)", "(280)"],
    ["Income before income taxes", "200", "170"],
    ["Provision for income taxes", "40", "35"],
    ["Net income", "$160", "$135"],
)


@pytest.fixture
def report(tmp_path: Path) -> list[str]:
    """Arguments that name a report in which the model has found nothing."""
    page(tmp_path, INCOME)
    found = tmp_path / "a.html.jsonl"
    found.write_text("", encoding="utf-8")
    return [str(tmp_path / "a.html"), "--found", str(found)]


def view(report: Sequence[str], out: Path, *more: str) -> int:
    return cli.main(["view", "statements", *report, "--out", str(out), *more])


def test_a_workbook_is_written_and_told(report: list[str], tmp_path: Path, capsys) -> None:
    assert view(report, tmp_path / "book.xlsx") == 0
    sheet = load_workbook(tmp_path / "book.xlsx")["Income"]
    assert [sheet.cell(7, column).value for column in (1, 2, 3)] == ["Net sales", 500, 450]
    assert sheet["A2"].value == "ACME CONTROLS, INC."
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{tmp_path / 'book.xlsx'}: 1 statement of 1 report\n")
    assert not list(tmp_path.glob(f"{UNFINISHED}*"))


def test_csv_is_written_quietly(report: list[str], tmp_path: Path, capsys) -> None:
    assert view(report, tmp_path / "book.csv", "--quiet") == 0
    with (tmp_path / "book.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == list(COLUMNS)
    assert [(line["label"], line["value"]) for line in lines[:2]] == [
        ("Net sales", "500000000"), ("Net sales", "450000000"),
    ]  # fmt: skip
    assert capsys.readouterr() == ("", "")


def test_xbrl_json_tells_what_it_leaves_out(report: list[str], tmp_path: Path, capsys) -> None:
    out = tmp_path / "book.xbrl.json"
    assert view(report, out) == 0
    written = json.loads(out.read_text(encoding="utf-8"))
    facts = list(written["facts"].values())
    printed = {500, 450, 300, 280, 200, 170, 40, 35, 160, 135}
    assert {abs(int(fact["value"])) for fact in facts} <= {number * 10**6 for number in printed}
    schemas = written["documentInfo"]["taxonomy"]
    assert all((tmp_path / schema).is_file() for schema in schemas)
    left_out = len(printed) - len(facts)
    told = capsys.readouterr().err
    assert told.startswith(f"{out}: {len(facts)} fact")
    assert (f"left out: {left_out} without a concept" in told) == bool(left_out)


REFUSED = {
    "two in one": (["view", "statements", "b.html"], "b.xbrl.json", [], "holds one report"),
    "another view": (["view", "totals"], "b.xlsx", [], "--out goes with view statements"),
    "json too": (["view", "statements"], "b.xlsx", ["--json"], "--json goes to stdout"),
    "another format": (["view", "statements"], "b.ods", [], "ends in neither .xlsx nor .csv"),
    "no folder": (["view", "statements"], "no/b.xlsx", [], "its folder does not exist"),
    "a folder": (["view", "statements"], "folder.csv", [], "is a folder"),
    "the report": (["view", "statements"], "a.html.csv", [], "is one of the reports"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_before_anything_is_read(
    tmp_path: Path, capsys, name: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    command, out, more, message = REFUSED[name]
    files = [str(tmp_path / "a.html.csv")]  # is not there
    assert cli.main([*command, *files, "--out", str(tmp_path / out), *more]) == 1
    assert message in capsys.readouterr().err


def test_an_earlier_book_stays_where_a_new_one_fails(
    report: list[str], tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "book.xlsx"
    out.write_bytes(b"earlier")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert view(report, out) == 1
    assert "No space left on device; give another" in capsys.readouterr().err
    assert out.read_bytes() == b"earlier"
    assert not list(tmp_path.glob(f"{UNFINISHED}*"))


def test_of_several_reports_those_that_can_be_read_are_written(
    report: list[str], tmp_path: Path, capsys
) -> None:
    missing = str(tmp_path / "no.html")
    assert view([missing, *report], tmp_path / "book.xlsx") == 2
    assert "no.html" in capsys.readouterr().err
    assert workbook.CONTENTS in load_workbook(tmp_path / "book.xlsx").sheetnames
    assert view([missing, *report[1:]], tmp_path / "none.xlsx") == 1
    assert not (tmp_path / "none.xlsx").exists()
