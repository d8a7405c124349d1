"""Text whose lines and columns markup keeps as they are typed: tables found in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from secateur.pipelines.document.document import Bytes
from secateur.pipelines.ingestion.layout.textrun import clean
from secateur.pipelines.ingestion.markup.style import Level
from secateur.pipelines.ingestion.text.tables import TextTable, find_tables


@dataclass(frozen=True)
class Part:
    """A piece of a line.

    Attributes:
        text: As typed.
        start: Its first character in all that is held.
        place: Where it stands in the file.
        level: What holds around it.
    """

    text: str
    start: int
    place: Bytes | None
    level: Level


@dataclass
class Preformatted:
    """Text that is held until it is known which of its lines are tables.

    Attributes:
        lines: Its lines, none before something is held.
    """

    lines: list[list[Part]] = field(default_factory=list)
    _length: int = 0

    def add(self, text: str, place: Bytes | None, level: Level) -> None:
        """Appends to the last line; `text` has no line break."""
        text = clean(text)
        self.lines = self.lines or [[]]
        self.lines[-1].append(Part(text, self._length, place, level))
        self._length += len(text)

    def break_line(self) -> None:
        """Begins a line."""
        self.lines = self.lines or [[]]
        self.lines.append([])
        self._length += 1

    def read(self) -> Iterator[TextTable | list[Part]]:
        """Yields what is held, in order: tables, and the lines that stand in none."""
        printed = ["".join(part.text for part in line) for line in self.lines]
        starts = [0, *accumulate(len(text) + 1 for text in printed)]
        ends = [at + len(text.rstrip()) for at, text in zip(starts, printed, strict=False)]
        tables = find_tables("\n".join(printed))
        # Parts of a line are no blocks: a table that shares one with text stays text.
        lone = {*starts}, {*ends}
        whole = [table for table in tables if table.start in lone[0] and table.end in lone[1]]
        for line, at, end in zip(self.lines, starts, ends, strict=False):
            table = next((t for t in whole if t.start <= at and end <= t.end), None)
            if table is None:
                yield line
            elif at == table.start:
                yield self._placed(table)

    def _placed(self, table: TextTable) -> TextTable:
        parts = [part for line in self.lines for part in line if part.place]
        for run in (run for row in table.rows for cell in row for run in cell.runs):
            run.origins = [
                (begin, *place)
                for begin, first, last in run.origins
                if (place := _place(parts, first, last))
            ]
        return table


def _place(parts: list[Part], first: int, last: int) -> Bytes | None:
    """Bytes of a stretch of characters; of its whole parts where markup stands inside."""
    own = [part for part in parts if part.start < last and first < part.start + len(part.text)]
    if not own:
        return None
    begin, end = own[0], own[-1]
    return _byte_of(begin, first, 0), _byte_of(end, last, 1)


def _byte_of(part: Part, offset: int, side: int) -> int:
    """The byte of a character of a part; its end where bytes and characters are not alike."""
    first, last = part.place or (0, 0)
    bare = part.text.strip()
    if not bare.isascii() or last - first != len(bare):
        return (first, last)[side]
    indent = len(part.text) - len(part.text.lstrip())
    return min(max(first + offset - part.start - indent, first), last)
