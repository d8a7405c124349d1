"""Segments and regions have the concept of the line that they are parts of."""

from __future__ import annotations

from pathlib import Path

import pytest
from statement_tables import stated

PARTS = """
| 2025 | 2024
Accounts receivable, net | |
North | 51 | 41
South | 52 | 42
Total accounts receivable, net | 103 | 83
Inventories | |
North | 53 | 43
South | 54 | 44
Total inventories | 107 | 87
Depreciation | |
North | 55 | 45
Corporate | 56 | 46
"""


def test_segments_below_the_name_of_a_line_are_its_parts(tmp_path: Path) -> None:
    found = stated(tmp_path, PARTS)
    assert found["51"] == found["42"] == found["103"] == ("AccountsReceivableNetCurrent",)
    assert found["55"] == ("Depreciation",)
    assert not {"53", "44", "107"} & set(found)


def test_a_name_that_stands_below_one_line_alone_is_no_segment(tmp_path: Path) -> None:
    assert "56" not in stated(tmp_path, PARTS)


@pytest.mark.parametrize(
    ("total", "are_parts"), [("123", True), ("124", True), ("122", True), ("125", False)]
)
def test_regions_that_come_to_the_line_below_but_for_rounding_are_its_parts(
    tmp_path: Path, total: str, are_parts: bool
) -> None:
    table = f"""
    | 2025 | 2024
    United States | 61 | 51
    International | 62 | 52
    Property, plant and equipment, net | {total} | 103
    """
    concepts = ("PropertyPlantAndEquipmentNet",) if are_parts else None
    found = stated(tmp_path, table)
    assert found.get("62") == found.get("103") == concepts


def test_sums_of_some_parts_do_not_count_twice(tmp_path: Path) -> None:
    table = """
    | 2025 | 2024
    Americas: | |
    United States | 61 | 51
    Other | 1 | 2
    Total Americas | 62 | 53
    Europe | 17 | 18
    Property and equipment, net | 79 | 71
    """
    found = stated(tmp_path, table, "Revenues | 2025 | 2024\nTotal Americas | 91 | 81")
    assert found["1"] == found["62"] == found["17"] == ("PropertyPlantAndEquipmentNet",)


def test_costs_above_a_line_that_they_do_not_come_to_are_no_parts(tmp_path: Path) -> None:
    costs = """
    | 2025 | 2024
    Personnel | 31 | 41
    Marketing | 32 | 42
    Depreciation and amortization | 33 | 43
    """
    assert not {"31", "32"} & set(stated(tmp_path, costs, costs.replace("3", "7")))


def test_what_segments_earn_adds_up_to_their_operating_income(tmp_path: Path) -> None:
    assets = """
    | 2025 | 2024
    North | 811 | 711
    South | 812 | 712
    """
    income = """
    | 2025 | 2024
    Revenues | 911 | 909
    North | 71 | 61
    South | 72 | 62
    Segment operating profit | 143 | 123
    Corporate costs | (13) | (11)
    """
    found = stated(tmp_path, income, assets)
    assert found["71"] == found["62"] == found["143"] == ("OperatingIncomeLoss",)
    assert not {"911", "(13)", "811"} & set(found)


def test_what_property_is_made_of_is_no_part_of_its_net_value(tmp_path: Path) -> None:
    details = """
    | 2025 | 2024
    Property and equipment | |
    Land | 11 | 21
    Other buildings | 12 | 22
    Property and equipment, net | 23 | 43
    """
    found = stated(tmp_path, details, details.replace("1", "9"))
    assert not {"11", "12"} & set(found)


def test_allowances_are_no_part_of_what_they_are_for(tmp_path: Path) -> None:
    table = """
    | Opening | Closing
    Year 2025 | |
    Accounts receivable | |
    Allowances | 51 | 41
    Year 2024 | |
    Accounts receivable | |
    Allowances | 52 | 42
    """
    assert not stated(tmp_path, table)
