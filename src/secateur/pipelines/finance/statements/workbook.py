"""Writes statements as an Excel workbook: a sheet each, every figure linked to its source."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from secateur.pipelines.export.records import plain_number
from secateur.pipelines.export.sheets import (
    LINK,
    fill,
    heads,
    link,
    new_workbook,
    save,
    set_printing,
    set_widths,
    sheet_name,
)
from secateur.pipelines.finance.statements.as_text import NAMES
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.cells import period_of, unit_of
from secateur.pipelines.finance.statements.standard import standard_figures
from secateur.pipelines.finance.statements.statement import Cell, Row, Statement
from secateur.pipelines.finance.statements.statement_sheet import write_statement

CONTENTS, STANDARD, CHECKS, SOURCES = "Contents", "Standard lines", "Checks", "Sources"
"""Names of the sheets that are no statements."""
_SHORT = {
    "income_statement": "Income",
    "comprehensive_income": "Comprehensive",
    "balance_sheet": "Balance sheet",
    "cash_flow": "Cash flow",
    "equity": "Equity",
}
_COMPANY = 9
"""Characters of a company's name in the names of sheets of several reports."""
_ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
_MOST_SOURCES = 60_000
"""Lines of a sheet of sources: Excel takes 65,530 links a sheet."""
_MOST_PAGES = 20
"""Sheets of sources whose names no statement may take."""
_FIRST = 2
"""First row below the heads."""
_HEADS = {
    CONTENTS: (
        "Sheet", "Statement", "About", "Company", "Document", "Currency", "Fiscal year end",
        "Section", "Page",
    ),
    STANDARD: (
        "Value", "Standard line", "Period", "Unit", "Company", "Document", "Sheet", "Row",
    ),
    CHECKS: ("Result", "Check", "Period", "Difference", "Company", "Document", "Cells"),
    SOURCES: (
        "Figure", "Sheet", "Row", "Column", "Period", "Printed", "Value", "Unit", "Source",
        "Probability", "Tag and reading agree", "Read as", "Concept", "Section", "Page",
        "Start", "End", "Company", "Document",
    ),
}  # fmt: skip
_WIDTHS = {
    "Sheet": 28, "Statement": 44, "Company": 30, "Document": 30, "Row": 44, "Column": 30,
    "Period": 24, "Printed": 14, "Value": 20, "Unit": 12, "Concept": 40, "Standard line": 30,
    "Check": 40, "Difference": 18, "Fiscal year end": 16, "Cells": 24,
    "Read as": 24, "Tag and reading agree": 22,
}  # fmt: skip
_FORMATS = {"Value": "#,##0.######", "Difference": "#,##0.######", "Probability": "0.000"}
_FORMATS |= {"Start": "#,##0", "End": "#,##0"}
_Shown = SheetCell | MergedCell
Find = Callable[[int, int], tuple[str, str] | None]
"""Gives sheet and coordinate of a figure by the number of its book, from 0, and its first
character."""
Writer = Callable[[Worksheet, Find], None]
"""Fills a sheet."""
_NO_MORE: Mapping[str, Writer] = MappingProxyType({})


@dataclass(frozen=True)
class _Report:
    """A report and its number among those of the workbook, from 0."""

    number: int
    book: StatementBook
    tag: str


def write_workbook(
    books: Iterable[StatementBook], leading: Mapping[str, Writer] = _NO_MORE
) -> bytes:
    """Writes the statements of reports as one workbook.

    Args:
        books: A book a report.
        leading: Further sheets before the statements, by name.

    Returns:
        The workbook: "Contents", the primary statements, "Standard lines", "Checks", breakdowns and
        "Sources". Each figure is a link to its line in "Sources", which leads back to it. Text that
        begins with "=", "+", "-" or "@" stays text.

    Raises:
        UsageError: A name in a report is longer than a cell of Excel holds.
    """
    return _Workbook(list(books), leading).write()


class _Workbook:
    def __init__(self, books: Sequence[StatementBook], leading: Mapping[str, Writer]) -> None:
        tags = map(_tag, books) if len(books) > 1 else [""] * len(books)
        self._reports = [_Report(n, *of) for n, of in enumerate(zip(books, tags, strict=True))]
        self._workbook, self._leading = new_workbook(), leading
        self._sheets: dict[tuple[int, int], str] = {}
        self._places: dict[tuple[int, int], tuple[str, str]] = {}
        self._sources: list[tuple[Any, ...]] = []

    def write(self) -> bytes:
        contents = self._new(CONTENTS)
        leading = [(self._new(name), writer) for name, writer in self._leading.items()]
        self._add_statements(breakdowns=False)
        standard, checks = self._new(STANDARD), self._new(CHECKS)
        self._add_statements(breakdowns=True)
        self._write_sources()
        self._write_contents(contents)
        self._write_standard(standard)
        self._write_checks(checks)
        for sheet, writer in leading:
            writer(sheet, lambda number, start: self._places.get((number, start)))
        return save(self._workbook)

    def _new(self, name: str) -> Worksheet:
        sheet: Worksheet = self._workbook.create_sheet(name)
        return sheet

    def _add_statements(self, *, breakdowns: bool) -> None:
        for report in self._reports:
            for number, statement in enumerate(report.book.statements):
                if (statement.kind == "breakdown") == breakdowns:
                    self._add(report, number, statement)

    def _add(self, report: _Report, number: int, statement: Statement) -> None:
        name = _SHORT.get(statement.kind, _breakdown_name(statement))
        words = (report.tag, name) if statement.kind == "breakdown" else (name, report.tag)
        taken = {*self._workbook.sheetnames, *_HEADS, *map(_sources_name, range(_MOST_PAGES))}
        sheet = self._new(sheet_name(" ".join(filter(None, words)), taken))
        self._sheets[report.number, number] = sheet.title

        def place(shown: _Shown, row: Row, cell: Cell) -> None:
            self._place(sheet.title, shown, report, statement, row, cell)

        write_statement(sheet, report.book, statement, place)

    def _place(
        self, sheet: str, shown: _Shown, report: _Report, of: Statement, row: Row, cell: Cell
    ) -> None:
        """Links a figure to the line of its source."""
        page, line = divmod(len(self._sources), _MOST_SOURCES)
        link(shown, _sources_name(page), f"A{line + _FIRST}", _tip(of, cell))
        self._places.setdefault((report.number, cell.start), (sheet, shown.coordinate))
        column = None if cell.column is None else of.columns[cell.column].label
        self._sources.append((
            shown.coordinate, sheet, row.label, column, period_of(cell, of), cell.printed,
            plain_number(cell.value), unit_of(cell, row), cell.source, cell.probability,
            cell.agrees, _read_as(cell), cell.concept or row.concept, of.section, cell.page,
            cell.start, cell.end, report.book.company, report.book.document,
        ))  # fmt: skip

    def _write_sources(self) -> None:
        for page in range(max(-(-len(self._sources) // _MOST_SOURCES), 1)):
            sheet = self._new(_sources_name(page))
            lines = self._sources[page * _MOST_SOURCES : (page + 1) * _MOST_SOURCES]
            _write(sheet, _HEADS[SOURCES], lines, "No figure was found.")
            for number, (figure, name, *_) in enumerate(lines, _FIRST):
                _link(sheet.cell(number, 1), name, figure)

    def _write_contents(self, sheet: Worksheet) -> None:
        lines: list[tuple[Any, ...]] = [(name,) for name in self._leading]
        for report in self._reports:
            book = report.book
            of = (book.company, book.document, book.currency, book.fiscal_year_end)
            for number, statement in enumerate(book.statements):
                title = statement.title or NAMES[statement.kind]
                name = self._sheets[report.number, number]
                where = statement.section, statement.page
                lines.append((name, title, statement.about, *of, *where))
            lines += [("not found", NAMES[kind], None, *of) for kind in book.missing]
        lines += [(name,) for name in (STANDARD, CHECKS, SOURCES)]
        _write(sheet, _HEADS[CONTENTS], lines, "")
        for number, (name, *_) in enumerate(lines, _FIRST):
            if name in self._workbook.sheetnames:
                _link(sheet.cell(number, 1), name, "A1")

    def _write_standard(self, sheet: Worksheet) -> None:
        found = [
            (report, figure) for report in self._reports for figure in standard_figures(report.book)
        ]
        lines = [
            (
                plain_number(figure.value), figure.line, figure.period, figure.unit,
                report.book.company, report.book.document,
                self._sheets[report.number, figure.statement], figure.row.label,
            )
            for report, figure in found
        ]  # fmt: skip
        _write(sheet, _HEADS[STANDARD], lines, "No row is known to be a standard line.")
        for number, (report, figure) in enumerate(found, _FIRST):
            self._link_figure(sheet.cell(number, 1), report, figure.cell.start)

    def _write_checks(self, sheet: Worksheet) -> None:
        found = [(report, check) for report in self._reports for check in report.book.checks]
        lines = [
            (
                "differs" if check.difference else "holds", check.what, check.period,
                plain_number(check.difference), report.book.company, report.book.document,
                *(self._named(report, start) for start in check.cells),
            )
            for report, check in found
        ]  # fmt: skip
        _write(sheet, _HEADS[CHECKS], lines, "No check was made.")
        for number, (report, check) in enumerate(found, _FIRST):
            for column, start in enumerate(check.cells, len(_HEADS[CHECKS])):
                self._link_figure(sheet.cell(number, column), report, start)

    def _named(self, report: _Report, start: int) -> str:
        place = self._places.get((report.number, start))
        return " ".join(place) if place else f"character {start:,}"

    def _link_figure(self, cell: _Shown, report: _Report, start: int) -> None:
        place = self._places.get((report.number, start))
        if place is not None:
            _link(cell, *place)


def _write(
    sheet: Worksheet, names: Sequence[str], lines: Sequence[Sequence[Any]], nothing: str
) -> None:
    """Writes a table with heads; where it has no line, a note says so."""
    heads(sheet, names)
    set_widths(sheet, [_WIDTHS.get(name, 13) for name in names])
    for number, line in enumerate(lines, _FIRST):
        for column, value in enumerate(line, 1):
            name = names[min(column, len(names)) - 1]
            cell = sheet.cell(number, column)
            fill(cell, value, name, cut=True)
            if name in _FORMATS and not isinstance(value, str):
                whole = isinstance(value, int) and name != "Probability"
                cell.number_format = "#,##0" if whole else _FORMATS[name]
    if not lines:
        fill(sheet.cell(_FIRST, 1), nothing, "note")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions if lines else None
    set_printing(sheet, "1:1")


def _link(cell: _Shown, sheet: str, place: str) -> None:
    link(cell, sheet, place)
    cell.font = LINK


def _breakdown_name(statement: Statement) -> str:
    """Names the sheet of a breakdown by its subject and title."""
    subject = statement.about and statement.about.capitalize()
    return " - ".join(filter(None, [subject, statement.title])) or "Breakdown"


def _sources_name(page: int) -> str:
    return f"{SOURCES} {page + 1}" if page else SOURCES


def _tag(book: StatementBook) -> str:
    """A short name of a report among several: the company and the month in which it ends."""
    ends = [
        column.period.rpartition("/")[2]
        for statement in book.statements
        for column in statement.columns
        if column.period and statement.kind != "breakdown"
    ]
    name = _ARTICLE.sub("", book.company or book.document, count=1)
    company = textwrap.shorten(name, _COMPANY, placeholder="") or name[:_COMPANY]
    return f"{company.strip(' ,.&')} {max(ends, default='')[:7]}".strip()


def _read_as(cell: Cell) -> str | None:
    """What was read of a figure that is tagged as something else."""
    if cell.reading is None:
        return None
    value = f"{cell.reading.value:,f}"
    return " ".join(filter(None, [value, cell.reading.unit, cell.reading.period]))


def _tip(statement: Statement, cell: Cell) -> str:
    page = f"page {cell.page}" if cell.page else None
    certain = None if cell.probability is None else f"probability {cell.probability:.3f}"
    differ = f"read as {read}" if (read := _read_as(cell)) else None
    place = f"characters {cell.start}-{cell.end}"
    words = (statement.section, page, f"“{cell.printed}”", place, cell.source, certain, differ)
    return ", ".join(filter(None, words))
