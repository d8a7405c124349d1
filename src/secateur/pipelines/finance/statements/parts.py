"""Segments and regions below the name of a line, or above it where they add up to it.

What one filer gives in a table of its own, another gives part by part under one heading after
another ("Accounts receivable, net", "Depreciation"), or adds up to a line of a statement.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.layout import Layout, Table, has_figures
from secateur.pipelines.finance.figures.numbers import read_printed
from secateur.pipelines.finance.statements.kinds import Statement
from secateur.pipelines.finance.statements.naming import RESULT, line_name

_MEASURES = (
    (re.compile(r"(?:accounts |trade )*receivables?(?: net)?"), "AccountsReceivableNetCurrent"),
    (
        re.compile(r"(?:net )?property(?: plant)? and equipment(?: net)?"),
        "PropertyPlantAndEquipmentNet",
    ),
    (re.compile(r"depreciation(?: expense)?"), "Depreciation"),
    (
        re.compile(r"depreciation(?: depletion)? and amorti[sz]ation(?: expense)?"),
        "DepreciationDepletionAndAmortization",
    ),
    (re.compile(rf"(?:segment )?operating (?:(?:{RESULT})(?: |$))+"), "OperatingIncomeLoss"),
    (re.compile(r"(?:segment|identifiable) assets"), "Assets"),
)
_TOTAL = re.compile(r"(?:sub ?)?totals?(?: |$)")
_REGION = re.compile(
    r"(?:the )?(?:u s|united (?:states|kingdom)|(?:north|latin|south) america|americas?|emea|apac"
    r"|international|foreign|domestic|asia\b.*|europe\b.*|(?:greater )?china|japan|germany|canada"
    r"|rest of .*|(?:all )?others?\b.*)"
)
_LINE = re.compile(
    r"\b(?:sales|revenues?|income|earnings|profits?|expen\w+|goodwill|depreciation|capital"
    r"|additions?|leases?|deferred|intangibles?|cash|receivables?|inventor\w+|propert\w+|assets"
    r"|amorti\w+|accumulated|land|buildings?|machinery|software|debt|securities|balances?|trade"
    r"|allowances?|reserves?|less|cost|loss\w*|gains?|acqui\w+|disposals?|translation|currency)\b"
)
"""In the names of lines; segments and regions have none of these words."""
_FEWEST = 2
"""Groups in which a segment is named, and parts of a line."""

_Group = tuple[Table, str, list[int]]
"""Rows of a table, by number, and the heading right above them, empty for none."""


def cells_of_parts(layout: Layout, statements: Sequence[Statement]) -> Iterator[tuple[int, str]]:
    """Yields what segments and regions have of a line.

    Args:
        layout: The document.
        statements: Its statements, of whose parts only those of income statements are read.

    Yields:
        First character of a cell, and the concept, without prefix, of the line.
    """
    closed = {each.table.start for each in statements if each.kind != "income"}
    groups = [
        group
        for table in layout.tables
        if table.start not in closed
        for group in _groups(layout, table)
    ]
    named = Counter(
        name for table, _, rows in groups for name in {_name(layout, table, row) for row in rows}
    )
    often = (name for name, count in named.items() if count >= _FEWEST)
    parts = {name for name in often if not _LINE.search(name) and not _TOTAL.match(name)}
    for group in groups:
        yield from _of_group(layout, group, parts)


def _groups(layout: Layout, table: Table) -> Iterator[_Group]:
    """The rows below each heading without figures, the first without one; regions head none."""
    heading, rows = "", list[int]()
    for number, row in enumerate(table.rows):
        name = _name(layout, table, number)
        if has_figures(layout.document.text, row):
            rows.append(number)
        elif len(row) == 1 and not _REGION.fullmatch(name):
            if rows:
                yield table, heading, rows
            heading, rows = name, []
    if rows:
        yield table, heading, rows


def _of_group(layout: Layout, group: _Group, parts: set[str]) -> Iterator[tuple[int, str]]:
    table, heading, rows = group
    concept = _measured(heading)
    run: list[int] = []
    sums: list[int] = []
    for row in rows:
        name = _name(layout, table, row)
        own = _measured(_TOTAL.sub("", name))
        if name in parts or _REGION.fullmatch(name):
            run.append(row)
            if concept is not None:
                yield from _cells(table, row, concept)
        elif concept is not None and (own == concept or _TOTAL.match(name)):
            yield from _cells(table, row, concept)
        elif own is not None and _adds_up(layout, table, run, row):
            for each in (*run, *sums, row):
                yield from _cells(table, each, own)
            run, sums = [], []
        elif run and _TOTAL.match(name):
            sums.append(row)
        else:
            concept, run, sums = None, [], []


def _adds_up(layout: Layout, table: Table, parts: Sequence[int], row: int) -> bool:
    """Whether rows, two or more, come to another in the first of their columns."""
    numbers = [_first(layout, table, each) for each in (*parts, row)]
    if len(parts) < _FEWEST or None in numbers:
        return False
    *added, total = (number for number in numbers if number is not None)
    return abs(sum(added) - total) <= Decimal(1).scaleb(int(total.as_tuple().exponent))


def _first(layout: Layout, table: Table, row: int) -> Decimal | None:
    """The first number of a row."""
    cells = (cell for cell in table.rows[row][1:] if is_figure(layout.text_of(cell)))
    cell = next(cells, None)
    printed = read_printed(layout.document.text, cell.start, cell.end) if cell else None
    return printed.number if printed else None


def _measured(name: str) -> str | None:
    """The concept of a line of that name, None of other lines."""
    return next((concept for line, concept in _MEASURES if line.fullmatch(name)), None)


def _name(layout: Layout, table: Table, row: int) -> str:
    return line_name(layout.text_of(table.rows[row][0]))


def _cells(table: Table, row: int, concept: str) -> Iterator[tuple[int, str]]:
    return ((cell.start, concept) for cell in table.rows[row][1:])
