"""Compares the statements of a report with the cells that the filing has tagged."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from secateur.pipelines.evaluation.statement_gold import SCORED, Gold, GoldCell
from secateur.pipelines.finance.statements.statement import Kind

_HEADLINES: Mapping[str, tuple[Kind, tuple[str, ...]]] = {
    "revenue": (
        "income_statement",
        (
            "Revenues",
            "RevenueFromContractWithCustomerExcludingAssessedTax",
            "RevenueFromContractWithCustomerIncludingAssessedTax",
        ),
    ),
    "net_income": ("income_statement", ("NetIncomeLoss", "ProfitLoss")),
    "eps_diluted": (
        "income_statement",
        ("EarningsPerShareDiluted", "EarningsPerShareBasicAndDiluted"),
    ),
    "cash": (
        "balance_sheet",
        (
            "CashAndCashEquivalentsAtCarryingValue",
            "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents",
            "Cash",
        ),
    ),
    "total_assets": ("balance_sheet", ("Assets",)),
    "total_equity": (
        "balance_sheet",
        (
            "StockholdersEquity",
            "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",
        ),
    ),
    "operating_cash_flow": (
        "cash_flow",
        (
            "NetCashProvidedByUsedInOperatingActivities",
            "NetCashProvidedByUsedInOperatingActivitiesContinuingOperations",
        ),
    ),
    "capital_expenditure": (
        "cash_flow",
        (
            "PaymentsToAcquirePropertyPlantAndEquipment",
            "PaymentsToAcquireProductiveAssets",
            "PaymentsForCapitalImprovements",
            "PaymentsToAcquireOtherProductiveAssets",
            "PaymentsToAcquireOtherPropertyPlantAndEquipment",
        ),
    ),
}
"""Standard lines that every analyst asks for, each with the statement and the concepts of which the
first that the filing tagged there is right. A list of its own: gold does not follow the product's
standard lines."""
_BOTH_IN_ONE = "ComprehensiveIncome"
"""In a concept of an income statement that goes on to comprehensive income."""


@dataclass(frozen=True)
class Tally:
    """Counts of one statement.

    Attributes:
        cells: Gold cells without dimensions.
        found: Those that a cell matches: period, magnitude and at least half of the head's words.
        signed: Of these, those with the concept's sign; no reader can know a company's own.
        us_gaap: Gold cells whose concept is one of the taxonomy.
        concept: Of these, those that are found in a row with this concept as first choice.
        shown: Found cells in a row with a concept.
        shown_right: Of these, those in a row with the right one.
        product: Cells that were read, those of zero apart.
        extra: Of these, those that match no fact.
        headlines: Periods of headlines.
        headlines_right: Those that are there and right.
        headlines_wrong: Those that are there and wrong.
    """

    cells: int = 0
    found: int = 0
    signed: int = 0
    us_gaap: int = 0
    concept: int = 0
    shown: int = 0
    shown_right: int = 0
    product: int = 0
    extra: int = 0
    headlines: int = 0
    headlines_right: int = 0
    headlines_wrong: int = 0

    @classmethod
    def sum(cls, tallies: Iterable[Tally]) -> Tally:
        """Adds tallies up."""
        several = list(tallies)
        return cls(*(sum(getattr(t, field.name) for t in several) for field in fields(cls)))


@dataclass(frozen=True)
class Difference:
    """A cell or a headline that is not as the filing has it.

    Attributes:
        what: "absent", "extra" or "wrong".
        statement: Its statement.
        name: The row's head, or the headline.
        is_headline: Whether `name` is a headline.
        period: Its period.
        read: The numbers that were read, none where it is absent.
        tagged: The numbers of the filing, none where it is extra.
    """

    what: Literal["absent", "extra", "wrong"]
    statement: Kind
    name: str
    is_headline: bool
    period: str | None
    read: tuple[float, ...]
    tagged: tuple[float, ...]


@dataclass(frozen=True)
class FilingScore:
    """The scores of one filing.

    Attributes:
        document: Its name.
        tallies: Counts by statement, of those that have gold.
        differences: All that is absent, extra or wrong, by statement.
    """

    document: str
    tallies: Mapping[Kind, Tally]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, eq=False)
class _Cell:
    """A cell that was read; two alike are two."""

    label: str
    choice: str
    shown: str
    standard: str | None
    period: str | None
    value: float


def score_statements(document: str, gold: Gold, book: Mapping[str, Any]) -> FilingScore:
    """Scores the statements of one filing.

    Args:
        document: The filing's name.
        gold: What it has tagged.
        book: What was read, as in `StatementBook.to_dict`.

    Returns:
        Its scores.

    Raises:
        KeyError, TypeError, IndexError, AttributeError: `book` is no such object.
    """
    read = _cells_of(book)
    tallies, differences = dict[Kind, Tally](), list[Difference]()
    for kind, cells in gold.items():
        own = list(read[kind])
        if kind == "income_statement" and any(_BOTH_IN_ONE in cell.concept for cell in cells):
            own += read["comprehensive_income"]
        judged = [_matched(kind, cells, own), _headlines(kind, cells, read[kind])]
        tallies[kind] = Tally.sum(tally for tally, _ in judged)
        differences += [difference for _, found in judged for difference in found]
    return FilingScore(document, tallies, tuple(differences))


def _cells_of(book: Mapping[str, Any]) -> defaultdict[Kind, list[_Cell]]:
    """The numbers of each statement; a cell's own period comes before its column's."""
    found: defaultdict[Kind, list[_Cell]] = defaultdict(list)
    for statement in book["statements"]:
        if statement["kind"] not in (*SCORED, "comprehensive_income"):
            continue
        columns = [column["period"] for column in statement["columns"]]
        for row in statement["rows"]:
            shown = row.get("concept") or ""
            ranked = row.get("concept_ranked") or [shown]
            for cell in row["cells"]:
                at = cell["column"]
                found[statement["kind"]].append(
                    _Cell(
                        row["label"],
                        ranked[0].rpartition(":")[2],
                        shown.rpartition(":")[2],
                        row.get("standard"),
                        cell["period"] or (None if at is None else columns[at]),
                        float(cell["value"]),
                    )
                )
    return found


def _matched(
    kind: Kind, gold: Sequence[GoldCell], read: Sequence[_Cell]
) -> tuple[Tally, list[Difference]]:
    """Pairs each gold cell with one that was read; cells without dimensions choose first."""
    free, absent, pairs = list(read), list[Difference](), list[tuple[GoldCell, _Cell]]()
    for cell in sorted(gold, key=lambda cell: cell.has_dimensions):
        alike = [each for each in free if _is_match(each, cell)]
        if alike:
            best = alike[0] if cell.has_dimensions else max(alike, key=lambda e: _worth(e, cell))
            free.remove(best)
            if not cell.has_dimensions:
                pairs.append((cell, best))
        elif not cell.has_dimensions:
            label, period = cell.label, cell.period
            absent.append(Difference("absent", kind, label, False, period, (), (cell.value,)))
    extra = [
        Difference("extra", kind, cell.label, False, cell.period, (cell.value,), ())
        for cell in free
        if cell.value
    ]
    whole = [cell for cell in gold if not cell.has_dimensions]
    shown = [(cell, each) for cell, each in pairs if each.shown]
    tally = Tally(
        cells=len(whole),
        found=len(pairs),
        signed=sum(cell.is_own or _is_close(each.value, cell.value) for cell, each in pairs),
        us_gaap=sum(not cell.is_own for cell in whole),
        concept=sum(not cell.is_own and each.choice == cell.concept for cell, each in pairs),
        shown=len(shown),
        shown_right=sum(each.shown == cell.concept for cell, each in shown),
        product=sum(cell.value != 0 for cell in read),
        extra=len(extra),
    )
    return tally, absent + extra


def _is_match(cell: _Cell, gold: GoldCell) -> bool:
    is_same = cell.period == gold.period and _is_close(abs(cell.value), abs(gold.value))
    return is_same and _has_head(cell.label, gold.label)


def _worth(cell: _Cell, gold: GoldCell) -> tuple[bool, bool]:
    return cell.choice == gold.concept, _is_close(cell.value, gold.value)


def _is_close(value: float, gold: float) -> bool:
    return math.isclose(value, gold, rel_tol=1e-9, abs_tol=1e-6)


def _has_head(label: str, gold: str) -> bool:
    """Whether heads share half of their words; those of captions above may come first."""
    words, wanted = _words(label), _words(gold)
    is_alike = 2 * len(words & wanted) >= len(words | wanted)
    return not wanted or is_alike or (wanted <= words and len(words) <= 2 * len(wanted) + 3)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", text.lower()))


def _headlines(
    kind: Kind, gold: Sequence[GoldCell], read: Sequence[_Cell]
) -> tuple[Tally, list[Difference]]:
    """Judges each headline of a statement in each of its periods."""
    outcomes, differences = list[str](), list[Difference]()
    for name, period, values in _wanted(kind, gold):
        mine = tuple(c.value for c in read if c.standard == name and c.period == period)
        if not mine:
            what: Literal["absent", "wrong"] | None = "absent"
        else:
            right = all(any(_is_close(value, each) for each in values) for value in mine)
            what = None if right else "wrong"
        outcomes.append(what or "right")
        if what:
            differences.append(Difference(what, kind, name, True, period, mine, values))
    tally = Tally(
        headlines=len(outcomes),
        headlines_right=outcomes.count("right"),
        headlines_wrong=outcomes.count("wrong"),
    )
    return tally, differences


def _wanted(kind: Kind, gold: Sequence[GoldCell]) -> Iterator[tuple[str, str, tuple[float, ...]]]:
    """The headlines that a statement has: name, period and the numbers that are right."""
    whole = [cell for cell in gold if not cell.has_dimensions]
    named = {cell.concept for cell in whole}
    for name, (own, concepts) in _HEADLINES.items():
        concept = next((each for each in concepts if each in named), None)
        if own != kind or concept is None:
            continue
        values: defaultdict[str, set[float]] = defaultdict(set)
        for cell in whole:
            if cell.concept == concept:
                values[cell.period].add(cell.value)
        yield from ((name, period, tuple(sorted(found))) for period, found in values.items())
