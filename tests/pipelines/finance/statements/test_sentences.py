"""Words of sentences that leave a figure one concept."""

from __future__ import annotations

from pathlib import Path

import pytest
from told_concepts import concept

from secateur.pipelines.finance.statements.schedules import AWARDS_OTHERS


@pytest.mark.parametrize(
    ("text", "figure", "label", "expected"),
    [
        ("Common shares: authorized, 900; issued, 601.", "900", "SHARES", "Authorized"),
        ("Common shares: authorized, 900; issued, 601.", "601", "SHARES", "Issued"),
        (
            "Common stock (900 shares authorized; issued: 2025 - 601, 2024 - 602).",
            "602",
            "SHARES",
            "Issued",
        ),
        (
            "Options of 77 million were antidilutive.",
            "77 million",
            "SHARES",
            "EarningsPerShareAmount",
        ),
        ("Depreciation expense on equipment was $9 then.", "$9", "MONEY", "Depreciation"),
        (
            "Depreciation and amortization expense was $9.",
            "$9",
            "MONEY",
            "DepreciationDepletionAndAmortization",
        ),
        ("Depreciation and amortization expense on plant was $9.", "$9", "MONEY", None),
        ("Its deferred tax assets bear a valuation allowance of $9.", "$9", "MONEY", "Allowance"),
        ("The increase in the tax valuation allowance was $9.", "$9", "MONEY", None),
        ("It recorded $9 of goodwill.", "$9", "MONEY", "Goodwill"),
        ("It impaired $9 of goodwill.", "$9", "MONEY", None),
        ("Trade receivables, net of allowances, were $9.", "$9", "MONEY", "NetCurrent"),
        ("It sold 3.25% senior notes due 2031.", "3.25%", "PERCENT", "StatedPercentage"),
        ("It sold notes and 3.25% of its stores.", "3.25%", "PERCENT", None),
        ("Its pension assets are 40% bonds.", "40%", "PERCENT", "StatedPercentage"),
    ],
)
def test_sentences_tell_what_their_figures_are(
    tmp_path: Path, text: str, figure: str, label: str, expected: str | None
) -> None:
    found = concept(tmp_path, f"<p>{text}</p>", figure, label)
    assert found is None if expected is None else found is not None and found.endswith(expected)


@pytest.mark.parametrize(
    ("figure", "known"), [("$3.7 billion", True), ("$3.1 billion", True), ("$0.9 billion", False)]
)
def test_income_before_taxes_said_in_a_sentence(tmp_path: Path, figure: str, known: bool) -> None:
    said = "Earnings before provision for taxes on income was $3.7 billion and $3.1 billion"
    body = f"<p>{said}, and taxes were $0.9 billion.</p>"
    found = concept(tmp_path, body, figure, "MONEY")
    assert (
        found is not None and found.endswith("ExtraordinaryItemsNoncontrollingInterest")
    ) is known


WOULD = "UnrecognizedTaxBenefitsThatWouldImpactEffectiveTaxRate"
TO_COME = (
    "EmployeeServiceShareBasedCompensationNonvestedAwardsTotalCompensationCostNotYetRecognized"
)


@pytest.mark.parametrize(
    ("sentence", "figure", "expected"),
    [
        (
            "Gross unrecognized tax benefits were $3.4 billion, of which $1.9 billion, if "
            "recognized, would affect our effective tax rate.",
            "$1.9 billion",
            WOULD,
        ),
        (
            "Gross unrecognized tax benefits were $3.4 billion, of which $1.9 billion, if "
            "recognized, would affect our effective tax rate.",
            "$3.4 billion",
            "UnrecognizedTaxBenefits",
        ),
        (
            "Interest on unrecognized tax benefits of $31 million was accrued.",
            "$31 million",
            None,
        ),
        (
            "A provision for (benefit from) income taxes of $2.36 billion, $(4.10) billion and "
            "$1.27 billion has been recognized.",
            "$1.27 billion",
            "IncomeTaxExpenseBenefit",
        ),
        (
            "Income tax expense of $31 million related to the sale was recorded.",
            "$31 million",
            None,
        ),
        (
            "Foreign pretax earnings were $18.6 billion and $17.2 billion in 2024 and 2023.",
            "$17.2 billion",
            "IncomeLossFromContinuingOperationsBeforeIncomeTaxesForeign",
        ),
        (
            "Depreciation and amortization expense totaled $1.3 billion, $1.2 billion and $871 "
            "million during fiscal 2025, 2024 and 2023, respectively.",
            "$871 million",
            "DepreciationDepletionAndAmortization",
        ),
        (
            "Operating lease costs, including short-term lease costs, were $1.4 billion.",
            "$1.4 billion",
            "OperatingLeaseCost",
        ),
        (
            "Non-cash transactions to recognize operating lease assets and liabilities for new "
            "leases totaled $370, $362 and $214.",
            "$214",
            "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        ),
        (
            "As of January 26, aggregate unearned stock-based compensation expense was $2.7 "
            "billion.",
            "$2.7 billion",
            TO_COME,
        ),
        (
            "Unrecognized tax benefits that would affect our tax rate were $41 and $46 million.",
            "$46 million",
            WOULD,
        ),
        (
            "There was $54 million of unrecognized stock-based compensation expense.",
            "$54 million",
            TO_COME,
        ),
        (
            "At June 30, 2025 and 2024, there was $2.3 million and $0.2 million of unrecognized "
            "compensation costs.",
            "$2.3 million",
            TO_COME,
        ),
        (
            "At June 30, $180 of compensation cost had not yet been recognized.",
            "$180",
            TO_COME,
        ),
        (
            "The total fair value of shares vested was $131, $127 and $118 in these years.",
            "$118",
            f"{AWARDS_OTHERS}VestedInPeriodTotalFairValue",
        ),
        (
            "The total fair value of options vested was $131.",
            "$131",
            None,
        ),
        (
            "Right-of-use assets obtained in exchange for lease liabilities were $84 and $96.",
            "$96",
            "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        ),
        (
            "Cash payments made on operating lease liabilities were $1.1 billion.",
            "$1.1 billion",
            "OperatingLeasePayments",
        ),
        (
            "Stock-based compensation expense was $117 million and $116 million.",
            "$116 million",
            "AllocatedShareBasedCompensationExpense",
        ),
        (
            "Depreciation expense in 2025 and 2024 was $33.7 million and $30.5 million, which "
            "included amortization expense of $5.0 million.",
            "$30.5 million",
            "Depreciation",
        ),
        (
            "Depreciation expense in 2025 was $33.7 million, which included amortization expense "
            "of $5.0 million.",
            "$5.0 million",
            None,
        ),
        (
            "Depreciation and amortization expense, excluding gains on sales of equipment, was "
            "$4.2 billion in 2025, $4.0 billion in 2024, and $3.8 billion in 2023.",
            "$3.8 billion",
            "DepreciationDepletionAndAmortization",
        ),
        (
            "Unrecognized tax benefits of $126 million, penalties included, would affect our "
            "provision for income taxes.",
            "$126 million",
            WOULD,
        ),
        (
            "Uncertain tax positions include $211 at May 31, 2025 and $167 at May 31, 2024 that, "
            "if favorably resolved, would be a benefit.",
            "$211",
            WOULD,
        ),
        (
            "The provision was negatively impacted: a benefit of $66 in the Netherlands, and "
            "negatively impacted by uncertain tax positions.",
            "$66",
            None,
        ),
        (
            "Pre-tax earnings of foreign operations for 2025 and 2024 were $0.6 billion and $1.4 "
            "billion.",
            "$1.4 billion",
            "IncomeLossFromContinuingOperationsBeforeIncomeTaxesForeign",
        ),
        (
            "During fiscal 2025, state tax expense, net of federal benefit, was $83 million.",
            "$83 million",
            "IncomeTaxReconciliationStateAndLocalIncomeTaxes",
        ),
        (
            "We have $382 million and $34 million in valuation allowance against our domestic and "
            "foreign deferred tax assets.",
            "$34 million",
            "DeferredTaxAssetsValuationAllowance",
        ),
        (
            "We released $306 million of valuation allowance on deferred tax assets.",
            "$306 million",
            None,
        ),
        (
            "The goodwill balance as of May 31, 2025 was $414 million.",
            "$414 million",
            "Goodwill",
        ),
        (
            "Operating lease payments included within operating cash flows were $30 and $31.",
            "$31",
            "OperatingLeasePayments",
        ),
        (
            "The balance sheets included operating lease right-of-use assets totaling $1,357, and "
            "$1,404 in total operating lease liabilities.",
            "$1,357",
            "OperatingLeaseRightOfUseAsset",
        ),
        (
            "The balance sheets included operating lease right-of-use assets totaling $1,357, and "
            "$1,404 in total operating lease liabilities.",
            "$1,404",
            "OperatingLeaseLiability",
        ),
        (
            "With the acquisition came operating lease right-of-use assets of $47.",
            "$47",
            None,
        ),
        (
            "We recognized pre-tax stock-based compensation expense of $19 ($14 after-tax), $16 "
            "($12 after-tax) and $20 ($15 after-tax).",
            "$20",
            "AllocatedShareBasedCompensationExpense",
        ),
        (
            "We recognized stock-based compensation expense related to options, net of income "
            "taxes, of $13 million.",
            "$13 million",
            None,
        ),
        (
            "The Company recorded share-based compensation cost related to its plan of $823 and "
            "$734.",
            "$734",
            "AllocatedShareBasedCompensationExpense",
        ),
        (
            "The Company recorded $77.6 and $95.6 of share-based compensation expense.",
            "$77.6",
            "AllocatedShareBasedCompensationExpense",
        ),
        (
            "Total compensation cost related to options but not yet recognized was $45.5.",
            "$45.5",
            TO_COME,
        ),
        (
            "The tax benefit of stock-based compensation expense was $25 million.",
            "$25 million",
            None,
        ),
    ],
)
def test_what_sentences_say_in_so_many_words(
    tmp_path: Path, sentence: str, figure: str, expected: str | None
) -> None:
    assert concept(tmp_path, f"<p>{sentence}</p>", figure, "MONEY") == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("These notes bear interest at 4.5% a year.", True),
        ("We issued notes due 2027 that bear an annual interest rate of 4.5%.", True),
        ("It issued an unsecured 4.5% Series A Senior Note due in 2031.", True),
        ("It issued certificates with a fixed interest rate of 4.5% due in 2034.", True),
        ("The notes bear a variable interest rate of 4.5%.", False),
        ("The loan has an effective interest rate of 4.5%.", False),
    ],
)
def test_the_rate_that_notes_bear(tmp_path: Path, sentence: str, expected: bool) -> None:
    found = concept(tmp_path, f"<p>{sentence}</p>", "4.5%", "PERCENT")
    assert (found == "DebtInstrumentInterestRateStatedPercentage") is expected


def test_the_discount_rate_of_operating_leases(tmp_path: Path) -> None:
    said = "Our operating leases had a weighted-average discount rate of 3.8%."
    found = concept(tmp_path, f"<p>{said}</p>", "3.8%", "PERCENT")
    assert found == "OperatingLeaseWeightedAverageDiscountRatePercent"


GRANTS = f"{AWARDS_OTHERS}GrantsInPeriod"
GRANTED = "In 2024 and 2023, we granted 41,250 and 52,700 performance restricted stock units, "


@pytest.mark.parametrize(
    ("sentence", "figure", "label", "expected"),
    [
        (GRANTED + "half of them to officers.", "41,250", "SHARES", GRANTS),
        (GRANTED + "half of them to officers.", "52,700", "SHARES", GRANTS),
        ("We granted 2,000 stock options.", "2,000", "SHARES", None),
        (
            "We granted 90 RSUs with a grant date fair value of $38.15 per unit.",
            "$38.15",
            "PER_SHARE",
            f"{GRANTS}WeightedAverageGrantDateFairValue",
        ),
        (
            "We are authorized to issue 800 million shares of Class A common stock and 650 "
            "million shares of Class B common stock.",
            "650 million",
            "SHARES",
            "CommonStockSharesAuthorized",
        ),
        (
            "There were 1,200,000 shares of common stock and 20,000 shares of preferred stock "
            "authorized.",
            "1,200,000",
            "SHARES",
            "CommonStockSharesAuthorized",
        ),
        ("We authorized the repurchase of 900 shares.", "900", "SHARES", None),
    ],
)
def test_awards_and_authorized_shares_in_sentences(
    tmp_path: Path, sentence: str, figure: str, label: str, expected: str | None
) -> None:
    assert concept(tmp_path, f"<p>{sentence}</p>", figure, label) == expected
