"""Rows have the captions that they stand under, tables their titles and notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.layout import Layout, layout_of
from secateur.pipelines.document.tables import notes, row_path_at, row_paths, title
from secateur.pipelines.ingestion.read import read

INDENT = "padding-left:{}pt"


def laid_out(folder: Path, rows: list[tuple[float, str, str]], around: str = "{}") -> Layout:
    """A page with one table: indent, head and figure of each row."""
    cells = "".join(
        f'<tr><td style="padding:1pt 1pt 1pt {indent}pt">{head}</td><td>{figure}</td></tr>'
        for indent, head, figure in rows
    )
    table = f"<table><tr><td></td><td>2024</td></tr>{cells}</table>"
    path = folder / "a.html"
    path.write_text(f"<html><body>{around.format(table)}</body></html>", encoding="utf-8")
    return layout_of(read(path))


def paths(layout: Layout) -> list[str]:
    return [" > ".join(path) for path in row_paths(layout, layout.tables[0])][1:]


CASES = {
    "rows set in below their caption": (
        [(0, "Current assets:", ""), (9, "Cash", "12"), (9, "Total current assets", "12"),
         (0, "Goodwill", "7")],
        ["Current assets:", "Current assets: > Cash", "Current assets: > Total current assets",
         "Goodwill"],
    ),
    "captions below captions": (
        [(0, "ASSETS", ""), (0, "Current:", ""), (9, "Cash", "12"), (0, "Noncurrent:", ""),
         (9, "Goodwill", "7")],
        ["ASSETS", "ASSETS > Current:", "ASSETS > Current: > Cash", "ASSETS > Noncurrent:",
         "ASSETS > Noncurrent: > Goodwill"],
    ),
    "nothing set in: up to the total that repeats the caption": (
        [(0, "Operating expenses", ""), (0, "Research", "3"), (0, "Sales", "4"),
         (0, "Total operating expenses", "7"), (0, "Net income", "9")],
        ["Operating expenses", "Operating expenses > Research", "Operating expenses > Sales",
         "Operating expenses > Total operating expenses", "Net income"],
    ),
    "nothing set in: up to the next caption": (
        [(0, "Americas", ""), (0, "Sales", "3"), (0, "Europe", ""), (0, "Sales", "4")],
        ["Americas", "Americas > Sales", "Europe", "Europe > Sales"],
    ),
    "a unit line is no caption": (
        [(0, "(in thousands)", ""), (0, "Sales", "3")], ["", "Sales"],
    ),
    "a row in parentheses at both ends is no unit line": (
        [(0, "(Loss) earnings before tax (benefit)", "3"), (0, "(in millions (unaudited))", "")],
        ["(Loss) earnings before tax (benefit)", ""],
    ),
    "no captions": ([(0, "Sales", "3"), (0, "Costs", "4")], ["Sales", "Costs"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_rows_stand_under_their_captions(tmp_path: Path, name: str) -> None:
    rows, expected = CASES[name]
    assert paths(laid_out(tmp_path, rows)) == expected


@pytest.mark.parametrize(
    "style",
    [
        "padding-left:9pt",
        "padding:0 0 0 9pt",
        "padding:0 9pt",
        "margin-left:12px",
        "padding-left:2em;text-indent:-1.1em",
    ],
)
def test_a_cell_is_set_in_by_its_style(tmp_path: Path, style: str) -> None:
    path = tmp_path / "a.html"
    rows = f'<tr><td>All</td><td>3</td></tr><tr><td style="{style}">Part</td><td>2</td></tr>'
    path.write_text(f"<table>{rows}</table>", encoding="utf-8")
    assert [p.indent for p in read(path).passages if p.column is None][::2] == [0.0, 9.0]


def test_hard_spaces_and_inner_blocks_set_in(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    rows = "<tr><td>All</td><td>3</td></tr><tr><td>&#160;&#160;Part</td><td>2</td></tr>"
    rows += '<tr><td><div style="padding-left:9pt">Rest</div></td><td>1</td></tr>'
    path.write_text(f"<table>{rows}</table>", encoding="utf-8")
    assert [passage.indent for passage in read(path).passages][::2] == [0.0, 5.0, 9.0]


def test_lines_of_a_text_table_are_set_in_by_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    lines = ["                          2024      2023", "Current assets", "  Cash         ",
             "  Receivables  ", "Goodwill       "]  # fmt: skip
    figures = [
        "",
        "",
        "           12        11",
        "           34        33",
        "            7         7",
    ]
    path.write_text("\n".join(a + b for a, b in zip(lines, figures, strict=True)), encoding="utf-8")
    layout = layout_of(read(path))
    assert ("Current assets", "Cash") in row_paths(layout, layout.tables[0])


def test_column_heads_are_told_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    heads = '<tr><td></td><td colspan="2">Year ended</td></tr>'
    heads += "<tr><td></td><td>2024</td><td>2023</td></tr>"
    path.write_text(
        f"<table>{heads}<tr><td>Sales</td><td>3</td><td>2</td></tr></table>", encoding="utf-8"
    )
    cells = [passage.column_path for passage in read(path).passages if passage.column]
    assert cells == [("Year ended", "2024"), ("Year ended", "2023")]


def test_title_skips_units_and_dates(tmp_path: Path) -> None:
    around = "<p><b>BALANCE SHEETS</b></p><p>As of December 31</p><p>(in millions)</p>{}"
    layout = laid_out(tmp_path, [(0, "Cash", "3")], around)
    assert title(layout, layout.tables[0]) == "BALANCE SHEETS"


def test_notes_stand_right_below(tmp_path: Path) -> None:
    around = "{}<p>(1) Restated.</p><p>* Unaudited.</p><p>We sold more.</p><p>(2) No note.</p>"
    layout = laid_out(tmp_path, [(0, "Cash (1)", "3")], around)
    texts = [layout.text_of(passage) for passage in notes(layout, layout.tables[0])]
    assert texts == ["(1) Restated.", "* Unaudited."]


def test_what_stands_in_no_table_has_no_row_path(tmp_path: Path) -> None:
    layout = laid_out(tmp_path, [(0, "Cash", "3")], "<p>We sold 3.</p>{}")
    assert row_path_at(layout, 0) == ()
    assert row_path_at(layout, layout.tables[0].end - 1) == ("Cash",)
