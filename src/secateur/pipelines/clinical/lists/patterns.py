"""Patterns that several lists of a note share."""

from __future__ import annotations

from secateur.pipelines.document.calendar_words import WEEKDAY_BEGINS

NUMBER = r"\(?\d{1,2}[.)](?!\d)"
"""The mark of a numbered item ("1.", "(1)"), no decimal ("1.2 cm")."""

COUNT = (
    r"(?:\d+(?: ?(?:[-–]|to) ?\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|the next)"
)
TIME = rf"(?:{COUNT}[- ]?(?:days?|d|weeks?|wks?|months?|mos?|years?|yrs?)\b|\d+/(?:7|52|12)\b)"
"""A stretch of time from a day on: "six weeks", "3 mo", "2/52"."""

FREQUENCY = (
    r"(?:(?:once|twice|thrice|daily|nightly|weekly|monthly|prn|as needed|every|stat"
    r"|at (?:bedtime|night|noon)|(?:a|per|each) (?:day|night|week))\b"
    r"|(?:p\.r\.n|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|q\.?a\.?m|t\.?d\.?s|q\.?d\.?s|nocte|mane|q\.?p\.?m|q\.?h\.?s|q\.?o?\.?d|o\.?d|b\.?d"
    r"|h\.?s)\b|q\.? ?(?:\d+(?:-\d+)? ?(?:h|hrs?|hours?|d|days?|wks?|weeks?|m\w*)|day|week|wk"
    rf"|(?:4|6|8|12)\b(?! ?/)|night|month|{WEEKDAY_BEGINS}\w*)\b)"
)
"""How often a drug is taken: "BID", "q6h"."""

UNIT = (
    r"(?:(?:mg|mcg|µg|ug|gm?|units?|u|iu|meq|mmol|ml|cc|puffs?|drops?|gtts?|sprays?|patch(?:es)?"
    r"|pills?|tab(?:let)?s?|cap(?:sule)?s?|(?:milli|micro)?grams?|grains?|millilit(?:er|re)s?"
    r"|milliequivalents?|t(?:ea|able)spoons?|tsp|tbsp|lozenges?|suppositor(?:y|ies))\b(?!/d?l)|%)"
)
"""What a drug's dose is counted in, no unit of the laboratory's ("mg/dL")."""

ROUTE = (
    r"(?:(?:p\.?o|i\.?v|i\.?m|s\.?[cq]|p\.?r|s\.?l|subq|subcut\w*|inhal\w+|nasal\w*|topical\w*"
    r"|oral\w*|intravenous\w*|intramuscular\w*|subcutaneous\w*|sublingual\w*|transdermal\w*"
    r"|nebuli\w+|nebs?|cream|oint(?:ment)?|gel|lotion|powder|solution|suspension|syrup|patch|pump"
    r"|drip|infusion|sliding)\b)"
)
"""How a drug gets into the patient, or its form."""


def any_of(*tables: str) -> str:
    """Joins the alternatives of a pattern.

    Args:
        tables: Texts with one alternative a line.

    Returns:
        The alternatives of all of them, parted by strokes.
    """
    lines = (line.strip() for table in tables for line in table.splitlines())
    return "|".join(filter(None, lines))
