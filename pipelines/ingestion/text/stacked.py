"""Tables whose cells stand on a line each, as converters print them: their rows joined again."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from secateur.pipelines.ingestion.text.cells import (
    ends_in_values,
    heads_a_year,
    is_cell,
    is_head,
)
from secateur.pipelines.ingestion.text.packed import place_values, values_of
from secateur.pipelines.ingestion.text.tabbed import Places

_LONGEST = 400
"""Characters of a label."""
_SENTENCE = re.compile(r"[.;,]$")
_NEAR = 4
"""Rows below one another, with what stands between, of which the one tells of the other."""


@dataclass
class _Joined:
    """Lines that may be one row: a label or heads, then years, then values."""

    numbers: list[int]
    heads: int = 0
    labels: int = 0
    years: int = 0
    values: int = 0

    def takes(self, kind: str) -> bool:
        """Whether a line of some kind goes on with it."""
        if self.values or kind in ("labels", "others"):
            return kind == "values" and self.values > 0
        if kind == "values":
            return self.heads + self.years < 2
        if kind == "years":
            # Two heads stand above those of the years: "Three months ended", "Six months ended".
            return self.heads < 2 or self.years > 0
        return self.heads + self.years > 0

    def take(self, kind: str, numbers: Sequence[int]) -> None:
        """Goes on with a line."""
        self.numbers += numbers
        setattr(self, kind, getattr(self, kind) + 1)


def place_stacked(lines: Sequence[str]) -> tuple[list[str], dict[int, Places]]:
    """Joins the cells of rows, and says where cells would stand had their columns been kept.

    Args:
        lines: The lines of a text.

    Returns:
        The lines, those that are one row of a table joined by a space for each line end, so that
        all characters stand where they stood; and of the rows of tables without columns, also of
        those that were on one line, their places (`place_values`).
    """
    rows = _totals_apart(_joined(lines), lines)
    texts = [" ".join(lines[number] for number in row.numbers) for row in rows]
    places = place_values(texts, frozenset(n for n, row in enumerate(rows) if len(row.numbers) > 1))
    kept: list[str] = []
    found: dict[int, Places] = {}
    for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
        if number in places:
            found[len(kept)] = places[number]
            kept.append(text)
        else:
            kept += [lines[own] for own in row.numbers]
    return kept, found


def _joined(lines: Sequence[str]) -> list[_Joined]:
    """Runs of lines that may be rows, in order, every other line by itself."""
    rows: list[_Joined] = []
    opened: _Joined | None = None
    blank: list[int] = []
    for number, line in enumerate(lines):
        text = line.strip()
        if not text:
            blank.append(number)
            continue
        kind = _kind(text)
        if opened is not None and len(blank) <= 1 and opened.takes(kind):
            opened.take(kind, [*blank, number])
        else:
            rows += [_Joined([own]) for own in blank]
            row = _Joined([number])
            rows.append(row)
            opened = row if kind != "others" else None
            if opened is not None:
                opened.take(kind, ())
        blank = []
    return [*rows, *(_Joined([own]) for own in blank)]


def _kind(text: str) -> str:
    """What a line holds: values, years, heads, labels, or others: sentences and whole rows."""
    if heads_a_year(text):
        return "years"
    if is_cell(text):
        return "values"
    if is_head(text):
        return "heads"
    is_label = len(text) <= _LONGEST and not _SENTENCE.search(text) and not ends_in_values(text)
    return "labels" if is_label else "others"


def _totals_apart(rows: Sequence[_Joined], lines: Sequence[str]) -> list[_Joined]:
    """The rows, those parted that go on with totals, which have no label.

    Such a row has twice as many values as the one above, and not as many as the one below.
    """
    values = [
        values_of(" ".join(lines[number] for number in row.numbers), is_joined=True)
        if len(row.numbers) > 1
        else ()
        for row in rows
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
            own = rows[number].numbers
            ends = list(accumulate(len(lines[line]) + 1 for line in own))
            cut = bisect_right(ends, values[number][usual][0])
            parted[number : number + 1] = [_Joined(own[:cut]), _Joined(own[cut:])]
    return parted
