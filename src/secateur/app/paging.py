"""A long document in pieces that a browser shows without lag."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from secateur.pipelines.document.document import Document

PAGE_CHARACTERS = 4_000
"""Most characters of a page."""


@dataclass(frozen=True)
class Page:
    """A piece of a document.

    Attributes:
        start: First character.
        end: One past the last character.
        section: Section it stands in, or None before the first.
        number: Which of the section's pages, from 1.
    """

    start: int
    end: int
    section: str | None
    number: int


def pages(document: Document, size: int = PAGE_CHARACTERS) -> list[Page]:
    """Cuts a document where a section begins, and elsewhere between passages.

    Args:
        document: The document.
        size: Characters a page may have, 1 or more; a longer passage is cut.

    Returns:
        Pages that cover the text without gaps; at least one.
    """
    cuts: list[tuple[int, str | None]] = []
    for passage in document.passages:
        new = not cuts or passage.section != cuts[-1][1]
        if new or passage.end - cuts[-1][0] > size:
            cuts.append((0 if not cuts else passage.start, passage.section))
        while passage.end - cuts[-1][0] > size:
            cuts.append((cuts[-1][0] + size, passage.section))
    found: list[Page] = []
    ends = [start for start, _ in cuts[1:]] + [len(document.text)]
    for (start, section), end in zip(cuts or [(0, None)], ends, strict=True):
        follows = bool(found) and found[-1].section == section
        found.append(Page(start, end, section, found[-1].number + 1 if follows else 1))
    return found


def page_of(found: Sequence[Page], position: int) -> int:
    """Returns the index of the page that holds a character."""
    return max(bisect_right([page.start for page in found], position) - 1, 0)
