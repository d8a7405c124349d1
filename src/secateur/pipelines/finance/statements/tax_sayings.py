"""Words that leave a figure one concept of taxes on income: expense, positions, income before."""

from __future__ import annotations

from secateur.pipelines.finance.statements.lines import BEFORE_TAXES
from secateur.pipelines.finance.statements.schedules import UNRECOGNIZED
from secateur.pipelines.finance.statements.wordings import (
    IS,
    LISTED,
    LISTING,
    Phrase,
    Where,
    behind,
    phrase,
    said,
    stated,
)

_FOREIGN = r"(?:foreign|international|non-u\.s\.)"
_DOMESTIC = r"(?:domestic|u\.s\.|united states)"
_RESULT = r"(?:income|earnings|losses|loss|profits?)(?: \((?:loss|losses|income)\))?"
_TAXES = r"before (?:the )?(?:provision for )?(?:income )?taxes(?: on income)?"
_OF = r"(?:from|of|in|attributable to|generated (?:by|in)|relating to)(?: (?:our|the|its))?"
_PRETAX = (
    r"(?!.*\b(?:reconcil|statutory|rate|segments?|revenues?|sales)\b)(?:[^.]|u\.s\.){0,120}"
    r"\b(?:(?:income|earnings|loss|profits?)\b[^.]{0,60}\bbefore\b[^.]{0,40}\btax"
    r"|pre-?tax (?:income|earnings|loss|profits?)\b)(?:[^.]|u\.s\.){0,120}\W*"
)
"""A title or the sentence before a table, no paragraph."""
_JURISDICTIONS = (
    r"(?:u\.s\. |united states )?federal|u\.s\.|united states",
    r"(?:u\.s\. )?state(?: and local)?",
    "foreign|international|non-u\\.s\\.",
    "total",
)
_CURRENT_TAXES = ("Federal", "StateAndLocal", "Foreign", "Income")
_DEFERRED_TAXES = ("FederalIncome", "StateAndLocalIncome", "ForeignIncome", "Income")


def _before_taxes(place: str, words: str) -> tuple[Phrase, ...]:
    """Income before taxes at home or abroad, named ahead of it or behind."""
    concept = f"{BEFORE_TAXES}{place}"
    return (
        stated(concept, rf"{words} {_RESULT} {_TAXES}"),
        stated(
            concept, rf"{_RESULT} {_TAXES} {_OF} {words}(?: (?:operations|subsidiaries|sources))?"
        ),
        said(concept, text=rf".*{_TAXES}", around=rf"\b{words} {_RESULT} of \$?\0"),
    )


TAXES = (
    *(
        behind(
            f"{row.capitalize()}{concept}TaxExpenseBenefit",
            text=rf"{row}\W*$",
            column=rf"\A(?:{column})\W*\Z",
            above=r"\btax",
        )
        for row, places in (("current", _CURRENT_TAXES), ("deferred", _DEFERRED_TAXES))
        for concept, column in zip(places, _JURISDICTIONS, strict=True)
    ),
    *_before_taxes("Foreign", _FOREIGN),
    *_before_taxes("Domestic", _DOMESTIC),
    stated("CurrentIncomeTaxExpenseBenefit", r"current (?:income )?tax (?:expense|provision)"),
    stated("DeferredIncomeTaxExpenseBenefit", r"deferred income tax (?:expense|provision|benefit)"),
    behind(
        "IncomeTaxReconciliationIncomeTaxExpenseBenefitAtFederalStatutoryIncomeTaxRate",
        text=r"(?=.*\bstatutory\b)(?!.*\b(?:states?|foreign|changes?|differen\w+)\b)"
        r".*\b(?:u\.s\.|federal|tax|rate)\b",
        above=r"\btax",
    ),
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
    behind(f"{BEFORE_TAXES}Domestic", text=r"(?:united states|u\.s\.|domestic)\W*$", title=_PRETAX),
    behind(
        f"{BEFORE_TAXES}Foreign",
        text=r"(?:foreign|international|non-u\.s\.|rest of (?:the )?world)\W*$",
        title=_PRETAX,
    ),
    behind(
        f"{BEFORE_TAXES}ExtraordinaryItemsNoncontrollingInterest",
        text=r"total\W*$|.*\b(?:before\b.*\btax|pre-?tax)",
        title=_PRETAX,
    ),
    phrase(
        "MONEY",
        f"{BEFORE_TAXES}ExtraordinaryItemsNoncontrollingInterest",
        Where.SENTENCE,
        text=r".*\bbefore\b",
        around=r"\bbefore (?:the )?(?:provision for )?(?:income )?taxes(?: on income)?"
        rf"(?: (?:was|were|of|totall?ed))? {LISTED}",
    ),
    said(
        "IncomeTaxExpenseBenefit",
        text=r"(?!.*\b(?:repatriat|discrete|deferred|segment|discontinued|penalt\w+)).*\btax",
        around=r"\b(?:(?:provision|benefit) for (?:\(benefit from\) )?(?:income )?taxes"
        r"(?: on income)?|net tax (?:provision|benefit)(?: \(\w+\))?"
        r"|(?<!pre[- ])tax provision(?: \(benefit\))?|tax charge(?: for the (?:year|period))?"
        rf"|income tax (?:expense|provision)(?: \(benefit\))?)(?:{IS}| of) {LISTED}"
        r"(?: (?:million|billion))?(?! (?:related|associated|from (?!an? |the )|on|due|relating))",
    ),
    said(
        f"{BEFORE_TAXES}Foreign",
        text=r"(?!.*\b(?:tax (?:rate|expense)|provision)).*\bpre-?tax",
        around=r"\b(?:(?:foreign|international|non-u\.s\.) pre-?tax (?:earnings|income|profits?)"
        r"|pre-?tax (?:earnings|income|profits?) of (?:foreign|international) operations)"
        rf"[^.$]{{0,60}} (?:was|were|totall?ed|of) {LISTED}",
    ),
    said(
        f"{UNRECOGNIZED}ThatWouldImpactEffectiveTaxRate",
        text=r"(?=.*\b(?:unrecognized tax benefits?|uncertain tax positions?))"
        r".*\b(?:tax rate|would (?:affect|impact|benefit|provide)|favorably)",
        around=rf"{LISTING}(?! of which)[^.$]*"
        r"\b(?:if recognized|would|could|(?:affect|impact)(?!ed))"
        rf"|\btax rate\b[^.$]* (?:was|were|is|of|totall?ed) {LISTED}",
    ),
    said(
        UNRECOGNIZED,
        text=r"(?!.*(?:(?<!excluding )(?<!exclusive of )\binterest|(?<!interest and )\bpenalt"
        r"|\b(?:increase|decrease|reduced|reduction|range|next (?:twelve|12)))).*"
        r"\b(?:unrecognized tax benefits?|uncertain tax positions?)",
        around=r"\b(?:unrecognized tax benefits?"
        r"|(?:reserves?|liabilit\w+) for uncertain tax positions)"
        rf"(?:(?: [^.$]{{0,40}})? of|{IS}|(?: [^.$]{{0,40}})? (?:was|were)) {LISTED}"
        rf"|{LISTING} (?:of|in) (?:(?:gross|total) )*unrecognized tax benefits?",
    ),
    behind(
        "IncomeTaxExpenseBenefit",
        text=r"(?!.*(?:statutory|federal|state|%))(?:total\W*$"
        r"|(?:total )?(?:income tax|provision|tax (?:expense|provision)))",
        title=r"(?=.*\btax)(?=.*\b(?:statutory|federal)\b).*\b(?:reconcil|differ).*",
    ),
)
ALLOWANCES = (
    behind(
        "DeferredTaxAssetsValuationAllowance",
        text=r"(?:.*\b)?(?:balances?\b|(?:beginning|end) of)",
        above=r"\bvaluation allowances?\b.*\btax|\btax.*\bvaluation allowances?\b",
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
)
"""Of deferred tax assets, which sentences about them need not name."""
