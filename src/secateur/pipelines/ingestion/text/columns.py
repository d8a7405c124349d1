"""Columns of a table of plain text, from where its figures end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from secateur.pipelines.document.document import Span
from secateur.pipelines.ingestion.layout.spanning import shared, ways_of
from secateur.pipelines.ingestion.text.lines import Field, TextLine

_NEAR = 1
"""Columns by which the last digits of two figures of one column may be apart."""


@dataclass(frozen=True)
class Columns:
    """Where the columns of a table stand.

    Attributes:
        extents_of: First and last column + 1 of the digits of each, from left to right.
        ends: Where figures end that stand one below the other.
        labels: Fields before the figures of a third of the rows, 1 at least: a name and year are 2.
    """

    extents_of: tuple[Span, ...]
    ends: frozenset[int]
    labels: int = 1

    @property
    def begins(self) -> int:
        """Where the first column of figures begins."""
        return self.extents_of[0][0] if self.extents_of else 0

    def agrees(self, figure: Field) -> bool:
        """Tells whether a figure ends where another one does."""
        return figure.digits[1] in self.ends

    def is_label(self, field: Field) -> bool:
        """Tells whether a field stands where labels of rows do."""
        return field.last <= self.begins or field.first < min(self.begins // 2, self.begins - 12)

    def labels_of(self, fields: Sequence[Field]) -> list[Field]:
        """Returns the fields of a row that stand before its figures."""
        return [field for field in fields if self.is_label(field) and not field.opens]

    def extents(self, fields: Sequence[Field]) -> list[Span]:
        """Tells which columns the fields of a row take; labels take the first one.

        Args:
            fields: What stands in the row.

        Returns:
            For figures and their signs the extent of the column they stand in.
        """
        found: list[Span] = []
        for number, field in enumerate(fields):
            is_sign = field.opens or field.is_figure
            if number == 0 and field.first < self.begins and not is_sign:
                found.append((0, 1))
            elif field.is_figure:
                found.append(self._column_of(field))
            else:
                found.append(field.extent)
        for number, field in enumerate(fields):
            behind = number + 1
            if number and field.opens and behind < len(fields) and fields[behind].is_figure:
                found[number] = found[behind]
            elif number and field.closes and fields[number - 1].is_figure:
                found[number] = found[number - 1]
        return found

    def _column_of(self, figure: Field) -> Span:
        first, last = figure.digits
        near = [extent for extent in self.extents_of if extent[0] < last and first < extent[1]]
        near = near or list(self.extents_of)
        extent = min(near, key=lambda extent: abs(extent[1] - last))
        apart = max(extent[0] - last, first - extent[1])
        return extent if apart < _NEAR + 3 else figure.extent


def find_columns(rows: Sequence[TextLine]) -> Columns:
    """Finds the columns of a table.

    Args:
        rows: Its rows with figures.

    Returns:
        A column for each place where two figures end; places whose figures stand one above the
        other, of which some have decimals, are one column.
    """
    places = [
        (figure.digits, number)
        for number, row in enumerate(rows)
        for figure in row.figures
        if figure.text[-1:] not in "-–—"
    ]
    counts = Counter(last for (_, last), _ in places)
    ends = {end for end in counts if sum(counts[end + by] for by in range(-_NEAR, _NEAR + 1)) > 1}
    extents: dict[int, Span] = {}
    rows_of: dict[int, set[int]] = defaultdict(set)
    for (first, last), number in places:
        left, right = extents.get(last, (first, last))
        extents[last] = min(left, first), max(right, last)
        rows_of[last].add(number)
    merged: list[tuple[Span, set[int]]] = []
    for end in sorted(ends):
        extent, inside = extents[end], rows_of[end]
        if merged and extent[0] < merged[-1][0][1] and not inside & merged[-1][1]:
            (left, right), before = merged[-1]
            merged[-1] = (min(left, extent[0]), max(right, extent[1])), before | inside
        else:
            merged.append((extent, inside))
    found = Columns(tuple(extent for extent, _ in merged), frozenset(ends))
    labels = sorted(len(found.labels_of(row.fields)) for row in rows)
    return replace(found, labels=max(1, *labels[len(rows) * 2 // 3 :][:1]))


def head_extents(fields: Sequence[Field], columns: Columns, rule: Sequence[Span]) -> list[Span]:
    """Tells which columns the fields of a line of heads stand above.

    Args:
        fields: What stands on the line.
        columns: The columns.
        rule: Parts of the rule below the line, if there is one.

    Returns:
        The extent of the columns that each field heads: each its own where there are as many as
        columns; those that a part of the rule reaches; else as many as put the head in their
        middle, and so that all heads share the columns without a gap, where they can. The first
        label takes the first column, others stay in their own places.
    """
    heads = [field for field in fields if not columns.is_label(field)]
    count = len(columns.extents_of)
    if len(heads) == count:
        spans = [range(number, number + 1) for number in range(count)]
    else:
        ways = ways_of([(head.first, head.last) for head in heads], columns.extents_of, rule)
        spans = shared(ways, count) or [likely[0] for likely, _ in ways]
    found = iter(spans)
    return [
        _extent(field, next(found), columns)
        if not columns.is_label(field)
        else field.extent
        if number
        else (0, 1)
        for number, field in enumerate(fields)
    ]


def _extent(field: Field, span: range, columns: Columns) -> Span:
    if not span:
        return field.extent
    left, right = columns.extents_of[span[0]][0], columns.extents_of[span[-1]][1]
    return max(left, 1), max(right, 2)
