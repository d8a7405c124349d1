"""What companies call the lines of three tables of their notes: taxes, tax positions, stock awards.

Other lines of these tables stay what the head for numbers says.
"""

from __future__ import annotations

from secateur.pipelines.finance.statements.naming import Line, named, part

_AWARDS = (
    "ShareBasedCompensationArrangementByShareBasedPaymentAwardEquityInstrumentsOtherThanOptions"
)
_POSITIONS = "UnrecognizedTaxBenefits"
_STATES = r"(?:.*\b)?(?:states?|local)\b.*"
_FOREIGN = r"(?!total\b)(?:.*\b)?(?:foreign|international|non u s|outside)\b.*"
_FEDERAL = r"(?!total\b)(?:.*\b)?federal\b.*"


def _award(name: str, number: str, price: str) -> Line:
    return named(name, f"{_AWARDS}{number} {_AWARDS}{price}WeightedAverageGrantDateFairValue")


TAXES = (
    named("total current.*", "CurrentIncomeTaxExpenseBenefit"),
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
PARTS_OF_TAXES = (
    part(r"current\b.*", "current"),
    part(r"deferred\b.*", "deferred"),
    part(r".*\bfederal\b.*", "federal"),
    part(r".*\bstate\b.*", "state"),
    part(r".*\b(?:foreign|international)\b.*", "foreign"),
)
"""Headings without figures that begin a part of a table of taxes."""
