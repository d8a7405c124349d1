"""Excel workbooks: every entity with a link to its place in the document's text."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.escape import unescape

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.records import FIELDS, from_row, plain_number
from secateur.pipelines.export.sheets import (
    LINK,
    LONGEST,
    fill,
    heads,
    link,
    new_workbook,
    save,
    set_widths,
    sheet_name,
)

_ENTITIES, _TEXT = "Entities", "Text"
_AROUND = ("sentence", "row", "column")
"""Fields that repeat what stands around an entity; too long ones are cut, sheet "Text" has all."""
_WIDTHS = {"doc_id": 24, "text": 34, "section": 10, "sentence": 60, "row": 34, "column": 28}
_WIDTHS |= {"value": 20, "unit": 12, "period": 24, "concept": 34}
_WHOLE, _FRACTION = "#,##0", "#,##0.######"


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
    book = new_workbook()
    sheet = book.create_sheet(_ENTITIES)
    pieces = list(_pieces(document))
    starts = [start for start, _, _ in pieces]
    heads(sheet, FIELDS)
    set_widths(sheet, [_WIDTHS.get(name, 10) for name in FIELDS])
    line = 0
    for number, entity in enumerate(entities, 2):
        while line + 1 < len(starts) and starts[line + 1] <= entity.start:
            line += 1
        for column, name in enumerate(FIELDS, 1):
            _fill(sheet.cell(number, column), _cell(entity, name), name)
        linked = sheet.cell(number, FIELDS.index("text") + 1)
        link(linked, _TEXT, f"D{line + 2}")
        linked.font = LINK
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    text = book.create_sheet(_TEXT)
    heads(text, ("start", "section", "kind", "text"))
    set_widths(text, (10, 10, 10))
    text.column_dimensions["D"].width = 120
    for number, (start, cells, content) in enumerate(pieces, 2):
        for column, value in enumerate((start, *cells, content), 1):
            _fill(text.cell(number, column), value, _TEXT)
    return save(book)


def write_table(names: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> bytes:
    """Writes any table as a workbook of one sheet.

    Args:
        names: Of the columns.
        rows: Texts, numbers and None.
        name: Of the sheet; Excel takes 31 characters of it, and some signs not at all.

    Returns:
        The workbook. Text that opens with "=" stays text.

    Raises:
        UsageError: A text is longer than a cell of Excel holds.
    """
    book = new_workbook()
    sheet = book.create_sheet(sheet_name(name))
    heads(sheet, names)
    rows = list(rows)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            _fill(cell, value, names[column - 1])
            if isinstance(value, (int, float)):
                cell.number_format = _WHOLE if value == value // 1 else _FRACTION
    columns = zip(names, *rows, strict=True)
    set_widths(sheet, [max(map(_length, values)) + 2 for values in columns])
    sheet.freeze_panes = "A2"
    return save(book)


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


def _cell(entity: Entity, name: str) -> Any:
    value = getattr(entity, name)
    if name == "value" and value is not None:
        return plain_number(value)
    return json.dumps(value) if isinstance(value, tuple) else value


def _fill(cell: Cell | MergedCell, value: Any, name: str) -> None:
    fill(cell, value, name, cut=name in _AROUND)
    if name == "value" and value is not None and not isinstance(value, str):
        cell.number_format = _FRACTION if isinstance(value, float) else _WHOLE


def _length(value: Any) -> int:
    return len(f"{value:,}" if isinstance(value, (int, float)) else str(value))


def _plain(cell: Any) -> Any:
    return unescape(cell) if isinstance(cell, str) else cell


def _pieces(document: Document) -> Iterable[tuple[int, tuple[str, str], str]]:
    most = LONGEST // 8  # a control character takes up to seven when escaped
    for passage in document.passages:
        for start in range(passage.start, passage.end, most):
            text = document.text[start : min(start + most, passage.end)]
            yield start, (passage.section or "", passage.kind), text
