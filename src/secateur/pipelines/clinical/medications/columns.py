"""Reads drugs from the rows of tables, by the heads of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secateur.pipelines.clinical.language.drug_names import known_drugs
from secateur.pipelines.clinical.language.tables import Row, rows
from secateur.pipelines.clinical.medications.changes import line_drugs
from secateur.pipelines.clinical.medications.mention import Mention
from secateur.pipelines.clinical.medications.regimen import Regimen, read_regimen
from secateur.pipelines.clinical.medications.regions import TAKEN
from secateur.pipelines.clinical.medications.status import Status, cue_after
from secateur.pipelines.document.document import Document
from secateur.pipelines.terminology.matcher import TermMatcher

DRUG_HEAD = re.compile(r"\b(?:medication|drug|medicine|name|product)s?\b", re.IGNORECASE)
_ACTION_HEAD = re.compile(r"\b(?:action|status|change|comment)", re.IGNORECASE)
_DIRECTIONS_HEAD = re.compile(
    r"\b(?:dos(?:es?|age|ing)|strength|amount|directions?|sig|instructions?|how to take)\b",
    re.IGNORECASE,
)
_ROUTE_HEAD = re.compile(r"\broute\b", re.IGNORECASE)
_OFTEN_HEAD = re.compile(r"\b(?:frequency|freq|schedule|how often)\b", re.IGNORECASE)


def drug_rows(document: Document, wanted: set[str | None]) -> list[Row]:
    """Finds the rows of tables that list drugs, of the wanted sections."""
    return [
        row
        for row in rows(document)
        if row.section in TAKEN and (row.section in wanted or DRUG_HEAD.search(" ".join(row.heads)))
    ]


def row_mentions(document: Document, row: Row, vocabulary: TermMatcher | None) -> Iterator[Mention]:
    """The drug of a row, and what its action says takes its place."""
    if not row.cells:
        return
    item = (row.start, row.end)
    for name in _named(row.replacement, vocabulary):
        start = document.text.lower().find(name, *item)
        yield Mention(start, start + len(name), name, True, True, row.section, "new", item)
    drug = row.under(DRUG_HEAD) or row.cells[0][1]
    at = max(document.text.find(drug, *item), row.start)
    for (start, end), on in line_drugs(drug, True, vocabulary):
        is_on = on and not row.is_over
        regimen = _in_columns(row, drug, drug[end:])
        status: Status = cue_after(f" ({row.under(_ACTION_HEAD) or ''})", (0, 0), [])
        held = re.search(r"\bhold|\bheld", document.text[row.start : row.end], re.IGNORECASE)
        status = status if is_on else "held" if held else "stopped"
        name = drug[start:end].lower()
        yield Mention(at + start, at + end, name, is_on, True, row.section, status, item, regimen)


def _in_columns(row: Row, drug: str, after: str) -> Regimen:
    """Columns for route and frequency tell these, words of others the rest."""
    route, often = row.under(_ROUTE_HEAD) or "", row.under(_OFTEN_HEAD) or ""
    cells = [text for head, text in row.cells if _DIRECTIONS_HEAD.search(head) and text != drug]
    read = read_regimen(", ".join(filter(None, (*_once(after, *cells), route, often))))
    return read._replace(route=route or read.route, frequency=often or read.frequency)


def _once(*cells: str) -> list[str]:
    """Cells, none that another one holds: "600mg, 1 tablet" and "600 MG" tell one dose."""
    told: list[str] = []
    for cell in filter(str.strip, cells):
        if not any(_holds(other, cell) for other in told):
            told = [*(other for other in told if not _holds(cell, other)), cell]
    return told


def _holds(cell: str, other: str) -> bool:
    words, others = ("".join(text.lower().split()).strip(",;.") for text in (cell, other))
    return re.search(rf"(?<![\w.]){re.escape(others)}(?!\w)", words) is not None


def _named(text: str | None, vocabulary: TermMatcher | None) -> list[str]:
    """The known drugs of a cell, those that a hyphen or stroke joins as one."""
    known = known_drugs(text, vocabulary) if text and vocabulary else []
    return [text[slice(*span)].lower() for span in known] if text else []
