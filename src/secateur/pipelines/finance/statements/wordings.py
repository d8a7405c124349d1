"""What an entry of words says that leave a figure one concept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from secateur.pipelines.document.calendar_words import WHOLE_MONTH, YEAR
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY

_WHEN = (
    r"(?:,? (?:in|for|during|at|as of|on) (?:fiscal |years? )*(?:[a-z]{3,9} \d{1,2}, )?"
    rf"{YEAR})?"
)
NUMBER = r"[\d.,]*\d"
"""A number up to its last digit. Were a comma behind that part of it, each would double the ways to
read a list, and a long one would take minutes."""
_AMOUNT = (
    rf"(?:{CURRENCY} ?)?\(?{NUMBER}\)?(?: ?(?:million|billion|crore|lakh|m|bn)\b)?"
    rf"(?: \([^()]{{1,40}}\))?{_WHEN}"
)
_COMPARED = r",? (?:as )?(?:compared (?:to|with)|versus) "
_OTHER_SIGN = r"(?:an? (?:net )?(?:loss|profit|benefit|expense|deficit) of )?"
"""How the other amount is told where its sign is another: "was $5, compared to a loss of $3"."""
_AND = rf"(?:,? and |, |,? (?:(?:up|down) )?from |{_COMPARED}{_OTHER_SIGN}| \({YEAR}: )"
"""Between amounts; that of another year may stand in a bracket: "£58m (2025: £56m)"."""
LISTED = rf"(?:approximately )?(?:{_AMOUNT}{_AND})*\$?\0"
"""A figure that a null character stands for, behind others of a list."""
LISTING = rf"\0(?: (?:million|billion))?{_WHEN}(?:{_AND}{_AMOUNT})*(?:,? respectively)?,?"
"""A figure that a null character stands for, ahead of others of a list."""


_TIME = (
    rf"(?: (?:for|in|during|at|as of|on) (?:the )?(?:fiscal|years?|ends?|{YEAR}|{WHOLE_MONTH}|three"
    r"|twelve)\b[^.$;]{0,90})?"
)
IS = (
    rf"{_TIME}(?:,[^$;]{{1,90}},)? (?:was|were|is|are|totall?ed|amounted to|was unchanged at"
    rf"|(?:in|de)creased(?: by)?(?: \$?{NUMBER}(?:%| percent| million| billion)?"
    r"(?:,? or [\d.]+(?:%| percent))?,?)? to)"
)
"""What joins a subject and its figures: "for 2023, net of interest, was", "increased 7% to"."""
_DETERMINERS = "our|its|their|the|total|gross|net"
_OF_ITSELF = (
    r"(?:\A|(?<!\w)(?!(?:in|of|on|to|from|before|for|by|with|an?|\d{4}(?!,)"
    rf"|{_DETERMINERS})\b)[^\s]+ )(?:(?:{_DETERMINERS}) )*"
)
"""What lies ahead of a subject, which an increase in it or an effect on it is not."""
_BESIDE_ITSELF = rf"(?:{_COMPARED}|{_AMOUNT},? from )(?:an? )?(?:(?:{_DETERMINERS}) )*"
"""What lies ahead of a subject that is named again: "was $5 million, compared with a net loss of
$3 million"."""
_OF_NOTHING_ELSE = r"(?!(?: (?:million|billion))? (?:related|attributable|associated|on|from)\b)"


class Where(Enum):
    """Where a figure stands: in a table's row, in the words that head it, or in running text."""

    ROW = "behind the head of its row"
    HEAD = "in it"
    SENTENCE = "in a sentence"


class Phrase(NamedTuple):
    """Words that tell a concept.

    Attributes:
        label: Type of the figure.
        concept: What it measures, without prefix.
        where: Where it stands.
        text: Pattern that the row's head or the sentence begins with.
        around: Pattern of what stands beside the figure, which is a null character there.
        under: Pattern of the headings in a table that a row is under, the nearest first, each on a
            line.
        above: Pattern of words in a table's heads or above it, each on a line.
        column: Pattern of the head of its column.
        title: Pattern that the whole line above the table fits.
        word: What the sentence has in small letters, which is looked for first.
    """

    label: str
    concept: str
    where: tuple[Where, ...]
    text: re.Pattern[str]
    around: re.Pattern[str] = re.compile("")
    under: re.Pattern[str] = re.compile("")
    above: re.Pattern[str] = re.compile("")
    column: re.Pattern[str] = re.compile("")
    title: re.Pattern[str] | None = None
    word: str = ""


def phrase(
    label: str,
    concept: str,
    *where: Where,
    text: str,
    around: str = "",
    under: str = "",
    above: str = "",
    column: str = "",
    title: str = "",
) -> Phrase:
    """Describes words; patterns mind no case, see `Phrase`."""
    flags = re.IGNORECASE | re.DOTALL | re.MULTILINE
    return Phrase(
        label,
        concept,
        where,
        text=re.compile(text, flags),
        around=re.compile(around, flags),
        under=re.compile(under, flags),
        above=re.compile(above, flags),
        column=re.compile(column, flags),
        title=re.compile(title, flags) if title else None,
    )


def behind(concept: str, **patterns: str) -> Phrase:
    """Describes amounts behind the head of a row; patterns as for `phrase`."""
    return phrase("MONEY", concept, Where.ROW, **patterns)


def said(concept: str, **patterns: str) -> Phrase:
    """Describes amounts in a sentence; patterns as for `phrase`."""
    return phrase("MONEY", concept, Where.SENTENCE, **patterns)


def stated(concept: str, subject: str, *, unless: str = "") -> Phrase:
    """Describes amounts that a sentence states of a subject: "operating income was $5 million".

    Args:
        concept: What they measure.
        subject: Pattern of what it is that was so much.
        unless: Pattern of what stands nowhere in such sentences.
    """
    without = rf"(?!.*\b(?:{unless}))" if unless else ""
    return said(
        concept,
        text=rf"(?=.*\b(?:{subject})){without}",
        around=rf"{_OF_ITSELF}(?:{subject})(?:{IS} {LISTED}| of {LISTED}{_OF_NOTHING_ELSE})"
        rf"|{_BESIDE_ITSELF}(?:{subject}){_TIME} of {LISTED}{_OF_NOTHING_ELSE}",
    )


def about(word: str, phrases: Sequence[Phrase]) -> tuple[Phrase, ...]:
    """Adds to entries for sentences alone a word without which none of them fits."""
    return tuple(
        each._replace(word=word) if each.where == (Where.SENTENCE,) else each for each in phrases
    )
