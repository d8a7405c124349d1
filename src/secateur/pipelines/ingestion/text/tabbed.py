"""Tables whose cells are divided by one tab each, as they are pasted from a spreadsheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.ingestion.text.cells import Places

_ROWS = 2
"""Fewest rows with figures of a table."""
_MOST_BETWEEN = 2
"""Lines without tabs that may stand within a table."""
_ALIKE = 0.6
"""Share of the rows with figures that have as many tabs as the most of them."""
_ALIGNED = 0.8
"""Share of the rows whose last figure ends at the same tab stop where tabs only align."""
_GAP = 2
"""Characters between two columns of the table as it is laid out anew."""


def place_tabbed(lines: Sequence[str]) -> dict[int, Places]:
    """Says where the cells of tabbed tables would stand, had their columns been aligned.

    Args:
        lines: The lines of a text.

    Returns:
        For each line of such a table its cells' places, labels at the left of their column and all
        else at the right, but heads before empty cells, which they head too, in the middle;
        nothing for lines whose tabs lead to the stops of a typewriter.
    """
    found: dict[int, Places] = {}
    for group in _groups(lines):
        rows = {number: lines[number].rstrip().split("\t") for number in group}
        if _is_table(rows, lines):
            within = range(group[0] + 1, group[-1])
            labels = [lines[number].strip() for number in within if number not in rows]
            found |= _placed(rows, max(map(len, labels), default=0))
    return found


def _groups(lines: Sequence[str]) -> Iterator[list[int]]:
    group: list[int] = []
    for number, line in enumerate(lines):
        if "\t" not in line.rstrip():
            continue
        between = lines[group[-1] + 1 : number] if group else ()
        # Heads below a blank line are those of another table.
        anew = line.startswith("\t") and not all(map(str.strip, between))
        if group and (anew or len(between) > _MOST_BETWEEN):
            yield group
            group = []
        group.append(number)
    if group:
        yield group


def _is_table(rows: dict[int, list[str]], lines: Sequence[str]) -> bool:
    figures = {number: cells for number, cells in rows.items() if is_figure(cells[-1].strip())}
    counts = Counter(map(len, figures.values()))
    ends = Counter(len(lines[number].rstrip().expandtabs()) for number in figures)
    width, alike = counts.most_common(1)[0] if counts else (0, 0)
    if len(figures) < _ROWS or max(counts) != width or alike < _ALIKE * len(figures):
        return False
    # Heads that a typewriter set have more tabs than rows, which begin with a label.
    headed = any(len(cells) == width for number, cells in rows.items() if number not in figures)
    return headed or ends.most_common(1)[0][1] < _ALIGNED * len(figures)


def _heads(cells: Sequence[str], count: int) -> dict[int, int]:
    """The last column that each head of a row heads, those before empty cells these too."""
    shown = [k for k, cell in enumerate(cells) if k and cell.strip()]
    if any(is_figure(cells[k].strip()) for k in shown):
        return {}
    return {k: following - 1 for k, following in zip(shown, [*shown[1:], count], strict=True)}


def _widen(widths: list[int], cells: Sequence[str]) -> None:
    """Makes room for the heads of several columns."""
    for first, last in _heads(cells, len(widths)).items():
        room = sum(widths[first : last + 1]) + _GAP * (last - first)
        widths[last] += max(len(cells[first].strip()) - room, 0)


def _figures(rows: dict[int, list[str]], column: int) -> int:
    """Characters of the longest figure of a column, of which its heads stand in the middle."""
    cells = (cells[column].strip() for cells in rows.values() if column < len(cells))
    return max((len(cell) for cell in cells if is_figure(cell)), default=0)


def _placed(rows: dict[int, list[str]], label: int) -> dict[int, Places]:
    """Where cells stand, right of the longest label, which may fill a line of its own."""
    count = max(map(len, rows.values()))
    widths = [
        max(
            (
                len(cells[k].strip())
                for cells in rows.values()
                if k < len(cells) and _heads(cells, count).get(k, k) == k
            ),
            default=0,
        )
        for k in range(count)
    ]
    widths[0] = max(widths[0], label)
    for cells in rows.values():
        _widen(widths, cells)
    rights = [sum(widths[: k + 1]) + _GAP * k for k in range(count)]
    found = {}
    for number, cells in rows.items():
        heads = _heads(cells, count)
        places, at = [], 0
        for k, cell in enumerate(cells):
            text = cell.strip()
            last = heads.get(k, k)
            left = rights[k] - (_figures(rows, k) if last > k else widths[k])
            if last > k:
                left += max((rights[last] - left - len(text)) // 2, 0)
            elif k:
                left = rights[k] - len(text)
            if text:
                places.append((at + cell.index(text), left))
            at += len(cell) + 1
        found[number] = tuple(places)
    return found
