"""Writes sheets of Excel that list derived figures with their inputs, and restated ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import MergedCell
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from secateur.pipelines.export.records import plain_number
from secateur.pipelines.export.sheets import LINK, fill, heads, link, set_printing, set_widths
from secateur.pipelines.finance.statements.comparison.figures import Figure, Key, Series
from secateur.pipelines.finance.statements.workbook import Find

DERIVED, RESTATED = "Derived", "Restated"
"""Names of the sheets."""
Places = Mapping[tuple[int, Key], str]
"""Cells of the sheet of derived figures, by the identity of a series, line and period."""
_EXACT = "#,##0.######"
_FIRST = 2
"""First row below the heads of a list."""
_DERIVED_HEADS = ("Value", "Line", "Period", "Unit", "Company", "Formula", "Inputs")
_RESTATED_HEADS = (
    "Value", "First value", "Difference", "Line", "Period", "Unit", "Company", "Document",
    "First document", "Row", "Row in the first document",
)  # fmt: skip
_LIST_WIDTHS = {"Line": 36, "Period": 24, "Company": 28, "Formula": 48, "Inputs": 40,
                "Document": 28, "First document": 28, "Row": 36}  # fmt: skip


def derived_places(derived: Sequence[tuple[Series, Figure]]) -> Places:
    """Tells in which cell of its sheet each derived figure will be."""
    return {
        (id(series), figure.key): f"A{number}"
        for number, (series, figure) in enumerate(derived, _FIRST)
    }


def write_derived(derived: Sequence[tuple[Series, Figure]], sheet: Worksheet, find: Find) -> None:
    """One derived figure a line, then what it is made of with the inputs as links."""
    heads(sheet, _DERIVED_HEADS)
    for number, (series, figure) in enumerate(derived, _FIRST):
        cells = (figure.value, figure.line, figure.period, figure.unit, series.name, figure.formula)
        _list_line(sheet, number, cells)
        for column, each in enumerate(figure.inputs):
            place = len(_DERIVED_HEADS) + 2 * column
            fill(sheet.cell(number, place), f"{each.line} {each.period}", "input", cut=True)
            cell = sheet.cell(number, place + 1)
            cell.value, cell.number_format = plain_number(each.value), _EXACT
            link_to(cell, each, find)
    _set_up_list(sheet, _DERIVED_HEADS, 2 * max(len(each.inputs) for _, each in derived))


def write_restated(restated: Sequence[tuple[Series, Figure]], sheet: Worksheet, find: Find) -> None:
    """One restated figure a line: the latest value, the first one and the difference."""
    heads(sheet, _RESTATED_HEADS)
    for number, (series, figure) in enumerate(restated, _FIRST):
        first = figure.first
        if first is None or first.source is None or figure.source is None:
            continue
        alike = first.unit == figure.unit
        _list_line(sheet, number, (
            figure.value, first.value, figure.value - first.value if alike else None, figure.line,
            figure.period, figure.unit, series.name, figure.source.document, first.source.document,
            figure.source.label, first.source.label,
        ))  # fmt: skip
        link_to(sheet.cell(number, 1), figure, find)
        link_to(sheet.cell(number, 2), first, find)
    _set_up_list(sheet, _RESTATED_HEADS)


def link_to(
    cell: SheetCell | MergedCell,
    figure: Figure,
    find: Find,
    tip: str = "",
    font: Font = LINK,
) -> None:
    """Links a printed figure to its cell in a statement."""
    place = find(figure.source.filing, figure.source.start) if figure.source else None
    if place is not None:
        link(cell, *place, tip)
        cell.font = font


def _list_line(sheet: Worksheet, number: int, cells: Sequence[Any]) -> None:
    for column, value in enumerate(cells, 1):
        cell = sheet.cell(number, column)
        is_number = value is not None and not isinstance(value, str)
        fill(cell, plain_number(value) if is_number else value, "figure", cut=True)
        if is_number:
            cell.number_format = _EXACT


def _set_up_list(sheet: Worksheet, names: Sequence[str], more: int = 0) -> None:
    set_widths(sheet, [*(_LIST_WIDTHS.get(name, 16) for name in names), *[24] * more])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    set_printing(sheet, "1:1")
