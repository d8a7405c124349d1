"""Runs of inline text, and their assembly into the one text of a document.

The layout of `Document.text`: blocks are separated by a blank line, the rows of one table by a
newline, the cells of a row by a tab; a forced line break inside a block is a newline. All other
white space inside a block is one space.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from secateur.pipelines.document import PassageKind

BLOCK_GAP = "\n\n"
ROW_GAP = "\n"
CELL_GAP = "\t"
BULLETS = frozenset("•●○▪■◦·‣▸➢➤✓")

# Zero-width characters and soft hyphens split words that read as one; libxml2 leaves the numeric
# references 128 to 159 of old filings as control characters where browsers read Windows-1252.
_CLEAN: dict[int, str] = {0xAD: "", 0x200B: "", 0x2060: "", 0xFEFF: ""}
_CLEAN |= {
    c: bytes([c]).decode("cp1252")
    for c in range(0x80, 0xA0)
    if c not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


class Run:
    """The text of one block or cell, white space collapsed as it comes.

    Attributes:
        length: Characters so far.
        strong: How many of them were bold.
        places: After assembly, where stretches of the run stand: (offset in the run, in the text).
    """

    __slots__ = ("_gap", "_parts", "_soft", "length", "places", "strong")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._gap = ""
        self._soft = False
        self.length = 0
        self.strong = 0
        self.places: list[tuple[int, int]] = []

    def add(self, text: str, strong: bool = False) -> int:
        """Append text.

        Args:
            text: Any text.
            strong: Whether it is bold.

        Returns:
            Where its first visible character stands in the run, -1 if it shows nothing.
        """
        if not text.isascii():
            text = text.translate(_CLEAN)
        words = text.split()
        if not words:
            if text and not self._gap:
                self._gap = " "
            return -1
        gap = self._gap
        if not gap and (text[0].isspace() or (self._soft and text[0].isalnum())):
            gap = " "
        if gap and self.length:
            self._parts.append(gap)
            self.length += 1
            self.strong += strong
        start = self.length
        visible = " ".join(words)
        self._parts.append(visible)
        self.length += len(visible)
        if strong:
            self.strong += len(visible)
        # Bullets are set apart by a margin, not by white space.
        self._gap = " " if text[-1].isspace() or visible in BULLETS else ""
        self._soft = False
        return start

    def space(self) -> None:
        """Keep what follows apart by a space."""
        self._gap = self._gap or " "

    def soft_space(self) -> None:
        """Keep what follows apart unless it is punctuation."""
        self._soft = True

    def line_break(self) -> None:
        """Put what follows on a new line."""
        self._gap = "\n"

    @property
    def broken(self) -> bool:
        """Whether a line break is due before what follows."""
        return self._gap == "\n"

    @property
    def is_strong(self) -> bool:
        """Whether all of the text is bold."""
        return self.length > 0 and self.strong >= self.length

    @property
    def text(self) -> str:
        """What was added."""
        return "".join(self._parts)

    def locate(self, offset: int) -> int:
        """Map an offset of the run into the document.

        Args:
            offset: A position in the run that holds or ends visible text.

        Returns:
            The position in the document's text.
        """
        place = max(bisect_right(self.places, (offset, 1 << 62)) - 1, 0)
        inside, outside = self.places[place]
        return outside + offset - inside


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
    """

    runs: tuple[Run, ...]
    text: str
    first: int
    last: int
    head: bool = False
    row: str | None = None
    column: str | None = None


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
    """

    start: int
    end: int
    text: str
    kind: PassageKind
    table: int = -1
    strong: bool = False


@dataclass
class Piece:
    """A passage before its section is known; fields as in `Passage`."""

    start: int
    end: int
    kind: PassageKind
    row: str | None = None
    column: str | None = None


@dataclass
class Assembly:
    """Puts blocks and rows together and remembers where everything came to stand."""

    pieces: list[Piece] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    length: int = 0
    parts: list[str] = field(default_factory=list)
    tables: int = 0

    @property
    def text(self) -> str:
        """The document's text."""
        return "".join(self.parts)

    def add_block(self, run: Run, kind: PassageKind, strong: bool = False) -> None:
        """Append a block; a run without text is left out.

        Args:
            run: Its text.
            kind: What it is.
            strong: Whether it is bold or a heading as a whole.
        """
        if run.length:
            self.add_text(run.text, kind, strong=strong)
            run.places.append((0, self.length - run.length))

    def add_text(
        self, text: str, kind: PassageKind, *, strong: bool = False, gap: str = BLOCK_GAP
    ) -> None:
        """Append a block given as text.

        Args:
            text: Not empty.
            kind: What it is.
            strong: Whether it is bold or a heading as a whole.
            gap: What separates it from the block before.
        """
        start = self._open(gap)
        self._write(text)
        self.pieces.append(Piece(start, self.length, kind))
        self.lines.append(Line(start, self.length, text, kind, strong=strong))

    def add_slices(self, run: Run, kind: PassageKind) -> None:
        """Append each line of a run as a block of its own.

        Args:
            run: Its text, with line breaks.
            kind: What the blocks are.
        """
        inside = 0
        for text in run.text.split("\n"):
            self.add_text(text, kind, strong=run.is_strong)
            run.places.append((inside, self.length - len(text)))
            inside += len(text) + 1

    def add_joined(self, runs: tuple[Run, ...], kind: PassageKind, strong: bool = False) -> None:
        """Append several runs as one block, a space between them.

        Args:
            runs: In reading order, none empty.
            kind: What the block is.
            strong: Whether it is bold or a heading as a whole.
        """
        start = self._open(BLOCK_GAP)
        texts = [run.text for run in runs]
        for run, text in zip(runs, texts, strict=True):
            if self.length > start:
                self._write(" ")
            run.places.append((0, self.length))
            self._write(text)
        self.pieces.append(Piece(start, self.length, kind))
        self.lines.append(Line(start, self.length, " ".join(texts), kind, strong=strong))

    def add_table(self, rows: list[list[Cell]]) -> None:
        """Append a table, each row a line.

        Args:
            rows: Cells that show text, no row empty.
        """
        gap = BLOCK_GAP
        for row in rows:
            start = self._open(gap)
            for cell in row:
                if self.length > start:
                    self._write(CELL_GAP)
                begin = self.length
                for run in cell.runs:
                    run.places.append((0, self.length))
                    self._write(run.text.replace("\n", " "))
                self.pieces.append(Piece(begin, self.length, "cell", cell.row, cell.column))
            text = CELL_GAP.join(cell.text for cell in row)
            strong = all(cell.head for cell in row)
            self.lines.append(Line(start, self.length, text, "cell", self.tables, strong))
            gap = ROW_GAP
        self.tables += 1

    def _open(self, gap: str) -> int:
        if self.length:
            self._write(gap)
        return self.length

    def _write(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
