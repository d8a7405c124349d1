"""Types of figures, and kinds of numbers that stand in for a letter case in the reader's input."""

from __future__ import annotations

MONEY_COLUMN, PERCENT_COLUMN, SHARES_COLUMN, PER_SHARE_COLUMN = range(5, 9)
"""What the column of a number in a table says that it is, in place of `NO_LETTERS`."""

KINDS = 9
"""How many kinds there are: the letter cases, `CASES`, and what columns say."""

FIGURE_TYPES = ("MONEY", "PERCENT", "SHARES", "PER_SHARE")
"""Types that the head for numbers tells apart from "none"."""

CONCEPTS_KEY = "concepts"
"""In the config: the concepts that the head for numbers tells apart from "other", in its order,
with the types of their figures."""
KINDS_OF_TEXT = (
    "row", "near", "numbered title", "title", "caption", "column heads", "parent row", "column",
    "row before", "row after",
)  # fmt: skip
"""What a number is told, in this order; a row is its sentence in prose."""
