"""The long form has each cell once, in CSV as in a data frame; standard lines are told once."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from statement_books import BEFORE, BOOK, EMPTY, FIRST, LAST, SHEET, YEAR, cell, row

from secateur.pipelines.export.record_tables import as_csv
from secateur.pipelines.finance.statements.long_form import COLUMNS
from secateur.pipelines.finance.statements.standard import STANDARD_COLUMNS, standard_figures
from secateur.pipelines.finance.statements.statement import Reading


def test_each_cell_is_a_record_with_all_columns() -> None:
    found = list(BOOK.records())
    cells = [c for statement in BOOK.statements for line in statement.rows for c in line.cells]
    assert [record["start"] for record in found] == [c.start for c in cells]
    assert all(list(record) == list(COLUMNS) for record in found)


def test_a_record_has_period_and_unit_of_its_column_and_row() -> None:
    found = list(BOOK.records())
    dash = next(record for record in found if record["printed"] == "—")
    assert (dash["period"], dash["value"], dash["label"]) == (YEAR, 0, "=2+3")
    per_share = next(record for record in found if record["printed"] == "1.05")
    assert (per_share["unit"], per_share["column"]) == ("USD/shares", 1)
    par = next(record for record in found if record["printed"] == "0.01")
    assert (par["period"], par["column"], par["column_label"]) == (LAST, None, None)
    europe = next(record for record in found if record["label"] == "Europe")
    assert europe["dimensions"] == '{"srt:StatementGeographicalAxis": "srt:EuropeMember"}'


def test_a_dash_has_the_unit_of_its_row() -> None:
    line = row("Net", cell(0, "—", "0", None), cell(1, "5", "5000000", "EUR"))
    book = replace(BOOK, statements=(replace(SHEET, rows=(line,)),))
    assert [record["unit"] for record in book.records()] == ["EUR", "EUR"]


def test_csv_has_a_line_a_cell_of_all_reports() -> None:
    lines = list(
        csv.DictReader(
            io.StringIO(
                as_csv(chain(BOOK.records(), replace(BOOK, document="b.html").records()), COLUMNS)
            )
        )
    )
    assert [line["document"] for line in lines[:: len(lines) - 1]] == ["acme.html", "b.html"]
    assert len(lines) == 2 * len(list(BOOK.records()))
    first = lines[0]
    assert (first["value"], first["printed"], first["agrees"]) == ("39001500000", "$ 39,001.5", "")
    assert {line["label"] for line in lines} >= {"'=2+3", "Products"}
    assert {line["printed"] for line in lines} >= {"—", "(30)"}


def test_a_data_frame_has_the_same_columns_and_numbers() -> None:
    frame = BOOK.to_dataframe()
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == len(list(BOOK.records()))
    sales = frame[(frame.standard_line == "revenue") & (frame.period == YEAR)]
    assert sales.value.tolist() == [39_001_500_000, 12_000_000]
    assert frame.column.isna().sum() == 5
    assert frame.agrees.dropna().tolist() == [False]
    assert str(frame.value.dtype) == "float64"


def test_without_a_cell_the_frame_has_its_columns() -> None:
    frame = EMPTY.to_dataframe()
    assert (len(frame), list(frame.columns)) == (0, list(COLUMNS))
    assert as_csv(EMPTY.records(), COLUMNS).strip().split(",") == list(COLUMNS)


def test_standard_figures_are_one_a_line_and_period_of_the_whole_company() -> None:
    found = {(f.line, f.period): (f.value, f.unit, f.statement) for f in standard_figures(BOOK)}
    assert found == {
        ("revenue", YEAR): (Decimal(39_001_500_000), "USD", 0),
        ("revenue", BEFORE): (Decimal(-1_200_000_000), "USD", 0),
        ("net_income", YEAR): (Decimal(80_000_000), "USD", 0),
        ("net_income", BEFORE): (Decimal(64_000_000), "USD", 0),
        ("cash", YEAR): (Decimal(5_000_000), "USD", 1),
        ("total_assets", LAST): (Decimal(100_000_000), "USD", 2),
        ("total_assets", FIRST): (Decimal(60_000_000), "USD", 2),
    }
    assert STANDARD_COLUMNS[:3] == ("document", "company", "standard_line")


def test_primary_statements_come_before_breakdowns() -> None:
    """`BOOK` has a breakdown before its balance sheet."""
    cash = row("Cash", cell(0, "9", "9000000", period=YEAR), standard="cash")
    book = replace(BOOK, statements=(*BOOK.statements, replace(SHEET, rows=(cash,))))
    (figure,) = (f for f in standard_figures(book) if f.line == "cash")
    assert figure.value == 9_000_000


@pytest.mark.tree
def test_the_guide_documents_each_column() -> None:
    guide = (Path(__file__).parents[4] / "docs/guides/statements.md").read_text(encoding="utf-8")
    assert [f"| `{name}` | {meaning} |" for name, meaning in COLUMNS.items()] == [
        line for line in guide.split("## Comparing")[0].splitlines() if line.startswith("| `")
    ]


def test_a_tagged_cell_has_its_own_concept_dimensions_and_reading() -> None:
    member = {"us-gaap:StatementEquityComponentsAxis": "us-gaap:RetainedEarningsMember"}
    reading = Reading(Decimal(7_000_000), LAST, "USD")
    cells = (
        cell(0, "9", "9000000", concept="us-gaap:Cash", dimensions={}, reading=reading),
        cell(1, "8", "8000000", dimensions=member),
    )
    line = row("Net", *cells, concept="us-gaap:Assets", standard="total_assets", dimensions=member)
    book = replace(BOOK, statements=(replace(SHEET, rows=(line,)),))
    first, second = book.records()
    assert (first["concept"], first["dimensions"]) == ("us-gaap:Cash", None)
    assert (first["read_value"], first["read_period"]) == (7_000_000, LAST)
    assert second["concept"] == "us-gaap:Assets"
    assert "RetainedEarnings" in second["dimensions"]
    assert standard_figures(book) == []  # one is of another concept, one of a member
