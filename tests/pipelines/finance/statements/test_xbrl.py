"""Statements as xBRL-JSON, and Arelle, which loads what is written."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pytest
from statement_books import BOOK, INCOME, LAST, YEAR, cell, row, statement

from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.xbrl import write_xbrl_json

EUROPE = {"srt:StatementGeographicalAxis": "acme:EuropeMember"}
REVENUES, ASSETS, RATE = "us-gaap:Revenues", "us-gaap:Assets", "us-gaap:EffectiveIncomeTaxRate"
EPS = "us-gaap:EarningsPerShareDiluted"
SALES = statement(
    "income_statement", "Income", (YEAR, None),
    row("Sales", cell(0, "39,001.5", "39001500000"), cell(1, "3", "3000000"), concept=REVENUES),
    row("Tax rate", cell(0, "21.4%", "0.214", "pure"), concept=RATE),
    row("Diluted", cell(0, "1.05", "1.05", "USD/shares"), concept=EPS),
    row("Stores", cell(0, "12", "12", "store")),
)  # fmt: skip
SHEET = statement(
    "balance_sheet", "Balance sheet", (LAST,),
    row("Assets", cell(0, "100", "100000000"), concept=ASSETS),
    row("Shares", cell(0, "9", "9000000", "shares"), concept="us-gaap:CommonStockSharesIssued"),
)  # fmt: skip
PARTS = statement(
    "breakdown", "Sales by region", (YEAR,),
    row("Europe", cell(0, "12", "12000000"), concept=REVENUES, dimensions=EUROPE),
    row("Total", cell(0, "39,001.5", "39001500000"), concept=REVENUES),
    row("Other", cell(0, "7", "7000000"), concept=REVENUES),
)  # fmt: skip
MADE = replace(BOOK, statements=(PARTS, SALES, SHEET))

LOAD = """
import json, sys
from arelle.api.Session import Session
from arelle.RuntimeOptions import RuntimeOptions
options = RuntimeOptions(
    entrypointFile=sys.argv[1], internetConnectivity="offline", validate=True, keepOpen=True,
    logFile=sys.argv[2], logLevel="WARNING", disablePersistentConfig=True,
)
with Session() as session:
    session.run(options)
    (model,) = session.get_models()
    facts = [
        [
            str(fact.qname), str(fact.xValue), fact.decimals,
            {str(axis): str(own.memberQname) for axis, own in fact.context.qnameDims.items()},
            str(fact.context.endDatetime),
        ]
        for fact in model.facts
    ]
    errors = [str(error) for error in model.errors]
print(json.dumps([facts, errors]))
"""


def written(book: StatementBook, folder: Path) -> dict[str, dict]:
    path = folder / "a.xbrl.json"
    write_xbrl_json(book, path)
    facts: dict[str, dict] = json.loads(path.read_text(encoding="utf-8"))["facts"]
    return facts


def test_cells_with_a_concept_are_facts_those_of_primary_statements_first(tmp_path: Path) -> None:
    facts = written(MADE, tmp_path).values()
    assert [(f["dimensions"]["concept"], f["value"], f["decimals"]) for f in facts] == [
        (REVENUES, "39001500000", -5), (RATE, "0.214", 3),
        (EPS, "1.05", 2), (ASSETS, "100000000", -6),
        ("us-gaap:CommonStockSharesIssued", "9000000", -6), (REVENUES, "12000000", -6),
    ]  # fmt: skip


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    done = write_xbrl_json(MADE, tmp_path / "a.xbrl.json")
    assert (done.facts, done.without_concept, done.without_context) == (6, 1, 1)
    assert (done.repeated, done.contradicting) == (1, 1)
    assert sorted(path.name for path in done.files) == sorted(p.name for p in tmp_path.iterdir())


def test_without_concepts_the_report_is_empty(tmp_path: Path) -> None:
    bare = row("Sales", cell(0, "5", "5000000"))
    book = replace(BOOK, statements=(replace(INCOME, rows=(bare,)),))
    assert written(book, tmp_path) == {}


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"does not end in \.xbrl\.json"):
        write_xbrl_json(MADE, tmp_path / "a.json")


@pytest.mark.slow
def test_arelle_loads_each_fact(tmp_path: Path) -> None:
    if find_spec("arelle") is None:
        pytest.skip("Arelle is not installed")
    facts = written(MADE, tmp_path)
    log = tmp_path / "arelle.log"
    command = [sys.executable, "-c", LOAD, str(tmp_path / "a.xbrl.json"), str(log)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    loaded, errors = json.loads(done.stdout.splitlines()[-1])
    assert not errors, log.read_text(encoding="utf-8")
    own = {"concept", "entity", "period", "unit"}
    expected = [
        (
            fact["dimensions"]["concept"], Decimal(fact["value"]), str(fact["decimals"]),
            {name: each for name, each in fact["dimensions"].items() if name not in own},
            fact["dimensions"]["period"].rpartition("/")[2].replace("T", " "),
        )
        for fact in facts.values()
    ]  # fmt: skip
    assert [(n, Decimal(v), d, m, e) for n, v, d, m, e in loaded] == expected
