"""Heads of columns, rows and tables that leave a figure one type."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.numbers.headed import types_by_head
from secateur.pipelines.finance.numbers.rows import NO_FIGURE
from secateur.pipelines.ingestion.read import read


def types(tmp_path: Path, rows: str, above: str = "Details follow.") -> dict[str, str]:
    """Types by what their cells read; rows stand on lines, cells between bars."""
    cells = "".join(
        f"<tr>{''.join(f'<td>{cell.strip()}</td>' for cell in row.split('|'))}</tr>"
        for row in rows.strip().splitlines()
    )
    return types_in(tmp_path, f"<p>{above}</p><table>{cells}</table>")


def types_in(tmp_path: Path, body: str) -> dict[str, str]:
    """Types by what their cells read, of what a page's body holds."""
    path = tmp_path / "report.html"
    path.write_text(f"<html><body>{body}</body></html>")
    document = read(path)
    texts = {cell.start: document.text[cell.start : cell.end] for cell in document.passages}
    return {texts[start]: kind for start, kind in types_by_head(Layout(document)).items()}


def test_columns_of_awards_tell_shares_from_amounts_a_share(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | Number of shares | Weighted-average exercise price | Aggregate intrinsic value | Term
        Granted | 915 | $45.20 | 1,204 | 4.1
        Vested | 320 | 40.10 | 88 | 3.9
        """,
    )
    assert found == {
        **dict.fromkeys(("915", "320"), "SHARES"),
        **dict.fromkeys(("$45.20", "40.10"), "PER_SHARE"),
        **dict.fromkeys(("1,204", "88"), "MONEY"),
    }


def test_units_and_numbers_of_things_are_no_figures(tmp_path: Path) -> None:
    rows = "| Unit | 2024\nGold | oz | 1\nCosts | US$ million | 2\nYield | cps | 3\nDebt | % | 4"
    assert types(tmp_path, rows) == {"1": NO_FIGURE, "2": "MONEY", "3": "PER_SHARE", "4": "PERCENT"}
    rows = "| 2024 | 2024\n | £m | Number\nRetail | 812 | 1,204\n | 813 | 1,205"
    assert [types(tmp_path, rows)[number] for number in ("1,204", "1,205")] == [NO_FIGURE] * 2
    rows = "| 2024 | 2024\n | £m | Number\nShares | 812 | 1,204"
    assert types(tmp_path, rows).get("1,204") != NO_FIGURE


def test_columns_of_pay_say_what_they_hold_in_parentheses(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | Salary ($) | Stock awards ($)(1) | Option exercise price ($) | Threshold (#) | Age
        Ann Lee | 640,000 | 5,200,118 | 41.20 | 9,872 | 61
        """,
    )
    assert found == {
        "640,000": "MONEY",
        "5,200,118": "MONEY",
        "41.20": "PER_SHARE",
        "9,872": "SHARES",
    }


def test_accounts_of_equity_are_money_but_for_columns_of_shares(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | Common stock shares | Amount | Treasury shares | Paid-in capital | Retained earnings
        Stock issued | 20 | 1 | (7) | 849 | 33
        """,
    )
    assert found == {"20": "SHARES", **dict.fromkeys(("1", "849", "33"), "MONEY")}


def test_a_head_of_currency_and_scale_is_of_money_where_no_row_says_else(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | Number of shares | Nominal value £m | ($ in millions, except per share data)
        Issued | 100 | 0.1 | 17
        Dividends per share | 200 | 0.2 | 18
        """,
    )
    assert found == {
        **dict.fromkeys(("100", "200"), "SHARES"),
        **{"0.1": "MONEY", "0.2": "PER_SHARE", "18": "PER_SHARE"},
    }


def test_changes_in_percent_and_what_a_thing_costs_are_no_amounts_a_share(tmp_path: Path) -> None:
    rows = """
    | 2025 | $ Change | Change %
    FFO per diluted share | 3.11 | 0.17 | 5.8
    Average rent per square foot | 31.42 | 1.55 | 5.2
    """
    found = types(tmp_path, rows)
    assert found == {
        **dict.fromkeys(("3.11", "0.17"), "PER_SHARE"),
        **dict.fromkeys(("31.42", "1.55"), "MONEY"),
        **dict.fromkeys(("5.8", "5.2"), "PERCENT"),
    }


def test_a_sum_without_a_head_is_money_below_a_head_of_money(tmp_path: Path) -> None:
    rows = """
    | 2025 £m | 2024 £m
    Pension costs | 8.8 | 8.1
    | 205.2 | 196.3
    """
    assert types(tmp_path, rows)["205.2"] == "MONEY"


def test_a_balance_sheet_by_years_is_no_statement_of_equity(tmp_path: Path) -> None:
    rows = """
    | 2025 | 2024
    Additional paid-in capital | 849 | 700
    Retained earnings | 33 | 30
    """
    assert not types(tmp_path, rows)


def test_what_stands_between_basic_and_diluted_shares_counts_shares(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | 2025
        Net income | $900
        Weighted average shares outstanding, basic | 500.1
        Add:
        Employee awards | 3.3
        Weighted average shares outstanding, diluted | 503.4
        Net income per share:
        Basic | $1.80
        Diluted | 1.79
        Net income as adjusted | 950
        """,
    )
    shares = dict.fromkeys(("500.1", "3.3", "503.4"), "SHARES")
    assert found == {**shares, **dict.fromkeys(("$1.80", "1.79"), "PER_SHARE")}


@pytest.mark.parametrize(
    ("above", "shares"),
    [
        ("The number of preferred shares outstanding was as follows:", True),
        ("Shares of common stock reserved for issuance were (in thousands):", True),
        ("Awards excluded from diluted earnings as anti-dilutive (in millions):", True),
        ("The following were excluded from diluted earnings per share (in millions):", True),
        ("The number of shares is large. Costs were as follows (in millions):", False),
        ("Expenses were as follows (in thousands):", False),
    ],
)
def test_the_lines_above_say_that_a_table_counts_shares(
    tmp_path: Path, above: str, shares: bool
) -> None:
    found = types(tmp_path, "| 2025\nPlan of 2013 | 73\nOther | 26", above)
    assert found == (dict.fromkeys(("73", "26"), "SHARES") if shares else {})


def test_a_mark_below_a_head_of_amounts_a_share_is_no_figure(tmp_path: Path) -> None:
    found = types(tmp_path, "| Earnings per share\nClass A | (4)\nClass B | (4.01)")
    assert found == {"(4)": NO_FIGURE, "(4.01)": "PER_SHARE"}


def test_a_column_named_after_a_line_is_of_money_whatever_its_rows_are_of(tmp_path: Path) -> None:
    found = types(tmp_path, "| Net income | Yield\nClass B stock | 402 | 1.4\nMargin | 51 | 2.3")
    assert found == {"402": "MONEY"}


def test_a_unit_line_of_shares_alone_does_too(tmp_path: Path) -> None:
    found = types(tmp_path, "Shares in thousands | 2025 | 2024\nAllocated | 648 | 724")
    assert found == dict.fromkeys(("648", "724"), "SHARES")
    found = types(tmp_path, "Shares in thousands | 2025 | 2024\nPaid for them | $648 | $724")
    assert not found


@pytest.mark.parametrize("head", ["Shares", "Common shares"])
def test_shares_head_a_table_of_years(tmp_path: Path, head: str) -> None:
    rows = f"{head} | 2025 | 2024\nIssued | 900 | 800\nCost of them | 7 | 6"
    assert types(tmp_path, rows) == dict.fromkeys(("900", "800"), "SHARES")
    assert not types(tmp_path, f"{head} | Votes | Rank\nClass A | 902 | 801")
    assert not types(tmp_path, f"| 2025\n{head}\nClass A | 902\nReserves\nRetained | 801")


def test_first_cells_under_exercise_prices_are_amounts_a_share(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        Range of exercise prices | Number of options
        $1.34 to $154.14 | 2
        Granted in 2024 | 3
        """,
    )
    assert found == {"$1.34 to $154.14": "PER_SHARE", "2": "SHARES", "3": "SHARES"}


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Dividends declared per share", "PER_SHARE"),
        ("Weighted-average grant date fair value of shares granted, per share", "PER_SHARE"),
        ("Grant-date fair value of options that vested", "MONEY"),
        ("Net income used in computing diluted net income per share", "MONEY"),
        ("Numerator for basic earnings per share – income available to all", "MONEY"),
        ("Total number of shares repurchased", "SHARES"),
        ("Number of shares purchased, cost", None),
        ("Amount per share", "PER_SHARE"),
        ("Total amount paid", None),
        ("Cash dividends paid ($6.40 per share)", None),
        ("Shares used in computing diluted net income per share", "SHARES"),
        ("Average shares outstanding", "SHARES"),
        ("Shares repurchased", None),
        ("Net income, Group share", "MONEY"),
        ("Anti-dilutive awards excluded from net income per share", "SHARES"),
        ("Dilutive effect of awards", "SHARES"),
        ("Share of net income of associates", "MONEY"),
        ("Equity at 31 December", "MONEY"),
        ("Shareholders’ equity", "MONEY"),
        ("Shareholders’ equity per share", "PER_SHARE"),
        ("Equity", None),
        ("Group's share of results of joint ventures", "MONEY"),
    ],
)
def test_heads_of_rows(tmp_path: Path, head: str, kind: str | None) -> None:
    found = types(tmp_path, f"(In millions, except per share data) | 2025\n{head} | 493")
    assert found == ({"493": kind} if kind else {})


def test_the_lowest_of_several_heads_says_what_a_column_holds(tmp_path: Path) -> None:
    found = types_in(
        tmp_path,
        "<table>"
        "<tr><td></td><td colspan=3>Basic earnings per share</td></tr>"
        "<tr><td></td><td>Income allocation (A)</td>"
        "<td>Weighted-average shares outstanding (B)</td><td>Earnings per share (A)/(B)</td></tr>"
        "<tr><td></td><td colspan=3>(in millions, except per share data)</td></tr>"
        "<tr><td>Class A common stock</td><td>241</td><td>24</td><td>10.04</td></tr>"
        "</table>",
    )
    assert found == {"241": "MONEY", "24": "SHARES", "10.04": "PER_SHARE"}


def test_shares_below_an_account_of_equity_are_shares(tmp_path: Path) -> None:
    found = types_in(
        tmp_path,
        "<table>"
        "<tr><td></td><td colspan=2>Common stock and additional paid-in capital</td>"
        "<td>Accumulated other comprehensive loss</td></tr>"
        "<tr><td></td><td>Shares</td><td>Amount</td><td></td></tr>"
        "<tr><td>Balance at end of year</td><td>421</td><td>$2,045</td><td>$(131)</td></tr>"
        "</table>",
    )
    assert found == {"421": "SHARES", "$2,045": "MONEY", "$(131)": "MONEY"}


def test_what_stands_between_earnings_a_share_is_a_share_too(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | 2025 | 2024
        GAAP diluted EPS | 3.44 | 3.21
        Loss on litigation | 0.05 | —
        Ongoing diluted EPS | 3.49 | 3.21
        Dividends paid | 811 | 812
        """,
    )
    assert found["0.05"] == found["—"] == found["3.49"] == "PER_SHARE"
    assert "811" not in found


def test_columns_of_options_count_them(tmp_path: Path) -> None:
    found = types_in(
        tmp_path,
        "<table><tr><td></td><td colspan=2>Outstanding</td></tr>"
        "<tr><td>Range</td><td>Options</td><td>Average exercise price</td></tr>"
        "<tr><td>Total</td><td>11,080</td><td>$138.30</td></tr></table>",
    )
    assert found == {"11,080": "SHARES", "$138.30": "PER_SHARE"}


def test_years_below_a_head_that_says_so_are_no_figures(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | 2025 | 2024
        Weighted-average remaining lease term (years) | |
        Operating leases | 6.1 | 6.0
        Weighted-average discount rate | |
        Operating leases | 4.1% | 4.0%
        """,
    )
    assert found == {"6.1": NO_FIGURE, "6.0": NO_FIGURE}


def test_an_amount_of_capital_stock_is_money_though_its_line_counts_shares(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | 2025 | 2024
        Common stock, $2.50 par value, 900 shares authorized | 2,782 | 2,781
        """,
    )
    assert found == {"2,782": "MONEY", "2,781": "MONEY"}


def test_small_amounts_below_a_head_of_earnings_a_share_are_amounts_a_share(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | 2025 | 2024
        Basic earnings per share common stockholders: | |
        Earnings from continuing operations | 5.13 | 4.90
        Net earnings common stockholders | 9,121 | 9,000
        """,
    )
    assert found == {"5.13": "PER_SHARE", "4.90": "PER_SHARE"}


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Dividends declared per common share", {"0.39": "PER_SHARE", "0.37": "PER_SHARE"}),
        ("Dividends declared", {}),
        ("(in millions, except per share data)", {}),
    ],
)
def test_the_title_of_a_table_of_amounts_a_share_types_its_small_amounts(
    tmp_path: Path, title: str, found: dict[str, str]
) -> None:
    rows = "| 2025 | 2024\nFirst quarter | 0.39 | 0.37\nWhole paid | 9,121 | 9,000"
    assert types(tmp_path, rows, above=title) == found


def test_a_column_of_totals_of_shares_counts_shares(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | RSUs | PSUs | Total | Weighted average grant date fair value
        Granted | 1,100 | 210 | 1,310 | $55.10
        Vested | 900 | 100 | 1,000 | 41.20
        """,
    )
    assert found["1,310"] == found["1,000"] == "SHARES"
    assert found["41.20"] == "PER_SHARE"


def test_what_a_change_leaves_alone_in_a_statement_of_equity_is_no_figure(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | Shares | Amount | Paid-in capital | Retained earnings
        Balance at January 1 | 915 | — | 88 | $0
        Stock issued | 20 | 0 | 849 | $—
        """,
    )
    assert found == {
        **dict.fromkeys(("915", "20"), "SHARES"),
        **dict.fromkeys(("—", "88", "849", "$0"), "MONEY"),
        **dict.fromkeys(("0", "$—"), NO_FIGURE),
    }


def test_rows_below_a_number_of_units_count_them_up_to_an_amount(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | 2024
        Number of common shares outstanding
        Balance at beginning of year | 4,308
        Purchases of stock | (27)
        Common stock | $1,760
        Capital surplus | 19,209
        """,
    )
    assert found == {"4,308": "SHARES", "(27)": "SHARES"}


def test_a_unit_line_of_shares_counts_beside_dividends_a_share(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        shares in millions | 2024
        Shares at beginning of year | 1,796
        Repurchases of common stock | (2)
        Cash dividends per share | $9.00
        """,
    )
    assert found == {"1,796": "SHARES", "(2)": "SHARES", "$9.00": "PER_SHARE"}


def test_basic_and_diluted_head_rows_of_amounts_a_share(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | March 31 | June 30
        Net income per share attributable to common stockholders
        Basic
        Before adoption | $0.37 | 0.46
        Adjustments | 0.08 | (0.02)
        """,
    )
    assert found == dict.fromkeys(("$0.37", "0.46", "0.08", "(0.02)"), "PER_SHARE")


def test_years_that_head_one_column_say_nothing_of_rows(tmp_path: Path) -> None:
    found = types_in(
        tmp_path,
        "<table><tr><td></td><td>Number of options</td><td>Remaining term</td></tr>"
        "<tr><td></td><td></td><td>(in years)</td></tr>"
        "<tr><td>Granted</td><td>932,225</td><td>4.5</td></tr></table>",
    )
    assert found == {"932,225": "SHARES"}


@pytest.mark.parametrize("mark", ["", " (2)", "(1)"])
def test_a_mark_at_a_head_of_amounts_a_share_is_no_number_of_it(tmp_path: Path, mark: str) -> None:
    found = types(tmp_path, f"| 2025\nAverage repurchase cost per share{mark} | 206.51")
    assert found == {"206.51": "PER_SHARE"}


def test_a_column_of_a_table_in_a_currency_is_money_where_nothing_speaks_of_else(
    tmp_path: Path,
) -> None:
    rows = """
        {unit} | 2025 | 2024 | Ratio
        Stock options | $275 | 88% | $3
        Restricted stock units | 375 | 12 | 4
        Effective tax rate | 17.1 | 2 | 5
        Average shares outstanding | 402 | 1 | 6
        """
    dollars = types(tmp_path, rows.format(unit="(Dollars in millions)"))
    shares = dict.fromkeys(("402", "1", "6"), "SHARES")
    assert dollars == {"$275": "MONEY", "375": "MONEY", **shares}
    excepted = rows.format(unit="(Dollars in millions, except per share data)")
    assert types(tmp_path, excepted) == shares


def test_below_accounts_of_equity_stand_amounts_but_below_shares(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | 2024 | 2023
        Common stock: | |
        Issuance of restricted stock | 11 | 12
        Retained earnings: | |
        Dividends per share | 1.15 | 1.14
        Purchase of units | 13 | 14
        Additional paid-in capital: | |
        Accrual of stock units | 15 | 16
        Shares outstanding: | |
        Balance at end of year | 17 | 18
        """,
    )
    assert found == {
        **dict.fromkeys(("11", "12", "13", "14", "15", "16"), "MONEY"),
        **dict.fromkeys(("1.15", "1.14"), "PER_SHARE"),
    }


def test_accounts_of_partners_are_accounts_of_equity(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | General partner units | Limited partner units | General partner | Limited partners
        Balance at January 1 | 5 | 915 | 66 | 88
        Net loss | - | — | - | (31,201)
        """,
    )
    assert found == {
        **dict.fromkeys(("5", "915"), "SHARES"),
        **dict.fromkeys(("66", "88", "(31,201)"), "MONEY"),
        **dict.fromkeys(("-", "—"), NO_FIGURE),
    }


def test_what_is_divided_heads_its_column_before_the_row(tmp_path: Path) -> None:
    found = types(
        tmp_path,
        """
        | Income | Shares | Per-share amount
        Basic EPS | $38.2 | 41.1 | $0.93
        Effect of options | 1.1 | 0.8 | 0.02
        Diluted EPS | $39.3 | 41.9 | $0.91
        """,
    )
    assert found == {
        **dict.fromkeys(("$38.2", "1.1", "$39.3"), "MONEY"),
        **dict.fromkeys(("41.1", "0.8", "41.9"), "SHARES"),
        **dict.fromkeys(("$0.93", "0.02", "$0.91"), "PER_SHARE"),
    }
