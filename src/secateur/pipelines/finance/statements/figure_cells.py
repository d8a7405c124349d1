"""Turns the figures of a document into cells of statements."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.finance.figures.reader import FigureReader
from secateur.pipelines.finance.statements.statement import Cell


class Figures:
    """The figures of one document.

    Attributes:
        layout: The document's.
        text: The document's.
    """

    def __init__(self, document: Document, figures: Sequence[Entity]) -> None:
        """Takes the document and the figures that were found in it, in order."""
        self.layout = layout_of(document)
        self.text = document.text
        self._figures = figures
        self._starts = [figure.start for figure in figures]
        self._numbers = FigureReader(document, sentences_of(document))

    def within(self, start: int, end: int) -> Sequence[Entity]:
        """Returns the figures that begin in a stretch of the text."""
        return self._figures[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def unlabelled(self, passage: Passage, column: int, label: str | None) -> Iterator[Cell]:
        """Reads a number that the model labelled nothing.

        Args:
            passage: Its cell.
            column: Number of its column.
            label: The type of the figures beside it; without one no unit and scale are known.
        """
        read = self._numbers.read(passage.start, passage.end, label or "PER_SHARE")
        if read is not None:
            unit = read.unit if label else None
            period = str(read.period) if read.period else None
            yield self.plain(passage, column, unit, read.value, period)

    def plain(
        self, passage: Passage, column: int, unit: str | None, value: Decimal, period: str | None
    ) -> Cell:
        """Builds the cell of a passage that is no figure of the model's."""
        printed = self.text[passage.start : passage.end]
        return Cell(
            column, period, unit, printed, value, None,
            passage.start, passage.end, passage.page, passage.box,
        )  # fmt: skip

    def cell(self, figure: Entity, place: Entity | Passage, column: int) -> Cell:
        """Builds the cell of a figure.

        Args:
            figure: What it means.
            place: Where it is printed, signs that belong to it included.
            column: Number of its column.
        """
        value = figure.value if figure.value is not None else Decimal(0)
        return Cell(
            column, figure.period, figure.unit, self.text[place.start : place.end], value,
            figure.score, place.start, place.end, figure.page, figure.box,
        )  # fmt: skip
