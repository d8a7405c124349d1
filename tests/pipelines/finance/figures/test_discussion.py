"""Periods of figures as management's discussion of a year tells them."""

from __future__ import annotations

import pytest
from report_pages import table

from secateur.pipelines.finance.figures.in_words import passed_in

YEAR, BEFORE = "2024-01-01/2024-12-31", "2023-01-01/2023-12-31"


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("Net cash provided by operating activities during 2023 comprised income of", BEFORE),
        ("Cash used by investing activities in 2023 included a payment of", BEFORE),
        ("The loan is to be repaid by the end of 2023; fees were", YEAR),
        ("The bylaws were approved by our shareholders in 2018. Fees were", YEAR),
    ],
)
def test_what_is_provided_by_operations_in_a_year_is_not_due_then(
    figure, said: str, period: str
) -> None:
    assert str(figure(f"<p>{said} $642 million.</p>", "$642 million").period) == period


def test_days_joined_to_a_due_date_are_due_dates_too(figure) -> None:
    body = "<p>A $331 million and a $442 million facility expire in May 2028 and March 2025.</p>"
    assert str(figure(body, "$442 million").period)[-10:] == "2024-12-31"


@pytest.mark.parametrize(
    "head",
    ["Change vs. 2023", "vs. 2023", "% Change versus fiscal 2023", "Change compared to 2023"],
)
def test_a_change_against_a_year_is_of_the_later_one(figure, head: str) -> None:
    body = table(["", "2024", "2023", head], ["Volume", "811", "812", "8.1%"])
    assert str(figure(body, "8.1%", "PERCENT").period) == YEAR
    body = table(["", "2023", "2024", head], ["Volume", "811", "812", "8.1%"])
    assert str(figure(body, "8.1%", "PERCENT").period) == YEAR


def test_a_year_in_the_name_of_a_column_gives_way_to_that_of_the_row(figure) -> None:
    body = table(
        ["", "Cash flow", "2017 Relief Act payments", "Free cash flow"],
        ["2024", "$811", "$812", "$813"],
        ["2023", "$821", "$822", "$823"],
    )
    assert [str(figure(body, text).period) for text in ("$812", "$822")] == [YEAR, BEFORE]


def test_a_quarter_of_a_fiscal_year_ended_on_a_day_is_that_year_s(figure) -> None:
    said = "in the third quarter of the fiscal year ended December 31, 2023"
    assert str(figure(f"<p>We paid $642 {said}.</p>", "$642").period) == "2023-07-01/2023-09-30"
    said = "in the first half of the year ending December 31, 2025"
    body = f"<p>The Company expects an after-tax gain of $642 million {said}.</p>"
    assert str(figure(body, "$642 million").period) == "2025-01-01/2025-06-30"


@pytest.mark.parametrize("head", ["Gross margin", "Operating profit margin", "Pre-tax margin"])
def test_margins_are_of_the_year_that_ends_on_the_day_above_them(figure, head: str) -> None:
    body = table(
        ["As a percentage of sales at December 31", "2024", "2023"],
        [head, "51.2%", "51.4%"],
        ["Cash", "21.2%", "21.4%"],
    )
    assert str(figure(body, "51.4%", "PERCENT").period) == BEFORE


def test_adjustments_to_net_earnings_are_of_the_year(figure) -> None:
    body = table(
        ["", "Cash", "Adjustments to net earnings (1)", "Net earnings as adjusted"],
        ["2024", "$811", "$812", "$813"],
    )
    assert [str(figure(body, text).period) for text in ("$812", "$813")] == [YEAR, YEAR]


@pytest.mark.parametrize(
    "said",
    [
        "Net sales increased 2% to",
        "Net earnings attributable to Marlow increased $1.1 million, or 7%, to",
        "Core EPS, which leaves out the charges for our plants and those for brands, increased by",
        "Segment net sales decreased 2% to $12.0 million as higher prices of",
        "Our net earnings decreased $903 million to a loss of",
        "Cash provided by operating activities was helped by the changes in unearned fees of",
    ],
)
def test_what_a_result_came_to_is_of_the_year(figure, said: str) -> None:
    assert str(figure(f"<p>{said} $642 million.</p>", "$642 million").period) == YEAR


@pytest.mark.parametrize(
    "said",
    [
        "Net sales increased 2% and our backlog was ",
        "Net operating loss carryforwards were ",
        "Tax benefits that would affect our rate on net earnings were ",
    ],
)
def test_a_balance_told_beside_a_result_does_not_pass(said: str) -> None:
    assert not passed_in(f"{said}$642 million.", (len(said), len(said) + 12), 0)


def test_what_is_past_due_as_of_a_day_is_not_due_then(figure) -> None:
    body = "<p>Loans past due as of December 31, 2024 and 2023 totaled $642 and $631.</p>"
    assert str(figure(body, "$631").period) == "2023-12-31"


def test_words_may_stand_between_a_figure_and_the_prior_year(figure) -> None:
    said = "a charge of $1.3 billion ($1.0 billion after tax) on the brand of razors"
    body = f"<p>Income rose due to {said} in the prior year.</p>"
    assert [str(figure(body, text).period) for text in ("$1.3 billion", "$1.0 billion")] == [
        BEFORE, BEFORE,
    ]  # fmt: skip
    assert str(figure(f"<p>Income rose due to {said}.</p>", "$1.3 billion").period) != BEFORE
