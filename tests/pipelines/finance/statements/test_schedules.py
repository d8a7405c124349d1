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
    assert "355" not in found


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
