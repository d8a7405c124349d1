"""Columns of changes in percent whose figures bear no sign."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.numbers.headed import types_by_head
from secateur.pipelines.ingestion.read import read


def types(tmp_path: Path, head: str, figure: str) -> set[str]:
    """Types of what stands under a head, in rows of shares and of amounts a share."""
    path = tmp_path / "report.html"
    path.write_text(
        "<p>(millions of dollars, except per share amounts)</p><table>"
        f"<tr><th></th><th>2025</th><th>2024</th><th>{head}</th></tr>"
        f"<tr><td>Earnings per share</td><td>0.61</td><td>0.49</td><td>{figure}</td></tr>"
        "<tr><td>Weighted average shares outstanding</td><td>242.6</td><td>247.1</td><td>-2</td>"
        "</tr></table>"
    )
    layout = Layout(read(path))
    found = types_by_head(layout)
    (table,) = layout.tables
    return {found.get(row[-1].start, "any") for row in table.rows[1:]}


@pytest.mark.parametrize(
    "head",
    ["% change", "%", "Change (%)", "Variance %", "Y/Y %", "Percent change", "2025 vs 2024 (%)"],
)
def test_a_column_of_changes_in_percent_holds_percentages_in_all_rows(
    tmp_path: Path, head: str
) -> None:
    assert types(tmp_path, head, "24") == {"PERCENT"}


def test_a_column_of_changes_is_in_percent_as_its_first_figure_is(tmp_path: Path) -> None:
    assert types(tmp_path, "Change 2025 vs. 2024", "24%") == {"PERCENT"}
    assert "PERCENT" not in types(tmp_path, "2023", "24%")


@pytest.mark.parametrize(
    ("head", "figure"), [("Change", "24"), ("2023", "0.24"), ("% of shares", "24"), ("%", "$24")]
)
def test_other_columns_and_those_in_a_currency_hold_no_changes(
    tmp_path: Path, head: str, figure: str
) -> None:
    assert "PERCENT" not in types(tmp_path, head, figure)
