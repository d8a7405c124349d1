"""Letter cases of words, which taggers see as token types."""

from __future__ import annotations

LOWER, TITLE, CAPITALS, MIXED, NO_LETTERS = range(5)
"""Letter case of a word."""

CASES = 5
"""How many letter cases there are."""


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
