"""Numbers that only tell apart: notes, sections, levels, patents, files, and parts of dates."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile

from secateur.pipelines.document.calendar_words import YEAR
from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.dates import MONTH
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY

YEARS = rf"{YEAR}(?!\d)"
_YEAR = re.compile(YEARS)
_REGISTERED = re.compile(
    r"(?<![\w.,$-])(?:\d{1,3}-\d{5}|\d\d-\d{7}|\(\d{3}\) \d{3}-\d{4})(?![\w,-])"
)
_CHANGE = re.compile(r"[^\S\t\n]?%\s?(?:of\b|change|increase|decrease|growth)", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?<!\w)(?:levels?|exhibits?|form|item|section|rule)[^\S\t\n]$", re.IGNORECASE
)
_CODIFIED = re.compile(r"(?<!\w)(?:ASC|ASU|Topic|Subtopic|Local)[^\S\t\n](?:\d{3,4}-)?$")
"""Before the number of an accounting standard or of a union."""
_REFERENCE = re.compile(
    r"(?<!\w)notes?\s(?:\d{1,2}(?:\([a-z]\))?(?:,?\s(?:and|or|to|through)\s|\s?[,&–-]\s?))*$",
    re.IGNORECASE,
)
_EXHIBITS = re.compile(
    r"\bexhibits\s(?:\d{1,3}\.\d{1,3}(?:,?\s(?:and|or|to|through)\s|,\s))*$", re.IGNORECASE
)
_PART = re.compile(r"/\d+(?:st|nd|rd|ths?)(?!\w)")
"""Behind the 1 of "a 1/1000th interest in a share"."""
_PATENT = re.compile(
    r"\bpatent (?:application )?(?:nos?\.|numbers?)\s(?:\d[\d,/]*(?:,? and |, (?:and )?))*$",
    re.IGNORECASE,
)
_CODE = re.compile(rf"(?<![\w-])(?!(?i:{CURRENCY})-)[A-Z]{{1,5}}-$")
"""Before the number of a class, form or disease: "B-2", "CET-1"."""
_SPLIT = re.compile(r"\d-for-$", re.IGNORECASE)
NOTES = re.compile(
    r"(?:see )?(?:foot)?notes?(?: (?:no|ref)\b.*)?|ref\.?|(?:trading |ticker )?symbols?(?:\(s\))?",
    re.IGNORECASE,
)
"""Heads of columns that hold notes, or what a security is called at an exchange."""
_DATE = re.compile(rf"\d{{1,2}}\.\d{{1,2}}\.{YEARS}")
_MONTH = re.compile(rf"\b{MONTH}\s$", re.IGNORECASE)
_OF_YEAR = re.compile(rf",?\s{YEARS}(?![.,]\d)")
_DATE_CELL = re.compile(
    rf"{YEARS}-\d\d-\d\d(?:[T ][\d:.]+Z?)?|\d{{1,2}}[/.-]\d{{1,2}}[/.-]{YEARS}"
    rf"|\d{{1,2}}(?:\.\d\d\.|/\d{{1,2}}/|-{MONTH}-)\d\d|{MONTH}-\d\d"
    rf"|(?:\d{{1,2}} {MONTH}|{MONTH} \d{{1,2}}),? {YEARS}",
    re.IGNORECASE,
)
_YEAR_HEAD = re.compile(
    r"(?:fiscal|financial|reporting)?[ _]?years?(?:[ _]end(?:ed|ing)?)?", re.IGNORECASE
)
_LEVELS = re.compile(r"\blevel$", re.IGNORECASE)
_SPLIT_YEAR = re.compile(rf"(?:{YEARS}|FY ?\d\d)[-–/]$")
_ZEROS = re.compile(r"000(?:,000)*")
"""What is left out of the figures of a table: "RMB'000", "($000s)"."""
_LETTER = re.compile(r"\([a-z]\)")
_EXHIBIT = re.compile(r"\d{1,3}\.\d{1,3}")
_TITLE_AFTER = re.compile(r"[*†‡+^# ]{0,3}\t(?:[-–—]\t)?\W?[A-Z]")
_MARK = re.compile(r"\d\d?")
_TITLE = re.compile(r"\.\s+[A-Z][A-Za-z]+\b")
"""Behind the number of a title: "8. Income taxes"."""
_MARK_END = re.compile(r"\)(?=\s|[,:;(*]|$)")
_NOTE = re.compile(r"\)[^\S\t\n]?[^\W\d_]")
_NOTE_BELOW = re.compile(r"\(\d\)")
_BELOW = 8
"""Blocks behind a table that may be its notes."""
_COMPARES = re.compile(
    r"\b(?:change(?! (?:in|of|due)\b)|variance|growth|yoy|y[-/]o[-/]y|y/y)\b", re.IGNORECASE
)
"""In the head of a column that compares others."""
_BACK = 16
"""Characters before a number that are looked at."""
_FAR = 60
"""Characters before a number in which a list of notes may begin."""
_FARTHEST = 120
"""Characters before a number in which a list of exhibits may begin."""


def marks_of_notes(layout: Layout) -> set[int]:
    """Finds the characters of the marks of notes that the file raises or the page tells.

    The page tells "(1)" in a cell behind a figure, over which no head stands but those that span
    the figure too, where a note "(1) …" follows the table.
    """
    document = layout.document
    found = {at for first, last in document.note_marks for at in range(first, last)}
    for number, block in enumerate(layout.blocks):
        if not isinstance(block, Table):
            continue
        after = layout.blocks[number + 1 : number + 1 + _BELOW]
        below = takewhile(lambda passage: isinstance(passage, Passage), after)
        notes = {document.text[note.start : note.start + 3] for note in below}
        for row in block.rows if any(map(_NOTE_BELOW.fullmatch, notes)) else ():
            for left, cell in pairwise(row):
                if layout.text_of(cell) in notes and _has_no_head(layout, left, cell):
                    found.update(range(cell.start, cell.end))
    return found


def unsaid_changes(layout: Layout) -> set[int]:
    """Finds the characters of dashes that give no change, though what they compare differs."""
    found: set[int] = set()
    for table in layout.tables:
        for row in table.rows[table.body :]:
            cells = [cell for cell in row[1:] if is_figure(layout.text_of(cell))]
            compare = [cell for cell in cells if _COMPARES.search(cell.column or "")]
            compared = {layout.text_of(cell) for cell in cells if cell not in compare}
            for cell in compare if len(compared) > 1 else ():
                if not any(map(str.isdigit, layout.text_of(cell))):
                    found.update(range(cell.start, cell.end))
    return found


def _has_no_head(layout: Layout, left: Passage, cell: Passage) -> bool:
    """Whether a cell behind a figure has none but the heads that stand over the figure too."""
    head, over = cell.column or "", left.column or ""
    return is_figure(layout.text_of(left)) and head != over and over.endswith(head)


def numbers_something(text: str, start: int, end: int, passage: Passage) -> bool:
    """Says whether a number only tells apart: columns by years, levels of fair values, sections.

    So do the year in "2023 % change", what numbers an exhibit and a file's number.

    Args:
        text: The document's text.
        start: The number's first character.
        end: One past its last.
        passage: The one in which it stands.
    """
    cell, column = passage.kind == "cell", passage.column or ""
    fills = cell and (passage.start, passage.end) == (start, end)
    if cell and _DATE_CELL.fullmatch(text, passage.start, passage.end):
        return True
    if _YEAR.fullmatch(text, start, end):
        if fills and _YEAR_HEAD.fullmatch(column):
            return True
        return (fills and not column) or _CHANGE.match(text, end) is not None
    if _ZEROS.fullmatch(text, start, end) or _PART.match(text, end):
        return True
    if end - start == 2 and _SPLIT_YEAR.search(text, max(start - 6, 0), start):
        return True
    if _NUMBERED.search(text, max(start - _BACK, 0), start) or _LETTER.match(text, end):
        return True
    if _PATENT.search(text, max(start - _FAR, passage.start), start):
        return True
    if _is_registered(text, start, end):
        return True
    before = max(start - _BACK, 0)
    if _CODE.search(text, before, start) or _CODIFIED.search(text, before, start):
        return True
    if _SPLIT.search(text, max(start - _BACK, 0), start) or text.startswith("-for-", end):
        return True
    if _MARK.fullmatch(text, start, end) and _REFERENCE.search(
        text, max(start - _FAR, passage.start), start
    ):
        return True
    if start == passage.start and _MARK.fullmatch(text, start, end) and _TITLE.match(text, end):
        return True
    if _EXHIBIT.fullmatch(text, start, end) and _EXHIBITS.search(
        text, max(start - _FARTHEST, passage.start), start
    ):
        return True
    if cell and NOTES.fullmatch(column):
        return True
    if _DATE.fullmatch(text, start, end):
        return True
    if _OF_YEAR.match(text, end) and _MONTH.search(text, max(start - _BACK, 0), start):
        return True
    if fills and _LEVELS.search(column) and end - start == 1:
        return True
    if not cell or start > passage.start or not _EXHIBIT.fullmatch(text, start, end):
        return False
    return text[start - 1 : start] in ("", "\n") and _TITLE_AFTER.match(text, end) is not None


def _is_registered(text: str, start: int, end: int) -> bool:
    """Whether a number is part of a file's, a taxpayer's or a telephone's: "001-38771"."""
    first = max(start - _BACK, 0)
    found = _REGISTERED.finditer(text, first, min(end + _BACK, len(text)))
    return any(match.start() <= start and end <= match.end() for match in found)


def marks_a_note(text: str, start: int, end: int, passage: Passage) -> bool:
    """Says whether a number is a footnote's mark, behind the words of a cell or before the note.

    Args:
        text: The document's text.
        start: The number's first character.
        end: One past its last.
        passage: The one in which it stands.
    """
    if text[start - 1 : start] != "(" or not _MARK.fullmatch(text, start, end):
        return False
    before = text[passage.start : start - 1].rstrip()
    if not before:
        return _NOTE.match(text, end) is not None
    behind = before[-1].isalnum() or before[-1] in ")%—"
    return passage.kind == "cell" and behind and _MARK_END.match(text, end, passage.end) is not None
