"""Marks of notes in cells of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.numbers.headed import types_by_head
from secateur.pipelines.finance.numbers.marks import marks_of_notes
from secateur.pipelines.finance.numbers.rows import NO_FIGURE
from secateur.pipelines.ingestion.read import read

HEADS = (
    "<tr><td></td><td>Opening</td><td>Additions</td><td></td><td>Closing</td></tr>"
    "<tr><td></td><td colspan=4>(In millions)</td></tr>"
)
ROW = "<tr><td>Doubtful accounts</td><td>4</td><td>12</td><td>{}</td><td>(1)</td></tr>"
NOTE = "<p>(1) Additions are expensed.</p>"


@pytest.mark.parametrize(
    ("cell", "note", "marks"),
    [
        ("(1)", NOTE, ["(1)"]),
        ("(2)", NOTE, []),
        ("(1)", "", []),
        ("(1)", "<p>We do not owe it.</p>" * 8 + NOTE, []),
        ("(1)", "<table><tr><td>Sales</td><td>5</td></tr></table>" + NOTE, []),
    ],
)
def test_a_number_that_no_head_names_is_a_mark_where_a_note_follows(
    tmp_path: Path, cell: str, note: str, marks: list[str]
) -> None:
    path = tmp_path / "report.html"
    path.write_text(f"<table>{HEADS}{ROW.format(cell)}</table>{note}")
    document = read(path)
    found = sorted(marks_of_notes(Layout(document)))
    starts = [at for at in found if at - 1 not in found]
    assert [document.text[at : at + 3] for at in starts] == marks


def test_raised_marks_are_marks_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("<p>We sold 12<sup>3</sup> of them.</p>")
    document = read(path)
    assert {document.text[at] for at in marks_of_notes(Layout(document))} == {"3"}


def test_a_column_of_notes_below_a_head_that_spans_years_holds_no_figures(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(
        "<p>£ million</p><table><tr><td><td colspan=3>Year ended 30 June"
        "<tr><td><td>Note<td>2025<td>2024<tr><td>Revenue<td>3<td>412.6<td>387.8</table>"
    )
    layout = Layout(read(path))
    found = types_by_head(layout)
    (table,) = layout.tables
    assert [found.get(cell.start) for cell in table.rows[-1][1:]] == [NO_FIGURE, None, None]
