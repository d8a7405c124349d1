"""Where parsed text stands in the bytes of its file.

Parsers of markup do not tell positions. The text between tags is therefore looked up in the source
as it was parsed, in order: both sides hold the same pieces, but for what the parser repaired, and
a short look ahead finds the way back after a repair.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import deque
from html import unescape

from lxml import etree

from secateur.pipelines.document.document import Bytes
from secateur.pipelines.ingestion.files.decode import decode
from secateur.pipelines.ingestion.layout.textrun import clean

_FIRST = re.compile(r"\s*([^<\s][^<]*)")
_PIECE = re.compile(f">{_FIRST.pattern}")
"""A stretch of text behind a tag; the first text of a file is found by `_FIRST`, so that the search
for the others can jump from one ">" to the next."""
_AHEAD = 32
"""How many pieces of the source may be missing from the tree before the two are lost."""


class ByteMap:
    """Byte offsets of character offsets that are asked for in nearly rising order."""

    def __init__(self, data: bytes, text: str, encoding: str) -> None:
        """Compares a decoded text with its bytes.

        Args:
            data: The bytes, possibly with a byte order mark.
            text: What they were decoded to, without the mark.
            encoding: How.
        """
        back = text.encode(encoding, "replace")
        self._base = len(data) - len(back)
        self._text = text
        self._encoding = encoding
        self._plain = text.isascii() and len(back) == len(text)
        self._at = (0, 0)
        self.exact = self._base >= 0 and data.endswith(back)
        """Whether the bytes are the text's own, so that offsets mean something."""

    def locate(self, offset: int) -> int:
        """Maps a character offset.

        Args:
            offset: Into the text.

        Returns:
            The offset of the character's first byte.
        """
        if self._plain:
            return self._base + offset
        character, byte = self._at
        if offset >= character:
            byte += len(self._text[character:offset].encode(self._encoding))
        else:
            byte -= len(self._text[offset:character].encode(self._encoding))
        self._at = (offset, byte)
        return self._base + byte


class Origin(ABC):
    """Follows the text nodes of a tree through the source they were parsed from.

    Where the pieces of text in the source come from is told by what derives from this.
    """

    def __init__(self, data: bytes, text: str, encoding: str) -> None:
        """Starts at the beginning of a file.

        Args:
            data: Its bytes.
            text: What they were decoded to.
            encoding: How.
        """
        self._text = text
        self._bytes = ByteMap(data, text, encoding)
        self._ahead: deque[tuple[str, int, int]] = deque()

    @abstractmethod
    def _next(self) -> tuple[str, int, int] | None:
        """The next piece of text: as a parser reads it, first and last character + 1."""

    def take(self, text: str) -> tuple[int, int] | None:
        """Finds the next text node.

        Args:
            text: As parsed, not only white space.

        Returns:
            Its first byte and one past its last, surrounding white space left out; None if the
            source has no such text here, because the parser moved or made it.
        """
        found = self._take(text)
        return None if found is None else self._located(*found)

    def take_lines(self, text: str) -> list[Bytes | None]:
        """Finds the lines of the next text node.

        Args:
            text: As parsed, not only white space.

        Returns:
            For each line what `take` returns; for each of them that of the whole node where the
            source breaks its lines elsewhere.
        """
        found = self._take(text)
        count = text.count("\n") + 1
        if found is None:
            return [None] * count
        begin, end = found
        lines = self._text[begin:end].split("\n")
        first = text[: len(text) - len(text.lstrip())].count("\n")
        if len(lines) != text.strip().count("\n") + 1:
            return [self._located(begin, end)] * count
        places: list[Bytes | None] = [None] * count
        for number, line in enumerate(lines, first):
            if bare := line.strip():
                start = begin + len(line) - len(line.lstrip())
                places[number] = self._located(start, start + len(bare))
            begin += len(line) + 1
        return places

    def _located(self, start: int, end: int) -> Bytes:
        return self._bytes.locate(start), self._bytes.locate(end)

    def _take(self, text: str) -> tuple[int, int] | None:
        """The next text node: its first character in the source and one past its last."""
        wanted = _bare(text)
        for skipped in range(_AHEAD):
            piece = self._piece(skipped)
            if piece is None:
                return None
            text, start, end = piece
            if ">" not in wanted and text.endswith(f">{wanted}"):
                # An attribute with a ">" in it, or a comment with markup, ends before this text.
                start = self._text.rindex(">", start, end) + 1
                start = end - len(self._text[start:end].lstrip())
                text = wanted
            if text == wanted:
                self._forget(skipped + 1)
                return start, end
            if wanted.startswith(text) and (last := self._last(skipped, wanted)):
                self._forget(last[0])
                return start, last[1]
        return None

    def take_all(self, element: etree._Element) -> tuple[int, int] | None:
        """Finds all text of an element.

        Args:
            element: One of the tree's elements.

        Returns:
            The first byte of its text and one past the last, None if none of it is found.
        """
        texts = (str(text) for text in element.itertext())
        places = [place for text in texts if text.strip() and (place := self.take(text))]
        return (places[0][0], places[-1][1]) if places else None

    @abstractmethod
    def pass_over(self, tag: str) -> None:
        """Goes on behind an element whose text is not asked for.

        Args:
            tag: Its name; nothing happens if its end cannot be found.
        """

    def _last(self, first: int, wanted: str) -> tuple[int, int] | None:
        """The end of a text that begins with a piece; a parser joins pieces at stray end tags.

        Returns:
            How many pieces are used up, and the end of the last; None if it is another text.
        """
        whole = ""
        for number in range(first, _AHEAD):
            piece = self._piece(number)
            if piece is None or not wanted.startswith(whole + piece[0]):
                return None
            whole += piece[0]
            if len(whole) == len(wanted):
                return number + 1, piece[2]
        return None

    def _piece(self, number: int) -> tuple[str, int, int] | None:
        """A coming piece of the source: text without white space, first and last character."""
        while len(self._ahead) <= number:
            found = self._next() if self._bytes.exact else None
            if found is None:
                return None
            text = _bare(found[0])
            if text:
                self._ahead.append((text, *found[1:]))
        return self._ahead[number]

    def _forget(self, count: int) -> None:
        for _ in range(count):
            self._ahead.popleft()


class MarkupOrigin(Origin):
    """Follows text through HTML or XML."""

    def __init__(self, data: bytes) -> None:
        """Starts at the beginning of a file.

        Args:
            data: The markup.
        """
        super().__init__(data, *decode(data, markup=True))
        self._position = 0

    def pass_over(self, tag: str) -> None:
        """Goes on behind an element's end tag; nothing happens if it is missing."""
        position = self._ahead[0][1] if self._ahead else self._position
        end = re.compile(f"</{re.escape(tag)}\\s*>", re.IGNORECASE).search(self._text, position)
        if end:
            self._ahead.clear()
            self._position = end.end() - 1

    def _next(self) -> tuple[str, int, int] | None:
        found = None if self._position else _FIRST.match(self._text)
        found = found or _PIECE.search(self._text, self._position)
        if found is None:
            self._position = len(self._text)
            return None
        self._position = found.end()
        raw = found.group(1)
        start = found.start(1)
        return unescape(raw) if "&" in raw else raw, start, start + len(raw.rstrip())


def _bare(text: str) -> str:
    return "".join(clean(text).split())
