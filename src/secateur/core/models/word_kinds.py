"""Kinds of words and numbers that the tagger tells apart, known without loading it."""

from __future__ import annotations

LOWER, TITLE, CAPITALS, MIXED, NO_LETTERS = range(5)
"""Letter case of a word."""

MONEY_COLUMN, PERCENT_COLUMN, SHARES_COLUMN, PER_SHARE_COLUMN = range(5, 9)
"""What the column of a number in a table says that it is, in place of `NO_LETTERS`."""

CASES = 5
"""How many letter cases there are."""
KINDS = 9
"""How many kinds there are: the letter cases, `CASES`, and what columns say."""

FIGURE_TYPES = ("MONEY", "PERCENT", "SHARES", "PER_SHARE")
"""Types that the head for numbers tells apart from "none"."""

CONCEPTS_KEY = "concepts"
"""In the config: the concepts that the head for numbers tells apart from "other", in its order,
with the types of their figures."""


def letter_case(word: str) -> int:
    """Returns the letter case of one word, `LOWER` to `NO_LETTERS`.

    A word that joins letters and digits ("4th"), or has capitals past its first letter ("iPhone"),
    is `MIXED`; scripts without case count as `LOWER`.
    """
    letters = [character for character in word if character.isalpha()]
    if not letters:
        return NO_LETTERS
    if len(letters) < len(word):
        return MIXED
    if not any(letter.isupper() for letter in letters):
        return LOWER
    if letters[0].isupper() and not any(letter.isupper() for letter in letters[1:]):
        return TITLE
    return CAPITALS if all(letter.isupper() for letter in letters) else MIXED
