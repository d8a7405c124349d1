"""Words that leave a figure one concept, wherever it stands; `phrases.py` looks for them."""

from __future__ import annotations

from secateur.pipelines.finance.statements.schedules import AWARDS_OTHERS
from secateur.pipelines.finance.statements.share_sayings import SHARES
from secateur.pipelines.finance.statements.wordings import Phrase, Where, phrase

_NOTES = (
    r"(?:(?:fixed|floating|senior|unsecured|rate|euro|convertible|medium.term|[\d/]+)[ -])*"
    r"(?:notes?|debentures|bonds|due)\b"
)
_LEASE = r"(?!.*\b(?:finance|deferred)\b)(?=.*\boperating lease)(?=.*\bliabilit)"
_LISTED = r"(?:\$?[\d.,]+(?: (?:million|billion))?(?:,? and |, ))*\$?\0"
_PART_OF_GROUP = (
    r"(?!.*\b(?:sales|revenues?|income|earnings|profit|expen\w+|goodwill|depreciation|capital"
    r"|additions?|leases?|deferred|intangibles?|cash|receivables?|inventor\w+|propert\w+|long-lived"
    r"|other assets|amorti\w+|accumulated|land|buildings?|machinery|software|debt|securities)\b)"
)
"""A segment or a country, by naming no line of a statement."""
_NOTHING_ELSE = r"(?!.*\b(?:sales|revenues?|income|earnings)\b)"
_ONLY_ASSETS = (
    rf"{_NOTHING_ELSE}.*(?:\b(?:segment|identifiable) assets\b"
    r"|\bassets by (?:reportable |operating )?segment).*"
)
_ONLY_PLANT = (
    rf"{_NOTHING_ELSE}.*\bpropert[^.\n]{{0,30}}equipment\b"
    r"[^.\n]{0,60}\b(?:geograph|countr|region|location|united states|international).*"
)
_FUNCTION = (
    r"(?:cost of|costs of|research|product|sales|selling|marketing|general|fulfillment|technology"
    r"|operations|restructuring|total\W*$)"
)
_POSITIONS = "UnrecognizedTaxBenefits"
_COST_TO_COME = (
    "EmployeeServiceShareBasedCompensationNonvestedAwardsTotalCompensationCostNotYetRecognized"
)
_BEFORE_TAXES = "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
_PRETAX = (
    r"(?!.*\b(?:reconcil|statutory|rate|segments?|revenues?|sales)\b)(?:[^.]|u\.s\.){0,120}"
    r"\b(?:(?:income|earnings|loss|profits?)\b[^.]{0,60}\bbefore\b[^.]{0,40}\btax"
    r"|pre-?tax (?:income|earnings|loss|profits?)\b)(?:[^.]|u\.s\.){0,120}\W*"
)
"""A title or the sentence before a table, no paragraph."""
_MONTH = r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"


def _row(concept: str, **patterns: str) -> Phrase:
    """Amounts behind the head of a row."""
    return phrase("MONEY", concept, Where.ROW, **patterns)


def _said(concept: str, **patterns: str) -> Phrase:
    """Amounts in a sentence."""
    return phrase("MONEY", concept, Where.SENTENCE, **patterns)


PHRASES = (
    *SHARES,
    _row(
        "IncomeTaxReconciliationStateAndLocalIncomeTaxes",
        text=r"state (?:and local )?(?:income )?tax(?:es)?\b.*\bnet\b.*\bfederal",
    ),
    _row(
        "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        text=r"(?!.*\bfinance\b)(?:.*\b(?:right.of.use|leased?|rou)\b.*\bassets? "
        r"(?:obtained|recognized|acquired)|.*\b(?:obtained|acquired) in exchange for\b"
        r".*\boperating lease|assets acquired under operating leases)",
    ),
    _row(
        "OperatingLeasePayments",
        text=r"(?:operating )?cash (?:flows?|paid|payments|used)\b.*\boperating lease",
    ),
    _row(
        "OperatingLeaseLiability",
        text=r"total operating lease (?:liabilit|obligation)",
    ),
    _row(
        "OperatingLeaseLiability",
        text=r"(?:total |net )?(?:present value\b|lease (?:liabilit|obligation)\w*\W*$)",
        column=r"\boperating\b",
    ),
    _row(
        "OperatingLeaseLiabilityNoncurrent",
        text=rf"{_LEASE}.*(?:\bnon-?current|\blong-term)",
    ),
    _row(
        "OperatingLeaseLiabilityCurrent",
        text=rf"{_LEASE}(?!.*\b(?:non-?current|long-term)).*\b(?:current|short-term)",
    ),
    _row(
        "OperatingLeaseRightOfUseAsset",
        text=r"(?:net )?operating lease (?:right.of.use|rou)\b(?: \W*rou\W*)? assets?"
        r"(?!.* (?:obtained|amorti|impair))",
        above=r"\A(?!.*\b(?:deferred|acquired|acquisition|purchase price))",
    ),
    _row(
        "DeferredTaxAssetsValuationAllowance",
        text=r"(?:.*\b)?(?:balances?\b|(?:beginning|end) of)",
        above=r"\bvaluation allowances?\b.*\btax|\btax.*\bvaluation allowances?\b",
    ),
    _row(f"{_BEFORE_TAXES}Domestic", text=r"(?:united states|u\.s\.|domestic)\W*$", title=_PRETAX),
    _row(
        f"{_BEFORE_TAXES}Foreign",
        text=r"(?:foreign|international|non-u\.s\.|rest of (?:the )?world)\W*$",
        title=_PRETAX,
    ),
    _row(
        f"{_BEFORE_TAXES}ExtraordinaryItemsNoncontrollingInterest",
        text=r"total\W*$|.*\b(?:before\b.*\btax|pre-?tax)",
        title=_PRETAX,
    ),
    phrase(
        "MONEY",
        f"{_BEFORE_TAXES}ExtraordinaryItemsNoncontrollingInterest",
        Where.SENTENCE,
        text=r".*\bbefore\b",
        around=r"\bbefore (?:the )?(?:provision for )?(?:income )?taxes(?: on income)?"
        rf"(?: (?:was|were|of|totall?ed))? {_LISTED}",
    ),
    _said(
        "AllocatedShareBasedCompensationExpense",
        text=r"(?!.*\btax benefits?).*\b(?:share|stock|equity)-based compensation",
        around=r"(?<!unrecognized )(?:share|stock|equity)-based compensation (?:expense|cost)s?"
        r"(?: (?:recognized|recorded))? (?:was|were|of|totall?ed|amounted to) "
        rf"(?:approximately )?{_LISTED}",
    ),
    _said(
        "Depreciation",
        text=r"(?!.*\bamorti[sz]ation).*\bdepreciation expense"
        r"(?: (?:on|related|for)[^.]{0,60})? (?:was|were|totaled|of|amounted)\b",
    ),
    _said(
        "DepreciationDepletionAndAmortization",
        text=r".*\bdepreciation and amorti[sz]ation expense",
        around=r"\bdepreciation and amorti[sz]ation expense (?:was|were|totall?ed|of|amounted to)"
        rf" (?:approximately )?{_LISTED}",
    ),
    _said(
        "DeferredTaxAssetsValuationAllowance",
        text=r"(?!.*\b(?:increase|decrease|change|reduction|release|reversal)[sd]? (?:in|of|to)\b"
        r"[^.]{0,30}\bvaluation)(?=.*\btax).*\bvaluation allowances?",
        around=r"\bvaluation allowances?(?: [^.$]{0,60})? (?:of|was|were|totall?ed)"
        rf" (?:approximately )?{_LISTED}",
    ),
    _said(
        "Goodwill",
        text=r"(?!.*\b(?:impair|deductible)).*\bgoodwill",
        around=r"\0(?: (?:million|billion))? (?:of|in|to|as) goodwill\b"
        r"|\bgoodwill of (?:approximately )?\$?\0",
    ),
    _said(
        "AccountsReceivableNetCurrent",
        text=r".*\b(?:trade|accounts|customer) receivables?,? net",
        around=r"\b(?:trade|accounts|customer) receivables?,? net[^.$;]{0,60} (?:was|were) "
        rf"(?:approximately )?{_LISTED}",
    ),
    _said(
        f"{_POSITIONS}ThatWouldImpactEffectiveTaxRate",
        text=r"(?=.*\b(?:unrecognized tax benefits?|uncertain tax positions?)).*\btax rate",
        around=r"\0(?: (?:million|billion))?(?:,? (?:and )?\$[\d.,]+(?: (?:million|billion))?)*"
        r"(?:,? respectively)?,?(?! of which)[^.$]*\b(?:if recognized|would|could|affect|impact)"
        rf"|\btax rate\b[^.$]* (?:was|were|is|of|totall?ed) (?:approximately )?{_LISTED}",
    ),
    _said(
        _COST_TO_COME,
        text=r".*\bcompensation",
        around=r"\0(?: (?:million|billion))? of (?:total |gross )?"
        r"(?:unrecognized|unamortized|unearned)\b[^.$]{0,30}\bcompensation"
        r"|\0(?: (?:million|billion))? of (?:total )?compensation costs? (?:had|has) not yet"
        r"|\b(?:unrecognized|unamortized|unearned) (?:[\w-]+ ){0,4}compensation\b"
        rf"[^.$]{{0,60}} (?:was|were|of|is|totall?ed) (?:approximately )?{_LISTED}",
    ),
    _row(
        _COST_TO_COME,
        text=r"(?:total )?(?:unrecognized|unamortized|unearned)\b.*\bcompensation",
    ),
    _row(
        f"{AWARDS_OTHERS}VestedInPeriodTotalFairValue",
        text=r"(?!.*\boptions?\b)(?:total |aggregate )?(?:grant[- ]date )?fair value\b.*\bvested",
    ),
    _said(
        f"{AWARDS_OTHERS}VestedInPeriodTotalFairValue",
        text=r"(?!.*\boptions?\b).*\bfair value\b.*\bvest(?:ed|ing)\b",
        around=r"\bvest(?:ed|ing)\b[^.$]{0,60} (?:was|were|totall?ed) "
        rf"(?:approximately )?{_LISTED}",
    ),
    _said(
        "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        text=r".*\bobtained in exchange",
        around=r"\bobtained in exchange for (?:new )?(?:operating )?lease"
        r" (?:liabilities|obligations)"
        rf" (?:was|were|totall?ed) (?:approximately )?{_LISTED}",
    ),
    _said(
        "OperatingLeasePayments",
        text=r".*\boperating lease",
        around=r"\bcash (?:payments?|paid)\b[^.$]{0,40}\boperating lease (?:liabilities|obligations"
        rf"|payments)\b[^.$]{{0,30}} (?:was|were|totall?ed) (?:approximately )?{_LISTED}",
    ),
    _row("Assets", text=_PART_OF_GROUP, title=_ONLY_ASSETS),
    _row(
        "Assets",
        text=_PART_OF_GROUP,
        above=r"\A(?!.*\b(?:plans?|fair value|level|quoted)\b)",
        column=r"\b(?:identifiable|segment|total) assets\b",
    ),
    _row("PropertyPlantAndEquipmentNet", text=_PART_OF_GROUP, title=_ONLY_PLANT),
    _row(
        "PropertyPlantAndEquipmentNet",
        text=r"(?:net )?propert\w+[^.]{0,30}\bequipment(?:, net)?\W+(?:in|outside) (?:of )?the"
        r" (?:u\.?s|united|rest)",
    ),
    _row(
        "OtherAssetsNoncurrent",
        text=r"total other (?:non-?current |long-term )assets\W*$",
    ),
    _row(
        "OtherLiabilitiesNoncurrent",
        text=r"total other (?:non-?current |long-term )liabilities\W*$",
    ),
    _row(
        "DepreciationDepletionAndAmortization",
        text=_PART_OF_GROUP,
        title=r"depreciation and amortization(?: expense)?",
    ),
    _row(
        "DepreciationDepletionAndAmortization",
        text=_PART_OF_GROUP,
        column=r"\bdepreciation (?:and|&) amortization\b",
    ),
    _row(
        "IncomeTaxExpenseBenefit",
        text=r"(?!.*(?:statutory|federal|state|%))(?:total\W*$"
        r"|(?:total )?(?:income tax|provision|tax (?:expense|provision)))",
        title=r"(?=.*\btax)(?=.*\b(?:statutory|federal)\b).*\b(?:reconcil|differ).*",
    ),
    _row(
        "AllocatedShareBasedCompensationExpense",
        text=_FUNCTION,
        title=r".*\b(?:stock|share|equity)-based compensation (?:expense|cost)s?\b.*",
    ),
    _row(
        "AllocatedShareBasedCompensationExpense",
        text=r"(?:pre-?tax |total )*(?:stock|share|equity)-based compensation"
        r"(?: (?:expense|cost)s?|,? before tax(?:es)?)\W*$",
    ),
    _row(
        "AllocatedShareBasedCompensationExpense",
        text=r"(?:(?:employee|performance|restricted|retention|deferred|common|stock|share)[ -])*"
        r"(?:stock|share|options|awards|units|RSUs|PSUs|purchase plan|ESPP)"
        r"(?: (?:options|units|awards|purchase plans?))?(?: \(\w+\))?\W*$",
        title=r".*\b(?:stock|share|equity)-based compensation\b"
        r".*\b(?:expense|cost|millions?|thousands?|table|recognized)\b.*",
    ),
    phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        Where.SENTENCE,
        text=r"(?!.*\b(?:effective|swaps?|variable|floating)\b).*\b(?:notes|debentures|bonds|loan)\b",
        around=r"\b(?:(?:annual|fixed|stated) interest rate of|bear(?:s|ing)? interest at"
        r"(?: an?)?(?: annual| fixed)?(?: rate of)?) \0",
    ),
    phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        *Where,
        text=r".*\b(?:senior|notes|debentures|bonds)\b",
        around=rf"\0\s*%?\s*,?\s*{_NOTES}",
    ),
    phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        Where.HEAD,
        text=rf"(?!.*\b(?:effective|average)\b).*(?:\bdue\b|\bnotes|debentures|bonds|{_MONTH})",
        above=r"\b(?:borrowings|debt|notes)\b",
    ),
)
