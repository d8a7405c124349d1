"""Figures and dates that their form alone gives away, to label sets that lack them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.candidates.vocabulary import is_per_share
from secateur.pipelines.finance.training.datasets import Labelled, LabelledText, Mark

_NUMBER = r"\(?\d+(?:[ ]?,[ ]?\d{2,3})*(?:\.\d+)?\)?"
_PLAIN = r"\(?\d+(?:,\d{3})*(?:\.\d+)?\)?"
_SCALE = (
    r"(?:thousands?|millions?|billions?|trillions?|crores?|lakhs?|mln|mn|bln|bn|m\.?|[mkb])(?!\w)"
)
_SIGN = (
    r"(?:(?<!\w)(?:(?:US|U\.S\.)[ ]?|CA?|AU?|HK|NZ|NT|[SR])\$|\$|[€£¥₹]"
    r"|(?<!\w)(?:Rs\.?|INR|EUR|USD|GBP|CHF|CAD|AUD|SEK|NOK|DKK|JPY|RMB|CNY|HKD)(?=[ ]?[\d(]))"
)
_UNIT = r"(?:(?:US|U\.S\.|Canadian|Australian)[ ])?(?:dollars?|euros?|pounds?[ ]sterling|cents?)"
_MONEY = re.compile(
    rf"{_SIGN}[ ]?{_NUMBER}(?:[ ]?-?[ ]?{_SCALE})?"
    rf"|(?<![\w.,$]){_NUMBER}[ ]?(?:{_SCALE})?[ ]?(?:{_UNIT}|EUR|USD|GBP)(?!\w)",
    re.IGNORECASE,
)
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_PERCENT = re.compile(
    rf"(?<![\w.,$])(?!{_YEAR}[ ]%[ ]?change)-?{_PLAIN}"
    r"[ ]?(?:%|(?:percent|per[ ]cent|percentage[ ]points?)(?!\w))",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:January|February|(?-i:M(?:arch|ARCH|ay|AY))|April|June|July|August|September|October"
    r"|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_ORDER = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)"
_DATE = re.compile(
    rf"(?<!\w){_MONTH}[ ]?\d{{1,2}}(?:st|nd|rd|th)?(?:[ ]?,[ ]?|[ ]){_YEAR}(?!\d)"
    rf"|(?<!\w)\d{{1,2}}(?:st|nd|rd|th)?[ ]{_MONTH}(?:[ ]?,)?(?:[ ]{_YEAR})?(?!\w)"
    rf"|(?<!\w){_MONTH}(?:[ ]of|[ ]?,)?[ ]{_YEAR}(?!\d)"
    rf"|(?<!\w){_MONTH}[ ]\d{{1,2}}(?:st|nd|rd|th)?(?![\w.,]\d|\d)"
    rf"|(?<!\w){_ORDER}[ ](?:fiscal[ ])?quarters?[ ]of[ ](?:fiscal[ ](?:year[ ])?)?{_YEAR}(?!\d)"
    rf"|(?<!\w)fiscal[ ](?:years?[ ])?{_YEAR}(?!\d)"
    rf"|(?<![\w/.-])\d{{1,2}}/\d{{1,2}}/(?:{_YEAR}|\d\d)(?![\w/])"
    rf"|(?<![\w.,$€£/-]){_YEAR}s?(?![\w%/-]|[.,]\d|[ ]?%)"
    r"|(?<!\w)(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?!\w)",
    re.IGNORECASE,
)
_SHARES = re.compile(
    r"(?<![\w.,$])\d+(?:,\d{3})*(?:\.\d+)?(?:[ ](?:thousand|million|billion))?"
    r"(?=[ ](?:(?:additional|restricted|ordinary|common|preferred|treasury)[ ])*"
    r"(?:shares?|RSUs|PSUs|stock[ ]options)(?!\w))",
    re.IGNORECASE,
)

WEAK_TYPES = frozenset({"MONEY", "PERCENT", "DATE", "SHARES", "PER_SHARE"})


def find_weak(text: str) -> list[tuple[int, int, str]]:
    """Finds amounts of money, percentages, numbers of shares and dates by their form.

    Args:
        text: One sentence, or a sentence joined from words by single spaces.

    Returns:
        Start, end and type of each, ascending and disjoint.
    """
    found: list[tuple[int, int, str]] = []
    patterns = {"PERCENT": _PERCENT, "MONEY": _MONEY, "SHARES": _SHARES, "DATE": _DATE}
    for kind, pattern in patterns.items():
        for match in pattern.finditer(text):
            start, end = match.span()
            start += len(match.group()) - len(match.group().lstrip())
            end -= len(match.group()) - len(match.group().rstrip())
            start, end = _balanced(text, start, end)
            if all(end <= other[0] or start >= other[1] for other in found):
                per_share = kind == "MONEY" and is_per_share(text, end)
                found.append((start, end, "PER_SHARE" if per_share else kind))
    return sorted(found)


def mark_names(texts: Labelled, lists: Sequence[tuple[str, Sequence[str]]]) -> Labelled:
    """Labels names of lists wherever they stand, in just their spelling.

    Args:
        texts: Labelled documents.
        lists: A type and its names, each.

    Returns:
        The same documents with further marks; what is marked already stays.
    """
    kinds = {name: kind for kind, names in lists for name in names}
    if not kinds:
        return texts
    longest_first = sorted(kinds, key=len, reverse=True)
    names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")

    def mark(text: LabelledText) -> LabelledText:
        found = [
            Mark(*match.span(), kinds[match.group()])
            for match in names.finditer(text.text)
            if all(match.end() <= old.start or match.start() >= old.end for old in text.marks)
        ]
        marks = sorted([*text.marks, *found], key=lambda mark: mark.start)
        return replace(text, marks=tuple(marks)) if found else text

    return tuple(tuple(map(mark, document)) for document in texts)


def _balanced(text: str, start: int, end: int) -> tuple[int, int]:
    """Leaves out a parenthesis at an end whose partner is not inside."""
    inside = text[start:end]
    if inside.startswith("(") and ")" not in inside:
        start += 1
    if inside.endswith(")") and "(" not in inside:
        end -= 1
    return start, end
