"""What stands around each figure of a report: the input of the ranker of concepts.

Figures of one table row that differ in nothing but their year are one item; figures in captions and
in prose are one each. The items of a table or of a paragraph form a block, whose items the ranker
sees together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from secateur.pipelines.document.calendar_words import MONTH
from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Document, Passage, Span
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import Layout, Table, layout_of
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.tables import row_paths, title
from secateur.pipelines.finance.candidates.found import FIGURES

FIELDS = (
    "label", "captions", "column", "title", "section", "above", "before", "after", "sentence",
    "heading",
)  # fmt: skip
"""Texts around a figure: the head of its row, the captions that this stands under, the heads of its
column, the table's title, the innermost sections, the lines above the table or the sentence before,
the words before and behind the figure, its sentence, the innermost section alone."""
SPANS = ("?", "instant", "quarter", "half", "nine months", "year", "other")
"""What a period lasts, by its days in `_DAYS`."""
_DAYS = {"quarter": (75, 100), "half": (165, 190), "nine months": (255, 290), "year": (350, 380)}
_MONTH = re.compile(rf"\b{MONTH}\b\.?", re.IGNORECASE)
_WORD = re.compile("[a-z]+")
_NEGATIVE = re.compile(r"[(\-–—−△▲]\s*[$€£¥]?\s*\.?\d")
_NONZERO = re.compile("[1-9]")
_ABOVE, _BEFORE, _AFTER, _SENTENCE = 250, 90, 70, 400
"""Characters of the lines above, of the words before and behind, and of the sentence."""


class Signs(NamedTuple):
    """How many cells of an item are printed as negative, and how many as positive numbers."""

    negative: int
    positive: int


@dataclass(frozen=True)
class Item:
    """A figure, or the figures of a row that differ in their year alone.

    Attributes:
        cells: First character and one past the last of each.
        block: First character of the table or paragraph.
        row: Number of its row in the table, or of the figure in the paragraph.
        column: Number among the items of its row.
        kind: The primary statement that it stands in, else "table" or "prose".
        in_caption: Whether it stands inside the head of a row.
        type: "MONEY", "PERCENT", "SHARES" or "PER_SHARE"; "?" where nothing was found.
        span: One of `SPANS`.
        signs: How its cells are printed.
        texts: What stands around, by field; fields without text are left out.
    """

    cells: tuple[Span, ...]
    block: int
    row: int
    column: int
    kind: str
    in_caption: bool
    type: str
    span: str
    signs: Signs
    texts: Mapping[str, str] = field(default_factory=dict)


def surroundings(
    document: Document, entities: Sequence[Entity], kinds: Mapping[int, str]
) -> list[Item]:
    """Lists the items of a report.

    Args:
        document: The report.
        entities: What was found in it.
        kinds: Of the tables that are a primary statement which one, by their first characters.

    Returns:
        The items of its tables and then those of its prose, block by block in reading order. Cells
        of tables in which nothing was found are items too: what they are helps their neighbours.
    """
    layout = layout_of(document)
    figures = _Figures(entities)
    items: list[Item] = []
    for table in layout.tables:
        items += _Rows(layout, table, kinds.get(table.start, "table"), figures).items()
    items += _in_prose(layout, figures)
    return items


def words(text: str) -> list[str]:
    """Splits a text into its words in small letters, without digits and signs."""
    return _WORD.findall(text.lower().replace("’s", "").replace("'s", ""))


def span_of(period: str | None) -> str:
    """Says what a period lasts.

    Args:
        period: As in `Entity.period`.

    Returns:
        One of `SPANS`.
    """
    if not period:
        return "?"
    first, _, last = period.partition("/")
    if not last:
        return "instant"
    try:
        days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    except ValueError:
        return "other"
    return next((name for name, (low, high) in _DAYS.items() if low <= days <= high), "other")


class _Figures:
    """The figures of a report by their places."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self.all = sorted((e for e in entities if e.label in FIGURES), key=lambda e: e.start)
        self._starts = [figure.start for figure in self.all]

    def within(self, place: Passage) -> Sequence[Entity]:
        begin = bisect_left(self._starts, place.start)
        return self.all[begin : bisect_left(self._starts, place.end)]


class _Rows:
    """The items of a table."""

    def __init__(self, layout: Layout, table: Table, kind: str, figures: _Figures) -> None:
        self._layout, self._table, self._kind, self._figures = layout, table, kind, figures
        self._paths = row_paths(layout, table)

    def items(self) -> Iterator[Item]:
        number = 0
        for path, cells in zip(self._paths, self._table.rows, strict=True):
            found = [*self._of_row(number, path, cells)]
            if path:
                found += self._of_caption(number, path, cells[0])
            number += bool(found)
            yield from found

    def _of_row(self, number: int, path: Sequence[str], cells: Sequence[Passage]) -> Iterator[Item]:
        """A row's items: cells whose columns, types and spans of time are the same are one."""
        alike: dict[tuple[tuple[str, ...], str, str], list[Passage]] = {}
        for cell in cells[1:] if path else cells:
            if is_figure(self._layout.text_of(cell)):
                figure = next(iter(self._figures.within(cell)), None)
                of_type = figure.label if figure else "?"
                span = span_of(figure.period if figure else None)
                alike.setdefault((tuple(words(_column(cell))), of_type, span), []).append(cell)
        for column, ((_, of_type, span), group) in enumerate(alike.items()):
            texts = self._texts(path) | {"column": _column(group[0])}
            yield Item(
                tuple((cell.start, cell.end) for cell in group), self._table.start, number, column,
                self._kind, False, of_type, span, _signs(map(self._layout.text_of, group)),
                _filled(texts),
            )  # fmt: skip

    def _of_caption(self, number: int, path: Sequence[str], caption: Passage) -> Iterator[Item]:
        text = self._layout.document.text
        for figure in self._figures.within(caption):
            texts = self._texts(path) | {
                "before": text[max(caption.start, figure.start - _BEFORE) : figure.start],
                "after": text[figure.end : min(caption.end, figure.end + _AFTER)],
            }
            yield Item(
                ((figure.start, figure.end),), self._table.start, number, 0, self._kind, True,
                figure.label, span_of(figure.period), Signs(0, 1), _filled(texts),
            )  # fmt: skip

    def _texts(self, path: Sequence[str]) -> dict[str, str]:
        first = self._table.rows[0][0]
        return {
            "label": path[-1] if path else "",
            "captions": " ".join(path[:-1][-2:]),
            "title": title(self._layout, self._table),
            "above": " ".join(self._layout.above(self._table)[:2])[-_ABOVE:],
        } | _sections(first)


def _in_prose(layout: Layout, figures: _Figures) -> Iterator[Item]:
    text, sentences = layout.document.text, sentences_of(layout.document)
    starts = [start for start, _ in sentences]
    block, number = -1, 0
    for figure in figures.all:
        passage = layout.passage_at(figure.start)
        if passage is None or layout.table_at(figure.start):
            continue
        at = max(bisect_right(starts, figure.start) - 1, 0)
        first, last = sentences[at]
        previous = sentences[at - 1] if at and starts[at - 1] >= passage.start else (0, 0)
        number = number + 1 if block == passage.start else 0
        block = passage.start
        printed = text[max(figure.start - 2, 0) : figure.end]
        texts = _sections(passage) | {
            "above": text[slice(*previous)][-_ABOVE:],
            "before": text[max(first, figure.start - _BEFORE) : figure.start],
            "after": text[figure.end : min(last, figure.end + _AFTER)],
            "sentence": text[first:last][:_SENTENCE],
        }
        yield Item(
            ((figure.start, figure.end),), block, number, 0, "prose", False, figure.label,
            span_of(figure.period), _signs([printed]), _filled(texts),
        )  # fmt: skip


def _sections(passage: Passage) -> dict[str, str]:
    path = passage.section_path or ((passage.section,) if passage.section else ())
    return {"section": " ".join(path[-2:]), "heading": path[-1] if path else ""}


def _column(cell: Passage) -> str:
    """The heads of a cell's column, without months: years have no words anyway."""
    heads = " ".join(cell.column_path) if cell.column_path else cell.column or ""
    return _MONTH.sub(" ", heads)


def _signs(printed: Iterator[str] | Sequence[str]) -> Signs:
    texts = [text for text in printed if _NONZERO.search(text)]
    negative = sum(1 for text in texts if _NEGATIVE.search(text))
    return Signs(negative, len(texts) - negative)


def _filled(texts: Mapping[str, str]) -> Mapping[str, str]:
    return {name: text for name, text in texts.items() if text}
