"""Tells what later notes of a record make outdated: results that came, visits that were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from secateur.pipelines.document.calendar_words import MONTH, MONTHS
from secateur.pipelines.document.dates import dates_of
from secateur.pipelines.document.numerals import parse_words

_WAITS = re.compile(
    r"\b(?:pending|await\w*|outstanding|not (?:yet )?(?:back|available|resulted)|sent (?:out|off)"
    r"|to be (?:done|drawn|repeated|checked)|will (?:be )?(?:check|repeat|call|obtain)\w*"
    r"|follow[- ]?up on|send out|in process)\b",
    re.IGNORECASE,
)
"""What a text says that still waits for a result."""
_IDLE = frozenset(
    "pending result results await awaiting awaited final finalize outstanding sent still test "
    "tests send out off today done draw drawn lab labs the and for with from was were are his her "
    "their "
    "follow followup clinic appointment visit return will see schedule scheduled week weeks month "
    "months day days year years please call back time discharge check repeat recheck patient next "
    "this that about then than after before per has had have".split()
)
"""Words that say nothing of what is waited for."""
_TERM = re.compile(r"[A-Za-z][A-Za-z0-9]{2,}|\d+(?:\.\d+)?")
_IN = re.compile(
    r"\b(?:in|after|within)\s+(?:about |approximately |the next )?(?P<count>\w+)"
    r"(?:\s?(?:-|–|to)\s?(?P<most>\w+))?[\s-]+(?P<unit>day|week|wk|month|mo|year|yr)s?\b"
    r"|\b(?P<count_later>\d+)[- ](?P<unit_later>day|week|wk|month|mo|year|yr)s?\b(?! ago)"
    r"|\b(?P<next>tomorrow|next week|next month)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"(?<![\w/.-])(?:(?P<month>\d\d?)/(?P<day>\d\d?)(?![\d/])"
    rf"|(?P<name>{MONTH})\.? (?P<named_day>\d\d?)(?:st|nd|rd|th)?(?!\d|,? \d{{4}}))",
    re.IGNORECASE,
)
"""A day without its year."""
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_NEXT = {"tomorrow": 1, "next week": 7, "next month": 30}
_EARLY = 0.75
"""Share of a time told in weeks or months after which what is due may have been."""
_ENOUGH = 0.6
"""Share of what is waited for that a later sentence names when it answers."""


def terms_of(text: str) -> frozenset[str]:
    """Returns the words of a text that say what it is about, in the singular."""
    words = (word.lower() for word in _TERM.findall(text))
    return frozenset(word.removesuffix("s") for word in words if word not in _IDLE)


def waits(text: str) -> bool:
    """Tells whether a text waits for a result."""
    return _WAITS.search(text) is not None


def is_answered(pending: str, later: Iterable[str]) -> bool:
    """Tells whether a later sentence gives the result that an earlier one waits for.

    Args:
        pending: What waits.
        later: Sentences of later notes.
    """
    asked = frozenset(term for term in terms_of(pending) if not term[0].isdigit())
    needed = len(asked) if len(asked) <= 2 else _ENOUGH * len(asked)
    return bool(asked) and any(
        len(asked & terms_of(text)) >= needed and not waits(text) for text in later
    )


def due(text: str, written: date | None) -> date | None:
    """Reads when something that a note plans is due.

    Args:
        text: What is planned.
        written: The day of the note.

    Returns:
        The last day that the text names, in numbers or counted from the note, of counted time three
        quarters, as visits come early; None where it names none, or counts and the note has no day.
    """
    days = [day for _, day in dates_of(text)]
    if days or written is None:
        return max(days, default=None)
    for match in _PART.finditer(text):
        month = MONTHS[match["name"][:3].lower()] if match["name"] else int(match["month"])
        day = _in_year(written, month, int(match["day"] or match["named_day"]))
        days += [day] if day else []
    for match in _IN.finditer(text):
        if match["next"]:
            days.append(written + timedelta(_NEXT[match["next"].lower()]))
            continue
        count = _number(match["most"] or match["count"] or match["count_later"])
        unit = (match["unit"] or match["unit_later"])[0].lower()
        days += [written + timedelta(int(count * _DAYS[unit] * _EARLY))] if count else []
    return max(days, default=None)


def _in_year(written: date, month: int, day: int) -> date | None:
    """The first such day that is not before the note."""
    for year in (written.year, written.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if found >= written:
            return found
    return None


def _number(word: str) -> int:
    if word.isdigit():
        return int(word) if len(word) <= 3 else 0
    if word.lower() in ("a", "an"):
        return 1
    value = parse_words(word)
    return int(value) if value else 0


def head_of(text: str) -> str:
    """Returns the first word of a text that says what it is about, in the singular."""
    words = (word.lower() for word in _TERM.findall(text) if not word[0].isdigit())
    return next((word.removesuffix("s") for word in words if word not in _IDLE), "")


def is_status_of(later: str, problem: str) -> bool:
    """Whether a later item tells how a problem is by then: "CHF, better" of "CHF, worse"."""
    is_same = head_of(later) == head_of(problem) != ""
    return is_same and is_repeated(problem, [terms_of(later)])


def is_repeated(text: str, later: Sequence[frozenset[str]]) -> bool:
    """Whether a later item is about the same as an earlier one, whatever values it gives.

    Args:
        text: The earlier one.
        later: Terms of later items of its section.
    """
    own = frozenset(term for term in terms_of(text) if not term[0].isdigit())
    return bool(own) and any(len(own & other) >= _ENOUGH * len(own) for other in later)
