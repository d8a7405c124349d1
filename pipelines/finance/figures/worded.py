"""Figures whose number is written in words, beside a word that says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from secateur.pipelines.finance.figures.vocabulary import CURRENCY_BEHIND, SCALES, currency_code
from secateur.pipelines.ingestion.markup.numerals import parse_words

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_HUNDRED = rf"(?:(?:{_TENS})(?:[- ](?:{_ONES}))?|{_TEENS}|{_ONES})"
_WHOLE = rf"(?:(?:{_ONES}|a)[- ]hundred(?:(?: and)? {_HUNDRED})?|{_HUNDRED})"
_PART = r"(?:half|(?:an?|one|two|three)[- ](?:half|quarters?|thirds?))"
_NUMBER = rf"(?:{_WHOLE}(?: and {_PART})?|zero|{_PART})"
_UNIT = (
    r"(?:(?: of)?(?: (?:an?|one))? (?:percent|per cent|percentage points?)(?!\w)"
    r"|(?: of)? an? point(?!\w)| (?P<basis>basis points?)(?!\w)"
    r"| (?P<scale>(?:thousand|million|billion|trillion)) (?:(?:u\.s\. )?(?P<currency>"
    rf"{CURRENCY_BEHIND})"
    r"|(?P<shares>(?:(?:additional|common|ordinary|restricted|treasury|own|of (?:its|our)) )*"
    r"shares)(?!\w)))"
)
_WORDED = re.compile(
    rf"(?<![\w-])(?P<first>{_NUMBER})(?:(?: to | and | or |[-–])(?P<second>{_NUMBER}))?{_UNIT}",
    re.IGNORECASE,
)
_PARTS = {"half": Decimal(1) / 2, "quarter": Decimal(1) / 4, "third": Decimal(1) / 3}


@dataclass(frozen=True)
class Worded:
    """A number in words.

    Attributes:
        start: First character of its words.
        end: One past their last, without what they count.
        label: "PERCENT", "MONEY" or "SHARES".
        number: The number.
        scale: Power of ten of what it counts, that of a range's end for its beginning, too.
        currency: ISO code, of amounts.
    """

    start: int
    end: int
    label: str
    number: Decimal
    scale: int
    currency: str | None


def find_worded(text: str, start: int, end: int) -> Iterator[Worded]:
    """Finds the numbers in words between two characters: "between one and two percent".

    Percentages that stand alone are left out: most are thresholds ("more than ten percent of our
    revenues") or suppositions ("a rise of one percentage point").

    Args:
        text: The text.
        start: Where to look from.
        end: Where to look to.
    """
    for match in _WORDED.finditer(text, start, end):
        if match["second"] or match["scale"]:
            yield _worded(match, "first")
        if match["second"]:
            yield _worded(match, "second")


def worded_at(text: str, start: int) -> Worded | None:
    """Reads the number in words that begins at a character, None where there is none."""
    match = _WORDED.match(text, start)
    return _worded(match, "first") if match else None


def _worded(match: re.Match[str], group: str) -> Worded:
    label = "MONEY" if match["currency"] else "SHARES" if match["shares"] else "PERCENT"
    scale = SCALES[match["scale"].lower()] if match["scale"] else -4 if match["basis"] else -2
    number = _value(match[group].lower())
    return Worded(*match.span(group), label, number, scale, currency_code(match["currency"]))


def _value(words: str) -> Decimal:
    *whole, last = re.split("[- ]", words)
    part = _PARTS.get(last.removesuffix("s"))
    if part is None:
        return parse_words(words) or Decimal(0)
    times = parse_words(whole.pop()) if whole else Decimal(1)
    return round((parse_words(" ".join(whole)) or 0) + (times or 1) * part, 6).normalize()
