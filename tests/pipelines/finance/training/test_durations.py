"""The model that tells what lasts from what stands at a day, learnt from filings."""

from __future__ import annotations

import pytest

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.figures.duration import EDGE, Durations, name_features
from secateur.pipelines.finance.training.durations import Company, fit, read_company, right, under
from secateur.pipelines.finance.training.line_items import line_items

FLOW = frozenset({"row:paid", "place=column", "kind=span", "both=column,span", "column:ended"})
BALANCE = frozenset({"row:owed", "place=column", "kind=day", "both=column,day", "column:december"})
PROSE = frozenset({"before:paid", "place=sentence", "kind=day"})


@pytest.fixture(scope="module")
def model() -> Durations:
    """Learnt from three companies whose heads always tell."""
    rows = (FLOW, True), (BALANCE, False)
    others = (FLOW - {"row:paid"}, True), (BALANCE - {"row:owed"}, False)
    company = Company((*rows * 20, *others * 80), ())
    return Durations(fit([company] * 3))


def test_a_row_tells_where_heads_mislead(model: Durations) -> None:
    assert model.lasts(under(FLOW, "column", "day"))
    assert model.lasts(under(FLOW, "above", "day"))
    assert not model.lasts(under(BALANCE, "column", "year"))


def test_heads_tell_where_a_row_is_unknown(model: Durations) -> None:
    assert model.lasts(FLOW - {"row:paid"})
    assert not model.lasts(BALANCE - {"row:owed"})


def test_names_of_concepts_teach_rows_that_no_figure_decides() -> None:
    figures = (({"row:tax", "row:paid"}, True), ({"row:tax", "row:owed"}, False)) * 20
    known = tuple((frozenset(found), lasts) for found, lasts in figures)
    names = ((name_features("us-gaap:TaxPaid"), True), (name_features("us-gaap:Tax"), True)) * 40
    plain = Durations(fit([Company(known, ())] * 3))
    taught = Durations(fit([Company(known, names)] * 3))
    assert not plain.lasts({"row:tax"})
    assert taught.lasts({"row:tax"})


def test_another_head_leaves_nothing_of_the_own_one() -> None:
    other = under(FLOW, "above", "day")
    assert other == {"row:paid", "place=above", "kind=day", "both=above,day"}
    assert under(PROSE, "above", "day") is PROSE


def test_right_counts_figures_of_the_told_kind(model: Durations) -> None:
    assert right(model, [(FLOW, True), (FLOW, False), (FLOW | {EDGE}, False)]) == 2


def test_line_items_are_of_one_kind_each() -> None:
    items = line_items()
    assert items["wages and salaries"]
    assert not items["called up share capital"]
    assert all(name == name.strip() and name for name in items)


def test_a_document_without_fiscal_year_teaches_nothing() -> None:
    document = Document("a.html", "A fee.", (), "text/html")
    with pytest.raises(UsageError, match=r"a\.html: names no fiscal year"):
        read_company(document, [])
