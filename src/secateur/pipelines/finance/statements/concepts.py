"""Which concepts the cells of statements state, by the lines they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, compress

from secateur.pipelines.document.layout import Layout, has_figures
from secateur.pipelines.finance.statements.forms import FORMS, Form
from secateur.pipelines.finance.statements.kinds import (
    Statement,
    calls_equity_whole,
    find_statements,
    has_minority,
    is_of_minority,
)
from secateur.pipelines.finance.statements.naming import Line
from secateur.pipelines.finance.statements.parts import cells_of_parts

_ALLOWANCES = re.compile(
    r"\ballowances?\b|\baccumulated (?:depreciation|amorti[sz]ation)\b", re.IGNORECASE
)
_FOR = "(?: for the (?:year|period))?"
_ATTRIBUTABLE = tuple(
    (re.compile(rf"{result}{_FOR} attributable .*"), concept)
    for result, concept in (
        (r"(?:consolidated )?(?:net \w+|profit|loss|result)", "NetIncomeLoss"),
        (r"(?:total )?comprehensive \w+", "ComprehensiveIncomeNetOfTax"),
    )
)
"""The parent's part of a result, where others have one too."""
_UNNAMED = re.compile(r".*\b(?:depreciation|amorti[sz]ation|translation)\b.*")
"""Lines of income that the segments of a group have too."""
_SHARE = re.compile(r".*\battributable\b|.*: (?:of which )?(?:attributable to )?(?:the )?group")
"""What of a result or of equity is the parent's: "of which, Group share"."""
_PER_KIND = re.compile(r"\b(?:basic|diluted)\b")

_REPORTED = re.compile(r"(?<!previously )\breported\b|(?<!non)(?<!non.)\bGAAP\b", re.IGNORECASE)
_ADJUSTED = re.compile(r"\b(?:non.?GAAP|adjusted|core|underlying|normali[sz]ed)\b", re.IGNORECASE)


def cells_adjusted(layout: Layout) -> Iterator[int]:
    """Yields where cells begin that lead from a reported figure of their row to an adjusted one.

    The last are among them: what a row is called by a statement is its reported column alone. Rows
    below a heading that hides the columns' heads are like those above it.
    """
    for table in layout.tables:
        known: dict[int, list[bool]] = {}
        for row in table.rows[table.body :]:
            heads = [cell.column or "" for cell in row[1:]]
            reported = [_REPORTED.search(head) is not None for head in heads]
            if any(reported) and any(map(_ADJUSTED.search, heads)):
                known[len(row)] = reported
            elif any(compress(heads, known.get(len(row), ()))):
                continue
            adjusted = (not own for own in known.get(len(row), ()))
            yield from (cell.start for cell in compress(row[1:], adjusted))


def cells_stated(layout: Layout) -> Iterator[tuple[int, tuple[str, ...], bool]]:
    """Yields what the lines of statements, and of what segments share, say of their cells.

    Yields:
        First character of a cell; its concepts without prefix, one for each type of figure, none
        for amounts of no listed concept; and whether the figure is the same wherever it is printed,
        which accounts of equity are not. Cells of which lines say nothing are left out.
    """
    statements = find_statements(layout)
    minority = has_minority(layout.document.text, statements)
    unowned = calls_equity_whole(statements)
    for statement in statements:
        recurs, others = FORMS[statement.kind].recurs, FORMS[statement.kind].others
        rows = zip(
            statement.table.rows, _concepts(layout, statement, minority, unowned), strict=True
        )
        for row, concepts in rows:
            head = layout.text_of(row[0])
            if statement.kind == "balance sheet" and _ALLOWANCES.search(head):
                yield row[0].start, (), False
            if concepts is not None:
                for cell in row[1:]:
                    other = others is not None and others.match(cell.column or "")
                    yield cell.start, () if other else concepts, recurs
    for start, concept in cells_of_parts(layout, statements):
        yield start, (concept,), False


def _concepts(
    layout: Layout, statement: Statement, minority: bool, unowned: bool
) -> Iterator[tuple[str, ...] | None]:
    """Concepts of each row, None where nothing is known of it."""
    form = FORMS[statement.kind]
    # What is owed may stand in a table of its own.
    owed = statement.kind == "balance sheet" and "total assets" not in statement.lines
    part = "liabilities" if owed else form.first
    parent = ""
    shared: tuple[str, ...] = ()
    last = _last_rows(form, statement.lines)
    for number, (row, name) in enumerate(zip(statement.table.rows, statement.lines, strict=True)):
        if not has_figures(layout.document.text, row):
            parent = name
            begun = (at for heading, at in form.parts if heading.fullmatch(name))
            part = next(begun, part)
            yield None
            continue
        if statement.kind == "income" and not _PER_KIND.search(name):
            name = f"{name} {' '.join(_PER_KIND.findall(parent))}".strip()
        shares = (concept for pattern, concept in _ATTRIBUTABLE if pattern.fullmatch(name))
        share = next(shares, None) if statement.kind != "balance sheet" else None
        if share is not None:
            yield (share,) if minority and not is_of_minority(name) else ()
            continue
        line = _line(form, part, name, number, last)
        if line is None:
            is_share = minority and bool(_SHARE.match(f"{parent}: {name}"))
            is_share = is_share and not is_of_minority(name)
            unknown = _UNNAMED.fullmatch(name) or not form.closed
            yield shared if is_share else None if unknown else ()
            continue
        part = line.next or part
        shared = line.concepts if line.whole else shared
        # Where others have a share in it, the taxonomy has another concept for the whole, which
        # filers take, too, where they do not say whose the equity is.
        whole = minority or (unowned and "StockholdersEquity" in line.concepts)
        yield () if line.whole and whole else line.concepts


def _last_rows(form: Form, lines: Sequence[str]) -> dict[re.Pattern[str], int]:
    """The last rows that fit what lines of a form must or must not stand above."""
    asked = chain.from_iterable((line.before, line.unless) for line in form.lines)
    return {
        pattern: max((n for n, line in enumerate(lines) if pattern.fullmatch(line)), default=-1)
        for pattern in filter(None, asked)
    }


def _line(
    form: Form, part: str, name: str, row: int, last: Mapping[re.Pattern[str], int]
) -> Line | None:
    """The entry that a line of a part fits, by its row and the last rows of `_last_rows`."""
    for line in form.lines:
        if not line.name.fullmatch(name) or (line.parts and part not in line.parts):
            continue
        if line.unless is not None and last[line.unless] > row:
            continue
        if line.before is None or last[line.before] > row:
            return line
    return None
