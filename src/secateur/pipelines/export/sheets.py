"""Sheets of Excel workbooks: text that is never run as a formula, links, names, and saving."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.header_footer import _HeaderFooterPart as _FooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from secateur.pipelines.errors import UsageError

LONGEST = 32_767
"""Characters that a cell of Excel holds."""
WIDEST = 60
"""Characters of a column's width at most; longer cells are cut on the screen only."""
PLAIN = Font(name="Calibri", size=11)
"""Excel's own font; where a font has no name, programs choose different ones."""
LINK = Font(name="Calibri", size=11, color="0563C1", underline="single")
BOLD = Font(name="Calibri", size=11, bold=True)

_LONGEST_NAME = 31
_LONGEST_TIP = 250
"""Characters of a link's tip; Excel refuses a workbook with more than 255."""
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 forbids, the carriage return, which it loses, and what reads like an escape."""
_NOT_IN_NAMES = re.compile(r"[\\*?:/\[\]\x00-\x1f\ud800-\udfff\ufffe\uffff]|^'|'$")
_RESERVED = "history"
"""Name that Excel keeps for itself."""


def new_workbook() -> Workbook:
    """Makes a workbook without sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def fill(cell: Cell | MergedCell, value: Any, name: str, *, cut: bool = False) -> None:
    """Fills a cell; text that begins with "=", "+", "-" or "@" stays text.

    Args:
        cell: The cell.
        value: Text, a number, a truth value or None.
        name: What it is, for the message.
        cut: Cuts a text that is too long for Excel, and marks that by "…".

    Raises:
        UsageError: A text is longer than a cell of Excel holds.
    """
    if isinstance(value, str):
        value = _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04x}_", value)
        if len(value) > LONGEST and cut:
            value = f"{value[: LONGEST - 1]}…"
        if len(value) > LONGEST:
            raise UsageError(
                f"{name} at {cell.coordinate}: {len(value):,} characters, and a cell of Excel "
                f"holds {LONGEST:,}; choose another --format"
            )
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def heads(sheet: Worksheet, names: Iterable[str], row: int = 1) -> None:
    """Writes column heads in bold.

    Args:
        sheet: The sheet.
        names: One a column, from column A on.
        row: Their row, from 1.
    """
    for column, name in enumerate(names, 1):
        cell = sheet.cell(row, column)
        fill(cell, name, "head", cut=True)
        cell.font = BOLD


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    """Sets the widths of columns, in characters, from column A on."""
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(width, WIDEST)


def set_printing(sheet: Worksheet, heads: str) -> None:
    """Prints a sheet in landscape, as wide as a page, with its name and the number of the page.

    Args:
        sheet: The sheet.
        heads: Rows that every page repeats ("1:2").
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.75)
    sheet.print_title_rows = heads
    sheet.oddFooter = HeaderFooterItem(left=_FooterPart("&A"), right=_FooterPart("&P of &N"))


def link(cell: Cell | MergedCell, sheet: str, place: str, tip: str = "") -> None:
    """Makes a cell a link to another cell of the workbook.

    Args:
        cell: The cell, which keeps its value and its font.
        sheet: Name of the sheet of the other.
        place: Its coordinate ("D12").
        tip: Shown where the pointer rests on the cell.
    """
    quoted = sheet.replace("'", "''")
    shown = "".join(c if c.isprintable() else " " for c in tip)
    shown = shown if len(shown) <= _LONGEST_TIP else f"{shown[: _LONGEST_TIP - 1]}…"
    cell.hyperlink = Hyperlink(
        cell.coordinate, location=f"'{quoted}'!{place}", tooltip=shown or None
    )


def sheet_name(wanted: str, taken: Collection[str] = ()) -> str:
    """Makes a name that Excel takes for a sheet.

    Args:
        wanted: Any text.
        taken: Names of other sheets; those that differ in case alone are one to Excel.

    Returns:
        At most 31 characters without those that Excel refuses, and with a number where the name is
        taken.
    """
    plain = _NOT_IN_NAMES.sub("_", wanted.strip()) or "_"
    others = {name.casefold() for name in taken} | {_RESERVED}
    name, number = _cut(plain), 1
    while name.casefold() in others:
        number += 1
        end = f" ({number})"
        name = f"{_cut(plain, _LONGEST_NAME - len(end))}{end}"
    return name


def _cut(name: str, most: int = _LONGEST_NAME) -> str:
    """Cuts a name to UTF-16 units, which Excel counts."""
    units = name.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore")
    return _NOT_IN_NAMES.sub("_", units.rstrip() if units != name else name)


def save(book: Workbook) -> bytes:
    """Returns a workbook as the bytes of a file."""
    buffer = io.BytesIO()
    _Writer(book, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED)).save()
    return buffer.getvalue()


class _Writer(ExcelWriter):
    """Writes sheets in memory, where openpyxl's temporary files would hold the document's text."""

    _archive: zipfile.ZipFile

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        content = io.BytesIO()
        sheet: Any = WorksheetWriter(ws, content)
        sheet.write()
        ws._rels = sheet._rels
        self._archive.writestr(ws.path[1:], content.getvalue())
        self.manifest.append(ws)
