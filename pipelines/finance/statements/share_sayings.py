"""Words that leave a number of shares, or an amount a share, one concept."""

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
_YEAR = r"(?:20\d\d ?[-–—] ?)?"
_AHEAD = (
    rf"[,: –—-]{{1,3}}(?:shares )?"
    rf"(?:{_YEAR}[\d,.]+(?: million| billion)?(?: shares)?(?: and| in)? )*{_YEAR}\0"
)
_STANDING = (
    r"(?:shares|units|balances?|outstanding|non-?vested|unvested|awards)\b(?!.*\boptions)"
    r".*\b(?:at|as of|beginning|end|20\d\d)\b"
)
_UNITS = (
    r"\A(?!.*\b(?:exercise price|stock options?|share options?))"
    r".*\b(?:restricted (?:share|stock)|(?:share|stock) units?|RSUs?|PSUs?)\b"
)
_GRANTED = (
    r"(?!.*\boptions?\b)(?=.*\bgranted\b).*"
    r"\b(?:P?RSUs?|PSUs?|restricted (?:stock|share)|performance (?:restricted|stock|share))"
)
_EARNED = (
    r"(?!.*\b(?:adjusted|ongoing|core|non-gaap|underlying|normali[sz]ed|continuing|discontinued"
    r"|growth|change|dividends?)\b)(?=.*\b(?:per (?:common |ordinary )?share|EPS)\b)"
)


def _stock(concept: str, around: str) -> Phrase:
    """Numbers of common stock: "900 shares authorized", "authorized: 900"."""
    places = (Where.HEAD, Where.SENTENCE)
    return phrase("SHARES", f"CommonStockShares{concept}", *places, text=_COMMON, around=around)


SHARES = (
    phrase(
        "SHARES",
        "AntidilutiveSecuritiesExcludedFromComputationOfEarningsPerShareAmount",
        *Where,
        text=r".*\banti-?dilutive",
    ),
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
        "SHARES",
        "CommonStockSharesAuthorized",
        Where.SENTENCE,
        text=r".*\bauthorized",
        around=r"\bauthorized to issue (?:[^.]{0,60} and )?\0(?: (?:million|billion))? shares of"
        r" (?:class [a-c] |our )?(?:common|ordinary) (?:stock|shares)"
        r"|\0(?: (?:million|billion))? shares of common stock(?: and [^.]{0,60})? authorized",
    ),
    phrase(
        "SHARES",
        "CommonStockSharesOutstanding",
        Where.ROW,
        text=r"balances?\b",
        column=r"\A(?!.*\b(?:treasury|preferred)\b)(?=.*\bcommon (?:stock|shares))(?=.*\bshares\b)",
        above=r"\b(?:retained earnings|accumulated deficit)\b",
    ),
    phrase(
        "SHARES",
        "CommonStockSharesOutstanding",
        Where.ROW,
        text=r"(?:common (?:stock|shares)|shares of common stock) outstanding,?"
        r" (?:at |as of )?(?:the )?(?:beginning|end|balance)",
    ),
    phrase(
        "SHARES",
        f"{AWARDS_OTHERS}GrantsInPeriod",
        Where.SENTENCE,
        text=rf"(?!.*\bcancel){_GRANTED}",
        around=rf"\bgranted (?:[^.$\d]{{0,60}} )?(?:{NUMBER}(?: million)?(?:,? and |, ))*"
        r"\0[^.]{0,50}?"
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
    phrase(
        "SHARES",
        "WeightedAverageNumberOfSharesOutstandingBasic",
        Where.ROW,
        text=r"(?=.*\baverage)(?=.*\bshares)(?=.*\bbasic)(?!.*\bdilut)",
    ),
    phrase(
        "SHARES",
        "WeightedAverageNumberOfDilutedSharesOutstanding",
        Where.ROW,
        text=r"(?=.*\baverage)(?=.*\bshares)(?=.*\bdilut)(?!.*\b(?:basic|effect|dilutive))",
    ),
    phrase(
        "SHARES",
        "AntidilutiveSecuritiesExcludedFromComputationOfEarningsPerShareAmount",
        Where.ROW,
        text=r"(?!.*\b(?:average|basic|dilut|common shares))",
        title=r".*\banti-?dilutive\b[^.]{0,80}",
    ),
    phrase(
        "PER_SHARE",
        "EarningsPerShareBasic",
        Where.ROW,
        text=rf"{_EARNED}(?=.*\bbasic)(?!.*\bdilut)",
    ),
    phrase(
        "PER_SHARE",
        "EarningsPerShareDiluted",
        Where.ROW,
        text=rf"{_EARNED}(?=.*\bdiluted)(?!.*\bbasic)",
    ),
)
