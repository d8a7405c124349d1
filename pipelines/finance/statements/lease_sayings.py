"""Words that leave an amount one concept of operating leases."""

from __future__ import annotations

from secateur.pipelines.finance.statements.wordings import LISTED, Where, behind, phrase, said

_NOT_NEW = r"(?!.*\b(?:adopt|obtain|exchange|non-?cash|impair|acqui|not yet|deferred tax))"
_LEASE = r"(?!.*\b(?:finance|deferred)\b)(?=.*\boperating lease)(?=.*\bliabilit)"

LEASES = (
    behind(
        "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        text=r"(?!.*\bfinance\b)(?:.*\b(?:right.of.use|leased?|rou)\b.*\bassets? "
        r"(?:obtained|recognized|acquired)|.*\b(?:obtained|acquired) in exchange for\b"
        r".*\boperating lease|assets acquired under operating leases)",
    ),
    behind(
        "OperatingLeasePayments",
        text=r"(?:operating )?cash (?:flows?|paid|payments|used)\b.*\boperating lease",
    ),
    behind(
        "OperatingLeaseLiability",
        text=r"total operating lease (?:liabilit|obligation)",
    ),
    behind(
        "OperatingLeaseLiability",
        text=r"(?:total |net )?(?:present value\b|lease (?:liabilit|obligation)\w*\W*$)",
        column=r"\boperating\b",
    ),
    behind(
        "OperatingLeaseLiabilityNoncurrent",
        text=rf"{_LEASE}.*(?:\bnon-?current|\blong-term)",
    ),
    behind(
        "OperatingLeaseLiabilityCurrent",
        text=rf"{_LEASE}(?!.*\b(?:non-?current|long-term)).*\b(?:current|short-term)",
    ),
    behind(
        "OperatingLeaseRightOfUseAsset",
        text=r"(?:net )?operating lease (?:right.of.use|rou)\b(?: \W*rou\W*)? assets?"
        r"(?!.* (?:obtained|amorti|impair))",
        above=r"\A(?!.*\b(?:deferred|acquired|acquisition|purchase price))",
    ),
    said(
        "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        text=r".*\bobtained in exchange",
        around=r"\bobtained in exchange for (?:new )?(?:operating )?lease"
        r" (?:liabilities|obligations)"
        rf" (?:was|were|totall?ed) {LISTED}",
    ),
    said(
        "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        text=r".*\bnon-?cash",
        around=r"\boperating lease (?:right-of-use |ROU )?assets\b"
        rf"[^$]{{0,50}} (?:was|were|totall?ed) {LISTED}",
    ),
    said(
        "OperatingLeaseCost",
        text=r"(?!.*\b(?:sublease|finance)).*\boperating lease (?:costs?|expenses?)",
        around=r"\boperating lease (?:costs?|expenses?)(?:,[^$]{1,70},)? (?:was|were|totall?ed|of)"
        rf" {LISTED}",
    ),
    said(
        "OperatingLeasePayments",
        text=r".*\boperating lease",
        around=r"\b(?:cash (?:payments?|paid)\b[^.$]{0,40}\boperating lease (?:liabilities"
        r"|obligations|payments)|operating lease payments included)\b"
        rf"[^.$]{{0,40}} (?:was|were|totall?ed) {LISTED}",
    ),
    said(
        "OperatingLeaseLiability",
        text=rf"{_NOT_NEW}(?!.*\b(?:(?:non-?)?current|long-term|cash|measure)).*\boperating lease",
        around=r"\0(?: (?:million|billion))? (?:in|of) (?:total )?operating lease liabilities"
        rf"|\boperating lease liabilities[^.$]{{0,40}} (?:of|was|were|totall?ed|totaling) {LISTED}",
    ),
    said(
        "OperatingLeaseRightOfUseAsset",
        text=rf"{_NOT_NEW}.*\boperating lease",
        around=r"\boperating lease (?:right-of-use|ROU) assets?[^.$]{0,40}"
        rf" (?:of|was|were|totall?ed|totaling) {LISTED}",
    ),
    phrase(
        "PERCENT",
        "OperatingLeaseWeightedAverageDiscountRatePercent",
        Where.SENTENCE,
        text=r"(?!.*\bfinance lease).*\boperating lease",
        around=rf"\bweighted[- ]average discount rates?[^.%]{{0,60}} (?:of|was|were|is) {LISTED}",
    ),
)
