"""Plain text, clinical notes above all: kept as it is, with its passages found.

The text of the document is that of the file, except that line ends are newlines, no-break spaces
are spaces, and control and zero-width characters are gone (and counted).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace

from secateur.pipelines.document import Bytes, PassageKind
from secateur.pipelines.ingestion.blocks import Assembly, Line, Piece
from secateur.pipelines.ingestion.decode import decode
from secateur.pipelines.ingestion.detect import TEXT, has_sgml
from secateur.pipelines.ingestion.notes import opens_section
from secateur.pipelines.ingestion.origin import ByteMap
from secateur.pipelines.ingestion.reading import Reading, Source

_SPACES = {0xA0: " ", 0x202F: " ", 0x2007: " ", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n"}
_GONE_CHARACTERS = [*(c for c in range(32) if c not in (9, 10, 11, 12, 13)), 0x7F, 0xAD]
_GONE_CHARACTERS += [0x200B, 0x2060, 0xFEFF]
_GONE = re.compile(rf"\r(?=\n)|[{re.escape(''.join(map(chr, _GONE_CHARACTERS)))}]")
# Marks for typesetting in the plain text filings of the 1990s, and the header of their pages.
_SGML = re.compile(r"</?(?:page|table|caption|s|c|fn|f\d{1,2}|type|sequence|text)>", re.IGNORECASE)
_LIST_START = re.compile(
    r"\s*(?:[•●○▪■◦·‣▸➢✓*–—-]|\(?\d{1,2}[.)]|\(?[a-z][.)]|#(?:\s?\d{1,2}[.:)]?)?)\s+\S"
)
_WRAPPED_FROM, _WRAPPED_TO = 50, 120
"""A line of this many characters may have been wrapped; the next one continues it."""
_TITLE_CHARACTERS = 80


def read_text(data: bytes, source: Source) -> Reading:
    """Read plain text.

    Args:
        data: The content, in any encoding.
        source: Where it comes from.

    Returns:
        The text with its passages.
    """
    raw, encoding = decode(data)
    source.check_count(len(re.findall(r"\r\n?|\n", raw)), "lines")
    bytes_of = ByteMap(data, raw, encoding)

    def place(start: int, end: int) -> Bytes:
        return bytes_of.locate(start), bytes_of.locate(end)

    reading = text_reading(raw, place if bytes_of.exact else None)
    if not encoding.startswith("utf"):
        reading.warnings.append(f"no Unicode text: read as {encoding}")
    return reading


def text_reading(raw: str, place: Callable[[int, int], Bytes | None] | None = None) -> Reading:
    """Find the passages of a text.

    Args:
        raw: The text as it stands in the file.
        place: Tells where a stretch of it stands in the file's bytes.

    Returns:
        The text, cleaned, with its passages.
    """
    reading, removed = _clean_reading(raw)
    if place is not None:
        pieces = reading.assembly.pieces
        pieces[:] = [replace(piece, source=place(*_raw(piece, removed))) for piece in pieces]
    return reading


def _clean_reading(raw: str) -> tuple[Reading, list[tuple[int, int]]]:
    """The reading of a text, and where it is shorter: (clean offset, characters gone so far)."""
    gone = list(_GONE.finditer(raw))
    marks = list(_SGML.finditer(raw)) if has_sgml(raw) else []
    parts: list[str] = []
    removed: list[tuple[int, int]] = []
    position = total = 0
    for match in sorted([*gone, *marks], key=re.Match.start):
        parts.append(raw[position : match.start()])
        position = match.end()
        total += position - match.start()
        removed.append((position - total, total))
    parts.append(raw[position:])
    clean = "".join(parts).replace("\r", "\n").translate(_SPACES)
    reading = Reading(_split(clean), TEXT)
    reading.drop("control characters", sum(match.group() != "\r" for match in gone))
    reading.drop("SGML", sum(len(match.group()) for match in marks))
    if "\ufffd" in clean:
        reading.warnings.append(f"{clean.count(chr(0xFFFD))} characters could not be decoded")
    return reading, removed


def _raw(piece: Piece, removed: list[tuple[int, int]]) -> tuple[int, int]:
    """Where a piece stands in the text before it was cleaned."""

    def before(offset: int) -> int:
        at = bisect_right(removed, (offset, 1 << 62))
        return offset + (removed[at - 1][1] if at else 0)

    return before(piece.start), before(piece.end - 1) + 1


def _split(text: str) -> Assembly:
    assembly = Assembly(length=len(text), parts=[text])
    start, end, kind = -1, -1, "paragraph"
    position = 0
    for line in text.split("\n"):
        content = line.strip()
        begin = position + len(line) - len(line.lstrip())
        is_list = bool(_LIST_START.match(line))
        if start >= 0 and (not content or is_list or _starts_anew(text, start, end, content)):
            _close(assembly, text, start, end, kind)
            start = -1
        if content:
            if start < 0:
                start, kind = begin, "list" if is_list else "paragraph"
            end = begin + len(content)
        position += len(line) + 1
    if start >= 0:
        _close(assembly, text, start, end, kind)
    return assembly


def _starts_anew(text: str, start: int, end: int, content: str) -> bool:
    """Whether a line does not continue the passage before it."""
    last = end - max(text.rfind("\n", start, end) + 1, start)
    if not _WRAPPED_FROM <= last <= _WRAPPED_TO or opens_section(content):
        return True
    # A head in capitals ("HYPERTENSION") below a sentence of a text that is not in capitals.
    return content.isupper() and text[end - 1] == "." and not text[start:end].isupper()


def _close(assembly: Assembly, text: str, start: int, end: int, kind: str) -> None:
    content = text[start:end]
    is_title = (
        kind == "paragraph"
        and len(content) <= _TITLE_CHARACTERS
        and "\n" not in content
        and (content.endswith(":") or (content.isupper() and content[-1] not in ".,;"))
    )
    passage_kind: PassageKind = "title" if is_title else "list" if kind == "list" else "paragraph"
    assembly.pieces.append(Piece(start, end, passage_kind))
    assembly.lines.append(Line(start, end, content, passage_kind, strong=is_title))
