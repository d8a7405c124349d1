"""Tables whose cells stand on a line each, as converters print them: their rows joined again."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from secateur.pipelines.document.document import Span
from secateur.pipelines.ingestion.text.cells import (
    Places,
    ends_in_values,
    heads_a_year,
    is_cell,
    is_head,
)
from secateur.pipelines.ingestion.text.packed import place_packed, values_of

_LONGEST = 400
"""Characters of a label."""
_SENTENCE = re.compile(r"[.;,]$")
_NEAR = 4
"""Rows below one another, with what stands between, of which the one tells of the other."""
_ROW = re.compile(r"(?:l ?y ?|[lhy] ?)?v(?: ?v)*|(?:[lh] ?)?y(?: ?[hy])*|h(?: ?h)*|.")
"""Lines that may be one row, a letter each, one blank line between two: a label or a head, then
values; a label or a head, then years among heads; heads. Any other line is a row by itself.

Letters: l(abel), h(ead), y(ear), v(alue), blank, o(ther): sentences and whole rows.
"""


def place_stacked(lines: Sequence[str]) -> tuple[list[str], dict[int, Places]]:
    """Joins the cells of rows, and says where cells would stand had their columns been kept.

    Args:
        lines: The lines of a text.

    Returns:
        The lines, those that are one row of a table joined by a space for each line end, so that
        all characters stand where they stood; and of the rows of tables without columns, also of
        those that were on one line, their places (`place_packed`).
    """
    kinds = "".join(map(_kind, map(str.strip, lines)))
    rows = _totals_apart([match.span() for match in _ROW.finditer(kinds)], lines)
    texts = [" ".join(lines[slice(*row)]) for row in rows]
    joined = frozenset(n for n, (first, last) in enumerate(rows) if last - first > 1)
    places = place_packed(texts, joined)
    kept: list[str] = []
    found: dict[int, Places] = {}
    for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
        if number in places:
            found[len(kept)] = places[number]
            kept.append(text)
        else:
            kept += lines[slice(*row)]
    return kept, found


def _kind(text: str) -> str:
    """What a line holds, as a letter of `_ROW`."""
    if not text:
        return " "
    if heads_a_year(text):
        return "y"
    if is_cell(text):
        return "v"
    if is_head(text):
        return "h"
    is_label = len(text) <= _LONGEST and not _SENTENCE.search(text) and not ends_in_values(text)
    return "l" if is_label else "o"


def _totals_apart(rows: Sequence[Span], lines: Sequence[str]) -> list[Span]:
    """The rows, those parted that go on with totals, which have no label.

    Such a row has twice as many values as the one above, and not as many as the one below.
    """
    values = [
        values_of(" ".join(lines[first:last]), is_joined=True) if last - first > 1 else ()
        for first, last in rows
    ]
    counted = [number for number, own in enumerate(values) if own]
    parted = list(rows)
    for at in range(len(counted) - 1, 0, -1):
        number = counted[at]
        if number - counted[at - 1] > _NEAR:
            continue
        usual = len(values[counted[at - 1]])
        below = len(values[counted[at + 1]]) if at + 1 < len(counted) else 0
        if len(values[number]) == 2 * usual != below:
            first, last = rows[number]
            ends = list(accumulate(len(line) + 1 for line in lines[first:last]))
            cut = first + bisect_right(ends, values[number][usual][0])
            parted[number : number + 1] = [(first, cut), (cut, last)]
    return parted
