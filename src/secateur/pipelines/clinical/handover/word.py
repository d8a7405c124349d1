"""A handover as a Word document, with its table of medications and the places of each item."""

from __future__ import annotations

from dataclasses import fields
from io import BytesIO

import docx
from docx.document import Document as Word

from secateur.pipelines.clinical.handover.render import note_lines, notice_lines
from secateur.pipelines.document.handover import (
    NOT_STATED,
    SECTION_TITLES,
    Handover,
    HandoverItem,
    Medication,
)

_BULLET = "List Bullet"


def as_docx(handover: Handover) -> bytes:
    """Writes a handover as a Word document.

    Args:
        handover: The handover.

    Returns:
        The bytes of the file.
    """
    word = docx.Document()
    word.add_heading(f"Handover: {_plain(handover.doc_id)}", level=1)
    for notice in notice_lines(handover.notices):
        word.add_paragraph(_plain(notice))
    for section in handover.sections:
        word.add_heading(SECTION_TITLES[section.name], level=2)
        rows = [item for item in section.items if item.medication]
        if rows:
            _add_table(word, rows)
        for item in section.items:
            if not item.medication:
                codes = [f"{code.code} ({code.probability:.2f})" for code in item.codes]
                words = " ".join([item.text, *codes, f"[{item.places()}]"])
                word.add_paragraph(_plain(_checked(words, item)), style=_BULLET)
        if not section.items:
            word.add_paragraph(NOT_STATED)
    for note in note_lines(handover):
        word.add_paragraph(_plain(note))
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _add_table(word: Word, rows: list[HandoverItem]) -> None:
    names = [field.name for field in fields(Medication)]
    table = word.add_table(rows=1, cols=len(names) + 2, style="Table Grid")
    for cell, name in zip(table.rows[0].cells, (*names, "check", "place"), strict=True):
        cell.text = name
    for item in rows:
        values = [str(getattr(item.medication, name)) for name in names]
        values += [", ".join(item.flags), item.places()]
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = _plain(value)


def _checked(words: str, item: HandoverItem) -> str:
    return f"{words} (check: {', '.join(item.flags)})" if item.flags else words


def _plain(text: str) -> str:
    """A text without the control characters that XML cannot hold."""
    return (
        "".join(c for c in text if c.isprintable() or c == "\t").encode(errors="replace").decode()
    )
