"""Tables of Markdown: no cell is cut off, wherever its row is wider than the heads."""

from __future__ import annotations

from pathlib import Path

import pytest
from time_growth import LINEAR, growth

from secateur.pipelines.document.document import Document
from secateur.pipelines.ingestion.parts import bytes_at
from secateur.pipelines.ingestion.read import read


def read_lines(folder: Path, *lines: str, end: str = "\n") -> Document:
    (folder / "report.md").write_bytes(end.join(["# Report", "", *lines, ""]).encode())
    return read(folder / "report.md")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cells_beyond_the_heads_are_kept(tmp_path: Path, end: str) -> None:
    rows = ("| a | 2024 |", "|---|---|", "| Sales | 1,100 | 1,000 |", "| Costs | 900 | 800 |")
    document = read_lines(tmp_path, *rows, "", "That was all.", end=end)
    assert document.text.split("\n")[2:5] == ["a\t2024", "Sales\t1,100\t1,000", "Costs\t900\t800"]
    place = document.text.index("1,000")
    there = bytes_at(tmp_path / "report.md", document.locate(place, place + 5))
    assert there == b"1,000"
    cells = {document.text[p.start : p.end]: p for p in document.passages if p.kind == "cell"}
    assert (cells["1,100"].column, cells["1,000"].column) == ("2024", None)


def test_outer_lines_may_be_missing(tmp_path: Path) -> None:
    document = read_lines(tmp_path, "a | 2024", "---|---:", "Sales | $ | 1,100", "x \\| y | 2")
    assert document.text.split("\n")[2:] == ["a\t2024", "Sales\t$1,100", "x | y\t2"]


def test_what_is_no_table_stays_as_it_is(tmp_path: Path) -> None:
    lines = ("one | two | three", "---|---", "a | b | c | d")
    document = read_lines(tmp_path, *lines)
    assert document.text.split("\n")[2:] == list(lines)


def test_the_time_for_a_gap_below_heads_grows_with_its_width(tmp_path: Path) -> None:
    def step(gap: str) -> object:
        return read_lines(tmp_path, "| a | b |", "|---|---|", "", "a | b", f"|-{gap}x")

    assert growth(step, " ", 6_000) < LINEAR
