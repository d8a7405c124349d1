"""Figures that a filer tagged, as a reader sees them: one a place, with all its facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from secateur.pipelines.finance.figures.numbers import DASHES
from secateur.pipelines.finance.figures.reader import plain
from secateur.pipelines.ingestion.tagged import Fact

_PARENTHESES = 4
"""Characters beside digits in which a parenthesis may stand, with spaces and signs between."""
_CURRENCY_UNIT = 3
"""Letters of a currency's code."""


@dataclass(frozen=True)
class FigureFact:
    """A tagged figure.

    Attributes:
        start: First character of its digits, its dash or its words.
        end: One past the last.
        label: "MONEY", "PERCENT", "SHARES" or "PER_SHARE", by the fact's unit.
        facts: The facts tagged there; a par value is tagged for two years at once.
        printed: The number as printed: the fact's, negative in parentheses or after a minus.
    """

    start: int
    end: int
    label: str
    facts: tuple[Fact, ...]
    printed: Decimal

    @property
    def tagged(self) -> Decimal:
        """The number with the sign that the concept gives it: money paid out is positive."""
        return exact(self.facts[0])

    @property
    def periods(self) -> frozenset[str]:
        """The periods of the facts, as in `Entity.period`."""
        return frozenset(
            f"{fact.period_start}/{fact.period_end}" if fact.period_start else str(fact.period_end)
            for fact in self.facts
        )

    @property
    def form(self) -> Literal["digits", "dash", "words"]:
        """How it is printed."""
        text = self.facts[0].text
        if text.lstrip(".")[:1].isdigit():
            return "digits"
        return "dash" if set(text) <= DASHES else "words"


def figure_facts(text: str, facts: Iterable[Fact]) -> Iterator[FigureFact]:
    """Lists the tagged figures of a document.

    Args:
        text: The document's text.
        facts: Its facts.

    Yields:
        Amounts of money, percentages, numbers of shares and amounts a share, in the order of the
        text. Counts (of lawsuits, of employees), other ratios and texts are left out.
    """
    found: dict[tuple[int, int], list[Fact]] = {}
    for fact in facts:
        if fact.value is not None and fact.scale is not None and fact.text and label_of(fact):
            found.setdefault((fact.start, fact.end), []).append(fact)
    done = -1
    for (start, end), own in sorted(found.items()):
        if start < done:
            continue
        done = end
        number = abs(exact(own[0]))
        sign = -1 if is_negative(text, start, end) else 1
        yield FigureFact(start, end, label_of(own[0]) or "", tuple(own), number * sign)


def label_of(fact: Fact) -> str | None:
    """Tells the type of a fact by its unit, None where it is no figure of ours."""
    unit = (fact.unit or "").lower()
    if unit == "shares":
        return "SHARES"
    if unit.endswith("/shares"):
        return "PER_SHARE"
    if unit == "pure":
        return "PERCENT" if fact.scale == -2 else None
    return "MONEY" if len(unit) == _CURRENCY_UNIT and unit.isalpha() else None


def exact(fact: Fact) -> Decimal:
    """Returns a fact's value as a decimal number; the float holds all digits that were printed."""
    return plain(Decimal(repr(fact.value)))


def is_negative(text: str, start: int, end: int) -> bool:
    """Whether the filer printed a minus or parentheses around the tagged digits."""
    before = text[max(start - _PARENTHESES, 0) : start].rstrip(" $€£")
    if before.endswith("("):
        return text[end : end + _PARENTHESES].lstrip(" %").startswith(")")
    if not before.endswith(("-", "−")):
        return False
    left = before[:-1]
    return not left or left[-1] in "\t\n(" or (left[-1] == " " and before[-1:] != "-")
