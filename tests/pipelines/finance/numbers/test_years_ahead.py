"""Years after the report's, told by the heads of rows and columns."""

from __future__ import annotations

import pytest

from secateur.pipelines.document.document import Document
from secateur.pipelines.finance.numbers.years_ahead import MOST_YEARS, YearsAhead

COVER = "For the fiscal year ended September 30, 2025\n\n"


def ahead(row: str, column: str = "", cover: str = COVER) -> int:
    text = cover + row
    years = YearsAhead(Document("a.txt", text, (), "text/plain"))
    return years.of(len(cover), text.rindex("\t") + 1, column)


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("2026\t564", "Operating leases", 1),
        ("Fiscal 2028\t564", "Operating leases", 3),
        ("2029 and after\t564", "", 4),
        ("After 2028\t564", "Operating leases", 4),
        ("Beyond fiscal 2028\t564", "", 4),
        ("Year 2\t564", "Operating leases", 2),
        ("Fiscal year three\t564", "", 3),
        ("2041\t564", "", MOST_YEARS),
        ("2025\t564", "", 0),
        ("Sales\t564", "2027", 2),
        ("2026\t564", "December 31, 2024", 1),
        ("Thereafter\t564", "", 0),
        ("Paid in $2,026\t564", "", 0),
    ],
)
def test_the_row_tells_the_year_before_the_column(row: str, column: str, expected: int) -> None:
    assert ahead(row, column) == expected


def test_a_document_without_a_fiscal_year_tells_none() -> None:
    assert ahead("2026\t564", cover="") == 0
