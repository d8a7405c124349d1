"""Where the sections of a document start: items of annual reports, else those of notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from secateur.pipelines.ingestion.layout.blocks import Line
from secateur.pipelines.ingestion.layout.reading import NoteStart, SectionStart
from secateur.pipelines.ingestion.sections.items import find_items
from secateur.pipelines.ingestion.sections.note_starts import find_note_starts
from secateur.pipelines.ingestion.sections.notes import find_note_sections

_ITEMS_NEEDED = 3
"""Fewer item titles than this can be a letter that speaks of items, unless it is the form."""
_FORM = re.compile(r"(?:annual report on )?form 10-k(?:405|sb|t)?(?:/a)?\W*", re.IGNORECASE)
"""The form's name alone on a line, as on its cover: an excerpt may have one item."""


def find_sections(lines: Sequence[Line]) -> tuple[list[SectionStart], list[NoteStart]]:
    """Finds the sections of a document, and its notes where it is a record of several.

    Args:
        lines: Its blocks and table rows in order.

    Returns:
        Sections in document order, of a record those of each note as if it stood alone, and where
        its notes start; empty if none is recognised.
    """
    found = find_items(lines)
    is_form = found and any(_FORM.fullmatch(line.text) for line in lines)
    if len(found) >= _ITEMS_NEEDED or is_form:
        return found, []
    starts = find_note_starts(lines)
    if not starts:
        return find_note_sections(lines), []
    sections = []
    for start, end in pairwise([*starts, lines[-1].end + 1]):
        own = [line for line in lines if start <= line.start < end]
        sections += [SectionStart(start, None), *find_note_sections(own)]
    return sections, list(map(NoteStart, starts))
