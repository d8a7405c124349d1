"""The text of one block or cell as it is walked: white space collapsed, offsets kept."""

from __future__ import annotations

import re
from bisect import bisect_right

Look = tuple[float, bool]
"""How text is printed: its size in points, 0 where it is not known, and whether it is upright."""

PLAIN_LOOK: Look = (0.0, True)
_HARD_SPACE = 2.5
"""Points that a space which is no white space sets in what follows."""
BULLETS = frozenset("•●○▪■◦·‣▸➢➤✓")

# Zero-width characters and soft hyphens split words that read as one; libxml2 leaves the numeric
# references 128 to 159 of old filings as control characters where browsers read Windows-1252.
_CLEAN: dict[int, str] = {0xAD: "", 0x200B: "", 0x2060: "", 0xFEFF: ""}
_CLEAN |= {
    c: bytes([c]).decode("cp1252")
    for c in range(0x80, 0xA0)
    if c not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_UNCLEAN = re.compile(f"[{re.escape(''.join(map(chr, _CLEAN)))}]")


def clean(text: str) -> str:
    """Leaves out what splits words that read as one; old control characters read as in browsers.

    Args:
        text: Any text.

    Returns:
        The text as it is seen.
    """
    if text.isascii() or not _UNCLEAN.search(text):
        return text
    return text.translate(_CLEAN)


class Run:
    """The text of one block or cell, white space collapsed as it comes.

    Attributes:
        length: Characters so far.
        strong: How many of them were bold.
        look: How the first of them were printed.
        indent: How far the first of them are set in, in points.
        places: After assembly, where stretches of the run stand: (offset in the run, in the text).
        origins: Where its parts stand in the file: (offset in the run, first byte, last byte + 1).
    """

    __slots__ = (
        "_gap", "_parts", "_soft", "indent", "length", "look", "origins", "places", "strong",
    )  # fmt: skip

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._gap = ""
        self._soft = False
        self.length = 0
        self.strong = 0
        self.look = PLAIN_LOOK
        self.indent = 0.0
        self.places: list[tuple[int, int]] = []
        self.origins: list[tuple[int, int, int]] = []

    def add(self, text: str, strong: bool = False) -> int:
        """Appends text.

        Args:
            text: Any text.
            strong: Whether it is bold.

        Returns:
            Where its first visible character stands in the run, -1 if it shows nothing.
        """
        text = clean(text)
        words = text.split()
        if not self.length:
            self.indent += _HARD_SPACE * (len(text) - len(text.lstrip("\u00a0\u2002\u2003")))
        if not words:
            if text and not self._gap:
                self._gap = " "
            return -1
        gap = self._gap
        if not gap and (text[0].isspace() or (self._soft and text[0].isalnum())):
            gap = " "
        if gap and self.length:
            self._parts.append(gap)
            self.length += 1
            self.strong += strong
        start = self.length
        visible = " ".join(words)
        self._parts.append(visible)
        self.length += len(visible)
        if strong:
            self.strong += len(visible)
        # Bullets are set apart by a margin, not by white space.
        self._gap = " " if text[-1].isspace() or visible in BULLETS else ""
        self._soft = False
        return start

    def space(self) -> None:
        """Keeps what follows apart by a space."""
        self._gap = self._gap or " "

    def soft_space(self) -> None:
        """Keeps what follows apart unless it is punctuation."""
        self._soft = True

    def line_break(self) -> None:
        """Puts what follows on a new line."""
        self._gap = "\n"

    @property
    def broken(self) -> bool:
        """Whether a line break is due before what follows."""
        return self._gap == "\n"

    @property
    def is_strong(self) -> bool:
        """Whether all of the text is bold."""
        return self.length > 0 and self.strong >= self.length

    @property
    def text(self) -> str:
        """What was added."""
        return "".join(self._parts)

    def locate(self, offset: int) -> int:
        """Maps an offset of the run into the document.

        Args:
            offset: A position in the run that holds or ends visible text.

        Returns:
            The position in the document's text.
        """
        place = max(bisect_right(self.places, (offset, 1 << 62)) - 1, 0)
        inside, outside = self.places[place]
        return outside + offset - inside

    def origin(self, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """Tells where a stretch of the run stands in the file.

        Args:
            start: First character.
            end: One past the last, None for all the rest.

        Returns:
            First byte and one past the last, None if that is not known.
        """
        stop = self.length if end is None else end
        parts = [part for part in self.origins if start <= part[0] < stop]
        if not parts:
            return None
        return min(part[1] for part in parts), max(part[2] for part in parts)
