"""Heads of tables that stand over several columns, told by where they are printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Extent = tuple[float, float]
"""Where something begins and ends on a line, in characters."""
Ways = tuple[list[range], list[range]]
"""Spans of columns that a head likely heads, the likeliest first; and all that it may head."""

_ABOVE = 2
"""Characters by which a head right above a column may end beside it."""
_CENTRED = 2.5
"""Characters by which a head may stand beside the middle of what it heads."""
_MOST_BELOW = 12
"""Columns below one head."""


def ways_of(
    heads: Sequence[Extent], columns: Sequence[Extent], rule: Sequence[Extent] = ()
) -> list[Ways]:
    """Tells which columns each head of a line may stand above.

    Args:
        heads: Where the heads stand, from left to right.
        columns: Where the columns stand, from left to right.
        rule: Parts of the rule below the line, if there is one.
    """
    parts = [_part_below(head, heads, rule) for head in heads]
    own = [_reached(columns, part) for part in parts]
    ways = []
    for number, (head, part) in enumerate(zip(heads, parts, strict=True)):
        first = max((span.stop for span in own[:number] if span), default=0)
        stop = min((span.start for span in own[number + 1 :] if span), default=len(columns))
        ruled = part != head
        both = ([own[number]],) * 2 if ruled else _spread(head, own[number], first, stop, columns)
        ways.append(both)
    return ways


def shared(ways: Sequence[Ways], count: int) -> list[range]:
    """Finds columns for heads that share all of them, if they can.

    Args:
        ways: What each may head, see `ways_of`.
        count: How many columns there are.

    Returns:
        Each several, and as many as the others if they can; none for a single head. A head of one
        column stands beside heads of several where it can have no more ("Year ended" of one year
        behind "Quarter ended" of three), and no head right above its column takes others, but for
        as many on both sides.
    """
    if len(ways) == 1:
        return []
    wide = [
        tiling
        for tiling in _tilings([every for _, every in ways], 0, count)
        if all(len(span) > 1 for span in tiling)
    ]
    if wide:
        return min(wide, key=lambda tiling: len({len(span) for span in tiling}))
    mixed = _tilings([likely for likely, _ in ways], 0, count)
    return next((tiling for tiling in mixed if _is_needed(tiling, ways)), [])


def _is_needed(tiling: Sequence[range], ways: Sequence[Ways]) -> bool:
    """Whether the heads of one column can have no more."""
    return all(
        len(span) > 1 or len(likely) == 1 for span, (likely, _) in zip(tiling, ways, strict=True)
    )


def _tilings(ways: Sequence[list[range]], first: int, count: int) -> Iterator[list[range]]:
    """Choices of one span for each head that cover the columns from the first on, none twice."""
    if not ways:
        if first == count:
            yield []
        return
    for span in ways[0]:
        if span.start == first:
            for rest in _tilings(ways[1:], span.stop, count):
                yield [span, *rest]


def _part_below(head: Extent, heads: Sequence[Extent], rule: Sequence[Extent]) -> Extent:
    """The part of a rule that stands below a head and no other, else the head's own extent."""
    for first, last in rule:
        below = [other for other in heads if other[0] < last and first < other[1]]
        if below == [head]:
            return min(first, head[0]), max(last, head[1])
    return head


def _reached(columns: Sequence[Extent], extent: Extent) -> range:
    """Numbers of the columns that an extent overlaps."""
    first, last = extent
    found = [k for k, (left, right) in enumerate(columns) if left < last and first < right]
    return range(found[0], found[-1] + 1) if found else range(0)


def _spread(head: Extent, own: range, first: int, stop: int, columns: Sequence[Extent]) -> Ways:
    """The columns of which a head stands in the middle, its own ones among them; see `Ways`."""
    middle = (head[0] + head[1]) / 2
    spans = [
        range(left, right + 1)
        for left in range(first, stop)
        for right in range(left, min(stop, left + _MOST_BELOW))
        if not own or (left <= own[0] and own[-1] <= right)
    ]
    if not spans:
        return [own], [own]
    apart = {span: abs((columns[span[0]][0] + columns[span[-1]][1]) / 2 - middle) for span in spans}
    least = min(apart.values())
    near = sorted((span for span in spans if apart[span] <= least + _CENTRED), key=len)
    if len(own) != 1:
        return near[-1:], near[-1:]
    if abs(columns[own[0]][1] - head[1]) > _ABOVE:
        return near, near
    # Right above a column a head stands over it, or over as many at its left as at its right.
    even = [span for span in near if span[0] + span[-1] == 2 * own[0]]
    return [own, *(span for span in even if span != own)], near
