"""Words that leave an amount one concept of operating leases."""

from __future__ import annotations

from secateur.pipelines.finance.statements.wordings import (
    IS,
    LISTED,
    LISTING,
    NUMBER,
    Where,
    behind,
    phrase,
    said,
)

_NOT_NEW = r"(?!.*\b(?:adopt|obtain|exchange|non-?cash|impair|acqui|not yet|deferred tax))"
_LEASE = r"(?!.*\b(?:finance|deferred)\b)(?=.*\boperating lease)(?=.*\bliabilit)"
_LIABILITY = r"(?:operating )?lease (?:liabilit|obligation)\w*"
_CURRENT, _LATER = "(?<!-)(?:current|short-term)", "(?:non-?current|long-term)"
_OWED = rf"{_NOT_NEW}(?=.*\boperating lease)(?=.*\bliabilit)"
_USED = rf"{_NOT_NEW}(?=.*\boperating lease)(?=.*\b(?:right-of-use|ROU)\b)"
_SHOWN = (
    r"(?:(?:was|were|is|are) )?(?:(?:included|recorded|reported|classified|presented|recognized) )?"
    r"(?:(?:in|within|as)(?: the)? )[\"“]?"
)
_AMONG_CURRENT = r"(?:accrued|other (?:accrued|current)|current|accounts payable)\b"
_AMONG_LATER = r"(?:other|long-term|non-?current)\b[\w\s-]{0,30}\bliabilities"
_AMONG_ASSETS = r"(?:other\b)?[\w\s-]{0,30}\bassets"
_SCALE = "(?: (?:million|billion))?"
_BOTH = (
    (
        rf"{_CURRENT} and {_LATER} {_LIABILITY}",
        "OperatingLeaseLiabilityCurrent",
        "OperatingLeaseLiabilityNoncurrent",
    ),
    (
        rf"(?:right-of-use|ROU) assets and {_LIABILITY}",
        "OperatingLeaseRightOfUseAsset",
        "OperatingLeaseLiability",
    ),
)
"""Two subjects of one sentence, whose amounts come in the same order."""

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
    behind(
        "OperatingLeaseRightOfUseAsset",
        text=r"(?:(?:net|lease|operating) )*(?:right.of.use|rou) assets?(?: \(|\W*$)",
        under=r"\A\W*operating leases?\b",
    ),
    said(
        "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        text=r".*\bobtained in exchange",
        around=r"\bobtained in exchange for (?:new )?(?:operating )?lease"
        rf" (?:liabilities|obligations){IS} {LISTED}",
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
        around=rf"\boperating lease (?:costs?|expenses?)(?:{IS}| of) {LISTED}",
    ),
    said(
        "OperatingLeasePayments",
        text=r".*\boperating lease",
        around=r"\b(?:cash (?:payments?|paid|flows?|outflows)\b[^.$]{0,40}\boperating leases?"
        r"(?: (?:liabilities|obligations|payments))?|operating lease payments included)\b"
        rf"[^.$]{{0,40}} (?:was|were|totall?ed) {LISTED}",
    ),
    said(
        "OperatingLeaseLiability",
        text=rf"{_NOT_NEW}(?!.*\b(?:(?:non-?)?current|long-term|cash|measure)).*\boperating lease",
        around=r"\0(?: (?:million|billion))? (?:in|of) (?:total )?operating lease liabilities"
        rf"|\boperating lease liabilities[^.$]{{0,40}} (?:of|was|were|totall?ed|totaling) {LISTED}",
    ),
    said(
        "OperatingLeaseLiability",
        text=rf"{_NOT_NEW}.*\boperating lease",
        around=r"(?<!current )(?<!term )\boperating lease liabilities (?:totall?ed|totaling)"
        rf" {LISTED}",
    ),
    said(
        "OperatingLeaseRightOfUseAsset",
        text=rf"{_NOT_NEW}.*\boperating lease",
        around=r"\boperating lease (?:(?:right-of-use|ROU) )?assets?[^.$]{0,40}"
        rf" (?:of|was|were|totall?ed|totaling) {LISTED}"
        r"|\0(?: (?:million|billion))? (?:in|of) operating lease (?:right-of-use|ROU) assets",
    ),
    said(
        "OperatingLeaseCost",
        text=r"(?!.*\b(?:sublease|finance|short-term)).*\b(?:rent|lease)\b.*\boperating lease",
        around=rf"\b(?:rent(?:al)?|lease) (?:expense|costs?) (?:for|under|on|related to)(?: all)?"
        rf" operating leases{IS} {LISTED}",
    ),
    said(
        "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        text=r"(?!.*\bfinance).*\bexchange",
        around=rf"{LISTING} (?:of|in) (?:(?:new|operating|lease) )*(?:right-of-use|ROU) assets?"
        r" in exchange for",
    ),
    *(
        said(concept, text=text, around=rf"{LISTING} {_SHOWN}{place}")
        for concept, text, place in (
            ("OperatingLeaseLiabilityCurrent", _OWED, _AMONG_CURRENT),
            ("OperatingLeaseLiabilityNoncurrent", _OWED, _AMONG_LATER),
            ("OperatingLeaseRightOfUseAsset", _USED, _AMONG_ASSETS),
        )
    ),
    *(
        said(
            concept,
            text=rf"{_NOT_NEW}(?=.*\boperating lease)(?=.*\bliabilit).*\b(?:assets|current)\b",
            around=rf"\b{both}[^.$;]{{0,60}} (?:was|were|of|totall?ed) {amounts}",
        )
        for both, of_first, of_second in _BOTH
        for concept, amounts in (
            (of_first, rf"\$?\0{_SCALE} and \$?{NUMBER}"),
            (of_second, rf"\$?{NUMBER}{_SCALE} and \$?\0"),
        )
    ),
    *(
        said(
            concept,
            text=rf"{_NOT_NEW}(?=.*\boperating lease).*\blease",
            around=rf"\b{words} (?:(?:was|were) )?(?:of )?{LISTED}",
        )
        for concept, words in (
            ("OperatingLeaseLiabilityCurrent", rf"{_CURRENT} {_LIABILITY}"),
            ("OperatingLeaseLiabilityNoncurrent", rf"{_LATER} {_LIABILITY}"),
            (
                "OperatingLeaseLiabilityCurrent",
                rf"current portion of (?:our |the )?operating {_LIABILITY}",
            ),
            (
                "OperatingLeaseLiabilityNoncurrent",
                r"(?:long-term|non-?current) portion(?: of (?:our |the )?operating lease \w+)?",
            ),
            (
                "OperatingLeaseRightOfUseAsset",
                r"(?:right-of-use|ROU) assets (?:for|related to|under) operating leases"
                r"[^.$]{0,40}",
            ),
        )
    ),
    phrase(
        "PERCENT",
        "OperatingLeaseWeightedAverageDiscountRatePercent",
        Where.ROW,
        text=r"(?!.*\bfinance)(?=.*\boperating lease).*\bdiscount rate",
    ),
    phrase(
        "PERCENT",
        "OperatingLeaseWeightedAverageDiscountRatePercent",
        Where.SENTENCE,
        text=r"(?!.*\bfinance lease).*\boperating lease",
        around=rf"\bweighted[- ]average discount rates?[^.%]{{0,60}} (?:of|was|were|is) {LISTED}",
    ),
)
