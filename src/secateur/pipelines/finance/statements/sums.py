"""Finds the totals of a statement by arithmetic: which rows above add up to a row, with what signs.

Rows are taken from the top; those that a total covers give way to it, so that the totals are a
tree. Signs are those of the page, or any signs of a few rows, since costs are printed with a minus
or without. One relation has to hold in several columns at once, which chance does not do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from secateur.pipelines.finance.views.footing import slack

_Numbers = NDArray[np.int64]
_MOST = 60
"""Rows that a total is sought in."""
_MOST_SIGNED = 10
"""Rows from which on only the printed signs are tried."""
_AGAINST_CHANCE = 1000
"""How many times rarer than one in a search a match by chance has to be."""
_NAMED = 10
"""The same for a row that is called a total, with the printed signs."""


class Sum(NamedTuple):
    """A total and its parts.

    Attributes:
        total: Number of its row.
        parts: Numbers of the rows that add up to it, from the top.
        signs: What each is multiplied by.
        columns: Columns in which there is something to add up.
        differences: The total less the sum in each of these; 0 within rounding.
    """

    total: int
    parts: tuple[int, ...]
    signs: tuple[int, ...]
    columns: tuple[int, ...]
    differences: tuple[int, ...]


def find_sums(
    table: _Numbers, named: Sequence[bool], *, most_changed: int, may_lack: bool
) -> Iterator[Sum]:
    """Finds the totals of a table.

    Args:
        table: Numbers with printed signs in units of the last digit, `[rows, columns]`; 0 where
            nothing is printed.
        named: Whether each row is a total by its head.
        most_changed: Signs that are not as printed in a total without such a head, at most. Any
            number would make the last claim of a balance sheet the assets less all others.
        may_lack: Whether totals need not be printed in all columns, as those of a statement of
            equity are not; in such a column the parts count further up.

    Yields:
        Each total with the shortest run of rows above that adds up in all columns, or else in all
        but one unless totals may lack columns, where nobody can tell what is missing.
    """
    table, roots = table.copy(), list[int]()
    for row in range(len(table)):
        if not table[row].any():
            continue
        found = _sum(table, roots, row, named[row], most_changed, may_lack)
        if found is not None:
            yield found
            if may_lack:
                added = np.array(found.signs) @ table[list(found.parts)]
                table[row] = np.where(table[row] != 0, table[row], added)
            del roots[-len(found.parts) :]
        elif roots and (table[roots[-1]] == table[row]).all():  # printed twice
            roots.pop()
        roots.append(row)


def _sum(
    table: _Numbers,
    roots: Sequence[int],
    row: int,
    is_named: bool,
    most_changed: int,
    may_lack: bool,
) -> Sum | None:
    total = table[row]
    for failing in (0,) if may_lack else (0, 1):
        for count in range(2, min(len(roots), _MOST) + 1):
            parts = table[roots[-count:]]
            active = (total != 0) | ((parts != 0).any(0) & (not may_lack))
            for signs in _signs(count, count if is_named else most_changed):
                apart = total - signs @ parts
                apart[(np.abs(apart) <= slack(count)) | ~active] = 0
                for at in np.flatnonzero((apart != 0).sum(1) == failing):
                    if _tells(parts[:, active & (apart[at] == 0)], signs[at], is_named):
                        return Sum(
                            row,
                            tuple(roots[-count:]),
                            tuple(signs[at].tolist()),
                            tuple(np.flatnonzero(active).tolist()),
                            tuple(apart[at][active].tolist()),
                        )
    return None


def _signs(count: int, most_changed: int) -> Iterator[_Numbers]:
    """Signs of so many rows, `[ways, rows]`: as printed, then all, those with few changes first."""
    yield np.ones((1, count), dtype=np.int64)
    if count <= _MOST_SIGNED:
        bits = (np.arange(1, 2**count)[:, None] >> np.arange(count)) & 1
        changed = bits.sum(1)
        order = np.argsort(changed, kind="stable")
        yield 1 - 2 * bits[order[: np.count_nonzero(changed <= most_changed)]]


def _tells(parts: _Numbers, signs: _Numbers, is_named: bool) -> bool:
    """Whether a match in these columns is more than chance."""
    telling = parts[:, (parts != 0).sum(0) > 1]
    is_plain = is_named and bool((signs > 0).all())
    if telling.shape[1] < (1 if is_plain else 2):
        return False
    ways = 1 if (signs > 0).all() else 2 ** len(signs)
    rarity = np.log(np.abs(telling).max(0) / slack(len(signs))).sum()
    return bool(rarity >= np.log(_NAMED if is_plain else _AGAINST_CHANCE * ways))
