"""What the elements of HTML, XHTML, inline XBRL and CDA narrative are to a reader of text."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

_BLOCKS_WORDS = """
    address article aside blockquote body center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p
    pre section summary ul caption option table tr td th thead tbody tfoot paragraph item list
"""
BLOCKS = frozenset(_BLOCKS_WORDS.split())
_FIGURE = 30
"""Most characters of a figure with its signs and footnote marks."""
_WORDS = re.compile(r"[^\W\d_]{4}")
# "paragraph", "item" and "list" are CDA narrative, which otherwise uses the names of HTML.
LIST_ITEMS = frozenset(("li", "item"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
STRONG = frozenset(("b", "strong", "th", *HEADINGS))
ITALIC = frozenset(("i", "em"))
DROPPED = {
    "script": "script",
    "noscript": "script",
    "template": "script",
    "style": "style",
    "head": "head",
    "ix:header": "ix:header",
    "ix:hidden": "ix:header",
    "xbrl": "ix:header",
    "textarea": "form",
    "select": "form",
    "svg": "image",
    "math": "formula",
}
"""Elements whose text is left out, and as what it is counted."""
STRUCK = frozenset(("s", "strike", "del"))
"""Elements whose text is struck out; "<S> <C>" above the columns of old filings is none."""
FACTS = frozenset(("ix:nonfraction", "ix:nonnumeric", "ix:fraction"))
"""Of inline XBRL."""
_NOTE_MARK = re.compile(
    r"\s*(?:[(\[]?(?:\d{1,2}|[a-z])[)\]]?|[*†‡§#]+)(?:\s*[,&]\s*\(?\w{1,2}\)?)*\s*"
)
_MOST_SPANNED = 1_000
"""Columns that a cell may span: browsers allow as many."""
# Six times as fast as `itertext`: of the header of a filing it goes over thousands of facts.
_TEXTS = etree.XPath(".//text()", smart_strings=False)


def visible_size(element: etree._Element) -> int:
    """Counts the characters of text in an element, white space around its parts left out.

    Args:
        element: Any element.

    Returns:
        The count.
    """
    return sum(len(text.strip()) for text in cast("list[str]", _TEXTS(element)))


def is_note_mark(element: etree._Element) -> bool:
    """Whether an element holds a footnote's mark and nothing else."""
    return bool(_NOTE_MARK.fullmatch("".join(map(str, element.itertext()))))


def count_of(element: etree._Element, attribute: str) -> int:
    """Reads how many rows or columns a cell spans, 1 where the attribute is missing or odd."""
    value = element.get(attribute)
    if value is None or not value.isdecimal() or len(value) > 4:
        return 1
    return min(max(int(value), 1), _MOST_SPANNED)


def holds_figure(table: etree._Element) -> bool:
    """Tells whether a table holds but a figure with its currency, brackets or percent sign.

    Args:
        table: A table inside a cell.

    Returns:
        True where it has one row, no table inside and a figure's few characters or none.
    """
    rows = sum(1 for _ in table.iter("{*}tr", "tr"))
    inner = sum(1 for _ in table.iter(table.tag)) > 1
    text = " ".join("".join(map(str, table.itertext())).split())
    return rows <= 1 and not inner and len(text) <= _FIGURE and not _WORDS.search(text)
