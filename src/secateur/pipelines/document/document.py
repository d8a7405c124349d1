"""Document: one read file as text, passages and sections, with the place of each in the file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, fields
from typing import Any, Literal

PassageKind = Literal["title", "paragraph", "list", "cell"]

Span = tuple[int, int]
"""First character and one past the last, in `Document.text` unless said otherwise."""
Box = tuple[float, float, float, float]
"""Left, bottom, right and top on a page, in points from its lower left corner."""
Bytes = tuple[int, int]
"""First byte and one past the last, in the file as it is after unpacking, or in a part of it."""
Part = tuple[str, ...]
"""What in a file holds bytes or a page: a step a container, as `ingestion.parts.open_part` goes."""


@dataclass(frozen=True)
class Passage:
    """A run of a document's text that belongs together.

    Attributes:
        start: First character in `Document.text`.
        end: One past the last character.
        kind: What the passage is in the file.
        section: Section the passage stands in ("Item 7", "HPI"), or None before the first.
        page: Page number from 1 where the format has pages.
        row: For a table cell, the text of its row head.
        column: For a table cell, the text of its column heads.
        box: Place on the page where the format has pages.
        source: Its place in the file or `part`, without markup around; None in PDF and if repaired.
        part: What in the file `source` or `page` counts in; empty for the file itself.
        section_path: Titles that the passage stands under, the outermost first: sections by name
            and the headings within ("Item 7", "Liquidity"; "Objective", "Physical Exam").
        column_path: For a table cell, its column heads one by one, the outermost first; `column`
            joins them.
        indent: For a table cell, how far its text is set in, in points; 0 where nothing says.
    """

    start: int
    end: int
    kind: PassageKind = "paragraph"
    section: str | None = None
    page: int | None = None
    row: str | None = None
    column: str | None = None
    box: Box | None = None
    source: Bytes | None = None
    part: Part = ()
    section_path: tuple[str, ...] = ()
    column_path: tuple[str, ...] = ()
    indent: float = 0.0


@dataclass(frozen=True)
class Coverage:
    """How much of a file's visible text the document holds.

    Attributes:
        kept: Characters in `Document.text`.
        dropped: Characters left out, by reason ("ix:header", "hidden", "script").
    """

    kept: int
    dropped: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """A part of the document under a title of its own.

    Attributes:
        start: First character of the title in `Document.text`.
        end: One past the last character, where the next section starts.
        name: As in `Passage.section` ("Item 7", "HPI").
        confidence: 1 where the format says that it starts here, else the share of signs for it.
        code: LOINC code where the format gives one.
        path: Names of the sections around it, the outermost first, and its own.
    """

    start: int
    end: int
    name: str
    confidence: float
    code: str | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where a stretch of a document's text stands in the file; fields as in `Passage`."""

    page: int | None = None
    box: Box | None = None
    source: Bytes | None = None
    part: Part = ()


@dataclass(frozen=True)
class NotePart:
    """A note of a record that one file holds.

    Attributes:
        start: First character in `Document.text`.
        end: One past the last.
        dated: The day that the format gives for it (ISO 8601).
        subject: Whose it is where the format says so, in lines as a note's header prints them
            ("Name: Ann Lee").
    """

    start: int
    end: int
    dated: str | None = None
    subject: str = ""


@dataclass(frozen=True)
class Document:
    """One read file.

    Attributes:
        doc_id: Stable name, the file's name without its folder.
        text: The whole ingested text; every offset of the project points into it.
        passages: In reading order, disjoint, covering all text but separators.
        media_type: What the content was recognised as ("text/html").
        warnings: One line each.
        coverage: Characters kept and dropped.
        sections: In reading order; what stands before the first belongs to none.
        dated: The day that the format says it was made for (ISO 8601), where it does.
        notes: The notes of a record in the file's order; empty where the file is one note.
        note_marks: Spans of the marks of notes that HTML prints raised, ascending.
    """

    doc_id: str
    text: str
    passages: tuple[Passage, ...]
    media_type: str
    warnings: tuple[str, ...] = ()
    coverage: Coverage = Coverage(0)
    sections: tuple[Section, ...] = ()
    dated: str | None = None
    notes: tuple[NotePart, ...] = ()
    note_marks: tuple[Span, ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        """Leaves out analyses (`secateur.pipelines.document.once`), which are computed anew."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def locate(self, start: int, end: int) -> Place:
        """Points from a stretch of text, an entity or evidence for instance, back into the file.

        Args:
            start: First character in `text`.
            end: One past the last.

        Returns:
            Where the passages that the stretch touches stand; the box is that of the first one,
            and those in another part of the file than the first are left out.

        Raises:
            ValueError: The stretch is empty or not inside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no characters {start} to {end} in a text of {len(self.text)}")
        begin = max(bisect_right(self.passages, start, key=lambda passage: passage.start) - 1, 0)
        last = bisect_left(self.passages, end, key=lambda passage: passage.start)
        touched = [passage for passage in self.passages[begin:last] if passage.end > start]
        if not touched:
            return Place()
        first = touched[0]
        sources = [p.source for p in touched if p.source is not None and p.part == first.part]
        source = (min(sources)[0], max(end for _, end in sources)) if sources else None
        return Place(first.page, first.box, source, first.part)

    def passage_at(self, position: int) -> Passage | None:
        """Finds the passage that a character stands in.

        Args:
            position: Into `text`.

        Returns:
            The last passage that begins there or before; None in front of the first.
        """
        number = bisect_right(self.passages, position, key=lambda passage: passage.start) - 1
        return self.passages[number] if number >= 0 else None
