"""Where the sections of a document start: items of annual reports, else those of notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.ingestion.layout.blocks import Line
from secateur.pipelines.ingestion.layout.reading import SectionStart
from secateur.pipelines.ingestion.sections.items import find_items
from secateur.pipelines.ingestion.sections.notes import find_note_sections

_ITEMS_NEEDED = 3
"""Fewer item titles than this can be a letter that speaks of items, unless it is the form."""
_FORM = re.compile(r"(?:annual report on )?form 10-k(?:405|sb|t)?(?:/a)?\W*", re.IGNORECASE)
"""The form's name alone on a line, as on its cover: an excerpt may have one item."""


def find_sections(lines: Sequence[Line]) -> list[SectionStart]:
    """Finds the sections of a document.

    Args:
        lines: Its blocks and table rows in order.

    Returns:
        In document order; empty if none is recognised.
    """
    found = find_items(lines)
    is_form = found and any(_FORM.fullmatch(line.text) for line in lines)
    if len(found) < _ITEMS_NEEDED and not is_form:
        found = find_note_sections(lines)
    return found
