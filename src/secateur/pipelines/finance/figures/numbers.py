"""Numbers as reports print them: grouping, decimal commas, signs, currencies, scale words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from secateur.pipelines.document.numerals import FRACTION, parse_words
from secateur.pipelines.finance.candidates.vocabulary import (
    CURRENCY,
    CURRENCY_BEHIND,
    GLUED,
    GLUED_SCALES,
    MINOR,
    SCALE_WORD,
    SCALES,
    currency_code,
)
from secateur.pipelines.finance.figures.worded import worded_at

MOST_DIGITS = 15
"""A float64 keeps so many significant digits; longer numbers are no figures but identifiers."""

_SPACE = "[ \u00a0\u2009\u202f]"
NUMERAL = (
    rf"\d{{1,3}}{FRACTION}|\d{{1,3}}(?:{_SPACE}\d{{3}})+(?:[.,]\d+)?(?![\d.,]*\d)"
    r"|\d+(?:[.,'’]\d+)*|(?<![^\W\d_])[.,]\d+"
)
"""A point behind letters ("Rs.10") ends their word."""
MINUS = "-−–—‐‑△"
"""Signs before a negative number; in Japan it is a triangle."""
DASHES = frozenset("-−–—‐‑")
_MIXED = re.compile(rf"(\d+)({FRACTION})")
_BEFORE = re.compile(
    rf"(?P<sign>[{MINUS}(]?)\s?(?P<currency>{CURRENCY})?\s?(?P<inner>[{MINUS}(]?)\s?\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"(?P<close>\)?)(?:[ -]|{_SPACE})?(?:(?P<percent>%|p\.p\.|per[ ]?cent(?!\w)"
    rf"|percentage points?|pct|ppts?(?!\w))|(?P<basis>basis points?|bps?(?!\w))|(?P<minor>{MINOR})"
    rf"|(?P<scale>{SCALE_WORD}))?"
    rf"\.?(?:[ ]?(?:(?P<pounds>pounds?(?!\w))"
    rf"|(?P<currency>(?:u\.s\. )?(?:{CURRENCY_BEHIND}))))?(?P<last>\)?)",
    re.IGNORECASE,
)
_BLACK_TRIANGLE = re.compile(r"▲\s?¥?\s?\Z")
_YEN = re.compile(r"¥|\byen\b|\bJPY\b", re.IGNORECASE)
_MINUS = re.compile(
    r"(?:^|[:(\t\n]\s?|\b(?:was|were|is|are|be|of|at|to|from|by|(?<!plus )(?:and|or)|between"
    rf"|reached|totall?ed|returned|yielded|averaged)\s)(?:minus|negative)\s(?:{CURRENCY}\s?)?$",
    re.IGNORECASE,
)
"""Before a negative number; "EBITDA minus capex" takes away, "plus or minus 1%" is either."""
_ASIDE = re.compile(
    rf"(?:(?P<currency>{CURRENCY})\s?[{MINUS}]?(?:{NUMERAL})\s?(?P<scale>{SCALE_WORD})"
    rf"|(?P<glued>{GLUED})\s?[{MINUS}]?(?:{NUMERAL}))"
    r"(?:\s(?:in|for|at)\s(?:the\s)?[\w ]{3,25}?)?\s\($",
    re.IGNORECASE,
)
"""Before last year's figure in Nordic reports: "Profit was NOK 1,412 million (1,158)"."""
_CALLS = re.compile(
    r"(?:\b(?:of|was|were|is|are|to|from|by|and|or|total(?:ed|ing))|[,:])\s$", re.IGNORECASE
)
_LISTED = re.compile(
    rf"\)?{_SPACE}?(?:(?P<range>{_SPACE}to|[{MINUS}])|,|;|,?{_SPACE}(?:and|or)|/){_SPACE}?"
    rf"(?:(?:and|or){_SPACE})?[(]?(?P<currency>{CURRENCY})?{_SPACE}?[(]?(?:{NUMERAL})\)?",
    re.IGNORECASE,
)
_NEGATIVE_CELL = re.compile(
    rf"<\s?(?:{CURRENCY})?\s?(?:{NUMERAL})\s?>|(?:{CURRENCY})?\s?(?:{NUMERAL})[{MINUS}]",
    re.IGNORECASE,
)
"""Other signs of a loss, of what fills a cell only: "<13.0>", "5.2-"."""
_REACH = 90
"""Characters before and behind a number that may belong to its sentence or row."""
_ASIDE_DIGITS = 3
"""Characters of a number below which one in parentheses may be a note's mark."""
_WORDS = 32
"""Characters before a number in which "totalled minus EUR" stands."""
_GROUPED = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)+(?![\w.,]\w|\d)")
_WITH_COMMA = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d+,\d\d?|\d{1,3}(?:\.\d{3}){2,}")
_WITH_POINT = re.compile(r"\d{1,3}(?:,\d{2,3})+\.\d+|\d+\.\d\d?|\d{1,3}(?:,\d{2,3}){2,}")


@dataclass(frozen=True)
class Printed:
    """A number as printed.

    Attributes:
        number: Digits and sign, without any scale.
        scale: Power of ten that a word or sign beside it gives, -2 for pence and cents; None where
            there is none.
        currency: ISO code of the currency printed beside it.
    """

    number: Decimal
    scale: int | None = None
    currency: str | None = None


def read_numeral(text: str, *, comma: bool = False) -> Decimal | None:
    """Reads digits with their grouping.

    Args:
        text: "1,234.5", "1.234,5", "12,5", "1 234", "1'234", "1,23,456", "8 3/8".
        comma: Whether the document writes decimals with a comma, for numerals that do not tell.

    Returns:
        The number; None where it is no number or has over 15 significant digits.
    """
    if mixed := _MIXED.fullmatch(text):
        return Decimal(mixed[1]) + _fraction(mixed[2].strip(" -"))
    digits = re.sub(rf"[{_SPACE[1:-1]}'’]", "", text)
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        decimal = max(".,", key=digits.rfind)
    elif points > 1 or commas > 1:
        decimal = "," if points else "."
    elif commas:
        tail = len(digits) - digits.index(",") - 1
        lead = digits.index(",")
        decimal = "," if comma or tail != 3 or lead > 3 or digits[0] == "0" else "."
    else:
        tail = len(digits) - digits.index(".") - 1 if points else 0
        grouped = comma and tail == 3 and digits[0] != "0"
        decimal = "," if grouped else "."
    digits = digits.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    if not re.fullmatch(r"\d+(?:\.\d+)?|\.\d+", digits):
        return None
    number = Decimal(digits)
    significant = digits.replace(".", "").lstrip("0")
    return number if len(significant) <= MOST_DIGITS else None


def _fraction(text: str) -> Decimal:
    """Reads "3/8" or "⅜", thirds to six places."""
    parts = unicodedata.normalize("NFKC", text).replace("\u2044", "/").split("/")
    return round(Decimal(parts[0]) / Decimal(parts[1]), 6)


def uses_decimal_commas(text: str) -> bool:
    """Says whether a text writes "1.234,5" rather than "1,234.5".

    Args:
        text: A document's text.

    Returns:
        Whether more of its numerals can only be read with a decimal comma than with a point.
    """
    commas = points = 0
    for match in _GROUPED.finditer(text):
        numeral = match.group()
        commas += _WITH_COMMA.fullmatch(numeral) is not None
        points += _WITH_POINT.fullmatch(numeral) is not None
    return commas > points


def read_printed(text: str, start: int, end: int, *, comma: bool = False) -> Printed | None:
    """Reads the number of a span, with the signs and words that stand around it.

    Args:
        text: The document's text.
        start: First character of the span.
        end: One past its last; signs, currency and scale word may stand inside or outside.
        comma: See `read_numeral`.

    Returns:
        The number, negative in parentheses or after a minus; a lone dash is zero; small numbers may
        be words. None where there is no number, or over 15 digits.
    """
    span = text[start:end]
    found = re.search(NUMERAL, span)
    left = max(text.rfind("\t", 0, start), text.rfind("\n", 0, start)) + 1
    right = _cell_end(text, end)
    if found is None:
        return _wordless(text, start, end, right)
    number = read_numeral(found.group(), comma=comma)
    if number is None:
        return None
    first, last = start + found.start(), start + found.end()
    before = _BEFORE.search(text, max(left, first - 12), first)
    after = _AFTER.match(text, last, right)
    if before is None or after is None:
        return Printed(number)
    if _is_negative(text, left, before, after, right):
        number = -number
    if _MINUS.search(text, max(left - 1, first - _WORDS, 0), first):
        number = -abs(number)
    if _BLACK_TRIANGLE.search(text, max(left, first - 4), first) and _is_japanese(text):
        number = -abs(number)
    currency = before["currency"] or after["currency"] or _pound(after)
    scale = _scale_of(after)
    aside = bare_aside(text, first, last, left)
    if aside and scale is None and currency is None:
        words = {**SCALES, **GLUED_SCALES}
        scale = words[(aside["scale"] or aside["glued"]).lower()]
        return Printed(abs(number), scale, currency_code(aside["currency"] or aside["glued"]))
    if scale is None:
        scale = GLUED_SCALES.get((currency or "").lower())
    if scale is None:
        scale = _scale_of_list(text, last, right, currency is not None)
    return Printed(number, scale, currency_code(currency))


def bare_aside(text: str, first: int, last: int, left: int = 0) -> re.Match[str] | None:
    """Finds the amount behind which a number of three digits and more stands alone in parentheses.

    Args:
        text: The document's text.
        first: The number's first character.
        last: One past its last.
        left: Where to look from.
    """
    if last - first < _ASIDE_DIGITS or text[last : last + 1] != ")":
        return None
    return _ASIDE.search(text, max(left, first - _REACH), first)


def _is_japanese(text: str) -> bool:
    """Whether a black triangle is a minus; elsewhere it is an arrow that says what rose."""
    return "▼" not in text and _YEN.search(text) is not None


def _cell_end(text: str, end: int) -> int:
    ends = [text.find(gap, end, end + _REACH) for gap in "\t\n"]
    return min((at for at in ends if at >= 0), default=min(end + _REACH, len(text)))


def _wordless(text: str, start: int, end: int, right: int) -> Printed | None:
    """A dash for zero, or a small number in words."""
    span = text[start:end].strip(" $€£()%")
    if span and set(span) <= DASHES:
        return Printed(Decimal(0))
    if (worded := worded_at(text, start)) is not None:
        return Printed(worded.number, worded.scale, worded.currency)
    words = re.match(rf"[a-z]+(?:[ -](?!(?:{SCALE_WORD}))[a-z]+)*", span, re.IGNORECASE)
    number = parse_words(words.group()) if words else None
    if number is None or words is None:
        return None
    after = _AFTER.match(text, start + text[start:end].index(span) + words.end(), right)
    return Printed(number, _scale_of(after) if after else None)


def _is_negative(
    text: str, left: int, before: re.Match[str], after: re.Match[str], right: int
) -> bool:
    signs = before["sign"] + before["inner"]
    at = before.start() + before.group().find(signs[:1])
    if "(" in signs:
        closed = text[after.start() : min(after.end() + 1, right)]
        minus = any(sign in MINUS for sign in before["inner"])  # "(–6%)"
        return ")" in closed and (minus or not _is_aside(text, left, at, before, after))
    if not signs:
        return _NEGATIVE_CELL.fullmatch(text, left, right) is not None
    # A dash after a word or number joins ("10-12", "1.7 -4.4%"); a spaced one sets text apart.
    if at > left and not text[at - 1].isspace() and text[at - 1] not in "([:":
        return False
    ranges = text[left:at].rstrip()[-1:] in tuple("0123456789%)")
    spaced = text[at + 1 : at + 2].isspace()
    return not ranges and not (spaced and at > left)


def _is_aside(text: str, left: int, at: int, before: re.Match[str], after: re.Match[str]) -> bool:
    """Whether parentheses in prose set a figure apart: "rose $5 million (6%)", "($3 billion)".

    Around the digits alone ("$(3)", "(3)%", "(3) million") they are a minus, as they are where a
    sentence calls for the figure itself ("a loss of ($3)") and in a cell.
    """
    opened = before["currency"] is not None and "(" in before["inner"]
    closed = after["close"] and (after["scale"] or after["percent"] or after["minor"])
    if at == left or opened or closed:
        return False
    return not _CALLS.search(text, max(at - 12, left), at)


def _scale_of(after: re.Match[str]) -> int | None:
    if after["percent"] or after["minor"]:
        return -2
    if after["basis"]:
        return -4
    return SCALES[after["scale"].lower()] if after["scale"] else None


def _scale_of_list(text: str, last: int, right: int, money: bool) -> int | None:
    """The scale printed with a later number of the same range or list ("$3, $4 and $5 million")."""
    while (step := _LISTED.match(text, last, right)) is not None:
        if money and step["currency"] is None and step["range"] is None:
            return None
        last = step.end()
        following = _AFTER.match(text, last, right)
        if following and (scale := _scale_of(following)) is not None:
            return scale
    return None


def _pound(after: re.Match[str]) -> str | None:
    pence = (after["minor"] or "").strip().startswith("p")
    return "gbp" if pence or after["pounds"] else None
