"""Words and signs of scales and currencies, and patterns that find them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_SCALES_WORDS = {
    2: "hundred",
    3: "thousand thousands k 000 000s 000's '000 ’000 tsd",
    5: "lakh lakhs lac lacs",
    6: "million millions mln mn mm m mio",
    7: "crore crores cr",
    9: "billion billions bln bn b mrd milliarden",
    12: "trillion trillions tn trn lakh_crore lakh_crores",
}
SCALES: Mapping[str, int] = MappingProxyType(
    {w.replace("_", " "): power for power, words in _SCALES_WORDS.items() for w in words.split()}
)
_CURRENCIES = {
    "USD": "us$ u.s.$ $ usd dollar dollars",
    "EUR": "€ eur euro euros",
    "GBP": "£ gbp sterling",
    "JPY": "¥ jpy yen 円",
    "INR": "₹ inr rs rs. rupees",
    "CNY": "rmb cny yuan",
    "CAD": "c$ ca$ cad",
    "AUD": "a$ au$ aud",
    "HKD": "hk$ hkd hk",
    "SGD": "s$ sgd",
    "NZD": "nz$ nzd",
    "TWD": "nt$ twd",
    "BRL": "r$ brl",
    "MXN": "mx$ mxn ps.",
    "CHF": "chf",
    "SEK": "sek",
    "NOK": "nok",
    "DKK": "dkk",
    "KRW": "₩ krw",
    "PLN": "pln zł",
    "CZK": "czk kč",
    **{code: code.lower() for code in "HUF ILS THB MYR IDR PHP VND AED QAR EGP NGN KES".split()},
    **{code: code.lower() for code in "ZAR CLP ARS RUB UAH KZT PKR ISK BGN".split()},
}
_ALONE = {sign: code for code, signs in _CURRENCIES.items() for sign in signs.split()}
_BEFORE = {"m": 6, "t": 3, "k": 3}
_BEHIND_A_CODE = {scale: SCALES[scale] for scale in ("mn", "bn", "m", "k")}
_SCALED = dict.fromkeys("eur usd gbp chf sek nok dkk aud cad inr cny rmb".split())
_GLUED = {
    **{(scale, "€"): power for scale, power in _BEFORE.items()},
    **{(scale, code): power for scale, power in _BEFORE.items() for code in _SCALED},
    **{(code, scale): power for scale, power in _BEHIND_A_CODE.items() for code in _SCALED},
}
_YEN = {"千円": 3, "百万円": 6, "億円": 8, "十億円": 9, "兆円": 12}
GLUED_SCALES: Mapping[str, int] = MappingProxyType(
    {"".join(parts): power for parts, power in _GLUED.items()} | _YEN
)
"""Codes and their scales in one word: "MSEK", "EURm", "T€", "百万円"."""
CURRENCIES: Mapping[str, str] = MappingProxyType(
    _ALONE
    | {"".join(parts): _ALONE[next(filter(_ALONE.get, parts))] for parts in _GLUED}
    | dict.fromkeys(_YEN, "JPY")
)


def _any_of(words: Mapping[str, object]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_CODES = {sign: code for sign, code in _ALONE.items() if sign[-1].isalpha()}
_SIGNS = {sign: code for sign, code in _ALONE.items() if not sign[-1].isalpha()}
# A list of all these words would take a search half as long again.
_ONE_WORD = (
    rf"(?:{_any_of(_BEFORE)})(?:{_any_of(_SCALED)}|€)"
    rf"|(?:{_any_of(_SCALED)})(?:{_any_of(_BEHIND_A_CODE)})|{_any_of(_YEN)}"
)
GLUED = rf"(?<![^\W\d_])(?:{_ONE_WORD})(?![^\W\d_])"
CURRENCY = rf"(?<![^\W\d_])(?:(?:{_any_of(_CODES)}|{_ONE_WORD})(?![^\W\d_])|{_any_of(_SIGNS)})"
_SPELLED = {w: p for w, p in SCALES.items() if w.strip("'’")[0].isalpha()}
SCALE_WORD = rf"(?:{_any_of(_SPELLED)})(?![\w'])"
_BEHIND = {
    "AUD": "australian_dollars",
    "BRL": "reais brazilian_reais",
    "CAD": "canadian_dollars",
    "CHF": "swiss_francs",
    "CNY": "chinese_yuan",
    "HKD": "hong_kong_dollars",
    "JPY": "japanese_yen",
    "KRW": "won korean_won south_korean_won",
    "MXN": "mexican_pesos",
    "MYR": "ringgit",
    "NZD": "new_zealand_dollars",
    "PLN": "zloty zlotys",
    "SEK": "kronor swedish_kronor",
    "SGD": "singapore_dollars",
    "THB": "baht",
    "ZAR": "rand",
}
_NAMES_BEHIND = {
    name.replace("_", " "): code for code, names in _BEHIND.items() for name in names.split()
}
CURRENCY_BEHIND = rf"(?:(?:{_any_of(_NAMES_BEHIND)})(?!\w)|{CURRENCY}|(?<=[kmb])[€£])"
"""A currency behind its number, where "won" is one too, or behind the letter of its scale."""

MINOR = (
    r"(?: ?(?:€ ?|euro )?(?:pence|cents?)(?!\w)|(?:(?<=\d)|(?<=\d\)))(?<!720)(?<!080)p(?!\w|\.m))"
)
"""Hundredths of a pound, or of the currency of the document; "1080p" is a film's."""
EACH = (
    rf"(?<!\w)(?:{CURRENCY}|¢|cents?|pence|p(?=/))\s?(?:per|/)\s?"
    r"(?!(?:[a-z]+ )?(?:shares?|units?|ADSs?|options?|warrants?|security)\b)[a-z]{2,}"
)
"""In a head what one thing costs: "Price ($/MWh)"."""
_PER_SHARE = re.compile(
    r"\)?[ ](?:(?:per|a|each)[ ](?:[a-z-]+[ ]){0,3}?(?:share|unit|ADS|warrant)(?!\w)"
    r"|par[ ]value(?!\w))",
    re.IGNORECASE,
)


def currency_code(sign: str | None) -> str | None:
    """Returns the ISO code of a sign, code or name, in whatever case; None for none or another."""
    key = (sign or "").lower().removeprefix("u.s. ").strip()
    return CURRENCIES.get(key) or _NAMES_BEHIND.get(key)


def is_per_share(text: str, end: int) -> bool:
    """Says whether "per share", "a share", "par value" or the like follows at `end`."""
    return _PER_SHARE.match(text, end) is not None
