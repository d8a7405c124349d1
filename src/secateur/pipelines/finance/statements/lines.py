"""What companies call the lines of their statements, and which concept each is.

Names are as `secateur.pipelines.finance.statements.naming.line_name` gives them. Of lines that no
entry names ("Cost of sales") the amounts are none of the listed concepts.
"""

from __future__ import annotations

from secateur.pipelines.finance.statements.naming import RESULT, STANDING, made_of, named, part

BEFORE_TAXES = "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
_CASH = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
_NET_INCOME = named(
    made_of(f"consolidated|net|{RESULT}|for|the|year|period", RESULT, "net|year|period"),
    "NetIncomeLoss",
    whole=True,
)
_TAX = "tax|taxes|taxation"
TAX_EXPENSE = named(
    made_of(f"total|provision|benefit|expense|charge|credit|for|from|on|income|{_TAX}", _TAX),
    "IncomeTaxExpenseBenefit",
)
_EFFECTS = "(?!effect|dilutive|anti|add|plus|less|impact)"
_MINORITY = r".*\b(?:non ?controlling|minority)\b.*"
_USED_UP = (
    r"(?=.*\bdepreciation\b)(?=.*\b(?:depletion|{})\b)"
    r"(?:depreciation|depletion|amorti[sz]ation)\b.*"
)

_COMPREHENSIVE = named(
    rf"(?:total )?comprehensive (?:{RESULT})(?: net of.*)?",
    "ComprehensiveIncomeNetOfTax",
    whole=True,
)

INCOME = (
    _NET_INCOME,
    named(
        made_of(
            f"total|consolidated|operating|{RESULT}|from|operations",
            RESULT,
            "operating|operations",
        ),
        "OperatingIncomeLoss",
    ),
    named(
        rf"(?:(?:{RESULT}|from|continuing|operations|consolidated) )+before "
        rf"(?!(?:interest|exceptional)\b).*\b(?:{_TAX})\b.*",
        f"{BEFORE_TAXES}ExtraordinaryItemsNoncontrollingInterest",
        unless=r".*\b(?:equity (?:method|in|income)|affiliates|associates|unconsolidated)\b.*",
    ),
    TAX_EXPENSE,
    _COMPREHENSIVE,
    named(_USED_UP.format("depletion"), "DepreciationDepletionAndAmortization"),
    named("depreciation(?: expense)?", "Depreciation"),
    named(r"(?=.*\b(?:basic|dilut)).*\b(?:continuing|discontinued)\b.*"),
    named(
        rf"(?:net )?(?:{RESULT}) per (?:\w+ )?share(?: of common stock)?", "EarningsPerShareBasic"
    ),
    named(
        r".*\bbasic and dilut.*",
        "EarningsPerShareDiluted WeightedAverageNumberOfDilutedSharesOutstanding",
    ),
    named(
        rf"{_EFFECTS}(?!.*\bdilut).*\bbasic\b.*",
        "EarningsPerShareBasic WeightedAverageNumberOfSharesOutstandingBasic",
    ),
    named(
        rf"{_EFFECTS}(?!.*\bbasic\b).*\bdilut.*",
        "EarningsPerShareDiluted WeightedAverageNumberOfDilutedSharesOutstanding",
    ),
)
COMPREHENSIVE_INCOME = (
    _NET_INCOME,
    _COMPREHENSIVE,
    named(r"(?:total )?other comprehensive .*|.*\btranslation and other\b.*"),
)
BALANCE_SHEET = (
    named("total current assets", "AssetsCurrent", next="long-term-assets"),
    named("total assets", "Assets", next="liabilities"),
    named("total current liabilities", "LiabilitiesCurrent", next="long-term-liabilities"),
    named("total liabilities", "Liabilities", next="equity"),
    named(
        r"total (?:liabilities|equity) .*\b(?:equity|deficit|investment|liabilities)",
        "LiabilitiesAndStockholdersEquity",
    ),
    named(rf"(?!redeemable){_MINORITY}", next="minority"),
    named(r"total .*\b(?:equity|deficit)", parts="minority"),
    named(
        r"total .*\b(?:share|stock)(?:holders|owners)\b.*"
        r"|(?:common )?(?:share|stock)(?:holders|owners)'? (?:equity|deficit|investment)"
        r"|(?:total )?(?:.*\b)?(?:equity|deficit) attributable to .*|.* share of equity",
        "StockholdersEquity",
    ),
    named(r"total (?:.*\b)?(?:equity|deficit)", "StockholdersEquity", whole=True),
    named("cash and(?: cash)? equivalents", "CashAndCashEquivalentsAtCarryingValue"),
    named(
        r"(?:net )?(?:(?:customer|trade|accounts) )*receivables?\b.*",
        "AccountsReceivableNetCurrent",
        "assets",
    ),
    named(
        r"(?:total )?(?:property|premises)\b.*\b(?:at cost|gross)\b.*",
        "PropertyPlantAndEquipmentGross",
    ),
    named(
        r"(?:(?:net|total) )?(?:propert(?:y|ies)|premises|fixed assets)\b.*"
        r"|(?=.*\bland\b)(?=.*\bbuildings?\b)(?=.*\bequipment\b).*",
        "PropertyPlantAndEquipmentNet",
    ),
    named(
        made_of("operating|leases?|right|of|use|assets?|net", "leases?", "operating|right"),
        "OperatingLeaseRightOfUseAsset",
        "assets long-term-assets",
    ),
    named("goodwill(?: net)?", "Goodwill"),
    named(
        r"other(?: long term| non ?current)? assets(?: net)?|other|deferred .*\bother assets.*",
        "OtherAssetsNoncurrent",
        "long-term-assets",
    ),
    named(
        r"(?:current portion of )?(?:deferred|unearned) revenues?(?: current)?"
        r"|contract liabilities(?: current)?|advances and progress billings",
        "ContractWithCustomerLiabilityCurrent",
        "liabilities",
    ),
    named(
        r"(?:current )?(?:(?:portion|maturities) of )?(?:right of use )?operating leases?"
        r"(?: (?:liabilit|obligation).*)?|current portion of lease (?:liabilit|obligation).*",
        "OperatingLeaseLiabilityCurrent",
        "liabilities",
    ),
    named(
        r"(?:long term |non ?current )?(?:right of use )?operating leases?\b.*"
        r"|lease (?:liabilit|obligation)\w* (?:net of|less) current.*",
        "OperatingLeaseLiabilityNoncurrent",
        "long-term-liabilities",
    ),
    named(
        r"other(?: long term| non ?current)? liabilities(?: net)?|other",
        "OtherLiabilitiesNoncurrent",
        "long-term-liabilities",
    ),
    named(
        r"(?:retained|reinvested) (?:earnings|deficit).*|earnings (?:re)?invested.*"
        r"|accumulated (?:deficit|earnings)",
        "RetainedEarningsAccumulatedDeficit",
    ),
    named("accumulated other comprehensive.*", "AccumulatedOtherComprehensiveIncomeLossNetOfTax"),
)
CASH_FLOWS = (
    _NET_INCOME,
    named(
        r"(?:(?:net )?cash|total) .*\boperating activities"
        r"|net cash .*\boperations"
        r"|cash (?:provided|used)\b.*\boperations",
        "NetCashProvidedByUsedInOperatingActivities",
        next="investing",
    ),
    named(
        r"(?:net )?cash .*\binvest.*|total investing activities",
        "NetCashProvidedByUsedInInvestingActivities",
        next="financing",
    ),
    named(
        r"(?:net )?cash .*\bfinancing.*|total financing activities",
        "NetCashProvidedByUsedInFinancingActivities",
        next="cash",
    ),
    named(r".*\bexchange (?:rate|effect)s?\b.*"),
    named(
        r"(?!.*\bfinance\b).*\b(?:right of use|rou|leased?)\b.*\b(?:obtained|acquired)\b.*"
        r"|.*\bobtained in exchange for\b.*\boperating lease.*",
        "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
    ),
    named(
        r"(?:net )?(?:(?:increase|decrease|change)s? )+(?:in|of) .*\bcash\b.*",
        f"{_CASH}PeriodIncreaseDecreaseIncludingExchangeRateEffect",
        unless=r".*\bexchange (?:rate|effect)s?\b.*",
    ),
    named(r"less\b.*|restricted\b.*", parts="cash cash-at-end"),
    named(
        r"(?:total )?cash (?:and )?cash equivalents (?:and )?restricted cash"
        r"(?: and restricted cash equivalents)?(?: (?:as )?shown .*)?",
        _CASH,
        "cash cash-at-end",
    ),
    named(
        r"cash and cash equivalents(?!.*\brestricted\b).*",
        "CashAndCashEquivalentsAtCarryingValue",
        "cash-at-end",
    ),
    named(r".*\b(?:cash|balances?)\b.*\b(?:beginning|opening)\b.*", _CASH),
    named(r".*\b(?:beginning|opening)\b.*\b(?:cash|balances?)\b.*", _CASH),
    named(
        r".*\b(?:cash|balances?)\b.*\b(?:end(?:ing)?|closing)\b.*"
        r"|.*\b(?:end(?:ing)?|closing)\b.*\b(?:cash|balances?)\b.*",
        _CASH,
        next="cash-at-end",
    ),
    named(r".*\bcash equivalents (?:at|as at|as of) \w+", _CASH, "cash"),
    named(
        _USED_UP.format("amorti[sz]ation"),
        "DepreciationDepletionAndAmortization",
        "operating",
    ),
    named("depreciation(?: expense)?", "Depreciation", "operating"),
    named(
        r"(?:non ?cash )?(?:stock|share|equity) (?:based )?(?:compensation|payment)s?\b.*"
        r"|share based plans.*|.*\bbased compensation(?: expense)?",
        "ShareBasedCompensation",
        "operating",
    ),
    named(
        made_of(
            f"deferred|income|{_TAX}|provision|benefit|expense|credits?|charges?|for|net",
            "deferred",
            _TAX,
        ),
        "DeferredIncomeTaxExpenseBenefit",
        "operating",
    ),
    named(
        made_of(
            "all|other|non ?cash|items|charges|adjustments|credits|expenses?|income|and|net",
            "other",
        )
        + "|non operating .*",
        "OtherNoncashIncomeExpense",
        "operating",
    ),
    named(
        r"(?:payments? (?:for|of|related to) )?(?:re)?purchases? of .*\b(?:stock|shares)\b.*"
        r"|(?:acquisitions?|buy-?backs?) of .*\b(?:own|treasury|common)\b.*\b(?:stock|shares)\b.*"
        r"|(?:common |treasury )?(?:stock|shares?) (?:re)?purchase[sd]?\b.*|share buybacks?"
        r"|(?:treasury|common) stock acquired.*",
        "PaymentsForRepurchaseOfCommonStock",
        "financing",
    ),
    named(
        made_of("other|financing|activities|net", "other"),
        "ProceedsFromPaymentsForOtherFinancingActivities",
        "financing",
    ),
)
_BALANCE = (
    r"(?:(?:beginning|ending|opening|closing) )?balances?\b.*|(?:equity|at|as (?:at|of))\b.*"
    r"|total .*\bequity\b.*\bbalances?"
)
_BASED_PAY = named(
    made_of(
        "amorti[sz]ation|of|and|for|employee|stock|share|equity|unit|options?|based|compensation"
        "|payments?|awards?|expense|costs?|plans?|net|tax",
        "stock|share|equity",
        "compensation|payments?|awards?",
    ),
    "AdjustmentsToAdditionalPaidInCapital"
    "SharebasedCompensationRequisiteServicePeriodRecognitionValue",
)
EQUITY = (named(_BALANCE, "StockholdersEquity", whole=True), _NET_INCOME, _BASED_PAY)
OWNED = r"total .*\b(?:share|stock)(?:holders|owners)\b.*"
ACCOUNTS_OF_EQUITY = (
    named(OWNED, "StockholdersEquity"),
    named(r"total (?:.*\b)?equity", "StockholdersEquity", whole=True),
    named(".*", parts="minority"),
    named(_BALANCE, "StockholdersEquity"),
    _NET_INCOME,
    _BASED_PAY,
)
ACCUMULATED = (named(STANDING.pattern, "StockholdersEquity", whole=True),)
"""The taxonomy leads from balance to balance of an account as it does of all equity."""
PARTS_OF_BALANCE_SHEET = (
    part("non ?current assets|long term assets|fixed assets", "long-term-assets"),
    part("(?:current )?assets", "assets"),
    part("(?:non ?current|long term) liabilities", "long-term-liabilities"),
    part("current liabilities", "liabilities"),
)
PARTS_OF_CASH_FLOWS = (
    part(r".*\bchanges? in\b.*", "working-capital"),
    part(r".*\boperating activities.*", "operating"),
    part(r".*\binvesting activities.*", "investing"),
    part(r".*\bfinancing activities.*", "financing"),
)
PARTS_OF_EQUITY = (
    part(r".*\b(?:non ?controlling|minority)\b.*", "minority"),
    part(".+", "parent"),
)
