"""Filings of one company: quarters, twelve months, changes, restated values; and whose they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from statement_books import EMPTY, filing

from secateur import SecateurError, compare_statements
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.comparison.figures import Figure, Series

Y23, Y24 = "2023-01-01/2023-12-31", "2024-01-01/2024-12-31"
M9_23, M9_24 = "2023-01-01/2023-09-30", "2024-01-01/2024-09-30"
H1_24, H2 = "2024-01-01/2024-06-30", "2024-07-01/2024-12-31"
Q1, Q2 = "2024-01-01/2024-03-31", "2024-04-01/2024-06-30"
Q3, Q4 = "2024-07-01/2024-09-30", "2024-10-01/2024-12-31"
Q4_23 = "2023-10-01/2023-12-31"
LTM = "2023-10-01/2024-09-30"
FIRST, LAST = "2023-12-31", "2024-12-31"
Lines = dict[str, dict[str, str]]


def series_of(*books: StatementBook) -> Series:
    (series,) = compare_statements(books).companies
    return series


def values(series: Series, line: str) -> dict[str, str]:
    """Values of a line by period, in the scale of the company."""
    return {
        period: f"{figure.value.scaleb(-series.scale) if figure.is_amount else figure.value:f}"
        for (name, period), figure in series.figures.items()
        if name == line
    }


YEAR_AND_QUARTERS: Lines = {"revenue": {Y24: "100", Q1: "20", H1_24: "45", M9_24: "71"}}
CASES: dict[str, tuple[list[Lines], str, dict[str, tuple[str, str]]]] = {
    "quarters of what accumulates": (
        [YEAR_AND_QUARTERS], "revenue",
        {
            Q2: ("25", "six months - first quarter"),
            Q3: ("26", "nine months - six months"),
            Q4: ("29", "fiscal year - nine months"),
            H2: ("55", "fiscal year - six months"),
        },
    ),
    "the first quarter, of the second": (
        [{"revenue": {Q2: "25", H1_24: "45"}}], "revenue", {Q1: ("20", "six months - last quarter")}
    ),
    "a printed quarter is not derived": (
        [{"revenue": {Y24: "100", M9_24: "71", Q4: "30"}}], "revenue", {}
    ),
    "a negative quarter": (
        [{"net_income": {Y24: "-5", M9_24: "3"}}], "net_income",
        {Q4: ("-8", "fiscal year - nine months")},
    ),
    "payments are never below zero": (
        [{"capital_expenditure": {Y24: "5", M9_24: "7"}}], "capital_expenditure", {}
    ),
    "a second half": (
        [{"revenue": {Y24: "100", H1_24: "45"}}], "revenue",
        {H2: ("55", "fiscal year - six months")},
    ),
    "twelve months": (
        [{"revenue": {Y23: "90", M9_23: "60"}}, {"revenue": {M9_24: "71", M9_23: "60"}}], "revenue",
        {
            Q4_23: ("30", "fiscal year - nine months"),
            LTM: ("101", "fiscal year + nine months - nine months of the year before"),
        },
    ),
    "balances are never subtracted": (
        [{"total_assets": {LAST: "9", FIRST: "7", "2024-09-30": "8"}}], "total_assets", {}
    ),
    "declared dividends per share add up": (
        [{"dividends_per_share": {Y24: "1.00", M9_24: "0.70"}, "shares_basic": {Y24: "9"}}],
        "dividends_per_share", {Q4: ("0.30", "fiscal year - nine months")},
    ),
    "share counts do not": (
        [{"shares_diluted": {Y24: "100", M9_24: "99"}}], "shares_diluted", {}
    ),
    "years of 52 and 53 weeks": (
        [{"revenue": {
            "2022-10-02/2023-09-30": "52", "2023-10-01/2024-06-29": "39",
            "2023-10-01/2024-10-05": "53", "2023-10-01/2024-03-30": "26",
        }}],
        "revenue",
        {
            "2024-03-31/2024-06-29": ("13", "nine months - six months"),
            "2024-06-30/2024-10-05": ("14", "fiscal year - nine months"),
            "2024-03-31/2024-10-05": ("27", "fiscal year - six months"),
        },
    ),
    "quarters of 12 and 16 weeks": (
        [{"revenue": {"2023-12-31/2024-12-28": "52", "2023-12-31/2024-09-07": "36",
                      "2023-12-31/2024-06-15": "24", "2023-12-31/2024-03-23": "12"}}],
        "revenue",
        {
            "2024-03-24/2024-06-15": ("12", "six months - first quarter"),
            "2024-06-16/2024-09-07": ("12", "nine months - six months"),
            "2024-09-08/2024-12-28": ("16", "fiscal year - nine months"),
            "2024-06-16/2024-12-28": ("28", "fiscal year - six months"),
        },
    ),
    "beginnings that were read some days apart": (
        [{"revenue": {"2024-01-03/2024-12-31": "100", M9_24: "71"}}], "revenue",
        {Q4: ("29", "fiscal year - nine months")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_periods_that_no_filing_prints_are_derived(case: str) -> None:
    given, line, expected = CASES[case]
    series = series_of(*(filing(f"{n}.html", lines) for n, lines in enumerate(given)))
    found = {
        period: (values(series, line)[period], figure.formula)
        for (name, period), figure in series.figures.items()
        if name == line and figure.formula
    }
    assert found == expected


def test_a_derived_figure_has_its_inputs_with_their_filings() -> None:
    series = series_of(
        filing("10-k.html", {"revenue": {Y24: "100"}}),
        filing("10-q.html", {"revenue": {M9_24: "71"}}),
    )
    found = series.figures["revenue", Q4].to_dict()
    assert (found["value"], found["formula"]) == (29_000_000, "fiscal year - nine months")
    assert found["source"] is None
    assert [(each["period"], each["value"], each["source"]["document"])
            for each in found["inputs"]] == [
        (Y24, 100_000_000, "10-k.html"), (M9_24, 71_000_000, "10-q.html"),
    ]  # fmt: skip


MIXED: dict[str, tuple[list[tuple[Lines, dict[str, Any]]], str | None]] = {
    "of another currency": (
        [({"revenue": {Y24: "100"}}, {}), ({"revenue": {M9_24: "71"}}, {"currency": "EUR"})], None
    ),
    "of another concept and row": (
        [({"net_income": {Y24: "100"}}, {}),
         ({"net_income": {M9_24: "71"}}, {"concepts": {"net_income": "ProfitLoss"}})],
        None,
    ),
    "of the same row by another concept": (
        [({"revenue": {Y24: "100"}}, {"concepts": {"revenue": "Revenues"}}),
         ({"revenue": {M9_24: "71"}}, {"concepts": {"revenue": "Revenues"}})],
        "29",
    ),
    "restated since": (
        [({"revenue": {M9_24: "71"}}, {}), ({"revenue": {Y24: "100"}}, {}),
         ({"revenue": {Y24: "80", "2025-01-01/2025-12-31": "90"}}, {})],
        "29",
    ),
    "both restated": (
        [({"revenue": {M9_24: "71"}}, {}), ({"revenue": {Y24: "100"}}, {}),
         ({"revenue": {Y24: "80", M9_24: "60", "2025-01-01/2025-12-31": "90"}}, {})],
        "20",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MIXED)
def test_only_figures_on_one_basis_are_subtracted(case: str) -> None:
    given, expected = MIXED[case]
    books = [filing(f"{n}.html", lines, **more) for n, (lines, more) in enumerate(given)]
    assert values(series_of(*books), "revenue" if "revenue" in given[0][0] else "net_income").get(
        Q4
    ) == expected  # fmt: skip


SHARES: Lines = {
    "net_income": {Y24: "400", M9_24: "297"},
    "shares_diluted": {Y24: "200", M9_24: "198"},
    "shares_basic": {Y24: "190", M9_24: "190"},
    "eps_diluted": {Y24: "2.00", M9_24: "1.50"},
    "eps_basic": {Y24: "2.11", M9_24: "1.56"},
}
EARNINGS: dict[str, tuple[Lines, str | None]] = {
    # (366 x 200 - 274 x 198) / 92 = 205.96; 103 / 205.96 = 0.50
    "net income by the shares that the quarter needs": ({}, "0.50"),
    "not where they do not make the printed earnings": (
        {"eps_diluted": {Y24: "1.90", M9_24: "1.40"}}, None,
    ),
    "not where a loss leaves shares out": (
        {"net_income": {Y24: "400", M9_24: "-50"}, "eps_diluted": {Y24: "2.00", M9_24: "-0.25"}},
        None,
    ),
    "not over a split": ({"shares_diluted": {Y24: "200", M9_24: "19.8"},
                          "eps_diluted": {Y24: "2.00", M9_24: "15.00"}}, None),
    "as printed": ({"eps_diluted": {Y24: "2.00", M9_24: "1.50", Q4: "0.51"}}, "0.51"),
}  # fmt: skip


@pytest.mark.parametrize("case", EARNINGS)
def test_earnings_per_share_of_a_quarter(case: str) -> None:
    more, expected = EARNINGS[case]
    lines = SHARES | more
    parts = [{name: {period: value for period, value in own.items() if period in periods}
              for name, own in lines.items()}
             for periods in ({Y24, Q4}, {M9_24})]  # fmt: skip
    found = values(
        series_of(*(filing(f"{n}", part) for n, part in enumerate(parts))), "eps_diluted"
    )
    assert found.get(Q4) == expected


def test_earnings_of_a_derived_quarter_say_how() -> None:
    figure = series_of(filing("a", SHARES)).figures["eps_diluted", Q4]
    assert figure.formula == "net_income / ((366 x shares_diluted - 274 x shares_diluted) / 92)"
    assert [each.key for each in figure.inputs] == [
        ("net_income", Q4), ("shares_diluted", Y24), ("shares_diluted", M9_24),
    ]  # fmt: skip


def test_earnings_of_twelve_months_are_those_of_the_quarters() -> None:
    quarters = {Q4_23: "0.4", Q1: "0.5", Q2: "0.6", Q3: "0.7"}
    series = series_of(
        filing("a", {"net_income": {Y23: "90", M9_23: "60"}}),
        filing("b", {"net_income": {M9_24: "71", M9_23: "60", "2022-01-01/2022-09-30": "1"},
                     "eps_diluted": quarters}),
    )  # fmt: skip
    assert values(series, "eps_diluted")[LTM] == "2.2"
    assert series.figures["eps_diluted", LTM].formula == "sum of the four quarters"


def test_the_latest_filing_counts_and_the_first_value_stands_beside() -> None:
    new = filing("new", {"revenue": {Y24: "120", Y23: "98"}, "total_assets": {LAST: "9"}})
    old = filing("old", {"revenue": {Y23: "100"}, "total_assets": {FIRST: "7"}})
    series = series_of(new, old)
    assert [each.document for each in series.filings] == ["old", "new"]
    (figure,) = series.restated()
    assert figure.key == ("revenue", Y23)
    assert figure.first is not None
    assert (figure.value, figure.first.value) == (98_000_000, 100_000_000)
    assert [each.source.document for each in (figure, figure.first) if each.source] == [
        "new",
        "old",
    ]


ROUNDED = {"rounded": ("100", False), "restated": ("102", True)}


@pytest.mark.parametrize("case", ROUNDED)
def test_what_is_rounded_is_not_restated(case: str) -> None:
    value, expected = ROUNDED[case]
    books = (filing("a", {"revenue": {Y23: "100400"}}, scale=3),
             filing("b", {"revenue": {Y23: value, Y24: "9"}}))  # fmt: skip
    assert bool(series_of(*books).restated()) == expected


def test_changes_are_against_the_year_before() -> None:
    series = series_of(filing("a", {
        "revenue": {Y24: "120", Y23: "100", M9_24: "70"},
        "net_income": {Y24: "-6", Y23: "5"},
        "total_assets": {LAST: "9", FIRST: "6", "2024-09-30": "8"},
    }))  # fmt: skip
    found = {
        key: (change.before.period, change.absolute.scaleb(-6), change.percent)
        for key, change in series.changes.items() if change.before.unit == "USD"
    }  # fmt: skip
    assert found == {
        ("revenue", Y24): (Y23, 20, Decimal("0.2")),
        ("net_income", Y24): (Y23, -11, None),
        ("total_assets", LAST): (FIRST, 3, Decimal("0.5")),
    }
    margin = series.changes["net_margin", Y24]
    assert (margin.absolute, margin.percent) == (Decimal("-0.1"), None)


def test_per_share_and_shares_do_not_change_over_a_split() -> None:
    before = filing("a", {"eps_diluted": {"2022-01-01/2022-12-31": "3.85"},
                          "shares_diluted": {"2022-01-01/2022-12-31": "2535"}})  # fmt: skip
    after = filing("b", {"eps_diluted": {Y23: "0.17"}, "shares_diluted": {Y23: "25070"}})
    assert series_of(before, after).changes == {}
    same = filing("b", {"eps_diluted": {Y23: "4.00"}, "shares_diluted": {Y23: "2500"}})
    assert set(series_of(before, same).changes) == {("eps_diluted", Y23), ("shares_diluted", Y23)}


def test_derived_lines_are_of_all_periods() -> None:
    series = series_of(filing("a", {
        "revenue": {Y24: "100", M9_24: "80"}, "net_income": {Y24: "10", M9_24: "6"},
        "operating_cash_flow": {Y24: "30", M9_24: "20"},
        "capital_expenditure": {Y24: "12", M9_24: "9"},
        "long_term_debt": {LAST: "50"}, "cash": {LAST: "20"},
    }))  # fmt: skip
    assert series.figures["net_margin", Q4].value == Decimal("0.2")
    assert series.figures["free_cash_flow", Q4].value == 7_000_000
    debt = series.figures["net_debt", LAST]
    assert (debt.value, debt.formula) == (30_000_000, "long_term_debt - cash")
    assert [each.line for each in debt.inputs] == ["long_term_debt", "cash"]


def test_a_year_that_only_a_later_filing_has_is_told() -> None:
    year = {"revenue": {Y24: "100", "2025-01-01/2025-12-31": "9"}, "total_assets": {
        "2025-12-31": "9"}}  # fmt: skip
    series = series_of(filing("late", year), filing("q", {"revenue": {M9_24: "71"}}))
    (note,) = series.notes
    assert note.startswith("only late has the year 2024-01-01 to 2024-12-31, for comparison")


COMPANIES: dict[str, tuple[list[tuple[str | None, Lines]], int]] = {
    "one name": ([("Acme, Inc.", {}), ("ACME INC", {})], 1),
    "a name with words that come and go": (
        [("The Acme Group", {}), ("Acme Holdings, Inc.", {})], 1
    ),
    "two names": ([("Acme Corp.", {}), ("Zenith Corp.", {})], 2),
    "no name": ([(None, {}), (None, {})], 2),
    "renamed, by its figures": (
        [(name, {"revenue": {Y24: "1", Y23: "2"}, "net_income": {Y24: "3", Y23: "4"},
                 "cash": {LAST: "5"}}) for name in ("Acme Corp.", "Zenith Corp.")],
        1,
    ),
    "two that a third joins": (
        [("Acme Corp.", {"revenue": {Y24: "1", Y23: "2"}, "net_income": {Y24: "3", Y23: "4"},
                         "cash": {LAST: "5"}}),
         ("Zenith Corp.", {}),
         ("Zenith Corp.", {"revenue": {Y24: "1", Y23: "2"}, "net_income": {Y24: "3", Y23: "4"},
                           "cash": {LAST: "5"}})],
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", COMPANIES)
def test_filings_are_of_one_company(case: str) -> None:
    given, expected = COMPANIES[case]
    books = [filing(f"{n}", lines, company=name) for n, (name, lines) in enumerate(given)]
    assert len(compare_statements(books).companies) == expected


def test_without_a_figure_there_is_nothing() -> None:
    comparison = compare_statements([EMPTY])
    (series,) = comparison.companies
    assert (series.name, series.figures, comparison.side_by_side) == ("note.txt", {}, None)
    assert compare_statements([]).companies == ()


@pytest.mark.parametrize("given", [7, "a.html", [object()]])
def test_what_is_no_book_is_refused(given: Any) -> None:
    with pytest.raises(SecateurError, match="StatementBook"):
        compare_statements(given)


def test_json_says_of_each_figure_what_it_is() -> None:
    found = compare_statements([filing("a.html", YEAR_AND_QUARTERS)]).to_dict()
    assert found["schema_version"] == 1
    assert found["side_by_side"] is None
    (company,) = found["companies"]
    assert (company["company"], company["currency"], company["scale"]) == ("Acme Corp.", "USD", 6)
    kinds = {figure["period"]: (figure["kind"], figure["label"]) for figure in company["figures"]}
    assert kinds == {
        Y24: ("year", "FY"), Q1: ("quarter", "Q1"), Q2: ("quarter", "Q2"), Q3: ("quarter", "Q3"),
        Q4: ("quarter", "Q4"), H1_24: ("half", "H1"), H2: ("half", "H2"),
        M9_24: ("nine_months", "9M"),
    }  # fmt: skip
    assert company["figures"][0]["source"]["document"] == "a.html"


def test_a_unit_says_what_a_figure_is() -> None:
    kinds = {unit: Figure("x", LAST, Decimal(1), unit) for unit in ("USD", "USD/shares", "shares")}
    assert [each.is_amount for each in kinds.values()] == [True, False, False]
    assert [each.is_per_share for each in kinds.values()] == [False, True, False]
