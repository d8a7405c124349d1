"""Words of rows and sentences that leave a figure one concept, wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from secateur.pipelines.document.layout import Layout, row_at
from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.statements.sayings import PHRASES
from secateur.pipelines.finance.statements.wordings import Phrase, Where

_ABOVE = 2
"""Lines above a table that say what it is of."""
_LONGEST = 2_000
"""Characters of a row's head, a sentence or heads of columns that are read."""
_REACH = 180
"""Characters on either side of a figure in which its phrase is looked for."""

_OF_A_KIND = {
    (where, label): [each for each in PHRASES if where in each.where and each.label == label]
    for where in Where
    for label in {each.label for each in PHRASES}
}
"""Entries by the place and type of figures."""


class Phrases:
    """Tells the concepts of one document's figures by the words of their rows and sentences."""

    def __init__(self, layout: Layout) -> None:
        """Takes the document; nothing is read yet."""
        self._layout = layout
        # Figures of one sentence, or of one table, ask the same.
        self._said = cache(self._said_by)
        self._above = cache(self._words_above)

    def concept(self, entity: Found, sentence: tuple[int, int]) -> str | None:
        """Names the concept of a figure, without prefix; None where no words tell it.

        Args:
            entity: The figure.
            sentence: Ends of its sentence, which is its row in a table.
        """
        where, span, table = self._place(entity.start, sentence)
        beside = self._beside(entity, span)
        for phrase in self._said(where, span, entity.label):
            if phrase.around.search(beside) and self._fits(phrase, entity.start, table):
                return phrase.concept
        return None

    def _fits(self, phrase: Phrase, start: int, table: int) -> bool:
        """Whether what stands above a figure's table and column is what words call for."""
        if not phrase.above.search(self._above(table)):
            return False
        if phrase.under.pattern and not phrase.under.search(self._headings(start)):
            return False
        passage = self._layout.passage_at(start)
        column = (passage.column if passage else None) or ""
        if not phrase.column.search(column[:_LONGEST]):
            return False
        found = self._layout.table_at(start)
        lines = self._layout.above(found)[:1] if found else ()
        return phrase.title is None or any(map(phrase.title.fullmatch, lines))

    def _place(self, start: int, sentence: tuple[int, int]) -> tuple[Where, tuple[int, int], int]:
        """Where a figure stands, the ends of the words that tell it, and its table or -1."""
        table, passage = self._layout.table_at(start), self._layout.passage_at(start)
        if table is None or passage is None:
            return Where.SENTENCE, sentence, -1
        head = table.rows[row_at(table, start)][0]
        where = Where.HEAD if head.start == passage.start else Where.ROW
        return where, (head.start, head.end), table.start

    def _said_by(self, where: Where, span: tuple[int, int], label: str) -> Sequence[Phrase]:
        text = self._layout.document.text[span[0] : min(span[1], span[0] + _LONGEST)]
        small = text.lower()
        possible = (each for each in _OF_A_KIND[where, label] if each.word in small)
        return [each for each in possible if each.text.match(text)]

    def _headings(self, start: int) -> str:
        """What a figure's row is under in its table, the nearest first."""
        found = self._layout.table_at(start)
        if found is None:
            return ""
        return "\n".join(self._layout.heads(found, row_at(found, start)))[:_LONGEST]

    def _words_above(self, start: int) -> str:
        table = self._layout.table_at(start) if start >= 0 else None
        if table is None:
            return ""
        heads = (self._layout.text_of(cell) for row in table.rows[: table.body] for cell in row)
        return "\n".join((*heads, *self._layout.above(table)[:_ABOVE]))[:_LONGEST]

    def _beside(self, entity: Found, span: tuple[int, int]) -> str:
        """What stands on either side of a figure, a null character for itself."""
        text = self._layout.document.text
        before = text[max(span[0], entity.start - _REACH) : entity.start]
        return f"{before}\0{text[entity.end : entity.end + _REACH]}"
