"""Which sections and headings each place of a document stands under."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from secateur.pipelines.ingestion.layout.blocks import Line
from secateur.pipelines.ingestion.layout.reading import SectionStart
from secateur.pipelines.ingestion.sections.openings import part_label

_Rank = tuple[int, float, bool, bool, bool]

# "Item 7." on a line of its own: the words of its title follow on the next one.
_BARE_ITEM = re.compile(r"(?:part\s+[iv]+\W*)?items?\s*\d{1,2}\s?[a-c]?\W*", re.IGNORECASE)
_PART_OF_FORM = re.compile(r"part\s+[iv]+\W*", re.IGNORECASE)
_RUNNING_HEAD = 10
"""A line that is repeated more often than this stands on every page and heads nothing."""
_DEEPEST = 6
"""Levels of a section's path: HTML has six."""
_WITH_PARTS = frozenset(("Physical Exam", "Review of Systems", "Objective"))
_PART_RANK: _Rank = (-99, 0.0, False, False, False)


class Outline:
    """Goes through a document once, from its beginning to its end.

    Headings with a level nest by it. Of the others, which are lines in bold or in capitals, larger
    ones stand above smaller ones, capitals above others, bold above light, upright above italic;
    equals stand side by side. Every section begins anew.
    """

    def __init__(self, lines: Sequence[Line], sections: Sequence[SectionStart]) -> None:
        """Starts in front of the first line.

        Args:
            lines: Blocks and table rows in order.
            sections: Where sections start, in order.
        """
        self._lines = lines
        self._sections = sections
        self._next_line = self._next_section = 0
        self._section: str | None = None
        self._names: tuple[str, ...] = ()
        self._stack: list[tuple[_Rank, str]] = []
        self._path: tuple[str, ...] = ()
        self._often = {
            text
            for text, count in Counter(line.text for line in lines if line.kind == "title").items()
            if count > _RUNNING_HEAD
        }

    def at(self, start: int) -> tuple[str | None, tuple[str, ...]]:
        """Moves on to a place.

        Args:
            start: A character, not before the last one asked for.

        Returns:
            The section it stands in, and the names of the sections around it, its own and the
            headings above it, the outermost first.
        """
        own_title = False
        while (
            self._next_section < len(self._sections)
            and self._sections[self._next_section].start <= start
        ):
            opened = self._sections[self._next_section]
            self._next_section += 1
            self._section = opened.name
            self._names = (*opened.parents, opened.name) if opened.name else opened.parents
            self._stack.clear()
            self._path = self._names
            own_title = opened.start == start and opened.name is not None
        while self._next_line < len(self._lines) and self._lines[self._next_line].start <= start:
            line = self._lines[self._next_line]
            self._next_line += 1
            if own_title and line.start == start:
                if self._next_line < len(self._lines) and _BARE_ITEM.fullmatch(line.text):
                    self._next_line += self._lines[self._next_line].kind == "title"
                continue
            self._pass(line)
        return self._section, self._path

    def _pass(self, line: Line) -> None:
        rank, title = self._rank(line)
        if rank is None:
            return
        while self._stack and self._stack[-1][0] <= rank:
            self._stack.pop()
        del self._stack[_DEEPEST - 1 :]
        self._stack.append((rank, title))
        self._path = (*self._names, *(title for _, title in self._stack))

    def _rank(self, line: Line) -> tuple[_Rank | None, str]:
        """How a line ranks among headings, None if it is none, and what it says."""
        if self._section in _WITH_PARTS and (label := part_label(line.text)):
            return _PART_RANK, label
        title = " ".join(line.text.split()).rstrip(":")
        if (
            line.kind != "title"
            or not (line.strong or line.level or title.isupper())
            or line.text in self._often
            or _PART_OF_FORM.fullmatch(title)
        ):
            return None, title
        if line.level:
            return (-line.level, 0.0, False, False, False), title
        size, upright = line.look
        return (-50, size, title.isupper(), line.strong, upright), title
