"""Decides which rows of a statement are a standard line, by the chances of its concepts.

Companies tag one line with different concepts ("Revenues", "Revenue from contracts …"), between
which the ranker may be unsure where it is sure of the line. What is decided is therefore the line:
the chances of its concepts add up. Which of its concepts a row has matters only where another row
may have one of them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

_SURE = 0.7
"""Chance of a line's concepts from which on a row is the line. Of 38 filings of companies that one
member of the ranker had not seen, 0.98 of the headlines and 0.99 of the other lines were right from
there on, and 0.90 and 0.88 of them were named."""
_MAY_BE = 0.1
"""Chance that another row is meant from which on none is."""
_PART = 0.3
"""Chance from which on a row may be the whole or the part of an equation."""
_EVEN = 0.5
"""Chance of each of two rows that have the same concept for sure."""
_TURNED = 0.05
"""What an equation counts that holds with the other sign of the share."""
_UNSEEN = 0.05
"""Chance of a concept that the ranker has not considered for a row."""

Values = Mapping[str, Decimal]
"""The value of a row for the whole company by period."""


@dataclass(frozen=True)
class Candidate:
    """A row with figures.

    Attributes:
        number: Of the row in its statement.
        chances: Probability by concept.
        values: Its values by period.
    """

    number: int
    chances: Mapping[str, float]
    values: Values


def rows_of(
    concepts: Sequence[str], rows: Sequence[Candidate], others: Sequence[str] = ()
) -> list[Candidate]:
    """Decides which rows are a line.

    Args:
        concepts: The line's, the preferred one first.
        rows: Those of a statement.
        others: Concepts of what the parent's share is less than the whole by, where the first
            concept is the parent's share: a row that is another row less this one is the first.

    Returns:
        The rows of the first concept that there is, which do not differ in a period. Where another
        row may have this concept, or one that is preferred to it, none, or the last of these rows
        if it is the sum of the others: revenue is the total of the revenues above.
    """
    parent = _parents_share(concepts, rows, others)
    if parent is not None:
        return [parent]
    sure = [row for row in rows if chance(row, concepts) >= _SURE]
    for place, name in enumerate(concepts):
        mine = [row for row in sure if _likeliest(row, concepts) == name]
        if mine:
            preferred = concepts[: place + 1]
            apart = [row for row in rows if any(_differ(row, one) for one in mine)]
            rivals = [row for row in apart if _swapped(row, mine[0], preferred) > _MAY_BE]
            if not rivals:
                return mine
            # The sum of the parent's share and the others' is another line.
            return [] if others else _total(rows, concepts)
    return []


def _total(rows: Sequence[Candidate], concepts: Sequence[str]) -> list[Candidate]:
    """The row to which those above it add up, from the first one on that may have these concepts.

    All of them, or those that may have the concepts too.
    """
    likely = [place for place, row in enumerate(rows) if chance(row, concepts) >= _PART]
    for place in likely:
        every = rows[likely[0] : place]
        parts = [rows[number] for number in likely if number < place]
        if any(len(each) > 1 and _add_up(each, rows[place]) for each in (every, parts)):
            return [rows[place]]
    return []


def _add_up(parts: Sequence[Candidate], row: Candidate) -> bool:
    """Whether parts add up to a row in each period, each rounded by half a unit."""
    left = {
        period: sum((part.values.get(period, Decimal(0)) for part in parts), -value)
        for period, value in row.values.items()
    }
    values = [value for each in (*parts, row) for value in each.values.values() if value]
    unit = min((_last_digit(value) for value in values), default=Decimal(1))
    return all(abs(rest) <= unit * len(parts) / 2 for rest in left.values())


def _last_digit(value: Decimal) -> Decimal:
    """Worth of the last digit of a number that is not zero: 1,000 of 25,000."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(int(exponent))


def chance(row: Candidate, concepts: Sequence[str]) -> float:
    """Returns the chance that a row has one of these concepts."""
    return sum(row.chances.get(name, 0.0) for name in concepts)


def _likeliest(row: Candidate, concepts: Sequence[str]) -> str:
    return max(concepts, key=lambda name: row.chances.get(name, 0.0))


def _differ(row: Candidate, other: Candidate) -> bool:
    """Whether two rows have different values for a period."""
    shared = row.values.keys() & other.values.keys()
    return any(row.values[period] != other.values[period] for period in shared)


def _swapped(row: Candidate, chosen: Candidate, concepts: Sequence[str]) -> float:
    """The chance that a row, and not the chosen one, has one of these concepts, each once there."""
    chances = [0.0]
    for name in concepts:
        mine, its = chosen.chances.get(name, 0.0), row.chances.get(name, 0.0)
        here, there = its * (1 - mine), mine * (1 - its)
        chances.append(min(its, here / (here + there) if here + there else _EVEN))
    return max(chances)


def _parents_share(
    concepts: Sequence[str], rows: Sequence[Candidate], others: Sequence[str]
) -> Candidate | None:
    """The row that is another row of the line less a row of the others' share.

    Which of two rows is the part follows from the share's sign, which may be printed either way,
    and from the chances of the concepts.
    """
    own = [row for row in rows if chance(row, concepts) >= _PART]
    shares = [row for row in rows if chance(row, others) >= _PART]
    found = [
        (fit * _likely(part, concepts[0]) * _likely(whole, concepts[1]), part)
        for whole in own
        for part in own
        for share in shares
        if (fit := _fit(part, whole, share))
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def _likely(row: Candidate, concept: str) -> float:
    return row.chances.get(concept, 0.0) + _UNSEEN


def _fit(part: Candidate, whole: Candidate, share: Candidate) -> float:
    """How well a part is the whole less a share, 0 to 1: less well with the other sign."""
    periods = part.values.keys() & whole.values.keys() & share.values.keys()
    left = {period: whole.values[period] - part.values[period] for period in periods}
    if not any(left.values()):
        return 0.0
    for sign, fits in ((1, 1.0), (-1, _TURNED)):
        if all(left[period] == sign * share.values[period] for period in periods):
            return fits
    return 0.0
