"""One walk over a tree of elements: its visible text as blocks, with tables and marks."""

from __future__ import annotations

from lxml import etree

from secateur.pipelines.document.document import Bytes, PassageKind
from secateur.pipelines.ingestion.layout.grid import Grid
from secateur.pipelines.ingestion.layout.origin import Origin
from secateur.pipelines.ingestion.layout.reading import Mark, Reading, Source
from secateur.pipelines.ingestion.layout.tables import add_grid
from secateur.pipelines.ingestion.layout.textrun import BULLETS, Run, clean
from secateur.pipelines.ingestion.markup.elements import (
    BLOCKS,
    DROPPED,
    FACTS,
    HEADINGS,
    LIST_ITEMS,
    count_of,
    holds_figure,
    is_note_mark,
    visible_size,
)
from secateur.pipelines.ingestion.markup.preformatted import Preformatted
from secateur.pipelines.ingestion.markup.style import Level, Looks
from secateur.pipelines.ingestion.sections import layout
from secateur.pipelines.ingestion.text.tables import TextTable

_DEADLINE_EVERY = 4_096
"""Elements between two looks at the deadline."""


def walk(
    root: etree._Element, source: Source, reading: Reading, origin: Origin | None = None
) -> None:
    """Appends the visible text of a tree.

    Args:
        root: The root element; its own tail is left out.
        source: Where it comes from.
        reading: Takes text, marks and counts.
        origin: Tells where text stands in the file, if it stands there as markup.

    Raises:
        IngestionError: Elements nest too deeply or the time is over.
    """
    _Walker(root, source, reading, origin).walk()


class _Walker:
    """State of one walk: the open run, the open tables, and the styles in force."""

    def __init__(
        self, root: etree._Element, source: Source, reading: Reading, origin: Origin | None
    ) -> None:
        self._root = root
        self._origin = origin
        self._source = source
        self._found = reading
        self._run = Run()
        self._last = self._run
        self._kind: PassageKind = "paragraph"
        self._level = 0
        self._grids: list[Grid | None] = []
        self._grid: Grid | None = None
        self._outside: Run | None = None
        self._inner = 0
        self._held = Preformatted()
        self._preformatted = 0
        self._inside: list[Level] = [Level()]
        self._opening: list[Mark] = []
        self._open: list[Mark] = []
        self._looks = Looks(root)
        self._raised: dict[tuple[Run, int], int] = {}

    def walk(self) -> None:
        """Walks the tree once."""
        events = etree.iterwalk(self._root, events=("start", "end", "comment", "pi"))
        for count, (event, element) in enumerate(events):
            if event == "start":
                if self._start(element):
                    events.skip_subtree()
                if not count % _DEADLINE_EVERY:
                    self._source.deadline.check()
                continue
            if event == "end":
                self._end(element)
            if element.tail and element is not self._root:
                self._emit(element.tail)
        self._flush()
        marks = ((run.locate(end), size) for (run, end), size in self._raised.items() if run.places)
        self._found.note_marks += sorted((end - size, end) for end, size in marks)

    def _start(self, element: etree._Element) -> bool:
        """Enters an element; True if what it holds is dropped."""
        tag, style = self._looks.name_of(element), self._looks.style_of(element)
        self._inside.append(self._inside[-1].enter(tag, style))
        if len(self._inside) > self._source.limits.nesting:
            raise self._source.refusal(
                f"elements nest deeper than {self._source.limits.nesting}",
                "the file is damaged, or raise Limits.nesting (--limit nesting=N)",
            )
        reason = DROPPED.get(tag) or style.left_out
        if reason:
            self._drop(element, tag, reason)
            return True
        if tag in BLOCKS:
            self._start_block(element, tag)
        elif tag == "br":
            self._break()
        elif tag in FACTS:
            self._release()
            mark = Mark(element)
            self._found.marks.append(mark)
            self._opening.append(mark)
            self._open.append(mark)
        if (style.raised or tag == "sup") and is_note_mark(element):
            self._run.space()
        if element.text:
            self._emit(element.text)
        return False

    def _end(self, element: etree._Element) -> None:
        left = self._inside.pop()
        tag, style = left.tag, left.style
        if tag in DROPPED or style.left_out:
            return
        if tag in BLOCKS:
            self._end_block(element, tag)
        elif tag in FACTS:
            mark = self._open.pop()
            if mark.start is None:
                self._opening.remove(mark)
            else:
                mark.end = (self._last, self._last.length)
        if (style.raised or tag == "sup") and is_note_mark(element):
            self._run.soft_space()
            if not self._holds:
                size = len(" ".join("".join(map(str, element.itertext())).split()))
                self._raised[self._run, self._run.length] = size

    def _start_block(self, element: etree._Element, tag: str) -> None:
        if self._inner or (tag == "table" and self._outside is not None):
            # A figure set in a small table of its own: its cells are parts of one.
            self._inner += tag == "table"
        elif tag == "table":
            self._start_table(element)
        elif self._outside is not None:
            self._run.line_break()
        elif self._grid is not None and tag in ("td", "th"):
            self._outside, self._run = self._run, Run()
        elif self._grid is not None and tag == "tr":
            self._grid.start_row()
        else:
            self._flush()
            self._preformatted += tag == "pre"
            if tag in LIST_ITEMS:
                self._kind = "list"
            elif tag in HEADINGS:
                self._kind, self._level = "title", int(tag[1])

    def _end_block(self, element: etree._Element, tag: str) -> None:
        if self._inner:
            self._inner -= tag == "table"
        elif tag == "table":
            self._end_table()
        elif self._outside is not None:
            if tag in ("td", "th") and self._grid is not None:
                columns, rows = count_of(element, "colspan"), count_of(element, "rowspan")
                self._grid.add(self._run, columns, rows, tag == "th")
                self._run, self._outside = self._outside, None
            else:
                self._run.line_break()
        elif self._grid is None or tag != "tr":
            self._flush()
            self._preformatted -= tag == "pre" and self._preformatted > 0
            self._kind, self._level = "paragraph", 0

    def _start_table(self, element: etree._Element) -> None:
        self._flush()
        tables = element.iter(element.tag)
        next(tables)
        # A table with a table inside only lays out the page: its cells are read as blocks. But
        # old filings set each figure in a table of its own, to part it from its signs.
        self._grid = Grid() if all(map(holds_figure, tables)) else None
        self._grids.append(self._grid)

    def _end_table(self) -> None:
        self._flush()
        grid = self._grids.pop()
        if grid is not None and not layout.add_form(grid, self._found.assembly):
            add_grid(grid, self._found.assembly)
        self._grid = self._grids[-1] if self._grids else None

    def _break(self) -> None:
        if self._holds:
            self._held.break_line()
        elif self._outside is None and self._run.broken:
            self._flush()
        else:
            self._run.line_break()

    def _emit(self, text: str) -> None:
        origin = self._origin if clean(text).strip() else None
        if self._inside[-1].lines and "\n" in text:
            lines = text.split("\n")
            places = origin.take_lines(text) if origin else [None] * len(lines)
            for number, (line, place) in enumerate(zip(lines, places, strict=True)):
                if number:
                    self._break()
                self._emit_line(line, place)
            return
        self._emit_line(text, origin.take(text) if origin else None)

    @property
    def _holds(self) -> bool:
        """Whether text is held back, in which tables may be set with spaces."""
        return self._preformatted > 0 and self._grid is None and not self._open

    def _release(self) -> None:
        """Appends what is held back."""
        if not self._held.lines:
            return
        held, self._held = self._held, Preformatted()
        preformatted, self._preformatted = self._preformatted, 0
        for number, entry in enumerate(held.read()):
            if isinstance(entry, TextTable):
                self._flush()
                self._found.assembly.add_table(entry.rows)
                self._found.drop("rules and leaders", entry.drawn)
                continue
            if number:
                self._break()
            for part in entry:
                self._emit_line(part.text, part.place, part.level)
        self._preformatted = preformatted

    def _emit_line(self, text: str, place: Bytes | None, level: Level | None = None) -> None:
        level = level or self._inside[-1]
        if self._holds:
            self._held.add(text, place, level)
            return
        start = self._run.add(text, level.strong)
        if start < 0:
            return
        if start == 0:
            self._run.look = level.look
            self._run.indent += level.indent
        if place is not None:
            self._run.origins.append((start, *place))
        self._last = self._run
        if self._opening:
            for mark in self._opening:
                mark.start = (self._run, start)
            self._opening.clear()

    def _flush(self) -> None:
        self._release()
        run = self._run
        if not run.length:
            return
        strong = self._kind == "title" or run.is_strong
        kind = _kind_of(run) if self._kind == "paragraph" else self._kind
        layout.add_block(self._found.assembly, run, kind, strong, self._level)
        self._run = Run()
        self._kind, self._level = "paragraph", 0

    def _drop(self, element: etree._Element, tag: str, reason: str) -> None:
        size = visible_size(element)
        if reason == "hidden":
            # Filings wrap their ix:header in a hidden block; what it holds is told apart.
            headers = sum(map(visible_size, element.iter("{*}header", "ix:header")))
            self._found.drop("ix:header", headers)
            size -= headers
            tag = "ix:header" if headers else tag
        self._found.drop(reason, size)
        if self._origin is None:
            return
        if tag in DROPPED:
            self._origin.pass_over(tag)
        else:
            self._origin.take_all(element)


def _kind_of(run: Run) -> PassageKind:
    text = run.text
    if text[0] in BULLETS:
        return "list"
    if len(text) <= layout.TITLE_CHARACTERS and (
        run.is_strong or (text.isupper() and len(text) > 3)
    ):
        return "title"
    return "paragraph"
