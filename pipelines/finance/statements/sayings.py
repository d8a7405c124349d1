"""Words that leave a figure one concept, wherever it stands; `phrases.py` looks for them."""

from __future__ import annotations

from secateur.pipelines.finance.statements.schedules import AWARDS_OTHERS
from secateur.pipelines.finance.statements.wordings import Phrase, Where, phrase

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
_NOTES = (
    r"(?:(?:fixed|floating|senior|unsecured|rate|euro|convertible|medium.term|[\d/]+)[ -])*"
    r"(?:notes?|debentures|bonds|due)\b"
)
_LEASE = r"(?!.*\b(?:finance|deferred)\b)(?=.*\boperating lease)(?=.*\bliabilit)"
_LISTED = r"(?:\$?[\d.,]+(?: (?:million|billion))?(?:,? and |, ))*\$?\0"
_STANDING = (
    r"(?:shares|units|balances?|outstanding|non-?vested|unvested|awards)\b(?!.*\boptions)"
    r".*\b(?:at|as of|beginning|end|20\d\d)\b"
)
_UNITS = (
    r"\A(?!.*\b(?:exercise price|stock options?|share options?))"
    r".*\b(?:restricted (?:share|stock)|(?:share|stock) units?|RSUs?|PSUs?)\b"
)
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
_EARNED = (
    r"(?!.*\b(?:adjusted|ongoing|core|non-gaap|underlying|normali[sz]ed|continuing|discontinued"
    r"|growth|change|dividends?)\b)(?=.*\b(?:per (?:common |ordinary )?share|EPS)\b)"
)
_POSITIONS = "UnrecognizedTaxBenefits"
_COST_TO_COME = (
    "EmployeeServiceShareBasedCompensationNonvestedAwardsTotalCompensationCostNotYetRecognized"
)
_MONTH = r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"


def _stock(concept: str, around: str) -> Phrase:
    """Numbers of common stock: "900 shares authorized", "authorized: 900"."""
    places = (Where.HEAD, Where.SENTENCE)
    return phrase("SHARES", f"CommonStockShares{concept}", *places, text=_COMMON, around=around)


def _row(concept: str, **patterns: str) -> Phrase:
    """Amounts behind the head of a row."""
    return phrase("MONEY", concept, Where.ROW, **patterns)


def _said(concept: str, **patterns: str) -> Phrase:
    """Amounts in a sentence."""
    return phrase("MONEY", concept, Where.SENTENCE, **patterns)


PHRASES = (
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
    phrase(
        "MONEY",
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
        "ExtraordinaryItemsNoncontrollingInterest",
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
    _said(
        "Depreciation",
        text=r"(?!.*\bamorti[sz]ation).*\bdepreciation expense"
        r"(?: (?:on|related|for)[^.]{0,60})? (?:was|were|totaled|of|amounted)\b",
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
    phrase(
        "SHARES",
        "AntidilutiveSecuritiesExcludedFromComputationOfEarningsPerShareAmount",
        Where.ROW,
        text=r"(?!.*\b(?:average|basic|dilut|common shares))",
        above=r"\banti-?dilutive\b[^.]{0,80}\Z",
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
        "DepreciationDepletionAndAmortization",
        text=_PART_OF_GROUP,
        title=r"depreciation and amortization(?: expense)?",
    ),
    _row(
        "DepreciationDepletionAndAmortization",
        text=_PART_OF_GROUP,
        column=r"\bdepreciation (?:and|&) amortization\b",
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
