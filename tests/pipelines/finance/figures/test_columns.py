"""Columns without a time beside columns that have one."""

from __future__ import annotations

import re

import pytest
from report_pages import table
from time_growth import LINEAR, growth

from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.figures.reader import FigureReader

COUNT = "<p>As of February 10, 2025, there were 41,200,300 shares outstanding.</p>"
CHANGES = ["% change", "Percent change", "Change (%)", "in local currencies (%)", "% Constant"]


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("Three months ended June 30, 2024 and 2023", "2024-04-01/2024-06-30"),
        ("Sales were, for the three months ended June 30, 2024 and 2023:", "2024-04-01/2024-06-30"),
        ("Three and six months ended June 30, 2024 and 2023", "2024-01-01/2024-12-31"),
        ("Years ended December 31, 2024 and 2023", "2024-01-01/2024-12-31"),
    ],
)
def test_a_title_says_of_which_part_its_columns_years_are(figure, title: str, period: str) -> None:
    body = f"<p>{title}</p><p>(in millions)</p>"
    body += table(["", "2024", "2023"], ["Net sales", "811", "812"])
    assert str(figure(body, "811").period) == period


@pytest.mark.parametrize("head", CHANGES)
def test_changes_are_of_the_columns_under_their_own_head(figure, head: str) -> None:
    over = "".join(f"<td colspan='3'>{n} Months Ended June 30,</td>" for n in ("Three", "Six"))
    rows = (
        ["", *2 * ("2024", "2023", head)],
        ["Net sales", "811", "812", "8.1%", "911", "912", "9.1%"],
    )
    body = COUNT + table(*rows).replace("<table>", f"<table><tr><td></td>{over}</tr>")
    assert str(figure(body, "8.1%", "PERCENT").period) == "2024-04-01/2024-06-30"
    assert str(figure(body, "9.1%", "PERCENT").period) == "2024-01-01/2024-06-30"


@pytest.mark.parametrize("head", ["in CHF (%)", "Margin"])
def test_a_column_behind_dated_ones_is_of_the_later_of_them(figure, head: str) -> None:
    body = "<p>Our auditors were elected on 2 May 2024.</p>"
    body += table(["", "H1 2024", "H1 2023", head], ["Net sales", "811", "812", "8.1%"])
    assert str(figure(body, "8.1%", "PERCENT").period) == "2024-01-01/2024-06-30"


def test_shares_of_a_whole_are_of_the_day_or_year_of_the_column_before_them(figure) -> None:
    heads = ["", "June 30, 2024", "% of total", "December 31, 2024", "% of total"]
    body = table(heads, ["Corporate bonds", "$811", "8.1%", "$812", "8.2%"])
    assert str(figure(body, "8.1%", "PERCENT").period) == "2024-06-30"
    assert str(figure(body, "8.2%", "PERCENT").period) == "2024-12-31"
    body = table(["", "2024", "% of total"], ["Net sales", "811", "8.1%"])
    assert str(figure(body, "8.1%", "PERCENT").period) == "2024-01-01/2024-12-31"


@pytest.mark.parametrize("line", [COUNT, "<p>Basel, 15 February 2025</p>"])
def test_the_day_of_a_document_is_not_that_of_its_tables(figure, line: str) -> None:
    body = line + table(["", "Group", "Parent"], ["Net sales of the year", "811", "812"])
    assert str(figure(body, "811").period) == "2024-01-01/2024-12-31"


@pytest.mark.parametrize(
    "line",
    [
        "The table is as of February 10, 2025. Percentages are of 33,402,118 shares on that date.",
        "Shares beneficially owned as of February 10, 2025, of 33,402,118 shares outstanding.",
    ],
)
def test_shares_owned_beneficially_are_of_the_day_on_which_they_are_counted(
    figure, line: str
) -> None:
    body = f"<p>{line}</p>" + table(["Name", "Beneficial ownership"], ["Ada Moss", "1,018,440"])
    assert str(figure(body, "1,018,440", "SHARES").period) == "2025-02-10"


@pytest.mark.parametrize("head", ["2025 target", "Guidance for 2025", "FY25 outlook", "2025 plan"])
def test_what_a_column_plans_is_for_the_time_that_it_names(figure, head: str) -> None:
    body = table(["", "2024", head], ["Net sales", "811", "812"], ["Margin", "8.1%", "8.2%"])
    assert str(figure(body, "811").period) == "2024-01-01/2024-12-31"
    assert str(figure(body, "812").period) == "2025-01-01/2025-12-31"
    assert str(figure(body, "8.2%", "PERCENT").period) == "2025-01-01/2025-12-31"


@pytest.mark.timeout(60)
def test_time_for_changes_grows_with_the_rows_of_their_table(page) -> None:
    def read(rows: str) -> None:
        heads = table(["", "2024", "2023", "% change"]).removesuffix("</table>")
        document = page(f"{heads}{rows}</table>")
        reader = FigureReader(document, sentences(document.text, document.passages))
        for change in re.finditer("8.1%", document.text):
            reader.read(*change.span(), "PERCENT")

    row = table(["Net sales", "811", "812", "8.1%"])
    assert growth(read, row.removeprefix("<table>").removesuffix("</table>"), 200) < LINEAR
