"""Excel workbooks (XLSX, XLSM): the cells of each sheet, by openpyxl."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from lxml import etree
from openpyxl.cell import Cell
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from secateur.pipelines.document.document import Bytes
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.ingestion.containers.archive import DAMAGES, unpack_package
from secateur.pipelines.ingestion.files.detect import XLSX
from secateur.pipelines.ingestion.layout.grid import RawCell
from secateur.pipelines.ingestion.layout.reading import Reading, Source
from secateur.pipelines.ingestion.layout.textrun import Run
from secateur.pipelines.ingestion.office.numberformat import shown
from secateur.pipelines.ingestion.office.ranges import LAST_COLUMN, RangeCount
from secateur.pipelines.ingestion.text.sheet import SheetRow, add_sheet

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
_INDENT = 9.0
"""Points of a step by which a cell is set in."""
_CELL = re.compile(
    rb'<c\b[^<>]*?\br="([A-Z]{1,3}\d{1,7})"[^<>]*?(?:/>|>(?:[^<]|<(?!c[\s>]|/c>))*</c>)'
)
_UNCOUNTED = re.compile(rb"<f\b[^<>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>\s*|<v>\s*</v>\s*)?</c>")
"""A formula whose value is not stored."""
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


def read_xlsx(data: bytes, source: Source) -> Reading:
    """Reads the visible sheets of a workbook, each under its name as a title.

    Numbers are as their formats show them. Hidden sheets, rows and columns, and comments are left
    out and counted; formulas without a stored value are told in a warning.

    Args:
        data: The content.
        source: Where it comes from.

    Returns:
        What was found.

    Raises:
        IngestionError: The workbook is damaged, its XML declares entities, or a bound is passed.
    """
    reading = Reading(media_type=XLSX)
    try:
        unpack_package(data, source)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_members(package, source)
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
            f"{quantity(uncounted, 'formula')} without a stored value, read as empty; "
            "open the workbook in a spreadsheet program and save it"
        )
    return reading


def _check_members(package: zipfile.ZipFile, source: Source) -> None:
    """Refuses XML that openpyxl would take too much for, before it reads any."""
    ranges = RangeCount(source)
    for name in package.namelist():
        xml = package.read(name)
        if _DECLARES.search(xml):
            raise source.refusal("the workbook's XML declares entities", "save it again")
        ranges.add(xml)


def _include(reading: Reading, sheet: object, member: str, xml: bytes) -> None:
    """Appends a sheet; charts' sheets have no cells."""
    if not isinstance(sheet, Worksheet):
        return
    one = Reading()
    rows = list(_rows(sheet, _places(xml), one))
    if sheet.sheet_state != "visible":
        reading.drop("hidden sheet", sum(cell.run.length for row in rows for cell in row.cells))
        return
    if rows:
        name = Run()
        name.add(sheet.title)
        one.assembly.add_block(name, "title", strong=True)
        add_sheet(rows, one.assembly)
    reading.include(one, (member,))


def _places(xml: bytes) -> Mapping[str, Bytes]:
    """Bytes of each cell's element in its sheet, by its reference ("B7")."""
    return {match[1].decode(): match.span() for match in _CELL.finditer(xml)}


def _rows(sheet: Worksheet, places: Mapping[str, Bytes], reading: Reading) -> Iterator[SheetRow]:
    """The rows that show something; of hidden ones and comments only the size is told."""
    merged = {(cells.min_row, cells.min_col): cells for cells in sheet.merged_cells.ranges}
    hidden = _hidden_columns(sheet)
    spanning: list[tuple[CellRange, Run]] = []
    # Its public walks make a cell for every place of the used range, which may be millions.
    for number, items in groupby(sorted(sheet._cells.items()), lambda item: item[0][0]):
        row: list[RawCell] = []
        for (_, column), cell in items:
            if not isinstance(cell, Cell):
                continue
            if cell.comment is not None:
                reading.drop("comment", len(cell.comment.text or ""))
            run = _run_of(cell, places)
            if not run.length:
                continue
            if sheet.row_dimensions[number].hidden or column in hidden:
                reading.drop("hidden row or column", run.length)
                continue
            span = merged.get((number, column))
            if span is not None:
                spanning.append((span, run))
            last = column if span is None else span.max_col
            beside = None if row else _beside(number, column, spanning)
            row.append(RawCell(run, column, last + 1, beside=beside))
        if row:
            yield SheetRow(number, row)


def _hidden_columns(sheet: Worksheet) -> set[int]:
    return {
        column
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden and dimension.min and dimension.max
        for column in range(dimension.min, min(dimension.max, LAST_COLUMN) + 1)
    }


def _beside(row: int, column: int, spanning: Sequence[tuple[CellRange, Run]]) -> Run | None:
    """The cell to the left that spans down from a row above."""
    left = (
        run
        for span, run in spanning
        if span.min_row < row <= span.max_row and span.max_col < column
    )
    return next(left, None)


def _run_of(cell: Cell, places: Mapping[str, Bytes]) -> Run:
    run = Run()
    strong = bool(cell.font and cell.font.b)
    run.indent = _INDENT * (cell.alignment.indent if cell.alignment else 0)
    for line in shown(cell.value, cell.number_format).splitlines():
        run.line_break()
        run.add(line, strong)
    if run.length and (place := places.get(cell.coordinate)):
        run.origins.append((0, *place))
    return run
