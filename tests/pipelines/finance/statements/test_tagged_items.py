"""Statements are named by what the company's earlier filing called their rows."""

from __future__ import annotations

from pathlib import Path

from tagged_reports import INCOME_STATEMENT, filing, readings

from secateur.pipelines.finance.statements.assemble import assemble
from secateur.pipelines.finance.statements.tagged_items import read_precedents


def test_rows_have_the_concepts_of_the_earlier_filing(tmp_path: Path) -> None:
    filing(tmp_path, INCOME_STATEMENT.replace("CostOfRevenue", "RoyaltyExpense"), "earlier.html")
    document, facts = filing(tmp_path, INCOME_STATEMENT)
    found = readings(document, facts, {})
    names = {}
    for like in (None, read_precedents([tmp_path / "earlier.html"])):
        rows = assemble(document, found, precedents=like).statements[0].rows
        names[like is not None] = {row.label: row.concept_ranked[0] for row in rows if row.cells}
    assert names[False]["Cost of sales"] != "us-gaap:RoyaltyExpense"
    assert names[True]["Cost of sales"] == "us-gaap:RoyaltyExpense"
    assert names[True]["Net income"] == "us-gaap:NetIncomeLoss"
