"""Tables of plain text whose columns are lost: cells a space apart, or on a line each."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from time_growth import LINEAR, growth

from secateur.pipelines.document.document import Document
from secateur.pipelines.ingestion.parts import bytes_at
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.ingestion.text.tables import find_tables

INCOME = """\
CONSOLIDATED STATEMENTS OF INCOME
(in millions)
Years ended December 31, 2024 2023
Net sales $ 1,234 $ 1,102
Interest expense (12) (14)
Impairment — 3
Gross margin 34.2 % 33.1 %
Earnings per share:
Basic $ 2.31 $ 1.74
"""


def read_lines(folder: Path, text: str) -> Document:
    path = folder / "report.txt"
    path.write_text(text, encoding="utf-8")
    return read(path)


def heads(document: Document) -> dict[str, tuple[str | None, str | None]]:
    passages = (p for p in document.passages if p.kind == "cell")
    return {document.text[p.start : p.end]: (p.row, p.column) for p in passages}


def stacked(text: str) -> str:
    """Every cell of a text on a line of its own, as converters print cells of HTML."""
    for sign in ("$ ", "34.2 %", "33.1 %", " 3\n", " 2023\n"):
        text = text.replace(sign, sign.replace(" ", "\n"))
    for value in ("$\n", "1,102", "(14)", "— 3", "—", "2024", "34.2", "33.1"):
        text = text.replace(f" {value}", f"\n{value}")
    return text.replace(" (12)", "\n(12)")


def run_on(text: str) -> str:
    """All rows of a text on one line."""
    return text.replace("\n", " ")


@pytest.mark.parametrize(
    "form", [str, stacked, run_on], ids=["a space apart", "a line each", "on one line"]
)
def test_figures_know_rows_and_years(tmp_path: Path, form: Callable[[str], str]) -> None:
    found = heads(read_lines(tmp_path, form(INCOME)))
    assert found["$ 1,234"] == ("Net sales", "2024")
    assert found["$ 1,102"] == ("Net sales", "2023")
    assert found["(12)"] == ("Interest expense", "2024")
    assert found["(14)"] == ("Interest expense", "2023")
    assert (found["—"], found["3"]) == (("Impairment", "2024"), ("Impairment", "2023"))
    assert found["34.2 %"] == ("Gross margin", "2024")
    assert found["$ 1.74"] == ("Basic", "2023")


@pytest.mark.parametrize("form", [stacked, run_on])
def test_cells_stand_where_the_file_has_them(tmp_path: Path, form: Callable[[str], str]) -> None:
    document = read_lines(tmp_path, form(INCOME))
    cells = [p for p in document.passages if p.kind == "cell"]
    assert len(cells) > 12
    for cell in cells:
        assert cell.source is not None
        there = bytes_at(tmp_path / "report.txt", document.locate(cell.start, cell.end))
        assert there.decode().split() == document.text[cell.start : cell.end].split()


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        ("As of June 30 2025 2024", ["2025", "2024"]),
        ("June 30, 2025 June 30, 2024", ["June 30, 2025", "June 30, 2024"]),
        ("(in thousands) 2025 % of revenue", ["2025", "% of revenue"]),
        ("Q1 2025 Q1 2024", ["Q1 2025", "Q1 2024"]),
        ("2025 Change", ["2025", "Change"]),
        ("2025 % change in constant currency", ["2025", "% change in constant currency"]),
    ],
)
def test_heads_are_told_apart(tmp_path: Path, head: str, columns: list[str]) -> None:
    found = heads(read_lines(tmp_path, f"{head}\nSales $ 1,500 $ 1,400\nCosts 900 800\n"))
    assert [found[cell][1] for cell in ("$ 1,500", "$ 1,400")] == columns
    assert [found[cell][1] for cell in ("900", "800")] == columns


def test_a_head_stands_above_several_columns(tmp_path: Path) -> None:
    text = "Three Months Ended Six Months Ended\nJune 30, June 30,\n2025 2024 2025 2024\n"
    found = heads(read_lines(tmp_path, text + "Sales $ 11 $ 12 $ 23 $ 24\nCosts 5 6 7 8\n"))
    assert found["$ 11"][1] == "Three Months Ended June 30, 2025"
    assert found["$ 12"][1] == "Three Months Ended June 30, 2024"
    assert found["8"][1] == "Six Months Ended June 30, 2024"


def test_stacked_heads_of_two_rows(tmp_path: Path) -> None:
    text = "Three Months Ended\nSix Months Ended\n2025\n2024\n2025\n2024\n"
    rows = "Sales\n$\n11\n$\n12\n$\n23\n$\n24\nCosts\n5\n6\n7\n8\n"
    found = heads(read_lines(tmp_path, text + rows))
    assert found["$ 23"][1] == "Six Months Ended 2025"
    assert found["6"] == ("Costs", "Three Months Ended 2024")


def test_a_row_with_fewer_values_takes_columns_of_its_kind(tmp_path: Path) -> None:
    text = "Amount Life (years)\nPatents 5,800 15.0 612 13.4\nNames 2,000 7.0 268 5.0\n"
    path = tmp_path / "report.txt"
    path.write_text(text + "Licences 1,100 9.5 300 2.5\nTotal 8,900 1,180\n", encoding="utf-8")
    table = next(find_tables(path.read_text(encoding="utf-8")))
    columns = {row[0].text: [cell.first for cell in row[1:]] for row in table.rows}
    assert columns["Total"] == [columns["Patents"][0], columns["Patents"][2]]


def test_a_margin_is_of_the_amounts_and_not_of_their_changes(tmp_path: Path) -> None:
    text = "2025 2024 % change 2023 % change\nSales $ 43 $ 51 (16) % $ 50 3 %\n"
    rows = "Costs 26 28 (7) % 27 4 %\nMargin 38.5 % 44.6 % 43.5 %\nProfit 17 23 (26) % 23 0 %\n"
    found = heads(read_lines(tmp_path, text + rows))
    assert found["(26) %"] == ("Profit", "% change")
    assert [found[cell][1] for cell in ("38.5 %", "44.6 %", "43.5 %")] == ["2025", "2024", "2023"]


def test_totals_without_a_label_are_a_row_of_their_own(tmp_path: Path) -> None:
    text = "2025\n2024\nBonds\n1,100\n1,000\nShares\n300\n200\n1,400\n1,200\nCash\n50\n40\n"
    found = heads(read_lines(tmp_path, text))
    assert found["300"] == ("Shares", "2025")
    assert found["1,400"][0] is None
    assert found["1,200"] == (None, "2024")
    assert found["50"] == ("Cash", "2025")


def test_amounts_in_one_column(tmp_path: Path) -> None:
    text = "Payments fall due as follows:\nFiscal 2026 $ 1,200\nFiscal 2027 1,147\nThereafter 42\n"
    found = heads(read_lines(tmp_path, text + "Total $ 2,389\n"))
    assert found["1,147"] == ("Fiscal 2027", None)
    assert found["42"] == ("Thereafter", None)


def test_ranges_and_european_numbers(tmp_path: Path) -> None:
    text = "In Mio. EUR 2025 2024\nUmsatz 1.234,5 1.102,3\nMarge 3.5 - 4.4 % 4.6 - 5.5 %\n"
    found = heads(read_lines(tmp_path, text + "Ergebnis (12,3) 14,1\n"))
    assert found["1.102,3"] == ("Umsatz", "2024")
    assert found["3.5 - 4.4 %"] == ("Marge", "2025")
    assert found["(12,3)"] == ("Ergebnis", "2025")


def test_years_belong_to_labels(tmp_path: Path) -> None:
    text = "As of June 30 2025 2024\n2.85% notes due August 2027 750 740\nNotes due 2030 $ 9 $ 8\n"
    found = heads(read_lines(tmp_path, text))
    assert found["750"] == ("2.85% notes due August 2027", "2025")
    assert found["$ 8"] == ("Notes due 2030", "2024")


def test_a_sentence_before_rows_on_its_line_stays_text(tmp_path: Path) -> None:
    text = "The rates were as follows in the years ended March 31: 2009 2008 ------ ------ "
    rows = "Risk-free rate 1.000% 4.213% Yield 0.000% 2.702% Volatility 78.14% 31.06% "
    document = read_lines(tmp_path, f"{text}{rows}The fair value was $5.")
    found = heads(document)
    assert found["2.702%"] == ("Yield", "2008")
    assert document.text.startswith("The rates were as follows in the years ended March 31:\n")
    assert document.text.endswith("\nThe fair value was $5.")


def test_heads_may_begin_a_line_with_rows(tmp_path: Path) -> None:
    text = (
        "2006 2005 ------ ------ Loans $ 659,000 $ 624,000 Fees - 1,225,000 Other 708,000 215,000"
    )
    found = heads(read_lines(tmp_path, text))
    assert found["$ 659,000"] == ("Loans", "2006")
    assert (found["-"], found["1,225,000"]) == (("Fees", "2006"), ("Fees", "2005"))


@pytest.mark.parametrize(
    "text",
    [
        "Item 1. Business 4\nItem 1A. Risk Factors 12\nItem 2. Properties 23\n",
        "Great toe extension 3 3-\nDorsiflexion 3 3\nPlantar flexion 3 3\nAdduction 3 4\n",
        "Lease, dated November 29, 1993\n(3)\n10.4\nPlan of 1997\n(3)\n10.5\nForm\n(2)\n10.6\n",
        "Blood pressure 120 80\nRepeat pressure 118 76\n",
        "Sodium\n140\nPotassium\n4.2\nChloride\n101\n",
        "Margins by segment:\n•Beef - 12.6%\n•Pork - 3.0%\n",
        "Of 12 patients 7 had it, of 14 controls 3, and of 16 others 2 at 3 and 6 months. " * 3,
        "In 2024 we sold more than in 2023.\nSales were 1,234 in 2024 2023\nand fewer before.\n",
    ],
    ids=[
        "contents",
        "grades",
        "exhibits",
        "pressures",
        "laboratory",
        "margins",
        "counts",
        "sentence",
    ],
)
def test_other_numbers_stay_text(tmp_path: Path, text: str) -> None:
    document = read_lines(tmp_path, text)
    assert document.text.strip() == text.strip()
    assert all(passage.kind != "cell" for passage in document.passages)


@pytest.mark.parametrize(
    "part",
    [
        "1 ",
        "5% ",
        "1.",
        "4.5 % - 5.5 % ",
        "( 5 ) % ",
        "a 1 2 ",
        "Sales\n1\n2\n",
        "- ",
        "a.... 5 6 ",
        "% of ",
        "2024\n",
    ],
)
def test_time_does_not_grow_with_the_square(part: str) -> None:
    assert growth(lambda text: list(find_tables(text)), part) < LINEAR


_LINES = st.lists(
    st.sampled_from(
        "|Sales|2025|2024|$|1,234|(5)|—|)|%|Sales $ 5 $ 6|12.5 %|June 30,|Three Months Ended"
        "|Total 3 4|A sentence about 5 things.|  7  8".split("|")
    ),
    max_size=40,
)


@given(_LINES, st.sampled_from("\n "))
def test_no_character_is_lost_or_read_twice(lines: list[str], between: str) -> None:
    text = between.join(lines)
    at = 0
    for table in find_tables(text):
        assert at <= table.start <= table.end <= len(text)
        origins = sorted(
            origin[1:]
            for row in table.rows
            for cell in row
            for run in cell.runs
            for origin in run.origins
        )
        shown = "".join(text[first:last] for first, last in origins)
        assert "".join(shown.split()) == "".join(text[table.start : table.end].split())
        assert all(before[1] <= after[0] for before, after in pairwise(origins))
        at = table.end


@given(st.lists(_LINES, max_size=3), st.sampled_from(["\n", " ", "  \n"]))
def test_preformatted_text_of_html_is_shown_once(
    tmp_path_factory: pytest.TempPathFactory, blocks: list[list[str]], between: str
) -> None:
    texts = [between.join(lines) for lines in blocks]
    path = tmp_path_factory.mktemp("html") / "report.html"
    body = "".join(f"<pre>\n{text}\n</pre><p>End.</p>" for text in texts)
    path.write_text(f"<html><body><h1>Report</h1>{body}</body></html>", encoding="utf-8")
    shown = "Report" + "".join(f"{text} End." for text in texts)
    assert "".join(read(path).text.split()) == "".join(shown.split())


@given(_LINES, st.sampled_from(["\n", " ", "  \n", "\n\n"]))
def test_text_is_shown_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], between: str
) -> None:
    path = tmp_path_factory.mktemp("text") / "report.txt"
    path.write_text(f"Report\n\n{between.join(lines)}\n\nEnd.", encoding="utf-8")
    document = read(path)
    assert "".join(document.text.split()) == "".join(path.read_text(encoding="utf-8").split())
    ends = [0, *(passage.end for passage in document.passages)]
    assert all(p.start >= end for p, end in zip(document.passages, ends, strict=False))
