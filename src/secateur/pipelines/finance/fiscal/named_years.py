"""The years that a document names: in its title, in cells of their own, as "FY24" and "2023-24"."""

from __future__ import annotations

import re

from secateur.pipelines.document.dates import YEAR, full_year
from secateur.pipelines.finance.fiscal.forecasts import is_planned

_NAMED_YEAR = re.compile(
    rf"(?<![\w.])(?:FY|fiscal(?: year)?|(?<=[\t\n])(?=\d{{4}}[\t\n])) ?({YEAR}|\d\d)(?!\w)"
    rf"|(?<![\w.-])({YEAR}) (?:fiscal|financial) year\b",
    re.IGNORECASE,
)
"""A year that is said to be one, or fills a cell."""
_YEAR_CELL = re.compile(rf"(?<=[\t\n]){YEAR}(?=[\t\n])")
_IN_YEAR = re.compile(rf"\b(?:in|for|during) ({YEAR})(?!\w|[-–/.,]\d)", re.IGNORECASE)
_TOLD_OF = re.compile(
    rf"(?:^|[.!?]\s+)({YEAR}) (?:was|has been|saw|brought|proved|marked|turned|ended)\b",
    re.MULTILINE,
)
"""A year as the subject of a sentence: "2024 was a good year"."""
_SPLIT_YEAR = re.compile(rf"(?<![\w.,$€£₹/-])(?:FY ?)?({YEAR})[-–/](\d\d|{YEAR})(?![\w%/-]|[.,]\d)")
"""A year that begins in one and ends in the next: "2023-24"."""
_ANNUAL = r"(?:annual|full[- ]year|year[- ]end) (?:financial )?(?:report|results|accounts|review)"
_TITLE = re.compile(
    rf"\b(?:{_ANNUAL}|geschäftsbericht)(?: (?:and|&) [\w ]{{4,24}}?)?(?: for)?(?: the)?(?: year)?"
    rf"[\s:,–-]{{1,3}}(?:FY ?)?(?P<year>{YEAR})(?P<split>[-–/]\d\d)?(?!\d)"
    rf"|(?<!\w)(?P<before>{YEAR})(?P<both>[-–/]\d\d)? {_ANNUAL}\b",
    re.IGNORECASE,
)
_OF_A_YEAR = re.compile(rf"\b{_ANNUAL}\b", re.IGNORECASE)
_LETTER = re.compile(
    r"^\W*(?:dear|fellow|to (?:the|our|my|all)) (?:(?:our|my|fellow) )*"
    r"(?:share|stock|unit)(?:holders|owners)\b",
    re.IGNORECASE | re.MULTILINE,
)
_PART = re.compile(r"\b(?:quarter|half|Q[1-4]|[1-4]Q|H[12])\b", re.IGNORECASE)
"""In what is headed by it no letter is on a year."""
_TITLES = 2_000
"""Characters in which a report's title stands."""
_OFFER = re.compile(
    r"^\W*(?:(?:preliminary|final|base|free writing|listing) )*"
    r"(?:prospectus(?: supplement)?|offering (?:memorandum|circular|document)"
    r"|(?:pricing )?(?:supplement|term sheet))\W*$",
    re.IGNORECASE | re.MULTILINE,
)
"""A line of its own: the title of what offers securities."""
_HEADLINE = 300
"""Characters in which an offer's title stands, and those whom a letter addresses."""


def is_an_offer(text: str) -> bool:
    """Whether a document offers securities, and so reports on no year."""
    return _OFFER.search(text, 0, _HEADLINE) is not None


class NamedYears:
    """What a text says of the years that it reports on.

    Attributes:
        titled: The year of the report's title ("Annual Report 2024"), the later of "2023-24"; None
            without a title that names one.
        letter: Whether it is a letter to shareholders on a year.
        annual: Whether it is one, or calls itself a report on a year, whichever.
        split: The later years of "2023-24" and the like, where two are named, or one in the title.
        cells: Years that fill cells of tables.
        told: Years in which running text says that something was ("in 2024"), or of which it tells.
    """

    def __init__(self, text: str) -> None:
        """Reads a text."""
        title = _TITLE.search(text, 0, _TITLES)
        split = (m for m in _SPLIT_YEAR.finditer(text) if not is_planned(text, m.start()))
        pairs = (match.groups() for match in split)
        later = [int(one) + 1 for one, other in pairs if (int(one) + 1) % 100 == int(other) % 100]
        across = title is not None and bool(title["split"] or title["both"])
        self.titled = int(title["year"] or title["before"]) + across if title else None
        letter = _LETTER.search(text, 0, _HEADLINE)
        self._of_a_part = _PART.search(text, 0, _HEADLINE) is not None
        self.letter = letter is not None and not self._of_a_part
        named = title is not None or _OF_A_YEAR.search(text, 0, _TITLES) is not None
        self.annual = named or self.letter
        self.split = later if len(later) > 1 or across else []
        self.cells = {int(cell[0]) for cell in _YEAR_CELL.finditer(f"{text}\n")}
        told = (m for m in _IN_YEAR.finditer(text) if not is_planned(text, m.start()))
        self.told = {int(match[1]) for match in (*told, *_TOLD_OF.finditer(text))}
        said = [full_year(match[1] or match[2]) for match in _NAMED_YEAR.finditer(f"\n{text}\n")]
        self._said = [*said, *([self.titled] if self.titled else ())]

    def last(self, headline: int) -> int | None:
        """Returns the last year that the text says is one, that of its headline too if not 0."""
        return max([*self._said, *([headline] if headline else ())], default=None)

    def is_of(self, label: int) -> bool:
        """Whether the text reports on a year: by its title, or by the heads of its tables.

        Those of a release whose headline names a quarter compare years too.
        """
        if self.titled is not None:
            return self.titled == label
        return self.annual or (label in self.cells and not self._of_a_part)
