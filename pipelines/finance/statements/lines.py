"""What companies call the lines of their statements, and which concept each is.

Names are as `secateur.pipelines.finance.statements.kinds.line_name` gives them. Of lines that no
entry names ("Cost of sales") the amounts are none of the listed concepts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from secateur.pipelines.finance.statements.kinds import RESULT, Kind

_CASH = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"


class Line(NamedTuple):
    """Lines of one name.

    Attributes:
        name: Pattern of the whole name.
        concepts: What their figures measure, one for each type of figure; empty for none of those
            that the model lists.
        parts: Parts of the statement in which it is so; empty for all.
        whole: Whether minority interests, where there are any, have a share in it: the taxonomy
            then calls it by another name.
        below: Pattern of a line further down that makes it none of the listed.
        next: The part of the statement that begins behind it, empty where none does.
    """

    name: re.Pattern[str]
    concepts: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()
    whole: bool = False
    below: re.Pattern[str] | None = None
    next: str = ""


def _line(
    name: str,
    concepts: str = "",
    parts: str = "",
    *,
    whole: bool = False,
    below: str = "",
    next: str = "",
) -> Line:
    further = re.compile(below) if below else None
    named = tuple(concepts.split())
    return Line(re.compile(name), named, frozenset(parts.split()), whole, further, next)


def _made_of(words: str, *needed: str) -> str:
    """Pattern of names made of these words alone, with one of each of those that are needed."""
    ahead = "".join(rf"(?=.*\b(?:{choice})\b)" for choice in needed)
    return rf"{ahead}(?:(?:{words})(?: |$))+"


_NET_INCOME = _line(
    _made_of(f"consolidated|net|{RESULT}|for|the|year|period", RESULT, "net|year|period"),
    "NetIncomeLoss",
    whole=True,
)
_TAX = "tax|taxes|taxation"
_EFFECTS = "(?!effect|dilutive|anti|add|plus|less|impact)"

INCOME = (
    _NET_INCOME,
    _line(
        _made_of(
            f"total|consolidated|operating|{RESULT}|from|operations",
            RESULT,
            "operating|operations",
        ),
        "OperatingIncomeLoss",
    ),
    _line(
        rf"(?:(?:{RESULT}|from|continuing|operations|consolidated) )+before (?!interest\b)"
        rf".*\b(?:{_TAX})\b.*",
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
        "ExtraordinaryItemsNoncontrollingInterest",
        below=r".*\b(?:equity (?:method|in|income)|affiliates|associates|unconsolidated)\b.*",
    ),
    _line(
        _made_of(f"total|provision|benefit|expense|charge|credit|for|from|on|income|{_TAX}", _TAX),
        "IncomeTaxExpenseBenefit",
    ),
    _line(r"(?:total )?comprehensive (?:income|loss)", "ComprehensiveIncomeNetOfTax", whole=True),
    _line(
        r".*\bbasic and dilut.*",
        "EarningsPerShareDiluted WeightedAverageNumberOfDilutedSharesOutstanding",
    ),
    _line(
        rf"{_EFFECTS}(?!.*\bdilut).*\bbasic\b.*",
        "EarningsPerShareBasic WeightedAverageNumberOfSharesOutstandingBasic",
    ),
    _line(
        rf"{_EFFECTS}(?!.*\bbasic\b).*\bdilut.*",
        "EarningsPerShareDiluted WeightedAverageNumberOfDilutedSharesOutstanding",
    ),
)
BALANCE_SHEET = (
    _line("total current assets", "AssetsCurrent", next="long-term-assets"),
    _line("total assets", "Assets", next="liabilities"),
    _line("total current liabilities", "LiabilitiesCurrent", next="long-term-liabilities"),
    _line("total liabilities", "Liabilities", next="equity"),
    _line(
        r"total (?:liabilities|equity) .*\b(?:equity|deficit|investment|liabilities)",
        "LiabilitiesAndStockholdersEquity",
    ),
    _line(r"total .*\b(?:share|stock)(?:holders|owners)\b.*", "StockholdersEquity"),
    _line(r"total (?:.*\b)?(?:equity|deficit)", "StockholdersEquity", whole=True),
    _line("cash and cash equivalents", "CashAndCashEquivalentsAtCarryingValue"),
    _line(
        r"(?:net )?(?:(?:customer|trade|accounts) )*receivables?\b.*",
        "AccountsReceivableNetCurrent",
        "assets",
    ),
    _line(r"(?:net )?(?:property|premises)\b.*", "PropertyPlantAndEquipmentNet"),
    _line(
        _made_of("operating|leases?|right|of|use|assets?|net", "leases?", "operating|right"),
        "OperatingLeaseRightOfUseAsset",
        "assets long-term-assets",
    ),
    _line("goodwill(?: net)?", "Goodwill"),
    _line(
        r"other(?: long term| non ?current)? assets(?: net)?|other|deferred .*\bother assets.*",
        "OtherAssetsNoncurrent",
        "long-term-assets",
    ),
    _line(
        r"(?:deferred|unearned) revenues?(?: current)?|contract liabilities(?: current)?"
        "|advances and progress billings",
        "ContractWithCustomerLiabilityCurrent",
        "liabilities",
    ),
    _line(
        r"(?:current )?(?:portion of )?operating leases?(?: liabilit.*)?",
        "OperatingLeaseLiabilityCurrent",
        "liabilities",
    ),
    _line(
        r"(?:long term |non ?current )?operating leases?\b.*",
        "OperatingLeaseLiabilityNoncurrent",
        "long-term-liabilities",
    ),
    _line(
        r"other(?: long term| non ?current)? liabilities(?: net)?|other",
        "OtherLiabilitiesNoncurrent",
        "long-term-liabilities",
    ),
    _line(
        r"(?:retained|reinvested) earnings.*|earnings (?:re)?invested.*"
        r"|accumulated (?:deficit|earnings)",
        "RetainedEarningsAccumulatedDeficit",
    ),
    _line("accumulated other comprehensive.*", "AccumulatedOtherComprehensiveIncomeLossNetOfTax"),
)
CASH_FLOWS = (
    _NET_INCOME,
    _line(
        r"(?:(?:net )?cash|total) .*\boperating activities|total operating activities"
        r"|net cash .*\boperations"
        r"|cash (?:provided|used)\b.*\boperations",
        "NetCashProvidedByUsedInOperatingActivities",
        next="investing",
    ),
    _line(
        r"(?:net )?cash .*\binvest.*|total investing activities",
        "NetCashProvidedByUsedInInvestingActivities",
        next="financing",
    ),
    _line(
        r"(?:net )?cash .*\bfinancing.*|total financing activities",
        "NetCashProvidedByUsedInFinancingActivities",
        next="cash",
    ),
    _line(r".*\bexchange (?:rate|effect)s?\b.*"),
    _line(
        r"(?:net )?(?:(?:increase|decrease|change)s? )+(?:in|of) .*\bcash\b.*",
        f"{_CASH}PeriodIncreaseDecreaseIncludingExchangeRateEffect",
        below=r".*\bexchange\b.*",
    ),
    _line(r"less\b.*|restricted\b.*", parts="cash cash-at-end"),
    _line(
        r"cash and cash equivalents(?!.*\brestricted\b).*",
        "CashAndCashEquivalentsAtCarryingValue",
        "cash-at-end",
    ),
    _line(r".*\b(?:cash|balances?)\b.*\b(?:beginning|opening)\b.*", _CASH),
    _line(r".*\b(?:beginning|opening)\b.*\b(?:cash|balances?)\b.*", _CASH),
    _line(
        r".*\b(?:cash|balances?)\b.*\b(?:end(?:ing)?|closing)\b.*"
        r"|.*\b(?:end(?:ing)?|closing)\b.*\b(?:cash|balances?)\b.*",
        _CASH,
        next="cash-at-end",
    ),
    _line(r".*\bcash equivalents (?:at|as at|as of) \w+", _CASH, "cash"),
    _line(
        r"depreciation(?: depletion)? and amorti[sz]ation.*"
        r"|depreciation amorti[sz]ation and .*",
        "DepreciationDepletionAndAmortization",
        "operating",
    ),
    _line(
        r"(?:non ?cash )?(?:stock|share|equity) based (?:compensation|payment).*"
        r"|share based plans.*|.*\bbased compensation(?: expense)?",
        "ShareBasedCompensation",
        "operating",
    ),
    _line(
        _made_of(
            f"deferred|income|{_TAX}|provision|benefit|expense|credit|for|net", "deferred", _TAX
        ),
        "DeferredIncomeTaxExpenseBenefit",
        "operating",
    ),
    _line(
        _made_of(
            "other|non ?cash|items|charges|adjustments|credits|expenses?|income|and|net", "other"
        )
        + "|non operating .*",
        "OtherNoncashIncomeExpense",
        "operating",
    ),
    _line(
        r"(?:payments? (?:for|of|related to) )?(?:re)?purchases? of .*\b(?:stock|shares)\b.*"
        r"|(?:acquisitions?|buy-?backs?) of .*\b(?:own|treasury|common)\b.*\b(?:stock|shares)\b.*"
        r"|(?:common |treasury )?(?:stock|shares?) (?:re)?purchase[sd]?\b.*|share buybacks?"
        r"|(?:treasury|common) stock acquired.*",
        "PaymentsForRepurchaseOfCommonStock",
        "financing",
    ),
    _line(
        _made_of("other|financing|activities|net", "other"),
        "ProceedsFromPaymentsForOtherFinancingActivities",
        "financing",
    ),
)
_BALANCE = (
    r"(?:(?:beginning|ending|opening|closing) )?balances?\b.*|(?:equity|at|as (?:at|of))\b.*"
    r"|total .*\bequity\b.*\bbalances?"
)
_BASED_PAY = _line(
    r"(?:amorti[sz]ation of )?(?:stock|share|equity) based compensation(?: expense)?(?: net.*)?",
    "AdjustmentsToAdditionalPaidInCapital"
    "SharebasedCompensationRequisiteServicePeriodRecognitionValue",
)
EQUITY = (_line(_BALANCE, "StockholdersEquity", whole=True), _NET_INCOME, _BASED_PAY)
ACCOUNTS_OF_EQUITY = (
    _line(r"total .*\b(?:share|stock)(?:holders|owners)\b.*", "StockholdersEquity"),
    _line(r"total (?:.*\b)?equity", "StockholdersEquity", whole=True),
    _line(".*", parts="minority"),
    _line(_BALANCE, "StockholdersEquity"),
    _NET_INCOME,
    _BASED_PAY,
)
LINES: dict[Kind, tuple[Line, ...]] = {
    "income": INCOME,
    "balance sheet": BALANCE_SHEET,
    "cash flows": CASH_FLOWS,
    "equity": EQUITY,
    "accounts of equity": ACCOUNTS_OF_EQUITY,
}
"""Of each kind of statement; the first that fits counts."""

PARTS: dict[Kind, tuple[tuple[re.Pattern[str], str], ...]] = {
    "income": (),
    "balance sheet": (
        (re.compile("non ?current assets|long term assets|fixed assets"), "long-term-assets"),
        (re.compile("(?:current )?assets"), "assets"),
        (re.compile("(?:non ?current|long term) liabilities"), "long-term-liabilities"),
        (re.compile("current liabilities"), "liabilities"),
    ),
    "cash flows": (
        (re.compile(r".*\bchanges? in\b.*"), "working-capital"),
        (re.compile(r".*\boperating activities.*"), "operating"),
        (re.compile(r".*\binvesting activities.*"), "investing"),
        (re.compile(r".*\bfinancing activities.*"), "financing"),
    ),
    "equity": (),
    "accounts of equity": (
        (re.compile(r".*\b(?:non ?controlling|minority)\b.*"), "minority"),
        (re.compile(".+"), ""),
    ),
}
"""Headings without figures that begin a part of a statement."""

FIRST_PART: dict[Kind, str] = {
    "income": "",
    "balance sheet": "assets",
    "cash flows": "operating",
    "equity": "",
    "accounts of equity": "",
}
