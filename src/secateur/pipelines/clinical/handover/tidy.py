"""A note's words in one line, as they are written by hand."""

from __future__ import annotations

import re

_MARK = re.compile(r"^(?:\(?\d{1,2}[.)]|[-*•#]+)\s+(?=[^\W\d])")
"""The number or bullet of an item."""
_SPACED = re.compile(r"\s+([,.;:?!](?=\s|$)|n['’]t\b)")
"""What a transcript has a space before, and writing has not."""
_LETTERS = (
    (re.compile(r"\b([btq])\.\s?i\.\s?d\b\.?", re.IGNORECASE), r"\1id"),
    (re.compile(r"\bp\.\s?o\b\.?", re.IGNORECASE), "po"),
    (re.compile(r"\bp\.\s?r\.\s?n\b\.?", re.IGNORECASE), "prn"),
    (re.compile(r"\bi\.\s?([vm])\b\.?", re.IGNORECASE), r"i\1"),
    (re.compile(r"\bq\.\s?h\.\s?s\b\.?", re.IGNORECASE), "qhs"),
    (re.compile(r"\bq\.\s?(a|p)\.\s?m\b\.?", re.IGNORECASE), r"q\1m"),
    (re.compile(r"\bq\.\s?(o\.\s?)?d\b\.?", re.IGNORECASE), lambda m: "qod" if m[1] else "qd"),
    (re.compile(r"\bq\.\s?(\d+)(?:[ .-]*(?:h(?:ours?|rs?)?)\b\.?)?", re.IGNORECASE), r"q\1h"),
    (re.compile(r"\b([ap])\.m\b\.?", re.IGNORECASE), r"\1m"),
)
"""Dotted Latin of prescriptions without its dots: each letter would count as a word."""


def tidy(text: str) -> str:
    """Writes words of a note in one line.

    Args:
        text: The words.

    Returns:
        The same without the mark of a list, the dots of prescriptions' Latin and a transcript's
        spaces, with a capital.
    """
    said = _SPACED.sub(r"\1", _MARK.sub("", " ".join(text.split())))
    for pattern, letters in _LETTERS:
        said = pattern.sub(letters, said)
    said = said.lstrip(" ,;.:")
    return said[:1].upper() + said[1:]
