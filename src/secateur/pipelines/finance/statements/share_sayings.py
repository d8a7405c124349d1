"""Words that leave a number of shares or awards, or an amount for each, one concept."""

from __future__ import annotations

from secateur.pipelines.finance.statements.schedules import AWARDS_OTHERS
from secateur.pipelines.finance.statements.wordings import NUMBER, Phrase, Where, phrase

_COMMON = (
    r"\W*(?:class [a-c] (?:and class [a-c] )?)?(?:common|ordinary|capital) (?:stock|shares)\b"
    r"(?!.*\bpreferred)"
)
_BEHIND = (
    r"\0(?:,? (?:and|or) [\d,.]+)?(?: (?:million|billion))?\s*(?:class [a-c] )?(?:shares? )?"
    r"(?:(?:are|were) )?"
)
_STOCK = (
    r"(?:(?:our|its|the company's|class [a-c]|series [a-c]|(?:non-?)?voting) )*"
    r"(?:common|ordinary) (?:stock|shares)\b"
)
_SCALE = "(?: (?:thousand|million|billion))?"
_SHARES_OF = rf"\0{_SCALE} shares of {_STOCK}"
_YEAR = r"(?:(?:19|20)\d\d ?[-–—] ?)?"
_AHEAD = (
    rf"[,: –—-]{{1,3}}(?:shares )?"
    rf"(?:{_YEAR}[\d,.]+(?: million| billion)?(?: shares)?(?: and| in)? )*{_YEAR}\0"
)
_STANDING = (
    r"(?:shares|units|balances?|outstanding|non-?vested|unvested|awards)\b(?!.*\boptions)"
    r".*\b(?:at|as of|beginning|end|(?:19|20)\d\d)\b"
)
_UNITS = (
    r"\A(?!.*\b(?:exercise price|stock options?|share options?))"
    r".*\b(?:restricted (?:share|stock)|(?:share|stock) units?|RSUs?|PSUs?)\b"
)
_GRANTED = (
    r"(?!.*\boptions?\b)(?=.*\b(?:granted|awarded)\b).*"
    r"\b(?:P?RSUs?|PSUs?|restricted (?:stock|share)|performance (?:restricted|stock|share))"
)


def _stock(concept: str, around: str) -> Phrase:
    """Numbers of common stock: "900 shares authorized", "authorized: 900"."""
    places = (Where.HEAD, Where.SENTENCE)
    return phrase("SHARES", f"CommonStockShares{concept}", *places, text=_COMMON, around=around)


SHARES = (
    _stock("Authorized", rf"{_BEHIND}authorized"),
    _stock("Issued", rf"{_BEHIND}issued(?! and outstanding)"),
    _stock("Outstanding", rf"{_BEHIND}(?:issued and )?outstanding"),
    _stock("Authorized", rf"\bauthorized{_AHEAD}"),
    _stock("Issued", rf"(?<!and )\bissued{_AHEAD}"),
    _stock("Outstanding", rf"\boutstanding{_AHEAD}"),
    phrase(
        "PER_SHARE",
        "CommonStockParOrStatedValuePerShare",
        Where.HEAD,
        Where.SENTENCE,
        text=_COMMON,
        around=r"\0\s*par value|\bpar value\W*(?:of )?\$?\0",
    ),
    phrase(
        "PER_SHARE",
        "CommonStockParOrStatedValuePerShare",
        Where.SENTENCE,
        text=r".*\bauthori[sz]e",
        around=rf"\b{_STOCK},?(?: (?:at|with))?(?: an?)? par value (?:of )?\$?\0"
        rf"|\b{_STOCK}, \$?\0 par value|\$?\0 par value {_STOCK}",
    ),
    phrase(
        "SHARES",
        "CommonStockSharesAuthorized",
        Where.SENTENCE,
        text=r"(?!.*\b(?:re)?purchas|.*\b(?:plans?|awards?|reserved|trust|ESPP)\b).*\bauthori[sz]",
        around=rf"\b(?:authori[sz](?:ed|es|ing)|authority)\b[^$]{{0,150}}?{_SHARES_OF}"
        rf"|{_SHARES_OF}(?: and [^.]{{0,60}})? authorized"
        rf"|\0{_SCALE} shares of \$[\d.]+ par value {_STOCK} authorized"
        rf"|\0{_SCALE} authorized shares of {_STOCK}"
        rf"|\bauthorized shares of {_STOCK} (?:from {NUMBER}{_SCALE} to|from|to) \0",
    ),
    phrase(
        "SHARES",
        "CommonStockSharesOutstanding",
        Where.SENTENCE,
        text=r"(?!.*\b(?:registrant|cover|excluded?|diluted?|average|repurchas\w+|options?|warrants?|exercise"
        r"|restricted|convert\w+|represent\w+)\b).*\boutstanding",
        around=rf"{_SHARES_OF}[^.;$]{{0,90}}\boutstanding(?! (?:as of|at|on)\b)"
        r"|\bcommon shares outstanding (?:was|were|totall?ed) \0",
    ),
    phrase(
        "SHARES",
        "CommonStockSharesOutstanding",
        Where.ROW,
        text=r"balances?\b",
        column=r"\A(?!.*\b(?:treasury|preferred)\b).*\b(?:common (?:stock|shares)|class [a-c])\b",
        above=r"\b(?:retained earnings|accumulated deficit)\b",
    ),
    phrase(
        "SHARES",
        "CommonStockSharesOutstanding",
        Where.ROW,
        text=r"(?:common (?:stock|shares)|shares of common stock) outstanding,?"
        r" (?:at |as of )?(?:the )?(?:beginning|end|balance)"
        r"|shares outstanding at (?:the )?(?:beginning|end)\b",
    ),
    phrase(
        "SHARES",
        "CommonStockSharesIssued",
        Where.ROW,
        text=r"shares at (?:the )?(?:beginning|end)\b",
        under=r"\Acommon (?:stock|shares)\b",
    ),
    phrase(
        "SHARES",
        f"{AWARDS_OTHERS}GrantsInPeriod",
        Where.SENTENCE,
        text=rf"(?!.*\bcancel){_GRANTED}",
        around=r"\b(?:granted|awarded) (?:[^.$\d]{0,60} )?"
        rf"(?:{NUMBER}(?: million)?(?:,? and |, ))*\0[^.]{{0,50}}?"
        r"\b(?:P?RSUs?|PSUs?|restricted|performance)\b"
        r"|\0(?: million)?(?: shares of)? (?:P?RSUs|PSUs|restricted (?:common )?(?:stock|share)s?"
        r"(?: units| awards)?) (?:were )?granted\b",
    ),
    phrase(
        "PER_SHARE",
        f"{AWARDS_OTHERS}GrantsInPeriodWeightedAverageGrantDateFairValue",
        Where.SENTENCE,
        text=_GRANTED,
        around=r"\b(?:grant[- ]date|weighted[- ]average) fair values? (?:per (?:unit|share|RSU) )?"
        rf"(?:was|were|of) (?:\${NUMBER}(?:,? and |, ))*\$?\0",
    ),
    phrase(
        "SHARES",
        f"{AWARDS_OTHERS}NonvestedNumber",
        Where.ROW,
        text=_STANDING,
        above=_UNITS,
    ),
    phrase(
        "PER_SHARE",
        f"{AWARDS_OTHERS}NonvestedWeightedAverageGrantDateFairValue",
        Where.ROW,
        text=_STANDING,
        above=_UNITS,
    ),
)
