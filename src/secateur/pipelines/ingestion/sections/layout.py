"""Notes whose headings stand behind line breaks inside a block, or beside their text in a table."""

from __future__ import annotations

from secateur.pipelines.document.document import PassageKind
from secateur.pipelines.ingestion.layout.blocks import Assembly
from secateur.pipelines.ingestion.layout.grid import Grid, RawCell
from secateur.pipelines.ingestion.layout.textrun import Run
from secateur.pipelines.ingestion.sections.openings import opens_section
from secateur.pipelines.terminology.sections.headings import canonical_section

TITLE_CHARACTERS = 250
"""Most of bold text that is a title by that alone; more is a paragraph that somebody stressed."""
_HEADINGS_NEEDED = 2
"""Rows of label and text below which a table is no form."""


def add_block(
    assembly: Assembly, run: Run, kind: PassageKind, strong: bool, level: int = 0
) -> None:
    """Appends a block; one with a line that opens a section becomes a block for each line.

    Args:
        assembly: The document.
        run: Its text.
        kind: What it is.
        strong: Whether it is bold or a heading as a whole.
        level: As in `Line`.
    """
    _, *below = run.text.split("\n")
    if any(map(opens_section, below)):
        assembly.add_slices(run)
    else:
        assembly.add_block(run, kind, strong, level)


def add_form(grid: Grid, assembly: Assembly) -> bool:
    """Appends a table of headings and their text as blocks, if it is such a form.

    Args:
        grid: The table.
        assembly: The document.

    Returns:
        Whether it is: every row has a known heading and one more cell.
    """
    rows = [row for row in grid.rows if row]
    if len(rows) < _HEADINGS_NEEDED or not all(map(_is_headed, rows)):
        return False
    for heading, text in rows:
        assembly.add_block(heading.run, "title", strong=True)
        assembly.add_slices(text.run)
    return True


def _is_headed(row: list[RawCell]) -> bool:
    return len(row) == 2 and canonical_section(row[0].run.text.rstrip(": ")) is not None
