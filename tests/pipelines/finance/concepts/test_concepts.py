"""Concepts are ranked by what stands around figures, and decided for a report together."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
import torch

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.concepts.decoding import decode
from secateur.pipelines.finance.concepts.encode import encode, words_of_report
from secateur.pipelines.finance.concepts.network import ConceptNetwork, Sizes
from secateur.pipelines.finance.concepts.ranker import (
    Calibration,
    ConceptRanker,
    Ranked,
    save,
    shipped_ranker,
)
from secateur.pipelines.finance.concepts.surroundings import (
    FIELDS,
    SPANS,
    Item,
    Signs,
    span_of,
    surroundings,
)
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.ranked import with_concepts
from secateur.pipelines.finance.statements.statement import Cell, Column, Row, Statement
from secateur.pipelines.ingestion.read import read

TABLE = (
    "<p><b>Balance Sheets</b></p><table><tr><td></td><td>December 31, 2024</td>"
    "<td>December 31, 2023</td></tr><tr><td>Assets:</td></tr>"
    "<tr><td>Inventories</td><td>30</td><td>40</td></tr>"
    "<tr><td>Total assets</td><td>(50)</td><td>60</td></tr></table>"
    "<p>Inventories fell to $30 million in 2024.</p>"
)


def items_of(folder: Path) -> list[Item]:
    path = folder / "report.html"
    path.write_text(f"<html><body>{TABLE}</body></html>")
    document = read(path)
    places = [document.text.index(text) for text in ("30", "40", "(50)", "60", "$30 million")]
    lengths = (2, 2, 4, 2, 11)
    days = ("2024-12-31", "2023-12-31", "2024-12-31", "2023-12-31", "2024-01-01/2024-12-31")
    entities = [
        Entity("r", start, start + size, "", "MONEY", 0.9, value=Decimal(1), period=day)
        for start, size, day in zip(places, lengths, days, strict=True)
    ]
    table = document.passages[1].start
    return surroundings(document, entities, {table: "balance_sheet"})


def test_a_row_that_differs_in_years_alone_is_one_item(tmp_path: Path) -> None:
    inventories, assets, prose = items_of(tmp_path)
    assert inventories.kind == "balance_sheet"
    assert (inventories.texts["label"], len(inventories.cells)) == ("Inventories", 2)
    assert inventories.texts["captions"] == "Assets:"
    assert assets.signs == Signs(negative=1, positive=1)
    assert (prose.kind, prose.span) == ("prose", "year")
    assert prose.texts["before"].startswith("Inventories fell to")


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (None, "?"), ("2024-12-31", "instant"), ("2024-10-01/2024-12-31", "quarter"),
        ("2024-01-01/2024-06-30", "half"), ("2024-01-01/2024-09-30", "nine months"),
        ("2023-10-01/2024-09-28", "year"), ("2020-01-01/2024-12-31", "other"),
        ("someday/never", "other"),
    ],
)  # fmt: skip
def test_spans(period: str | None, expected: str) -> None:
    assert span_of(period) == expected


def item(start: int, kind: str = "balance_sheet", block: int = 0) -> Item:
    return Item(
        ((start, start + 5),), block, start, 0, kind, False, "MONEY", "instant", Signs(0, 1)
    )


NONE = 9
DECODED: Mapping[str, tuple[list[Item], list[str], list[dict[int, float]], list[int]]] = {
    "two rows of a statement differ": (
        [item(0), item(10)], ["1234", "5678"], [{1: -0.1, 2: -3.0}, {1: -0.2, 2: -1.7}], [1, 2],
    ),
    "rows of other tables may not": (
        [item(0, "table"), item(10, "table")], ["1234", "5678"],
        [{1: -0.1, 2: -3.0}, {1: -0.2, 2: -1.7}], [1, 1],
    ),
    "the same number elsewhere helps": (
        [item(0), item(10, "table", 10)], ["1234", "1234"],
        [{1: -0.01, 2: -5.0}, {1: -1.0, 2: -0.5}], [1, 1],
    ),
    "a short number is the same by chance": (
        [item(0), item(10, "table", 10)], ["12", "12"],
        [{1: -0.01, 2: -5.0}, {1: -1.0, 2: -0.5}], [1, 2],
    ),
    "none is no concept": ([item(0)], ["1234"], [{NONE: -0.1, 3: -2.5}], [3]),
}  # fmt: skip


@pytest.mark.parametrize("name", DECODED)
def test_items_are_decided_together(name: str) -> None:
    items, values, chances, expected = DECODED[name]
    entities = [
        Entity("r", each.cells[0][0], each.cells[0][1], value, "MONEY", 1.0,
               value=Decimal(value), period="2024-12-31")
        for each, value in zip(items, values, strict=True)
    ]  # fmt: skip
    found = decode(items, entities, chances, NONE)
    assert [next(iter(each)) for each in found] == expected


def test_a_saved_ranker_reads_as_before(tmp_path: Path) -> None:
    torch.manual_seed(0)
    sizes = Sizes(words=3, fields=len(FIELDS), spans=len(SPANS), concepts=2, width=16, heads=2)
    network = ConceptNetwork(sizes, [1, 1]).eval()
    with torch.no_grad():
        network.own.weight.normal_()
    kinds = ("balance_sheet", "prose", "table", "caption")
    calibration = Calibration(
        dict.fromkeys(kinds, 1.0), dict.fromkeys(kinds, 0.0), dict.fromkeys(kinds, 0.5)
    )
    words = ["assets", "inventories", "total"]
    concepts = [("InventoryNet", "MONEY"), ("Assets", "MONEY")]
    save(tmp_path / "r", [(network, network.own.weight)], sizes, concepts, words, calibration)
    loaded = ConceptRanker.load(tmp_path / "r")
    items = items_of(tmp_path)
    _, chances = loaded.read(items[:1])
    direct = ConceptRanker(
        [network], ["InventoryNet", "Assets"],
        {word: number for number, word in enumerate(words, 1)}, calibration,
    )  # fmt: skip
    _, expected = direct.read(items[:1])
    assert chances[0] == pytest.approx(expected[0], abs=0.01)


def test_words_of_a_report_are_its_statements(tmp_path: Path) -> None:
    vocabulary = {"inventories": 1, "fell": 2}
    items = items_of(tmp_path)
    assert words_of_report(items, vocabulary) == (1,)
    assert [each.texts[0] for each in encode(items, vocabulary)] == [(1,), (), ()]


def test_the_shipped_ranker_knows_total_assets(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text(f"<html><body>{TABLE}</body></html>")
    document = read(path)
    start = document.text.index("60")
    figure = Entity("r", start, start + 2, "60", "MONEY", 0.9, period="2023-12-31")
    table = document.passages[1].start
    ranked = shipped_ranker().rank(document, [figure], {table: "balance_sheet"})
    found = next(each for each in ranked if (start, start + 2) in each.item.cells)
    assert found.names[0] == "us-gaap:Assets"
    assert not found.flipped


def book(*rows: Row) -> StatementBook:
    statement = Statement("cash_flow", "", None, None, 6, (Column("2024", "2024"),), rows)
    return StatementBook("r", None, "USD", None, (statement,), ())


def ranked(start: int, *, shown: bool, flipped: bool) -> Ranked:
    names = ("us-gaap:A", "us-gaap:B")
    return Ranked(item(start), names, {"us-gaap:A": 0.8, "us-gaap:B": 0.1}, 0.8, shown, flipped)


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("flipped", [True, False])
def test_values_have_the_sign_of_the_likeliest_concept(shown: bool, flipped: bool) -> None:
    cell = Cell(0, None, "USD", "(30)", Decimal(-30), 0.9, 1, 5)
    rows = book(Row("Purchases", 0, False, None, (cell,)))
    (row,) = with_concepts(rows, [ranked(0, shown=shown, flipped=flipped)]).statements[0].rows
    assert row.cells[0].value == (30 if flipped else -30)
    assert row.concept == ("us-gaap:A" if shown else None)
    assert row.concept_ranked == ("us-gaap:A", "us-gaap:B")


def test_rows_of_one_figure_have_concepts_of_their_own() -> None:
    cell = Cell(None, None, "shares", "900", Decimal(900), 0.9, 1, 4)
    row = Row("issued and outstanding", 0, False, None, (cell,))
    found = with_concepts(book(row, row), [ranked(0, shown=True, flipped=False)])
    assert [each.concept for each in found.statements[0].rows] == ["us-gaap:A", "us-gaap:B"]
