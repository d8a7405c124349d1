"""Columns of tables of plain text whose rows open with more than one label, or one of lines."""

from __future__ import annotations

from pathlib import Path

from secateur.pipelines.document.document import Passage
from secateur.pipelines.ingestion.read import read

PAY = """Name                        Year    Salary ($)    Bonus ($)
Margaret L. Ostrander       2023       950,000      100,000
                            2022       920,000      150,000
Dipak Chaudhuri             2023       540,000       10,000
                            2022       515,000       40,000
"""
GRID = """Rates

Level    Leverage Ratio               SOFR Loans    Base Rate Loans
I        < 2.00:1.00                       1.50%              0.50%
II       >= 2.00:1.00 < 3.00:1.00          1.75%              0.75%
III      >= 3.00:1.00                      2.25%              1.25%
"""
INCOME = """(In thousands)                              2023         2022
Net sales                                $ 512,300    $ 489,100
Income from continuing operations before income taxes
  and cumulative effect of a change in accounting
  principle                                 86,980       83,900
Net income                               $  60,880    $  58,700
"""


def cells(folder: Path, text: str) -> dict[str, Passage]:
    path = folder / "a.txt"
    path.write_text(text)
    document = read(path)
    return {document.text[p.start : p.end]: p for p in document.passages if p.row}


def heads(folder: Path, text: str) -> dict[str, str | None]:
    return {shown: cell.column for shown, cell in cells(folder, text).items()}


def test_a_year_beside_a_name_leaves_the_heads_to_their_columns(tmp_path: Path) -> None:
    found = heads(tmp_path, PAY)
    assert found["2023"] == found["2022"] == "Year"
    assert found["950,000"] == found["515,000"] == "Salary ($)"
    assert found["100,000"] == found["40,000"] == "Bonus ($)"


def test_a_name_that_stands_once_names_the_rows_of_other_years_below_it(tmp_path: Path) -> None:
    total = "Total                                1,470,000      110,000\n"
    found = cells(tmp_path, PAY + total)
    assert found["920,000"].row == "Margaret L. Ostrander"
    assert found["40,000"].row == "Dipak Chaudhuri"
    assert found["1,470,000"].row == "Total"


def test_a_number_before_the_names_of_rows_leaves_the_heads_to_their_columns(
    tmp_path: Path,
) -> None:
    found = heads(tmp_path, GRID)
    assert found["< 2.00:1.00"] == "Leverage Ratio"
    assert found["1.50%"] == found["2.25%"] == "SOFR Loans"
    assert found["0.75%"] == "Base Rate Loans"


def test_lines_of_a_label_that_reach_over_the_columns_leave_the_table_whole(
    tmp_path: Path,
) -> None:
    found = cells(tmp_path, INCOME)
    assert [found[shown].column for shown in ("$ 512,300", "86,980", "$60,880")] == ["2023"] * 3
    assert found["83,900"].row == (
        "Income from continuing operations before income taxes and cumulative effect of a change in"
        " accounting principle"
    )


def test_a_paragraph_above_a_row_is_no_label_of_it(tmp_path: Path) -> None:
    prose = (
        "The following table shows what the company owned at the end of the year, without\nloans."
    )
    rents = "Year       2023   2022\nRent      1,200    900\nCosts     1,100    870"
    found = cells(tmp_path, f"{rents}\n\n{prose}\n\nLand      5,100  4,900\n")
    assert "1,200" in found
    assert "5,100" not in found
