"""Finds the primary statements among the tables of a report.

A table is scored by the lines that every statement of its kind has; the consolidated one is the
longest of those that no words around call a part, a summary or another company's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from secateur.pipelines.document.layout import Layout, Table, has_figures
from secateur.pipelines.document.tables import title
from secateur.pipelines.finance.numbers.headed import is_statement_of_equity
from secateur.pipelines.finance.statements.book import PRIMARY, Kind
from secateur.pipelines.finance.statements.naming import RESULT, line_name

_SIGNS: Mapping[Kind, tuple[str, ...]] = {
    "income_statement": (
        rf"(?:consolidated )?net (?:{RESULT})\b.*|(?:{RESULT}) for the (?:year|period)",
        rf".*\b(?:{RESULT}) .*before .*tax.*|.*\bbefore (?:income )?tax.*",
        r".*\btax(?:es)?\b.*|.*\bper .*share.*",
        r".*\b(?:revenues?|sales|turnover|costs?|expenses?|income)\b.*",
    ),
    "comprehensive_income": (
        rf"(?:consolidated )?net (?:{RESULT})\b.*|(?:{RESULT}) for the (?:year|period)",
        rf"(?:total )?comprehensive (?:{RESULT})\b.*",
        r".*\b(?:translation|currency|hedg\w+|unrealized|pensions?|derivatives?|securities"
        r"|benefits?|retirement)\b.*",
    ),
    "balance_sheet": (
        "total assets|total liabilities (?:and|&) .*|total equity (?:and|&) .*",
        "total current assets|total liabilities.*|(?:total .*)?equity|goodwill|total deposits",
        r"(?:cash|accounts?|trade|inventor|propert|goodwill|loans).*",
    ),
    "cash_flow": (
        r"(?:(?:net )?cash|total) .*operati.*",
        r"(?:(?:net )?cash|total) .*(?:financing|investing).*",
        r"(?:purchase|acquisition|addition|payment|investment|proceeds|capital|.*dividends"
        r"|depreciation).*",
    ),
}
"""Patterns of lines by the kind of statement; each must match a line of it."""
_SECOND_PART: Mapping[Kind, str] = {
    "balance_sheet": r"total liabilities (?:and|&) .*|total equity (?:and|&) .*",
    "cash_flow": r"(?:net )?cash .*financing.*",
}
"""The line in which a statement of two tables ends."""
_ELSEWHERE = re.compile(
    r"fair value|\blevel [123]\b|\bdiscontinued\b|held for sale|parent[ -](?:company|only)"
    r"|\bguarant|condensed (?:financial information|consolidating)|\bsummar|selected|pro forma"
    r"|segment|unaudited quarterly|eliminations|variable interest",
    re.IGNORECASE,
)
"""Around tables that have the lines of a statement and are none."""
_NAMED: Mapping[Kind, re.Pattern[str]] = {
    "income_statement": re.compile(
        r"statements? of (?:consolidated )?(?:net )?(?:operations|income|earnings|profit|loss)"
        r"|(?:income|earnings|operations) statements?|profit and loss",
        re.IGNORECASE,
    ),
    "comprehensive_income": re.compile(r"comprehensive", re.IGNORECASE),
    "balance_sheet": re.compile(r"balance sheets?|financial (?:position|condition)", re.IGNORECASE),
    "cash_flow": re.compile(r"cash flows?", re.IGNORECASE),
    "equity": re.compile(
        r"(?:equity|investment|deficit|capital)\b|changes in .*(?:equity|capital)", re.IGNORECASE
    ),
}
_BONUS = 15
"""Rows that a title which names the statement counts for."""
_FEWEST = 5
"""Rows with figures that a statement has at least."""


@dataclass(frozen=True)
class Primary:
    """A primary statement.

    Attributes:
        kind: Which one it is.
        tables: Where it stands: one table, or neighbouring ones that go on with it.
    """

    kind: Kind
    tables: tuple[Table, ...]


def find_primary(layout: Layout) -> list[Primary]:
    """Finds the primary statements of a report.

    Args:
        layout: The document's.

    Returns:
        At most one of a kind, in the order of `PRIMARY`; no table is in two.
    """
    named = [_lines(layout, table) for table in layout.tables]
    taken: set[int] = set()
    found = []
    for kind in ("balance_sheet", "cash_flow", "income_statement", "comprehensive_income"):
        numbers = _best(layout, kind, named, taken)
        if numbers:
            taken.update(numbers)
            found.append(Primary(kind, tuple(layout.tables[number] for number in numbers)))
    equity = [n for n, table in enumerate(layout.tables) if is_statement_of_equity(table)]
    equity = [number for number in equity if number not in taken]
    if equity:
        best = max(equity, key=lambda number: (_worth(layout, "equity", named, number), -number))
        found.append(Primary("equity", (layout.tables[best],)))
    return sorted(found, key=lambda primary: PRIMARY.index(primary.kind))


def kinds_of_tables(layout: Layout) -> dict[int, Kind]:
    """Says of the tables that are a primary statement which one, by their first characters."""
    return {
        table.start: primary.kind for primary in find_primary(layout) for table in primary.tables
    }


def _lines(layout: Layout, table: Table) -> tuple[str, ...]:
    """Names of the rows of a table that have figures."""
    text = layout.document.text
    return tuple(line_name(layout.text_of(row[0])) for row in table.rows if has_figures(text, row))


def _best(
    layout: Layout, kind: Kind, named: Sequence[Sequence[str]], taken: set[int]
) -> tuple[int, ...]:
    """Numbers of the tables of a kind's statement; none where there is none."""
    free = [number for number in range(len(named)) if number not in taken]
    signs = _SIGNS[kind]
    ways: list[tuple[int, ...]] = [(number,) for number in free if _has(named[number], signs)]
    if kind in _SECOND_PART:
        end = re.compile(_SECOND_PART[kind])
        ways = [_whole(number, named, free, kind, end) for number in free]
        ways = [way for way in ways if way]
    if not ways:
        return ()
    return max(
        ways, key=lambda way: (sum(_worth(layout, kind, named, number) for number in way), -way[0])
    )


def _whole(
    number: int,
    named: Sequence[Sequence[str]],
    free: Sequence[int],
    kind: Kind,
    end: re.Pattern[str],
) -> tuple[int, ...]:
    """A table that is a statement, with the next one where that ends what it begins."""
    signs, lines = _SIGNS[kind], named[number]
    begins = any(re.fullmatch(signs[0], line) for line in lines)
    if not begins or any(map(end.fullmatch, lines)):
        return (number,) if _has(lines, signs) else ()
    following = number + 1
    both = [*lines, *named[following]] if following in free else lines
    if any(map(end.fullmatch, both)) and _has(both, signs):
        return number, following
    return (number,) if _has(lines, signs) else ()


def _has(lines: Sequence[str], wanted: Sequence[str]) -> bool:
    return len(lines) >= _FEWEST and all(
        any(re.fullmatch(form, line) for line in lines) for form in wanted
    )


def _worth(layout: Layout, kind: Kind, named: Sequence[Sequence[str]], number: int) -> float:
    """Rows of a table with figures, more where its title names the statement, none elsewhere's."""
    table = layout.tables[number]
    heads = " ".join(
        dict.fromkeys(head for row in table.rows for c in row for head in c.column_path)
    )
    above = " ".join([title(layout, table), *layout.above(table)[:2]])
    if _ELSEWHERE.search(f"{above} {heads}"):
        return -1.0
    return len(named[number]) + _BONUS * bool(_NAMED[kind].search(above))
