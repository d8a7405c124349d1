"""Which figures the table of key figures shows, and under which name and period."""

from __future__ import annotations

from decimal import Decimal

import pytest
from report_views import measured

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.views.key_figures import key_figures

YEAR = "2024-01-01/2024-12-31"
OPERATING = "us-gaap:OperatingIncomeLoss"


def said(sentence: str, metric: str, figure: str, label: str = "MONEY") -> list[Entity]:
    """A metric and a figure of one sentence."""
    spans = ((metric, "KPI", None), (figure, label, Decimal(5)))
    return [
        Entity("a", at, at + len(text), text, kind, 1.0, sentence=sentence, value=value,
               unit=value and "USD", period=value and YEAR)
        for text, kind, value in spans
        for at in (sentence.index(text),)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "metric", "figure", "shown"),
    [
        ("Revenue was $5.2 million in 2024, up 10%.", "Revenue", "$5.2 million", ["Revenue"]),
        ("ARR at January 31, 2025 was $412.3M.", "ARR", "$412.3M", ["ARR"]),
        ("Our net income for the second quarter of 2024 was $5.", "net income", "$5",
         ["Net income"]),
        ("Revenue grew 12% year over year to $5.", "Revenue", "$5", ["Revenue"]),
        ("Revenue was $6 million in 2024, up from $5 in 2023.", "Revenue", "$5", ["Revenue"]),
        ("Gross margin was 45.0%, compared with 43.1%.", "Gross margin", "43.1%",
         ["Gross margin"]),
        ("Revenue was $6 in Spain and $5 elsewhere.", "Revenue", "$5", []),
        ("Revenue rose 12% due to $5 of new sales.", "Revenue", "$5", []),
        ("Revenue of the valve segment was $5.", "Revenue", "$5", []),
        ("Valves and other revenue was $5.", "revenue", "$5", []),
        ("Revenue rose as prices of steel were $5 a ton.", "Revenue", "$5", []),
        ("Revenue is expected to be $5 in 2024.", "Revenue", "$5", []),
        ("Rent was $5 in 2024.", "Rent", "$5", []),
    ],
)  # fmt: skip
def test_a_sentence_names_what_its_figure_measures(
    sentence: str, metric: str, figure: str, shown: list[str]
) -> None:
    assert list(key_figures(said(sentence, metric, figure)).rows) == shown


def test_a_sentence_speaks_of_the_concept_that_rows_of_its_metric_have() -> None:
    sentence = "Net income for the fourth quarter was $5."
    concept = "us-gaap:NetIncomeLoss"
    row = measured("a", "2023-01-01/2023-12-31", 6, concept, row="Net income")
    assert list(key_figures([*said(sentence, "Net income", "$5"), row]).rows) == [concept]


@pytest.mark.parametrize("row", ["ARR", "NRR (trailing 12 months)", "Core FFO", "NAREIT FFO"])
def test_measures_of_a_trade_are_shown(row: str) -> None:
    assert len(key_figures([measured("a", YEAR, 5, None, row=row)]).rows) == 1


@pytest.mark.parametrize("column", ["2025E", "FY2025 Outlook", "Guidance"])
def test_what_is_expected_is_no_key_figure(column: str) -> None:
    ahead = measured("a", "2025-01-01/2025-12-31", 9, row="Revenue", column=column)
    sentence = "We expect revenue of x for 2025."
    told = measured("a", "2025-01-01/2025-12-31", 8, sentence=sentence)
    found = key_figures([measured("a", YEAR, 5, row="Revenue"), ahead, told])
    assert found.periods == ("2024-12-31",)


def test_a_segment_does_not_stand_for_the_total_of_a_row_of_segments() -> None:
    columns = (("Aerospace", 131), ("Industrial", 74), ("Corporate", -29), ("Total", 176))
    row = "Segment operating profit (loss)"
    cells = [
        measured("a", YEAR, value, OPERATING, row=row, column=column, sentence="x", start=at)
        for at, (column, value) in enumerate(columns)
    ]
    assert key_figures(cells).rows[OPERATING]["2024-12-31"].value == 176


def test_operating_profit_is_the_concept_s_where_both_are_found() -> None:
    row = measured("a", YEAR, 268, None, row="Operating profit")
    assert list(key_figures([row]).rows) == ["Operating profit"]
    other = measured("a", "2023-01-01/2023-12-31", 240, OPERATING, row="Operating profit")
    assert list(key_figures([row, other]).rows) == [OPERATING]


def test_twelve_months_to_another_day_than_the_year_s_have_a_column_of_their_own() -> None:
    trailing, nine = "2024-10-01/2025-09-30", "2025-01-01/2025-09-30"
    found = key_figures([
        measured("a", nine, 402),
        measured("a", "2024-01-01/2024-09-30", 377),
        measured("a", trailing, 588),
        measured("a", "2025-09-30", 7, "Assets"),
    ])  # fmt: skip
    assert {period: f.value for period, f in found.rows["Revenues"].items()} == {
        trailing: 588,
        nine: 402,
        "2024-01-01/2024-09-30": 377,
    }
    assert list(found.rows["Assets"]) == ["2025-09-30"]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("1. Revenue from operations", "Revenue from operations"),
        ("d) Finance costs", "Finance costs"),
        ("IX. Net profit for the period", "Net profit for the period"),
        *((name, name) for name in ("Sales revenue", "Group revenue", "EBIT", "Operating result",
          "Cash flow from operating activities", "Equity", "Cash")),
    ],
)  # fmt: skip
def test_main_lines_are_shown_by_whatever_name(row: str, name: str) -> None:
    assert list(key_figures([measured("a", YEAR, 5, None, row=row)]).rows) == [name]


@pytest.mark.parametrize("row", ["Cash", "Equity"])
def test_in_an_annual_report_by_items_cash_alone_may_be_a_plan_s(row: str) -> None:
    found = [measured("a", YEAR, 5, None, row=row, section="Item 8")]
    assert not key_figures(found).rows


def test_columns_name_what_rows_of_times_hold() -> None:
    row = "Fiscal year ended December 31, 2024"
    sales = measured("a", YEAR, 5, None, row=row, column="Net sales Millions of yen")
    profit = measured("a", YEAR, 1, OPERATING, row=row, column="Operating profit")
    assert list(key_figures([sales, profit]).rows) == ["Net sales", OPERATING]
