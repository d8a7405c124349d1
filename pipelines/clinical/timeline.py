"""Several documents of one patient as one timeline: what each says, in the order of their dates."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from secateur.pipelines.document import Document, Summary

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DATE = re.compile(
    r"(?P<month>\d{1,2})[/-](?P<day>\d{1,2})[/-](?P<year>\d{4})"
    r"|(?P<year2>\d{4})-(?P<month2>\d{1,2})-(?P<day2>\d{1,2})"
    r"|(?P<name>[A-Za-z]{3})[a-z]*\.? (?P<day3>\d{1,2})(?:st|nd|rd|th)?,? (?P<year3>\d{4})"
    r"|(?P<day4>\d{1,2})(?:st|nd|rd|th)? (?P<name4>[A-Za-z]{3})[a-z]*\.?,? (?P<year4>\d{4})"
)
# What a document's own date is labelled with; a date of birth is not one.
_OWN = re.compile(
    r"\b(?:admi(?:tted|t date|ssion date)|date(?: of (?:visit|service|admission|surgery|procedure"
    r"|operation|exam|study|encounter|consultation|note))?|exam date|visit date|seen|arrival"
    r"|dictated|signed|discharged)\b[^\n\d]{0,20}?$",
    re.IGNORECASE,
)
_BIRTH = re.compile(r"\b(?:d\.?o\.?b\.?|birth|born)\b[^\n\d]{0,12}$", re.IGNORECASE)


@dataclass(frozen=True)
class Event:
    """One document of a timeline.

    Attributes:
        when: ISO date ("2024-11-04"), the day after the first dated document ("day 22") where dates
            are hidden, or None where the document gives none.
        summary: Of the document.
        started: Medications that the dated document before does not list.
        stopped: Medications of the dated document before that this one does not list; both are
            empty for the first one, and where a document lists none.
    """

    when: str | None
    summary: Summary
    started: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()


def date_of(document: Document) -> date | None:
    """Reads the date that a document bears.

    Args:
        document: A note.

    Returns:
        The first date after a label such as "Admitted" or "Date of visit", else the first date that
        is not one of birth; None where there is none with day, month and year.
    """
    unlabelled = None
    for match in _DATE.finditer(document.text):
        found = _as_date(match)
        before = document.text[max(match.start() - 40, 0) : match.start()]
        if found is None or _BIRTH.search(before):
            continue
        if _OWN.search(before):
            return found
        unlabelled = unlabelled or found
    return unlabelled


def _as_date(match: re.Match[str]) -> date | None:
    given = {name.rstrip("234"): value for name, value in match.groupdict().items() if value}
    month = given.get("month")
    if month is None:
        name = given["name"].lower()
        if name not in _MONTHS:
            return None
        month = str(_MONTHS.index(name) + 1)
    try:
        return date(int(given["year"]), int(month), int(given["day"]))
    except ValueError:
        return None


def build_timeline(
    dated: Sequence[tuple[date | None, Summary]], *, hide: bool = False
) -> tuple[Event, ...]:
    """Puts the summaries of one patient's documents in order.

    Args:
        dated: Each document's date and summary.
        hide: Counts days from the first dated document instead of naming dates.

    Returns:
        By date, those without one last, in the order given; nothing is left out.
    """
    ordered = sorted(dated, key=lambda entry: (entry[0] is None, entry[0] or date.min))
    events: list[Event] = []
    known: tuple[str, ...] = ()
    first = ordered[0][0] if ordered else None
    for when, summary in ordered:
        listed = summary.medications if when else ()
        started = tuple(drug for drug in listed if known and drug not in known)
        stopped = tuple(drug for drug in known if listed and drug not in listed)
        events.append(Event(_told(when, first if hide else None), summary, started, stopped))
        known = listed or known
    return tuple(events)


def _told(when: date | None, first: date | None) -> str | None:
    if when is None:
        return None
    return when.isoformat() if first is None else f"day {(when - first).days}"


def timeline_as_json(events: Sequence[Event]) -> str:
    """Writes a timeline as one JSON line: the events, each with its document's summary record."""
    return json.dumps({"timeline": [asdict(event) for event in events]}, ensure_ascii=False) + "\n"
