"""What reads like a name and names nobody: common terms, units, ratings, codes, addresses."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.candidates.vocabulary import CURRENCIES
from secateur.pipelines.finance.mentions.abbreviations import common_terms, names_a_kind
from secateur.pipelines.finance.mentions.forms import key_of
from secateur.pipelines.finance.mentions.known import is_thing

_SMALL = 0.1
"""Share of a document's names up to which names in small letters are dropped: a chat has more."""
_RATING = re.compile(
    r"(?:AAA|AA|A|BBB|BB|B|CCC|Aaa|Aa|Baa|Ba)(?:[+-]|[123])?(?:/(?:Stable|Negative|Positive))?"
)
_UNIT = re.compile(r"[kMGT]?Wh?p?|[kM]t|[kM]?TPA|mtpa|TEUs?|MMBtu|sq ?(?:m|ft)|[kM]?boe")
_NUMBER_BEFORE = re.compile(r"\d[ -]?$")
_REGISTER = re.compile(r"CIN|DIN|ISIN|LEI|EIN|GSTIN|PAN|UEN|ABN|ACN|CUSIP|VAT")
_ENTRY = re.compile(r"(?: (?:number|no\.?))?:? ?[A-Z0-9]*\d", re.IGNORECASE)
"""Behind the name of a register: "ISIN: SE0000123456"."""
_SYMBOL = re.compile(r"[A-Z0-9]{2,5} [A-Z]{2}")
"""A stock's symbol: "(SRF NA)"."""
_NUMBERED = re.compile(r"(?:\w+ )+Nos?\.?")
_NUMBER = re.compile(r"\.? ?[\w-]*\d")
"""Behind the name of a number: "Docket No. UE-25"."""
_SYMBOL_BEFORE = re.compile(r"\b(?:symbols?|ticker)[: ]{1,2}[“\"‘']?$", re.IGNORECASE)
_AS_A_WORD = re.compile(
    r"(?i:treasury)(?= (?i:shares|stock|bills|notes|bonds|securities)(?!\w))|Wells(?= notice)"
)
"""What names a kind of shares or of letter, not the body or the person that it is called after."""
_WORDS = frozenset("basic diluted state hi hello".split())
"""Words that open a line or stand in a cell by themselves, and look like names there."""
_LOWER_BODY = re.compile(
    r"(?:[a-z]+ )+(?:council|board|committee|union|company|government|ministry|court|police|banks?)"
)
_ADDRESS = re.compile(r"(?:\bwww\.|https?://|@)[\w./-]*$")
"""Before a part of an address: "www.lindqvist.example"."""
_REACH = 60
"""Characters before a name in which an address that holds it begins."""


def without_common(text: str, found: Sequence[Found], companies: Collection[str]) -> list[Found]:
    """Leaves out what a document that writes names with capitals does not mean as a name.

    `companies` are keys of the names that bear a legal form somewhere.
    """
    terms = common_terms(text)
    names = {mention: mention.wording(text) for mention in found if mention.is_name}
    small = {
        mention
        for mention, name in names.items()
        if name.islower() and key_of(name) not in companies
    }
    if len(small) > _SMALL * len(names):
        small = set()
    rated = "rating" in text
    return [
        mention
        for mention in found
        if mention not in names
        or not (
            mention in small
            or (name := names[mention]) in terms
            or _is_word(name)
            or (rated and _RATING.fullmatch(name))
            or _is_unit(text, mention)
            or ((word := _AS_A_WORD.match(text, mention.start)) and word.end() == mention.end)
            or _ADDRESS.search(text, max(mention.start - _REACH, 0), mention.start)
        )
    ]


def _is_word(name: str) -> bool:
    """Whether a name by itself is a word, a letter, a currency, a kind or a thing."""
    is_code = name.isupper() and name.lower() in CURRENCIES
    is_letter = len(name) == 1 and name != "X"
    is_word = name.lower().rstrip(".") in _WORDS or _LOWER_BODY.fullmatch(name) is not None
    return is_code or is_letter or is_word or names_a_kind(name) or is_thing(name)


def _is_unit(text: str, mention: Found) -> bool:
    """Whether a name is a number's unit, its name, the register of a code, or a stock's symbol."""
    start, end = mention.start, mention.end
    if _UNIT.fullmatch(text, start, end):
        return _NUMBER_BEFORE.search(text, max(start - 2, 0), start) is not None
    bracketed = text[start - 1 : start] == "(" and text[end : end + 1] == ")"
    if bracketed and _SYMBOL.fullmatch(text, start, end):
        return True
    if _NUMBERED.fullmatch(text, start, end) and _NUMBER.match(text, end):
        return True
    if text[start:end].isupper() and _SYMBOL_BEFORE.search(text, max(start - 12, 0), start):
        return True
    return bool(_REGISTER.fullmatch(text, start, end) and _ENTRY.match(text, end))
