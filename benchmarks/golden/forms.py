"""One report in the forms that reports come in: HTML, plain text, PDF, Excel and Word."""

from __future__ import annotations

import html
import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import docx
from golden.quarters import Block, Rows
from openpyxl import Workbook

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fpdf import FPDF

_HEAD, _CELL = 44, 34
"""Characters of the first column of plain text, and of the others."""


def _html(blocks: Sequence[Block]) -> bytes:
    parts = []
    for block in blocks:
        if block.kind == "table":
            cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in block.rows)
            parts.append("<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>")
        else:
            tag = "h2" if block.kind == "title" else "p"
            parts.append(f"<{tag}>{html.escape(block.text)}</{tag}>")
    return f"<html><body>{''.join(parts)}</body></html>".encode()


def _text(blocks: Sequence[Block]) -> bytes:
    parts = [_aligned(block.rows) if block.rows else block.text for block in blocks]
    return ("\n\n".join(parts) + "\n").encode()


def _aligned(rows: Rows) -> str:
    return "\n".join(
        f"{head:<{_HEAD}}" + "".join(f"{cell:>{_CELL}}" for cell in cells) for head, *cells in rows
    )


def _pdf(blocks: Sequence[Block]) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    for block in blocks:
        # The fonts of every PDF lack the euro's sign.
        text = block.text.replace("€", "EUR ")
        pdf.set_font("Times", style="B" if block.kind == "title" else "", size=10)
        if block.kind != "table":
            pdf.multi_cell(0, 5, text, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(2)
            continue
        for head, *cells in block.rows:
            pdf.cell(75, 5, head)
            for cell in cells:
                pdf.cell(55, 5, cell, align="R")
            pdf.ln()
        pdf.ln(2)
    return bytes(pdf.output())


def _workbook(blocks: Sequence[Block]) -> bytes:
    book = Workbook()
    sheet = book.create_sheet("Report", 0)
    for block in blocks:
        for row in block.rows or ((block.text,),):
            sheet.append(row)
        sheet.append(())
    return _saved(book.save)


def _word(blocks: Sequence[Block]) -> bytes:
    document = docx.Document()
    for block in blocks:
        if block.kind == "title":
            document.add_heading(block.text, 2)
        elif block.kind == "paragraph":
            document.add_paragraph(block.text)
        else:
            table = document.add_table(len(block.rows), len(block.rows[0]))
            for cells, row in zip(table.rows, block.rows, strict=True):
                for cell, text in zip(cells.cells, row, strict=True):
                    cell.text = text
    return _saved(document.save)


def _saved(save: Callable[[io.BytesIO], None]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


FORMS: Mapping[str, Callable[[Sequence[Block]], bytes]] = MappingProxyType(
    {"html": _html, "txt": _text, "pdf": _pdf, "xlsx": _workbook, "docx": _word}
)
"""By the ending of a file's name what writes its bytes."""
