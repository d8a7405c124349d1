"""Plain text, clinical notes above all: kept as it is, with its passages found.

The text of the document is that of the file, except that line ends are newlines, no-break spaces
are spaces, and tables that are set with spaces read as those of other formats do, a tab between
cells. Control and zero-width characters, rules, leaders and endless gaps are gone (and counted).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, pairwise

from secateur.pipelines.document.cells import BLOCK_GAP
from secateur.pipelines.document.document import Bytes, Passage, PassageKind
from secateur.pipelines.ingestion.files.decode import decode, guessed, undecoded
from secateur.pipelines.ingestion.files.detect import TEXT, has_sgml
from secateur.pipelines.ingestion.layout.blocks import Assembly
from secateur.pipelines.ingestion.layout.origin import ByteMap
from secateur.pipelines.ingestion.layout.reading import Reading, Source
from secateur.pipelines.ingestion.sections.note_starts import ENTRY
from secateur.pipelines.ingestion.sections.openings import opens_anew, opens_section
from secateur.pipelines.ingestion.text.tables import find_tables
from secateur.pipelines.terminology.sections.headings import inner_headings

_SPACES = {0xA0: " ", 0x202F: " ", 0x2007: " ", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n"}
_GONE_CHARACTERS = [*(c for c in range(32) if c not in (9, 10, 11, 12, 13)), 0x7F, 0xAD]
_GONE_CHARACTERS += [0x200B, 0x2060, 0xFEFF]
_GONE = re.compile(rf"\r(?=\n)|[{re.escape(''.join(map(chr, _GONE_CHARACTERS)))}]")
_WIDEST = 200
"""Most white space within a line: wider than any page, over which patterns would take long."""
_TOO_WIDE = re.compile(rf"[^\S\n](?<=[^\S\n]{{{_WIDEST + 1}}})[^\S\n]*")
# Marks for typesetting in the plain text filings of the 1990s, and the header of their pages.
_SGML = re.compile(r"</?(?:page|table|caption|s|c|fn|f\d{1,2}|type|sequence|text)>", re.IGNORECASE)
_Removed = list[tuple[int, int]]
"""Where a text is shorter than it was: (offset there, characters gone so far), ascending."""
_LIST_START = re.compile(
    r"\s*(?:[•●○▪■◦·‣▸➢✓*–—-]|--|\[[ xX✓]?\]|\(?\d{1,2}[.)]|\(?[a-z][.)]"
    r"|#(?:\s?\d{1,2}[.:)]?)?)\s+\S"
)
_BEHIND_TABLE = re.compile(r"(?:[ \t]*\n)+|[ \t]+")
"""What parts a table from the text behind it: blank lines, or spaces within a line."""
_WRAPPED_FROM, _WRAPPED_TO = 50, 132
"""A line of this many characters may have been wrapped, at the 132 columns of a printer at most."""
_LONG = 150
"""Characters from which on a line shows that lines were not wrapped, where most of a text does."""
_TITLE_CHARACTERS = 80
"""Most characters of a title of plain text."""
# In small letters, so that titles in capitals and "What We Do:" stay titles.
_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|we|that|which|may|will|shall|can|could|would|should|must)\b"
    r"|\b(?:[Ff]ollow(?:s|ing)|includ(?:es?|ed|ing)|consist(?:s|ed|ing)?|compris(?:es?|ed|ing))\b"
    r"|\b(?:below|thousands|millions|billions)\b|^(?:We|It|They)\b|\bdue to:"
)
_OPEN_END = re.compile(r"(?:\S+\s+){3,}(?:at|by|for|from|in|of|through|to|with)\s*:")


def read_text(data: bytes, source: Source) -> Reading:
    """Reads plain text in any encoding."""
    raw, encoding = decode(data)
    source.check_count(len(re.findall(r"\r\n?|\n", raw)), "lines")
    bytes_of = ByteMap(data, raw, encoding)

    def place(start: int, end: int) -> Bytes:
        return bytes_of.locate(start), bytes_of.locate(end)

    reading = text_reading(raw, place if bytes_of.exact else None)
    reading.warnings += guessed(encoding)
    return reading


def text_reading(raw: str, place: Callable[[int, int], Bytes | None] | None = None) -> Reading:
    """Finds the passages of a text.

    Args:
        raw: The text as it stands in the file.
        place: Tells where a stretch of it stands in the file's bytes.

    Returns:
        The text, cleaned, with its passages.
    """
    reading, removed = _clean_reading(raw)
    passages = reading.assembly.passages
    passages[:] = [replace(each, source=_place(each, removed, place)) for each in passages]
    return reading


def _clean_reading(raw: str) -> tuple[Reading, tuple[_Removed, ...]]:
    """The reading of a text, and what was removed from it, the last first."""
    gone = list(_GONE.finditer(raw))
    marks = list(_SGML.finditer(raw)) if has_sgml(raw) else []
    clean, removed = _without(raw, sorted([*gone, *marks], key=re.Match.start))
    clean = clean.replace("\r", "\n").translate(_SPACES)
    # What is gone may have parted a gap.
    wide = list(_TOO_WIDE.finditer(clean))
    clean, narrowed = _without(clean, wide)
    assembly, drawn = _split(clean)
    reading = Reading(assembly, TEXT)
    reading.drop("rules and leaders", drawn)
    reading.drop("control characters", sum(match.group() != "\r" for match in gone))
    reading.drop("endless gaps", sum(len(match.group()) for match in wide))
    reading.drop("SGML", sum(len(match.group()) for match in marks))
    reading.warnings += undecoded(clean)
    return reading, (narrowed, removed)


def _without(text: str, matches: Iterable[re.Match[str]]) -> tuple[str, _Removed]:
    """A text without some of its parts, and where it is shorter."""
    parts: list[str] = []
    removed: _Removed = []
    position = total = 0
    for match in matches:
        parts.append(text[position : match.start()])
        position = match.end()
        total += position - match.start()
        removed.append((position - total, total))
    parts.append(text[position:])
    return "".join(parts), removed


def _place(
    passage: Passage,
    steps: Iterable[_Removed],
    place: Callable[[int, int], Bytes | None] | None,
) -> Bytes | None:
    """Where a passage, whose source is given in the cleaned text, stands in the file."""
    if place is None or passage.source is None:
        return None

    def before(offset: int) -> int:
        for removed in steps:
            at = bisect_right(removed, (offset, 1 << 62))
            offset += removed[at - 1][1] if at else 0
        return offset

    start, end = passage.source
    return place(before(start), before(end - 1) + 1)


def _split(text: str) -> tuple[Assembly, int]:
    """The passages of a text, with their places in it as source, and what tables leave out."""
    assembly = Assembly()
    position = drawn = 0
    wrapped = _is_wrapped(text)
    for table in find_tables(text):
        _add_prose(assembly, text, (position, table.start), wrapped)
        assembly.add_table(table.rows)
        position = table.end
        drawn += table.drawn
    _add_prose(assembly, text, (position, len(text)), wrapped)
    return assembly, drawn


def _is_wrapped(text: str) -> bool:
    """Whether lines of a text may go on in the next one."""
    lengths = [len(line) for line in text.split("\n")]
    wrapped = sum(n for n in lengths if _WRAPPED_FROM <= n <= _WRAPPED_TO)
    return wrapped >= sum(n for n in lengths if n > _LONG)


def _add_prose(assembly: Assembly, text: str, span: tuple[int, int], wrapped: bool) -> None:
    """Appends what stands between two tables as it is, blank lines beside the tables left out."""
    start, end = span
    part = text[start:end]
    if start and (blank := _BEHIND_TABLE.match(part)):
        start += blank.end()
        part = part[blank.end() :]
    if end < len(text):
        part = part.rstrip()
    if assembly.tables:
        if not part.strip():
            return
        part = BLOCK_GAP + part
        start -= len(BLOCK_GAP)
    passages = (_parted(part, *passage) for passage in _passages(part, wrapped))
    assembly.add_prose(part, start, chain.from_iterable(passages))


def _passages(text: str, wrapped: bool) -> Iterator[tuple[int, int, PassageKind]]:
    """First and last character + 1 of each passage of prose, and its kind."""
    start, end, is_list = -1, -1, False
    position = last = longest = 0
    lines = text.split("\n")
    width = max(len(line) for line in lines)
    for line in lines:
        content = line.strip()
        begin = position + len(line) - len(line.lstrip())
        opens_list = bool(_LIST_START.match(line))
        room = 0 if is_list else width
        anew = start >= 0 and _starts_anew(text, start, end, content, room)
        # No item above needed a second line where this one had room on the item's first.
        anew = anew or (is_list and content[:1].isupper() and _fits(content, last, longest))
        if start >= 0 and (not content or opens_list or anew or _ends(content, wrapped)):
            yield start, end, _kind_of(text[start:end], is_list)
            start = -1
        if content:
            if start < 0:
                longest = longest if is_list and opens_list else 0
                start, is_list = begin, opens_list
            end = begin + len(content)
            last = len(line.rstrip())
            longest = max(longest, last)
        position += len(line) + 1
    if start >= 0:
        yield start, end, _kind_of(text[start:end], is_list)


def _parted(
    text: str, start: int, end: int, kind: PassageKind
) -> Iterator[tuple[int, int, PassageKind]]:
    """A passage, or its sections where it is a whole note."""
    cuts = [start, *(start + at for at in inner_headings(text[start:end])), end]
    for first, last in pairwise(cuts):
        yield first, first + len(text[first:last].rstrip()), kind


def _starts_anew(text: str, start: int, end: int, content: str, room: int) -> bool:
    """Whether a line does not continue the passage before it, whose lines have some room."""
    last = end - max(text.rfind("\n", start, end) + 1, start)
    if not _WRAPPED_FROM <= last <= _WRAPPED_TO and not _is_rest(text, start, end, content, room):
        return True
    if opens_anew(text[start:end], content):
        return True
    if text[end - 1] in ".!?" and ENTRY.match(content):
        return True
    # A head in capitals ("HYPERTENSION") below a sentence of a text that is not in capitals.
    return content.isupper() and text[end - 1] == "." and not text[start:end].isupper()


def _is_rest(text: str, start: int, end: int, content: str, room: int) -> bool:
    """Whether a line in small letters ends the sentence that a narrow one above it begins.

    The first word had no room above; items of a list in small letters may have as little.
    """
    last = end - max(text.rfind("\n", start, end) + 1, start)
    begins = not text[start].islower() and text[end - 1] not in ".:;!?"
    return begins and not _fits(content, last, room) and content[:1].islower()


def _fits(content: str, last: int, room: int) -> bool:
    """Whether the first word of a line had room on the one above, of so many characters."""
    return last + 1 + len(content.split(" ", 1)[0]) <= room


def _ends(content: str, wrapped: bool) -> bool:
    """Whether lines of a text that was not wrapped end above this one, but in mid-sentence."""
    return not wrapped and not content[:1].islower()


def _kind_of(content: str, is_list: bool) -> PassageKind:
    if is_list:
        return "list"
    is_title = (
        len(content) <= _TITLE_CHARACTERS
        and "\n" not in content
        and (content.endswith(":") or (content.isupper() and content[-1] not in ".,;"))
        and not _leads_in(content)
    )
    return "title" if is_title else "paragraph"


def _leads_in(content: str) -> bool:
    """Whether a line with a colon is a sentence that goes on with a table or a list below it."""
    if opens_section(content):
        return False
    return bool(_SENTENCE.search(content) or _OPEN_END.fullmatch(content))
