"""Decides between concepts for all items of a report together.

Three things that no item knows by itself: the columns of a row state one concept; figures that are
the same number of the same period mostly state one concept wherever they are printed; and in a
primary statement no two rows state the same one.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal

import numpy as np
from scipy.optimize import linear_sum_assignment

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.concepts.surroundings import Item

Chances = Mapping[int, float]
"""Log-chances of the likeliest concepts of an item, by number."""
Number = tuple[str, Decimal, str]
"""Type, magnitude and period of a figure."""

_TELLING = 3
"""Digits from which on a number is hardly the same by chance."""
_AGREEMENT = 0.5
"""What the chances of the same number elsewhere count beside an item's own."""
_FLOOR = -6.0
"""Logarithm of the least chance that an item leaves a concept of which others are sure."""
_UNLIKELY = -12.0
"""Logarithm of the chance of a concept that is not among an item's likeliest."""
_CANDIDATES = 8
"""Concepts of a row between which a statement decides."""
_REFUSED = 50.0
"""Cost of no concept at all."""
_UNIQUE = ("income_statement", "balance_sheet", "cash_flow")
"""Statements whose rows state different concepts."""


def decode(
    items: Sequence[Item],
    entities: Iterable[Entity],
    chances: Sequence[Chances],
    none: int,
    settled: Container[int] = (),
) -> list[dict[int, float]]:
    """Decides for the items of a report.

    Args:
        items: Its items.
        entities: The figures that were found in it.
        chances: Of each item, by the network.
        none: Number of "no concept of the taxonomy".
        settled: Numbers of items that may state what another row states: the filer did so before.

    Returns:
        For each item its concepts with their log-chances, the decided one first and then by chance;
        "none" counts in the chances and is left out.
    """
    together = _agreed(items, entities, chances)
    decided = _assigned(items, together, none, settled)
    found = []
    for number, own in enumerate(together):
        first = decided.get(number)
        order = sorted((name for name in own if name != none), key=lambda n: (n != first, -own[n]))
        found.append({name: own[name] for name in order})
    return found


def _agreed(
    items: Sequence[Item], entities: Iterable[Entity], chances: Sequence[Chances]
) -> list[Chances]:
    """Chances of each item with those of its row and of the same numbers elsewhere."""
    rows: defaultdict[tuple[int, int, str, str], list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        if item.kind != "prose" and not item.in_caption:
            rows[item.block, item.row, item.type, item.texts.get("column", "")].append(number)
    found = list(chances)
    for members in rows.values():
        if len(members) > 1:
            shared = _mean([chances[member] for member in members], _UNLIKELY)
            for member in members:
                found[member] = shared
    result: list[Chances] = []
    for number, others in enumerate(_alike(items, entities)):
        own = found[number]
        if others:
            elsewhere = _mean([found[other] for other in sorted(others)], _FLOOR)
            own = {
                name: own.get(name, _UNLIKELY)
                + _AGREEMENT * max(elsewhere.get(name, _FLOOR), _FLOOR)
                for name in own.keys() | elsewhere.keys()
            }
        result.append(_normal(own))
    return result


def _alike(items: Sequence[Item], entities: Iterable[Entity]) -> list[set[int]]:
    """For each item those of other tables and paragraphs with a number of its own."""
    numbers = telling_numbers(items, entities)
    places: defaultdict[Number, set[int]] = defaultdict(set)
    for item, own in enumerate(numbers):
        for number in own:
            places[number].add(item)
    return [
        {
            other
            for number in own
            for other in places[number]
            if items[other].block != items[item].block
        }
        for item, own in enumerate(numbers)
    ]


def telling_numbers(items: Sequence[Item], entities: Iterable[Entity]) -> list[set[Number]]:
    """Returns the numbers of each item by which it is known wherever they are printed again.

    Args:
        items: The items of a report.
        entities: The figures that were found in it.
    """
    cells = sorted(
        (start, end, number) for number, item in enumerate(items) for start, end in item.cells
    )
    starts = [start for start, _, _ in cells]
    found: list[set[Number]] = [set() for _ in items]
    for entity in entities:
        at = bisect_right(starts, entity.start) - 1
        if entity.value is None or not entity.period or at < 0 or entity.start >= cells[at][1]:
            continue
        if len(str(abs(entity.value)).replace(".", "").strip("0")) >= _TELLING:
            found[cells[at][2]].add((entity.label, abs(entity.value), entity.period))
    return found


def _assigned(
    items: Sequence[Item], chances: Sequence[Chances], none: int, settled: Container[int]
) -> dict[int, int]:
    """The concept of each row of a primary statement, no two of one span of time the same.

    The cash that a period begins and ends with is of one concept.
    """
    groups: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        is_balance_of_cash = item.kind == "cash_flow" and item.span == "instant"
        if number in settled or is_balance_of_cash or item.in_caption or item.column:
            continue
        if item.kind in _UNIQUE:
            groups[item.kind, item.span, item.type].append(number)
    found: dict[int, int] = {}
    for members in groups.values():
        best = [_best(chances[member], none) for member in members]
        names = sorted({name for names in best for name in names})
        place = {name: column for column, name in enumerate(names)}
        cost = np.full((len(members), len(names) + len(members)), _REFUSED)
        for row, (member, candidates) in enumerate(zip(members, best, strict=True)):
            for name in candidates:
                cost[row, place[name]] = -chances[member][name]
        for row, column in zip(*linear_sum_assignment(cost), strict=True):
            if column < len(names):
                found[members[row]] = names[column]
    return found


def _best(chances: Chances, none: int) -> list[int]:
    named = (name for name in chances if name != none)
    return sorted(named, key=chances.__getitem__, reverse=True)[:_CANDIDATES]


def _mean(several: Sequence[Chances], missing: float) -> dict[int, float]:
    names = {name for chances in several for name in chances}
    return {
        name: sum(max(chances.get(name, missing), missing) for chances in several) / len(several)
        for name in names
    }


def _normal(chances: Chances) -> dict[int, float]:
    highest = max(chances.values())
    total = highest + math.log(sum(math.exp(chance - highest) for chance in chances.values()))
    return {name: chance - total for name, chance in chances.items()}
