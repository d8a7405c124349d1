"""Statements of a run: a file a report, the table of standard lines, and nothing left over."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from statement_books import BOOK, EMPTY

from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.runs.batch.ledger import Outcome
from secateur.pipelines.runs.batch.statements import statements_of, statements_record
from secateur.pipelines.runs.durable import UNFINISHED, StorageError

NOTE = Path("statements/note.txt.statements.json")


def outcome(path: str, book: StatementBook = BOOK) -> Outcome:
    return Outcome("result", {"path": path}, 1.0, statements=statements_record(book))


def write(out: Path, *outcomes: Outcome) -> list[Any]:
    with statements_of(out) as statements:
        return [statements.write(each) for each in outcomes]


def test_each_report_has_the_json_of_the_view(tmp_path: Path) -> None:
    (name,) = write(tmp_path, outcome("2024/reports.zip!a/b.html"))
    assert name == "2024!reports.zip!a!b.html.statements.json"
    found = json.loads((tmp_path / "statements" / name).read_text(encoding="utf-8"))
    assert found == json.loads(json.dumps(BOOK.to_dict()))
    assert not list(tmp_path.glob(f"{UNFINISHED}*"))


def test_the_table_has_a_line_a_standard_line_and_period(tmp_path: Path) -> None:
    other = replace(BOOK, company="=Cmd Corp.")
    write(tmp_path, outcome("a.html"), outcome("note.txt", EMPTY), outcome("b.html", other))
    with (tmp_path / "standard_lines.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines[0] == {
        "document": "a.html", "company": "Acme Corp.", "standard_line": "revenue",
        "period": "2024-01-01/2024-12-31", "value": "39001500000", "unit": "USD",
    }  # fmt: skip
    assert [line["document"] for line in lines] == ["a.html"] * 7 + ["b.html"] * 7
    assert lines[-1]["company"] == "'=Cmd Corp."


def test_names_are_told_apart_whatever_their_case(tmp_path: Path) -> None:
    names = write(tmp_path, outcome("x/a.html"), outcome("x!A.html"), outcome("x!a.html"))
    assert names == [
        "x!a.html.statements.json", "2 x!A.html.statements.json", "3 x!a.html.statements.json",
    ]  # fmt: skip


def test_long_names_and_half_characters_fit(tmp_path: Path) -> None:
    broken = replace(BOOK, company="Acme \ud800")
    (name,) = write(tmp_path, outcome(f"{'n' * 300}/é.html", broken))
    assert name.endswith("!é.html.statements.json")
    assert json.loads((tmp_path / "statements" / name).read_text())["company"] == "Acme ?"


def test_files_of_reports_that_are_gone_are_deleted_and_others_stay(tmp_path: Path) -> None:
    write(tmp_path, outcome("a.html"), outcome("note.txt", EMPTY))
    (tmp_path / "statements" / "mine.txt").touch()
    (tmp_path / f"{UNFINISHED}statements").mkdir()  # a run was killed
    write(tmp_path, outcome("a.html"))
    assert sorted(path.name for path in (tmp_path / "statements").iterdir()) == [
        "a.html.statements.json", "mine.txt",
    ]  # fmt: skip


def fail_on_the_way(out: Path) -> None:
    with statements_of(out) as statements:
        statements.write(outcome("note.txt"))
        raise OSError(28, "no room")


def test_a_run_that_fails_leaves_the_earlier_files(tmp_path: Path) -> None:
    write(tmp_path, outcome("note.txt", EMPTY))
    files = (tmp_path / NOTE, tmp_path / "standard_lines.csv")
    earlier = [path.read_bytes() for path in files]
    with pytest.raises(StorageError, match="no room"):
        fail_on_the_way(tmp_path)
    assert [path.read_bytes() for path in files] == earlier
    assert not list(tmp_path.glob(f"{UNFINISHED}*"))


def test_a_result_of_an_earlier_version_has_no_file(tmp_path: Path) -> None:
    assert write(tmp_path, Outcome("result", {"path": "a.html"}, 1.0)) == [None]
    assert list((tmp_path / "statements").iterdir()) == []
