"""Words that leave a figure one concept, wherever it stands; `phrases.py` looks for them."""

from __future__ import annotations

from secateur.pipelines.finance.statements.lease_sayings import LEASES
from secateur.pipelines.finance.statements.pay_sayings import PAY
from secateur.pipelines.finance.statements.share_sayings import SHARES
from secateur.pipelines.finance.statements.wordings import (
    LISTED,
    LISTING,
    Where,
    behind,
    phrase,
    said,
)

_NOTES = (
    r"(?:(?:fixed|floating|senior|unsecured|rate|euro|convertible|medium.term|series [a-z]|[\d/]+)"
    r"[ -])*"
    r"(?:notes?|debentures|bonds|due)\b"
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
_POSITIONS = "UnrecognizedTaxBenefits"
_BEFORE_TAXES = "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
_PRETAX = (
    r"(?!.*\b(?:reconcil|statutory|rate|segments?|revenues?|sales)\b)(?:[^.]|u\.s\.){0,120}"
    r"\b(?:(?:income|earnings|loss|profits?)\b[^.]{0,60}\bbefore\b[^.]{0,40}\btax"
    r"|pre-?tax (?:income|earnings|loss|profits?)\b)(?:[^.]|u\.s\.){0,120}\W*"
)
"""A title or the sentence before a table, no paragraph."""
_MONTH = r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"


PHRASES = (
    *SHARES,
    *LEASES,
    *PAY,
    behind(
        "IncomeTaxReconciliationStateAndLocalIncomeTaxes",
        text=r"state (?:and local )?(?:income )?tax(?:es)?\b.*\bnet\b.*\bfederal",
    ),
    said(
        "IncomeTaxReconciliationStateAndLocalIncomeTaxes",
        text=r".*\bstate (?:income )?tax",
        around=r"\bstate (?:income )?tax(?:es| expense)?,? net of (?:the )?federal (?:tax )?benefit"
        rf",? (?:was|were|of) {LISTED}",
    ),
    behind(
        "DeferredTaxAssetsValuationAllowance",
        text=r"(?:.*\b)?(?:balances?\b|(?:beginning|end) of)",
        above=r"\bvaluation allowances?\b.*\btax|\btax.*\bvaluation allowances?\b",
    ),
    behind(
        f"{_BEFORE_TAXES}Domestic", text=r"(?:united states|u\.s\.|domestic)\W*$", title=_PRETAX
    ),
    behind(
        f"{_BEFORE_TAXES}Foreign",
        text=r"(?:foreign|international|non-u\.s\.|rest of (?:the )?world)\W*$",
        title=_PRETAX,
    ),
    behind(
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
        rf"(?: (?:was|were|of|totall?ed))? {LISTED}",
    ),
    said(
        "Depreciation",
        text=r".*\bdepreciation expense",
        around=r"\bdepreciation expense(?:(?!amorti)[^.$;]){0,100} (?:was|were|of|totall?ed"
        rf"|amounted to) {LISTED}",
    ),
    said(
        "DepreciationDepletionAndAmortization",
        text=r".*\bdepreciation and amorti[sz]ation expense",
        around=r"\bdepreciation and amorti[sz]ation expense(?:,? excluding [^$]{0,110},"
        r"| (?:for|in|during) [^.$]{0,30}\d[^.$]{0,60})? (?:was|were|totall?ed|of|amounted to)"
        rf" {LISTED}",
    ),
    said(
        "DepreciationDepletionAndAmortization",
        text=r"(?:\(\d\) ?)?depreciation and amorti[sz]ation (?:included|recorded|for)\b"
        r"(?!.*\bintangible)",
        around=rf"\b(?:was|were|totall?ed|amounted to) {LISTED}",
    ),
    said(
        "DeferredTaxAssetsValuationAllowance",
        text=r"(?!.*\b(?:increase|decrease|change|reduction|release|reversal)[sd]? (?:in|of|to)\b"
        r"[^.]{0,30}\bvaluation)(?!.*\b(?:loans?|receivables?|inventor)).*\bvaluation allowances?",
        around=r"\bvaluation allowances?(?: [^.$]{0,60})? (?:of|was|were|totall?ed)"
        rf" {LISTED}",
    ),
    said(
        "DeferredTaxAssetsValuationAllowance",
        text=r"(?!.*\b(?:increase|decrease|change|reduc|release|revers|benefit|expense|record))"
        r".*\bvaluation allowances?[^.$]*\bdeferred tax",
        around=rf"{LISTING} (?:in|of) valuation allowances?",
    ),
    said(
        "IncomeTaxExpenseBenefit",
        text=r"(?!.*\b(?:repatriat|discrete|deferred|segment|discontinued|penalt\w+)).*\btax",
        around=r"\b(?:(?:provision|benefit) for (?:\(benefit from\) )?income taxes"
        r"|net tax (?:provision|benefit)(?: \(\w+\))?|tax provision(?: \(benefit\))?"
        r"|income tax (?:expense|provision)(?: \(benefit\))?) (?:was|were|of|totall?ed) "
        rf"{LISTED}(?: (?:million|billion))?(?! (?:related|associated|from|on|due|relating))",
    ),
    said(
        f"{_BEFORE_TAXES}Foreign",
        text=r"(?!.*\b(?:tax (?:rate|expense)|provision)).*\bpre-?tax",
        around=r"\b(?:(?:foreign|international|non-u\.s\.) pre-?tax (?:earnings|income|profits?)"
        r"|pre-?tax (?:earnings|income|profits?) of (?:foreign|international) operations)"
        rf"[^.$]{{0,60}} (?:was|were|totall?ed|of) {LISTED}",
    ),
    said(
        "Goodwill",
        text=r"(?!.*\b(?:impair|deductible)).*\bgoodwill",
        around=r"\0(?: (?:million|billion))? (?:of|in|to|as) goodwill\b"
        r"|\bgoodwill (?:balance )?of (?:approximately )?\$?\0"
        rf"|\bgoodwill(?: (?:balance|for|as of|at) [^.$]{{0,60}})? (?:was|were|totall?ed) {LISTED}",
    ),
    said(
        "AccountsReceivableNetCurrent",
        text=r".*\b(?:trade|accounts|customer) receivables?,? net",
        around=r"\b(?:trade|accounts|customer) receivables?,? net[^.$;]{0,60} (?:was|were) "
        rf"{LISTED}",
    ),
    said(
        f"{_POSITIONS}ThatWouldImpactEffectiveTaxRate",
        text=r"(?=.*\b(?:unrecognized tax benefits?|uncertain tax positions?))"
        r".*\b(?:tax rate|would (?:affect|impact|benefit|provide)|favorably)",
        around=rf"{LISTING}(?! of which)[^.$]*"
        r"\b(?:if recognized|would|could|(?:affect|impact)(?!ed))"
        rf"|\btax rate\b[^.$]* (?:was|were|is|of|totall?ed) {LISTED}",
    ),
    said(
        _POSITIONS,
        text=r"(?!.*\b(?:interest|penalt|increase|decrease|reduc|range|next (?:twelve|12))).*"
        r"\b(?:unrecognized tax benefits?|uncertain tax positions?)",
        around=r"\bunrecognized tax benefits?(?: [^.$]{0,40})? (?:of|was|were|totall?ed)"
        rf" {LISTED}|\0(?: (?:million|billion))? of (?:gross |total )*unrecognized tax benefits?",
    ),
    behind("Assets", text=_PART_OF_GROUP, title=_ONLY_ASSETS),
    behind(
        "Assets",
        text=r"total assets\W*(?:\(\w\))?\W*$",
        above=r"\A(?!.*\b(?:levels?|fair values?|quoted|plans?|acqui\w+|purchase price|held for"
        r" sale|discontinued|offset\w*|derivatives?|condensed)\b)",
    ),
    behind(
        "Assets",
        text=_PART_OF_GROUP,
        above=r"\A(?!.*\b(?:plans?|fair value|level|quoted)\b)",
        column=r"\b(?:identifiable|segment|total) assets\b",
    ),
    behind("PropertyPlantAndEquipmentNet", text=_PART_OF_GROUP, title=_ONLY_PLANT),
    behind(
        "PropertyPlantAndEquipmentNet",
        text=r"(?:net )?propert\w+[^.]{0,30}\bequipment(?:, net)?\W+(?:in|outside) (?:of )?the"
        r" (?:u\.?s|united|rest)",
    ),
    behind(
        "OtherAssetsNoncurrent",
        text=r"total other (?:non-?current |long-term )assets\W*$",
    ),
    behind(
        "OtherLiabilitiesNoncurrent",
        text=r"total other (?:non-?current |long-term )liabilities\W*$",
    ),
    behind(
        "DepreciationDepletionAndAmortization",
        text=_PART_OF_GROUP,
        title=r"depreciation and amortization(?: expense)?",
    ),
    behind(
        "DepreciationDepletionAndAmortization",
        text=_PART_OF_GROUP,
        column=r"\bdepreciation (?:and|&) amortization\b",
    ),
    behind(
        "IncomeTaxExpenseBenefit",
        text=r"(?!.*(?:statutory|federal|state|%))(?:total\W*$"
        r"|(?:total )?(?:income tax|provision|tax (?:expense|provision)))",
        title=r"(?=.*\btax)(?=.*\b(?:statutory|federal)\b).*\b(?:reconcil|differ).*",
    ),
    phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        Where.SENTENCE,
        text=r"(?!.*\b(?:effective|swaps?|variable|floating)\b)"
        r".*\b(?:notes|debentures|bonds|loan|certificates)\b",
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
        Where.ROW,
        text="",
        around=rf"\$[\d,.]+ \0,\s(?:due\s)?{_MONTH}[a-z.]* (?:\d\d?, )?20\d\d",
    ),
    phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        Where.HEAD,
        text=rf"(?!.*\b(?:effective|average)\b).*(?:\bdue\b|\bnotes|debentures|bonds|{_MONTH})",
        above=r"\b(?:borrowings|debt|notes)\b",
    ),
)
