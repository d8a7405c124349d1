"""Tables whose columns are lost to single spaces, as text copied from a page has them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, combinations

from secateur.pipelines.document.document import Span
from secateur.pipelines.ingestion.text.cells import (
    CURRENCY,
    DASH,
    Places,
    ends_in_years,
    heads_at_end,
    is_year,
    values_at_end,
)

_ENDS = re.compile(rf"(?:[\d)%s]|{DASH})$")
_APART = re.compile(r"\S(?:[ ]{2,}|[ ]*\t\s*)\S")
_AMOUNT = re.compile(rf"{CURRENCY}|%|\d[.,]\d{{3}}")
_AMOUNTS = 0.2
"""Share of a table's values that are printed as amounts, where it has no heads."""
_ROWS = 2
"""Fewest rows of a table."""
_GOES_ON = 3
"""Rows in a row that have another number of values than those above: a table of its own."""
_LEAST = 2
"""Fewest values of a row; rows of one are a table only where they are several, and amounts."""
_ALIKE = 0.6
"""Share of the rows that have as many values as the most of them."""
_MOST_BETWEEN = 4
"""Lines without values that may stand between two rows."""
_MOST_BLANK = 2
"""Blank lines that may stand inside a table."""
_LONGEST_LABEL = 120
"""Most characters of a row's label, or of a line of heads."""
_LONGEST_ROW = 600
"""Most characters of a row."""
_HEAD_LINES = 8
"""Lines above the first row among which its heads stand."""
_MOST_COLUMNS = 12
"""Of so many at most it is told which of them a row leaves out."""
_GAP = 3
"""Characters between two columns of the table as it is laid out anew."""


@dataclass(frozen=True)
class _Row:
    """A line that ends in values."""

    number: int
    values: tuple[Span, ...]


def place_packed(lines: Sequence[str], joined: frozenset[int] = frozenset()) -> dict[int, Places]:
    """Says where the cells of such tables would stand, had their columns been kept.

    Args:
        lines: The lines of a text.
        joined: Numbers of those whose cells stood on a line each, with any space between them.

    Returns:
        For each line of such a table its cells' places: the last values of all rows below one
        another, heads above their columns.
    """
    found: dict[int, Places] = {}
    for rows in (part for group in _groups(lines, joined) for part in _parts(group)):
        counts = Counter(len(row.values) for row in rows)
        count, alike = counts.most_common(1)[0]
        rows = [row for row in rows if len(row.values) >= min(count, _LEAST)]
        if len(rows) < (_ROWS if count >= _LEAST else _GOES_ON):
            continue
        regular = alike >= max(_ROWS, _ALIKE * len(rows))
        heads = _heads(lines, rows[0].number, count) if regular else {}
        if _are_heads(lines, heads) or _are_amounts(lines, rows):
            found |= _placed(lines, rows, count if regular else max(counts), heads)
    return found


def values_of(line: str, is_joined: bool = False) -> tuple[Span, ...]:
    """Returns where the values of a row stand, none where a line is no row.

    Args:
        line: The line.
        is_joined: Whether its cells stood on a line each, with any space between them.
    """
    line = line.rstrip()
    if not _ENDS.search(line) or len(line) > _LONGEST_ROW:
        return ()
    if not is_joined and _APART.search(line):
        return ()
    values = values_at_end(line)
    texts = [line[slice(*value)] for value in values]
    if not is_joined and len(texts) == _LEAST and texts[0] == "-" and "%" in texts[1]:
        values = values[1:]  # "Pork - 3.0%"
    years = [is_year(line, value) for value in values]
    # "Years ended June 30 2025 2024" are heads.
    if all(years[-_LEAST:]):
        return ()
    while years and years[0]:  # "Notes due 2031", "November 2024"
        values, years = values[1:], years[1:]
    return tuple(values)


def _groups(lines: Sequence[str], joined: frozenset[int]) -> Iterator[list[_Row]]:
    rows: list[_Row] = []
    blank = between = 0
    for number, line in enumerate(lines):
        values = values_of(line, number in joined)
        if values:
            rows.append(_Row(number, values))
            blank = between = 0
            continue
        if not rows:
            continue
        content = line.strip()
        blank += not content
        between += bool(content)
        ends = blank > _MOST_BLANK or between > _MOST_BETWEEN or len(content) > _LONGEST_LABEL
        if ends or ends_in_years(content):
            yield rows
            rows = []
    if rows:
        yield rows


def _parts(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    """Parts a table where its rows begin to have another number of values, and go on so."""
    first = 0
    above: Counter[int] = Counter()
    for at, row in enumerate(rows):
        below = {len(other.values) for other in rows[at : at + _GOES_ON]}
        if above and len(rows) - at >= _GOES_ON and len(below) == 1:
            count, many = above.most_common(1)[0]
            if many >= _ROWS and count not in below:
                yield rows[first:at]
                first, above = at, Counter()
        above[len(row.values)] += 1
    yield rows[first:]


def _heads(lines: Sequence[str], first: int, count: int) -> dict[int, list[Span]]:
    """Heads that stand above the columns, by the line."""
    found: dict[int, list[Span]] = {}
    for number in range(first - 1, max(first - _HEAD_LINES, 0) - 1, -1):
        line = lines[number].rstrip()
        spans = heads_at_end(line, count) if len(line) <= _LONGEST_LABEL else []
        if spans:
            found[number] = spans
        elif line and (found or len(line) > _LONGEST_LABEL):
            break
    return found


def _are_heads(lines: Sequence[str], heads: dict[int, list[Span]]) -> bool:
    """Whether heads prove a table: several on a line, or one alone there ("June 30, 2025")."""
    return any(
        len(spans) > 1 or not lines[number][: spans[0][0]].strip()
        for number, spans in heads.items()
    )


def _are_amounts(lines: Sequence[str], rows: Sequence[_Row]) -> bool:
    """Whether values are printed as amounts or shares, unlike numbers of exhibits and pages."""
    texts = [lines[row.number][slice(*value)] for row in rows for value in row.values]
    return sum(_AMOUNT.search(text) is not None for text in texts) >= _AMOUNTS * len(texts)


def _columns_of(lines: Sequence[str], rows: Sequence[_Row], count: int) -> list[Sequence[int]]:
    """The columns of each row's values: of fewer those whose others look alike, else the last."""
    full = [row for row in rows if len(row.values) == count]
    printed = [
        Counter(_form(lines[row.number], row.values[at]) for row in full) for at in range(count)
    ]
    usual = [forms.most_common(1)[0][0] for forms in printed]
    found: list[Sequence[int]] = []
    for row in rows:
        forms = [_form(lines[row.number], value) for value in row.values]
        ways = [tuple(range(count - len(forms), count))]
        if len(forms) < count <= _MOST_COLUMNS:
            ways = list(combinations(range(count), len(forms)))
        alike = [
            sum(usual[at] == form for at, form in zip(way, forms, strict=True)) for way in ways
        ]
        most, way = max(zip(alike, ways, strict=True))
        # A margin below amounts and their changes is of the amounts.
        amounts = tuple(at for at in range(count) if usual[at] != "%")
        is_margin = most < len(forms) == len(amounts) and {*forms} == {"%"}
        found.append(amounts if is_margin else way)
    return found


def _form(line: str, value: Span) -> str:
    """How a value is printed: a share, with decimals, or whole."""
    text = line[slice(*value)]
    return "%" if "%" in text else "." if "." in text else ""


def _placed(
    lines: Sequence[str], rows: Sequence[_Row], count: int, heads: dict[int, list[Span]]
) -> dict[int, Places]:
    """Places of the rows and of the heads above them."""
    rows = [replace(row, values=row.values[-count:]) for row in rows]
    columns = _columns_of(lines, rows, count)
    widths = _widths(rows, columns, heads, count)
    label = _label_width(lines, rows, heads)
    rights = [label + total for total in accumulate(width + _GAP for width in widths)]
    lefts = [*rights]
    found = {}
    for row, own in zip(rows, columns, strict=True):
        line = lines[row.number]
        places = []
        for at, (start, end) in zip(own, row.values, strict=True):
            # Digits end below one another, signs behind them hang over.
            text = line[start:end].rstrip(")% bps")
            places.append((start, rights[at] - len(text)))
            lefts[at] = min(lefts[at], rights[at] - len(text.lstrip("$€£¥₹( ")))
        found[row.number] = (*_label_place(line, row.values), *places)
    for number, spans in heads.items():
        places = [
            (start, (lefts[at - count // len(spans) + 1] + rights[at] - (end - start)) // 2)
            for at, (start, end) in zip(_lasts(spans, count), spans, strict=True)
        ]
        found[number] = (*_label_place(lines[number], spans), *places)
    return found


def _widths(
    rows: Sequence[_Row],
    columns: Sequence[Sequence[int]],
    heads: dict[int, list[Span]],
    count: int,
) -> list[int]:
    """How wide each column must be for its values, and for heads beside one another."""
    widths = [0] * count
    for row, own in zip(rows, columns, strict=True):
        for at, (start, end) in zip(own, row.values, strict=True):
            widths[at] = max(widths[at], end - start)
    for spans in heads.values():
        for at, (start, end) in zip(_lasts(spans, count), spans, strict=True):
            below = widths[at - count // len(spans) + 1 : at + 1]
            widths[at] += max(end - start - sum(below) - _GAP * (len(below) - 1), 0)
    return widths


def _label_width(lines: Sequence[str], rows: Sequence[_Row], heads: dict[int, list[Span]]) -> int:
    """How long the longest label is, on lines between the rows too."""
    begins = {row.number: row.values[0][0] for row in rows}
    begins |= {number: spans[0][0] for number, spans in heads.items()}
    within = [*heads, *range(rows[0].number, rows[-1].number + 1)]
    return max(len(lines[number][: begins.get(number)].strip()) for number in within)


def _lasts(spans: Sequence[Span], count: int) -> range:
    """The last column that each head heads, all as many."""
    step = count // len(spans)
    return range(step - 1, count, step)


def _label_place(line: str, cells: Sequence[Span]) -> Places:
    """The place of what stands before the cells of a line, at the left."""
    begin = len(line) - len(line.lstrip())
    return ((begin, 0),) if begin < cells[0][0] else ()
