"""Excel workbooks (XLSX, XLSM): each sheet's titles and tables in order, by openpyxl.

A sheet has no tables of its own, only cells. Rows that begin with heads of columns, behind an
empty row or first of all, open a table; lines of one cell in front of it are its titles.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from lxml import etree
from openpyxl.cell import Cell
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from secateur.pipelines.document import Bytes, PassageKind
from secateur.pipelines.ingestion.containers.archive import DAMAGES, unpack_package
from secateur.pipelines.ingestion.detect import XLSX
from secateur.pipelines.ingestion.grid import Grid, RawCell
from secateur.pipelines.ingestion.office.numberformat import shown
from secateur.pipelines.ingestion.reading import Reading, Source
from secateur.pipelines.ingestion.run import Run
from secateur.pipelines.ingestion.sections import layout
from secateur.pipelines.ingestion.tables import add_grid, is_figure

_FAULTS = (
    *DAMAGES,
    InvalidFileException,
    etree.XMLSyntaxError,
    SyntaxError,
    AttributeError,
    KeyError,
    IndexError,
    TypeError,
    ValueError,
)
"""What openpyxl raises for packages and XML that are none, or that it does not know."""
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*?(?:/>|>.*?</c>)', re.S)
_UNCOUNTED = re.compile(rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
"""A formula whose value is not stored."""
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


@dataclass(frozen=True)
class _Shown:
    """A visible cell that shows something.

    Attributes:
        run: Its text.
        row: Its row, from 1.
        column: Its column, from 1.
        width: How many columns it spans.
        height: How many rows it spans.
    """

    run: Run
    row: int
    column: int
    width: int
    height: int


def read_xlsx(data: bytes, source: Source) -> Reading:
    """Reads the visible sheets of a workbook.

    Args:
        data: The package.
        source: Where it comes from.

    Returns:
        Each sheet's name as a title, then its text and tables, numbers as their formats show them.
        Hidden sheets, rows and columns, and comments are left out and counted; formulas without a
        stored value are told in a warning.

    Raises:
        IngestionError: The package is damaged, locked or passes a bound.
    """
    reading = Reading(media_type=XLSX)
    try:
        unpack_package(data, source)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if any(_DECLARES.search(package.read(name)) for name in package.namelist()):
                raise source.refusal("the workbook's XML declares entities", "save it again")
            reader = ExcelReader(io.BytesIO(data), data_only=True)
            with warnings.catch_warnings():
                # What openpyxl does not know, validation for instance, holds no text.
                warnings.simplefilter("ignore")
                reader.read()
            uncounted = 0
            for sheet, relation in reader.parser.find_sheets():
                source.deadline.check()
                xml = package.read(relation.target)
                uncounted += len(_UNCOUNTED.findall(xml))
                _include(reading, reader.wb[sheet.name], relation.target, xml)
    except _FAULTS:
        raise source.refusal("the Excel workbook is damaged", "save it again, or as CSV") from None
    if uncounted:
        reading.warnings.append(
            f"{uncounted:,} formulas have no stored value and read as empty cells; "
            "open the workbook in a spreadsheet program and save it"
        )
    return reading


def _include(reading: Reading, sheet: object, member: str, xml: bytes) -> None:
    """Appends a sheet; charts' sheets have no cells."""
    if not isinstance(sheet, Worksheet):
        return
    one = Reading()
    cells = list(_shown_cells(sheet, _places(xml), one))
    if sheet.sheet_state != "visible":
        reading.drop("hidden sheet", sum(cell.run.length for cell in cells))
        return
    if cells:
        name = Run()
        name.add(sheet.title)
        one.assembly.add_block(name, "title", strong=True)
        for rows in _tables(cells):
            _add_table(one, rows)
    reading.include(one, (member,))


def _places(xml: bytes) -> Mapping[str, Bytes]:
    """Bytes of each cell's element in its sheet, by its reference ("B7")."""
    return {match[1].decode(): match.span() for match in _CELL.finditer(xml)}


def _shown_cells(
    sheet: Worksheet, places: Mapping[str, Bytes], reading: Reading
) -> Iterator[_Shown]:
    """The cells that show something, in the order of rows; of others only the size is told."""
    merged = {cells.coord.partition(":")[0]: cells for cells in sheet.merged_cells.ranges}
    hidden = {
        get_column_letter(column)
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden and dimension.min and dimension.max
        for column in range(dimension.min, dimension.max + 1)
    }
    # Its public walks make a cell for every place of the used range, which may be millions.
    for (row, _), cell in sorted(sheet._cells.items()):
        if not isinstance(cell, Cell):
            continue
        if cell.comment is not None:
            reading.drop("comment", len(cell.comment.text or ""))
        run = _run_of(cell, places)
        if not run.length:
            continue
        if sheet.row_dimensions[row].hidden or cell.column_letter in hidden:
            reading.drop("hidden row or column", run.length)
            continue
        span = merged.get(cell.coordinate)
        width = span.max_col - span.min_col + 1 if span else 1
        height = span.max_row - span.min_row + 1 if span else 1
        yield _Shown(run, row, cell.column, width, height)


def _run_of(cell: Cell, places: Mapping[str, Bytes]) -> Run:
    run = Run()
    strong = bool(cell.font and cell.font.b)
    for line in shown(cell.value, cell.number_format).splitlines():
        run.line_break()
        run.add(line, strong)
    if run.length and (place := places.get(cell.coordinate)):
        run.origins.append((0, *place))
    return run


def _tables(cells: Sequence[_Shown]) -> Iterator[list[list[_Shown]]]:
    """Rows of one table, or lines of text, at a time; a table may have empty rows too."""
    table: list[list[_Shown]] = []
    for block in _blocks(cells):
        first = next((row for row in block if len(row) > 1), None)
        if table and (first is None or _are_heads(first)):
            yield table
            table = []
        table += block
    if table:
        yield table


def _blocks(cells: Sequence[_Shown]) -> Iterator[list[list[_Shown]]]:
    """Rows that no empty row parts."""
    rows = [list(row) for _, row in groupby(cells, lambda cell: cell.row)]
    for _, block in groupby(enumerate(rows), lambda item: item[1][0].row - item[0]):
        yield [row for _, row in block]


def _are_heads(row: Sequence[_Shown]) -> bool:
    return not any(is_figure(cell.run.text) for cell in row[1:])


def _add_table(reading: Reading, rows: Sequence[Sequence[_Shown]]) -> None:
    """Appends the titles of a table as blocks, then the table."""
    left = min(row[0].column for row in rows)
    # A head over several columns is alone in its row, too, but not above the labels.
    titled = (len(row) == 1 and row[0].column == left for row in rows)
    titles = next((n for n, is_title in enumerate(titled) if not is_title), len(rows))
    for (title,) in rows[:titles]:
        kind: PassageKind = "title" if title.run.is_strong else "paragraph"
        layout.add_block(reading.assembly, title.run, kind, title.run.is_strong)
    grid = Grid()
    spanning = [cell for row in rows for cell in row if cell.height > 1]
    for row in rows[titles:]:
        first, *others = row
        grid.rows.append([_raw(first, _beside(first, spanning)), *map(_raw, others)])
    if not layout.add_form(grid, reading.assembly):
        add_grid(grid, reading.assembly)


def _raw(cell: _Shown, beside: Run | None = None) -> RawCell:
    return RawCell(cell.run, cell.column, cell.column + cell.width, False, beside=beside)


def _beside(cell: _Shown, spanning: Sequence[_Shown]) -> Run | None:
    """The cell to the left that spans down from a row above."""
    left = (
        other.run
        for other in spanning
        if other.row < cell.row < other.row + other.height and other.column < cell.column
    )
    return next(left, None)
