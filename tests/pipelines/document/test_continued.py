"""A table that goes on over pages is one with its parts; neighbours of their own are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.continued import continued_tables
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.ingestion.read import read

HEADS = ("", "2024", "2023")
OTHERS = ("", "2024", "2022")
TITLE = "<p><b>Balance Sheets</b></p><p>(in millions)</p>"


def table(*rows: tuple[str, ...]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table><tr>{'</tr><tr>'.join(lines)}</tr></table>"


ASSETS = table(HEADS, ("Cash", "5", "4"), ("Goodwill", "7", "6"))
DEBTS = table(HEADS, ("Debt", "8", "7"), ("Equity", "4", "3"))
BARE = table(("Debt", "8", "7"), ("Equity", "4", "3"))
PAGES = "".join(
    f"<p>Table of Contents</p><p>We sell {thing}.</p>{table(HEADS, ('Sales', '1', '2'))}"
    for thing in ("apples", "pears", "plums")
)
CASES = {
    "the same title again": (TITLE + ASSETS + "<p>45</p>" + TITLE + DEBTS, 1),
    "the title continued": (
        TITLE + ASSETS + "<p>45</p><p>Balance Sheets (continued)</p>" + DEBTS, 1,
    ),
    "a page's foot and no title": (TITLE + ASSETS + "<p>See accompanying notes.</p>" + DEBTS, 1),
    "a page's head that stands above many tables": (
        PAGES + "<p>We sell things.</p>" + TITLE + ASSETS + "<p>Table of Contents</p>" + DEBTS, 4,
    ),
    "no heads and nothing between": (TITLE + ASSETS + BARE, 1),
    "no heads on the next page": (TITLE + ASSETS + "<p>F-7</p>" + BARE, 1),
    "a title of its own": (TITLE + ASSETS + "<p>Debts</p>" + DEBTS, 2),
    "a sentence between": (TITLE + ASSETS + "<p>Inventories were (in millions):</p>" + DEBTS, 2),
    "other heads": (
        TITLE + ASSETS + "<p>45</p>" + TITLE + table(OTHERS, ("Debt", "8", "7")), 2,
    ),
    "the same heads and nothing between": (TITLE + ASSETS + DEBTS, 2),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_table_goes_on_where_only_a_page_s_lines_stand_between(tmp_path: Path, name: str) -> None:
    body, count = CASES[name]
    path = tmp_path / "a.html"
    path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    groups = continued_tables(layout_of(read(path)))
    assert len(groups) == count
    assert [t for group in groups for t in group] == list(layout_of(read(path)).tables)
