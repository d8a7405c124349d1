"""Statements are scored against the tables that a filing has tagged."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path

import pytest

from secateur.pipelines.cli.main import main
from secateur.pipelines.evaluation.metric import share_of
from secateur.pipelines.evaluation.statement_gold import gold_of
from secateur.pipelines.evaluation.statement_scores import score_statements
from secateur.pipelines.ingestion.tagged_tables import read_with_tables

DAYS = ("2024-12-31", "2023-12-31")
SHEET = [
    ("Cash", "CashAndCashEquivalentsAtCarryingValue", 50, 40),
    ("Inventories, net", "InventoryNet", 30, 0),
    ("Goodwill", "Goodwill", 20, 20),
    ("Total assets", "Assets", 100, 60),
    ("Accounts payable", "AccountsPayableCurrent", 10, 5),
    ("Treasury stock", "TreasuryStockValue", 7, 3),
    ("Total liabilities and equity", "LiabilitiesAndStockholdersEquity", 100, 60),
]
FLOWS = [
    *((f"Item {'abcdef'[n] * 3}", f"Item{n}", n + 1, n + 2) for n in range(6)),
    ("Net cash from operations", "NetCashProvidedByUsedInOperatingActivities", 90, 73),
    ("Net cash from investing", "NetCashProvidedByUsedInInvestingActivities", -30, -20),
]
FINANCING = [("Net cash from financing", "NetCashProvidedByUsedInFinancingActivities", -50, -40)]
CONTEXT = """<xbrli:context id="c{n}"><xbrli:entity>{dimension}</xbrli:entity><xbrli:period>
<xbrli:instant>{day}</xbrli:instant></xbrli:period></xbrli:context>"""
MEMBER = "<xbrldi:explicitMember dimension='a:Axis'>a:Part</xbrldi:explicitMember>"


def fact(concept: str, value: int, context: int, more: str = "", text: str = "") -> str:
    sign = ' sign="-"' if value < 0 else ""
    prefix = "" if ":" in concept else "us-gaap:"
    shown = text or ("—" if not value else str(abs(value)))
    style = ' format="ixt:zerodash"' if shown == "—" else more
    return (
        f'<ix:nonFraction name="{prefix}{concept}" contextRef="c{context}" unitRef="usd" '
        f'scale="6" decimals="-6"{sign}{style}>{shown}</ix:nonFraction>'
    )


def table(lines: list[tuple], more: str = "") -> str:
    rows = "".join(
        f"<tr><td>{label}</td>"
        + "".join(f"<td>{fact(concept, v, n)}</td>" for n, v in enumerate(values))
        + "</tr>"
        for label, concept, *values in lines
    )
    return f"<table><tr><td></td><td>2024</td><td>2023</td></tr>{rows}{more}</table>"


def filing(folder: Path, *tables: str, name: str = "a.html") -> Path:
    contexts = "".join(
        CONTEXT.format(n=n, day=DAYS[n % 2], dimension=MEMBER if n > 1 else "") for n in range(3)
    )
    path = folder / name
    path.write_text(
        '<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
        'xmlns:xbrli="http://www.xbrl.org/2003/instance" '
        'xmlns:xbrldi="http://xbrl.org/2006/xbrldi"><body><div style="display:none">'
        f"<ix:header><ix:resources>{contexts}<xbrli:unit id='usd'><xbrli:measure>iso4217:USD"
        "</xbrli:measure></xbrli:unit></ix:resources></ix:header></div>"
        f"<p>Balance sheets</p>{'<p>Then</p>'.join(tables)}</body></html>",
        encoding="utf-8",
    )
    return path


def read_of(lines: list[tuple], kind: str = "balance_sheet", name: str = "a.html") -> dict:
    """What a reader without fault gives."""
    standard = {"Cash": "cash", "Total assets": "total_assets"}
    rows = [
        {
            "label": label,
            "concept": f"us-gaap:{concept}",
            "concept_ranked": [f"us-gaap:{concept}"],
            "standard": standard.get(label),
            "cells": [
                {"column": n, "period": None, "value": v * 10**6} for n, v in enumerate(values)
            ],
        }
        for label, concept, *values in lines
    ]
    columns = [{"period": day} for day in DAYS]
    return {"document": name, "statements": [{"kind": kind, "columns": columns, "rows": rows}]}


WHOLE = {
    "cells": 14, "found": 14, "signed": 14, "us_gaap": 14, "concept": 14, "shown": 14,
    "shown_right": 14, "product": 13, "extra": 0,
    "headlines": 4, "headlines_right": 4, "headlines_wrong": 0,
}  # fmt: skip


def tally_of(tmp_path: Path, book: dict, *tables: str) -> dict[str, int]:
    _, found = read_with_tables(filing(tmp_path, *(tables or (table(SHEET),))))
    return asdict(score_statements("a", gold_of(found), book).tallies["balance_sheet"])


def test_a_reading_without_fault_has_every_cell(tmp_path):
    assert tally_of(tmp_path, read_of(SHEET)) == WHOLE


CELL_1 = ("statements", 0, "rows", 0, "cells", 0)
ROW_0, ROW_1 = CELL_1[:4], ("statements", 0, "rows", 1)
FAULTS = {
    "another number is absent, extra and a wrong headline": (
        (*CELL_1, "value"), 51_000_000,
        {"found": -1, "signed": -1, "concept": -1, "shown": -1, "shown_right": -1, "extra": 1,
         "headlines_right": -1, "headlines_wrong": 1},
    ),
    "a sign counts for the headline too": (
        (*CELL_1, "value"), -50_000_000, {"signed": -1, "headlines_right": -1, "headlines_wrong": 1}
    ),
    "another period": (
        (*CELL_1, "period"), "2024-12-30",
        {"found": -1, "signed": -1, "concept": -1, "shown": -1, "shown_right": -1, "extra": 1,
         "headlines_right": -1},
    ),
    "a head with other words": (
        (*ROW_0, "label"), "Marketable securities",
        {"found": -2, "signed": -2, "concept": -2, "shown": -2, "shown_right": -2, "extra": 2},
    ),
    "a parent's words before the head": ((*ROW_0, "label"), "Current assets Cash", {}),
    "no standard line": ((*ROW_0, "standard"), None, {"headlines_right": -2}),
    "the second choice": (
        (*ROW_1, "concept_ranked"), ["us-gaap:InventoryGross", "us-gaap:InventoryNet"],
        {"concept": -2},
    ),
    "another concept": (
        (*ROW_1, "concept"), "us-gaap:InventoryGross", {"shown_right": -2}
    ),
    "no concept shown": ((*ROW_1, "concept"), None, {"shown": -2, "shown_right": -2}),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_each_fault_costs_its_own_scores(tmp_path, case):
    (*place, last), value, change = FAULTS[case]
    book = deepcopy(read_of(SHEET))
    part = book
    for step in place:
        part = part[step]
    part[last] = value
    assert tally_of(tmp_path, book) == {k: v + change.get(k, 0) for k, v in WHOLE.items()}


def in_row(label: str, *facts: str) -> str:
    return f"<tr><td>{label}</td>{''.join(f'<td>{each}</td>' for each in facts)}</tr>"


MORE = {
    "a cell with dimensions may be there": (
        in_row("Of a part", fact("Cash", 9, 2)), [("Of a part", "Cash", 9)], {"product": 1}
    ),
    "and may be absent": (in_row("Of a part", fact("Cash", 9, 2)), [], {}),
    "a company's own concept has any sign, and none of the taxonomy": (
        in_row("Own item", fact("own:Item", 9, 0)), [("Own item", "Item", -9)],
        {"cells": 1, "found": 1, "signed": 1, "shown": 1, "shown_right": 1, "product": 1},
    ),
    "a number in words is no gold": (
        in_row("Par value", fact("Par", 1, 0, ' format="ixt-sec:numwordsen"', "one")), [], {}
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MORE)
def test_what_counts_as_gold(tmp_path, case):
    more, lines, change = MORE[case]
    tally = tally_of(tmp_path, read_of([*SHEET, *lines]), table(SHEET, more))
    assert tally == {k: v + change.get(k, 0) for k, v in WHOLE.items()}


SUMMARY = [SHEET[3], SHEET[6], *((f"Line {n}", f"Line{n}", n, n) for n in range(4))]
LONG = [*SHEET, *((f"Line {n}", f"Line{n}", n, n) for n in range(4))]
TABLES = {
    "one of several by its length": ([SUMMARY, LONG], {"balance_sheet": 22}),
    "the first of such as are much the same": ([SHEET, LONG[:-2]], {"balance_sheet": 14}),
    "assets and claims apart": ([SHEET[:4], SHEET[4:]], {"balance_sheet": 14}),
    "cash flows that go on": ([FLOWS, FINANCING], {"cash_flow": 18}),
    "cash flows alone": ([FLOWS, SHEET], {"cash_flow": 16, "balance_sheet": 14}),
    "too short": ([SHEET[2:4]], {}),
}


@pytest.mark.parametrize("case", TABLES)
def test_the_tables_of_a_statement(tmp_path, case):
    lines, expected = TABLES[case]
    _, tables = read_with_tables(filing(tmp_path, *map(table, lines)))
    assert {kind: len(cells) for kind, cells in gold_of(tables).items()} == expected


def test_shares_are_of_all_documents_and_intervals_of_several():
    share = share_of("found", [9, 0, 1], [10, 0, 10])
    assert (share.value, share.support, share.low, share.high) == (0.5, 20, 0.1, 0.9)
    assert share_of("found", [9, 0], [10, 0]).low is None
    assert share_of("found", [0], [0]).value == 0


def evaluated(capsys, *words: object) -> tuple[int, str, str]:
    code = main(["evaluate", "statements", *map(str, words)])
    return code, *capsys.readouterr()


def test_given_statements_are_scored_without_a_model(tmp_path, capsys):
    paths = [filing(tmp_path, table(SHEET), name=f"{n}.html") for n in "ab"]
    books = [read_of(SHEET, name="b.html"), read_of(SHEET[1:], name="a.html")]
    (tmp_path / "books.json").write_text(json.dumps(books))
    given = ["--against-xbrl", *paths, "--statements", tmp_path / "books.json"]
    code, out, _ = evaluated(capsys, *given, "--list")
    assert code == 0
    lines = out.splitlines()
    assert lines[1].split() == ["all", "found", "0.9286", "0.857", "to", "1.000", "26", "28"]
    assert "  absent  balance_sheet 2024-12-31 50,000,000  Cash" in lines
    assert "  absent  balance_sheet 2023-12-31 40,000,000  headline cash" in lines
    assert lines[-1] == "b.html"
    _, out, _ = evaluated(capsys, *given, "--json")
    found = json.loads(out)
    assert found["coverage"] == {"balance_sheet": 2}
    assert [len(each["differences"]) for each in found["filings"]] == [4, 0]
    assert found["scores"][0]["low"] == pytest.approx(12 / 14)


def test_a_filing_without_gold_is_told_and_costs_nothing(tmp_path, capsys):
    paths = [
        filing(tmp_path, table(lines), name=f"{n}.html")
        for n, lines in zip("ab", (SHEET, SHEET[:3]), strict=True)
    ]
    (tmp_path / "books.json").write_text(json.dumps([read_of(SHEET, name=p.name) for p in paths]))
    _, out, _ = evaluated(capsys, "--against-xbrl", *paths, "--statements", tmp_path / "books.json")
    lines = out.splitlines()
    assert lines[1].split() == ["all", "found", "1.0000", "-", "14", "14"]
    assert lines[-1].split() == ["b.html", "-", "-", "-"]


@pytest.mark.parametrize(
    ("book", "says"),
    [
        ("[]", "--statements: no statements of "),
        ("7", "no JSON of `secateur view statements --json`"),
        ('{"document": "a.html", "statements": [{}]}', "a.html: its statements are not as"),
    ],
)
def test_files_that_are_no_statements_are_refused(tmp_path, capsys, book, says):
    (tmp_path / "book.json").write_text(book)
    given = ["--against-xbrl", filing(tmp_path, table(SHEET)), "--statements"]
    code, _, error = evaluated(capsys, *given, tmp_path / "book.json")
    assert code == 1
    assert says in error


def test_what_evaluate_statements_needs(tmp_path, capsys):
    assert "needs --against-xbrl" in evaluated(capsys, "x.html")[2]
    bare = tmp_path / "bare.html"
    bare.write_text("<p>Nothing is tagged.</p>")
    assert "no primary statement is tagged" in evaluated(capsys, "--against-xbrl", bare)[2]
    assert main(["evaluate", "entities", "a", "b", "--list"]) == 1
    assert "--list is for statements" in capsys.readouterr().err
