"""Unit lines: "(in millions, except per share amounts)", "Rs. crore", "shares in thousands"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from secateur.pipelines.finance.candidates.vocabulary import (
    CURRENCY,
    CURRENCY_BEHIND,
    GLUED,
    GLUED_SCALES,
    SCALES,
    currency_code,
)

_PLURAL = "hundreds thousands millions billions trillions crores lakhs".split()
_POWERS = {word: SCALES.get(word, SCALES.get(word[:-1], 0)) for word in _PLURAL}
_IN_THOUSANDS = (
    r"(?:\(|^(?:(?:all|amounts|figures|values|stated|expressed) )*)in\s"
    rf"(?P<lead>{CURRENCY})\s?(?P<thousand>1[,.'’\s]000)(?=\W*$|\)|\s\()"
)
"""A unit line of Swiss statements: "in CHF 1’000"."""
_STATED = re.compile(
    rf"\b(?:in|of)\s+(?P<plain>{'|'.join(_PLURAL)})\b"
    rf"|(?:^\W?|(?<=[^\W\d] )|(?<=\())(?P<first>{'|'.join(_PLURAL)}|million|thousand|billion)"
    rf" (?:of )?(?P<kind>(?:(?:U\.?S\.?|Canadian|Australian) )?{CURRENCY_BEHIND})"
    rf"|(?<!\w)(?P<glued>{GLUED})(?!\w)"
    rf"|(?P<before>{CURRENCY})\s?(?:in\s+)?(?P<single>millions?|thousands?|billions?"
    rf"|crores?|lakhs?|lacs?"
    rf"|mio|mrd|tsd|mln|mn|m|bn|k|cr|['’]?000s?)(?![\w])"
    rf"|(?<!\w)(?P<short>mio|mrd|tsd|mn|t|k)\.?\s?(?P<behind>€|eur\b|euro\b|chf\b)"
    rf"|\b(?:in|of)\s+(?P<late>{CURRENCY})?\s?(?P<after>thousands?|millions?|billions?"
    rf"|crores?|lakhs?|lacs?)\b"
    rf"|(?:\(\s?|,\s(?=\w{{7,}}$))"
    rf"(?P<bare>{'|'.join(_PLURAL)}|million|thousand|billion|mn?|mln|bn|mio|mrd)"
    r"(?:\s?\)|$|,?\s(?=except\b))"
    rf"|(?:\(|\bin\s)\s?(?P<zeros>['’]?000(?:['’]?s)?)(?:\s+omitted)?(?!\w)(?:\s?\))?"
    rf"|{_IN_THOUSANDS}"
    r"|(?<![\w,])(?P<omitted>['’]?000(?:['’]?s)?)\s+omitted\b",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"hundreds|thousand|million|billion|trillion|crore|lakh|lac|000|円"
    r"|(?<![a-z])(?:mio|mrd|tsd|ml?n|bn|cr|[mkt])(?![a-z])"
    r"|(?-i:[A-Z]{3}(?:mio|mrd|tsd|ml?n|bn|cr|[mkMK])|[MTKk][A-Z]{3})(?![a-z])",
    re.IGNORECASE,
)
"""What stands in every unit line, and in few others: looked for first, since it costs less."""
_SIGNS = ("before", "late", "behind", "kind", "glued", "lead")
_WORDS = ("plain", "first", "single", "short", "after", "bare", "zeros", "omitted", "thousand")
_SHARES = re.compile(
    r"(?<!per )(?<!per-)\b(?:shares?|units|options|awards|RSUs|PSUs)\b(?! price)", re.IGNORECASE
)
_MONEY = re.compile(
    r"\b(?:dollars?|amounts?|\w*income|values?|data|euros?|cash)\b|\$", re.IGNORECASE
)
_OTHER = re.compile(
    r"\b(?:square|feet|footage|employees|barrels|tons|tonnes|members|people|customers"
    r"|vehicles|subscribers|volumes?|hours)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:except|expect|excluding|other than)\b", re.IGNORECASE)
_HEAD_CURRENCY = re.compile(
    rf"(?:^|[(,;:)\d–—-]|\bin |_)\s?(?P<currency>{CURRENCY})\s?(?:/\s?\w+)?\s?"
    r"(?:\)|$|\(note \w)",
    re.IGNORECASE,
)
"""A head of one part, or its last part: "2023" over "US$", "Capex, EUR"."""
_AMERICAN = re.compile(r"\bUSD?\b|\bU\. ?S\.|\bAmerican\b")
_LONGEST = 400
"""Characters of a text, its last, in which units are looked for."""


@dataclass(frozen=True)
class Units:
    """What a unit line says of the numbers under it; None where it says nothing.

    Attributes:
        money: Power of ten of amounts of money.
        shares: Power of ten of numbers of shares, where it differs or stands alone.
        currency: ISO code.
        dollars: Whether the line speaks of money only ("Dollars in millions").
        bare: Whether it does not say whose dollar it means.
    """

    money: int | None = None
    shares: int | None = None
    currency: str | None = None
    dollars: bool = False
    bare: bool = field(default=False, compare=False)

    def scale(self, label: str) -> int | None:
        """Tells the power of ten for figures of a type, None where the line does not say."""
        if label == "SHARES":
            return self.money if self.shares is None and not self.dollars else self.shares
        return self.money if label == "MONEY" else None


def read_units(text: str, *, of_any: bool = False) -> Units | None:
    """Reads a unit line.

    Args:
        text: A title, a table's head, or a paragraph that ends in one; its last 400 characters
            count.
        of_any: Whether it holds for whatever it names: volumes, customers, square feet.

    Returns:
        What it says, None where it says nothing of scales.
    """
    if len(text) > _LONGEST:
        text = text[-_LONGEST:]
    if not _SCALE.search(text):
        return None
    money = shares = None
    dollars = unit = False
    currency: str | None = None
    done = 0
    for match in _STATED.finditer(text):
        before = _subject(text[done : match.start()])
        done = match.end()
        power = _power(match)
        sign = next(filter(None, map(match.group, _SIGNS)), None)
        currency = currency or (currency_code(sign) if sign else _currency(text))
        about_money = _MONEY.search(before) is not None
        if _OTHER.search(before) and not about_money and not of_any:
            continue
        about_shares = bool(_SHARES.search(before))
        if about_shares:
            shares = power if shares is None else shares
        if (not about_shares or about_money) and money is None:
            money = power
            dollars = sign is not None and not (match["late"] or match["lead"])
            unit = match["before"] is not None and match["before"][-1].isalpha()
    if money is None and shares is None:
        return None
    if shares is None and _excepts_shares(text):
        shares = 0
    elif shares is None and unit and _EXCEPT.search(text):
        shares = money
    bare = currency == "USD" and not _AMERICAN.search(text)
    return Units(money, shares, currency, dollars, bare)


def is_unit(text: str, number: str) -> bool:
    """Says whether a number is the unit of a line: "1’000" of "in CHF 1’000".

    Args:
        text: The line.
        number: A number of it.
    """
    found = re.search(_IN_THOUSANDS, text, re.IGNORECASE)
    return found is not None and found["thousand"] == number


def _power(match: re.Match[str]) -> int:
    if match["glued"]:
        return GLUED_SCALES[match["glued"].lower()]
    word = next(filter(None, map(match.group, _WORDS))).lower().replace("’", "'")
    return _POWERS.get(word) or SCALES.get(word) or 3


def _subject(text: str) -> str:
    """The words that a scale is said of: those since the last comma or parenthesis."""
    parts = re.split(r"[,;():.]", text)
    last = parts[-1].strip()
    if (not last or last.startswith(("which", "that"))) and len(parts) > 1:
        last = f"{parts[-2]} {last}"
    return last[-60:]


def _excepts_shares(text: str) -> bool:
    found = _EXCEPT.search(text)
    if found is None:
        return False
    end = text.find(")", found.end())
    return bool(_SHARES.search(text, found.end(), end if end >= 0 else len(text)))


def _currency(text: str) -> str | None:
    found = re.search(CURRENCY_BEHIND, text, re.IGNORECASE)
    return currency_code(found.group()) if found else None


def currency_of_head(head: str) -> str | None:
    """Reads the currency of "EPS (Rs.)", "EPS – R$" or "Amount in EUR" as its ISO code, else None.

    A bond's name ("¥100 billion notes") says nothing of the amounts in its row.
    """
    found = _HEAD_CURRENCY.search(head)
    return currency_code(found["currency"]) if found else None
