"""Writes a comparison as sheets of Excel, each figure a link to the cell that it is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from secateur.pipelines.export.records import plain_number
from secateur.pipelines.export.sheets import (
    BOLD,
    PLAIN,
    fill,
    heads,
    link,
    set_printing,
    set_widths,
    sheet_name,
)
from secateur.pipelines.finance.statements.comparison.compare import StatementComparison
from secateur.pipelines.finance.statements.comparison.figures import Figure, Series
from secateur.pipelines.finance.statements.comparison.list_sheets import (
    DERIVED,
    RESTATED,
    Places,
    derived_places,
    link_to,
    write_derived,
    write_restated,
)
from secateur.pipelines.finance.statements.comparison.side_by_side import SideBySide
from secateur.pipelines.finance.statements.comparison.table import (
    MISSING,
    TITLES,
    Table,
    change_of,
    decimals_of,
    headed,
    is_of_other_shares,
    named,
    statement_of,
    tables,
)
from secateur.pipelines.finance.statements.reported import unit_name
from secateur.pipelines.finance.statements.workbook import Find, Writer

COMPANIES = "Companies"
"""Name of the sheet that compares companies."""
_FEWEST = 2
"""Changes from which on a column of changes is shown."""
_HEADS = 5
"""Row of the column heads; above are title, company, unit line and an empty row."""
_TITLE = Font(name="Calibri", bold=True, size=14)
_NOTE = Font(name="Calibri", size=11, italic=True, color="595959")
_ITALIC = Font(name="Calibri", size=11, italic=True)
_GREY = Font(name="Calibri", size=11, color="A6A6A6")
_RIGHT = Alignment("right", wrap_text=True)
_LINE = Border(bottom=Side(style="thin"))
_RESTATED = PatternFill("solid", fgColor="FFE699")
"""Behind a figure that an earlier filing has with another value."""
_WIDTHS = (38, 14, 3)
"""Of names, figures and gaps."""
_PERCENT, _AMOUNT, _PER_SHARE = "0.0%", "#,##0", "#,##0.00"
_Shown = SheetCell | MergedCell


def sheets_of(comparison: StatementComparison) -> dict[str, Writer]:
    """Makes the sheets of a comparison, to be filled where the statements' cells are known.

    Args:
        comparison: The comparison of the books that the workbook is of.

    Returns:
        By name: "Companies" of several companies, each company's fiscal years, quarters, twelve
        months and what has accumulated within years, "Derived" with formulas and inputs, and
        "Restated". Derived figures are in italics; those restated have a coloured cell.
    """
    sheets: dict[str, Writer] = {}
    derived = [
        (series, figure) for series in comparison.companies
        for figure in series.figures.values() if figure.formula
    ]  # fmt: skip
    places = derived_places(derived)
    if comparison.side_by_side is not None:
        sheets[COMPANIES] = partial(_write_companies, comparison.side_by_side, places)
    for series in comparison.companies:
        tag = f" {series.name}" if len(comparison.companies) > 1 else ""
        for table in tables(series):
            name = sheet_name(f"{TITLES[table.kind]}{tag}", sheets)
            sheets[name] = partial(_write_table, series, table, places)
    if derived:
        sheets[DERIVED] = partial(write_derived, derived)
    restated = [(series, each) for series in comparison.companies for each in series.restated()]
    if restated:
        sheets[RESTATED] = partial(write_restated, restated)
    return sheets


def _write_table(
    series: Series, table: Table, places: Places, sheet: Worksheet, find: Find
) -> None:
    """One kind of period: values, then changes on the year, absolute and in percent."""
    unit = unit_name(series.currency, series.scale)
    end = f"; fiscal year ends {series.fiscal_year_end}" if series.fiscal_year_end else ""
    documents = ", ".join(filing.document for filing in series.filings)
    note = f"{unit}, amounts per share in full{end}. {documents}"
    _write_title(sheet, TITLES[table.kind], series.name, note)
    changing = _changing(series, table)
    count = len(table.columns)
    _write_columns(sheet, table, changing)
    number = _HEADS + 2
    for statement, rows in table.rows.items():
        _caption(sheet, number, headed(statement))
        for line, figures in rows.items():
            number += 1
            _name(sheet, number, line)
            for column, figure in enumerate(figures, 2):
                _show(sheet.cell(number, column), series, figure, places, find, figures)
            for column, n in enumerate(changing, count + 3):
                pair = sheet.cell(number, column), sheet.cell(number, column + len(changing))
                _show_change(pair, series, figures[n], figures)
        number += 1
    for note in series.notes:
        number += 1
        fill(sheet.cell(number, 1), f"Note: {note}", "note", cut=True)
        sheet.cell(number, 1).font = _NOTE
    _set_up(sheet, _HEADS + 2)


def _changing(series: Series, table: Table) -> list[int]:
    """Numbers of the columns that have changes on the year."""
    rows = [row for lines in table.rows.values() for row in lines.values()]
    return [
        n
        for n in range(len(table.columns))
        if sum(change_of(series, row[n]) is not None for row in rows) >= _FEWEST
    ]


def _write_columns(sheet: Worksheet, table: Table, changing: Sequence[int]) -> None:
    """Heads and widths of the figures, of a gap, and of their changes."""
    own = [(column.label, column.day) for column in table.columns]
    changes = [
        (f"{part} {own[n][0]}".strip(), own[n][1]) for part in ("Change", "%") for n in changing
    ]
    gap = [("", "")] if changes else []
    for line, cells in enumerate(zip(*own, *gap, *changes, strict=True)):
        _write_heads(sheet, ["", *cells], _HEADS + line)
    of_names, of_figures, of_gap = _WIDTHS
    before = [of_names, *[of_figures] * len(own), of_gap]
    set_widths(sheet, [*before, *[of_figures] * len(changes)])


def _write_companies(table: SideBySide, places: Places, sheet: Worksheet, find: Find) -> None:
    """Companies as pairs of columns, of figures and of their growth."""
    note = "Each company in its own currency and unit. " + ". ".join(table.notes)
    _write_title(sheet, COMPANIES, f"By {TITLES[table.kind].lower()}, the latest of each", note)
    lines = [
        ("", [series.name for series in table.companies]),
        ("in", [unit_name(series.currency, series.scale) for series in table.companies]),
        ("from", [period.partition("/")[0] for period in table.periods]),
        ("to", list(table.days)),
        ("fiscal year ends", [series.fiscal_year_end or MISSING for series in table.companies]),
    ]
    for place, (name, cells) in enumerate(lines):
        beside = "on the year" if place == len(lines) - 1 else ""
        _write_heads(sheet, [name, *(each for cell in cells for each in (cell, beside))],
                     _HEADS + place)  # fmt: skip
    number, last = _HEADS + len(lines), ""
    for line in table.lines:
        if (statement := statement_of()[line]) != last:
            last = statement
            _caption(sheet, number, headed(statement))
            number += 1
        _name(sheet, number, line)
        for place, series in enumerate(table.companies):
            figure, growth = table.rows[line][place], table.growth[line][place]
            _show(sheet.cell(number, 2 * place + 2), series, figure, places, find, [figure])
            if growth is not None:
                cell = sheet.cell(number, 2 * place + 3)
                cell.value, cell.number_format = plain_number(growth), _PERCENT
        number += 1
    names, figure_width, _ = _WIDTHS
    set_widths(sheet, [names, *[figure_width + 6, figure_width] * len(table.companies)])
    _set_up(sheet, _HEADS + len(lines))


def _show(
    cell: _Shown, series: Series, figure: Figure | None, places: Places, find: Find,
    row: Sequence[Figure | None],
) -> None:  # fmt: skip
    """Writes a figure in the unit of its row, as a link to its source or its formula."""
    cell.alignment = _RIGHT
    if figure is None:
        cell.value, cell.font = MISSING, _GREY
        return
    is_scaled = figure.is_amount or figure.unit == "shares"
    number = figure.value.scaleb(-series.scale) if is_scaled else figure.value
    cell.value = plain_number(number)
    cell.number_format = _format(figure, series, row)
    if figure.first is not None:
        cell.fill = _RESTATED
    if figure.formula:
        cell.font = _ITALIC
        link(cell, DERIVED, places[id(series), figure.key], figure.formula)
    else:
        link_to(cell, figure, find, ", ".join(_tip(series, figure, row)), font=PLAIN)


def _tip(series: Series, figure: Figure, row: Sequence[Figure | None]) -> Iterator[str]:
    if figure.source:
        yield f"{figure.source.document}, “{figure.source.label}”, “{figure.source.printed}”"
    if figure.first and figure.first.source:
        yield f"first {figure.first.value:,f} in {figure.first.source.document}"
    if is_of_other_shares(series, figure, row):
        yield "of other shares than the last column, as before a split"


def _show_change(
    cells: tuple[_Shown, _Shown], series: Series, figure: Figure | None,
    row: Sequence[Figure | None],
) -> None:  # fmt: skip
    """Writes the change of a figure on the year, absolute and in percent."""
    change = change_of(series, figure)
    if figure is None or change is None:
        return
    is_scaled = figure.is_amount or figure.unit == "shares"
    value = change.absolute.scaleb(-series.scale) if is_scaled else change.absolute
    absolute, percent = cells
    absolute.value = plain_number(value)
    absolute.number_format = _format(figure, series, row)
    percent.alignment = _RIGHT
    if figure.unit == "pure":
        return
    percent.value = "n.m." if change.percent is None else plain_number(change.percent)
    percent.number_format = _PERCENT


def _format(figure: Figure, series: Series, row: Sequence[Figure | None]) -> str:
    if figure.unit == "pure":
        return _PERCENT
    decimals = "0" * decimals_of(series, row)
    plain = _PER_SHARE if figure.is_per_share else f"{_AMOUNT}.{decimals}".rstrip(".")
    unit = f'"{figure.unit} "' if figure.is_amount and figure.unit != series.currency else ""
    return f"{unit}{plain}_);{unit}({plain})"


def _write_title(sheet: Worksheet, *texts: str) -> None:
    fonts = (_TITLE, BOLD, _NOTE)
    for number, (text, font) in enumerate(zip(texts, fonts, strict=True), 1):
        fill(sheet.cell(number, 1), text, "title", cut=True)
        sheet.cell(number, 1).font = font


def _write_heads(sheet: Worksheet, names: Sequence[str], row: int) -> None:
    heads(sheet, names, row)
    for column in range(2, len(names) + 1):
        sheet.cell(row, column).alignment = _RIGHT


def _caption(sheet: Worksheet, number: int, text: str) -> None:
    cell = sheet.cell(number, 1)
    cell.value, cell.font, cell.border = text, BOLD, _LINE


def _name(sheet: Worksheet, number: int, line: str) -> None:
    name = named(line)
    cell = sheet.cell(number, 1)
    cell.value, cell.alignment = name[0].upper() + name[1:], Alignment("left", indent=1)


def _set_up(sheet: Worksheet, first: int) -> None:
    sheet.freeze_panes = f"B{first}"
    sheet.sheet_view.showGridLines = False
    set_printing(sheet, f"{_HEADS}:{first - 1}")
