"""Excel workbooks: every entity with a link to its place in the document's text."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.records import FIELDS, from_row, plain_number

_ENTITIES, _TEXT = "Entities", "Text"
_LONGEST = 32_767
"""Characters that a cell of Excel holds."""
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 forbids, the carriage return, which it loses, and what reads like an escape."""
_NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]]|^'|'$")
_AROUND = ("sentence", "row", "column")
"""Fields that repeat what stands around an entity; too long ones are cut, sheet "Text" has all."""
_WIDTHS = {"doc_id": 24, "text": 34, "section": 10, "sentence": 60, "row": 34, "column": 28}
_WIDTHS |= {"value": 20, "unit": 12, "period": 24, "concept": 34}
_WIDEST = 60
"""Characters of a column's width at most; longer cells are cut on the screen only."""
_WHOLE, _FRACTION = "#,##0", "#,##0.######"
_LINK = Font(color="0563C1", underline="single")
_BOLD = Font(bold=True)


def write_xlsx(document: Document, entities: Sequence[Entity]) -> bytes:
    """Writes a workbook.

    Args:
        document: The document.
        entities: In reading order.

    Returns:
        Sheet "Entities" with all fields, each text a link to the line of sheet "Text" that it
        stands in; "Text" holds the whole document, a passage a line, long ones in pieces.

    Raises:
        UsageError: A field is longer than a cell of Excel holds; the sentence and the heads of an
            entity are cut instead.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(_ENTITIES)
    pieces = list(_pieces(document))
    starts = [start for start, _, _ in pieces]
    _heads(sheet, FIELDS)
    line = 0
    for number, entity in enumerate(entities, 2):
        while line + 1 < len(starts) and starts[line + 1] <= entity.start:
            line += 1
        for column, name in enumerate(FIELDS, 1):
            _fill(sheet.cell(number, column), _cell(entity, name), name)
        link = sheet.cell(number, FIELDS.index("text") + 1)
        link.hyperlink = Hyperlink(link.coordinate, location=f"'{_TEXT}'!D{line + 2}")
        link.font = _LINK
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    text = book.create_sheet(_TEXT)
    _heads(text, ("start", "section", "kind", "text"))
    text.column_dimensions["D"].width = 120
    for number, (start, cells, content) in enumerate(pieces, 2):
        for column, value in enumerate((start, *cells, content), 1):
            _fill(text.cell(number, column), value, _TEXT)
    return _saved(book)


def write_table(heads: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> bytes:
    """Writes any table as a workbook of one sheet.

    Args:
        heads: Names of the columns.
        rows: Texts, numbers and None.
        name: Of the sheet; Excel takes 31 characters of it, and some signs not at all.

    Returns:
        The workbook. Text that opens with "=" stays text.

    Raises:
        UsageError: A text is longer than a cell of Excel holds.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(_NOT_IN_TITLES.sub("_", name[:31]))
    _heads(sheet, heads)
    rows = list(rows)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            _fill(cell, value, heads[column - 1])
            if isinstance(value, (int, float)):
                cell.number_format = _WHOLE if value == value // 1 else _FRACTION
    for column, values in enumerate(zip(heads, *rows, strict=True), 1):
        longest = max(len(f"{v:,}" if isinstance(v, (int, float)) else str(v)) for v in values)
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    return _saved(book)


def read_xlsx(data: bytes, name: str) -> list[Entity]:
    """Reads what `write_xlsx` writes.

    Args:
        data: The bytes.
        name: The file, for messages.

    Returns:
        The entities in their order.

    Raises:
        UsageError: The bytes are no workbook with a sheet of entities.
    """
    try:
        book = load_workbook(io.BytesIO(data), read_only=True)
        rows = book[_ENTITIES].iter_rows(values_only=True)
    except Exception as error:  # zip, XML and openpyxl each raise their own kinds
        raise UsageError(
            f"{name}: no workbook with a sheet {_ENTITIES!r} ({type(error).__name__})"
        ) from None
    heads = [str(head) for head in next(rows, ())]
    return [
        from_row(heads, [_plain(cell) for cell in row], f"{name}, row {number}")
        for number, row in enumerate(rows, 2)
    ]


def _saved(book: Workbook) -> bytes:
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


def _heads(sheet: Worksheet, names: Iterable[str]) -> None:
    for column, name in enumerate(names, 1):
        cell = sheet.cell(1, column, name)
        cell.font = _BOLD
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(name, 10)


def _cell(entity: Entity, name: str) -> Any:
    value = getattr(entity, name)
    if name == "value" and value is not None:
        return plain_number(value)
    return json.dumps(value) if isinstance(value, tuple) else value


def _fill(cell: Cell | MergedCell, value: Any, name: str) -> None:
    if isinstance(value, str):
        value = _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04x}_", value)
        if len(value) > _LONGEST and name in _AROUND:
            value = f"{value[: _LONGEST - 1]}…"
        if len(value) > _LONGEST:
            raise UsageError(
                f"{name} at {cell.coordinate}: {len(value):,} characters, and a cell of Excel "
                f"holds {_LONGEST:,}; choose another --format"
            )
    cell.value = value
    if isinstance(value, str):
        # A text that opens with "=" is no formula.
        cell.data_type = "s"
    elif name == "value" and value is not None:
        cell.number_format = _FRACTION if isinstance(value, float) else _WHOLE


def _plain(cell: Any) -> Any:
    return unescape(cell) if isinstance(cell, str) else cell


def _pieces(document: Document) -> Iterable[tuple[int, tuple[str, str], str]]:
    most = _LONGEST // 8  # a control character takes up to seven when escaped
    for passage in document.passages:
        for start in range(passage.start, passage.end, most):
            text = document.text[start : min(start + most, passage.end)]
            yield start, (passage.section or "", passage.kind), text
