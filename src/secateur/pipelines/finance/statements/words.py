"""Words without which no figure states a concept, and words beside which none does.

The head for numbers knows a concept by a mean of words, in which one word is easily outvoted:
revenues "U.S." and "International" look like income before taxes by country, and only the word
"before" tells that they are not.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from secateur.pipelines.document.layout import Layout, row_at
from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.numbers.concepts import TAXONOMY, YEARS
from secateur.pipelines.finance.statements.earnings_sayings import NO_RESULT
from secateur.pipelines.finance.statements.lines import BEFORE_TAXES
from secateur.pipelines.finance.statements.schedules import (
    AWARDS_OTHERS,
    LEASE_PAYMENTS_DUE,
    PRINCIPAL_DUE,
    UNRECOGNIZED,
)

_OF_RESULT = (
    r"shares outstanding|participating|continuing op|adjusted|ongoing|\bcore\b|non-gaap|underlying"
    rf"|{NO_RESULT}|normali[sz]ed|\ba?ffo\b|funds from|\(of \W*$|(?:face|par|nominal) value"
    r"|(?:net of (?:income )?tax(?:es)?|(?:pre|post|after)[- ]?tax),? or"
)
_SOLD = r"held[ -]for[ -]sale|disposition|disposal|discontinued|reclassified"
"""Words that make a figure one of another concept, whatever else its row says."""
_OPTIONS = r"\boptions?\b(?!.*\b(?:units|stock awards|restricted))|expected to vest"
_PRETAX = r"before|pre-?tax"
_FOREIGN = r"foreign|international|non-u|outside|world"
_OTHER_COUNTRY = r"international|foreign|\bstate\b|\btotal"
_LEASED = r"lease|right|\brou\b"
_PLANT = r"propert|plant|equipment"
_ALLOWED = (
    r"^\W*(?:less:? )?(?:allowances?|reserves?)\b|\b(?:allowances?|reserves?)\b[^\0]*\0"
    r"|\b(?:allowances?|reserves?)(?: for [\w ]{3,40})?,? (?:of|was|were)(?: approximately)? \$?$"
)
"""Of what may not be paid, which is no part of what is."""
_TAXED = r"\A(?=.*\btax).*"
_WITH_SECURITIES = r"equivalents(?:,| and|, and) (?:[\w-]+ ){0,2}(?:securities|investments)"
_STANDING = r"vest|outstanding|balance|beginning|end"

_MOVED = r"additions|purchases|disposals|transfers|exchange (?:differences|movements?|adjustments?)"
"""What leads from one balance to the next."""
NEEDED_AND_NEVER: dict[str, tuple[str, str]] = {
    "AccountsReceivableNetCurrent": ("receivable", f"financing|notes? receivable|{_ALLOWED}"),
    "AccumulatedOtherComprehensiveIncomeLossNetOfTax": ("comprehensive|aoci|balance", ""),
    "AllocatedShareBasedCompensationExpense": (
        "compensation|stock|share|RSU|awards",
        r"tax benefit|net of (?:income )?tax|unrecognized|not yet recognized",
    ),
    "AntidilutiveSecuritiesExcludedFromComputationOfEarningsPerShareAmount": ("dilut", ""),
    "Assets": ("assets", r"lease|deferred|tax|intangible|\bcurrent|fixed|other assets"),
    "AssetsCurrent": ("current assets", ""),
    "CashAndCashEquivalentsAtCarryingValue": ("cash", f"restricted|{_WITH_SECURITIES}"),
    "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents": ("cash", "^restricted"),
    "CommonStockParOrStatedValuePerShare": ("par|stated", "preferred"),
    "CommonStockSharesAuthorized": ("authori[sz]ed", ""),
    "CommonStockSharesIssued": ("issued|balance|shares at", "treasury|preferred"),
    "CommonStockSharesOutstanding": ("outstanding|balance|shares", "treasury|preferred"),
    "ComprehensiveIncomeNetOfTax": ("comprehensive", ""),
    "ContractWithCustomerLiabilityCurrent": (
        "deferred|unearned|contract|customer|advances|billings",
        r"revenues? recognized|\bwe recognized",
    ),
    "CurrentFederalTaxExpenseBenefit": (r"federal|u\.?s\.?\b|united states", _OTHER_COUNTRY),
    "CurrentForeignTaxExpenseBenefit": (_FOREIGN, ""),
    "CurrentIncomeTaxExpenseBenefit": ("current", ""),
    "CurrentStateAndLocalTaxExpenseBenefit": (r"\bstates?\b(?! aid)", ""),
    "DebtInstrumentInterestRateStatedPercentage": (
        r"\brates?\b|interest|\bnotes?\b|\bbonds?\b|debenture|debt|borrow|loan|coupon|\bdue\b",
        "effective|average|risk.free|discount"
        r"|(?:libor|sofr|euribor|prime|base)(?: rate)? plus\W*$",
    ),
    "DeferredFederalIncomeTaxExpenseBenefit": (
        r"federal|u\.?s\.?\b|united states",
        _OTHER_COUNTRY,
    ),
    "DeferredForeignIncomeTaxExpenseBenefit": (_FOREIGN, ""),
    "DeferredIncomeTaxExpenseBenefit": ("deferred", ""),
    "DeferredIncomeTaxLiabilities": (
        "deferred",
        r"assets[ /]\(liabilities\)|net deferred tax assets",
    ),
    "DeferredStateAndLocalIncomeTaxExpenseBenefit": (r"\bstates?\b", ""),
    "DeferredTaxAssetsGross": (
        "deferred",
        r"liabilit|before valuation|deferred (?:revenue|income)\b(?! tax)",
    ),
    "DeferredTaxAssetsNet": ("deferred", "liabilit"),
    "DeferredTaxAssetsOther": ("other", ""),
    "DeferredTaxAssetsValuationAllowance": ("valuation", r"\b(?:in|de)crease"),
    "DeferredTaxLiabilitiesPropertyPlantAndEquipment": (
        "propert|plant|depreciation|fixed|equipment",
        "partnership|intangible|unremitted|undistributed",
    ),
    "Depreciation": (
        "depreciation",
        r"accumulated|accelerated|impairment|under finance lease"
        r"|(?<!and )amorti[sz]ation expense(?!.*depreciation)",
    ),
    "DepreciationDepletionAndAmortization": (
        "depreciation",
        "impairment|were added|accumulated|included amorti[sz]ation|real estate depreciation",
    ),
    "EarningsPerShareBasic": ("basic|per share", _OF_RESULT),
    "EarningsPerShareDiluted": ("dilut|per share", _OF_RESULT),
    "EmployeeServiceShareBasedCompensationNonvestedAwardsTotalCompensationCostNotYetRecognized": (
        "unrecognized|not yet|unamortized|unearned|expected",
        "",
    ),
    "Goodwill": ("goodwill", r"intangible assets|receivable|impairment (?:charge|loss)"),
    f"{BEFORE_TAXES}Domestic": (_PRETAX, "noncontrolling|rate"),
    f"{BEFORE_TAXES}Foreign": (_PRETAX, "effect|rate"),
    f"{BEFORE_TAXES}ExtraordinaryItemsNoncontrollingInterest": (
        _PRETAX,
        "statutory|expected tax|^total$",
    ),
    "IncomeTaxExpenseBenefit": (
        r"\btax",
        r"\bpaid|payments|before (?:income |provision|tax)|pre-?tax"
        r"|^(?:(?:less|related|total):? )*(?:income )?tax benefits?\b",
    ),
    "IncomeTaxReconciliationIncomeTaxExpenseBenefitAtFederalStatutoryIncomeTaxRate": (
        "statutory|federal|expected",
        "",
    ),
    "IncomeTaxReconciliationStateAndLocalIncomeTaxes": (r"\bstates?\b", ""),
    **dict.fromkeys(
        (f"{LEASE_PAYMENTS_DUE}{year}" for year in ("", *YEARS)), ("lease", "receipts|receivable")
    ),
    **dict.fromkeys(
        (f"{PRINCIPAL_DUE}{year}" for year in ("Three", "Four", "Five")),
        ("debt|notes|borrowing|principal|maturit|loan", "lease|intangible|amorti[sz]ation"),
    ),
    "LesseeOperatingLeaseLiabilityUndiscountedExcessAmount": ("interest|discount", ""),
    "Liabilities": ("liabilities", "lease|deferred|current"),
    "LiabilitiesAndStockholdersEquity": ("liabilities", ""),
    "LiabilitiesCurrent": ("current liabilities", ""),
    "LongTermDebt": (
        "debt|notes|borrowings",
        r"current portion|current maturit|unamortized|unused|available|^(?:19|20)\d\d\b",
    ),
    "NetCashProvidedByUsedInFinancingActivities": ("financing", ""),
    "NetCashProvidedByUsedInInvestingActivities": (
        "invest",
        r"\b(?:capital expenditures?|capex|purchases?|acquisitions?|proceeds|maturities)"
        r"(?: [\w-]+){0,6}? (?:of|was|were|totall?ed)(?: \w+)? \$?$",
    ),
    "NetCashProvidedByUsedInOperatingActivities": ("operati", ""),
    "NetIncomeLoss": (
        "income|earnings|loss|profit",
        "distributed|available|for diluted|equity (?:in|method)|equity income|non-?controlling"
        r"|per share|^comprehensive|\brevenues?\b(?!.*\bincome)",
    ),
    "OperatingIncomeLoss": (
        "operati",
        r"operating (?:costs|expenses)|revenues?\b(?!.*income)|before (?:income )?tax",
    ),
    "OperatingLeaseCost": ("lease|rent", "variable|total lease|short.term|finance|lease income"),
    "OperatingLeaseLiability": ("lease", r"right-of-use|\brou\b"),
    "OperatingLeaseLiabilityCurrent": (
        "lease",
        "non-?current|long-term|total operating|finance|deferred",
    ),
    "OperatingLeaseLiabilityNoncurrent": (
        "lease",
        r"(?<!non-)(?<!non)current|short-term|\brou\b|right.of.use|finance",
    ),
    "OperatingLeasePayments": ("lease", "obtained|expect to|excluded"),
    "OperatingLeaseRightOfUseAsset": (_LEASED, "total right|finance"),
    "OperatingLeaseWeightedAverageDiscountRatePercent": ("discount", ""),
    "OtherAssetsNoncurrent": ("other", ""),
    "OtherComprehensiveIncomeLossForeignCurrencyTransactionAndTranslationAdjustmentNetOfTax": (
        "translation|currency",
        r"\btax\b.*\0",
    ),
    "OtherLiabilitiesNoncurrent": ("other", ""),
    "OtherNoncashIncomeExpense": ("other|non-", ""),
    "PaymentsForRepurchaseOfCommonStock": ("repurchase|purchase|acquisition|treasury", ""),
    "ProceedsFromPaymentsForOtherFinancingActivities": ("other", ""),
    "PropertyPlantAndEquipmentGross": (_PLANT, _MOVED),
    "PropertyPlantAndEquipmentNet": (f"{_PLANT}|long-lived", _MOVED),
    "RetainedEarningsAccumulatedDeficit": ("earnings|deficit|income|reinvested", ""),
    "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability": (_LEASED, ""),
    "ShareBasedCompensation": ("compensation|stock|share", "tax benefit|unrecognized"),
    f"{AWARDS_OTHERS}ForfeitedInPeriod": ("forfeit|cancel", _OPTIONS),
    f"{AWARDS_OTHERS}ForfeituresWeightedAverageGrantDateFairValue": ("forfeit|cancel", _OPTIONS),
    f"{AWARDS_OTHERS}GrantsInPeriod": ("grant|award", _OPTIONS),
    f"{AWARDS_OTHERS}GrantsInPeriodWeightedAverageGrantDateFairValue": ("grant|award", _OPTIONS),
    f"{AWARDS_OTHERS}NonvestedNumber": (_STANDING, _OPTIONS),
    f"{AWARDS_OTHERS}NonvestedWeightedAverageGrantDateFairValue": (_STANDING, _OPTIONS),
    f"{AWARDS_OTHERS}VestedInPeriod": ("vest|release|distribut", _OPTIONS),
    f"{AWARDS_OTHERS}VestedInPeriodTotalFairValue": (
        "vest|release",
        "options? exercised|tax benefit",
    ),
    f"{AWARDS_OTHERS}VestedInPeriodWeightedAverageGrantDateFairValue": (
        "vest|release|distribut",
        _OPTIONS,
    ),
    "StockholdersEquity": ("equity|balance", ""),
    UNRECOGNIZED: ("tax", "translation|valuation|statutory"),
    f"{UNRECOGNIZED}DecreasesResultingFromPriorPeriodTaxPositions": (f"{_TAXED}prior", ""),
    f"{UNRECOGNIZED}DecreasesResultingFromSettlementsWithTaxingAuthorities": (
        "settle.*tax|tax.*settle",
        "pension|retirement|benefit plan",
    ),
    f"{UNRECOGNIZED}IncreasesResultingFromCurrentPeriodTaxPositions": (f"{_TAXED}current", ""),
    f"{UNRECOGNIZED}IncreasesResultingFromPriorPeriodTaxPositions": (f"{_TAXED}prior", ""),
    f"{UNRECOGNIZED}ReductionsResultingFromLapseOfApplicableStatuteOfLimitations": (
        "lapse|statute|expir",
        "",
    ),
    f"{UNRECOGNIZED}ThatWouldImpactEffectiveTaxRate": (
        "effective|impact|affect|favorabl",
        "accrued|interest and penalt",
    ),
    "WeightedAverageNumberOfDilutedSharesOutstanding": ("dilut", "effect|dilutive"),
    "WeightedAverageNumberOfSharesOutstandingBasic": ("basic|average|shares", "effect|dilutive"),
}
_HEADS, _ABOVE, _BELOW = 3, 2, 2
"""Heads of a figure, lines above its table, and rows below its own, whose words are read."""
_PARAGRAPH, _BESIDE = 400, 80
"""Characters before a sentence, and before a figure of it, that are read."""
_PRICE = re.compile(r"\b(?:exercise|option|strike) price", re.IGNORECASE)
_FAIR_VALUE = re.compile(r"\bfair value", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*\)")


class _Words(NamedTuple):
    """Attributes: patterns of what stands around a concept's figures, and of what never does."""

    needed: re.Pattern[str]
    never: re.Pattern[str]


@cache
def _words_of(concept: str) -> _Words:
    needed, never = NEEDED_AND_NEVER.get(concept, ("", ""))
    flags = re.IGNORECASE | re.DOTALL
    return _Words(
        re.compile(needed, flags), re.compile("|".join(filter(None, (never, _SOLD))), flags)
    )


class Words:
    """Says of one document's figures which concepts the words around them rule out."""

    def __init__(self, layout: Layout) -> None:
        """Takes the document; nothing is read yet."""
        self._layout = layout

    def allow(self, entity: Found, concept: str, sentence: tuple[int, int]) -> bool:
        """Says whether a figure may state a concept.

        Args:
            entity: The figure.
            concept: Its qualified name.
            sentence: Ends of its sentence, which is its row in a table.
        """
        if concept.startswith(f"{TAXONOMY}{AWARDS_OTHERS}") and self._is_of_options(entity.start):
            return False
        around, beside = self._read(entity.start, sentence)
        words = _words_of(concept.removeprefix(TAXONOMY))
        return bool(words.needed.search(around)) and not words.never.search(beside)

    def _is_of_options(self, start: int) -> bool:
        """Whether columns of a figure's table are of options' prices, and none of fair values."""
        table = self._layout.table_at(start)
        row = max(table.rows[table.body :], key=len, default=()) if table else ()
        heads = " ".join(cell.column or "" for cell in row)
        return bool(_PRICE.search(heads)) and not _FAIR_VALUE.search(heads)

    def _read(self, start: int, sentence: tuple[int, int]) -> tuple[str, str]:
        """What stands around a figure, and what of it speaks of the figure alone.

        The latter ends with a null character where a row's head holds the figure.
        """
        layout = self._layout
        text = layout.document.text
        passage, table = layout.passage_at(start), layout.table_at(start)
        if passage is None or table is None:
            first = max(passage.start if passage else 0, sentence[0] - _PARAGRAPH)
            return text[first : sentence[1]], text[max(sentence[0], start - _BESIDE) : start]
        number = row_at(table, start)
        row = table.rows[number][0]
        own = f"{layout.text_of(row)} {passage.column or ''}"
        heads = list(layout.heads(table, number))[:_HEADS]
        below = (layout.text_of(row[0]) for row in table.rows[number + 1 : number + 1 + _BELOW])
        above = layout.above(table)[:_ABOVE]
        around = " ".join((own, *heads, *below, *above, passage.section or ""))
        if row.start == passage.start:
            return around, f"{text[row.start : start]}\0"
        return around, _ASIDE.sub("", own)
