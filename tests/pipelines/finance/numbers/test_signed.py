"""Cells of which signs elsewhere in the table say what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.numbers.signed import cells_by_sign
from secateur.pipelines.ingestion.read import read


def signed(tmp_path: Path, *rows: list[str]) -> tuple[set[str], ...]:
    """The numbers that a table's signs say are percentages, figures, amounts, and sure figures."""
    return signed_in(tmp_path, table(*rows))


def table(*rows: list[str]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def signed_in(tmp_path: Path, body: str) -> tuple[set[str], ...]:
    path = tmp_path / "table.html"
    path.write_text(body)
    document = read(path)
    texts = {(cell.start, document.text[cell.start : cell.end]) for cell in document.passages}
    said = cells_by_sign(Layout(document))
    kinds = said.percent, said.money, said.amounts, said.figures
    return tuple({text for at, text in texts if at in characters} for characters in kinds)


def test_signs_of_a_column_count_for_its_numbers_without_one(tmp_path: Path) -> None:
    heads = ["", "Allocation", "Value", "Number", "Mixed", "Growth, then sales"]
    rows = (
        ["Bonds", "54%", "$811", "21", "$31", "5%"],
        ["Equity", "46", "(812)", "22", "4%", "813"],
    )
    percent, money, amounts, _ = signed(tmp_path, heads, *rows)
    assert percent == {"46"}
    assert money == {"$811", "(812)", "$31", "4%"}
    assert amounts == {"$811", "(812)"}


def test_a_table_says_that_all_in_it_are_percentages(tmp_path: Path) -> None:
    heads = ["Performance (%)", "1 month", "YTD"]
    percent, *_ = signed(tmp_path, heads, ["Fund", "0.8", "6.2"], ["Price", "1,342", "5.5"])
    assert percent == {"0.8", "6.2", "5.5"}


def test_percent_below_a_head_that_names_a_currency_is_no_money(tmp_path: Path) -> None:
    heads = ["", "2024 (Dollars in thousands) Cost", "2024 (Dollars in thousands) Percent"]
    rows = ["Within a year", "$811", "17.2%"], ["Later", "(812)", "40.7"]
    percent, _, amounts, _ = signed(tmp_path, heads, *rows)
    assert percent == {"17.2%", "40.7"}
    assert amounts == {"$811", "(812)"}


def test_a_column_headed_by_a_currency_is_of_amounts_but_for_rates(tmp_path: Path) -> None:
    rows = ["Sales", "811.5", "4.6"], ["Margin (%)", "54.1", "5.2"]
    _, money, amounts, _ = signed(tmp_path, ["", "2024 £m", "Change %"], *rows)
    assert money >= {"811.5", "54.1"}
    assert amounts == {"811.5"}


def test_a_row_that_names_a_currency_is_of_amounts_but_for_its_change(tmp_path: Path) -> None:
    rows = ["Revenue ($ millions)", "5012", "2.9"], ["Staff", "812", "1.1"]
    _, money, amounts, _ = signed(tmp_path, ["", "FY2024", "Change %"], *rows)
    assert money == amounts == {"5012"}


def test_amounts_stand_above_percentages_and_what_follows_may_lack_the_sign(tmp_path: Path) -> None:
    rows = (
        ["Sales", "811", "5"],
        ["Tax rate", "21%", "4%"],
        ["Credits", "7", "3"],
        ["Net", "251", "2"],
    )
    _, _, amounts, _ = signed(tmp_path, ["(Dollars in millions)", "2024", "2023"], *rows)
    assert amounts == {"811", "5", "251"}


def test_heads_that_name_a_currency_speak_for_all_columns(tmp_path: Path) -> None:
    rows = ["Sales", "811", "812"], ["Tax rate", "21", "22"], ["Margin", "54%", "55%"]
    every = {"811", "812", "21", "22", "54%", "55%"}
    dollars = signed(tmp_path, ["(Dollars in millions)", "2024", "2023"], *rows)
    assert dollars == (set(), every, {"811", "812"}, every)
    scaled = signed(tmp_path, ["(in millions)", "2024", "2023"], *rows)
    assert scaled == (set(), set(), {"811", "812"}, every)


def test_amounts_beside_their_percentages_under_one_head_are_no_percentages(
    tmp_path: Path,
) -> None:
    heads = "<tr><td></td><td colspan=2>2024</td></tr>"
    rows = table(["Tax", "$4,311", "21.0%"], ["State taxes", "343", "1.7"])
    _, _, amounts, _ = signed_in(tmp_path, rows.replace("<table>", f"<table>{heads}"))
    assert amounts == {"$4,311", "343"}


@pytest.mark.parametrize("measure", ["$811", "811"])
def test_what_fills_a_cell_is_a_figure_where_a_table_bears_a_currency(
    tmp_path: Path, measure: str
) -> None:
    rows = ["Licences", measure, "46"], ["Stores", "1,204", "—"], ["Interest rate", "4.5", "—%"]
    *_, figures = signed(tmp_path, ["", "Cost", "Number"], *rows)
    bears = {"$811", "46", "1,204", "—", "4.5", "—%"}
    assert figures == (bears if measure == "$811" else set())


def test_a_dash_below_a_head_that_names_a_currency_is_a_figure(tmp_path: Path) -> None:
    heads = ["Name", "Salary ($)", "Bonus ($)(1)", "Benefits"]
    *_, figures = signed(tmp_path, heads, ["M. Ost", "811", "—", "—"])
    assert figures == {"811", "—"}
    document = read(tmp_path / "table.html")
    benefits = document.text.rindex("—")
    assert benefits not in cells_by_sign(Layout(document)).figures


def test_a_dash_for_a_rate_may_say_that_there_is_none(tmp_path: Path) -> None:
    rows = ["Cost (in millions)", "—"], ["Interest rate", "—"]
    *_, figures = signed(tmp_path, ["", "2024"], *rows, ["Value", "$3"])
    document = read(tmp_path / "table.html")
    rate = document.text.index("—", document.text.index("rate"))
    assert figures == {"—", "$3"}
    assert rate not in cells_by_sign(Layout(document)).figures


def test_a_number_in_parentheses_may_be_a_mark_unless_marks_are_raised(tmp_path: Path) -> None:
    rows = table(["", "2024"], ["Sales", "$811"], ["Loss", "(3)"])
    *_, figures = signed_in(tmp_path, rows)
    assert figures == {"$811"}
    *_, figures = signed_in(tmp_path, f"{rows}<p><sup>1</sup> As restated.</p>")
    assert figures == {"$811", "(3)"}


def test_a_table_goes_on_where_one_of_as_many_columns_ended(tmp_path: Path) -> None:
    first = table(["(in millions)", "2024"], ["Sales", "811"])
    second = table(["", "2023"], ["Costs", "912"])
    wide = table(["", "Page", "Item"], ["Signatures", "101", "15"])
    *_, figures = signed_in(tmp_path, f"{first}<p><b>Notes, continued</b></p>{second}<hr>{wide}")
    assert figures == {"811", "912"}
    prose = f"<p>{'We lease offices in a number of towns. ' * 3}</p>"
    *_, figures = signed_in(tmp_path, f"{first}{prose}{second}")
    assert figures == {"811"}


def test_two_digits_in_a_column_without_a_head_may_count_months(tmp_path: Path) -> None:
    lease = ["Acme Inc.", "Servers", "36", "$3,892"]
    assert signed(tmp_path, lease, ["Brown Inc.", "Printers", "48", "112"])[-1] == {"$3,892", "112"}
    heads = ["Lessee", "Equipment", "Number", "Rent"]
    *_, figures = signed(tmp_path, heads, lease, ["Brown Inc.", "Printers", "48", "112"])
    assert figures == {"36", "48", "$3,892", "112"}


def test_two_digits_are_amounts_where_more_stand_in_a_column_without_a_head(tmp_path: Path) -> None:
    rows = ["Opening balance", "$9,811", "36"], ["Paid", "412", "(512)"]
    *_, figures = signed(tmp_path, ["Change in the obligation"], *rows)
    assert figures == {"$9,811", "36", "412", "(512)"}


@pytest.mark.parametrize("row", ["Worldwide", "Margin"])
def test_what_stands_with_thousands_is_no_percentage_but_for_a_rate(
    tmp_path: Path, row: str
) -> None:
    rows = ["Abroad", "1,811", "5.1"], [row, "412", "7.9"]
    _, _, amounts, _ = signed(tmp_path, ["", "Sales 2024", "Growth"], *rows)
    assert amounts == ({"1,811", "412"} if row == "Worldwide" else {"1,811"})


CHANGES = ["", "2024", "2023", "Change", "% Change"]


@pytest.mark.parametrize(
    ("heads", "row", "expected"),
    [
        (CHANGES, ["Staff", "31.2", "30.0", "1.2", "4.0%"], {"31.2", "30.0", "1.2"}),
        (CHANGES, ["Staff", "31.2", "30.0", "1.2", "4.0"], {"1.2"}),
        (CHANGES, ["Margin", "31.2", "30.0", "1.2", "4.0%"], set()),
        (CHANGES, ["Share", "31.2%", "30.0%", "1.2", "4.0%"], set()),
        (["", "2024", "% of sales"], ["Staff", "31.2", "4.0%"], set()),
    ],
)
def test_beside_a_change_in_percent_stand_amounts_but_for_rates(
    tmp_path: Path, heads: list[str], row: list[str], expected: set[str]
) -> None:
    _, _, amounts, _ = signed(tmp_path, heads, row)
    assert amounts == expected


@pytest.mark.parametrize(
    ("unit", "expected"), [("(in millions)", {"312.1", "(1,204)", "100"}), ("", set())]
)
def test_from_a_hundred_on_no_percentage_stands_under_a_scale(
    tmp_path: Path, unit: str, expected: set[str]
) -> None:
    rows = ["Costs", "312.1", "(1,204)"], ["Staff", "99.9", "100"], ["Solvency ratio", "212", "205"]
    _, _, amounts, _ = signed(tmp_path, [unit, "2024", "2023"], *rows, ["Share", "8%", "7%"])
    assert amounts == expected
