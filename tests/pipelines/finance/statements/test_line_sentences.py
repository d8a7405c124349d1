"""Sentences that state what lines of the statements do, of taxes and of debt."""

from __future__ import annotations

from pathlib import Path

import pytest
from told_concepts import concept

PRETAX = "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
WHOLE = "ExtraordinaryItemsNoncontrollingInterest"
DUE = "LongTermDebtMaturitiesRepaymentsOfPrincipalInYear"
RATE = "DebtInstrumentInterestRateStatedPercentage"


def _said(folder: Path, text: str, figure: str, label: str = "MONEY") -> str | None:
    return concept(folder, f"<p>{text}</p>", figure, label)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Operating income was $9 million in 2025.", "OperatingIncomeLoss"),
        ("Operating income increased 12% to $9 million.", "OperatingIncomeLoss"),
        ("Adjusted operating income was $9 million.", None),
        ("The effect on operating income was $9 million.", None),
        ("Costs included in our operating income were $9 million.", None),
        ("Net earnings were $8 million compared to $9 million in 2024.", "NetIncomeLoss"),
        ("Net income increased to $8 million from $9 million in 2024.", "NetIncomeLoss"),
        ("Net loss was $8 million, compared with net income of $9 million.", "NetIncomeLoss"),
        ("Net income was $8 million, compared to a loss of $9 million.", "NetIncomeLoss"),
        ("Net income fell to $8 million in 2025 from net income of $9 million.", "NetIncomeLoss"),
        ("Sales of $8 million compared with a loss of $9 million on the sale.", None),
        ("Net income rose by $8 million from an increase in net income of $9 million.", None),
        (
            "Operating income was $8 million versus an operating loss of $9 million.",
            "OperatingIncomeLoss",
        ),
        ("Equity in net income of affiliates was $9 million.", None),
        ("Net income of $9 million was reported.", "NetIncomeLoss"),
        ("A net loss of $9 million was recognized.", None),
        ("We expect an increase in 2026 operating income of $9 million.", None),
        ("Net earnings increased $1 million, or 7%, to $9 million.", "NetIncomeLoss"),
        (
            "Net cash used in investing activities was $9.",
            "NetCashProvidedByUsedInInvestingActivities",
        ),
        (
            "Cash provided by operations was $8 compared with cash used in operations of $9.",
            "NetCashProvidedByUsedInOperatingActivities",
        ),
        ("Cash provided by operations was $9.", "NetCashProvidedByUsedInOperatingActivities"),
        ("The decrease in net cash provided by operating activities was $9.", None),
        ("Total assets were $8 and $9 at December 31, 2025 and 2024.", "Assets"),
        ("Total assets of the pension plans were $9.", None),
        ("We had cash and cash equivalents of $9.", "CashAndCashEquivalentsAtCarryingValue"),
        ("Depreciation of property and equipment was $8 and $9.", "Depreciation"),
        ("Depreciation expense related to finance leases was $9.", None),
        ("Operating income before depreciation was $9.", None),
        ("Goodwill resulting from the acquisition was $9.", "Goodwill"),
        ("The excess, $9 million, was recorded as goodwill.", "Goodwill"),
        (
            "Accumulated other comprehensive loss was $9.",
            "AccumulatedOtherComprehensiveIncomeLossNetOfTax",
        ),
        ("The change in accumulated other comprehensive loss was $9.", None),
        ("Long-term debt was $8 and $9 at year-end.", "LongTermDebt"),
        ("Interest on long-term debt was $9.", None),
        ("Proceeds from long-term debt were $9.", None),
        ("Income tax expense was $8 in 2025 versus $9 in 2024.", "IncomeTaxExpenseBenefit"),
        ("Income tax expense of discontinued operations was $9.", None),
        ("A pre-tax provision of $9 for receivables was made.", None),
        ("The tax provision of $9 was made.", "IncomeTaxExpenseBenefit"),
        ("Foreign earnings before income taxes were $9.", f"{PRETAX}Foreign"),
        ("U.S. income before income taxes was $8, $7 and $9.", f"{PRETAX}Domestic"),
        ("Income before taxes from foreign operations was $9.", f"{PRETAX}Foreign"),
        (
            "Of income before taxes, domestic income of $8 and foreign income of $9 were taxed.",
            f"{PRETAX}Foreign",
        ),
        ("We had $8 and $9 of unrecognized tax benefits.", "UnrecognizedTaxBenefits"),
        (
            "We had unrecognized tax benefits of $9, excluding interest and penalties.",
            "UnrecognizedTaxBenefits",
        ),
        ("Interest of $9 was accrued for unrecognized tax benefits.", None),
        ("The reserve for uncertain tax positions was $9.", "UnrecognizedTaxBenefits"),
        ("Profit before tax was $9.", f"{PRETAX}{WHOLE}"),
        ("Profit before tax was £8.1m (2024: $9).", f"{PRETAX}{WHOLE}"),
        ("Underlying profit before tax was $9.", None),
        ("Net earnings were €8 million (2024: $9 million).", "NetIncomeLoss"),
        (
            "Net cash from operating activities was £8m (2024: $9).",
            "NetCashProvidedByUsedInOperatingActivities",
        ),
        ("The tax charge of $9 is a quarter of it.", "IncomeTaxExpenseBenefit"),
    ],
)
def test_lines_said_in_a_sentence(tmp_path: Path, text: str, expected: str | None) -> None:
    figure = "$9 million" if "$9 million" in text else "$9"
    assert _said(tmp_path, text, figure) == expected


ONE_BY_ONE = "$1 million in 2026, $2 million in 2027, $3 million in 2028, $4 million in 2029"
BY_YEAR = "2026, $1 million; 2027, $2 million; 2028, $3 million; 2029, $4 million"
IN_ORDER = "$1 million, $2 million, $3 million, $4 million and $5 million, respectively"


@pytest.mark.parametrize(
    ("text", "third", "fourth"),
    [
        (f"Scheduled maturities of long-term debt are {ONE_BY_ONE}.", f"{DUE}Three", f"{DUE}Four"),
        (
            f"Maturities of debt for the five years after December 31, 2025 are: {BY_YEAR}.",
            f"{DUE}Three",
            f"{DUE}Four",
        ),
        (
            f"Maturities of notes for each of the next five years are {IN_ORDER}.",
            f"{DUE}Three",
            f"{DUE}Four",
        ),
        (f"Lease payments on notes are {ONE_BY_ONE}.", None, None),
        (f"Maturities of debt securities are {ONE_BY_ONE}.", None, None),
    ],
)
def test_debt_that_falls_due_year_by_year(
    tmp_path: Path, text: str, third: str | None, fourth: str | None
) -> None:
    assert _said(tmp_path, text, "$3 million") == third
    assert _said(tmp_path, text, "$4 million") == fourth
    assert _said(tmp_path, text, "$2 million") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The debentures carry a coupon of 9%.", RATE),
        ("The loan bears interest at a fixed annual rate of 9%.", RATE),
        ("Interest on the notes accrues at a rate of 9% a year.", RATE),
        ("Contingent interest on the notes will accrue at a rate of 9%.", None),
    ],
)
def test_rates_of_debt_said_in_a_sentence(tmp_path: Path, text: str, expected: str | None) -> None:
    assert _said(tmp_path, text, "9%", "PERCENT") == expected
