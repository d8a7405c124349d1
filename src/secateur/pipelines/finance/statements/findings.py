"""What follows from the cells of statements: checks by arithmetic and derived lines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from secateur.pipelines.export.records import plain_number


@dataclass(frozen=True)
class Check:
    """What arithmetic says of cells that belong together.

    Attributes:
        what: The rule ("assets = liabilities + equity").
        period: Period of the cells.
        difference: Left side less right side; 0 where it holds.
        cells: First characters of the cells in the document.
    """

    what: str
    period: str | None
    difference: Decimal
    cells: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON holds of it."""
        return vars(self) | {"difference": plain_number(self.difference)}


@dataclass(frozen=True)
class Input:
    """A cell of a derived line.

    Attributes:
        standard: Its standard line.
        period: Its period.
        value: Its value.
        start: First character in the document.
    """

    standard: str
    period: str
    value: Decimal
    start: int

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON holds of it."""
        return vars(self) | {"value": plain_number(self.value)}


@dataclass(frozen=True)
class Derived:
    """A line that no statement prints, in one period.

    Attributes:
        name: "free_cash_flow".
        formula: Of standard lines: "operating_cash_flow - capital_expenditure".
        period: Its period.
        value: What the formula gives.
        unit: As in `Entity.unit`; "pure" for a ratio.
        inputs: The cells in the order of the formula.
    """

    name: str
    formula: str
    period: str
    value: Decimal
    unit: str
    inputs: tuple[Input, ...]

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON holds of it."""
        inputs = [each.to_dict() for each in self.inputs]
        return vars(self) | {"value": plain_number(self.value), "inputs": inputs}
