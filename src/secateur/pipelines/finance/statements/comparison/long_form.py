"""A comparison in long form: one record a figure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from secateur.pipelines.export.records import plain_number
from secateur.pipelines.finance.statements.comparison.figures import Change, Figure, Series
from secateur.pipelines.finance.statements.comparison.spans import kind_of, label_of
from secateur.pipelines.finance.statements.comparison.table import statement_of

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "company": "the company that reports",
        "statement": "kind of statement that the line is of",
        "line": "standard line, or derived line",
        "kind": "year, quarter, ltm, half, nine_months or instant; empty for other lengths",
        "label": "FY, Q1 to Q4, LTM, H1, H2 or 9M",
        "period": "a day, or first and last day with / between",
        "value": "the number meant, in whole units",
        "unit": "USD, USD/shares, shares, pure",
        "formula": "how the figure is derived; empty where it is printed",
        "inputs": "line, period, value and document of each figure of the formula, as JSON",
        "change": "difference to the year before, of a ratio in points",
        "change_percent": "the same in percent; empty from or to less than zero",
        "first_value": "value in the first filing that has the figure, where that is another one",
        "first_document": "the first filing",
        "document": "the filing that the figure is from",
        "row": "printed row head",
        "concept": "what the row measures, as us-gaap:Revenues",
        "printed": "the text of the page",
        "page": "page number from 1, where the format has pages",
        "start": "first character in the text of the document",
        "end": "one past the last",
    }
)
"""Columns of the long form by name, with their meaning."""
TYPES: Mapping[str, str] = {
    "value": "float64", "change": "float64", "change_percent": "float64", "first_value": "float64",
    "page": "Int64", "start": "Int64", "end": "Int64",
}  # fmt: skip
"""Types of pandas of the columns that are no text."""


def records(companies: Iterable[Series]) -> Iterator[dict[str, Any]]:
    """Gives the figures of each company, line by line.

    Args:
        companies: The figures of each.

    Yields:
        A value for each of `COLUMNS`; None where one does not apply.
    """
    for series in companies:
        for figure in series.figures.values():
            yield _record(series, figure)


def _record(series: Series, figure: Figure) -> dict[str, Any]:
    kind = kind_of(figure.period, series.fiscal_year_end)
    change, source = series.changes.get(figure.key), figure.source
    first = figure.first
    return {
        "company": series.company,
        "statement": statement_of()[figure.line],
        "line": figure.line,
        "kind": kind,
        "label": (kind and label_of(kind, figure.period, series.fiscal_year_end)) or None,
        "period": figure.period,
        "value": figure.value,
        "unit": figure.unit,
        "formula": figure.formula,
        "inputs": json.dumps([_input(each) for each in figure.inputs], ensure_ascii=False)
        if figure.inputs
        else None,
        "change": change and change.absolute,
        "change_percent": _percent(change),
        "first_value": first and first.value,
        "first_document": first.source.document if first and first.source else None,
        "document": source and source.document,
        "row": source and source.label,
        "concept": source and source.concept,
        "printed": source and source.printed,
        "page": source and source.page,
        "start": source and source.start,
        "end": source and source.end,
    }


def _percent(change: Change | None) -> Decimal | None:
    return None if change is None or change.percent is None else (100 * change.percent).normalize()


def _input(figure: Figure) -> dict[str, Any]:
    return {
        "line": figure.line,
        "period": figure.period,
        "value": plain_number(figure.value),
        "document": figure.source and figure.source.document,
    }
