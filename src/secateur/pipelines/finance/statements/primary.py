"""Finds the primary statements among the tables of a report.

A table is scored by the lines that every statement of its kind has; the consolidated one is the
longest of those that no words around call a part, a summary or another company's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secateur.pipelines.document.continued import continued_tables
from secateur.pipelines.document.layout import Layout, Table, has_figures
from secateur.pipelines.document.tables import lines_above, title
from secateur.pipelines.finance.numbers.equity import (
    has_accounts_below,
    is_statement_of_equity,
)
from secateur.pipelines.finance.statements.naming import RESULT, line_name
from secateur.pipelines.finance.statements.statement import PRIMARY, Kind

_SIGNS: Mapping[Kind, tuple[str, ...]] = {
    "income_statement": (
        rf"(?:consolidated )?net (?:{RESULT})\b.*|(?:{RESULT}) for the (?:year|period)|profit|loss",
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
    r"|\bguarant|consolidating|condensed financial information|\bsummar|selected|pro forma"
    r"|segment|unaudited quarterly|eliminations|variable interest",
    re.IGNORECASE,
)
"""Around tables that have the lines of a statement and are none."""
_NAMED: Mapping[Kind, re.Pattern[str]] = {
    "income_statement": re.compile(
        r"statements? of (?:consolidated )?(?:net )?(?:results of )?"
        r"(?:operations|income|earnings|profit|loss)"
        r"|(?:income|earnings|operations) statements?|profit and loss",
        re.IGNORECASE,
    ),
    "comprehensive_income": re.compile(
        r"statements? of .{0,60}comprehensive|comprehensive (?:income|loss|earnings) statements?",
        re.IGNORECASE,
    ),
    "balance_sheet": re.compile(r"balance sheets?|financial (?:position|condition)", re.IGNORECASE),
    "cash_flow": re.compile(r"cash flows?", re.IGNORECASE),
    "equity": re.compile(
        r"(?:equity|investment|deficit|capital)\b|changes in .*(?:equity|capital)", re.IGNORECASE
    ),
}
_BONUS = 200
"""Rows that a title which names the statement counts for: more than any table has."""
_FEWEST, _FEWEST_NAMED = 5, 3
"""Rows with figures that a statement has at least, and one that its title names."""
_SENTENCE = re.compile(r"\bfollowing tables?\b|\btables? below\b", re.IGNORECASE)
_IN_A_SENTENCE = 0.75
"""Part of the bonus for a table that a sentence introduces: an extract or a view of a statement."""
_ONE_OF_BOTH = 0.5
"""Part of it for an income statement that goes on to comprehensive income."""
_LINES, _LONGEST = 4, 100
"""Lines above a table among which its title is, and their characters."""
_LACKING = 1
"""Other signs that a statement may lack which its title names."""
_NEAR, _SAME_ROWS = 3, 0.9
"""Tables beside a statement among which one of other times is, and the share of rows in common."""
_SIDES = 2
"""Last cells of the rows that are compared: a balance of two days."""
_NO_DIGIT = re.compile(r"\D")


Tables = tuple[Table, ...]
"""A table with those that go on from it."""


@dataclass(frozen=True)
class Primary:
    """A primary statement.

    Attributes:
        kind: Which one it is.
        tables: Where it stands: one table, or neighbouring ones that go on with it.
    """

    kind: Kind
    tables: Tables


def find_primary(layout: Layout) -> list[Primary]:
    """Finds the primary statements of a report.

    Args:
        layout: The document's.

    Returns:
        At most one of a kind, in the order of `PRIMARY`; no table is in two.
    """
    search = _Search(layout)
    kinds: tuple[Kind, ...] = ("balance_sheet", "cash_flow", "income_statement")
    found = [search.take(kind, search.by_lines(kind)) for kind in (*kinds, "comprehensive_income")]
    found.append(search.take("equity", search.of_equity()))
    return sorted(
        (primary for primary in found if primary), key=lambda primary: PRIMARY.index(primary.kind)
    )


def kinds_of_tables(layout: Layout) -> dict[int, Kind]:
    """Says of the tables that are a primary statement which one, by their first characters."""
    return {
        table.start: primary.kind for primary in find_primary(layout) for table in primary.tables
    }


def kinds_of(layout: Layout, found: Sequence[Primary]) -> set[Kind]:
    """Returns the kinds found; an income statement may go on to comprehensive income."""
    kinds = {primary.kind for primary in found}
    income = (primary.tables for primary in found if primary.kind == "income_statement")
    lines = [line for tables in income for table in tables for line in _lines(layout, table)]
    both = _has(lines, _SIGNS["comprehensive_income"][1:2])
    return kinds | {"comprehensive_income"} if both else kinds


class _Search:
    """The tables of a report that may be statements, and which of them are taken.

    A way is what may be one statement: the numbers of one group of tables, or of two.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._groups = continued_tables(layout)
        self._lines = [
            [line for table in group for line in _lines(layout, table)] for group in self._groups
        ]
        self._above = [_above(layout, group[0]) for group in self._groups]
        self._taken: set[int] = set()

    def take(self, kind: Kind, ways: Sequence[tuple[int, ...]]) -> Primary | None:
        """Takes the best way to read a statement, None where there is none."""
        ways = [way for way in ways if not self._taken.intersection(way)]
        if not ways:
            return None
        best = max(ways, key=lambda way: (sum(self._worth(kind, n) for n in way), -way[0]))
        best = tuple(sorted((*best, *self._other_times(kind, best))))
        self._taken.update(best)
        return Primary(kind, tuple(table for number in best for table in self._groups[number]))

    def _other_times(self, kind: Kind, way: tuple[int, ...]) -> list[int]:
        """Statements beside one with the same rows and title, as of six months behind a quarter."""
        own = set(self._lines[way[-1]])
        near = range(max(way[0] - _NEAR, 0), min(way[-1] + 1 + _NEAR, len(self._groups)))
        found = [
            number
            for number in near
            if len(way) == 1 and own and number not in self._taken and number not in way
            if self._above[number] == self._above[way[-1]] and self._is_named(kind, number)
            if len(own & set(self._lines[number]))
            >= _SAME_ROWS * len(own | set(self._lines[number]))
        ]
        return found if kind != "equity" else []

    def by_lines(self, kind: Kind) -> list[tuple[int, ...]]:
        """Finds the ways to read a statement by the lines that each of its kind has."""
        ways = (self._whole(kind, number) for number in range(len(self._groups)))
        return [way for way in ways if way]

    def of_equity(self) -> list[tuple[int, ...]]:
        """Finds the statements of changes in equity, whether accounts are columns or parts."""
        ways: list[tuple[int, ...]] = []
        for number, (first, *_) in enumerate(self._groups):
            if number in self._taken:
                continue
            if is_statement_of_equity(first) or has_accounts_below(self._layout, first):
                before = ways.pop() if ways and self._goes_on(ways[-1][-1], number) else ()
                ways.append((*before, number))
        return ways

    def _goes_on(self, before: int, number: int) -> bool:
        """Whether a statement of equity goes on with other times below the same heads."""
        adjoins = number == before + 1
        return adjoins and _heads(self._groups[before][0]) == _heads(self._groups[number][0])

    def _whole(self, kind: Kind, number: int) -> tuple[int, ...]:
        """A group that is a statement, with the next one where that ends what it begins."""
        lines, following = self._lines[number], number + 1
        begins = any(re.fullmatch(_SIGNS[kind][0], line) for line in lines)
        end = _SECOND_PART.get(kind)
        if end and begins and not any(re.fullmatch(end, line) for line in lines):
            behind = following < len(self._groups) and following not in self._taken
            both = [*lines, *self._lines[following]] if behind else lines
            if any(re.fullmatch(end, line) for line in both) and _has(both, _SIGNS[kind]):
                return number, following
        return (number,) if self._is_whole(kind, number) else ()

    def _is_whole(self, kind: Kind, number: int) -> bool:
        lines, (first, *others) = self._lines[number], _SIGNS[kind]
        if not self._is_named(kind, number):
            return len(lines) >= _FEWEST and _has(lines, (first, *others))
        if kind == "balance_sheet" and _balances(self._layout, self._groups[number]):
            return _has(lines, others)
        lacking = sum(not _has(lines, (each,)) for each in others)
        return len(lines) >= _FEWEST_NAMED and _has(lines, (first,)) and lacking <= _LACKING

    def _is_named(self, kind: Kind, number: int) -> bool:
        return _NAMED[kind].search(self._above[number]) is not None

    def _worth(self, kind: Kind, number: int) -> float:
        """Rows with figures, more where the title names the statement, none elsewhere's."""
        heads = " ".join(
            dict.fromkeys(part for path in _heads(self._groups[number][0]) for part in path)
        )
        if _ELSEWHERE.search(f"{self._above[number]} {heads}"):
            return -1.0
        said = self._above[number] if self._is_named(kind, number) else ""
        named = _IN_A_SENTENCE if _SENTENCE.search(said) else float(bool(said))
        if kind == "income_statement" and self._is_named("comprehensive_income", number):
            named = max(named, _ONE_OF_BOTH)
        return len(self._lines[number]) + _BONUS * named


def _above(layout: Layout, table: Table) -> str:
    """Short lines above a table."""
    lines = (line for line in lines_above(layout, table)[:_LINES] if not line.endswith("."))
    return " ".join([title(layout, table), *(line for line in lines if len(line) <= _LONGEST)])


def _heads(table: Table) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(cell.column_path for row in table.rows for cell in row))


def _lines(layout: Layout, table: Table) -> Iterator[str]:
    """Names of the rows of a table that have figures."""
    text = layout.document.text
    return (line_name(layout.text_of(row[0])) for row in table.rows if has_figures(text, row))


def _has(lines: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(re.fullmatch(form, line) for line in lines) for form in wanted)


def _balances(layout: Layout, tables: Tables) -> bool:
    """Whether the last row repeats the figures of an earlier one: both sides have one sum."""
    rows = [row for table in tables for row in table.rows if has_figures(layout.document.text, row)]
    sums = [
        tuple(_NO_DIGIT.sub("", layout.text_of(cell)) for cell in row[-_SIDES:]) for row in rows
    ]
    return bool(sums) and all(sums[-1]) and sums[-1] in sums[:-1]
