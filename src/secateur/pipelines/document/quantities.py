"""Counts as a sentence tells them."""

from __future__ import annotations


def quantity(count: int, one: str, many: str | None = None) -> str:
    """Writes a count with its noun: "1 entity", "1,204 entities".

    Args:
        count: 0 or more.
        one: The noun of a single thing.
        many: The noun of several; None adds an s.
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
