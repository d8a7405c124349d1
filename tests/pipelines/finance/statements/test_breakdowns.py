"""Every other table with figures is a breakdown, once, with the company's rows and columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from statement_reports import (
    DAYS,
    SHEET,
    WHOLE,
    YEARS,
    Line,
    assembled,
    figures,
    report,
    table,
    titled,
)

from secateur.pipelines.finance.statements.as_text import as_text
from secateur.pipelines.finance.statements.assemble import assemble
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.statement import Statement

SALES: list[Line] = [("Americas", "300", "250"), ("Europe", "200", "200"), ("Total", "500", "450")]
SEGMENTS = titled("Net sales by region", YEARS, SALES)
DEBTS: list[Line] = [("Notes", "31", "33"), ("", "31", "33")]


def breakdowns(book: StatementBook) -> list[Statement]:
    return [each for each in book.statements if each.kind == "breakdown"]


def cells(statement: Statement) -> list[tuple[str, list[tuple[int | None, str]]]]:
    return [(row.label, [(c.column, c.printed) for c in row.cells]) for row in statement.rows]


def test_breakdowns_follow_the_primary_statements_in_the_document_s_order(tmp_path: Path) -> None:
    parent = titled("Parent Company Balance Sheets", DAYS, SHEET)
    book = assembled(tmp_path, SEGMENTS + parent + WHOLE + titled("Debt", DAYS, DEBTS))
    assert [(each.kind == "breakdown", each.title) for each in book.statements][3:] == [
        (True, "Net sales by region"), (True, "Parent Company Balance Sheets"), (True, "Debt"),
    ]  # fmt: skip
    places = [c.start for each in book.statements for row in each.rows for c in row.cells
              if c.column is not None]  # fmt: skip
    assert len(places) == len(set(places))


def test_a_breakdown_has_title_scale_columns_rows_and_cells(tmp_path: Path) -> None:
    (found,) = breakdowns(assembled(tmp_path, SEGMENTS))
    assert (found.title, found.scale) == ("Net sales by region", 6)
    assert [column.period for column in found.columns] == [
        "2024-01-01/2024-12-31", "2023-01-01/2023-12-31",
    ]  # fmt: skip
    assert cells(found)[0] == ("Americas", [(0, "300"), (1, "250")])
    assert found.rows[2].total


LEFT_OUT = {
    "a list of contents": "<table><tr><td>Risk factors</td><td>Page</td></tr>"
    "<tr><td>Properties</td><td>12</td></tr></table>",
    "texts": "<table><tr><td>Name</td><td>Office</td></tr><tr><td>A. Smith</td><td>Chair</td></tr>"
    "</table>",
    "exhibits": table(
        ("Description", "Year ended 2024"),
        [("4.1", f"Indenture of {'long notes and other ' * 4}", "31"),
         ("4.2", f"Agreement on {'long notes and other ' * 4}", "filed")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_table_without_figures_is_no_breakdown(tmp_path: Path, name: str) -> None:
    document = report(tmp_path, LEFT_OUT[name])
    found = [f for f in figures(document) if f.text != "12"]
    assert assemble(document, found).statements == ()


def test_a_table_that_goes_on_is_one_breakdown(tmp_path: Path) -> None:
    page = "<p>12</p><p>Net sales by region (continued)</p>"
    body = SEGMENTS + page + table(YEARS, [("Asia", "9", "8")])
    bare = SEGMENTS + "<p>F-12</p>" + table(("",), [("Asia", "9", "8")])
    for each in (body, bare):
        (found,) = breakdowns(assembled(tmp_path, each))
        assert cells(found)[-1] == ("Asia", [(0, "9"), (1, "8")])
        assert len(found.columns) == 2


def test_columns_are_in_the_order_of_the_page(tmp_path: Path) -> None:
    heads = ("Level 1, December 31, 2024", "Level 2, December 31, 2024", "Total, December 31, 2024")
    lines: list[Line] = [("Bonds", "", "5", "5"), ("Funds", "3", "", "3"), ("Sum", "3", "5", "8")]
    (found,) = breakdowns(assembled(tmp_path, titled("Fair values", heads, lines)))
    assert [column.label for column in found.columns] == list(heads)
    assert cells(found)[0] == ("Bonds", [(1, "5"), (2, "5")])


def test_a_sum_without_a_head_is_in_the_column_that_it_sums(tmp_path: Path) -> None:
    lines: list[Line] = [("2025", "31"), ("2026", "33"), ("", "64")]
    (found,) = breakdowns(assembled(tmp_path, titled("Maturities", DAYS[:1], lines)))
    assert cells(found)[-1] == ("", [(0, "64")])


def test_what_the_model_calls_nothing_has_no_unit(tmp_path: Path) -> None:
    heads = (*YEARS, "Stores", "Note")
    lines: list[Line] = [("Americas", "300", "250", "41", "7"), ("Europe", "200", "90", "12", "8")]
    document = report(tmp_path, titled("Net sales by region", heads, lines))
    found = [f for f in figures(document) if f.text not in ("41", "12", "7", "8")]
    (breakdown,) = breakdowns(assemble(document, found))
    stores = breakdown.rows[0].cells[2]
    assert (stores.printed, stores.unit, stores.value) == ("41", None, 41)
    assert [column.label for column in breakdown.columns] == list(heads[:3])


def test_a_row_of_its_own_type_holds_for_a_column_of_changes(tmp_path: Path) -> None:
    heads = (*YEARS, "Change")
    lines: list[Line] = [("Sales", "300", "250", "50"), ("Costs", "200", "190", "10"),
                         ("Earnings per share", "$2.86", "$1.18", "$1.68")]  # fmt: skip
    document = report(tmp_path, titled("Results", heads, lines))
    labels = {"2.86": "PER_SHARE", "1.18": "PER_SHARE"}
    found = [
        figure if figure.text not in labels else type(figure)(
            "a", figure.start, figure.end, figure.text, "PER_SHARE", 0.9,
            value=figure.value / 10**6, unit="USD/shares", period=figure.period,
        )
        for figure in figures(document)
        if figure.value is not None
    ]  # fmt: skip
    (breakdown,) = breakdowns(assemble(document, found))
    assert [(str(c.value), c.unit) for c in breakdown.rows[2].cells] == [
        ("2.86", "USD/shares"), ("1.18", "USD/shares"), ("1.68", "USD/shares"),
    ]  # fmt: skip


def test_an_untitled_breakdown_is_called_by_its_section(tmp_path: Path) -> None:
    between = f"<p>{'We owe more than we did. ' * 20}</p>"
    body = f"<h2>Note 7. Debt</h2>{between}{table(DAYS, DEBTS)}"
    (found,) = breakdowns(assembled(tmp_path, body))
    assert found.title == "Note 7. Debt"


def test_the_table_for_people_counts_breakdowns(tmp_path: Path) -> None:
    lines = as_text(assembled(tmp_path, SEGMENTS + WHOLE)).splitlines()
    assert "1 breakdown in the JSON" in lines
    assert not any("Americas" in line for line in lines)
