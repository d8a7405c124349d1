"""Table rows read as a person reads them: whole figures, with their heads."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Document
from secateur.pipelines.ingestion.read import read


def read_table(folder: Path, rows: str) -> Document:
    path = folder / "table.html"
    path.write_text(f"<html><body><table>{rows}</table></body></html>", encoding="utf-8")
    return read(path)


def cells(*texts: str) -> str:
    return "<tr>" + "".join(f"<td>{text}</td>" for text in texts) + "</tr>"


@pytest.mark.parametrize(
    ("row", "text"),
    [
        pytest.param(["Net", "$", "1,234", ""], "Net\t$1,234", id="currency"),
        pytest.param(["Net", "(1,234", ")"], "Net\t(1,234)", id="closing parenthesis"),
        pytest.param(["Net", "$", "(1,234", ")"], "Net\t$(1,234)", id="both"),
        pytest.param(["Net", "$ (", "1,234", ")"], "Net\t$ (1,234)", id="open parenthesis"),
        pytest.param(["Rate", "12.5", "%"], "Rate\t12.5%", id="percent"),
        pytest.param(["Rate", "(12.5", ")%"], "Rate\t(12.5)%", id="negative percent"),
        pytest.param(["Net", "$", "—", "€", "5"], "Net\t$—\t€5", id="dash and euro"),
        pytest.param(["Price", "$", "per share"], "Price\t$\tper share", id="sign without figure"),
        pytest.param(["Kind", "2024", "%"], "Kind\t2024\t%", id="year beside shares"),
        pytest.param(["Kind", "FY24", "%"], "Kind\tFY24\t%", id="short year beside shares"),
        pytest.param(["Kind", "June 30", "%"], "Kind\tJune 30\t%", id="day beside shares"),
        pytest.param(["Kind", "SOFR + 1.25", "%"], "Kind\tSOFR + 1.25%", id="margin"),
        pytest.param(["Net", "1", "(a)"], "Net\t1\t(a)", id="note mark stays apart"),
    ],
)
def test_split_figures_are_joined(tmp_path: Path, row: list[str], text: str) -> None:
    document = read_table(tmp_path, cells("Label", "x", "y") + cells(*row))
    assert document.text == f"Label\tx\ty\n{text}"


def test_figure_cells_know_their_heads(tmp_path: Path) -> None:
    document = read_table(
        tmp_path,
        "<tr><td></td><td colspan=6>Year ended</td></tr>"
        "<tr><td>(in millions)</td><td colspan=3>2024</td><td colspan=3>2023</td></tr>"
        "<tr><td>Revenue</td><td>$</td><td>7</td><td></td><td>$</td><td>(6</td><td>)</td></tr>",
    )
    found = {document.text[p.start : p.end]: (p.kind, p.row, p.column) for p in document.passages}
    assert found["$7"] == ("cell", "Revenue", "Year ended 2024")
    assert found["$(6)"] == ("cell", "Revenue", "Year ended 2023")
    assert found["Revenue"] == ("cell", None, None)


def test_heads_without_columns_for_signs_head_the_figures_in_order(tmp_path: Path) -> None:
    rows = cells("", "2024", "2023") + cells("Net", "$", "812.4", "$", "790.1")
    document = read_table(tmp_path, rows + cells("Tax", "", "206.7", "", "(14.2", ")"))
    columns = {document.text[p.start : p.end]: p.column for p in document.passages if p.row}
    assert columns == {"$812.4": "2024", "$790.1": "2023", "206.7": "2024", "(14.2)": "2023"}


def test_later_head_row_replaces_the_first(tmp_path: Path) -> None:
    document = read_table(
        tmp_path,
        cells("", "2024") + cells("A", "1,000") + cells("", "2023") + cells("B", "2,000"),
    )
    found = {document.text[p.start : p.end]: p.column for p in document.passages}
    assert (found["1,000"], found["2,000"]) == ("2024", "2023")


def test_a_label_that_is_set_in_heads_no_column(tmp_path: Path) -> None:
    rows = "<tr><td colspan=2></td><td>End of year</td></tr>" + cells("Assets", "", "1,000")
    document = read_table(tmp_path, rows + cells("", "Deferred:") + cells("", "Tax", "2,000"))
    assert heads_of(document, "2,000") == ("Tax", "End of year")


def test_row_span_keeps_columns_aligned(tmp_path: Path) -> None:
    document = read_table(
        tmp_path,
        "<tr><td></td><td>Low</td><td>High</td></tr>"
        "<tr><td rowspan=2>Range</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>",
    )
    assert heads_of(document, "3") == ("Range", "Low")
    assert heads_of(document, "4") == ("Range", "High")


def test_what_spans_down_names_rows_without_words_of_their_own(tmp_path: Path) -> None:
    document = read_table(
        tmp_path,
        cells("Name", "Year", "Pay") + "<tr><td rowspan=3>A. Roe</td><td>2024</td><td>7</td></tr>"
        "<tr><td>2023</td><td>6</td></tr><tr><td>Total</td><td>13</td></tr>",
    )
    assert heads_of(document, "6") == ("A. Roe", "Pay")
    assert heads_of(document, "2023") == ("A. Roe", "Year")
    assert heads_of(document, "13") == ("Total", "Pay")


def test_bold_first_row_heads_a_table_of_text(tmp_path: Path) -> None:
    document = read_table(
        tmp_path, cells("<b>Name</b>", "<b>Office</b>") + cells("Ada Moss", "Chair")
    )
    assert document.passages[-1].column == "Office"
    assert document.passages[-1].row == "Ada Moss"


@pytest.mark.parametrize(
    ("rows", "text", "kind"),
    [
        pytest.param(cells("•", "First") + cells("•", "Second"), "• First\n\n• Second", "list"),
        pytest.param(cells("(1)", "A note"), "(1) A note", "list"),
        pytest.param(cells("Item 7.", "", "Outlook"), "Item 7. Outlook", "title"),
        pytest.param(cells("<p>One.</p><p>Two.</p>"), "One.\n\nTwo.", "paragraph"),
    ],
    ids=["bullets", "note", "item title", "one column"],
)
def test_tables_that_lay_out_text_become_blocks(
    tmp_path: Path, rows: str, text: str, kind: str
) -> None:
    document = read_table(tmp_path, rows)
    assert document.text == text
    assert {passage.kind for passage in document.passages} == {kind}


def test_table_inside_a_table_is_read_and_its_frame_is_layout(tmp_path: Path) -> None:
    inner = f"<table>{cells('A', '1')}{cells('B', '2')}</table>"
    document = read_table(tmp_path, cells("left", f"before {inner} after"))
    assert document.text == "left\n\nbefore\n\nA\t1\nB\t2\n\nafter"


def test_long_prose_in_cells_is_read_as_blocks(tmp_path: Path) -> None:
    prose = "We make pumps. " * 100
    document = read_table(tmp_path, cells("Left", prose) + cells("1", "2"))
    assert {passage.kind for passage in document.passages} == {"paragraph"}
    assert document.text.startswith("Left\n\nWe make pumps.")


def test_text_outside_cells_is_not_lost(tmp_path: Path) -> None:
    document = read_table(
        tmp_path, f"<caption>Debt</caption>stray{cells('A', '1')}{cells('B', '2')}"
    )
    assert sorted(document.text.split()) == ["1", "2", "A", "B", "Debt", "stray"]


@pytest.mark.parametrize("span", ["0", "-3", "x", "99999999999", "²"])
def test_nonsense_spans_do_no_harm(tmp_path: Path, span: str) -> None:
    rows = f"<tr><td colspan='{span}' rowspan='{span}'>A</td><td>1</td></tr>{cells('B', '2')}"
    assert read_table(tmp_path, rows).text == "A\t1\nB\t2"


@pytest.mark.parametrize(
    "text",
    [
        "$1,234",
        "(5.2)%",
        "—",
        "-3",
        "12",
        "$ (4)",
        "1.5x",
        "$—",
        "$.85",
        "(.70)",
        "24.6p",
        "50 bps",
        "4.50:1.00",
        "≥ 1.10 : 1.00",
    ],
)
def test_figures(text: str) -> None:
    assert is_figure(text)


@pytest.mark.parametrize(
    "text", ["2024", "Net", "12 months", "5 p.m.", "Level 1", "", "$", "June 30"]
)
def test_no_figures(text: str) -> None:
    assert not is_figure(text)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("3.6% - 4.4%", True),
        ("$21-$27", True),
        ("33 to 36%", True),
        ("2026 - 2061", False),
        ("£90m-£100m", True),
        ("$5-6 billion", True),
        ("$1.2 billion", True),
        ("5 million", False),
    ],
)
def test_ranges_of_numbers_are_figures_and_ranges_of_years_are_not(text: str, figure: bool) -> None:
    assert is_figure(text) is figure


def read_csv(
    folder: Path, data: bytes
) -> tuple[Document, list[tuple[str, str | None, str | None]]]:
    path = folder / "table.csv"
    path.write_bytes(data)
    document = read(path)
    for passage in document.passages:
        assert passage.source is not None
        raw = data[slice(*passage.source)].decode().replace('""', '"')
        assert raw.split() == document.text[passage.start : passage.end].split()
    assert document.media_type == "text/csv"
    return document, [(document.text[p.start : p.end], p.row, p.column) for p in document.passages]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["unix", "dos", "mac"])
def test_delimited_fields_are_a_table(tmp_path: Path, delimiter: str, newline: str) -> None:
    lines = ["Metric (USD millions),FY2024,FY2023", "Sales,5012,4870", "Profit,900,(87)", ""]
    document, found = read_csv(
        tmp_path, newline.join(lines).replace(",", delimiter).encode("utf-8-sig")
    )
    assert document.text.splitlines()[1] == "Sales\t5012\t4870"
    assert found[3:6] == [
        ("Sales", None, None),
        ("5012", "Sales", "FY2024"),
        ("4870", "Sales", "FY2023"),
    ]


def test_quoted_fields(tmp_path: Path) -> None:
    data = 'Erl\u00f6se;2024\n"Umsatz\n""netto""; ohne Steuern";"1.234,5"\nGewinn;5,5\n'.encode()
    assert read_csv(tmp_path, data)[1][2:] == [
        ('Umsatz "netto"; ohne Steuern', None, None),
        ("1.234,5", 'Umsatz "netto"; ohne Steuern', "2024"),
        ("Gewinn", None, None),
        ("5,5", "Gewinn", "2024"),
    ]


def test_lines_above_the_fields_are_titles(tmp_path: Path) -> None:
    data = b"Acme Ltd\n(in thousands)\n,2024,2023\nSales,5,4\n\nCosts,3,2\n"
    document, found = read_csv(tmp_path, data)
    assert document.text.startswith("Acme Ltd\n\n(in thousands)\n\n2024\t2023\nSales")
    assert found[-1] == ("2", "Costs", "2023")


@pytest.mark.parametrize("padding", [b",,", b""], ids=["of one width", "each of its own"])
def test_a_sheet_of_two_tables_heads_each_by_its_own(tmp_path: Path, padding: bytes) -> None:
    rows = [b"Balance sheet (in thousands)" + padding, b",31 Dec 2025,31 Dec 2024", b"Cash,5,4"]
    rows += [b"Owed:" + padding, b"Debt,3,2", padding, b"Cash flow" + padding]
    rows += [row + padding[1:] for row in (b",FY2025", b"Dividends,77", b"Interest,1")]
    data = b"\n".join(rows)
    document, _ = read_csv(tmp_path, data)
    assert document.media_type == "text/csv"
    assert heads_of(document, "77") == ("Dividends", "FY2025")
    assert heads_of(document, "2") == ("Debt", "31 Dec 2024")


def test_fields_of_words(tmp_path: Path) -> None:
    data = b"Condition\tStatus\nGout\tactive\nAsthma\tresolved\n"
    assert read_csv(tmp_path, data)[1][-1] == ("resolved", "Asthma", "Status")


@pytest.mark.parametrize(
    "text",
    [
        "Costs 1,100\nSales 1,234\nRent 50,000\n",
        "$ 175,925\n$ 185,381\n",
        "Austin, TX\nBoston, MA\nDallas, TX\n",
        "June 30, 1997\nMarch 31, 1996\nMay 1, 1995\n",
        "Totals\t\nSales\t\nCosts\t\n",
        f"{'A paragraph of a report with a table below it. ' * 5}\nSales\t5\t4\nCosts\t3\t2\n",
        "Sales grew by 4% in the year, in each of our markets.\nSales\t5\t4\nCosts\t3\t2\n",
        "Umsatz 1.234,5 1.102,3\nErtrag 12,3 14,1\n\nMarge 3,5\nQuote 2,5\n",
        "We sell pumps, parts and oil.\nDr. Roe, MD, came; he said, rest.\nRest, then.\n",
    ],
    ids=[
        "amounts",
        "dollars",
        "towns",
        "dates",
        "empty",
        "paragraph",
        "sentence",
        "decimals",
        "prose",
    ],
)
def test_commas_of_prose_divide_no_fields(tmp_path: Path, text: str) -> None:
    path = tmp_path / "text.csv"
    path.write_text(text, encoding="utf-8")
    document = read(path)
    assert (document.media_type, document.text) == ("text/plain", text)


def test_commas_between_tabs_divide_no_fields(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(
        "The loan falls due in 2027 then.\n\nCosts\t4,215\t4,020\nTotal\t4,620\t4,285\n"
    )
    assert "4,020" in read(path).text


def heads_of(document: Document, figure: str) -> tuple[str | None, str | None]:
    cell = next(p for p in document.passages if document.text[p.start : p.end] == figure)
    return cell.row, cell.column


@pytest.mark.parametrize("number", ["IV", "2.", "(b)", "1.2"])
def test_the_words_behind_a_row_s_number_head_it(tmp_path: Path, number: str) -> None:
    rows = cells("No.", "Particulars", "2024") + cells(number, "Other income", "1,204.50")
    assert heads_of(read_table(tmp_path, rows), "1,204.50") == ("Other income", "2024")


def test_the_column_of_items_heads_the_rows(tmp_path: Path) -> None:
    rows = cells("company", "item", "amount") + cells("Acme Ltd", "Turnover", "1,204")
    assert heads_of(read_table(tmp_path, rows), "1,204") == ("Turnover", "amount")


def test_dates_in_digits_are_heads(tmp_path: Path) -> None:
    rows = cells("", "30.09.2024", "30.09.2023") + cells("", "TEUR", "TEUR")
    rows += cells("Equity", "12.345", "13.456")
    assert heads_of(read_table(tmp_path, rows), "13.456") == ("Equity", "30.09.2023 TEUR")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("△1,200", True), ("▲ 980", True), ("$29.9B", True), ("1.5bn", True), ("(890 123)", True),
     ("1 234 567,8", True), ("24 1/8", True), ("3M", False), ("30.09.2024", False),
     ("31.12.24", False)],
)  # fmt: skip
def test_figures_of_other_countries(text: str, expected: bool) -> None:
    assert is_figure(text) == expected


def test_a_row_that_repeats_the_corner_heads_what_follows(tmp_path: Path) -> None:
    document = read_table(
        tmp_path,
        cells("€ million", "Q3 2025", "Q3 2024")
        + cells("Sales", "1,482", "1,461")
        + cells("€ million", "Sept. 30, 2025", "Dec. 31, 2024")
        + cells("Total assets", "6,914", "6,801"),
    )
    heads = {document.text[p.start : p.end]: p.column for p in document.passages}
    assert (heads["1,461"], heads["6,801"]) == ("Q3 2024", "Dec. 31, 2024")
