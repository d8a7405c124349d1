"""Finds the primary statements of a tagged filing by the concepts of their facts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.statements.primary import Primary
from secateur.pipelines.finance.statements.statement import PRIMARY, Kind, Source
from secateur.pipelines.ingestion.tagged import Fact

_RESULT = frozenset({
    "NetIncomeLoss", "ProfitLoss", "NetIncomeLossAvailableToCommonStockholdersBasic",
})  # fmt: skip
_PER_SHARE = frozenset({
    "EarningsPerShareBasic", "EarningsPerShareDiluted", "EarningsPerShareBasicAndDiluted",
    "IncomeLossFromContinuingOperationsPerBasicShare", "BasicEarningsLossPerShare",
})  # fmt: skip
_TAX = frozenset({"IncomeTaxExpenseBenefit", "IncomeTaxExpenseContinuingOperations"})
_BEFORE_TAX = frozenset({
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest",
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesMinorityInterestAndIncomeLossFromEquityMethodInvestments",
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxes", "ProfitLossBeforeTax",
    "OperatingIncomeLoss",
})  # fmt: skip
_TURNOVER = frozenset({
    "Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax", "Revenue",
    "RevenueFromContractWithCustomerIncludingAssessedTax", "OperatingExpenses", "CostsAndExpenses",
})  # fmt: skip
_OPERATING = frozenset({
    "NetCashProvidedByUsedInOperatingActivities",
    "NetCashProvidedByUsedInOperatingActivitiesContinuingOperations",
    "CashFlowsFromUsedInOperatingActivities",
})  # fmt: skip
_FINANCING = frozenset({
    "NetCashProvidedByUsedInFinancingActivities",
    "NetCashProvidedByUsedInFinancingActivitiesContinuingOperations",
    "CashFlowsFromUsedInFinancingActivities",
})  # fmt: skip
_EQUITY = frozenset({
    "StockholdersEquity", "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",
    "PartnersCapital", "MembersEquity", "Equity",
})  # fmt: skip
_COMPREHENSIVE = frozenset({
    "ComprehensiveIncomeNetOfTax", "ComprehensiveIncome",
    "ComprehensiveIncomeNetOfTaxIncludingPortionAttributableToNoncontrollingInterest",
})  # fmt: skip
_ENTRIES = "OtherComprehensiveIncome"
"""How the concepts of what comprehensive income adds to net income begin."""
_COMPONENTS = frozenset({"StatementEquityComponentsAxis", "ComponentsOfEquityAxis"})
_EARNED = "RetainedEarningsMember"
"""The component that tells a statement of equity from a note on other comprehensive income."""

Needs = tuple[frozenset[str], ...]
_NEEDS: Mapping[Kind, tuple[Needs, ...]] = {
    "balance_sheet": (
        (
            frozenset({"Assets"}),
            frozenset({"LiabilitiesAndStockholdersEquity", "EquityAndLiabilities"}),
        ),
    ),
    "cash_flow": ((_OPERATING, _FINANCING),),
    "income_statement": ((_RESULT, _PER_SHARE, _TAX | _TURNOVER), (_RESULT, _TAX, _BEFORE_TAX)),
    "comprehensive_income": ((_COMPREHENSIVE,),),
}  # fmt: skip
"""Concepts by the kind of statement; of each group it has one, in one of
several ways. They are those of US-GAAP and IFRS, without their prefix."""
_ORDER: tuple[Kind, ...] = (
    "balance_sheet", "cash_flow", "income_statement", "equity", "comprehensive_income",
)  # fmt: skip
"""Most telling kind first: a table of two statements is of the first."""
_TOLD_BY_NOTES = frozenset({"comprehensive_income"})
"""Kinds of which a note may tell more than the statement does."""
_OVER_TABLES = frozenset({"balance_sheet", "cash_flow"})
"""Kinds whose second half may be the next table."""
_MOST = 0.75
"""Share of the most concepts from which on a table has as many."""


@dataclass(frozen=True)
class _Tags:
    """Concepts of a table's facts, without prefix.

    Attributes:
        whole: Of facts without dimensions, which are the whole company's.
        all: Of all facts.
        has_equity: Whether equity is told by component, what is earned and kept among them.
    """

    whole: frozenset[str]
    all: frozenset[str]
    has_equity: bool


def find_tagged(
    layout: Layout, facts: Sequence[Fact], read: Sequence[Primary]
) -> list[tuple[Primary, Source]]:
    """Finds the primary statements of a filing by its tags.

    Args:
        layout: The document's.
        facts: The filing's facts.
        read: What was found by the printed lines alone, see `find_primary`.

    Returns:
        At most one of a kind, in the order of `PRIMARY`, and by what it was found; no table is in
        two. Where tags and lines name different tables, those of the tags, unless the tags allow
        those of the lines too. Of a filing that tags its statements, a table without facts is none.
    """
    tags = _tags(layout, facts)
    number_of = {table.start: number for number, table in enumerate(layout.tables)}
    by_lines = {each.kind: tuple(number_of[t.start] for t in each.tables) for each in read}
    tagged: dict[Kind, tuple[int, ...]] = {}
    taken: set[int] = set()
    for kind in _ORDER:
        if numbers := _best(kind, tags, taken, by_lines.get(kind, ())):
            taken.update(numbers)
            tagged[kind] = numbers
    found: list[tuple[Primary, Source]] = []
    for kind in PRIMARY:
        lines, own = set(by_lines.get(kind, ())), set(tagged.get(kind, ()))
        is_bare = bool(tagged) and not any(tags[number].all for number in lines)
        source: Source = "tagged" if own else "read"
        if lines & own:
            source = "both"  # though one of them may have found the first half alone
        elif own or is_bare or lines & taken:
            lines = set()
        tables = tuple(layout.tables[number] for number in sorted(own | (lines - taken)))
        if tables:
            found.append((Primary(kind, tables), source))
    return found


def _tags(layout: Layout, facts: Sequence[Fact]) -> list[_Tags]:
    ordered = sorted((fact for fact in facts if fact.unit), key=lambda fact: fact.start)
    starts = [fact.start for fact in ordered]
    found = []
    for table in layout.tables:
        own = ordered[bisect_left(starts, table.start) : bisect_left(starts, table.end)]
        concepts = frozenset(local_name(fact.concept) for fact in own)
        whole = frozenset(local_name(fact.concept) for fact in own if not fact.dimensions)
        found.append(_Tags(whole, concepts, any(map(_is_earned, own)) and bool(concepts & _EQUITY)))
    return found


def _is_earned(fact: Fact) -> bool:
    return any(
        local_name(axis) in _COMPONENTS and local_name(member) == _EARNED
        for axis, member in fact.dimensions.items()
    )


def _best(
    kind: Kind, tags: Sequence[_Tags], taken: set[int], by_lines: tuple[int, ...]
) -> tuple[int, ...]:
    """Numbers of the tables of a kind's statement: the first of those with the most concepts.

    The table by its lines and title comes first where a note may have more.

    Statements stand before the notes; of those of a quarter and of the year to date, which have
    about the same concepts, the quarter's is the first.
    """
    ways: list[tuple[int, ...]] = [(n,) for n in range(len(tags)) if _is(kind, tags[n])]
    if not ways and kind in _OVER_TABLES:
        first, second = _NEEDS[kind][0]
        ways = [
            (n, n + 1)
            for n, (one, two) in enumerate(pairwise(tags))
            if one.whole & first and two.whole & second
        ]
    free = [way for way in ways if not taken.intersection(way)]
    worth = [sum(_worth(kind, tags[n]) for n in way) for way in free]
    if kind in _TOLD_BY_NOTES and by_lines in free:
        return by_lines
    return next(
        (way for way, own in zip(free, worth, strict=True) if own >= _MOST * max(worth)), ()
    )


def _worth(kind: Kind, tags: _Tags) -> int:
    return len(tags.all if kind == "equity" else tags.whole)


def _is(kind: Kind, tags: _Tags) -> bool:
    if kind == "equity":
        return tags.has_equity
    if kind == "comprehensive_income" and not any(c.startswith(_ENTRIES) for c in tags.whole):
        return False
    return any(all(tags.whole & group for group in needs) for needs in _NEEDS[kind])


def local_name(name: str) -> str:
    """Returns a qualified name without its prefix."""
    return name.rpartition(":")[2]
