"""Totals to which rows lead from an opening figure."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_pages import table
from report_views import page

from secateur.pipelines.finance.views.totals import check_totals


def shown(tmp_path: Path, *rows: list[str]) -> list[tuple[str, str | None, bool]]:
    """Row, column and whether it foots, of each total of a table."""
    totals = check_totals(page(tmp_path, table(*rows)))
    return [(total.row, total.column, total.foots) for total in totals]


@pytest.mark.parametrize(
    "rows",
    [
        [["Balance at beginning of year", "13", "20"], ["Additions", "9", "8"],
         ["Disposals", "(4)", "(15)"], ["Balance at end of year", "18", "13"]],
        [["Balance, May 31, 2023", "13", "20"], ["Net income", "5", "4"],
         ["Balance, May 31, 2024", "18", "24"]],
        [["Net increase in cash", "5", "4"], ["Cash, beginning of year", "13", "20"],
         ["Cash, end of year", "18", "24"]],
        [["Outstanding at beginning of year", "13", "20"], ["Granted", "9", "8"],
         ["Forfeited", "4", "4"], ["Outstanding at end of year", "18", "24"]],
        [["Beginning balance", "13", "20"], ["Before tax", "8", "5"], ["Tax", "(3)", "(1)"],
         ["Net of tax", "5", "4"], ["Ending balance", "18", "24"]],
        [["Tax at the federal statutory rate", "21", "27"], ["State taxes", "2", "3"],
         ["Credits", "(5)", "(6)"], ["Provision for income taxes", "18", "24"]],
        [["Loans, gross", "20", "29"], ["Allowance for loan losses", "(2)", "5"],
         ["Loans, net", "18", "24"]],
        [["Net income", "20", "21"], ["Less: income (loss) of minorities", "2", "(3)"],
         ["Net income of the company", "18", "24"]],
    ],
    ids=["balances", "days", "cash", "unsigned", "a sum inside", "taxes", "net", "a loss"],
)  # fmt: skip
def test_rows_that_lead_to_a_closing_one_foot(tmp_path: Path, rows: list[list[str]]) -> None:
    found = shown(tmp_path, ["", "2024", "2023"], *rows)
    assert found == [(rows[-1][0], "2024", True), (rows[-1][0], "2023", True)]


def test_the_effective_tax_rate_comes_of_the_statutory_one(tmp_path: Path) -> None:
    rows = [["Federal statutory rate", "21.0%", "21.0%"], ["State taxes", "2.1", "1.9"],
            ["Credits", "(4.0)", "(3.2)"], ["Effective tax rate", "19.1%", "18.7%"]]  # fmt: skip
    found = shown(tmp_path, ["", "2024", "2023"], *rows)
    assert found == [("Effective tax rate", "2024", True), ("Effective tax rate", "2023", False)]


def test_a_balance_is_wrong_where_that_beside_it_foots(tmp_path: Path) -> None:
    rows = [["Balance at beginning of year", "13", "20"], ["Additions", "5", "8"]]
    heads, last = ["", "2024", "2023"], "Balance at end of year"
    assert shown(tmp_path, heads, *rows, [last, "18", "38"]) == [
        (last, "2024", True),
        (last, "2023", False),
    ]
    # Where none foots they lead elsewhere.
    assert shown(tmp_path, heads, *rows, [last, "28", "38"]) == []


@pytest.mark.parametrize(
    "rows",
    [
        [["Balance, May 31, 2023", "13", "20"], ["Net income", "5", "–"],
         ["Balance, May 31, 2024", "18", "20"], ["Net income", "5", "–"],
         ["Balance, May 31, 2025", "23", "20"]],
        [["Balance, May 31, 2023", "13"], ["Balance, May 31, 2024", "13"],
         ["Balance, May 31, 2025", "13"]],
        [["Beginning balance", "13", "20"], *[[f"Plan {number}", "1", "1"] for number in "abcd"],
         ["Ending balance", "17", "26"]],
    ],
    ids=["nothing changed", "balances alone", "rounding"],
)  # fmt: skip
def test_no_balance_is_called_wrong_that_is_right(tmp_path: Path, rows: list[list[str]]) -> None:
    assert all(foots for *_, foots in shown(tmp_path, ["", "A", "B"], *rows))
