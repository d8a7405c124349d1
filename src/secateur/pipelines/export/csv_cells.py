"""CSV of any table, whose texts no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

_FORMULA = re.compile(r"[=@+\-\t\r](?!(?:[$€£¥]?[\d.,'’ \u00a0\u2009\u202f]+%?)?\Z)")
"""What opens a formula in a spreadsheet, but for a number with its sign, or a dash alone."""
_TEXT_MARK = "'"


def csv_lines(rows: Iterable[Iterable[Any]]) -> str:
    """Writes any table as CSV; what is None is empty.

    Args:
        rows: Texts, numbers and None, the names of the columns first. A text that a spreadsheet
            would take for a formula gets an apostrophe in front.

    Returns:
        The lines.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows(map(_as_text, row) for row in rows)
    return buffer.getvalue()


def without_mark(cell: str) -> str:
    """Takes off the apostrophe that `csv_lines` puts in front of a text."""
    marked = cell.startswith(_TEXT_MARK) and _FORMULA.match(cell.lstrip(_TEXT_MARK))
    return cell[1:] if marked else cell


def _as_text(cell: Any) -> Any:
    """A cell that no spreadsheet runs: documents come from anybody."""
    marked = isinstance(cell, str) and _FORMULA.match(cell.lstrip(_TEXT_MARK))
    return f"{_TEXT_MARK}{cell}" if marked else cell
