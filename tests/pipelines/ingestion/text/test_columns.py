"""Heads of tables of plain text without rules: the columns that each stands in the middle of."""

from __future__ import annotations

from pathlib import Path

from secateur.pipelines.ingestion.read import read


def columns_of(folder: Path, text: str, row: str) -> list[str | None]:
    path = folder / "table.txt"
    path.write_text(text)
    return [passage.column for passage in read(path).passages if passage.row == row]


def test_heads_of_three_columns_and_of_two_share_all_five(tmp_path: Path) -> None:
    text = """Results for the quarter and year ended March 31, 2024

                                          Quarter ended                          Year ended
Particulars                  31.03.2024   31.12.2023   31.03.2023      31.03.2024   31.03.2023
Revenue from operations        1,482.36     1,390.11     1,401.75        5,612.90     5,204.48
Net profit                       141.09        98.73       120.46          462.18       401.07
"""
    assert columns_of(tmp_path, text, "Net profit") == [
        "Quarter ended 31.03.2024",
        "Quarter ended 31.12.2023",
        "Quarter ended 31.03.2023",
        "Year ended 31.03.2024",
        "Year ended 31.03.2023",
    ]


def test_a_head_of_one_column_leaves_the_others_to_those_of_several(tmp_path: Path) -> None:
    text = """Results for the quarter and nine months ended December 31, 2024

                             Quarter ended                  Nine months ended      Year ended
                31.12.2024   30.09.2024   31.12.2023    31.12.2024   31.12.2023    31.03.2024
Revenue           1,482.36     1,390.11     1,401.75      4,212.90     3,904.48      5,204.48
Net profit          141.09        98.73       120.46        362.18       301.07        401.07
"""
    columns = columns_of(tmp_path, text, "Revenue")
    spans = ["Quarter", "Quarter", "Quarter", "Nine months", "Nine months", "Year"]
    assert [(column or "").split(" ended")[0] for column in columns] == spans


def test_heads_beside_the_middle_of_two_columns_head_both(tmp_path: Path) -> None:
    text = """                               Three Months Ended        Six Months Ended
                                    July 31,                 July 31,
                               2024         2023         2024         2023
                            ----------   ----------   ----------   ----------
(in thousands)
Total revenue               $  312,400   $  258,190   $  611,221   $  504,226
Net loss                       (14,092)     (27,811)     (31,560)     (59,240)
"""
    assert columns_of(tmp_path, text, "Net loss") == [
        f"{span} Months Ended July 31, {year}" for span in ("Three", "Six") for year in (2024, 2023)
    ]


def test_a_head_right_above_the_middle_of_three_columns_heads_all_three(tmp_path: Path) -> None:
    text = """(Rs. in crore)

Particulars                      Quarter ended                Half year ended          Year ended
                      30.09.2025  30.06.2025  30.09.2024  30.09.2025  30.09.2024  31.03.2025
Revenue                 2,418.66    2,611.04    2,207.15    5,029.70    4,560.92    9,884.31
Total income            2,456.78    2,652.94    2,236.92    5,109.72    4,622.25   10,015.37
"""
    columns = columns_of(tmp_path, text, "Revenue")
    spans = ["Quarter", "Quarter", "Quarter", "Half year", "Half year", "Year"]
    assert [(column or "").split(" ended")[0] for column in columns] == spans
