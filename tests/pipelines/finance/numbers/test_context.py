"""A passage is told what it belongs to, and a number what its column says that it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.layout import Layout
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.candidates.number_types import (
    MONEY_COLUMN,
    PER_SHARE_COLUMN,
    PERCENT_COLUMN,
    SHARES_COLUMN,
)
from secateur.pipelines.finance.numbers.context import (
    Context,
    column_kinds,
    contexts,
)
from secateur.pipelines.ingestion.read import read

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
    return dict(zip(texts, contexts(Layout(found), spans), strict=True))


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
    said = {found.text[start:end]: kind for start, end, kind in column_kinds(Layout(found))}
    assert said[figure] == kind


def test_prose_has_no_columns(tmp_path: Path) -> None:
    assert column_kinds(Layout(document(tmp_path, "<p>We paid $5 for 10 shares.</p>"))) == []


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
    kinds = {found.text[start:end]: kind for start, end, kind in column_kinds(Layout(found))}
    assert kinds["343"] == kinds["(9)"] == kinds["12"] == MONEY_COLUMN
    assert kinds["1.7"] == kinds["(0.1)"] == kinds["2.0"] == PERCENT_COLUMN


def test_a_row_with_a_cell_missing_says_nothing_of_the_columns_below_a_head(
    tmp_path: Path,
) -> None:
    heads = "<tr><td></td><td colspan=2>2024</td></tr>"
    rows = (["Sales", "$811", "100%"], ["Costs", "611", "75"], ["Margin", "", "25"])
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    path = tmp_path / "table.html"
    path.write_text(f"<table>{heads}{''.join(f'<tr>{line}</tr>' for line in lines)}</table>")
    found = read(path)
    kinds = {found.text[start:end]: kind for start, end, kind in column_kinds(Layout(found))}
    assert kinds == {
        "$811": MONEY_COLUMN, "100%": PERCENT_COLUMN, "611": MONEY_COLUMN, "75": PERCENT_COLUMN,
    }  # fmt: skip
