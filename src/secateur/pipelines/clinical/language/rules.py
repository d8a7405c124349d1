"""Rules as data: a pattern with an id, an example that it matches and one that it does not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Rule(NamedTuple):
    """One pattern of a table; the tests run its examples.

    Attributes:
        id: A name, unique within its table.
        pattern: A regular expression without groups that capture; case does not matter.
        match: A text that it matches as a whole.
        other: A text that it does not match as a whole.
    """

    id: str
    pattern: str
    match: str
    other: str


def any_rule(rules: Iterable[Rule]) -> str:
    """Joins the patterns of a table: any of them matches."""
    return f"(?:{'|'.join(rule.pattern for rule in rules)})"


def any_of(*tables: str) -> str:
    """Joins the alternatives of a pattern.

    Args:
        tables: Texts with one alternative a line.

    Returns:
        The alternatives of all of them, parted by strokes.
    """
    lines = (line.strip() for table in tables for line in table.splitlines())
    return "|".join(filter(None, lines))
