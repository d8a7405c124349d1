"""Lines of tables of the notes tell what their figures measure."""

from __future__ import annotations

from pathlib import Path

import pytest
from statement_tables import layout, stated

from secateur.pipelines.finance.statements.concepts import cells_stated

TAX_NOTE = """
    Provision for income taxes | 2025 | 2024
    Current: | |
    Federal | 210 | 200
    State and local | 41 | 40
    Foreign | 63 | 60
    {total} | 314 | 300
    Deferred: | |
    Federal | 22 | 20
    State | 9 | 8
    Foreign | 10 | 9
    Total | 355 | 337
    """


@pytest.mark.parametrize("total", ["Total current", "Total"])
def test_taxes_are_told_by_when_they_are_due_and_to_whom(tmp_path: Path, total: str) -> None:
    found = stated(tmp_path, TAX_NOTE.format(total=total))
    assert found["210"] == ("CurrentFederalTaxExpenseBenefit",)
    assert found["41"] == ("CurrentStateAndLocalTaxExpenseBenefit",)
    assert found["63"] == ("CurrentForeignTaxExpenseBenefit",)
    assert found["314"] == ("CurrentIncomeTaxExpenseBenefit",)
    assert found["22"] == ("DeferredFederalIncomeTaxExpenseBenefit",)
    assert found["10"] == ("DeferredForeignIncomeTaxExpenseBenefit",)
    assert found["355"] == ("IncomeTaxExpenseBenefit",)


def test_taxes_may_be_headed_by_to_whom_they_are_due(tmp_path: Path) -> None:
    found = stated(
        tmp_path,
        """
        Income taxes | 2025 | 2024
        Federal: | |
        Current | 210 | 200
        Deferred | 22 | 20
        International: | |
        Current | 63 | 60
        Deferred | 10 | 9
        Total deferred | 32 | 29
        """,
    )
    assert found["210"] == ("CurrentFederalTaxExpenseBenefit",)
    assert found["10"] == ("DeferredForeignIncomeTaxExpenseBenefit",)
    assert found["32"] == ("DeferredIncomeTaxExpenseBenefit",)


def test_changes_of_tax_positions_are_told_apart(tmp_path: Path) -> None:
    found = stated(
        tmp_path,
        """
        Gross unrecognized tax benefits | 2025 | 2024
        Balance at beginning of year | 500 | 480
        Increases related to current year tax positions | 40 | 41
        Increases related to prior year tax positions | 30 | 31
        Decreases related to prior year tax positions | (20) | (21)
        Settlements with taxing authorities | (10) | (11)
        Lapse of statute of limitations | (5) | (6)
        Balance at end of year | 535 | 514
        """,
    )
    names = {figure: found[figure][0].removeprefix("UnrecognizedTaxBenefits") for figure in found}
    assert names["500"] == names["535"] == ""
    assert names["40"] == "IncreasesResultingFromCurrentPeriodTaxPositions"
    assert names["30"] == "IncreasesResultingFromPriorPeriodTaxPositions"
    assert names["(20)"] == "DecreasesResultingFromPriorPeriodTaxPositions"
    assert names["(10)"].startswith("DecreasesResultingFromSettlements")
    assert names["(5)"].startswith("ReductionsResultingFromLapse")


AWARDS = """
    | Units | Weighted-average grant-date fair value
    Nonvested at June 30, 2024 | 900 | 41.20
    Granted | 300 | 55.10
    Vested | (250) | 40.90
    Forfeited | (30) | 44.00
    Nonvested at June 30, 2025 | 920 | 45.70
    Expected to vest | 890 | 45.60
    """


def test_awards_have_a_number_and_a_fair_value(tmp_path: Path) -> None:
    found = stated(tmp_path, AWARDS)
    number, value = found["300"]
    assert number.endswith("GrantsInPeriod")
    assert value.endswith("GrantsInPeriodWeightedAverageGrantDateFairValue")
    assert found["(250)"][0].endswith("VestedInPeriod")
    assert found["920"][0].endswith("NonvestedNumber")
    assert found["890"] == ()


def test_options_are_other_awards(tmp_path: Path) -> None:
    options = AWARDS.replace("Weighted-average grant-date fair value", "Weighted exercise price")
    assert stated(tmp_path, options) == {}


def test_no_digits_of_the_notes_count_elsewhere(tmp_path: Path) -> None:
    told = cells_stated(layout(tmp_path, TAX_NOTE.format(total="Total"), AWARDS))
    assert not any(recurs for _, _, recurs in told)


def test_taxes_of_one_country_may_be_called_by_its_name(tmp_path: Path) -> None:
    found = stated(
        tmp_path,
        """
        | 2025 | 2024
        Currently payable: | |
        U.S. taxes | 213 | 170
        International taxes | 268 | 423
        Total currently payable | 481 | 593
        Deferred: | |
        U.S. taxes | (157) | (299)
        International taxes | (62) | (120)
        Total deferred | (219) | (419)
        Provision for taxes on income | 262 | 174
        """,
    )
    assert found["213"] == ("CurrentFederalTaxExpenseBenefit",)
    assert found["268"] == ("CurrentForeignTaxExpenseBenefit",)
    assert found["481"] == ("CurrentIncomeTaxExpenseBenefit",)
    assert found["(157)"] == ("DeferredFederalIncomeTaxExpenseBenefit",)
    assert found["(219)"] == ("DeferredIncomeTaxExpenseBenefit",)


def test_parts_of_plant_are_gross_until_depreciation_is_taken_off(tmp_path: Path) -> None:
    plant = """
        | 2025 | 2024
        Land and improvements | 331 | 330
        Machinery and equipment | 3,309 | 3,228
        Finance lease assets | 91 | 92
        Construction in progress | 402 | 401
        Total, gross | 4,133 | 4,051
        Less accumulated depreciation | 1,583 | 1,259
        Total property, plant and equipment, net | 2,550 | 2,792
        """
    found = stated(tmp_path, plant)
    gross = dict.fromkeys(("331", "3,309", "402", "4,133"), ("PropertyPlantAndEquipmentGross",))
    assert gross.items() <= found.items()
    assert found["2,550"] == ("PropertyPlantAndEquipmentNet",)
    assert found.get("1,583", ()) == found.get("91", ()) == ()
    leases = plant.replace("Construction in progress", "Operating lease liabilities")
    assert stated(tmp_path, leases) == {}
    moved = plant.replace("Construction in progress", "Additions")
    assert stated(tmp_path, moved) == {}


DEFERRED = """
    | 2025 | 2024
    Deferred tax assets: | |
    Share-based compensation | 41 | 40
    Lease liabilities | 31 | 30
    Other | 12 | 11
    {gross} | 84 | 81
    {allowance} | (9) | (8)
    {net} | 75 | 73
    Deferred tax liabilities: | |
    Property and equipment | (22) | (21)
    Goodwill and other intangible assets | (6) | (5)
    Other | (3) | (2)
    {liabilities} | (31) | (28)
    Net deferred tax assets (liabilities), net of valuation allowances | 44 | 45
    """


@pytest.mark.parametrize(
    ("gross", "allowance", "net", "liabilities"),
    [
        (
            "Total deferred tax assets",
            "Less: valuation allowance",
            "Deferred tax assets, net of valuation allowance",
            "Total deferred tax liabilities",
        ),
        ("Gross deferred tax assets", "Valuation allowances", "Net", "Total"),
        ("Total", "Valuation allowance (a)", "Total deferred tax assets, net", "Total liabilities"),
    ],
)
def test_deferred_taxes_are_told_by_what_stands_above_and_below(
    tmp_path: Path, gross: str, allowance: str, net: str, liabilities: str
) -> None:
    table = DEFERRED.format(gross=gross, allowance=allowance, net=net, liabilities=liabilities)
    found = stated(tmp_path, table)
    assert found["84"] == ("DeferredTaxAssetsGross",)
    assert found["(9)"] == ("DeferredTaxAssetsValuationAllowance",)
    assert found["75"] == ("DeferredTaxAssetsNet",)
    assert found["12"] == ("DeferredTaxAssetsOther",)
    assert found["(22)"] == ("DeferredTaxLiabilitiesPropertyPlantAndEquipment",)
    assert found["(31)"] == ("DeferredIncomeTaxLiabilities",)
    assert found["41"] == found["(6)"] == found["(3)"] == found["44"] == ()


def test_deferred_tax_assets_that_nothing_is_taken_off_are_net(tmp_path: Path) -> None:
    rows = DEFERRED.format(
        gross="Total deferred tax assets", allowance="", net="", liabilities="Total liabilities"
    )
    lines = [row for row in rows.splitlines() if row.strip()[:1] not in "|N"]
    found = stated(tmp_path, "| 2025 | 2024\n" + "\n".join(lines))
    assert found["84"] == ("DeferredTaxAssetsNet",)


PAYMENTS = """
    | Operating leases | Finance leases
    2026 | 40 | 4
    Thereafter | 90 | 9
    Total lease payments | 130 | 13
    Less: imputed interest | (30) | (3)
    Present value of lease liabilities | 100 | 10
    Less: current portion | 36 | 6
    Long-term lease liabilities | 64 | 7
    """


def test_payments_of_leases_are_told_by_what_is_taken_off_them(tmp_path: Path) -> None:
    found = stated(tmp_path, PAYMENTS)
    due = "LesseeOperatingLeaseLiabilityPaymentsDue"
    assert found["90"] == (f"{due}AfterYearFive",)
    assert found["130"] == (due,)
    assert found["(30)"] == ("LesseeOperatingLeaseLiabilityUndiscountedExcessAmount",)
    assert found["100"] == ("OperatingLeaseLiability",)
    assert found["36"] == ("OperatingLeaseLiabilityCurrent",)
    assert found["64"] == ("OperatingLeaseLiabilityNoncurrent",)
    assert all(found[finance] == () for finance in ("9", "13", "(3)", "10", "6", "7"))


@pytest.mark.parametrize(
    "change", [("Operating leases", "Leases"), ("Total lease payments", "Sublease receipts")]
)
def test_payments_of_other_leases_are_none_of_these(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    assert stated(tmp_path, PAYMENTS.replace(*change)) == {}


def test_bare_lines_of_leases_are_told_by_what_heads_them(tmp_path: Path) -> None:
    found = stated(
        tmp_path,
        """
        Leases | 2025 | 2024
        Assets | |
        Operating | 500 | 480
        Finance | 50 | 48
        Liabilities | |
        Current | |
        Operating | 110 | 100
        Finance | 11 | 10
        Noncurrent | |
        Operating | 410 | 400
        Finance | 41 | 40
        Weighted-average remaining lease term (years) | |
        Operating | 6.1 | 6.0
        Weighted-average discount rate | |
        Operating | 4.1% | 4.0%
        Assets obtained in exchange for lease liabilities | |
        Operating | 77 | 70
        """,
    )
    assert found["500"] == ("OperatingLeaseRightOfUseAsset",)
    assert found["110"] == ("OperatingLeaseLiabilityCurrent",)
    assert found["410"] == ("OperatingLeaseLiabilityNoncurrent",)
    assert found["4.1%"] == ("OperatingLeaseWeightedAverageDiscountRatePercent",)
    assert found["77"] == ("RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",)
    assert found["50"] == found["11"] == found["41"] == ()
    assert "6.1" not in found
