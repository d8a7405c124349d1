"""Decides between concepts for all items of a report together.

Three things that no item knows by itself: figures that are the same number of the same period
mostly state one concept wherever they are printed; the columns of a row state one concept; and in a
primary statement no two rows state the same one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.concepts.surroundings import Item

Chances = NDArray[np.float32]

_TELLING = 3
"""Digits from which on a number is hardly the same by chance."""
_AGREEMENT = 0.5
"""What the chances of the same number elsewhere count beside an item's own."""
_FLOOR = -6.0
"""Logarithm of the least chance that an item leaves a concept where others are sure of it."""
_CANDIDATES = 8
"""Concepts of a row between which a statement decides."""
_UNIQUE = ("income_statement", "balance_sheet", "cash_flow")
"""Statements whose rows state different concepts."""


@dataclass(frozen=True)
class Decoded:
    """What was decided for an item: log-chances `[C + 1]` and numbers of the best concepts."""

    chances: Chances
    ranked: tuple[int, ...]


def decode(
    items: Sequence[Item], entities: Iterable[Entity], chances: Chances, best: int = 5
) -> list[Decoded]:
    """Decides for the items of a report.

    Args:
        items: Its items.
        entities: The figures that were found in it.
        chances: Log-chances of each concept, the last of none, by the network `[N, C + 1]`.
        best: How many concepts are ranked.

    Returns:
        For each item its chances after agreement, and its best concepts, the first decided with its
        statement.
    """
    together = _agreed(items, entities, chances)
    first = _assigned(items, together)
    decoded = []
    for number, own in enumerate(together):
        ranked = np.argsort(-own[:-1])[: best + 1].tolist()
        if number in first:
            ranked = [first[number], *(name for name in ranked if name != first[number])]
        decoded.append(Decoded(own, tuple(ranked[:best])))
    return decoded


def _agreed(items: Sequence[Item], entities: Iterable[Entity], chances: Chances) -> Chances:
    """Chances of each item with those of its row and of the same numbers elsewhere."""
    rows = defaultdict(list)
    for number, item in enumerate(items):
        own_row = item.kind != "prose" and not item.in_caption
        if own_row:
            rows[item.block, item.row, item.type, item.texts.get("column", "")].append(number)
    found = chances.copy()
    for members in rows.values():
        found[members] = chances[members].mean(axis=0)
    places: defaultdict[tuple[object, ...], set[int]] = defaultdict(set)
    owned: list[list[tuple[object, ...]]] = [[] for _ in items]
    of_cell = {start: number for number, item in enumerate(items) for start, _ in item.cells}
    for key, number in _numbers(items, entities, of_cell):
        places[key].add(number)
        owned[number].append(key)
    floored = np.maximum(found, _FLOOR)
    result = found.copy()
    for number, keys in enumerate(owned):
        others = {other for key in keys for other in places[key]} - {number}
        others = {o for o in others if items[o].block != items[number].block}
        if others:
            result[number] += _AGREEMENT * floored[sorted(others)].mean(axis=0)
    highest = result.max(axis=1, keepdims=True)
    logs = highest + np.log(np.exp(result - highest).sum(axis=1, keepdims=True))
    normal: Chances = (result - logs).astype(np.float32)
    return normal


def _numbers(
    items: Sequence[Item], entities: Iterable[Entity], of_cell: Mapping[int, int]
) -> Iterable[tuple[tuple[object, ...], int]]:
    """What tells figures of one number and period, with the item of each."""
    starts = sorted(of_cell)
    for entity in entities:
        if entity.value is None or not entity.period:
            continue
        at = int(np.searchsorted(starts, entity.start, side="right")) - 1
        number = of_cell[starts[at]] if at >= 0 else None
        if number is None or not any(s <= entity.start < e for s, e in items[number].cells):
            continue
        digits = str(abs(entity.value)).replace(".", "").strip("0")
        if len(digits) >= _TELLING:
            yield (entity.label, abs(entity.value), entity.period), number


def _assigned(items: Sequence[Item], chances: Chances) -> dict[int, int]:
    """The concept of each row of a primary statement, no two of one span of time the same."""
    groups: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        if item.kind in _UNIQUE and not item.in_caption and item.column == 0:
            groups[item.kind, item.span, item.type].append(number)
    found: dict[int, int] = {}
    for members in groups.values():
        candidates = np.argsort(-chances[members, :-1], axis=1)[:, :_CANDIDATES]
        names = sorted(set(candidates.ravel().tolist()))
        place = {name: column for column, name in enumerate(names)}
        cost = np.full((len(members), len(names) + len(members)), 50.0)
        for row, (member, best) in enumerate(zip(members, candidates, strict=True)):
            for name in best.tolist():
                cost[row, place[name]] = -chances[member, name]
        for row, column in zip(*linear_sum_assignment(cost), strict=True):
            if column < len(names):
                found[members[row]] = names[column]
    return found
