"""Figures whose number is written in words, beside a word that says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from secateur.pipelines.document.numerals import parse_words
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY_BEHIND, SCALES, currency_code

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_HUNDRED = rf"(?:(?:{_TENS})(?:[- ](?:{_ONES}))?|{_TEENS}|{_ONES})"
_WHOLE = rf"(?:(?:{_ONES}|a)[- ]hundred(?:(?: and)? {_HUNDRED})?|{_HUNDRED})"
_PART = r"(?:half|(?:an?|one|two|three)[- ](?:half|quarters?|thirds?|tenths?))"
_NUMBER = rf"(?:{_PART}|{_WHOLE}(?: and {_PART})?|zero)"
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
_PARTS = {"half": Decimal(1) / 2, "quarter": Decimal(1) / 4, "third": Decimal(1) / 3,
          "tenth": Decimal(1) / 10}  # fmt: skip
_ABOUT = r"(?:approximately|about|around|roughly|nearly|almost|some)"
_TOLD = re.compile(
    r"\b(?:(?:increas|decreas|declin|improv|ris|fall|climb|gain|drop|reduc|grow|widen|narrow)\w*"
    r"|grew|rose|fell|up(?! to)|down|higher|lower|was|were|represent(?:ed|s|ing)|accounted for"
    rf"|comprised|averaged|totall?ed|reached|plus|{_ABOUT})(?: (?:of|by|to|at))?(?: an?)?"
    rf"(?: {_ABOUT})? $",
    re.IGNORECASE,
)
"""Before a percentage that is told: "grew five percent", "a decline of about two percent"."""
_SUPPOSED = re.compile(
    r"\b(?:if|would|could|may|might|shall|must|assum\w+|hypothetical\w*|unless|until|likel\w+"
    r"|or (?:more|less|greater))\b|\A \(\d",
    re.IGNORECASE,
)
"""In a sentence that supposes a change or sets a threshold, or tells it once more in digits."""
_SENTENCE = 200
"""Characters around a percentage in which its sentence is looked for."""


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

    Percentages that stand alone are those that a sentence tells ("grew five percent"), no
    thresholds ("more than ten percent of our revenues") and suppositions ("a rise of one
    percentage point would").

    Args:
        text: The text.
        start: Where to look from.
        end: Where to look to.
    """
    told = start
    for match in _WORDED.finditer(text, start, end):
        listed = told > start and text[told : match.start()].strip(", ") == "and"
        if match["second"] or match["scale"] or listed or _is_told(text, match, start, end):
            told = match.end()
            yield _worded(match, "first")
        if match["second"]:
            yield _worded(match, "second")


def _is_told(text: str, match: re.Match[str], start: int, end: int) -> bool:
    """Whether a sentence tells a percentage that stands alone, and does not suppose it."""
    before = text[max(match.start() - _SENTENCE, start) : match.start()].rpartition(". ")[2]
    behind = text[match.end() : min(match.end() + _SENTENCE, end)].partition(". ")[0]
    supposed = _SUPPOSED.search(before) or _SUPPOSED.search(behind)
    return supposed is None and _TOLD.search(before) is not None


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
