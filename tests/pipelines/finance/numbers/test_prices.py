"""Tables of the highest and lowest prices of a share."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_pages import table

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.numbers.headed import types_by_head
from secateur.pipelines.ingestion.read import read

ABOVE = "The following table sets forth the range of sales prices of our common stock."
PRICES = ["$ 23.45", "19.10", "24 3/8", "20.05"]


def priced(tmp_path: Path, body: str, above: str = ABOVE) -> list[str]:
    """What the cells that are amounts a share read."""
    path = tmp_path / "report.html"
    path.write_text(f"<html><body><p>{above}</p>{body}</body></html>")
    document = read(path)
    kinds = types_by_head(Layout(document))
    cells = (cell for cell in document.passages if kinds.get(cell.start) == "PER_SHARE")
    return [document.text[cell.start : cell.end] for cell in cells]


@pytest.mark.parametrize(
    "body",
    [
        table(["Fiscal 2008", "High", "Low"], ["First", *PRICES[:2]], ["Second", *PRICES[2:]]),
        table(
            ["", "High sales price", "Low sales price"],
            ["First", *PRICES[:2]], ["Second", *PRICES[2:]],
        ),
        table(["", "Highest", "Lowest (1)"], ["First", *PRICES[:2]], ["Second", *PRICES[2:]]),
        table(["", "First", "Second"], ["High", *PRICES[::2]], ["Low", *PRICES[1::2]]),
    ],
    ids=["heads", "of sales", "superlatives", "rows"],
)  # fmt: skip
def test_prices_are_amounts_a_share(tmp_path: Path, body: str) -> None:
    assert sorted(priced(tmp_path, body)) == sorted(PRICES)


def test_dividends_beside_prices_are_amounts_a_share(tmp_path: Path) -> None:
    body = table(["", "High", "Low", "Dividends declared"], ["First", *PRICES[:2], ".25"])
    assert priced(tmp_path, body) == [*PRICES[:2], ".25"]


def test_volumes_and_returns_beside_prices_are_not(tmp_path: Path) -> None:
    body = table(["", "High", "Low", "Volume", "Yield"], ["First", *PRICES[:2], "4,100", "2.1%"])
    assert priced(tmp_path, body) == PRICES[:2]


@pytest.mark.parametrize(
    ("above", "heads"),
    [
        ("Our estimates of the liability range as follows.", ["", "High", "Low"]),
        (ABOVE, ["", "High", "Average"]),
    ],
    ids=["no market", "no low"],
)
def test_other_ranges_stay_as_they_are(tmp_path: Path, above: str, heads: list[str]) -> None:
    assert priced(tmp_path, table(heads, ["Claims", "112.5", "98.1"]), above) == []
