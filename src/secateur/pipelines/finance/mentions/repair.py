"""Ends of entities put where a reader would put them, and figures without a number dropped."""

from __future__ import annotations

import re

from secateur.pipelines.document.calendar_words import MONTH_BEGINS, YEAR
from secateur.pipelines.document.numerals import FRACTION
from secateur.pipelines.finance.candidates.found import FIGURES
from secateur.pipelines.finance.candidates.vocabulary import CURRENCIES, GLUED, SCALE_WORD

_NUMERAL = re.compile(
    r"(?:(?<!\w)[-−–])?[$€£¥₹₩]?[ ]?\(?"
    rf"(?:(?<![\w.,)%])\.\d+|(?<![\d.,])\d+(?:[.,]\d+)*{FRACTION}?)\)?%?"
)
_CODE = (
    rf"(?<![^\W\d_])(?:{'|'.join(sorted({*CURRENCIES.values()}))}|RMB|Rs\.?|Ps\.|HK|zł|Kč"
    rf"|(?i:{GLUED}))"
)
_SPACE = r"[^\S\t\n]"
"""Within a cell and a line."""
_BEFORE = re.compile(
    rf"(?:(?<![\w)%])-|\()?(?:(?:US|C|A|HK|NT|NZ|S|R)?[$€£¥₹₩]|{_CODE}){_SPACE}?[-−–(]?\Z|\(\Z"
    r"|(?<![\w)])-\Z"
)
_AFTER_MONEY = re.compile(
    rf"\)?{_SPACE}(?:(?=\w\w){SCALE_WORD}|cents?(?!\w)|pence(?!\w))"
    r"|(?<=\d)\)?(?:bn|b|mm|mn|m|k|p)(?!\w)|\)",
    re.IGNORECASE,
)
_AFTER_SHARES = re.compile(rf"\)?{_SPACE}(?:thousand|million|billion)(?!\w)|\)", re.IGNORECASE)
_AFTER_PERCENT = re.compile(
    rf"\)?{_SPACE}?(?:%\)?|p\.p\.|(?:percent|(?:percentage|basis) points?|bps?|ppts?)(?!\w))|\)",
    re.IGNORECASE,
)
_NAME = re.compile(r"-[A-Za-z]")
_EDGE_BEFORE = " \t\n,;:.)]}%*/-–—"
_EDGE_AFTER = " \t\n,;:([{*/-–—"
_TIME = re.compile(
    rf"\d|{MONTH_BEGINS}|day|year|quarter|month|week|night|century",
    re.IGNORECASE,
)
# A postal code, or the number of a court's file; eight digits and "31Dec2024" are dates.
_NO_DATE = re.compile(
    r"(?<!\d)\d{5,7}(?!\d)"
    rf"|\d(?!{MONTH_BEGINS})[a-z]{{2,}}\d",
    re.IGNORECASE,
)
# Digits of a telephone number, say.
_NO_DAY = re.compile(rf"(?!{YEAR}$)\d{{3,4}}")
# The year is part of an accounting standard's number.
_STANDARD = re.compile(
    r"\b(?:ASUs?|Updates?|Standards|FSP|SFAS)[”\")]*(?:\s+Nos?\.)?\s+(?:\d{4}-)?$"
)
# Letters of a dollar ("US$"), which are no place.
_DOLLAR = re.compile(r"\(?(?:US|HK|NT|NZ|A|C|S|R)\$?")
# "T€" and "Yen" over columns are none either; "HK" is.
_CURRENCY_WORDS = frozenset(sign.rstrip(".") for sign in CURRENCIES) - {"hk"}
# Letters that go on: "U.S." of the statute "18 U.S.C.", but not of "U.S.A.".
_LETTERS_NEXT = re.compile(r"(?<=[A-Z]\.)(?!A\.)[A-Z]\.")
_CLOSES = re.compile(r"\s?\)")
_REACH = 24
"""Characters beside an entity that its ends may move to."""
_CURRENCY = 8
"""Characters of "(EURbn " before a number."""


def repair(text: str, start: int, end: int, label: str) -> tuple[int, int] | None:
    """Moves the ends of a found entity off stray signs and off the middle of a number.

    Args:
        text: The document's text.
        start: First character of the entity.
        end: One past its last character.
        label: Its type.

    Returns:
        The new ends, or None where nothing is left: a figure without a digit, a form's name
        ("10-K") taken for a figure, a date without a number or a word of time or with a postal code
        or a file's number ("2002CV631") or three or four digits that are no year, the year of a
        standard ("ASU 2023-07"), a name without a letter, a currency for a place ("US$", "Yen"),
        a part of longer letters ("U.S.C.").
    """
    if label in FIGURES:
        whole = _whole_numbers(text, start, end)
        if whole is None:
            return None
        start, end = whole
    start, end = _trimmed(text, start, end, label)
    inside = text[start:end]
    if inside.endswith(")") and inside.count("(") < inside.count(")"):
        end -= 1
    elif inside.count("(") > inside.count(")"):
        closes = _CLOSES.match(text, end)
        if inside.startswith("("):
            start += 1
        elif closes and label == "KPI":
            end = closes.end()
    start, end = _trimmed(text, start, end, label)
    inside = text[start:end]
    wanted = str.isalnum if label in FIGURES or label == "DATE" else str.isalpha
    if not any(map(wanted, inside)):
        return None
    if label == "DATE" and (
        not _TIME.search(inside)
        or _NO_DATE.search(inside)
        or _NO_DAY.fullmatch(inside)
        or _STANDARD.search(text, max(start - _REACH, 0), start)
    ):
        return None
    if label == "LOC" and (
        inside.lower() in _CURRENCY_WORDS
        or ("$" in text[start : end + 1] and _DOLLAR.fullmatch(inside))
        or _LETTERS_NEXT.match(text, end)
    ):
        return None
    return start, end


def _trimmed(text: str, start: int, end: int, label: str) -> tuple[int, int]:
    """Without the signs and white space at either end."""
    while start < end and text[start] in _EDGE_BEFORE and not _signs(text, start, label):
        start += 1
    edge = f"{_EDGE_AFTER}." if label in FIGURES else _EDGE_AFTER
    while end > start and text[end - 1] in edge:
        end -= 1
    return start, end


def _whole_numbers(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Takes in the whole of every number that a figure touches."""
    from_here = max(text.rfind("\n", 0, start), text.rfind("\t", 0, start)) + 1
    numerals = [
        match.span()
        for match in _NUMERAL.finditer(text, max(from_here, start - _REACH), end + _REACH)
        if match.start() < end and match.end() > start
    ]
    if not numerals or _NAME.match(text, numerals[-1][1]):
        return None
    return min(start, numerals[0][0]), max(end, numerals[-1][1])


def _signs(text: str, start: int, label: str) -> bool:
    """Whether the dash at `start` is a figure's sign."""
    return label in FIGURES and text[start] in "-−–" and text[start + 1] in "$€£¥₹(0123456789"


def whole_figure(text: str, first: int, last: int, kind: str) -> tuple[int, int]:
    """Adds sign, currency, scale word and percent sign to the characters of a number."""
    start, end = first, last
    before = _BEFORE.search(text, max(start - _CURRENCY, 0), start)
    if before:
        start = before.start()
    pattern = {"PERCENT": _AFTER_PERCENT, "SHARES": _AFTER_SHARES}.get(kind, _AFTER_MONEY)
    after = pattern.match(text, end, end + 24)
    opened = "(" in text[start:first]
    if after:
        closes = after.group().endswith(")") or after.group().startswith(")")
        if closes and not opened:
            stripped = after.group().strip(")")
            if stripped and not after.group().startswith(")"):
                end += len(after.group().rstrip(")"))
        else:
            end = after.end()
    if opened and ")" not in text[start:end]:
        start = start + 1 if text[start] == "(" else first
    return start, end
