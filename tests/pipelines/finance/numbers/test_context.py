"""A passage is told what it belongs to, and a number what its column says that it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.core.models.word_kinds import (
    MONEY_COLUMN,
    PER_SHARE_COLUMN,
    PERCENT_COLUMN,
    SHARES_COLUMN,
)
from secateur.pipelines.document import Document
from secateur.pipelines.finance.numbers.context import (
    Context,
    cells_by_sign,
    column_kinds,
    contexts,
)
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.sentences import sentences

INCOME = """
<h2>Note 3 Earnings</h2>
<p>Results were as follows (in millions, except per share data):</p>
<table>
<tr><td></td><td>2025</td><td>2024</td></tr>
<tr><td>Net income</td><td>$3,219</td><td>$5,700</td></tr>
<tr><td>Earnings per common share:</td><td></td><td></td></tr>
<tr><td>Basic</td><td>$2.17</td><td>$3.76</td></tr>
</table>
<p>More prose.</p>
"""
AWARDS = """
<table>
<tr><td></td><td>Shares</td><td>Weighted-average grant date fair value</td><td>Rate</td>
<td>Carrying value</td></tr>
<tr><td>Granted</td><td>10.5</td><td>$45.20</td><td>4.1</td><td>$12</td></tr>
<tr><td>Vested</td><td>3.2</td><td>40.10</td><td>3.9</td><td>15</td></tr>
</table>
"""


def document(tmp_path: Path, body: str) -> Document:
    path = tmp_path / "report.html"
    path.write_text(f"<html><body>{body}</body></html>")
    return read(path)


def told(found: Document) -> dict[str, Context]:
    spans = sentences(found.text, found.passages)
    texts = [found.text[start:end] for start, end in spans]
    return dict(zip(texts, contexts(found, spans), strict=True))


def test_a_row_is_told_titles_caption_heads_and_parent(tmp_path: Path) -> None:
    context = told(document(tmp_path, INCOME))["Basic\t$2.17\t$3.76"]
    assert (context.numbered, context.title) == ("Note 3 Earnings", "")
    assert context.caption.endswith("(in millions, except per share data):")
    assert (context.heads, context.parent) == ("2025 2024", "Earnings per common share:")


def test_prose_is_told_its_titles_alone(tmp_path: Path) -> None:
    assert told(document(tmp_path, INCOME))["More prose."] == Context("Note 3 Earnings")


def test_the_heads_of_a_table_are_not_told_twice(tmp_path: Path) -> None:
    context = told(document(tmp_path, INCOME))["2025\t2024"]
    assert "2025" not in " ".join(context)


def test_a_title_on_every_page_is_furniture(tmp_path: Path) -> None:
    pages = "<h2>Acme 10-K</h2><p>Text.</p>" * 6
    assert set(told(document(tmp_path, pages)).values()) == {Context()}


def test_a_text_without_titles_has_no_context(tmp_path: Path) -> None:
    assert told(document(tmp_path, "<p>One. Two.</p>")) == {
        "One.": Context(),
        "Two.": Context(),
    }


@pytest.mark.parametrize(
    ("figure", "kind"),
    [
        ("3.2", SHARES_COLUMN),
        ("40.10", PER_SHARE_COLUMN),
        ("3.9", PERCENT_COLUMN),
        ("15", MONEY_COLUMN),
    ],
)
def test_a_column_says_what_its_numbers_are(tmp_path: Path, figure: str, kind: int) -> None:
    found = document(tmp_path, AWARDS)
    said = {found.text[start:end]: kind for start, end, kind in column_kinds(found)}
    assert said[figure] == kind


def test_prose_has_no_columns(tmp_path: Path) -> None:
    assert column_kinds(document(tmp_path, "<p>We paid $5 for 10 shares.</p>")) == []


def signed(tmp_path: Path, *rows: list[str]) -> tuple[set[str], ...]:
    """The numbers that a table's signs say are percentages, figures, and no percentages."""
    path = tmp_path / "table.html"
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    path.write_text("<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>")
    document = read(path)
    texts = {(cell.start, document.text[cell.start : cell.end]) for cell in document.passages}
    said = cells_by_sign(document)
    return tuple({text for at, text in texts if at in characters} for characters in said)


def test_signs_of_a_column_count_for_its_numbers_without_one(tmp_path: Path) -> None:
    heads = ["", "Allocation", "Value", "Number", "Mixed", "Growth, then sales"]
    rows = (
        ["Bonds", "54%", "$811", "21", "$31", "5%"],
        ["Equity", "46", "(812)", "22", "4%", "813"],
    )
    percent, money, amounts = signed(tmp_path, heads, *rows)
    assert percent == {"46"}
    assert money == {"$811", "(812)", "$31", "4%"}
    assert amounts == {"$811", "(812)"}


def test_a_table_says_that_all_in_it_are_percentages(tmp_path: Path) -> None:
    heads = ["Performance (%)", "1 month", "YTD"]
    percent, _, _ = signed(tmp_path, heads, ["Fund", "0.8", "6.2"], ["Price", "1,342", "5.5"])
    assert percent == {"0.8", "6.2", "5.5"}


def test_amounts_and_their_percentages_under_one_head_are_two_columns(tmp_path: Path) -> None:
    heads = "<tr><td></td><td colspan=2>2024</td><td colspan=2>2023</td></tr>"
    rows = (
        ["Tax at the federal rate", "$4,311", "21.0%", "$6,010", "21.0%"],
        ["State taxes", "343", "1.7", "567", "2.0"],
        ["Other", "(9)", "(0.1)", "12", "0.1"],
    )
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    path = tmp_path / "table.html"
    path.write_text(f"<table>{heads}{''.join(f'<tr>{line}</tr>' for line in lines)}</table>")
    found = read(path)
    kinds = {found.text[start:end]: kind for start, end, kind in column_kinds(found)}
    assert kinds["343"] == kinds["(9)"] == kinds["12"] == MONEY_COLUMN
    assert kinds["1.7"] == kinds["(0.1)"] == kinds["2.0"] == PERCENT_COLUMN
    amounts = {found.text[at] for at in cells_by_sign(found).amounts}
    assert "." not in amounts


def test_a_row_with_a_cell_missing_says_nothing_of_the_columns_below_a_head(
    tmp_path: Path,
) -> None:
    heads = "<tr><td></td><td colspan=2>2024</td></tr>"
    rows = (["Sales", "$811", "100%"], ["Costs", "611", "75"], ["Margin", "", "25"])
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    path = tmp_path / "table.html"
    path.write_text(f"<table>{heads}{''.join(f'<tr>{line}</tr>' for line in lines)}</table>")
    found = read(path)
    kinds = {found.text[start:end]: kind for start, end, kind in column_kinds(found)}
    assert kinds == {
        "$811": MONEY_COLUMN, "100%": PERCENT_COLUMN, "611": MONEY_COLUMN, "75": PERCENT_COLUMN,
    }  # fmt: skip


def test_a_column_headed_by_a_currency_is_of_amounts_but_for_rates(tmp_path: Path) -> None:
    rows = ["Sales", "811.5", "4.6"], ["Margin (%)", "54.1", "5.2"]
    _, money, amounts = signed(tmp_path, ["", "2024 £m", "Change %"], *rows)
    assert money >= {"811.5", "54.1"}
    assert amounts == {"811.5"}


def test_a_row_that_names_a_currency_is_of_amounts_but_for_its_change(tmp_path: Path) -> None:
    rows = ["Revenue ($ millions)", "5012", "2.9"], ["Staff", "812", "1.1"]
    _, money, amounts = signed(tmp_path, ["", "FY2024", "Change %"], *rows)
    assert money == amounts == {"5012"}


def test_amounts_stand_above_percentages_and_what_follows_may_lack_the_sign(tmp_path: Path) -> None:
    rows = (
        ["Sales", "811", "5"],
        ["Tax rate", "21%", "4%"],
        ["Credits", "7", "3"],
        ["Net", "251", "2"],
    )
    _, _, amounts = signed(tmp_path, ["(Dollars in millions)", "2024", "2023"], *rows)
    assert amounts == {"811", "5", "251"}


def test_heads_that_name_a_currency_speak_for_all_columns(tmp_path: Path) -> None:
    rows = ["Sales", "811", "812"], ["Tax rate", "21", "22"], ["Margin", "54%", "55%"]
    dollars = signed(tmp_path, ["(Dollars in millions)", "2024", "2023"], *rows)
    assert dollars == (set(), {"811", "812", "21", "22", "54%", "55%"}, {"811", "812"})
    assert signed(tmp_path, ["(in millions)", "2024", "2023"], *rows) == (set(), set(), set())
