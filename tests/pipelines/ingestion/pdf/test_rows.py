"""Rows of printed tables: labels of several lines, heads of columns, what ends a table."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from fpdf import FPDF

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.ingestion.read import read

PROSE = "The company measures these instruments at fair value on each day of its balance sheets, "
Cells = tuple[tuple[float, str], ...]


def printed(folder: Path, *lines: tuple[float, Cells]) -> Document:
    """Lines, each at its height with its cells at their places, in millimetres.

    What stands much higher than the line before it is on the next page.
    """
    pdf = FPDF()
    pdf.set_font("Helvetica", size=9)
    last = math.inf
    for height, cells in lines:
        if height < last - 100:
            pdf.add_page()
        last = height
        for left, text in cells:
            pdf.text(left, height, text)
    path = folder / "report.pdf"
    path.write_bytes(bytes(pdf.output()))
    return read(path)


def figure(document: Document, text: str) -> Passage:
    (found,) = (
        passage
        for passage in document.passages
        if passage.kind == "cell" and document.text[passage.start : passage.end] == text
    )
    return found


HEADS = (30.0, ((15, "December 31,"), (120, "2024"), (150, "2023")))


def test_labels_one_below_the_other_do_not_end_a_table(tmp_path: Path) -> None:
    document = printed(
        tmp_path, HEADS,
        (35, ((80, "ASSETS"),)), (40, ((15, "Current assets"),)),
        (45, ((18, "Cash"), (120, "10,828"), (150, "9,366"))),
        (50, ((18, "Inventories"), (120, "4,728"), (150, "4,424"))),
        (55, ((70, "LIABILITIES AND EQUITY"),)), (60, ((15, "Current liabilities"),)),
        (65, ((18, "Loans"), (120, "1,499"), (150, "4,557"))),
    )  # fmt: skip
    for text, row, column in (("10,828", "Cash", "2024"), ("4,557", "Loans", "2023")):
        assert (figure(document, text).row, figure(document, text).column) == (row, column)


@pytest.mark.parametrize("day", ["31 Dec", "31 March"])
def test_dates_side_by_side_head_columns_however_close(tmp_path: Path, day: str) -> None:
    document = printed(
        tmp_path, (30, ((100, f"{day} 2025 {day} 2024"),)),
        (35, ((15, "Cash"), (104, "10,828"), (124, "9,366"))),
        (40, ((15, "Inventories"), (104, "4,728"), (124, "4,424"))),
    )  # fmt: skip
    assert figure(document, "10,828").column == f"{day} 2025"
    assert figure(document, "4,424").column == f"{day} 2024"


def test_heads_close_to_each_other_stand_above_columns_of_their_own(tmp_path: Path) -> None:
    font = FPDF()
    font.set_font("Helvetica", size=9)
    note, first = (100 + font.get_string_width(text) for text in ("Note", "Note 31 Dec 2025"))

    def cells(*texts: str) -> Cells:
        ends = (note, first, 160.0)
        placed = ((end - font.get_string_width(t), t) for end, t in zip(ends, texts, strict=True))
        return tuple(placed)

    document = printed(
        tmp_path,
        (30, ((15, "in million"), (100, "Note 31 Dec 2025"), cells("", "", "31 Dec 2024")[2])),
        (35, ((15, "Cash"), *cells("11", "10,828", "9,366"))),
        (40, ((15, "Inventories"), *cells("12", "4,728", "4,424"))),
    )
    row = [passage.column for passage in document.passages if passage.row == "Cash"]
    assert row == ["Note", "31 Dec 2025", "31 Dec 2024"]


def test_words_of_one_head_above_several_columns_stay_together(tmp_path: Path) -> None:
    document = printed(
        tmp_path,
        (30, ((15, "in million"), (106, "Three months ended"))),
        (35, ((15, "Sales"), (100, "10,828"), (120, "9,366"), (140, "8,211"))),
        (40, ((15, "Services"), (100, "4,728"), (120, "4,424"), (140, "4,019"))),
    )
    columns = {passage.column for passage in document.passages if passage.row == "Sales"}
    assert "Three months ended" in columns
    assert columns <= {"Three months ended", None}


@pytest.mark.parametrize(
    ("over", "columns"),
    [
        ((), ["2024", "2023"]),
        (((20, ((15, "Acme annual report"),)),), ["2024", "2023"]),
        (((25, ((15, "in million"), (120, "2022"), (150, "2021"))),), ["2022", "2021"]),
        (((20, ((15, f"{PROSE}which are as follows, in the order in which they fall due:"),)),),
         [None, None]),
    ],
    ids=["at once", "below a running head", "heads of its own", "below a paragraph"],
)  # fmt: skip
def test_a_table_goes_on_with_its_heads_on_the_next_page(
    tmp_path: Path, over: tuple[tuple[float, Cells], ...], columns: list[str | None]
) -> None:
    document = printed(
        tmp_path, HEADS,
        (35, ((15, "Cash"), (120, "10,828"), (150, "9,366"))),
        (40, ((15, "Inventories"), (120, "4,728"), (150, "4,424"))),
        (280, ((100, "7"),)),
        *over,
        (30, ((15, "Loans"), (120, "1,499"), (150, "4,557"))),
        (35, ((15, "Leases"), (120, "2,499"), (150, "5,557"))),
    )  # fmt: skip
    assert [figure(document, text).column for text in ("2,499", "5,557")] == columns


def test_a_column_may_be_empty_up_to_the_next_page(tmp_path: Path) -> None:
    document = printed(
        tmp_path, (30, (*HEADS[1], (180, "2022"))),
        (35, ((15, "Cash"), (120, "10,828"), (150, "9,366"))),
        (40, ((15, "Inventories"), (120, "4,728"), (150, "4,424"))),
        (280, ((100, "7"),)),
        (30, ((15, "Loans"), (120, "1,499"), (150, "4,557"), (180, "6,001"))),
        (35, ((15, "Leases"), (120, "2,499"), (150, "5,557"), (180, "7,001"))),
    )  # fmt: skip
    assert figure(document, "7,001").column == "2022"


def test_a_title_further_off_ends_a_table(tmp_path: Path) -> None:
    document = printed(
        tmp_path, HEADS,
        (35, ((15, "Cash"), (120, "10,828"), (150, "9,366"))),
        (40, ((15, "Inventories"), (120, "4,728"), (150, "4,424"))),
        (49, ((15, "The amounts above are those of investees."),)),
        (58, ((15, "Year"), (120, "2022"), (150, "2021"))),
        (63, ((15, "Sales"), (120, "7,499"), (150, "8,557"))),
    )  # fmt: skip
    assert figure(document, "7,499").column == "2022"
    (note,) = (p for p in document.passages if p.kind != "cell")
    assert document.text[note.start : note.end] == "The amounts above are those of investees."


def test_figures_a_little_below_their_label_are_in_its_row(tmp_path: Path) -> None:
    document = printed(
        tmp_path, HEADS,
        (35, ((15, "Trading securities"),)), (38, ((120, "$ 45"), (150, "$ 43"))),
        (45, ((15, "Available-for-sale securities"),)), (48, ((120, "1,728"), (150, "1,136"))),
    )  # fmt: skip
    assert figure(document, "1,136").row == "Available-for-sale securities"
    assert figure(document, "1,136").column == "2023"


def test_a_label_goes_on_in_the_line_of_its_figures(tmp_path: Path) -> None:
    document = printed(
        tmp_path, HEADS,
        (35, ((15, "Net gains recognised during the year and still held at"),)),
        (38.5, ((17, "the end of the year"), (120, "217"), (150, "319"))),
        (45, ((15, "Effect of exchange rates on cash and"),)),
        (48.5, ((15, "Restricted Cash"), (120, "623"), (150, "73"))),
    )  # fmt: skip
    said = "Net gains recognised during the year and still held at the end of the year"
    assert figure(document, "319").row == said
    assert figure(document, "73").row == "Effect of exchange rates on cash and Restricted Cash"


def test_a_subhead_is_no_part_of_the_label_below(tmp_path: Path) -> None:
    document = printed(
        tmp_path, HEADS,
        (35, ((15, "Cash"), (120, "10,828"), (150, "9,366"))),
        (40, ((15, "Revenues:"),)), (44, ((15, "Products"), (120, "4,728"), (150, "4,424"))),
    )  # fmt: skip
    assert figure(document, "4,728").row == "Products"


def test_heads_of_several_lines_stand_above_their_columns(tmp_path: Path) -> None:
    document = printed(
        tmp_path,
        (15, ((15, PROSE),)),
        (30, ((118, "Fair Value"),)), (33.3, ((115, "Measurements"),)),
        (30, ((150, "December 31,"),)), (33.3, ((155, "2023"),)),
        (38, ((15, "Assets:"),)),
        (43, ((15, "Contracts"), (125, "311"), (155, "109"))),
        (48, ((15, "Commodities"), (125, "2"), (155, "88"))),
    )  # fmt: skip
    assert figure(document, "311").column == "Fair Value Measurements"
    assert figure(document, "88").column == "December 31, 2023"


def test_a_year_below_its_day_goes_on_with_the_head(tmp_path: Path) -> None:
    document = printed(
        tmp_path,
        (30, ((15, "Particulars"),)),
        (28, ((116, "31 March"),)), (31.8, ((119, "26"),)),
        (30, ((143, "30 June 25"),)),
        (28, ((178, "31 March"),)), (31.8, ((181, "25"),)),
        (36, ((116, "(Audited)"), (144, "(Unaudited)"), (177, "(Audited)"))),
        (40, ((15, "Inventories"), (121, "684.27"), (151, "611.10"), (181, "641.90"))),
        (45, ((15, "Total assets"), (118, "3,771.37"), (148, "3,601.02"), (178, "3,499.21"))),
    )  # fmt: skip
    assert figure(document, "684.27").column == "31 March 26 (Audited)"
    assert figure(document, "611.10").column == "30 June 25 (Unaudited)"
    assert figure(document, "641.90").column == "31 March 25 (Audited)"


def test_a_year_above_labels_heads_no_column(tmp_path: Path) -> None:
    document = printed(
        tmp_path, HEADS, (35, ((15, "Assets"),)), (39, ((15, "2024"),)),
        (43, ((15, "Cash"), (120, "10,828"), (150, "9,366"))),
    )  # fmt: skip
    assert figure(document, "10,828").row == "Cash"


def test_figures_stand_beside_the_middle_of_a_label_of_several_lines(tmp_path: Path) -> None:
    label = ("Changes in", "inventories of", "finished goods", "at 31 December", "2024")
    lines = [(36 + 3.4 * number, ((15, text),)) for number, text in enumerate(label)]
    document = printed(
        tmp_path, HEADS,
        (35, ((15, "Cash"), (120, "10,828"), (150, "9,366"))),
        *((height + 2, cells) for height, cells in lines),
        (44.8, ((120, "4,728"), (150, "4,424"))),
        (57, ((15, "Loans"), (120, "1,499"), (150, "4,557"))),
    )  # fmt: skip
    assert figure(document, "4,728").row == " ".join(label)
    assert figure(document, "4,557").column == "2023"


def test_a_short_figure_lies_in_the_column_of_the_long_ones(tmp_path: Path) -> None:
    document = printed(
        tmp_path,
        (30, ((15, "Years"), (118, "2024"), (148, "2023"))),
        (35, ((15, "Sales"), (118, "$"), (121, "1,135,679"), (148, "$"), (151, "1,132,537"))),
        (40, ((15, "Services"), (131, "16"), (161, "20"))),
    )  # fmt: skip
    assert (figure(document, "16").column, figure(document, "20").column) == ("2024", "2023")


def test_a_head_in_the_middle_of_several_columns_heads_all_of_them(tmp_path: Path) -> None:
    days = ("30.09.2025", "30.06.2025", "30.09.2024", "30.09.2025", "30.09.2024")
    places = (60, 85, 110, 140, 165)
    row = tuple(
        zip(places, ("2,418.66", "2,611.04", "2,207.15", "5,029.70", "4,560.92"), strict=True)
    )
    document = printed(
        tmp_path,
        (30, ((15, "Particulars"), (83, "Quarter ended"), (151, "Half year ended"))),
        (35, tuple(zip(places, days, strict=True))),
        (40, ((15, "Revenue"), *row)),
        (45, ((15, "Total income"), *((left, f"1{text}") for left, text in row))),
    )
    columns = [passage.column for passage in document.passages if passage.row == "Revenue"]
    lengths = ["Quarter ended"] * 3 + ["Half year ended"] * 2
    assert columns == [f"{length} {day}" for length, day in zip(lengths, days, strict=True)]


def test_words_far_apart_in_a_narrow_column_of_text_are_no_cells(tmp_path: Path) -> None:
    above, line, below = (
        "Our chief executive met the",
        ("Securities", "and"),
        "Exchange Commission.",
    )
    font = FPDF()
    font.set_font("Helvetica", size=9)
    second = 15 + font.get_string_width(above) - font.get_string_width(line[1])
    lines = (20.0, ((15, above),)), (24.0, ((15, line[0]), (second, line[1])))
    document = printed(tmp_path, *lines, (28.0, ((15, below),)))
    assert document.text == f"{above} {' '.join(line)} {below}"
    # So are figures among words, and words of the next line.
    amount = (24.0, ((15, "$3,487"), (second, "and"))), (28.0, ((15, "to"), (second, "and")))
    document = printed(tmp_path, lines[0], *amount, (32.0, ((15, below),)))
    assert document.text == f"{above} $3,487 and to and {below}"
    # With figures below they head columns.
    rows = (28.0, ((15, "Notes"), (second, "4.1"))), (32.0, ((15, "Loans"), (second, "5.2")))
    assert figure(printed(tmp_path, *lines, *rows), "4.1").column == "and"


def test_tables_whose_columns_disagree_keep_their_own_heads(tmp_path: Path) -> None:
    document = printed(
        tmp_path,
        (30, ((120, "Jul-Sep"),)), (33.8, ((124, "2025"),)),
        (30, ((145, "Jul-Sep"),)), (33.8, ((149, "2024"),)),
        (30, ((170, "Full year"),)), (33.8, ((176, "2024"),)),
        (38, ((15, "Net sales"), (124, "4,812"), (149, "4,961"), (174, "20,188"))),
        (42, ((15, "Operating profit"), (126, "561"), (151, "533"), (175, "2,175"))),
        (46, ((15, "Business areas"),)),
        (50, ((113, "Net sales, in MSEK"), (166, "Margin, in %"))),
        (54, ((110, "2025"), (137, "2024"), (160, "2025"), (178, "2024"))),
        (58, ((15, "Machines"), (111, "2,310"), (138, "2,456"), (162, "13.9"), (179, "12.8"))),
    )  # fmt: skip
    assert figure(document, "4,961").column == "Jul-Sep 2024"
    assert figure(document, "20,188").column == "Full year 2024"
    assert figure(document, "2,456").column == "Net sales, in MSEK 2024"
    assert figure(document, "13.9").column == "Margin, in % 2025"


def test_a_table_right_below_another_has_columns_of_its_own(tmp_path: Path) -> None:
    document = printed(
        tmp_path, (30, ((15, "in EUR million"), (80, "2025"), (100, "2024"), (120, "Change"))),
        (35, ((15, "Sales"), (80, "1,482"), (100, "1,461"), (122, "1.4%"))),
        (40, ((15, "Orders"), (80, "1,520"), (100, "1,466"), (122, "3.7%"))),
        (45, ((15, "in EUR million"), (90, "2025"), (119, "2024"))),
        (50, ((15, "Total assets"), (87, "6,914"), (118, "6,801"))),
        (55, ((15, "Equity"), (87, "2,755"), (118, "2,692"))),
    )  # fmt: skip
    assert figure(document, "1,461").column == "2024"
    for text, column in (("6,914", "2025"), ("2,692", "2024")):
        assert figure(document, text).column == column


def test_captions_with_white_space_around_them_do_not_end_a_table(tmp_path: Path) -> None:
    document = printed(
        tmp_path, (30.0, ((15, "December 31,"), (120, "2024"), (150, "2023"))),
        (40, ((15, "Revenues"),)),
        (45, ((18, "Sales"), (120, "10,828"), (150, "19,366"))),
        (50, ((18, "Net income"), (120, "14,728"), (150, "14,424"))),
        (58, ((15, "Earnings per share attributable to Ash Inc."),)),
        (63, ((18, "Basic"), (122, "11.52"), (152, "17.75"))),
        (72, ((15, "(1) Amounts include amortization, as follows:"),)),
        (77, ((18, "Costs"), (122, "1,752"), (152, "1,775"))),
    )  # fmt: skip
    for text, row in (("10,828", "Sales"), ("11.52", "Basic")):
        assert (figure(document, text).row, figure(document, text).column) == (row, "2024")
    assert figure(document, "1,752").column is None


def test_kerned_capitals_are_two_words(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=9)
    pdf.text(15, 45, "TOTAL")
    pdf.text(15.5 + pdf.get_string_width("TOTAL"), 45, "ASSETS")
    pdf.text(120, 45, "10,828")
    pdf.text(150, 45, "19,366")
    path = tmp_path / "report.pdf"
    path.write_bytes(bytes(pdf.output()))
    assert figure(read(path), "10,828").row == "TOTAL ASSETS"
