"""Column heads of a PDF's table that are printed close to each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from secateur.pipelines.ingestion.pdf.lines import PdfCell, together

_APART = 0.4
"""Gap between words, in heights, from which on they may head two columns."""
_ALIGNED = 0.1
"""Heights by which a head may end beside the figures of its column."""


def parted_heads(
    cells: Sequence[PdfCell], columns: Sequence[tuple[float, float]]
) -> tuple[PdfCell, ...]:
    """Parts the heads of a row that run on to the next: "Note 2025 2024" above three columns.

    Args:
        cells: The cells of a row of heads.
        columns: Left and right ends of the columns of figures below it.

    Returns:
        The cells, one for each of its columns that it prints a head above, where every head stands
        above a column of its own.
    """
    return tuple(head for cell in cells for head in _parts(cell, columns))


def _parts(cell: PdfCell, columns: Sequence[tuple[float, float]]) -> Sequence[PdfCell]:
    parts = [together(words) for words in _runs(cell, columns)]
    over = [
        {k for k, (first, last) in enumerate(columns) if first < part.box[2] and part.box[0] < last}
        for part in parts
    ]
    own = all(over) and len(set[int]().union(*over)) == sum(map(len, over))
    return parts if own and parts else (cell,)


def _runs(cell: PdfCell, columns: Sequence[tuple[float, float]]) -> Iterator[list[PdfCell]]:
    """Words that stand closer to each other, and end no column of figures."""
    height = cell.box[3] - cell.box[1]
    run: list[PdfCell] = []
    for word in cell.words:
        ends = run and any(abs(run[-1].box[2] - end) <= _ALIGNED * height for _, end in columns)
        if run and (ends or word.box[0] - run[-1].box[2] >= _APART * height):
            yield run
            run = []
        run.append(word)
    if run:
        yield run
