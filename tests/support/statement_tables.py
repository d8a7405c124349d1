"""Small tables of statements, and what their lines tell."""

from __future__ import annotations

from pathlib import Path

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.statements.concepts import cells_stated
from secateur.pipelines.ingestion.read import read


def layout(tmp_path: Path, *tables: str) -> Layout:
    """A document of tables; rows stand on lines, cells between bars."""
    parts = []
    for rows in tables:
        lines = (row.split("|") for row in rows.strip().splitlines())
        cells = ("".join(f"<td>{cell.strip()}</td>" for cell in line) for line in lines)
        parts.append(f"<p>As follows.</p><table><tr>{'</tr><tr>'.join(cells)}</tr></table>")
    path = tmp_path / "report.html"
    path.write_text(f"<html><body>{''.join(parts)}</body></html>")
    return Layout(read(path))


def stated(tmp_path: Path, *tables: str) -> dict[str, tuple[str, ...]]:
    """Concepts by what their cells read."""
    found: dict[str, tuple[str, ...]] = {}
    arranged = layout(tmp_path, *tables)
    for start, concepts, _ in cells_stated(arranged):
        cell = arranged.passage_at(start)
        assert cell is not None
        found[arranged.text_of(cell)] = concepts
    return found
