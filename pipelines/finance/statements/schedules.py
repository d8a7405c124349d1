"""Lines of four tables of the notes: taxes, tax positions, stock awards, property and equipment.

Other lines of these tables stay what the head for numbers says.
"""

from __future__ import annotations

from secateur.pipelines.finance.statements.naming import Line, named, part

AWARDS_OTHERS = (
    "ShareBasedCompensationArrangementByShareBasedPaymentAwardEquityInstrumentsOtherThanOptions"
)
_POSITIONS = "UnrecognizedTaxBenefits"
_STATES = r"(?:.*\b)?(?:states?|local)\b.*"
_FOREIGN = r"(?!total\b)(?:.*\b)?(?:foreign|international|non u s|outside)\b.*"
_FEDERAL = r"(?!total\b)(?:.*\b)?federal\b.*|(?:u s|united states|domestic)(?: taxes)?"


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
    named("total", "CurrentIncomeTaxExpenseBenefit", "current", next="summed"),
)
TAX_POSITIONS = (
    named(
        r".*\b(?:lapse|statute|expir).*",
        f"{_POSITIONS}ReductionsResultingFromLapseOfApplicableStatuteOfLimitations",
    ),
    named(r".*\bsettle.*", f"{_POSITIONS}DecreasesResultingFromSettlementsWithTaxingAuthorities"),
    named(
        r"(?!.*\b(?:interest|currency)\b).*\bcurrent\b.*",
        f"{_POSITIONS}IncreasesResultingFromCurrentPeriodTaxPositions",
    ),
    named(
        r"(?=.*\bprior\b)(?!.*\b(?:increase|addition)).*\b(?:decrease|reduc).*",
        f"{_POSITIONS}DecreasesResultingFromPriorPeriodTaxPositions",
    ),
    named(
        r"(?=.*\bprior\b).*\b(?:increase|addition).*",
        f"{_POSITIONS}IncreasesResultingFromPriorPeriodTaxPositions",
    ),
    named(
        r"(?!.*\b(?:increase|decrease|addition|reduction))(?:.*\b)?"
        r"(?:beginning|ending|end of|balance|january|december|june|september)\b.*",
        _POSITIONS,
    ),
)
AWARDS = (
    named(r".*\b(?:expected|exercisable|options?)\b.*"),
    _award(r"(?:.*\b)?(?:granted|awarded)\b.*", "GrantsInPeriod", "GrantsInPeriod"),
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
