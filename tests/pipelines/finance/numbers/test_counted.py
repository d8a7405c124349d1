"""Cells of tables that count things by the heads of their columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.numbers.counted import counted_cells
from secateur.pipelines.finance.numbers.headed import lowest_heads
from secateur.pipelines.ingestion.read import read


@pytest.mark.parametrize(
    ("heads", "counted"),
    [
        ("Tenant|Leases|Square feet|Rent", ["18"]),
        ("City|Units|Occupancy|Rent", ["18"]),
        ("City|Properties|Occupancy|Units", ["18", "26"]),
        ("Lender|Leases|Loans|Total", []),
        ("Plan|Units|Price|Total", []),
    ],
)
def test_leases_and_units_are_counted_beside_the_space_that_is_let(
    tmp_path: Path, heads: str, counted: list[str]
) -> None:
    path = tmp_path / "report.html"
    rows = (heads, "A|18|94|26", "B|$ 9|95|$ 7")
    lines = (f"<tr><td>{'<td>'.join(row.split('|'))}</tr>" for row in rows)
    path.write_text(f"<table>{''.join(lines)}</table>")
    layout = Layout(read(path))
    (table,) = layout.tables
    found = counted_cells(layout, table, lowest_heads(layout, table))
    assert [
        layout.text_of(cell) for _, *cells in table.rows for cell in cells if cell.start in found
    ] == counted


@pytest.mark.parametrize(
    ("unit", "counts"),
    [
        *((unit, True) for unit in ("million tCO2e", "rate", "m³", "kt", "tCO2e/€m", "number")),
        *((unit, False) for unit in ("EUR million", "%", "cents", "A$/oz", "million", "'000", "p")),
        ("Million shares", False),
    ],
)
def test_a_row_counts_things_by_a_unit_that_is_of_no_figure(
    tmp_path: Path, unit: str, counts: bool
) -> None:
    path = tmp_path / "report.md"
    path.write_text(f"| Indicator | Unit | 2024 |\n|---|---|---|\n| This | {unit} | 3.94 |\n")
    layout = Layout(read(path))
    (table,) = layout.tables
    assert bool(counted_cells(layout, table, {})) == counts
