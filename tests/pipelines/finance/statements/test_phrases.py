"""Words of rows and heads that leave a figure one concept."""

from __future__ import annotations

from pathlib import Path

import pytest
from told_concepts import concept, row

from secateur.pipelines.finance.statements.schedules import AWARDS_OTHERS

STOCK = (
    "Common stock, $0.01 par value; 900 shares authorized; 601 and 602 shares issued; 503 and 504 "
    "shares outstanding"
)


@pytest.mark.parametrize(
    ("figure", "label", "expected"),
    [
        ("$0.01", "PER_SHARE", "CommonStockParOrStatedValuePerShare"),
        ("900", "SHARES", "CommonStockSharesAuthorized"),
        ("601", "SHARES", "CommonStockSharesIssued"),
        ("602", "SHARES", "CommonStockSharesIssued"),
        ("503", "SHARES", "CommonStockSharesOutstanding"),
        ("$6", "MONEY", None),
    ],
)
def test_a_balance_sheet_says_how_many_shares_there_are(
    tmp_path: Path, figure: str, label: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(STOCK, "$6", "$5"), figure, label) == expected


def test_preferred_stock_is_another(tmp_path: Path) -> None:
    body = row(f"Preferred{STOCK.removeprefix('Common')}", "$6", "$5")
    assert concept(tmp_path, body, "900", "SHARES") is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("State taxes, net of federal benefit", "IncomeTaxReconciliationStateAndLocalIncomeTaxes"),
        ("State taxes", None),
        ("Operating cash flows from operating leases", "OperatingLeasePayments"),
        ("Operating cash flows from finance leases", None),
        ("Deferred revenue, current", "ContractWithCustomerLiabilityCurrent"),
        ("Deferred revenue", None),
        ("Deferred revenue, non-current", None),
        (
            "Net cash provided by operating activities",
            "NetCashProvidedByUsedInOperatingActivities",
        ),
        ("Net cash provided by operating activities, adjusted", None),
        (
            "Right-of-use assets obtained in exchange for operating lease liabilities",
            "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        ),
        ("Right-of-use assets obtained in exchange for finance lease liabilities", None),
    ],
)
def test_heads_of_rows_tell_what_their_figures_are(
    tmp_path: Path, head: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(head, "$6", "$5"), "$6", "MONEY") == expected


@pytest.mark.parametrize(
    ("head", "above", "expected"),
    [
        ("Domestic", "Income before income taxes (in millions)", "Domestic"),
        ("Non-U.S.", "Pretax earnings consist of the following:", "Foreign"),
        ("Total", "Income before income taxes (in millions)", "NoncontrollingInterest"),
        ("Domestic", "Revenues by region:", None),
        ("Total", "Income before income taxes by segment", None),
        ("Total", "Stores grew. Income was low before taxes. They are as follows.", None),
        ("Stock options", "Stock-based compensation expense (in millions)", "CompensationExpense"),
        ("Stock options", "Shares reserved for issue:", None),
        ("Total other noncurrent liabilities", "Details:", "OtherLiabilitiesNoncurrent"),
        (
            "Provision for income taxes",
            "Taxes differ from the statutory rate by:",
            "ExpenseBenefit",
        ),
    ],
)
def test_titles_of_tables_tell_what_their_rows_are(
    tmp_path: Path, head: str, above: str, expected: str | None
) -> None:
    found = concept(tmp_path, row(head, "$6", "$5", above=above), "$6", "MONEY")
    assert found is None if expected is None else found is not None and found.endswith(expected)


@pytest.mark.parametrize(
    ("head", "above", "told"),
    [
        ("2.80%, due August 2031", "Long-term debt:", True),
        ("2.80%, due August 2031", "Stores:", False),
        ("Effective rate of 2.80%, due August 2031", "Long-term debt:", False),
    ],
)
def test_rates_in_the_heads_of_tables_of_debt_are_stated_ones(
    tmp_path: Path, head: str, above: str, told: bool
) -> None:
    found = concept(tmp_path, row(head, "$6", "$5", above=above), "2.80%", "PERCENT")
    assert (found == "DebtInstrumentInterestRateStatedPercentage") is told


@pytest.mark.parametrize(("said", "told"), [("$850 2.80%, Dec 2028", True), ("2.80%, up", False)])
def test_a_rate_between_an_amount_and_a_day_to_come_is_of_a_note(
    tmp_path: Path, said: str, told: bool
) -> None:
    found = concept(tmp_path, row("Commercial paper", said, "$5"), "2.80%", "PERCENT")
    assert (found == "DebtInstrumentInterestRateStatedPercentage") is told


@pytest.mark.parametrize(
    ("head", "label", "expected"),
    [
        ("Total operating lease liabilities", "MONEY", "OperatingLeaseLiability"),
        ("Operating lease liabilities, non-current", "MONEY", "OperatingLeaseLiabilityNoncurrent"),
        (
            "Current portion of operating lease liabilities",
            "MONEY",
            "OperatingLeaseLiabilityCurrent",
        ),
        ("Finance lease liabilities, current", "MONEY", None),
        ("Operating lease right-of-use assets", "MONEY", "OperatingLeaseRightOfUseAsset"),
        ("Operating lease ROU assets, amortized", "MONEY", None),
        (
            "Basic weighted-average shares",
            "SHARES",
            "WeightedAverageNumberOfSharesOutstandingBasic",
        ),
        ("Average diluted shares", "SHARES", "WeightedAverageNumberOfDilutedSharesOutstanding"),
        ("Effect of dilutive shares, average", "SHARES", None),
    ],
)
def test_leases_and_average_shares_by_their_rows(
    tmp_path: Path, head: str, label: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(head, "701", "702"), "701", label) == expected


def test_balances_below_words_on_valuation_allowances(tmp_path: Path) -> None:
    body = row(
        "Balance at end of year",
        "$701",
        "$702",
        above="The valuation allowance on deferred tax assets:",
    )
    assert concept(tmp_path, body, "$701", "MONEY") == "DeferredTaxAssetsValuationAllowance"
    other = row(
        "Balance at end of year", "$701", "$702", above="The allowance for doubtful accounts:"
    )
    assert concept(tmp_path, other, "$701", "MONEY") is None


@pytest.mark.parametrize(
    ("above", "head", "expected"),
    [
        ("Segment assets are as follows:", "Global services", "Assets"),
        ("Segment assets are as follows:", "Goodwill", None),
        ("Segment assets and revenues are as follows:", "Global services", None),
        (
            "Property and equipment, net, by geographic area:",
            "Americas",
            "PropertyPlantAndEquipmentNet",
        ),
        ("Depreciation and amortization", "Corporate", "DepreciationDepletionAndAmortization"),
    ],
)
def test_segments_below_words_on_what_a_table_is_of(
    tmp_path: Path, above: str, head: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(head, "701", "702", above=above), "701", "MONEY") == expected


def test_awards_below_words_on_dilution(tmp_path: Path) -> None:
    above = "These were left out because their effect was anti-dilutive:"
    excluded = row("Restricted units", "701", "702", above=above)
    assert (concept(tmp_path, excluded, "701", "SHARES") or "").startswith("Antidilutive")
    basic = row("Basic shares", "701", "702", above=above)
    assert concept(tmp_path, basic, "701", "SHARES") is None


def test_restricted_units_that_stand_at_a_day(tmp_path: Path) -> None:
    above = "Restricted share units were as follows:"
    standing = row("Shares at January 3, 2025", "701", "702", above=above)
    assert concept(tmp_path, standing, "701", "SHARES") == f"{AWARDS_OTHERS}NonvestedNumber"
    options = row("Shares at January 3, 2025", "701", "702", above="Stock options were:")
    assert concept(tmp_path, options, "701", "SHARES") is None


def test_columns_say_what_segments_have(tmp_path: Path) -> None:
    heads = "<tr><td></td><td>{} 2025</td><td>Depreciation and amortization 2025</td></tr>"
    rows = "<tr><td>Vision</td><td>701</td><td>702</td></tr>"
    body = f"<p>Details follow.</p><table>{heads.format('Identifiable assets')}{rows}</table>"
    assert concept(tmp_path, body, "701", "MONEY") == "Assets"
    assert concept(tmp_path, body, "702", "MONEY") == "DepreciationDepletionAndAmortization"
    plans = body.replace("Details follow.", "Plan assets at fair value are:")
    assert concept(tmp_path, plans, "701", "MONEY") is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("GAAP diluted EPS", "EarningsPerShareDiluted"),
        ("Diluted earnings per common share", "EarningsPerShareDiluted"),
        ("Basic earnings per share", "EarningsPerShareBasic"),
        ("Ongoing diluted EPS", None),
        ("SBC per diluted share", None),
        ("Diluted earnings per share from continuing operations", None),
    ],
)
def test_earnings_a_share_by_their_rows(tmp_path: Path, head: str, expected: str | None) -> None:
    assert concept(tmp_path, row(head, "3.44", "3.21"), "3.44", "PER_SHARE") == expected


@pytest.mark.parametrize(
    ("above", "head", "expected"),
    [
        (
            "A reconciliation of the statutory federal rate to the effective tax rate follows:",
            "Total",
            "IncomeTaxExpenseBenefit",
        ),
        (
            "A reconciliation of the statutory federal rate to the effective tax rate follows:",
            "Income tax at the statutory rate",
            "IncomeTaxReconciliationIncomeTaxExpenseBenefitAtFederalStatutoryIncomeTaxRate",
        ),
        (
            "Stock-based compensation expense was recorded as follows:",
            "Research and development",
            "AllocatedShareBasedCompensationExpense",
        ),
        ("Details follow.", "Research and development", None),
        (
            "Details follow.",
            "Pre-tax stock-based compensation expense",
            "AllocatedShareBasedCompensationExpense",
        ),
        (
            "Stock-based compensation expense remaining to be recognized was as follows:",
            "Total stock-based compensation expense",
            "EmployeeServiceShareBasedCompensationNonvestedAwardsTotalCompensationCostNotYetRecognized",
        ),
    ],
)
def test_taxes_and_functions_below_words_on_what_a_table_states(
    tmp_path: Path, above: str, head: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(head, "701", "702", above=above), "701", "MONEY") == expected


def test_shares_that_stand_in_a_statement_of_equity_or_by_their_name(tmp_path: Path) -> None:
    heads = "<tr><td></td><td>{} Shares</td><td>Amount</td><td>Retained earnings</td></tr>"
    rows = "<tr><td>{}</td><td>701</td><td>$702</td><td>703</td></tr>"

    def told(column: str, line: str) -> str | None:
        body = f"<table>{heads.format(column)}{rows.format(line)}</table>"
        return concept(tmp_path, body, "701", "SHARES")

    assert told("Common stock", "Balance at May 31, 2025") == "CommonStockSharesOutstanding"
    assert told("Common stock", "Stock issued") is None
    assert told("Treasury stock", "Balance at May 31, 2025") is None
    balances = row("Common stock outstanding, beginning balances", "701", "702")
    assert concept(tmp_path, balances, "701", "SHARES") == "CommonStockSharesOutstanding"


def test_total_assets_of_segments_are_assets_but_not_those_at_fair_values(tmp_path: Path) -> None:
    segments = row("Total assets", "701", "702", above="Segment information follows.")
    assert concept(tmp_path, segments, "701", "MONEY") == "Assets"
    levels = row("Total assets", "701", "702", above="Assets measured at fair value were:")
    assert concept(tmp_path, levels, "701", "MONEY") is None


@pytest.mark.parametrize(
    ("saying", "label", "expected"),
    [
        ("We have {} in valuation allowance against deferred tax assets", "MONEY", None),
        ("Unrecognized tax benefits of {} would affect our rate", "MONEY", "TaxBenefits"),
        ("We recorded {} of gains beside share-based compensation", "MONEY", None),
        ("In 2024 we granted {} units of stock, restricted", "SHARES", None),
        ("The RSUs granted had average fair values of {}", "PER_SHARE", None),
    ],
)
def test_a_long_list_is_read_in_no_time(
    tmp_path: Path, saying: str, label: str, expected: str | None
) -> None:
    """Were a comma read in two ways, each would double the time: this would take minutes."""
    body = f"<p>{saying.format('$811' + ', and 1' * 60)}.</p>"
    found = concept(tmp_path, body, "$811", label)
    assert found is None if expected is None else found is not None and found.endswith(expected)


PLACES = """<p>Income taxes were as follows:</p><table>
<tr><td></td><td>{}</td><td>State and local</td><td>International</td><td>Total</td></tr>
<tr><td>Current</td><td>701</td><td>702</td><td>703</td><td>704</td></tr>
<tr><td>Deferred</td><td>705</td><td>706</td><td>707</td><td>708</td></tr>
</table>"""


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("701", "CurrentFederalTaxExpenseBenefit"),
        ("702", "CurrentStateAndLocalTaxExpenseBenefit"),
        ("703", "CurrentForeignTaxExpenseBenefit"),
        ("704", "CurrentIncomeTaxExpenseBenefit"),
        ("705", "DeferredFederalIncomeTaxExpenseBenefit"),
        ("708", "DeferredIncomeTaxExpenseBenefit"),
    ],
)
def test_places_may_head_the_columns_of_taxes(
    tmp_path: Path, figure: str, expected: str | None
) -> None:
    assert concept(tmp_path, PLACES.format("United States"), figure, "MONEY") == expected


@pytest.mark.parametrize(
    ("head", "above", "expected"),
    [
        ("Depreciation and amortization", "By segment:", "DepreciationDepletionAndAmortization"),
        ("Depreciation and amortization", "As follows:", None),
        ("Operating income", "By segment:", "OperatingIncomeLoss"),
        (
            "Total cash, cash equivalents and restricted cash",
            "As follows:",
            "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents",
        ),
    ],
)
def test_rows_of_segments_and_of_cash(
    tmp_path: Path, head: str, above: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(head, "701", "702", above=above), "701", "MONEY") == expected


QUARTERS = """<table><tr><td></td><td>Operating income</td><td>Net income</td></tr>
<tr><td>First quarter</td><td>701</td><td>702</td></tr>
<tr><td>Growth</td><td>703</td><td>704</td></tr></table>"""


def test_columns_may_be_named_after_lines(tmp_path: Path) -> None:
    assert concept(tmp_path, QUARTERS, "701", "MONEY") == "OperatingIncomeLoss"
    assert concept(tmp_path, QUARTERS, "702", "MONEY") == "NetIncomeLoss"
    assert concept(tmp_path, QUARTERS, "704", "MONEY") is None


def test_a_heading_says_of_which_leases_rows_are(tmp_path: Path) -> None:
    rows = "".join(
        f"<tr><td>{kind} leases:</td></tr>"
        f"<tr><td>Right-of-use assets (other assets)</td><td>{figure}</td><td>811</td></tr>"
        for kind, figure in (("Operating", "701"), ("Finance", "702"))
    )
    body = f"<table><tr><td></td><td>2025</td><td>2024</td></tr>{rows}</table>"
    assert concept(tmp_path, body, "701", "MONEY") == "OperatingLeaseRightOfUseAsset"
    assert concept(tmp_path, body, "702", "MONEY") is None
