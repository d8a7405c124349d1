"""In which year after the report's a number falls, by the head of its row or column.

What is due in "2027" is the second year's of a report on 2025 and the third year's of one on 2024;
the words around it are the same.
"""

from __future__ import annotations

import re

from secateur.pipelines.document.calendar_words import YEAR
from secateur.pipelines.document.document import Document
from secateur.pipelines.finance.fiscal.interim import fiscal_calendar

MOST_YEARS = 6
"""Years that are told apart; the last stands for itself and all behind it."""

_YEAR = re.compile(
    r"(?P<after>\b(?:after|beyond|subsequent to) (?:fiscal |\w+ \d\d?, )?)?"
    rf"(?<![\d,.$])(?P<year>{YEAR})(?![\d,.]\d)",
    re.IGNORECASE,
)
_NTH = re.compile(r"(?:fiscal )?year (?P<number>[1-5]|one|two|three|four|five)", re.IGNORECASE)
_NUMBERS = ("one", "two", "three", "four", "five")


class YearsAhead:
    """Reckons years from a document's own fiscal year."""

    def __init__(self, document: Document) -> None:
        """Takes the fiscal year that a document reports on."""
        calendar = fiscal_calendar(document)
        self._text = document.text
        self._year = calendar.label if calendar else None

    def of(self, row: int, end: int, column: str) -> int:
        """Tells the year of a cell.

        Args:
            row: First character of its row.
            end: One past the last character that may head it.
            column: Head of its column.

        Returns:
            1 to `MOST_YEARS`, 0 where neither head names a year that is still to come.
        """
        if self._year is None:
            return 0
        head = self._text[row:end].partition("\t")[0]
        for text in (head, column):
            named = list(_YEAR.finditer(text))
            if named:
                year = int(named[-1]["year"]) + (named[-1]["after"] is not None)
                return min(max(year - self._year, 0), MOST_YEARS)
            if nth := _NTH.fullmatch(text.strip()):
                number = nth["number"].lower()
                return int(number) if number.isdigit() else 1 + _NUMBERS.index(number)
        return 0
