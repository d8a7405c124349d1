"""Words that leave a figure one concept, wherever it stands; `phrases.py` looks for them."""

from __future__ import annotations

from secateur.pipelines.finance.statements.debt_sayings import DEBT
from secateur.pipelines.finance.statements.earnings_sayings import EARNINGS
from secateur.pipelines.finance.statements.lease_sayings import LEASES
from secateur.pipelines.finance.statements.line_sayings import LINES
from secateur.pipelines.finance.statements.lines import BEFORE_TAXES
from secateur.pipelines.finance.statements.pay_sayings import PAY
from secateur.pipelines.finance.statements.share_sayings import SHARES
from secateur.pipelines.finance.statements.tax_sayings import ALLOWANCES, TAXES
from secateur.pipelines.finance.statements.wordings import (
    LISTED,
    about,
    behind,
    said,
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


PHRASES = (
    *EARNINGS,
    *SHARES,
    *about("lease", LEASES),
    *PAY,
    *about("tax", TAXES),
    *ALLOWANCES,
    *LINES,
    said(
        "Depreciation",
        text=r".*\bdepreciation expense(?! (?:related to|for|on|of) [^.$]{0,30}finance lease)",
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
        title=r"depreciation and amortization(?: expense)?(?: by (?:\w+ )?segments?)?[^.\w]*"
        r"(?:in (?:millions|thousands))?[^.\w]*",
    ),
    behind(
        "DepreciationDepletionAndAmortization",
        text=r"(?:total )?depreciation and amortization(?: expense)?\W*$",
        above=r"\bsegments?\b",
    ),
    behind("OperatingIncomeLoss", text="", column=r"\A(?:total )?operating (?:income|profit)\W*\Z"),
    behind(
        "OperatingIncomeLoss",
        text=r"(?:(?:total|segment) )*operating (?:income|profit)(?: \(loss\))?\W*$",
        above=r"\bsegments?\b",
    ),
    behind(
        f"{BEFORE_TAXES}ExtraordinaryItemsNoncontrollingInterest",
        text=r"(?:earnings|income)(?: \(loss\))? before (?:income )?taxes\W*$",
        above=r"\bsegments?\b",
    ),
    behind(
        "NetIncomeLoss",
        text=r"(?:(?:first|second|third|fourth) |q[1-4]\b|(?:19|20)\d\d|fiscal|three months)",
        column=r"\Anet (?:income|earnings)\W*\Z",
    ),
    behind(
        "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents",
        text=r"(?:total )?cash,? (?:and )?cash equivalents,? and restricted cash\b",
    ),
    behind(
        "ContractWithCustomerLiabilityCurrent",
        text=r"(?:deferred|unearned) revenues?,? \(?current(?: portion)?\)?\W*$",
    ),
    behind(
        "NetCashProvidedByUsedInOperatingActivities",
        text=r"net cash (?:provided by|from)(?: \(used in\))? operating activities\W*$",
    ),
    behind(
        "DepreciationDepletionAndAmortization",
        text=_PART_OF_GROUP,
        column=r"\bdepreciation (?:and|&) amortization\b",
    ),
    *DEBT,
)
