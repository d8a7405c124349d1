"""What was found in a text: a stretch with its type, before it becomes an entity.

A rule on names takes the text of a document and what was found in it, ascending and disjoint, and
gives it back as the rule would have it, ascending and disjoint too.
"""

from __future__ import annotations

from dataclasses import dataclass

from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES

NAMES = frozenset({"ORG", "PER", "LOC"})
"""Labels of names."""
FIGURES = frozenset(FIGURE_TYPES)
"""Labels of entities that have a value."""


@dataclass(frozen=True)
class Found:
    """A stretch of text with its type.

    Attributes:
        start: First character.
        end: One past the last.
        label: Its type.
        score: Probability, 0 to 1.
        concept: What a figure measures.
        recovered: Whether a word of it was read again with full attention.
    """

    start: int
    end: int
    label: str
    score: float
    concept: str | None = None
    recovered: bool = False

    @property
    def is_name(self) -> bool:
        """Whether it is the name of an organisation, a person or a place."""
        return self.label in NAMES

    def wording(self, text: str) -> str:
        """Returns how the document's text puts it."""
        return text[self.start : self.end]

    def before(self, text: str, reach: int) -> str:
        """Returns the characters before it, so many at most."""
        return text[max(self.start - reach, 0) : self.start]
