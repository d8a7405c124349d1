"""Words that leave an amount one concept of pay in shares."""

from __future__ import annotations

from secateur.pipelines.finance.statements.schedules import AWARDS_OTHERS
from secateur.pipelines.finance.statements.wordings import IS, LISTED, LISTING, behind, said

_EXPENSE = "AllocatedShareBasedCompensationExpense"
_TO_COME = (
    "EmployeeServiceShareBasedCompensationNonvestedAwardsTotalCompensationCostNotYetRecognized"
)
_VESTED = f"{AWARDS_OTHERS}VestedInPeriodTotalFairValue"
_PAY = r"\b(?:share|stock|equity)-based compensation"
_FUNCTION = (
    r"(?:cost of|costs of|research|product|sales|selling|marketing|general|fulfillment|technology"
    r"|operations|restructuring|total\W*$)"
)

PAY = (
    said(
        _EXPENSE,
        text=r"(?!.*\btax benefits?\b.*\bcompensation|.*\bincremental\b).*\bcompensation",
        around=r"(?<!unrecognized )(?<!unamortized )(?<!unearned )"
        rf"\b(?:(?:share|stock|equity)(?:-based)? compensation (?:expense|cost)s?"
        r"(?: (?:recognized|recorded|included))?"
        r"(?: (?:related to|for|in)\b(?:(?!\bnet of\b)[^.$]){0,80})?"
        r"|compensation (?:expense|cost)s? (?:for|related to|of|associated with)(?: all| our)?"
        r" (?:share|stock|equity)-based (?:awards?|compensation|payments?|plans?|arrangements?))"
        rf"(?:{IS}|,? charged [^.$]{{0,40}} was| of) {LISTED}"
        rf"|{LISTING} of compensation (?:expense|cost)s? (?:for|related to) (?:share|stock|equity)",
    ),
    said(
        _EXPENSE,
        text=rf"(?!.*\b(?:tax benefits?|capitalized|un\w+ed)\b).*{_PAY}",
        around=rf"{LISTING} (?:of|in) (?:(?:total|pre-?tax) )*{_PAY} (?:expense|cost)",
    ),
    said(
        _TO_COME,
        text=r".*\bcompensation",
        around=rf"{LISTING} of (?:total |gross )?"
        r"(?:unrecognized|unamortized|unearned)\b[^.$]{0,30}\bcompensation"
        r"|\0(?: (?:million|billion))? of (?:total )?compensation costs? (?:had|has) not yet"
        r"|\b(?:unrecognized|unamortized|unearned) (?:[\w-]+ ){0,4}compensation\b"
        rf"[^.$]{{0,60}} (?:was|were|of|is|totall?ed) {LISTED}"
        r"|\bnot yet recognized(?: (?:for|related to) [^.$]{0,60})?,? (?:was|were|is|totall?ed) "
        rf"{LISTED}",
    ),
    behind(_TO_COME, text=r"(?:total )?(?:unrecognized|unamortized|unearned)\b.*\bcompensation"),
    behind(
        _TO_COME,
        text=r"total\b(?:.*\bcompensation|\W*$)",
        title=r".*\bcompensation\b.*"
        r"\b(?:(?:remaining|expected|yet) to be|not yet) recognized\b[^.]*",
    ),
    behind(
        _VESTED,
        text=r"(?!.*\boptions?\b)(?:total |aggregate )?(?:grant[- ]date )?fair value\b.*\bvested",
    ),
    said(
        _VESTED,
        text=r"(?!.*\boptions?\b)(?=.*\bfair value\b).*\bvest(?:ed|ing)\b",
        around=r"\bfair value of \$?\0(?: (?:million|billion))? vested|"
        r"\bvest(?:ed|ing)\b[^.$]{0,100} (?:was|were|totall?ed"
        rf"|had an? (?:(?:total|aggregate|grant[- ]date) )*fair value of) {LISTED}",
    ),
    behind(
        _EXPENSE,
        text=_FUNCTION,
        title=rf".*{_PAY} (?:expense|cost)s?\b.*",
    ),
    behind(
        _EXPENSE,
        text=r"(?:pre-?tax |total )*(?:stock|share|equity)-based compensation"
        r"(?: (?:expense|cost)s?|,? before tax(?:es)?)\W*$",
    ),
    behind(
        _EXPENSE,
        text=r"(?:(?:employee|performance|restricted|retention|deferred|common|stock|share)[ -])*"
        r"(?:stock|share|options|awards|units|RSUs|PSUs|purchase plan|ESPP)"
        r"(?: (?:options|units|awards|purchase plans?))?(?: \(\w+\))?\W*$",
        title=rf".*{_PAY}\b.*\b(?:expense|cost|millions?|thousands?|table|recognized)\b.*",
    ),
)
