"""Gold of statements: the tagged cells of a filing's tables that are a primary statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from secateur.pipelines.finance.statements.statement import Kind
from secateur.pipelines.ingestion.tagged_tables import TaggedTable

_RESULT = {"NetIncomeLoss", "ProfitLoss", "NetIncomeLossAvailableToCommonStockholdersBasic"}
_PER_SHARE = {
    "EarningsPerShareBasic",
    "EarningsPerShareDiluted",
    "EarningsPerShareBasicAndDiluted",
    "IncomeLossFromContinuingOperationsPerBasicShare",
}
_TAX = {"IncomeTaxExpenseBenefit"}
_REVENUE = {"Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax"}
_BEFORE_TAX = {
    f"IncomeLossFromContinuingOperationsBeforeIncomeTaxes{rest}"
    for rest in (
        "",
        "ExtraordinaryItemsNoncontrollingInterest",
        "MinorityInterestAndIncomeLossFromEquityMethodInvestments",
    )
} | {"OperatingIncomeLoss"}
_OPERATING = {
    "NetCashProvidedByUsedInOperatingActivities",
    "NetCashProvidedByUsedInOperatingActivitiesContinuingOperations",
}
_INVESTING = {
    "NetCashProvidedByUsedInInvestingActivities",
    "NetCashProvidedByUsedInInvestingActivitiesContinuingOperations",
}
_FINANCING = {"NetCashProvidedByUsedInFinancingActivities"}
_ASSETS, _CLAIMS = {"Assets"}, {"LiabilitiesAndStockholdersEquity"}
_Groups = Sequence[AbstractSet[str]]
_KINDS: Mapping[Kind, Sequence[_Groups]] = {
    "income_statement": (
        (_RESULT, _PER_SHARE, _TAX | _REVENUE),
        (_RESULT, _TAX, _BEFORE_TAX, _REVENUE | {"OperatingExpenses", "CostsAndExpenses"}),
    ),
    "balance_sheet": ((_ASSETS, _CLAIMS),),
    "cash_flow": ((_OPERATING, _INVESTING),),
}
"""Groups of concepts of which a statement has one each; the first alternative that a table fits."""
_HALVES: Mapping[Kind, tuple[AbstractSet[str], AbstractSet[str]]] = {
    "balance_sheet": (_ASSETS, _CLAIMS),
    "cash_flow": (_OPERATING, _FINANCING | {"NetCashProvidedByUsedInInvestingActivities"}),
}
"""Concepts of the first and the second table of a statement that is printed as two."""
_FEWEST = 12
"""Cells without dimensions that a statement's table has at least."""
_LONGER = 1.3
"""How much longer a later table must be than the first one to be the statement."""
SCORED: tuple[Kind, ...] = tuple(_KINDS)
"""Kinds of statements that there is gold for."""


@dataclass(frozen=True)
class GoldCell:
    """A tagged number of a statement.

    Attributes:
        concept: Name of its concept, without prefix.
        is_own: Whether the concept is the company's own, not one of the taxonomy.
        has_dimensions: Whether it is of a part of the company.
        period: Its day, or first and last day.
        value: The number, with the concept's sign.
        label: Head of its row.
    """

    concept: str
    is_own: bool
    has_dimensions: bool
    period: str
    value: float
    label: str


Gold = Mapping[Kind, Sequence[GoldCell]]
"""The cells of each statement that a filing has tagged."""


def gold_of(tables: Sequence[TaggedTable]) -> Gold:
    """Finds the primary statements among a filing's tagged tables.

    Args:
        tables: Those of `read_with_tables`.

    Returns:
        The cells of each statement that is found, in the order of the markup.
    """
    cells = [_cells(table) for table in tables]
    whole = [[cell for cell in table if not cell.has_dimensions] for table in cells]
    named = [{cell.concept for cell in table} for table in whole]
    lengths = [len(table) for table in whole]
    chosen = {kind: _tables_of(kind, named, lengths) for kind in _KINDS}
    return {kind: [c for n in found for c in cells[n]] for kind, found in chosen.items() if found}


def _cells(table: TaggedTable) -> list[GoldCell]:
    return [
        GoldCell(
            fact.concept.rpartition(":")[2],
            not fact.concept.startswith("us-gaap"),
            bool(fact.dimensions),
            f"{fact.period_start}/{fact.period_end}" if fact.period_start else str(fact.period_end),
            fact.value,
            row.label,
        )
        for row in table
        for fact in row.facts
        if fact.value is not None
    ]


def _tables_of(
    kind: Kind, named: Sequence[AbstractSet[str]], lengths: Sequence[int]
) -> tuple[int, ...]:
    """Numbers of a statement's tables, by the concepts and the cells of each table."""
    for groups in _KINDS[kind]:
        fitting = [
            number
            for number, names in enumerate(named)
            if lengths[number] >= _FEWEST and all(names & group for group in groups)
        ]
        if fitting:
            least = _LONGER * lengths[fitting[0]]
            first = next((n for n in fitting if lengths[n] > least), fitting[0])
            return (first, first + 1) if _goes_on(kind, named, first) else (first,)
    one, two = _HALVES.get(kind, (set[str](), set[str]()))
    pairs = ((n, n + 1) for n in range(len(named) - 1) if named[n] & one and named[n + 1] & two)
    return next(pairs, ())


def _goes_on(kind: Kind, named: Sequence[AbstractSet[str]], number: int) -> bool:
    """Whether the table behind a cash flow statement has its financing activities."""
    behind = named[number + 1 : number + 2]
    return (
        kind == "cash_flow"
        and not named[number] & _FINANCING
        and any(names & _FINANCING for names in behind)
    )
