"""Where the sections of a document start: items of annual reports, else those of notes."""

from __future__ import annotations

from collections.abc import Sequence

from secateur.pipelines.ingestion.blocks import Line
from secateur.pipelines.ingestion.reading import SectionStart
from secateur.pipelines.ingestion.sections.items import find_items
from secateur.pipelines.ingestion.sections.notes import find_note_sections

_ITEMS_NEEDED = 3
"""Fewer item titles than this can be a letter that speaks of items."""


def find_sections(lines: Sequence[Line]) -> list[SectionStart]:
    """Finds the sections of a document.

    Args:
        lines: Its blocks and table rows in order.

    Returns:
        In document order; empty if none is recognised.
    """
    found = find_items(lines)
    if len(found) < _ITEMS_NEEDED:
        found = find_note_sections(lines)
    return found
