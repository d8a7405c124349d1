"""Orders filings and finds those of one company."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from secateur.pipelines.finance.mentions.forms import key_of
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.comparison.figures import Figure, Filing, Key, Source
from secateur.pipelines.finance.statements.comparison.spans import end_of
from secateur.pipelines.finance.statements.standard import StandardFigure, standard_figures

Reported = Mapping[Key, Figure]
"""The figures of one filing by line and period."""
_GENERIC = re.compile(r"\.com\b|\b(?:the|group|holdings?|international|corporate)\b")
"""What a company's new name often adds or leaves out."""
_FEWEST_SHARED = 5
"""Equal figures of one period from which on filings are of one company, whatever its names."""


def reported(number: int, book: StatementBook) -> dict[Key, Figure]:
    """Takes the standard lines of a filing as figures.

    Args:
        number: The filing's place among those that are compared.
        book: Its statements.

    Returns:
        The figures by line and period.
    """
    return {
        (each.line, each.period): Figure(
            each.line, each.period, each.value, each.unit, _source(number, book, each)
        )
        for each in standard_figures(book)
    }


def filing_of(number: int, book: StatementBook, figures: Reported) -> Filing:
    """Describes a filing, whose last day is that of its balance sheet where it has one."""
    columns = [
        column
        for statement in book.statements
        if statement.kind == "balance_sheet"
        for column in statement.columns
    ]
    days = {each.period for each in columns if each.period and "/" not in each.period}
    ends = days or {end_of(period) for _, period in figures}
    return Filing(number, book.document, max(ends, default=None))


def by_company(books: Sequence[StatementBook], figures: Sequence[Reported]) -> list[list[int]]:
    """Finds which filings are of one company.

    Args:
        books: The filings.
        figures: Their figures.

    Returns:
        Numbers of filings by company, in the order in which they were given. Companies are the same
        by their name, without legal form and words that come and go ("Acme Holdings, Inc." is
        "Acme Group"), or by figures: a company that was renamed reports its earlier years again.
    """
    groups: list[list[int]] = []
    for number, book in enumerate(books):
        same = [
            group for group in groups
            if any(_is_same(book, figures[number], books[n], figures[n]) for n in group)
        ]  # fmt: skip
        joined = [*(n for group in same for n in group), number]
        if same:
            groups[groups.index(same[0])] = joined
            groups = [group for group in groups if group not in same[1:]]
        else:
            groups.append(joined)
    return groups


def _is_same(book: StatementBook, own: Reported, other: StatementBook, others: Reported) -> bool:
    names = [_name_key(each.company) for each in (book, other)]
    if all(names) and names[0] == names[1]:
        return True
    shared = [key for key in own.keys() & others.keys() if own[key].value]
    equal = sum(own[key].value == others[key].value for key in shared)
    return equal >= _FEWEST_SHARED and 2 * equal > len(shared)


def _name_key(company: str | None) -> str:
    return " ".join(_GENERIC.sub("", key_of(company)).split()) if company else ""


def _source(number: int, book: StatementBook, figure: StandardFigure) -> Source:
    cell, row = figure.cell, figure.row
    return Source(
        number, book.document, row.label, cell.concept or row.concept, cell.printed, cell.page,
        cell.start, cell.end, book.statements[figure.statement].scale,
    )  # fmt: skip


def in_order(filings: Iterable[Filing]) -> list[Filing]:
    """Sorts filings by their last days; of one day, those that were given later come later."""
    return sorted(filings, key=lambda filing: (filing.end or "", filing.number))
