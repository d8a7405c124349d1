"""Words that leave a figure one concept of debt: its amount, its rates, when it falls due."""

from __future__ import annotations

from secateur.pipelines.document.calendar_words import MONTH_BEGINS, YEAR
from secateur.pipelines.finance.statements.wordings import (
    NUMBER,
    Phrase,
    Where,
    phrase,
    said,
    stated,
)

_NOTES = (
    r"(?:(?:fixed|floating|senior|unsecured|rate|euro|convertible|medium.term|series [a-z]|[\d/]+)"
    r"[ -])*"
    r"(?:notes?|debentures|bonds|due)\b"
)
_MONTH = rf"\b{MONTH_BEGINS}"
_SUM = rf"[$€£]{NUMBER}(?: (?:million|billion))?"
_YEAR = rf"(?:(?:fiscal|the year) )?{YEAR}"
_STOP = "(?:[;,] and|[;,]| and)"
_DUE_ONE_BY_ONE = (
    (rf"{_SUM},? (?:in|for|during) {_YEAR}{_STOP} ", ""),
    (rf"{_YEAR}(?:,|:| ?[-–—]) ?{_SUM}{_STOP} ", rf"{_YEAR}(?:,|:| ?[-–—]) ?"),
    (rf"{_SUM}{_STOP} ", ""),
)
"""How amounts of one year after the other follow: what lies before each, and before the last."""


def _due(nth: int, name: str) -> Phrase:
    """Describes what falls due in the nth year that a sentence goes through, from the next on."""
    behind_others = "|".join(
        rf"(?:{each}){{{nth - 1}}}{last}\$?\0" for each, last in _DUE_ONE_BY_ONE
    )
    return said(
        f"LongTermDebtMaturitiesRepaymentsOfPrincipalInYear{name}",
        text=r"(?=.*\b(?:matur|(?:re)?payments?))"
        r"(?=.*\b(?:debt|notes|borrowings|principal|bonds|obligations)\b)"
        r"(?!.*\b(?:lease|intangible|amorti|interest|securities|benefit|purchase))"
        r".*(?:\bfive\b|(?:19|20)\d\d)",
        around=rf"\b(?:matur\w+|(?:re)?payments?)\b(?:[^$\d\0]|(?<![$.,\d])\d{{1,2}},|(?:19|20)\d\d){{0,150}}?"
        rf"(?:{behind_others})",
    )


DEBT = (
    stated(
        "LongTermDebt",
        r"(?<!portion of )(?<!value of )(?<!maturities of )(?:total )?long-term debt",
        unless="fair value|issu|repa|redee|retire|extinguish|discount",
    ),
    *(_due(nth, name) for nth, name in ((3, "Three"), (4, "Four"), (5, "Five"))),
    phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        Where.SENTENCE,
        text=r"(?!.*\b(?:effective|swaps?|variable|floating|contingent)\b)"
        r".*\b(?:notes|debentures|bonds|loan|certificates)\b",
        around=r"\b(?:(?:annual|fixed|stated) interest rate of|coupon(?: rate)? of"
        r"|(?:bears?|bearing|carr(?:y|ies)|accrues?)(?: interest)? at"
        r"(?: an?)?(?: (?:annual|fixed))*(?: rate of)?) \0",
    ),
    phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        *Where,
        text=r".*\b(?:senior|notes|debentures|bonds)\b",
        around=rf"\0\s*(?:%\s*)?(?:,\s*)?{_NOTES}",
    ),
    phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        Where.HEAD,
        Where.ROW,
        text="",
        around=rf"\$[\d,.]+ \0,\s(?:due\s)?{_MONTH}[a-z.]* (?:\d\d?, )?(?:19|20)\d\d",
    ),
    phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        Where.HEAD,
        text=rf"(?!.*\b(?:effective|average)\b).*(?:\bdue\b|\bnotes|debentures|bonds|{_MONTH})",
        above=r"\b(?:borrowings|debt|notes)\b",
    ),
)
