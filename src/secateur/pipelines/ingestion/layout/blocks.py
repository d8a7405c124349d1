"""Blocks, table cells and their assembly into the one text of a document.

The layout of `Document.text`: blocks are separated by a blank line, the rows of one table by a
newline, the cells of a row by a tab; a forced line break inside a block is a newline. All other
white space inside a block is one space.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from secateur.pipelines.document.cells import BLOCK_GAP, CELL_GAP, ROW_GAP
from secateur.pipelines.document.document import Box, Bytes, Part, Passage, PassageKind
from secateur.pipelines.ingestion.layout.textrun import PLAIN_LOOK, Look, Run


@dataclass(frozen=True)
class Cell:
    """One table cell as it reads: the runs of the physical cells that were joined.

    Attributes:
        runs: In reading order, joined without a gap.
        text: What they read together.
        first: First grid column covered.
        last: One past the last.
        head: Whether the cell is marked as a head, by its tag or by being all bold.
        row: Text of the row head.
        column: Text of the column heads.
        box: Place on the page.
        beside: Text of the cell before it that spans down from a row above, of the first of a row.
        heads: Texts of the column heads, the uppermost first.
    """

    runs: tuple[Run, ...]
    text: str
    first: int
    last: int
    head: bool = False
    row: str | None = None
    column: str | None = None
    box: Box | None = None
    beside: str | None = None
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A block or a table row: what section recognition looks at.

    Attributes:
        start: First character in the text.
        end: One past the last.
        text: What stands there.
        kind: Kind of its passages.
        table: Which table the row belongs to, -1 for a block.
        strong: Whether all of it is bold or a heading.
        level: How deep a heading it is where the format says so, from 1 for the outermost.
        look: How it is printed, by which headings without a level are ranked.
    """

    start: int
    end: int
    text: str
    kind: PassageKind
    table: int = -1
    strong: bool = False
    level: int = 0
    look: Look = PLAIN_LOOK


@dataclass
class Assembly:
    """Puts blocks and rows together and remembers where everything came to stand.

    Attributes:
        passages: The passages so far, their sections not yet known.
        lines: The blocks and table rows so far.
        length: Characters so far.
        parts: The text so far, in parts.
        tables: Tables so far.
        page: Page that is being read, where the format has pages.
        box: Place on it.
    """

    passages: list[Passage] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    length: int = 0
    parts: list[str] = field(default_factory=list)
    tables: int = 0
    page: int | None = None
    box: Box | None = None

    @property
    def text(self) -> str:
        """The document's text."""
        return "".join(self.parts)

    @property
    def next_start(self) -> int:
        """Where the next block will start."""
        return self.length + len(BLOCK_GAP) if self.length else 0

    def add_block(self, run: Run, kind: PassageKind, strong: bool, level: int = 0) -> None:
        """Appends a block; a run without text is left out.

        Args:
            run: Its text.
            kind: What it is.
            strong: Whether it is bold or a heading as a whole.
            level: As in `Line`.
        """
        if run.length:
            self.add_text(
                run.text, kind, strong=strong, source=run.origin(), level=level, look=run.look
            )
            run.places.append((0, self.length - run.length))

    def add_text(
        self,
        text: str,
        kind: PassageKind,
        *,
        strong: bool = False,
        source: Bytes | None = None,
        part: Part = (),
        level: int = 0,
        look: Look = PLAIN_LOOK,
    ) -> None:
        """Appends a block given as text.

        Args:
            text: Not empty.
            kind: What it is.
            strong: Whether it is bold or a heading as a whole.
            source: Where it stands in the file, or in a part of it.
            part: Which part.
            level: As in `Line`.
            look: As in `Line`.
        """
        start = self._open(BLOCK_GAP)
        self._write(text)
        end = self.length
        self.passages.append(
            Passage(
                start, end, kind, page=self.page, box=_rounded(self.box), source=source, part=part
            )
        )
        self.lines.append(Line(start, end, text, kind, strong=strong, level=level, look=look))

    def add_slices(self, run: Run) -> None:
        """Appends each line of a run, which has line breaks, as a paragraph of its own."""
        inside = 0
        for text in run.text.split("\n"):
            source = run.origin(inside, inside + len(text))
            self.add_text(text, "paragraph", strong=run.is_strong, source=source, look=run.look)
            run.places.append((inside, self.length - len(text)))
            inside += len(text) + 1

    def add_prose(
        self, text: str, start: int, passages: Iterable[tuple[int, int, PassageKind]]
    ) -> None:
        """Appends text as it is, without a gap before it.

        Args:
            text: The text.
            start: Where it begins in the file's text.
            passages: First and last character + 1 of each in it, and its kind.
        """
        shift = self.length
        self._write(text)
        for first, last, kind in passages:
            begin, end = first + shift, last + shift
            self.passages.append(Passage(begin, end, kind, source=(start + first, start + last)))
            self.lines.append(Line(begin, end, text[first:last], kind, strong=kind == "title"))

    def add_joined(self, runs: tuple[Run, ...], kind: PassageKind) -> None:
        """Appends several runs, none empty, as one block, a space between them."""
        at = self.next_start
        for run in runs:
            run.places.append((0, at))
            at += run.length + 1
        self.add_text(
            " ".join(run.text for run in runs),
            kind,
            strong=kind == "title",
            source=_span(runs),
            look=runs[0].look,
        )

    def add_table(self, rows: list[list[Cell]]) -> None:
        """Appends a table, each row a line.

        Args:
            rows: Cells that show text, no row empty.
        """
        gap = BLOCK_GAP
        left = min((row[0].box[0] for row in rows if row[0].box), default=0.0)
        for row in rows:
            start = self._open(gap)
            for cell in row:
                if self.length > start:
                    self._write(CELL_GAP)
                begin = self.length
                for run in cell.runs:
                    run.places.append((0, self.length))
                    self._write(run.text.replace("\n", " "))
                box = _rounded(cell.box or self.box)
                place = self.page, cell.row, cell.column, box, _span(cell.runs)
                inset = round(cell.box[0] - left if cell.box else cell.runs[0].indent, 1)
                self.passages.append(
                    Passage(
                        begin,
                        self.length,
                        "cell",
                        None,
                        *place,
                        column_path=cell.heads,
                        indent=inset,
                    )
                )
            text = CELL_GAP.join(cell.text for cell in row)
            strong = all(cell.head for cell in row)
            self.lines.append(Line(start, self.length, text, "cell", self.tables, strong))
            gap = ROW_GAP
        self.tables += 1

    def append(self, other: Assembly, part: Part = (), offset: int = 0) -> int:
        """Appends a whole assembly as further blocks.

        Args:
            other: What to append; its runs keep the places they had.
            part: What in this file holds it.
            offset: Where its own first byte stands there.

        Returns:
            How far its text moved.
        """
        shift = self._open(BLOCK_GAP) if other.length else self.length
        self._write(other.text)
        for passage in other.passages:
            source, place = place_around(passage, part, offset)
            start, end = passage.start + shift, passage.end + shift
            self.passages.append(replace(passage, start=start, end=end, source=source, part=place))
        for line in other.lines:
            table = line.table if line.table < 0 else line.table + self.tables
            self.lines.append(
                replace(line, start=line.start + shift, end=line.end + shift, table=table)
            )
        self.tables += other.tables
        return shift

    def _open(self, gap: str) -> int:
        if self.length:
            self._write(gap)
        return self.length

    def _write(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def place_around(passage: Passage, part: Part, offset: int) -> tuple[Bytes | None, Part]:
    """Tells where a passage stands in the file around its own.

    Args:
        passage: With its place in its own file.
        part: What holds that file.
        offset: Where its first byte stands there.

    Returns:
        The passage's source and part.
    """
    source = passage.source
    if source is not None and not passage.part:
        source = source[0] + offset, source[1] + offset
    return source, (*part, *passage.part)


def _rounded(box: Box | None) -> Box | None:
    """A box in hundredths of a point: further digits of a PDF's floats mean nothing."""
    if box is None:
        return None
    left, bottom, right, top = box
    return round(left, 2), round(bottom, 2), round(right, 2), round(top, 2)


def _span(runs: tuple[Run, ...]) -> Bytes | None:
    parts = [part for run in runs if (part := run.origin()) is not None]
    return (min(start for start, _ in parts), max(end for _, end in parts)) if parts else None
