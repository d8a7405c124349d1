"""Tables of a filing with the facts of each row, taken from the markup itself.

Gold of statements must not depend on how the layout finds tables, rows and heads.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from secateur.pipelines.document.document import Document
from secateur.pipelines.ingestion import isolation
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.parse import parse_whole
from secateur.pipelines.ingestion.tagged import Fact, facts_of, is_in_words, local_name

_PARSE = "secateur.pipelines.ingestion.tagged_tables:parse_with_tables"
_WORD = re.compile("[A-Za-z]{3}")


@dataclass(frozen=True)
class TaggedRow:
    """A table row with tagged figures.

    Attributes:
        label: The text of its first cell with a word, "" where it has none.
        facts: Its figures, one at least, in the order of the markup; numbers in words are none.
    """

    label: str
    facts: tuple[Fact, ...]


TaggedTable = tuple[TaggedRow, ...]
"""The rows of a table that have tagged figures, one at least."""


def read_with_tables(
    path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS
) -> tuple[Document, list[TaggedTable]]:
    """Reads a filing and its tables of tagged figures in one go.

    Args:
        path: An inline XBRL file.
        limits: Bounds on size, depth and time.

    Returns:
        The document as `read` gives it, and every innermost table with tagged figures in document
        order.

    Raises:
        IngestionError: As `read`.
    """
    document, tables = isolation.ask(_PARSE, Path(path), limits)
    return document, tables


def parse_with_tables(path: Path, limits: Limits) -> tuple[Document, list[TaggedTable]]:
    """Does in this process what `read_with_tables` has done in another one."""
    document, reading = parse_whole(path, limits)
    facts = {
        element: fact
        for element, fact in facts_of(document, reading)
        if fact.value is not None and not is_in_words(element)
    }
    if not facts:
        return document, []
    root = reading.marks[0].element.getroottree().getroot()
    tables = (tuple(_rows(table, facts)) for table in _named(root, "table") if _is_innermost(table))
    return document, [table for table in tables if table]


def _is_innermost(table: etree._Element) -> bool:
    return sum(1 for _ in _named(table, "table")) == 1


def _rows(table: etree._Element, facts: Mapping[etree._Element, Fact]) -> Iterator[TaggedRow]:
    for row in _named(table, "tr"):
        found = tuple(facts[element] for element in row.iter() if element in facts)
        if found:
            cells = (cell for cell in row if local_name(cell) in ("td", "th"))
            texts = (" ".join("".join(map(str, cell.itertext())).split()) for cell in cells)
            yield TaggedRow(next(filter(_WORD.search, texts), ""), found)


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (element for element in root.iter() if local_name(element) == name)
