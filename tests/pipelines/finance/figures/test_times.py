"""Fiscal years and expressions of time."""

from __future__ import annotations

from datetime import date

import pytest

from secateur.pipelines.finance.figures.asides import heard_at
from secateur.pipelines.finance.figures.times import find_times
from secateur.pipelines.finance.fiscal.interim import assume_calendar, calendar_of
from secateur.pipelines.finance.fiscal.years import FiscalCalendar, find_calendar

CALENDAR_YEAR = FiscalCalendar(date(2024, 12, 31), 2024, {2024: date(2024, 12, 31)})
WEEKS = find_calendar(
    "For the fiscal year ended September 28, 2024. Years ended September 28, 2024, September 30, "
    "2023 and September 24, 2022; as of September 28, 2024 and September 30, 2023. "
    "September 24, 2022"
)


def test_the_cover_tells_the_year_and_printed_ends_are_kept() -> None:
    assert (WEEKS.end, WEEKS.label) == (date(2024, 9, 28), 2024)
    assert WEEKS.year(2024) == (date(2023, 10, 1), date(2024, 9, 28))
    assert WEEKS.year(2023) == (date(2022, 9, 25), date(2023, 9, 30))


def test_ends_that_are_not_printed_are_reckoned_in_weeks() -> None:
    assert WEEKS.year(2022) == (date(2021, 9, 26), date(2022, 9, 24))
    assert WEEKS.last_day(2025) == date(2025, 9, 27)


def test_years_in_weeks_may_end_in_january() -> None:
    found = find_calendar(
        "For the fiscal year ended December 29, 2024. Years ended December 29, 2024 and December "
        "31, 2023; as of December 31, 2023"
    )
    assert found.year(2022) == (date(2022, 1, 3), date(2023, 1, 1))
    assert found.last_day(2021) == date(2022, 1, 2)


@pytest.mark.parametrize(
    ("cover", "others", "year", "last"),
    [
        ("June 30, 2004", "June 30, 2003. In effect on July 1, 2001, July 1, 2001", 2001, (6, 30)),
        ("April 30, 2021", "April 24, 2020, April 24, 2020. As of April 30, 2018", 2018, (4, 27)),
    ],
)
def test_years_end_on_a_date_or_on_a_weekday(
    cover: str, others: str, year: int, last: tuple[int, int]
) -> None:
    found = find_calendar(f"For the fiscal year ended {cover}. At {cover} and {others}.")
    assert found.last_day(year) == date(year, *last)


def test_targets_for_a_year_to_come_end_no_report() -> None:
    ended = "In the year ended June 30, 2007 sales rose. "
    found = find_calendar(ended * 2 + "Meeting targets in the year ended June 30, 2008 pays. " * 2)
    assert found.end == date(2007, 6, 30)


def test_a_year_may_be_named_by_its_beginning() -> None:
    text = "For the fiscal year ended February 2, 2025. " + "Sales of fiscal 2024 rose. " * 5
    found = find_calendar(text)
    assert found.label == 2024
    assert found.label_of(date(2025, 1, 15)) == 2024


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (
            "References to fiscal 2024 are to the year ended February 1, 2025, a 52-week year. ",
            2024,
        ),
        ("Fiscal 2025, 2024 and 2023 refer to the fiscal years ended February 1, 2025. ", 2025),
        ("Sales of fiscal 2024 rose. For fiscal 2025 we expect more. Fiscal\nYear\n2025. ", 2024),
        ("".join(f"Fiscal {year}. " for year in range(2024, 2030)), 2024),
        ("".join(f"Fiscal {year}. " for year in range(2024, 2031)), 2025),
        ("Fiscal 2024 was good. Our fiscal 2026 notes mature. Fiscal 2025 sales rose. ", 2025),
    ],
    ids=["by beginning", "by end", "forecasts", "due", "due by end", "notes"],
)
def test_years_are_called_as_definitions_and_reports_call_them(text: str, label: int) -> None:
    found = find_calendar("For the fiscal year ended February 1, 2025. " + text)
    assert found.label == label


def test_a_text_without_a_fiscal_year_has_no_calendar() -> None:
    assert find_calendar("Revenue was $5 million on June 30, 2024.") is None


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("Three Months Ended September 30, 2024", ["2024-07-01/2024-09-30"]),
        ("Fiscal FY98 and ’99", ["1998-01-01/1998-12-31", "1999-01-01/1999-12-31"]),
        ("For the Month Ended October 31, 2024", ["2024-10-01/2024-10-31"]),
        ("10/1/2024 thru 10/31/2024", ["2024-10-01/2024-10-31"]),
        ("nine months ended Sept. 30, 2023", ["2023-01-01/2023-09-30"]),
        ("for the trailing four quarters ended December 31, 2024", ["2024-01-01/2024-12-31"]),
        ("Quarter Ended June 30, 2024", ["2024-04-01/2024-06-30"]),
        ("Year Ended 31 December 2023", ["2023-01-01/2023-12-31"]),
        ("as of December 31, 2024 and 2023", ["2024-12-31", "2023-12-31"]),
        (
            "for the years ended December 31, 2024, 2023, and 2022",
            ["2024-01-01/2024-12-31", "2023-01-01/2023-12-31", "2022-01-01/2022-12-31"],
        ),
        ("fourth quarter of 2024", ["2024-10-01/2024-12-31"]),
        ("2023 First Quarter and Q4 2024", ["2023-01-01/2023-03-31", "2024-10-01/2024-12-31"]),
        ("the fiscal 2024 fourth quarter", ["2024-10-01/2024-12-31"]),
        (
            "fiscal year 2023 Q1 and 2024 first half",
            ["2023-01-01/2023-03-31", "2024-01-01/2024-06-30"],
        ),
        ("Fiscal years: FY24, ’23", ["2024-01-01/2024-12-31", "2023-01-01/2023-12-31"]),
        (
            "H1 2024, 2H24 and first half of 2023",
            ["2024-01-01/2024-06-30", "2024-07-01/2024-12-31", "2023-01-01/2023-06-30"],
        ),
        (
            "Q1 FY25, 3Q24, 9M 2024",
            ["2025-01-01/2025-03-31", "2024-07-01/2024-09-30", "2024-01-01/2024-09-30"],
        ),
        ("9M24 and 6M 2024", ["2024-01-01/2024-09-30", "2024-01-01/2024-06-30"]),
        (
            "Q4/23, 1Q/24 and H2/2024",
            ["2023-10-01/2023-12-31", "2024-01-01/2024-03-31", "2024-07-01/2024-12-31"],
        ),
        ("Half-year ended 30 June 2024", ["2024-01-01/2024-06-30"]),
        ("31.12.2024 and 30.06.2023", ["2024-12-31", "2023-06-30"]),
        ("12/31/2024, 6/30/2023 and 13/31/2024", ["2024-12-31", "2023-06-30"]),
        ("In the first nine months of 2024", ["2024-01-01/2024-09-30"]),
        ("version 31.13.2024, the 2023-24 season", []),
        ("In February 2024, we", ["2024-02-01/2024-02-29"]),
        ("Fiscal 2024 % of sales", ["2024-01-01/2024-12-31"]),
        ("sales of $2024 and 2,024 shares", []),
        ("31 June 2024 is no day", []),
    ],
)
def test_times_of_a_text(text: str, periods: list[str]) -> None:
    found = [
        str(time.last) if time.kind == "day" else f"{time.first}/{time.last}"
        for time in find_times(text, CALENDAR_YEAR)
        if time.kind != "year" or "Fiscal" in text
    ]
    assert found == periods


def test_quarters_of_a_year_in_weeks() -> None:
    (time,) = find_times("Three Months Ended September 28, 2024", WEEKS)
    assert (time.first, time.last) == (date(2024, 6, 30), date(2024, 9, 28))


@pytest.mark.parametrize(
    "text",
    ["FY23-24", "2023-24", "FY 2023/24", "2023/2024", "FY24", "fiscal year 2023/24",
     "financial year 2023/2024"],
)  # fmt: skip
def test_two_years_name_one_that_ends_in_the_second(text: str) -> None:
    march = find_calendar("For the year ended 31 March 2024.")
    found = find_times(text, march)
    assert [(time.first, time.last) for time in found] == [(date(2023, 4, 1), date(2024, 3, 31))]


def test_dates_in_digits_end_years() -> None:
    assert find_calendar("Year ended 30.06.2024").end == date(2024, 6, 30)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("In the year ended January 31, 1993 we grew. " + 2 * "Year ended January 28, 1995. ",
         date(1995, 1, 28)),
        ("Form 10-Q for the period ended June 30, 2019. Year ended March 31, 2018.",
         date(2018, 3, 31)),
        (12 * "Year ended June 30, 2024. " + 2 * "Years ended June 30, 2026. ", date(2024, 6, 30)),
        ("Annual report for the year ended June 30, 2024. " + 3 * "Year ended June 30, 2025. ",
         date(2024, 6, 30)),
        ("For the quarterly period ended June 30, 2024", None),
        ("For the six-month period ended June 30, 2024", None),
        ("For the twelve-month period ended June 30, 2024", date(2024, 6, 30)),
    ],
)  # fmt: skip
def test_years_of_others_and_of_the_past_are_not_the_report_s(text: str, end: date | None) -> None:
    found = find_calendar(text)
    assert (found and found.end) == end


@pytest.mark.parametrize(
    ("text", "end", "own"),
    [
        ("six months ended 30 September 2024",
         (2025, 3, 31), (date(2024, 4, 1), date(2024, 9, 30))),
        ("nine months ended March 31, 2024", (2024, 6, 30), (date(2023, 7, 1), date(2024, 3, 31))),
        ("quarter ended June 30, 2024", (2024, 12, 31), (date(2024, 4, 1), date(2024, 6, 30))),
        ("three and six months ended June 30, 2024; three months ended June 30, 2024",
         (2024, 12, 31), None),
        ("net debt at 31 December 2024", (2024, 12, 31), None),
        ("Revenue was $5 in 2024, up from $4 in 2023", (2024, 12, 31), None),
        ("Revenue was $5 in 2024. The fiscal year ends in June.", (2024, 6, 30), None),
        ("Founded in 1998. Revenue fell in 2024. We plan to sell in 2026", (2024, 12, 31), None),
    ],
)  # fmt: skip
def test_years_are_assumed_where_none_ends(text: str, end: tuple[int, ...], own) -> None:
    found = assume_calendar(text)
    assert (found.end, found.own, found.assumed) == (date(*end), own, True)


def test_a_year_named_by_its_months_is_no_year_to_come() -> None:
    text = "Results for January to December 2024. Half year ended 30 June 2024 was good."
    found = calendar_of(text)
    assert (found.end, found.assumed) == (date(2024, 12, 31), False)


def test_nothing_is_assumed_without_dates() -> None:
    assert assume_calendar("It was good, in March too.") is None


@pytest.mark.parametrize(
    ("text", "end", "label"),
    [
        ("Half year ended 30 September 2024", date(2025, 3, 31), 2025),
        ("26 weeks ended 30 September 2023 (H1 2023)", date(2024, 3, 31), 2023),
        ("26 weeks ended 30 September 2023. H1 2024 and H1 2023", date(2024, 3, 31), 2024),
        ("Quarter ended 30 September 2023 (Q2 FY2023)", date(2024, 3, 31), 2023),
        ("Quarter ended 30 June 2024 (1Q FY24/25)", date(2025, 3, 31), 2025),
        ("Quarter ended 30 June 2024. FY 2024-25, FY 2023-24", date(2025, 3, 31), 2025),
        ("The financial year ends on 31 March. Quarter ended 30 June 2023",
         date(2024, 3, 31), 2024),
        ("Sales in 2023/24 and 2022/23. Outlook: in 2024/25 we expect more. The financial year "
         "ends on 30 September.", date(2024, 9, 30), 2024),
        ("metric,\tFY2024\tFY2023", date(2024, 12, 31), 2024),
        ("metric\t2024\t2023\n", date(2024, 12, 31), 2024),
        ("Nine months ended December 31, 2024. Year ended March 31, 2024, year ended March 31, "
         "2024.", date(2025, 3, 31), 2025),
        ("First quarter ended January 31, 2025. Spending of the year ending October 31, 2025 is "
         "planned.", date(2025, 10, 31), 2025),
        ("Third Quarter 2025 Results\nToday we report on the 13 weeks ended November 1, 2025. "
         "Dividends are paid on December 31, 2025.", date(2026, 1, 31), 2025),
        ("Second quarter fiscal 2025 results\nSecond quarter ended August 2, 2025. A dividend is "
         "payable on September 30, 2025.", date(2026, 1, 31), 2025),
    ],
    ids=["half", "by beginning", "by end", "second", "first", "split", "said", "outlook", "FY",
         "cells", "9m", "ending", "headline", "weeks"],
)  # fmt: skip
def test_years_of_parts_of_years(text: str, end: date, label: int) -> None:
    found = calendar_of(text)
    assert (found.end, found.label, found.assumed) == (end, label, True)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("Second quarter ended August 2, 2025.", date(2025, 2, 1)),
        ("Second quarter ended August 1, 2025. Cash was $5 at January 30, 2025.",
         date(2025, 1, 31)),
        ("Second quarter ended June 28, 2025. Cash was $5 at December 28, 2024.",
         date(2024, 12, 28)),
    ],
    ids=["reckoned", "another day", "printed"],
)  # fmt: skip
def test_years_whose_quarters_end_with_weeks_are_of_weeks(text: str, before: date) -> None:
    found = calendar_of(text)
    assert found.last_day(found.label - 1) == before
    assert found.quarter(found.label, 2) == found.own


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2023-12-31", date(2023, 12, 31)),
        ("31/12/2023", date(2023, 12, 31)),
        ("12/31/2023", date(2023, 12, 31)),
        ("3/4/2023", date(2023, 3, 4)),
    ],
)
def test_dates_in_digits(text: str, last: date) -> None:
    assert [time.last for time in find_times(text, CALENDAR_YEAR)] == [last]


def test_days_stand_first_where_one_date_says_so() -> None:
    found = calendar_of("Year ended 31/12/2024, from 3/4/2024 on.")
    assert [time.last for time in find_times("3/4/2024", found)] == [date(2024, 4, 3)]


def test_the_time_of_an_aside_is_not_that_of_the_figures_outside() -> None:
    text = "Sales of £412m (2023: £(381)m) and £9m (1%) rose."
    times = find_times(text, CALENDAR_YEAR)
    assert [heard_at(text, text.index(figure), times) for figure in ("412", "381", "9m")] == [
        [], times, [],
    ]  # fmt: skip


def test_two_lengths_may_end_on_one_day() -> None:
    found = find_times("three and nine months ended September 30, 2024", CALENDAR_YEAR)
    assert [str(time.first) for time in found] == ["2024-07-01", "2024-01-01"]
    assert {str(time.last) for time in found} == {"2024-09-30"}


def test_the_same_day_a_year_before_ends_the_same_part_of_that_year() -> None:
    found = calendar_of("Six months ended September 30, 2025. Year ended March 31, 2025.")
    half = date(2024, 4, 1), date(2024, 9, 30)
    assert found.ended_by(date(2024, 9, 30)) == half
    assert found.ended_by(date(2024, 6, 30)) == (date(2024, 6, 30), date(2024, 6, 30))
