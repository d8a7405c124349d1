"""Prospectuses report on no year, though they name what their issuer's last one was."""

from __future__ import annotations

from pathlib import Path

from release_texts import period

NOTES = """{}
(To Prospectus dated March 4, 2024)

$750,000,000 Senior Notes due 2031

The notes will be issued in denominations of $2,000.

The date of this document is April 9, 2024.

For the year ended December 31, 2023 our revenue was $612.7 million. Cash was $86.1 million as of \
December 31, 2023.
"""


def test_what_is_offered_is_of_no_year(tmp_path: Path) -> None:
    for span in ("$750,000,000", "$2,000"):
        assert period(tmp_path, NOTES.format("PROSPECTUS SUPPLEMENT"), span) == "None"


def test_what_an_offer_dates_keeps_its_time(tmp_path: Path) -> None:
    text = NOTES.format("Preliminary Offering Memorandum")
    assert period(tmp_path, text, "$612.7 million") == "2023-01-01/2023-12-31"
    assert period(tmp_path, text, "$86.1 million") == "2023-12-31"


def test_a_report_that_speaks_of_a_prospectus_reports_on_its_year(tmp_path: Path) -> None:
    title = "Annual report, with which the prospectus is to be read"
    assert period(tmp_path, NOTES.format(title), "$2,000") == "2023-12-31"
