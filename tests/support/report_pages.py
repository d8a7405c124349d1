"""Small pages of reports as HTML."""

from __future__ import annotations

COVER = "<p>For the fiscal year ended December 31, 2024</p>"


def table(*rows: list[str]) -> str:
    """Writes a table."""
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
