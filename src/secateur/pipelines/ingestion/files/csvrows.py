"""Records of CSV and its like, with the places of their fields, which the csv module does not tell.

Whether a text is one table of such records is told from all of its first lines: fields in equal
number, and no space behind the commas as in prose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise

from secateur.pipelines.document.cells import is_figure

DELIMITERS = "\t;,|"
_LOOKED_AT = 200
"""Records that tell what the delimiter is."""
_TITLES = 5
"""Lines of one field that may stand above the table, and below it."""
_LONGEST_TITLE = 200
"""Most characters of a title; a longer line is a paragraph of a text that also has a table."""
_SENTENCE = re.compile(r"[A-Z](?:\S* ){7,}\S*[.!?]")
_AMOUNT_BEFORE = re.compile(r"(?P<words>[^\W\d_] |[$€£] ?| {2}|^\s*)\(?\d{1,3}$")
_THOUSANDS_BEHIND = re.compile(r"\d{3}(?!\d)")
_ROWS, _ROWS_OF_WORDS = 2, 3
"""Fewest rows of a table, and of one without figures."""


@dataclass(frozen=True)
class CsvField:
    """One field of a record.

    Attributes:
        text: What it says, quotes undone.
        start: First character between its quotes.
        end: One past the last.
        quoted: Whether it has quotes.
    """

    text: str
    start: int
    end: int
    quoted: bool = False


def read_records(text: str, delimiter: str) -> Iterator[list[CsvField]]:
    """Reads records as RFC 4180 has them.

    Args:
        text: The text.
        delimiter: What divides fields.

    Yields:
        The fields of each record; one empty field for an empty line. What follows a closing quote
        belongs to the field, and a quote that nothing closes is a character as others.
    """
    stop = re.compile(rf"{re.escape(delimiter)}|\r\n|\r|\n")
    record: list[CsvField] = []
    position, closes = 0, True
    while True:
        close = (
            _closing_quote(text, position) if closes and text[position : position + 1] == '"' else 0
        )
        closes = close >= 0
        end = stop.search(text, max(close, position))
        last = end.start() if end else len(text)
        if close > 0:
            inner = text[position + 1 : close].replace('""', '"') + text[close + 1 : last]
            stop_at = close if close + 1 == last else last
            record.append(CsvField(inner, position + 1, stop_at, quoted=True))
        else:
            record.append(CsvField(text[position:last], position, last))
        if end is None:
            yield record
            return
        position = end.end()
        if end.group() != delimiter:
            yield record
            record = []


def _closing_quote(text: str, start: int) -> int:
    """Where the quote that opens a field is closed, -1 if it is not."""
    at = text.find('"', start + 1)
    while at >= 0 and text[at + 1 : at + 2] == '"':
        at = text.find('"', at + 2)
    return at


def delimiter_of(text: str, whole: bool) -> str | None:
    """Tells what divides the fields of a text that is one table, or several with their titles.

    Tables of several widths are told by commas and semicolons alone: texts have tables divided by
    tabs and bars.

    Args:
        text: The text, or its beginning.
        whole: Whether it is all of it; else the last record may be cut and does not count.

    Returns:
        The delimiter, None for any other text.
    """
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        records = list(islice(read_records(text, delimiter), _LOOKED_AT))
        if not whole and len(records) < _LOOKED_AT:
            records.pop()
        blocks = [
            list(block)
            for is_shown, block in groupby(records, lambda r: any(f.text.strip() for f in r))
            if is_shown
        ]
        if _is_one_table([record for block in blocks for record in block], delimiter):
            return delimiter
        if delimiter in ",;" and _are_tables(blocks, delimiter):
            return delimiter
    return None


def _are_tables(blocks: Sequence[Sequence[Sequence[CsvField]]], delimiter: str) -> bool:
    """Whether several blocks between empty records are tables of figures, each of one width.

    Lines of one field are titles, or head the rows below them.
    """
    tables = [[record for record in block if len(record) > 1] for block in blocks]
    lines = [record[0].text for block in blocks for record in block if len(record) == 1]
    tables = [table for table in tables if table]
    return (
        len(tables) > 1
        and all(_is_one_table(table, delimiter) for table in tables)
        and all(_are_figures(_behind(row)) for table in tables for row in table[1:] if _behind(row))
        and len(lines) <= 2 * _TITLES * len(tables)
        and not any(_is_paragraph(line, delimiter) for line in lines)
    )


def _behind(record: Sequence[CsvField]) -> list[str]:
    """What stands behind a record's first field."""
    return [field.text for field in record[1:] if field.text.strip()]


def _is_one_table(records: Sequence[Sequence[CsvField]], delimiter: str) -> bool:
    widths = Counter(len(record) for record in records if len(record) > 1)
    if not widths:
        return False
    width = widths.most_common(1)[0][0]
    rows = [number for number, record in enumerate(records) if len(record) == width]
    body = records[rows[0] : rows[-1] + 1]
    outside = len(records) - len(body)
    around = (*records[: rows[0]], *records[rows[-1] + 1 :])
    if any(_is_paragraph(record[0].text, delimiter) for record in around):
        return False
    if len(body) != len(rows) or len(rows) < _ROWS or outside > 2 * _TITLES:
        return False
    if sum(len(record) for record in records) != len(body) * width + outside:
        return False
    behind = [field for row in body for field in row[1:] if field.text.strip()]
    named = any(map(str.isalpha, "".join(row[0].text for row in body)))
    tabbed = any("\t" in field.text for row in body for field in row)
    if not behind or not named or tabbed or (delimiter == "," and _parts_thousands(body)):
        return False
    if any(_are_figures([row[column].text for row in body[1:]]) for column in range(1, width)):
        return True
    spaced = any(field.text[0].isspace() for field in behind if not field.quoted)
    return len(rows) >= _ROWS_OF_WORDS and not (spaced and delimiter in ",;")


def _is_paragraph(line: str, delimiter: str) -> bool:
    """Whether a line beside a table is no title; texts hold tables divided by tabs too."""
    said = delimiter == "\t" and _SENTENCE.fullmatch(line.strip()) is not None
    return said or len(line) > _LONGEST_TITLE


def _parts_thousands(body: Sequence[Sequence[CsvField]]) -> bool:
    """Whether most lines are words with an amount ("Costs 1,100"), or one set apart by spaces.

    Or all are amounts, but for those that only end in a comma ("June 30,"). Their commas are no
    delimiters.
    """
    rows = [row for row in body if any(field.text.strip() for field in row[1:])]
    before = [match["words"] for row in rows if (match := _amount_of(row))]
    return 2 * sum(map(bool, before)) >= len(rows) or len(before) == len(rows)


def _amount_of(row: Sequence[CsvField]) -> re.Match[str] | None:
    """The beginning of an amount in a row that commas part."""
    for left, right in pairwise(row):
        match = _AMOUNT_BEFORE.search(left.text)
        if match and _THOUSANDS_BEHIND.match(right.text) and not right.quoted:
            return match
    return None


def _are_figures(texts: Sequence[str]) -> bool:
    shown = [text.strip() for text in texts if text.strip()]
    return bool(shown) and all(map(is_figure, shown))
