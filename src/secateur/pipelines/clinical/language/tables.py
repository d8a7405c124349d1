"""Rows of a note's tables, as C-CDA documents list allergies, medications and plans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from secateur.pipelines.clinical.language.prescribing import UNIT
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.terminology.drug_words import ENDED, LIST_OF_ENDED, NOT_TAKEN, STOP, STOPPED
from secateur.pipelines.terminology.sections.headings import canonical_section

_STATUS = re.compile(r"\bstatus\b", re.IGNORECASE)
_HEADS = re.compile(
    r"\b(?:substance|allerg\w*|agent|drug|medic\w+|product|name|reactions?|severity|status|type|date"
    r"|dates|dose|dosage|directions?|instructions?|planned|activity|provider|code|description"
    r"|comments?|onset|start|stop|action|sig|frequency|route|quantity|refills?|indications?|reason|goal|value|results?|range|procedure|problem)\b",
    re.IGNORECASE,
)
_OVER = re.compile(
    rf"\s*(?:in-?active|resolved|completed?|{STOPPED}|{ENDED}|{NOT_TAKEN}|suspended|abort"
    r"|cancel|refuted|entered in error|not active|no longer)",
    re.IGNORECASE,
)
# What any cell may say of its row; "stop if" and "hold before" are conditions.
_ENDED = re.compile(
    rf"\s*(?:(?:{STOP}|d/c|{NOT_TAKEN})\b(?!\s+(?:if|when|for|before|after|date|\d))"
    rf"|(?:{STOPPED}|removed)\b"
    r"(?!\s+(?:if|when|for|before|after|date))|(?:completed|finished|remove)\s*$)",
    re.IGNORECASE,
)
_LIST_OF_ENDED = re.compile(LIST_OF_ENDED, re.IGNORECASE)
_DOSE = re.compile(rf"\d ?{UNIT}", re.IGNORECASE)
_GAP = re.compile(r"\s*\|\s*| {2,}|\t+")
_LINE = re.compile(r"[^\n]+")
_HEAD_WORDS = 6
"""Most words of a column's head."""
_ALLERGEN = re.compile(r"(?:drug )?(?:allerg\w+|substance|agent|intoleranc\w+)\b", re.IGNORECASE)
_DRUG = re.compile(r"(?:home )?(?:drug|medication|medicine|med)s?\b(?: name)?$", re.IGNORECASE)
_ACTION = re.compile(r"\baction\b|\bdisposition\b", re.IGNORECASE)
_STOPPED = re.compile(
    rf"\s*(?:{STOP}|d/c|remove|(?:do )?not (?:tak|order|giv|continu|resum|prescri))",
    re.IGNORECASE,
)
_REPLACED = re.compile(
    r"\b(?:interchang|substitut|switch|replac|convert)\w*\s+(?:to|with|by|for)\s+(?P<by>.+)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        cells: Head of the column, empty where none is known, and text of each cell that has text.
        heads: Heads of the table, its first column's included.
        start: First character.
        end: One past the last.
        section: The section it stands in.
        title: The line above a typed table.
    """

    cells: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    start: int
    end: int
    section: str | None
    title: str = ""

    def under(self, head: re.Pattern[str]) -> str | None:
        """The first cell whose column's head the pattern finds."""
        return next((text for name, text in self.cells if head.search(name)), None)

    @property
    def replacement(self) -> str | None:
        """What its action says takes its place: "Interchange to tiotropium"."""
        replaced = _REPLACED.search(self.under(_ACTION) or "")
        return replaced["by"] if replaced else None

    @property
    def is_over(self) -> bool:
        """Whether its status, or any other cell, says that it holds no more."""
        if _LIST_OF_ENDED.match(self.title):
            return True
        status = self.under(_STATUS)
        if status is not None and _OVER.match(status):
            return True
        action = self.under(_ACTION)
        if action is not None and _STOPPED.match(action):
            return True
        if self.replacement is not None:
            return True
        return any(_ENDED.match(text) for _, text in self.cells)


def rows(document: Document) -> Iterator[Row]:
    """Finds the rows of a document's tables, those of heads left out.

    Args:
        document: The document.

    Yields:
        In order.
    """
    for row, heads in _headed(document):
        if row is heads or _is_title(document, row):
            continue
        texts = tuple(document.text[head.start : head.end] for head in heads)
        names = texts if len(texts) == len(row) else (*texts[:1], *[""] * len(row))
        yield Row(
            tuple(
                (cell.column or name, document.text[cell.start : cell.end])
                for cell, name in zip(row, names, strict=False)
            ),
            texts,
            row[0].start,
            row[-1].end,
            _told_by(heads, row, list(texts)),
        )


def _told_by(heads: list[Passage], row: list[Passage], texts: list[str]) -> str | None:
    """The section of a row: what the heads of its table say, unless it opens one of its own."""
    own = row[0].section
    return (_section_of(texts) if heads and heads[0].section == own else None) or own


def typed_rows(document: Document) -> Iterator[Row]:
    """Finds the rows of tables of drugs and allergies that are typed, their columns set by spaces.

    Args:
        document: The document.

    Yields:
        In order, their section told by the first head ("Drug   Dose   Action"), heads included: a
        row of heads has no cells.
    """
    heads: list[str] = []
    section = title = ""
    for start, end in _lines(document):
        line = document.text[start:end]
        fields = _GAP.split(line.strip(" \t-*•"))
        kind = _section_of(fields)
        if kind is not None:
            heads, section = fields, kind
            yield Row((), tuple(heads), start, end, section, title)
        elif heads and len(fields) > 1:
            cells = tuple(zip(heads, fields, strict=False))
            yield Row(cells, tuple(heads), start, end, section, title)
        elif line.strip("-=_ "):
            heads, title = [], line.strip()


def _lines(document: Document) -> Iterator[tuple[int, int]]:
    """Half-open offsets of the lines of all that is no cell."""
    for passage in document.passages:
        if passage.kind != "cell":
            for line in _LINE.finditer(document.text, passage.start, passage.end):
                yield line.span()


def _section_of(fields: list[str]) -> str | None:
    """Which section a typed row of heads tells of; None for any other row."""
    is_head = len(fields) > 1 and all(len(field.split()) <= _HEAD_WORDS for field in fields)
    if not is_head or not any(map(_HEADS.search, fields[1:])):
        return None
    if _ALLERGEN.match(fields[0]):
        return "Allergies"
    reactions = any("reaction" in field.lower() for field in fields)
    found = "Allergies" if reactions else "Medications"
    return found if _DRUG.match(fields[0]) else None


def _is_title(document: Document, row: list[Passage]) -> bool:
    """Whether a row is the title of its section: "Allergies:" alone."""
    text = document.text[row[0].start : row[0].end]
    return len(row) == 1 and canonical_section(text.rstrip(": ")) is not None


def head_rows(document: Document) -> frozenset[int]:
    """First characters of the rows of heads."""
    return frozenset(row[0].start for row, heads in _headed(document) if row is heads)


def _headed(document: Document) -> Iterator[tuple[list[Passage], list[Passage]]]:
    """Rows, each with the one that heads it, which may be itself.

    No cell of a row of heads has a head over it, it says what its second column or another holds,
    and its first cell is no label ("Pulse:"). A first row of "Penicillin" and "Rash" is none, nor
    is one of "Allergies" and "Penicillin".
    """
    heads: list[Passage] = []
    for row, opens in _cell_rows(document):
        if opens:
            heads = []
        if len(row) > 1 and not any(cell.column for cell in row):
            texts = [document.text[cell.start : cell.end] for cell in row]
            names = any(map(_HEADS.search, texts[1:])) and not any(map(_DOSE.search, texts))
            if names and not texts[0].endswith(":"):
                heads = row
        yield row, heads


def _cell_rows(document: Document) -> Iterator[tuple[list[Passage], bool]]:
    """Cells of each row, and whether the row opens a table."""
    row: list[Passage] = []
    opens = True
    for passage in document.passages:
        between = document.text[row[-1].end : passage.start] if row else ""
        if row and (passage.kind != "cell" or between.strip("\t")):
            yield row, opens
            row, opens = [], passage.kind != "cell" or "\n\n" in between
        if passage.kind == "cell":
            row.append(passage)
        else:
            opens = True
    if row:
        yield row, opens
