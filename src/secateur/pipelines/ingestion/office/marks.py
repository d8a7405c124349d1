"""Marks in RTF that survive its conversion, to tell where the text stood.

A mark is two characters, a high and a low digit of its number, of a plane for private use that no
RTF text can hold: converters give characters above U+FFFF as two halves.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from secateur.pipelines.document.document import Bytes

_HIGH, _LOW, _BITS = 0xF0000, 0xF8000, 15
"""First characters of a private plane's halves, and the bits of a number that each takes."""
MARK = "[\U000f0000-\U000f7fff][\U000f8000-\U000fffff]"
"""What a mark looks like, as a regular expression."""
MOST = 1 << 2 * _BITS
_MARKS = re.compile(MARK)
_HALF_MARKS = re.compile("[\U000f0000-\U000fffff]")


def mark(number: int) -> str:
    """Makes a mark.

    Args:
        number: Below `MOST`.

    Returns:
        Two characters.
    """
    return chr(_HIGH + (number >> _BITS)) + chr(_LOW + (number & ((1 << _BITS) - 1)))


class Places:
    """Bytes of stretches of a text between marks."""

    def __init__(self, data: bytes, offsets: list[int], places: list[int]) -> None:
        """Takes where the marks stood.

        Args:
            data: The file.
            offsets: In the text, rising.
            places: In the file.
        """
        self._data = data
        self._offsets = offsets
        self._places = places

    def locate(self, start: int, end: int) -> Bytes | None:
        """Finds the marks around a stretch.

        Args:
            start: Its first character, no white space.
            end: One past its last character.

        Returns:
            The bytes between them without white space around; None where there are none.
        """
        first = bisect_right(self._offsets, start) - 1
        last = bisect_left(self._offsets, end)
        if first < 0 or last >= len(self._offsets):
            return None
        begin = self._places[first]
        content = self._data[begin : self._places[last]]
        begin += len(content) - len(content.lstrip())
        content = content.strip()
        return (begin, begin + len(content)) if content else None


def unmark(marked: str, data: bytes, places: list[int]) -> tuple[str, Places]:
    """Takes the marks out of a text.

    Args:
        marked: The converted text.
        data: The file.
        places: Where each mark stood in it, by number.

    Returns:
        The text without marks, and where it stands.
    """
    parts: list[str] = []
    offsets: list[int] = []
    found: list[int] = []
    position = length = 0
    for match in _MARKS.finditer(marked):
        part = _HALF_MARKS.sub("", marked[position : match.start()])
        parts.append(part)
        length += len(part)
        position = match.end()
        high, low = map(ord, match.group())
        number = ((high - _HIGH) << _BITS) + low - _LOW
        if number < len(places):
            offsets.append(length)
            found.append(places[number])
    parts.append(_HALF_MARKS.sub("", marked[position:]))
    return "".join(parts), Places(data, offsets, found)
