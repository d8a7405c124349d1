"""The forms of one name: with and without article, legal form, genitive."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import combining, normalize

_LEGAL = re.compile(
    r"(?:\s?,?\s+(?:inc|incorporated|corp|corporation|co|company|(?:private\s+)?(?:ltd|limited)|llc"
    r"|l\.l\.c|llp|l\.l\.p|lp|national association|(?:and|&) co(?:mpany)?"
    r"|l\.p|p\.c|plc|n\.a|n\.v|b\.v|s\.a|ag|gmbh|se|s\.p\.a|s\.r\.l|sarl|oy|ulc|pte|pvt|pty"
    r"|s\. de r\.l\. de c\.v|s\.a\. de c\.v"
    r"|(?-i:A/S|AB|(?<=[a-z] )AS|ASA|Bhd|BV|KGaA|KK|K\.K|NV|Oyj|PJSC|SA|SAS|SpA))\b\.?)+$",
    re.IGNORECASE,
)
_FORM_ALONE = re.compile(
    r"(?:inc|incorporated|corp|ltd|llc|l\.l\.c|llp|l\.l\.p|lp|l\.p|p\.c|plc|n\.a|n\.v|b\.v|s\.a|gmbh"
    r"|national association|s\.p\.a|s\.r\.l|sarl|oy|ulc|pty(?: ltd)?|private limited|[IVX]+, l\.p"
    r"|(?-i:SE|AG|KGaA|ASA|Oyj|NV|SA|SpA)"
    r"|s\. de r\.l\. de c\.v|s\.a\. de c\.v)\.?",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r",?\s(?:inc|incorporated|corp|corporation|ltd|limited|llc|l\.l\.c|llp|plc|gmbh|n\.v|s\.a"
    r"|s\.p\.a|l\.p|(?-i:AG|ASA|A/S|KGaA|KK|K\.K|Oyj?))\.?(?!\w)",
    re.IGNORECASE,
)
_TRADES = (
    r"(?:Aerospace|Airlines?|Airways|Automotive|Bancorp|Bancshares|Biosciences|Biotech|Breweries"
    r"|Brewery|Capital|Cement|Chemicals?|Communications|Electric|Electronics|Energy|Enterprises"
    r"|Entertainment|Films|Financial|Foods|Foundation|Gazette|Group|Herald|Holdings?|Industries"
    r"|Insurance|Investors|Laboratories|Logistics|Media|Motors?|Mutual|Networks|Newspapers"
    r"|Orchestra|Petroleum|Pharma|Pharmaceuticals?|Philharmonic|Pictures|Post|Properties|Railroad"
    r"|Railway|Realty|Records|Securities|Semiconductor|Software|Studios|Symphony|Systems"
    r"|Technologies|Telecom|Telegraph|Therapeutics|Times|Tribune|Utilities"
    r"|(?<!West )(?<!Left )(?<!South )(?<!Right )Bank)"
)
_TRADE = re.compile(rf" {_TRADES}$")
TRADE_NEXT = re.compile(rf" (?:{_TRADES}|Steel)(?![\w-])")
"""Words for a trade, in which companies' names end and persons' and places' hardly do."""
TRADE_LAST = re.compile(rf"(?! Investors| Newspapers| Utilities){TRADE_NEXT.pattern}(?! [A-Z&])")
"""Behind a person or a place: one that ends the name, and is no plural of a heading."""
_POSSESSIVE = re.compile(r"['’]s?$")
TITLE = re.compile(
    r"(?<!\w)(?:(?:mr|ms|mrs|dr|messrs|prof|shri|smt|datuk)\b\.?\s+"
    r"|(?:dame|alderman|councillor|tan sri)\s+"
    r"|(?:sens?|reps?|gov|gen|adm|maj|col|capt|lt|sgt|rev|hon)\.\s+)+(?=\w)",
    re.IGNORECASE,
)
"""A person's title before the name."""
_GAP = re.compile(r"[\s‐‑-]+")
_ARTICLE = re.compile(r"the\s+", re.IGNORECASE)


def has_legal_form(text: str) -> bool:
    """Whether a name ends in the legal form of a company ("Inc.", "S.A.")."""
    return bool(_LEGAL.search(text))


def names_company(text: str) -> bool:
    """Whether a name ends in a legal form that no place or person bears ("Ont, CO"), or a trade."""
    form = _LEGAL.search(text)
    return bool(form and _COMPANY.search(text, form.start())) or names_trade(text)


def names_trade(text: str) -> bool:
    """Whether a name ends in the word for a trade ("Bangkok Post", "Narodny Bank")."""
    return bool(_TRADE.search(text))


def is_legal_form(text: str) -> bool:
    """Whether a text is a legal form without a name ("Inc.", "LLP", "VIII, L.P.")."""
    return bool(_FORM_ALONE.fullmatch(text))


@lru_cache(maxsize=1 << 12)  # Each rule asks for the keys of the same few names.
def key_of(text: str) -> str:
    """Reduces a name to what its forms share.

    Case, accents, hyphens, article, a person's title ("Mr."), legal form and genitive are left out.
    """
    name = _GAP.sub(" ", text).strip(" .,;")
    name = _POSSESSIVE.sub("", name)
    for left_out in (_ARTICLE, TITLE):
        begins = left_out.match(name)
        name = name[begins.end() :] if begins else name
    name = (_LEGAL.sub("", name) or name).strip(" .,").casefold()
    if name.isascii():
        return name
    return "".join(letter for letter in normalize("NFD", name) if not combining(letter))
