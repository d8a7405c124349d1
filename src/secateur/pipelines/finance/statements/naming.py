"""Names of lines, and patterns of the names that companies give them."""

from __future__ import annotations

import re
from typing import NamedTuple

from secateur.pipelines.document.calendar_words import WHOLE_MONTH

RESULT = "income|earnings|profit|loss|result"
"""Words for what is left of revenue."""
STANDING = re.compile(
    r"(?:(?:beginning|ending|opening|closing) )?balances?\b.*"
    rf"|(?:(?:as )?(?:at|of) )*{WHOLE_MONTH}"
)
"""Lines of balances, by a day alone too, of which `line_name` leaves the month."""

_ASIDE = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_OTHERS = re.compile(r"[^a-z' &]+")
_DILUTION = (("before dilution", "basic"), ("after dilution", "diluted"))
"""What Nordic companies call earnings a share, and what others do."""
_LONGEST = 200
"""Characters of a line's head that are read."""

Part = tuple[re.Pattern[str], str]
"""Pattern of a heading without figures, and the part that it begins."""


class Line(NamedTuple):
    """Lines of one name.

    Attributes:
        name: Pattern of the whole name.
        concepts: What their figures measure, one for each type of figure; empty for none of those
            that the model lists.
        parts: Parts of the statement in which it is so; empty for all.
        whole: Whether minority interests, where there are any, have a share in it: the taxonomy
            then calls it by another name.
        unless: Pattern of a line further down beside which the entry does not hold.
        before: Pattern of one further down without which it does not.
        next: The part of the statement that begins behind it, empty where none does.
    """

    name: re.Pattern[str]
    concepts: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()
    whole: bool = False
    unless: re.Pattern[str] | None = None
    before: re.Pattern[str] | None = None
    next: str = ""


def named(
    name: str,
    concepts: str = "",
    parts: str = "",
    *,
    whole: bool = False,
    unless: str = "",
    before: str = "",
    next: str = "",
) -> Line:
    """Describes lines; concepts and parts are divided by spaces, see `Line`."""
    return Line(
        re.compile(name),
        tuple(concepts.split()),
        frozenset(parts.split()),
        whole,
        unless=re.compile(unless) if unless else None,
        before=re.compile(before) if before else None,
        next=next,
    )


def made_of(words: str, *needed: str) -> str:
    """Pattern of names made of these words alone, with one of each of those that are needed."""
    ahead = "".join(rf"(?=.*\b(?:{choice})\b)" for choice in needed)
    return rf"{ahead}(?:(?:{words})(?: |$))+"


def part(heading: str, name: str) -> Part:
    """Describes headings that begin a part of a table."""
    return re.compile(heading), name


def line_name(text: str) -> str:
    """Writes a line's name in small letters, without asides, digits and most signs.

    "Net income (loss), Note 4" becomes "net income note".
    """
    text = _ASIDE.sub(" ", text[:_LONGEST].lower().replace("’", "'"))
    name = " ".join(_OTHERS.sub(" ", text).split())
    for nordic, usual in _DILUTION:
        name = name.replace(nordic, usual)
    return name
