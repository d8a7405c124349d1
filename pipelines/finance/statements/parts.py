"""Segments and regions below the name of a line, above it or in its column: shares of that line.

What one filer gives in a table of its own, another gives part by part under one heading after
another ("Accounts receivable, net", "Depreciation"), or adds up to a line of a statement.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from secateur.pipelines.finance.layout import Layout, Table, has_figures
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
    r"|(?:rest of|other) .*|all other.*)"
)
_LINE = re.compile(
    r"\b(?:sales|revenues?|income|earnings|profits?|expen\w+|goodwill|depreciation|capital"
    r"|additions?|leases?|deferred|intangibles?|cash|receivables?|inventor\w+|propert\w+|assets"
    r"|amorti\w+|accumulated|land|buildings?|machinery|software|debt|securities|balances?|trade"
    r"|allowance|less|cost|loss\w*|gains?|acqui\w+|disposals?|translation|currency)\b"
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
    parts = {name for name, count in named.items() if count >= _FEWEST and not _LINE.search(name)}
    for group in groups:
        yield from _of_group(layout, group, parts)


def _groups(layout: Layout, table: Table) -> Iterator[_Group]:
    """The rows below each heading without figures, the first without one."""
    heading, rows = "", list[int]()
    for number, row in enumerate(table.rows):
        if has_figures(layout.document.text, row):
            rows.append(number)
        elif len(row) == 1:
            if rows:
                yield table, heading, rows
            heading, rows = line_name(layout.text_of(row[0])), []
    if rows:
        yield table, heading, rows


def _of_group(layout: Layout, group: _Group, parts: set[str]) -> Iterator[tuple[int, str]]:
    table, heading, rows = group
    concept = _measured(heading)
    run: list[int] = []
    for row in rows:
        name = _name(layout, table, row)
        own = _measured(_TOTAL.sub("", name))
        if name in parts or _REGION.fullmatch(name):
            run.append(row)
            if concept is not None:
                yield from _cells(table, row, concept)
        elif concept is not None and (own == concept or _TOTAL.match(name)):
            yield from _cells(table, row, concept)
        elif own is not None and len(run) >= _FEWEST:
            for each in (*run, row):
                yield from _cells(table, each, own)
            run = []
        else:
            concept, run = None, []


def _measured(name: str) -> str | None:
    """The concept of a line of that name, None of other lines."""
    return next((concept for line, concept in _MEASURES if line.fullmatch(name)), None)


def _name(layout: Layout, table: Table, row: int) -> str:
    return line_name(layout.text_of(table.rows[row][0]))


def _cells(table: Table, row: int, concept: str) -> Iterator[tuple[int, str]]:
    return ((cell.start, concept) for cell in table.rows[row][1:])
