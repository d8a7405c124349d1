"""Lays out one statement on a sheet of Excel, as an analyst would."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from secateur.pipelines.export.records import plain_number
from secateur.pipelines.export.sheets import BOLD, PLAIN, fill, heads, set_printing, set_widths
from secateur.pipelines.finance.statements.as_text import NAMES
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.cells import period_of
from secateur.pipelines.finance.statements.reported import Reported, reported, unit_name
from secateur.pipelines.finance.statements.statement import Cell, Row, Statement

Place = Callable[[SheetCell | MergedCell, Row, Cell], None]
"""Takes the cell of the sheet in which a figure of a statement is."""
_HEADS = 5
"""Row of the column heads; above are title, company, unit line and an empty row."""
_TITLE = Font(name="Calibri", bold=True, size=14)
_NOTE = Font(name="Calibri", size=11, italic=True, color="595959")
_THIN = Side(style="thin")
_DIFFERS = PatternFill("solid", fgColor="F8CBAD")
"""Behind a figure whose tag and reading differ."""
_LABEL_WIDTH, _FIGURE_WIDTH = (24, 58), (13, 20)
_PERIOD_WIDTH, _UNIT_WIDTH = 24, 16
_BOLD_LETTERS = 0.85
_NO_AMOUNT = re.compile(r"share|%|number")
_DEEPEST = 15
"""Indents that Excel has."""
_LINE_HEIGHT = 15
_OTHERS = "Other figures"
"""Head of the columns for figures inside row heads that are of none of the columns' periods."""


@dataclass(frozen=True)
class _Figure:
    """A figure with the column of the sheet's figures that it goes to, from 0."""

    column: int
    cell: Cell
    reported: Reported


def write_statement(
    sheet: Worksheet, book: StatementBook, statement: Statement, place: Place
) -> None:
    """Writes a statement.

    Args:
        sheet: An empty sheet.
        book: The report's statements.
        statement: The one to write.
        place: Told of each figure's cell, to link it to its source.
    """
    _Sheet(sheet, book, statement).write(place)


class _Sheet:
    def __init__(self, sheet: Worksheet, book: StatementBook, statement: Statement) -> None:
        self._sheet, self._book, self._statement = sheet, book, statement
        self._by_row = _periods_go_by_rows(statement)
        self._rows = [(row, self._figures(row)) for row in statement.rows]
        figures = [figure for _, own in self._rows for figure in own]
        self._usual = self._usual_unit(figures)
        self._columns = max(
            [len(statement.columns), *(figure.column + 1 for figure in figures)], default=0
        )
        self._units = [self._unit(column, figures) for column in range(self._columns)]
        notes = [self._row_unit(own) for _, own in self._rows]
        self._before = ["Period"] * self._by_row + ["Unit"] * any(notes)
        self._first = 2 + len(self._before)
        self._widths = self._find_widths()

    def write(self, place: Place) -> None:
        self._write_head()
        number = _HEADS + self._write_column_heads()
        self._first_row = number
        for row, figures in self._rows:
            self._write_row(number, row, figures, place)
            number += 1
        self._set_up()

    def _figures(self, row: Row) -> list[_Figure]:
        """The figures of a row; one inside its head goes to the column of its period."""
        periods = [column.period for column in self._statement.columns]
        found: dict[int, Cell] = {}
        beside: dict[int, Cell] = {}
        for cell in row.cells:
            own = not self._by_row and cell.period in periods
            at = periods.index(cell.period) if own else None
            column = cell.column if cell.column is not None else at
            if column is not None and column not in found:
                found[column] = cell
            else:
                # A figure inside a head has a cell for each day; it is shown once.
                beside.setdefault(cell.start, cell)
        beside = {
            start: cell
            for start, cell in beside.items()
            if start not in {other.start for other in found.values()}
        }
        found |= dict(enumerate(beside.values(), len(periods)))
        scale = self._statement.scale
        return [_Figure(n, cell, reported(cell, row, scale)) for n, cell in sorted(found.items())]

    def _usual_unit(self, figures: list[_Figure]) -> str:
        """The unit of most amounts, which the unit line names; without one, of most figures."""
        units = Counter(figure.reported.unit for figure in figures if figure.reported.unit)
        amounts = [unit for unit in units if not _NO_AMOUNT.search(unit)]
        usual = unit_name(self._book.currency, self._statement.scale)
        return max(amounts or units, key=units.__getitem__, default=usual)

    def _unit(self, column: int, figures: list[_Figure]) -> str | None:
        """The unit that all figures of a column have and others do not."""
        units = {f.reported.unit for f in figures if f.column == column and f.reported.unit}
        (unit,) = units if len(units) == 1 else (None,)
        others = {f.reported.unit for f in figures if f.column != column and f.reported.unit}
        return unit if unit != self._usual and others - units else None

    def _row_unit(self, figures: list[_Figure]) -> str:
        """The units of a row's figures, of those that neither head nor column names."""
        units = {
            figure.reported.unit: None
            for figure in figures
            if figure.reported.unit and not self._units[figure.column]
        }
        return "" if set(units) <= {self._usual} else ", ".join(filter(None, units))

    def _write_head(self) -> None:
        statement, sheet = self._statement, self._sheet
        name = NAMES[statement.kind]
        fill(sheet["A1"], statement.title or name[0].upper() + name[1:], "title", cut=True)
        sheet["A1"].font = _TITLE
        fill(sheet["A2"], self._book.company or self._book.document, "company", cut=True)
        sheet["A2"].font = BOLD
        page = f"page {statement.page}" if statement.page else None
        where = [self._book.document, statement.section, page]
        exception = ", unless a row or column gives another unit" if self._has_units() else ""
        unit = f"{self._usual[0].upper()}{self._usual[1:]}{exception}"
        fill(sheet["A3"], f"{unit}. {', '.join(filter(None, where))}", "unit", cut=True)
        sheet["A3"].font = _NOTE

    def _has_units(self) -> bool:
        return any(self._units) or "Unit" in self._before

    def _write_column_heads(self) -> int:
        """Writes heads, periods and units of columns, and returns how many rows they take."""
        columns = self._statement.columns
        blank = [""] * (self._columns - len(columns))
        lines = [["", *self._before, *(c.label for c in columns), *(_OTHERS for _ in blank)]]
        empty = [""] * self._first
        if not self._by_row:
            days = [_days(column.period) for column in columns]
            lines.append([*empty[1:], *days, *blank])
        if any(self._units):
            lines.append([*empty[1:], *(unit or "" for unit in self._units)])
        for number, line in enumerate(lines, _HEADS):
            heads(self._sheet, line, number)
            for column in range(1, len(line) + 1):
                cell = self._sheet.cell(number, column)
                is_figure = column >= self._first
                cell.alignment = Alignment("right" if is_figure else "left", "bottom", 0, True)
                if number == _HEADS + len(lines) - 1:
                    cell.border = Border(bottom=_THIN)
            # Bold letters are wider than the digits that widths are counted in.
            widths = [max(int(width * _BOLD_LETTERS), 1) for width in self._widths]
            wrapped = map(textwrap.wrap, line, widths)
            self._sheet.row_dimensions[number].height = _LINE_HEIGHT * max(map(len, wrapped))
        return len(lines)

    def _write_row(self, number: int, row: Row, figures: list[_Figure], place: Place) -> None:
        sheet = self._sheet
        font = BOLD if row.total or not figures else PLAIN
        label = sheet.cell(number, 1)
        fill(label, row.label, "label", cut=True)
        label.font = font
        label.alignment = Alignment("left", "top", indent=min(row.level, _DEEPEST), wrap_text=True)
        periods = Counter(
            period for f in figures if (period := period_of(f.cell, self._statement)) is not None
        )
        notes = {"Period": _days(max(periods, key=periods.__getitem__, default=None))}
        notes["Unit"] = self._row_unit(figures)
        for column, head in enumerate(self._before, 2):
            note = sheet.cell(number, column)
            fill(note, notes[head] or None, head, cut=True)
            note.font, note.alignment = _NOTE, Alignment(vertical="top", wrap_text=True)
        if row.total and figures:
            for column in range(self._first, self._first + self._columns):
                sheet.cell(number, column).border = Border(top=_THIN)
        for figure in figures:
            shown = sheet.cell(number, self._first + figure.column)
            shown.value = plain_number(figure.reported.number)
            place(shown, row, figure.cell)
            shown.number_format = figure.reported.number_format
            shown.font, shown.alignment = font, Alignment("right", "top")
            if figure.cell.agrees is False:
                shown.fill = _DIFFERS

    def _find_widths(self) -> list[int]:
        """Widths of the columns in digits."""
        rows = self._statement.rows
        longest = max((len(row.label) + 2 * row.level for row in rows), default=0)
        numbers = [figure.reported.number for _, own in self._rows for figure in own]
        lowest, highest = _FIGURE_WIDTH
        width = max([lowest, *(len(f"{number:,f}") + 3 for number in numbers)])
        label = min(max(longest + 2, _LABEL_WIDTH[0]), _LABEL_WIDTH[1])
        notes = [_PERIOD_WIDTH if head == "Period" else _UNIT_WIDTH for head in self._before]
        return [label, *notes, *[min(width, highest)] * self._columns]

    def _set_up(self) -> None:
        sheet = self._sheet
        set_widths(sheet, self._widths)
        sheet.freeze_panes = sheet.cell(self._first_row, self._first).coordinate
        sheet.sheet_view.showGridLines = False
        set_printing(sheet, f"{_HEADS}:{self._first_row - 1}")


def _periods_go_by_rows(statement: Statement) -> bool:
    """Whether rows have a period each and columns several, as in a statement of equity."""
    by_row, by_column = [], dict[int, set[str | None]]()
    for row in statement.rows:
        cells = [cell for cell in row.cells if cell.column is not None]
        periods = {period_of(cell, statement) for cell in cells if cell.unit}
        by_row += [len(periods) == 1] if len(cells) > 1 and periods else []
        for cell in cells:
            if cell.unit and cell.column is not None:
                by_column.setdefault(cell.column, set()).add(period_of(cell, statement))
    columns = [len(periods) == 1 for periods in by_column.values()]
    return sum(by_row) * len(columns) > sum(columns) * len(by_row)


def _days(period: str | None) -> str:
    return (period or "").replace("/", " to ")
