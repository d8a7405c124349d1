"""Prospectuses report on no year, though they name what their issuer's last one was."""

from __future__ import annotations

from pathlib import Path

from secateur.pipelines.finance.figures.reader import FigureReader
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.sentences import sentences

NOTES = """{}
(To Prospectus dated March 4, 2024)

$750,000,000 Senior Notes due 2031

The notes will be issued in denominations of $2,000.

The date of this document is April 9, 2024.

For the year ended December 31, 2023 our revenue was $612.7 million. Cash was $86.1 million as of \
December 31, 2023.
"""


def period(folder: Path, title: str, span: str) -> str | None:
    path = folder / "notes.txt"
    path.write_text(NOTES.format(title), encoding="utf-8")
    document = read(path)
    start = document.text.index(span)
    reader = FigureReader(document, sentences(document.text, document.passages))
    figure = reader.read(start, start + len(span), "MONEY")
    assert figure is not None
    return None if figure.period is None else str(figure.period)


def test_what_is_offered_is_of_no_year(tmp_path: Path) -> None:
    for span in ("$750,000,000", "$2,000"):
        assert period(tmp_path, "PROSPECTUS SUPPLEMENT", span) is None


def test_what_an_offer_dates_keeps_its_time(tmp_path: Path) -> None:
    title = "Preliminary Offering Memorandum"
    assert period(tmp_path, title, "$612.7 million") == "2023-01-01/2023-12-31"
    assert period(tmp_path, title, "$86.1 million") == "2023-12-31"


def test_a_report_that_speaks_of_a_prospectus_reports_on_its_year(tmp_path: Path) -> None:
    title = "Annual report, with which the prospectus is to be read"
    assert period(tmp_path, title, "$2,000") == "2023-12-31"
