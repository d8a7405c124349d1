"""Lines of tables of the notes: taxes, current, deferred and doubtful, leases, awards, property.

Other lines of these tables stay what the head for numbers says.
"""

from __future__ import annotations

from secateur.pipelines.finance.statements.lines import TAX_EXPENSE
from secateur.pipelines.finance.statements.naming import Line, made_of, named, part

AWARDS_OTHERS = (
    "ShareBasedCompensationArrangementByShareBasedPaymentAwardEquityInstrumentsOtherThanOptions"
)
LEASE_PAYMENTS_DUE = "LesseeOperatingLeaseLiabilityPaymentsDue"
PRINCIPAL_DUE = "LongTermDebtMaturitiesRepaymentsOfPrincipalInYear"
UNRECOGNIZED = "UnrecognizedTaxBenefits"
_STATES = r"(?:.*\b)?(?:states?|local)\b.*"
_FOREIGN = r"(?!total\b)(?:.*\b)?(?:foreign|international|non u s|outside)\b.*"
_FEDERAL = r"(?!total\b)(?:.*\b)?federal\b.*|(?:u s|united states|domestic)(?: taxes)?"


DISCOUNTED = r".*\b(?:interest|discount(?:ing)?)\b.*"
THEREAFTER = r"thereafter.*|after.*|.*\bbeyond\b.*|later years"
OPERATING_LEASES = r"operating(?: leases?)?"
FINANCE_LEASES = r"(?:finance|capital)(?: leases?)?"
SETTLED = r".*\bsettle.*"
LAPSED = r".*\b(?:lapse|statute|expir).*"


def _award(name: str, number: str, price: str) -> Line:
    return named(
        name, f"{AWARDS_OTHERS}{number} {AWARDS_OTHERS}{price}WeightedAverageGrantDateFairValue"
    )


TAXES = (
    named("total current(?:ly)?.*", "CurrentIncomeTaxExpenseBenefit"),
    named("total deferred.*", "DeferredIncomeTaxExpenseBenefit"),
    named(_FEDERAL, "CurrentFederalTaxExpenseBenefit", "current"),
    named(_FEDERAL, "DeferredFederalIncomeTaxExpenseBenefit", "deferred"),
    named(_STATES, "CurrentStateAndLocalTaxExpenseBenefit", "current"),
    named(_STATES, "DeferredStateAndLocalIncomeTaxExpenseBenefit", "deferred"),
    named(_FOREIGN, "CurrentForeignTaxExpenseBenefit", "current"),
    named(_FOREIGN, "DeferredForeignIncomeTaxExpenseBenefit", "deferred"),
    named("current", "CurrentFederalTaxExpenseBenefit", "federal"),
    named("deferred", "DeferredFederalIncomeTaxExpenseBenefit", "federal"),
    named("current", "CurrentStateAndLocalTaxExpenseBenefit", "state"),
    named("deferred", "DeferredStateAndLocalIncomeTaxExpenseBenefit", "state"),
    named("current", "CurrentForeignTaxExpenseBenefit", "foreign"),
    named("deferred", "DeferredForeignIncomeTaxExpenseBenefit", "foreign"),
    named(r"deferred (?:tax )?(?:benefit|provision|expense)", "DeferredIncomeTaxExpenseBenefit"),
    named("total", "CurrentIncomeTaxExpenseBenefit", "current", next="summed"),
    named("total", "DeferredIncomeTaxExpenseBenefit", "deferred", before=r"total.*|.*provision.*"),
    named("total", "IncomeTaxExpenseBenefit", "deferred"),
    TAX_EXPENSE,
)
_ASSETS = r"deferred (?:income )?tax assets"
DEFERRED_TAXES = (
    named(rf".*\bbefore .*\bvaluation.*|(?:total )?gross {_ASSETS}.*", "DeferredTaxAssetsGross"),
    named(
        r"(?:total|net|deferred)\b.*\b(?:net of|after|less) .*\bvaluation.*",
        "DeferredTaxAssetsNet",
        "assets mixed allowed",
        next="netted",
    ),
    named(
        r"(?!(?:total|net|deferred)\b.*\b(?:net of|after|less)\b)"
        r"(?:.*\b)?valuation (?:allowance|reserve)s?\b.*",
        "DeferredTaxAssetsValuationAllowance",
        next="allowed",
    ),
    named(
        made_of("total|net|deferred|income|tax|assets", "total|net|assets"),
        "DeferredTaxAssetsNet",
        "allowed",
        next="netted",
    ),
    named(
        rf"total(?: (?:{_ASSETS}|assets))?",
        "DeferredTaxAssetsGross",
        "assets mixed",
        before=r".*\bvaluation (?:allowance|reserve).*",
    ),
    named(rf"total(?: (?:{_ASSETS}|assets))?", "DeferredTaxAssetsNet", "assets mixed"),
    named(
        r"(?:total|gross|total gross) (?:deferred (?:income )?tax )?liabilities",
        "DeferredIncomeTaxLiabilities",
        next="closed",
    ),
    named("total", "DeferredIncomeTaxLiabilities", "liabilities", next="closed"),
    named(
        r"(?!.*\b(?:intangible|goodwill))"
        r".*\b(?:propert(?:y|ies)|plant|depreciation|fixed assets)\b.*",
        "DeferredTaxLiabilitiesPropertyPlantAndEquipment",
        "liabilities mixed",
    ),
    named(r"(?:all )?other(?: net| items?| assets)?", "DeferredTaxAssetsOther", "assets"),
)
LEASE_PAYMENTS = (
    named(
        DISCOUNTED,
        "LesseeOperatingLeaseLiabilityUndiscountedExcessAmount",
        "undiscounted",
        next="discounted",
    ),
    named(THEREAFTER, f"{LEASE_PAYMENTS_DUE}AfterYearFive", "undiscounted"),
    named(r"total.*|.*\bpayments\b.*", LEASE_PAYMENTS_DUE, "undiscounted"),
    named(
        r"less current\b.*|(?!.*\b(?:non ?current|long term|net of|less current)\b)"
        r".*\b(?:current|short term)\b.*",
        "OperatingLeaseLiabilityCurrent",
        "valued",
    ),
    named(
        r".*\b(?:non ?current|long term|net of current|less current)\b.*",
        "OperatingLeaseLiabilityNoncurrent",
        "valued",
    ),
    named(
        r"(?:total|net|present value|operating|lease)\b.*",
        "OperatingLeaseLiability",
        "discounted",
        next="valued",
    ),
)
_OPERATING_LEASES = {
    "assets": "OperatingLeaseRightOfUseAsset",
    "current": "OperatingLeaseLiabilityCurrent",
    "long-term": "OperatingLeaseLiabilityNoncurrent",
    "rates": "OperatingLeaseWeightedAverageDiscountRatePercent",
    "obtained": "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
}
"""What a bare "Operating" states, by the part of the table."""
LEASES = (
    *(named(OPERATING_LEASES, told, place) for place, told in _OPERATING_LEASES.items()),
    named(FINANCE_LEASES),
)
PARTS_OF_DEFERRED_TAXES = (
    part(r"(?!.*\bliabilit).*\bassets\b.*", "assets"),
    part(r"(?!.*\bassets\b).*\bliabilit.*", "liabilities"),
)
PARTS_OF_LEASES = (
    part(r".*\b(?:obtained|obtaining|exchange)\b.*", "obtained"),
    part(r".*\b(?:non ?current|long term)\b.*", "long-term"),
    part(r".*\b(?:current|short term)\b.*", "current"),
    part(r".*\brates?\b.*", "rates"),
    part(r".*\b(?:terms?|costs?|cash)\b.*", "others"),
    part(r".*\bassets\b.*", "assets"),
    part(".*", ""),
)
TAX_POSITIONS = (
    named(LAPSED, f"{UNRECOGNIZED}ReductionsResultingFromLapseOfApplicableStatuteOfLimitations"),
    named(SETTLED, f"{UNRECOGNIZED}DecreasesResultingFromSettlementsWithTaxingAuthorities"),
    named(
        r"(?!.*\b(?:interest|currency)\b).*\bcurrent\b.*",
        f"{UNRECOGNIZED}IncreasesResultingFromCurrentPeriodTaxPositions",
    ),
    named(
        r"(?=.*\bprior\b)(?!.*\b(?:increase|addition)).*\b(?:decrease|reduc).*",
        f"{UNRECOGNIZED}DecreasesResultingFromPriorPeriodTaxPositions",
    ),
    named(
        r"(?=.*\bprior\b).*\b(?:increase|addition).*",
        f"{UNRECOGNIZED}IncreasesResultingFromPriorPeriodTaxPositions",
    ),
    named(
        r"(?!.*\b(?:increase|decrease|addition|reduction))(?:.*\b)?"
        r"(?:beginning|ending|end of|balance|january|december|june|september)\b.*",
        UNRECOGNIZED,
    ),
)
AWARDS = (
    named(r".*\b(?:expected|exercisable|options?)\b.*"),
    _award(
        r"(?!.*\boutstanding\b)(?:.*\b)?(?:granted|awarded|issued)\b.*",
        "GrantsInPeriod",
        "GrantsInPeriod",
    ),
    _award(r"(?:.*\b)?(?:forfeit|cancel).*", "ForfeitedInPeriod", "Forfeitures"),
    _award(
        r"(?:.*\b)?(?:non ?vested|unvested|outstanding|balances?|beginning|end of)\b.*",
        "NonvestedNumber",
        "Nonvested",
    ),
    _award(r"(?:.*\b)?(?:vested|released)\b.*", "VestedInPeriod", "VestedInPeriod"),
)
PLANT = (
    named(r"(?:less )?accumulated\b.*", next="net"),
    named(r".*\b(?:net|total|propert(?:y|ies))\b.*", "PropertyPlantAndEquipmentNet", "net"),
    named(r"(?!.*\bfinance lease).*", "PropertyPlantAndEquipmentGross", "gross"),
)
PARTS_OF_TAXES = (
    part(r"current(?:ly)?\b.*", "current"),
    part(r"deferred\b.*", "deferred"),
    part(r".*\bfederal\b.*", "federal"),
    part(r".*\bstate\b.*", "state"),
    part(r".*\b(?:foreign|international)\b.*", "foreign"),
)
"""Headings without figures that begin a part of a table of taxes."""
