"""Where the notes of a record begin, in a file that holds several.

A note begins with a header: lines set apart that give its date, its title or whose it is. A header
counts where it repeats the form of the file's first one, or where sections begin anew below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from secateur.pipelines.document.calendar_words import MONTH
from secateur.pipelines.document.transcripts import openings
from secateur.pipelines.ingestion.layout.blocks import Line
from secateur.pipelines.ingestion.sections.openings import LABEL, heading_at, is_apart
from secateur.pipelines.terminology.sections.headings import canonical_section
from secateur.pipelines.terminology.sections.note_titles import note_title

_DAY = (
    r"(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:\d{4}|\d\d)"
    rf"|\d\d?(?:st|nd|rd|th)?[ -]{MONTH}\.?,?[ -]\d{{2,4}}"
    rf"|{MONTH}\.? \d\d?(?:st|nd|rd|th)?,? \d{{4}})(?!\d)"
)
DATED = re.compile(rf"(?<![\w/.-]){_DAY}", re.IGNORECASE)
ENTRY = re.compile(rf"\W{{0,4}}{_DAY}(?: \d\d?:\d\d)?\W{{0,4}}(?=[A-Za-z])", re.IGNORECASE)
"""A line that begins with its day, as those of a log do."""
_WHOSE = re.compile(
    r"\b(?:patient(?: name| id)?|(?:full |last |first )?name|m\.?r\.?n"
    r"|medical record(?: no| number)?"
    r"|d\.?o\.?b|date of birth|nhs (?:no|number)|hospital (?:no|number)|account(?: no| number)?"
    r"|age(?: ?/ ?sex)?|sex|gender)\.?\s*[:#]\s*\S",
    re.IGNORECASE,
)
BIRTH = re.compile(r"\b(?:d\.?o\.?b|birth|born)\b", re.IGNORECASE)
_CLOSING = re.compile(
    r"\b(?:signed|dictated|transcribed|authenticated|cc:|reviewed by|copy to|job)\b|^[DT]:",
    re.IGNORECASE,
)
"""What the last lines of a note say, dates included."""
_LONGEST = 120
"""Characters of a header's line at most."""
MARKS = " \t*#=-–—_[](),:|"
"""What may stand around a day or a title."""
_TITLE_WORDS = 8
"""Words beside a day at most, where a line is no sentence."""
_LETTERHEAD = 3
"""Lines of a house's name and address above a header at most."""
_HEADER_LINES = 8
"""Lines of a header at most."""
_WORDS = 8
"""Words below a header from which on they are a note."""
_ENTRIES = 3
"""Lines with their day from which on a text is a log of them."""
_TURN_LINES = 3
"""Lines a turn up to which a text is a transcript; headers ("Patient: …") open lines as well."""
_OPENING = frozenset(("Chief Complaint", "HPI", "Subjective", "Preoperative Diagnosis"))
"""Sections with which a note begins."""
_CLOSING_SECTIONS = frozenset(
    "Assessment|Plan|Assessment and Plan|Instructions|Disposition|Discharge Diagnosis"
    "|Discharge Medications|Description of Procedure".split("|")
)
"""Sections behind which no note begins anew but another one."""


@dataclass(frozen=True)
class _Header:
    """Lines that may begin a note: the first, one past the last, and what they give."""

    first: int
    last: int
    cues: frozenset[str]


def find_note_starts(lines: Sequence[Line]) -> list[int]:
    """Finds where the notes of a record begin.

    Args:
        lines: The blocks and table rows of a document in order.

    Returns:
        Offsets of the first character of each note, the first of them that of the text; empty
        where the document is one note, or a transcript.
    """
    turns = len(openings("\n".join(line.text for line in lines)))
    if turns * _TURN_LINES > len(lines):
        return []
    names = [_section(lines, number) for number in range(len(lines))]
    starts = _log(lines) or _headed(lines, names)
    starts = _long_enough(lines, starts)
    return [lines[0].start, *(lines[at].start for at in starts[1:])] if len(starts) > 1 else []


def header_end(text: str) -> int:
    """Finds the end of the header of a note: its last line with the day, a title or whose it is.

    Args:
        text: The note.

    Returns:
        One past the last character of that line; 0 without a header.
    """
    end = at = told = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if (
            canonical_section(bare.partition(":")[0])
            or len(bare) > _LONGEST
            or told > _HEADER_LINES
        ):
            break
        at += len(line)
        told += bool(bare)
        end = at if _cues(bare) - {"entry"} else end
    return end


def _section(lines: Sequence[Line], number: int) -> str | None:
    heading = heading_at(lines, number)
    return heading.name if heading is not None and heading.is_known else None


def _log(lines: Sequence[Line]) -> list[int]:
    """Lines that begin with their day, of a text that is made of them."""
    found = [n for n, line in enumerate(lines) if ENTRY.match(line.text)]
    if len(found) < _ENTRIES or any(
        _cues(line.text) - {"date", "whose", "title"} for line in lines[: found[0]]
    ):
        return []
    own = [len(lines[n].text) for n in found]
    told = sum(len(line.text) for line in lines[found[0] :])
    return [0, *found[1:]] if sum(own) * 2 > told else []


def _headed(lines: Sequence[Line], names: Sequence[str | None]) -> list[int]:
    """First lines of notes by their headers, or by sections that begin anew."""
    headers = list(_headers(lines, names))
    form = headers[0].cues if headers and headers[0].first == 0 else frozenset[str]()
    ends = [*(header.first for header in headers[1:]), len(lines)][: len(headers)]
    seen: set[str | None] = set()
    starts = [0]
    at = 0
    for header, end in zip(headers, ends, strict=True):
        starts += _anew(names, at, header.first, seen)
        below = {*names[header.first : end]} - {None}
        is_anew = bool(below & seen) and bool(below & _OPENING or seen & _CLOSING_SECTIONS)
        repeats = "entry" in header.cues & form or (form and header.cues >= form != {"title"})
        if header.first and (is_anew or repeats):
            starts.append(header.first)
            seen.clear()
        at = header.first
    return [*starts, *_anew(names, at, len(lines), seen)]


def _anew(names: Sequence[str | None], first: int, last: int, seen: set[str | None]) -> list[int]:
    """Lines at which sections begin anew without a header; `seen` are those of the note so far."""
    found = []
    for number in range(first, last):
        name = names[number]
        if name in _OPENING and name in seen and seen & _CLOSING_SECTIONS:
            found.append(number)
            seen.clear()
        seen.add(name)
    seen.discard(None)
    return found


def _headers(lines: Sequence[Line], names: Sequence[str | None]) -> Iterator[_Header]:
    number = 0
    while number < len(lines):
        first, cues = number, set[str]()
        if number == 0 or is_apart(lines, number):
            number = _below_letterhead(lines, names, number)
            while number < len(lines):
                own = _cues(lines[number].text) if names[number] is None else set[str]()
                if _leaves(lines, number, own, cues):
                    break
                cues |= own
                number += 1
        if cues:
            yield _Header(first, number, frozenset(cues))
        number = max(number, first + 1)


def _below_letterhead(lines: Sequence[Line], names: Sequence[str | None], first: int) -> int:
    """The first line with a cue below at most three short lines; the first one without such."""
    for number in range(first, min(first + _LETTERHEAD + 1, len(lines))):
        if names[number] is not None or (number > first and is_apart(lines, number)):
            break
        if _cues(lines[number].text):
            return number
        if len(lines[number].text.split()) > _TITLE_WORDS or lines[number].text.endswith("."):
            break
    return first


def _leaves(lines: Sequence[Line], number: int, own: set[str], cues: set[str]) -> bool:
    """Whether a line belongs to no header whose lines so far give some cues, or begins another."""
    if own:
        return is_apart(lines, number) and bool(own & cues)
    return is_apart(lines, number) or not _is_label(lines[number].text)


def _cues(text: str) -> set[str]:
    """What a line of a header gives: the note's day, its title, whose it is."""
    found = {"entry"} if ENTRY.match(text) else set()
    if len(text) > _LONGEST or "\n" in text or _CLOSING.search(text):
        return found
    bare = DATED.sub("", text).strip(MARKS)
    if note_title(bare):
        found.add("title")
    if _WHOSE.search(text):
        found.add("whose")
    days = len(DATED.findall(text)) - bool(BIRTH.search(text))
    if days > 0 and (found or len(bare.split()) <= _TITLE_WORDS):
        found.add("date")
    return found


def _is_label(text: str) -> bool:
    """Whether a line is a label with its value and opens no section."""
    label = LABEL.match(text) if len(text) <= _LONGEST else None
    return label is not None and canonical_section(label.group(1)) is None


def _long_enough(lines: Sequence[Line], starts: Sequence[int]) -> list[int]:
    """Starts with enough words below them to be notes; a header of few goes with what follows."""
    kept: list[int] = []
    for start, end in pairwise([*starts, len(lines)]):
        words = sum(len(lines[n].text.split()) for n in range(start, end))
        if kept and (words < _WORDS or (len(kept) == 1 and _words(lines, 0, start) < _WORDS)):
            continue
        kept.append(start)
    return kept


def _words(lines: Sequence[Line], first: int, last: int) -> int:
    return sum(len(lines[n].text.split()) for n in range(first, last))
