"""Parts of years that heads name without the year."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_pages import table

from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.figures.reader import FigureReader
from secateur.pipelines.ingestion.read import read

QUARTERS = ["First Quarter", "Second Quarter", "Third Quarter", "Fourth Quarter"]
NTH = ["First", "Second", "Third", "Fourth"]
ENDS = ["March 31", "June 30", "September 30", "December 31"]
SALES = ["Net sales", "811", "812", "813", "814"]
OLDER = ["Net sales", "711", "712", "713", "714", "2,850"]
ALL = "3,250"
PERIODS = [
    "2024-01-01/2024-03-31",
    "2024-04-01/2024-06-30",
    "2024-07-01/2024-09-30",
    "2024-10-01/2024-12-31",
]


def spanning(*rows: list[str]) -> str:
    """A table of which the first row's last cell spans four columns."""
    first, *others = rows
    return table(first, *others).replace(
        f"<td>{first[-1]}</td>", f"<td colspan='4'>{first[-1]}</td>", 1
    )


@pytest.mark.parametrize(
    "body",
    [
        table(["", *QUARTERS], ["2024"], SALES),
        table(["2024", *QUARTERS], SALES),
        "<p>2024 quarterly results</p>" + table(["", *QUARTERS], SALES),
        table(["", "Q1", "Q2", "Q3", "Q4"], ["2024 net sales", *SALES[1:]]),
        table(["", "2024", "2023"], *([f"Q{n}", SALES[n], OLDER[n]] for n in range(1, 5))),
        table(
            ["Quarter ended", "2024", "2023"],
            *([ENDS[n - 1], SALES[n], OLDER[n]] for n in range(1, 5)),
        ),
        table(["", *(f"Fiscal 2024 {quarter}" for quarter in QUARTERS)], SALES),
        spanning(["", "2024 Quarters"], ["", *NTH], SALES),
        spanning(["", "Fiscal 2024 Quarter Ended"], ["", *ENDS], SALES),
        table(["2024", *ENDS], SALES),
        table(["", "2024", "2023"], *([NTH[n - 1], SALES[n], OLDER[n]] for n in range(1, 5))),
        table(["2024", *NTH], SALES),
    ],
    ids=[
        "group", "corner", "caption", "row", "rows", "day rows", "fiscal", "nth", "ended", "ends",
        "numbers in rows", "numbers",
    ],
)  # fmt: skip
def test_a_quarter_is_of_the_year_nearest_to_it(figure, body: str) -> None:
    assert [str(figure(body, text).period) for text in SALES[1:]] == PERIODS


@pytest.mark.parametrize(
    "body",
    [
        table(["", *QUARTERS], SALES),
        table(["Quarter ended", *ENDS], SALES),
        spanning(["", "Quarter ended"], ["", *ENDS], SALES),
    ],
)
def test_a_quarter_without_a_year_is_of_the_report(figure, body: str) -> None:
    assert [str(figure(body, text).period) for text in SALES[1:]] == PERIODS


@pytest.mark.parametrize("head", ["Year", "Total"])
def test_a_column_beside_quarters_is_for_their_year(figure, head: str) -> None:
    heads = ["", *QUARTERS, head]
    body = table(heads, ["2024"], [*SALES, ALL], ["2023"], OLDER)
    assert str(figure(body, ALL).period) == "2024-01-01/2024-12-31"
    assert str(figure(body, "711").period) == "2023-01-01/2023-03-31"
    assert str(figure(body, "2,850").period) == "2023-01-01/2023-12-31"


def test_first_and_second_alone_are_no_quarters(figure) -> None:
    body = table(["2024", "First", "Second"], ["Lien debt", "811", "812"])
    assert str(figure(body, "811").period) == "2024-01-01/2024-12-31"


def test_a_day_without_its_year_is_no_quarter_where_heads_name_few(figure) -> None:
    body = table(["2024", "June 30", "December 31"], ["Total assets", "811", "812"])
    assert [str(figure(body, text).period) for text in ("811", "812")] == [
        "2024-06-30", "2024-12-31",
    ]  # fmt: skip


def test_a_month_in_a_row_is_of_the_report_s_year_or_its_column_s(figure) -> None:
    body = table(["", "Shares purchased", "Amount paid"], ["October", "401", "$811"])
    assert str(figure(body, "$811").period) == "2024-10-01/2024-10-31"
    body = table(["", "2024", "2023"], ["May", "811", "812"])
    assert str(figure(body, "812").period).endswith("2023-05-31")


def test_a_row_for_the_full_year_is_of_the_year_that_the_title_names(figure) -> None:
    body = "<p>Forecast for the Fiscal Year Ending December 31, 2025</p>" + table(
        ["", "Net sales", "Operating profit"],
        ["First half", "811", "81"],
        ["Full year", "1,640", "164"],
    )
    assert str(figure(body, "811").period) == "2025-01-01/2025-06-30"
    assert str(figure(body, "1,640").period) == "2025-01-01/2025-12-31"


def test_quarters_that_count_on_from_each_other_are_of_one_year(figure) -> None:
    """A head above several columns may be printed above the last of them alone."""
    heads = ["", "Q3", "2023 Q4", "Q1", "Q2", "2024 Q3"]
    body = table(heads, ["Net sales", "709", "710", "811", "812", "813"])
    assert [str(figure(body, text).period) for text in ("709", "811", "812")] == [
        "2023-07-01/2023-09-30", "2024-01-01/2024-03-31", "2024-04-01/2024-06-30",
    ]  # fmt: skip
    body = table(heads[:1] + heads[:0:-1], ["Net sales", "813", "812", "811", "710", "709"])
    assert str(figure(body, "709").period) == "2023-07-01/2023-09-30"
    assert str(figure(body, "811").period) == "2024-01-01/2024-03-31"


def test_a_quarter_of_two_years_is_no_column_behind_each_of_them(figure) -> None:
    heads = ["", "Q1", "Q2", "Q3", "2023 Q4", "Q1", "Q2", "Q3", "2024 Q4"]
    body = table(heads, ["Net sales", *map(str, range(801, 809))])
    assert str(figure(body, "801").period) == "2023-01-01/2023-03-31"
    assert str(figure(body, "805").period) == "2024-01-01/2024-03-31"


HALF = "<p>Half-year report. Six months ended June 30, 2025</p>"
FOURTH = "<p>For the fourth quarter ended October 31, 2025</p>"
PARTS = ["", "Q4/25", "Q3/25", "Q4/24", "2025", "2024"]


@pytest.mark.parametrize(
    ("body", "span", "expected"),
    [
        (HALF + table(["January to June", "2025", "2024"], ["Sales", "811", "812"]), "812",
         "2024-01-01/2024-06-30"),
        (FOURTH + table(PARTS, ["Sales", "81", "82", "83", "841", "842"]), "841",
         "2024-11-01/2025-10-31"),
        (FOURTH + table(PARTS, ["Sales", "81", "82", "83", "841", "842"]), "82",
         "2025-05-01/2025-07-31"),
    ],
    ids=["a corner names months", "a year beside quarters", "a quarter"],
)  # fmt: skip
def test_years_of_columns_are_parts_only_where_none_stands_beside_them(
    tmp_path: Path, body: str, span: str, expected: str
) -> None:
    path = tmp_path / "report.html"
    path.write_text(f"<html><body>{body}</body></html>")
    document = read(path)
    reader = FigureReader(document, sentences(document.text, document.passages))
    start = document.text.index(span)
    found = reader.read(start, start + len(span), "MONEY")
    assert found is not None
    assert str(found.period) == expected
