"""Lines of plain text as rows of a table: what stands on them, set apart by spaces or dots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from secateur.pipelines.document.calendar_words import YEAR
from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.ingestion.text.cells import Places, may_hold_rows
from secateur.pipelines.ingestion.text.run_on import cut_rows
from secateur.pipelines.ingestion.text.stacked import place_stacked
from secateur.pipelines.ingestion.text.tabbed import place_tabbed

_LEADER = r"(?:[ \t]?[.…·]){3,}[ \t]*|_{3,}"
_APART = re.compile(rf"{_LEADER}|[ \t]{{2,}}|\t")
_DRAWN = " \t=_–—─━═+|*-"
_RULED = re.compile(r"-{3}|={2}|_{3}|[–—─━═]{2}|\*{3}")
_LONG_RULE = re.compile(r"[-=_–—─━═*]{6}")
"""A rule that may stand beside words, where shorter ones may be dashes for zero."""
_SEGMENT = re.compile(r"\S+(?: \S+)*")
_CURRENCY = r"(?:US|C|A)?\$|€|£|¥"
# Each number is read in one way: those with two ways would take a line of them 2**n steps.
_NUMBER = rf"(?:{_CURRENCY})?(?:[(-]{{1,2}}(?:{_CURRENCY})?)?\.?\d[\d,.]*(?:%?\)%?|%{{0,2}})"
_TOKEN = rf"(?:{_NUMBER}|{_CURRENCY}|\(|\)%?|%\)?|-{{1,2}}|[–—])"
_TOKENS = re.compile(rf"{_TOKEN}(?: {_TOKEN})*")
_THOUSANDS_APART = re.compile(r"\d{1,3}(?: \d{3})+")
_YEARS = re.compile(rf"{YEAR}(?: {YEAR})+")
_SIGN_BEHIND = re.compile(rf"(?<=\S) (?:{_CURRENCY})$")
_SIGN = re.compile(rf"(?:{_CURRENCY})?\s?\(?")
_CLOSER = re.compile(r"\)%?|%\)?")
_FILLER = re.compile(r"n/?[am]|nil|none|n\.[am]\.|\*{1,3}|\([a-z\d]{1,2}\)", re.IGNORECASE)
_DIGITS = re.compile(r"\d(?:.*\d)?")
_MAY_HOLD = re.compile(r"(?:[ \t]{2}|\t|[.…·_] ?)[($€£¥–—.-]{0,3}\s?\d")
_LONGEST = 300
"""No row of a table has more characters than this."""
_MOST_LABELS = 3
"""Fields of text in front of a row's figures; justified prose has more."""


@dataclass(frozen=True)
class Field:
    """What stands on a line between two gaps.

    Attributes:
        text: As it is printed.
        start: First character in the whole text.
        first: First column on the line.
    """

    text: str
    start: int
    first: int

    @property
    def end(self) -> int:
        """One past the last character in the whole text."""
        return self.start + len(self.text)

    @property
    def last(self) -> int:
        """One past the last column."""
        return self.first + len(self.text)

    @property
    def extent(self) -> tuple[int, int]:
        """Columns that it takes where it stands in none of the table; the first is for labels."""
        return max(self.first, 1), max(self.last, 2)

    @cached_property
    def is_figure(self) -> bool:
        """Whether it is a number, or a dash for one."""
        return is_figure(self.text)

    @property
    def opens(self) -> bool:
        """Whether it is a sign that belongs to the figure behind it."""
        return bool(self.text and _SIGN.fullmatch(self.text))

    @property
    def closes(self) -> bool:
        """Whether it is a sign that belongs to the figure before it."""
        return bool(_CLOSER.fullmatch(self.text))

    @cached_property
    def digits(self) -> tuple[int, int]:
        """Columns from its first digit to its last; all of it if there is none."""
        match = _DIGITS.search(self.text)
        if match is None:
            return self.first, self.last
        return self.first + match.start(), self.first + match.end()

    def cut(self, at: int, length: int) -> Field:
        """Takes a part of it."""
        return Field(self.text[at : at + length], self.start + at, self.first + at)


@dataclass(frozen=True)
class TextLine:
    """One line of a text.

    Attributes:
        start: First character in the whole text.
        text: What is printed, without the space behind it.
        fields: What is set apart on it; all of it where it is no row.
        labels: How many fields come before the figures; -1 where there are none.
    """

    start: int
    text: str
    fields: tuple[Field, ...]
    labels: int

    @property
    def end(self) -> int:
        """One past the last character in the whole text."""
        return self.start + len(self.text)

    @property
    def figures(self) -> Iterator[Field]:
        """The fields that are figures."""
        return (field for field in self.fields[self.labels :] if field.is_figure)

    @property
    def drawn(self) -> bool:
        """Whether it is a rule and no more."""
        return is_rule(self.text)

    @property
    def segments(self) -> list[tuple[int, int]]:
        """First and last column + 1 of each part of a rule on it, also where words stand beside."""
        parts = _SEGMENT.finditer(self.text.expandtabs())
        return [part.span() for part in parts if self.drawn or _is_part_of_rule(part.group())]


def _is_part_of_rule(text: str) -> bool:
    return is_rule(text) and _LONG_RULE.search(text) is not None


def is_rule(text: str) -> bool:
    """Tells whether a line is drawn, not written."""
    return not text.strip(_DRAWN) and _RULED.search(text) is not None


def read_lines(text: str) -> list[TextLine]:
    """Takes the lines of a text apart, in passes over all of them, each on what the last one left.

    First rows that stand one behind the other on a line are cut apart, since all else goes by
    lines. Then rows whose cells stand on a line each are joined: they look like those whose cells a
    single space parts, and are laid out with them. Cells that one tab parts are laid out last, as a
    tab is the surest sign. All other lines have their cells where they are printed.

    Args:
        text: The text, lines divided by newlines.

    Returns:
        Its lines, each row of a table as one; none where no line may be a row.
    """
    lines = cut_rows(text.split("\n"))
    places: dict[int, Places] = {}
    if may_hold_rows("\n".join(lines)):
        lines, places = place_stacked(lines)
    elif _MAY_HOLD.search(text) is None:
        return []
    places |= place_tabbed(lines)
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    return [
        _read_line(line, start, places.get(number, ()))
        for number, (line, start) in enumerate(zip(lines, starts, strict=False))
    ]


def _read_line(text: str, start: int, places: Places) -> TextLine:
    """Takes a line apart that begins somewhere in the text, its cells at given places if any."""
    text = text.rstrip()
    fields: tuple[Field, ...] = ()
    labels = -1
    if text and (places or len(text) <= _LONGEST) and not is_rule(text):
        fields = tuple(_fields(text, start, places))
        if not any(field.is_figure and _DIGITS.search(field.text) for field in fields):
            fields = tuple(field for field in fields if not _is_part_of_rule(field.text))
        labels = _labels(fields)
    return TextLine(start, text, fields, labels)


def _fields(text: str, start: int, places: Places) -> Iterator[Field]:
    position = 0
    begins = ((begin, begin) for begin, _ in places)
    gaps = sorted([*(match.span() for match in _APART.finditer(text)), *begins])
    for gap in [*gaps, (len(text), len(text))]:
        part = text[position : gap[0]]
        if part.strip():
            at = position + len(part) - len(part.lstrip())
            column = _column(text, at, places)
            yield from _split(Field(part.strip(), start + at, column))
        position = max(position, gap[1])


def _column(text: str, at: int, places: Places) -> int:
    if places:
        begin, column = max(place for place in places if place[0] <= at)
        return column + at - begin
    return len(text[:at].expandtabs()) if "\t" in text else at


def _split(field: Field) -> Iterator[Field]:
    """Parts figures, signs and years that a single space divides."""
    text = field.text
    together = is_figure(text) or _THOUSANDS_APART.fullmatch(text)
    if " " in text and not together and (_TOKENS.fullmatch(text) or _YEARS.fullmatch(text)):
        at = 0
        for token in text.split(" "):
            yield field.cut(at, len(token))
            at += len(token) + 1
        return
    sign = _SIGN_BEHIND.search(text)
    if sign is None:
        yield field
        return
    yield field.cut(0, sign.start())
    yield field.cut(sign.start() + 1, len(text) - sign.start() - 1)


def _labels(fields: tuple[Field, ...]) -> int:
    """How many fields come before the figures at the end of the line, -1 without figures."""
    labels = len(fields)
    while labels and _is_figure_like(fields[labels - 1]):
        labels -= 1
    # "(1)" alone is the mark of a footnote.
    shown = [field.text for field in fields[labels:] if field.is_figure]
    figures = len(shown) > 1 or any(not _FILLER.fullmatch(text) for text in shown)
    # The label of a row may be a year.
    if figures and not labels and re.fullmatch(YEAR, fields[0].text):
        labels = 1
    return labels if figures and labels <= _MOST_LABELS else -1


def _is_figure_like(field: Field) -> bool:
    text = field.text
    return (
        field.is_figure
        or field.opens
        or field.closes
        or bool(_FILLER.fullmatch(text) or re.fullmatch(YEAR, text))
    )


def split_label(line: TextLine, ends: Set[int]) -> TextLine:
    """Parts the label of a row from figures that a single space divides from it.

    Args:
        line: The line.
        ends: Columns where figures of the table end; the parted figures must end at one each.

    Returns:
        The line with more fields, or as it was.
    """
    if not line.labels or not line.fields:
        return line
    at = (line.labels if line.labels > 0 else len(line.fields)) - 1
    field = line.fields[at]
    label, _, figure = field.text.rpartition(" ")
    if not label or not re.fullmatch(_NUMBER, figure):
        return line
    tail = field.cut(len(label) + 1, len(figure))
    if tail.digits[1] not in ends or not tail.is_figure:
        return line
    parted = (*line.fields[:at], field.cut(0, len(label)), tail, *line.fields[at + 1 :])
    return split_label(replace(line, fields=parted, labels=at + 1), ends)
