"""Markdown: rendered by markdown-it, then read as the HTML that it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.token import Token

from secateur.pipelines.ingestion.files.decode import decode
from secateur.pipelines.ingestion.files.detect import HTML, MARKDOWN
from secateur.pipelines.ingestion.layout.origin import Origin
from secateur.pipelines.ingestion.layout.reading import Reading, Source
from secateur.pipelines.ingestion.markup.html import read_markup
from secateur.pipelines.ingestion.text.plain import read_text

_LONGEST = 1_000_000
"""Characters that the parser is given; as many take it some 10 s."""
_SHOWN = frozenset(("text", "code_inline"))
_TABLE_RULE = re.compile(r"\s{0,3}\|?\s*:?-+:?\s*+(?:\|\s*:?-+:?\s*+)*\|?\s*")
_COLUMN_LINE = re.compile(r"(?<!\\)\|")
_WINDOW = 4_000
"""Characters in which the next piece of text must begin: targets of links stand between."""


def read_markdown(data: bytes, source: Source) -> Reading:
    """Reads Markdown, in any encoding, as rendered.

    Marks of emphasis are gone, and link targets, which are counted; tables are tables. What is very
    long is read as plain text, because rendering takes some 10 s a million characters.
    """
    text, encoding = decode(data)
    if len(text) > _LONGEST:
        reading = read_text(data, source)
        reading.warnings.append(f"longer than {_LONGEST:,} characters: read as plain text")
        return reading
    # HTML inside Markdown is shown as text, so nothing in it is run, hidden or lost.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    tokens = parser.parse(_widened(text))
    page = parser.renderer.render(tokens, parser.options, {}).encode("utf-8", "replace")
    reading = read_markup(page, source, HTML, _MarkdownOrigin(data, text, encoding, tokens))
    reading.media_type = MARKDOWN
    for token in _inline(tokens):
        reading.drop("link target", len(str(token.attrGet("href") or "")))
        if token.type == "image":
            reading.drop("image", len(token.content))
    return reading


def _widened(text: str) -> str:
    """Heads of tables made as wide as their rows: what has no head is cut off by markdown-it.

    Line numbers stay, and so do all characters but those behind the heads.
    """
    lines = text.split("\n")
    for number in range(1, len(lines)):
        rule = lines[number]
        if "|" not in rule or not _TABLE_RULE.fullmatch(rule):
            continue
        count = _cells(rule)
        last = number + 1
        while last < len(lines) and "|" in lines[last]:
            last += 1
        more = max(map(_cells, lines[number + 1 : last]), default=0) - count
        if more > 0 and _cells(lines[number - 1]) == count:
            for own, cell in ((number - 1, " |"), (number, "---|")):
                line = lines[own].rstrip()
                lines[own] = line + "|" * (not line.endswith("|")) + cell * more
    return "\n".join(lines)


def _cells(row: str) -> int:
    """Cells of a row, whose outer lines may be missing."""
    return len(_COLUMN_LINE.split(row.strip().removeprefix("|").removesuffix("|")))


def _inline(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


class _MarkdownOrigin(Origin):
    """Follows text through Markdown: each piece is looked up in the lines of its block."""

    def __init__(self, data: bytes, text: str, encoding: str, tokens: Sequence[Token]) -> None:
        super().__init__(data, text, encoding)
        # As markdown-it counts lines.
        lines = text.replace("\r\n", "\n\0").replace("\r", "\n").split("\n")
        self._lines = [0, *accumulate(len(line) + 1 for line in lines)]
        self._found = self._pieces(tokens)

    def pass_over(self, tag: str) -> None:
        """Does nothing: nothing of Markdown is dropped."""

    def _next(self) -> tuple[str, int, int] | None:
        return next(self._found, None)

    def _pieces(self, tokens: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
        position = 0
        for token in tokens:
            if token.map is None or not token.content:
                continue
            first, last = (self._lines[min(n, len(self._lines) - 1)] for n in token.map)
            position = max(position, first)
            shown = [t for t in token.children if t.type in _SHOWN] if token.children else [token]
            for piece in shown:
                for line in piece.content.splitlines():
                    wanted = line.strip()
                    place = self._find(wanted, position, last) if wanted else None
                    if place is not None:
                        position = place[1]
                        yield wanted, *place

    def _find(self, wanted: str, position: int, last: int) -> tuple[int, int] | None:
        end = min(last, position + _WINDOW + len(wanted))
        at = self._text.find(wanted, position, end)
        if at >= 0:
            return at, at + len(wanted)
        escaped = re.compile("".join(map(_either, wanted))).search(self._text, position, end)
        return escaped.span() if escaped else None


def _either(character: str) -> str:
    """A pattern for a character as it is, behind a backslash, or as a reference."""
    if character.isascii() and character.isalnum():
        return character
    return rf"(?:\\?{re.escape(character)}|&#?\w{{1,32}};)"
