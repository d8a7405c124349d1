"""Lines of a PDF page as they are printed, split into cells at wide gaps, by PDFium."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
from pypdfium2 import raw

from secateur.pipelines.document.calendar_words import MONTH, YEAR
from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Box
from secateur.pipelines.ingestion.layout.grid import union

_WIDE_GAP = 1.2
"""Gap between words, in heights of the line, from which on they are cells."""
_WIDE_LETTERS = 0.55
"""Mean advance of a character, in heights, from which on a line has gaps to look for."""
_FIGURE_GAP = 0.45
"""Gap behind a figure, in heights of the line, from which on the next word is another cell."""
_LETTERS = 2
"""Characters up to which a line is a letter of another one, where most of a page's are."""
_LETTER_GAP = 0.1
"""Gap between such letters, in their heights, from which on they are of two words."""
_LEVEL = 0.5
"""Heights up to which letters of one line may stand higher or lower."""
_TWO_WORDS = 8
"""Capitals from which on a word may be two."""
_KERNED = 0.1
"""Gap between the two beyond that of other letters, in heights of the line."""
_SIGNS = ("$", "€", "£", "¥", "$(", "(")
_DATE = re.compile(rf"(?:.{{0,14}}\W)?{MONTH}\W{{1,2}}(?:\d{{1,2}},? )?{YEAR}", re.IGNORECASE)
"""A date that fills a cell, but for a word or two before it ("Note 31 Dec 2025")."""
_OPENS_DATE = re.compile(rf"[0-3]?\d|{MONTH}\.?", re.IGNORECASE)
_HYPHENS = ("\x02", "\ufffe")
_BOLD_NAME = re.compile(rb"bold|black|heavy", re.IGNORECASE)
_LINE_END = re.compile("([\r\n\x02\ufffe])")


@dataclass(frozen=True)
class PdfCell:
    """Part of a line that stands apart from the rest of it.

    Attributes:
        text: What it reads.
        box: Where it stands.
        words: Its words, where they were looked at one by one.
    """

    text: str
    box: Box
    words: tuple[PdfCell, ...] = ()


def together(words: Sequence[PdfCell]) -> PdfCell:
    """Returns the cell of some words."""
    text = " ".join(word.text for word in words)
    return PdfCell(text, reduce(union, (word.box for word in words)), tuple(words))


@dataclass(frozen=True)
class PdfLine:
    """One printed line.

    Attributes:
        page: Page number from 1.
        text: What it reads.
        box: Where it stands.
        bold: Whether its first character is bold.
        cells: Its parts, in reading order; one for running text.
        hyphenated: Whether its last word goes on in the next line.
    """

    page: int
    text: str
    box: Box
    bold: bool
    cells: tuple[PdfCell, ...]
    hyphenated: bool = False

    @property
    def height(self) -> float:
        """Height of the line in points."""
        return max(self.box[3] - self.box[1], 1.0)

    def gap_to(self, below: PdfLine) -> float:
        """Gap between it and a line below, in its heights."""
        return (self.box[1] - below.box[3]) / self.height


def page_lines(page: pdfium.PdfPage, number: int) -> Sequence[PdfLine]:
    """Reads a page.

    Args:
        page: The page.
        number: Its number from 1.

    Returns:
        Its lines in the order of the file.
    """
    lines = list(_printed(page, number))
    letters = sum(len(line.text) <= _LETTERS for line in lines)
    return list(_across(lines)) if 2 * letters > len(lines) else lines


def _printed(page: pdfium.PdfPage, number: int) -> Iterator[PdfLine]:
    """The lines of a page as PDFium tells them."""
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range()
        boxes = _Boxes(text_page, len(text))
        position = 0
        # PDFium puts a mark for a hyphen at the end of a line and goes on without a line end.
        for part in _LINE_END.split(text):
            if len(part) == 1 and _LINE_END.fullmatch(part):
                position += 1
                continue
            hyphenated = text[position + len(part) : position + len(part) + 1] in _HYPHENS
            if part.strip():
                yield _line(part, position, boxes, number, hyphenated)
            position += len(part)
    finally:
        text_page.close()


def _line(line: str, position: int, boxes: _Boxes, page: int, hyphenated: bool) -> PdfLine:
    first = position + len(line) - len(line.lstrip())
    text = line.strip()
    last = first + len(text) - 1
    box = union(boxes.of(first), boxes.of(last))
    height = max(box[3] - box[1], 1.0)
    cells: tuple[PdfCell, ...] = (PdfCell(text, box),)
    advance = (box[2] - box[0]) / max(len(text), 1)
    told = ") (" in text or any(map(str.isdigit, text))
    if " " in text and (told or advance > _WIDE_LETTERS * height):
        cells = _cells(line, position, boxes, height)
    return PdfLine(page, text, box, boxes.is_bold(first), cells, hyphenated)


def _cells(line: str, position: int, boxes: _Boxes, height: float) -> tuple[PdfCell, ...]:
    words = []
    offset = position
    for part in line.split(" "):
        if text := part.strip():
            start = offset + part.index(text)
            for word, at in _apart(text, start, boxes):
                words.append(PdfCell(word, union(boxes.of(at), boxes.of(at + len(word) - 1))))
        offset += len(part) + 1
    return _parted(words, height)


def _apart(text: str, start: int, boxes: _Boxes) -> Iterator[tuple[str, int]]:
    """Words that PDFium takes for one where their capitals are kerned: "L A"."""
    if len(text) < _TWO_WORDS or not (text.isalpha() and text.isupper()):
        yield text, start
        return
    letters = [boxes.of(start + place) for place in range(len(text))]
    gaps = [(after[0] - before[2]) for before, after in pairwise(letters)]
    widest = median(gaps) + _KERNED * (letters[0][3] - letters[0][1])
    ends = [place for place, gap in enumerate(gaps, 1) if gap > widest]
    for first, last in pairwise([0, *ends, len(text)]):
        yield text[first:last], start + first


def _parted(words: Iterable[PdfCell], height: float) -> tuple[PdfCell, ...]:
    """Puts the words of a line into its cells."""
    cells: list[PdfCell] = []
    for word in words:
        gap = (word.box[0] - cells[-1].box[2]) / height if cells else _WIDE_GAP
        if cells and _joins(cells[-1].text, gap, word.text):
            cells[-1] = together((*cells[-1].words, word))
        else:
            cells.append(together((word,)))
    return tuple(cells)


def _across(letters: Iterable[PdfLine]) -> Iterator[PdfLine]:
    """Puts lines together of the letters into which PDFium takes a page of few lines apart.

    It takes such a page for one that is written from top to bottom.
    """
    row: list[PdfLine] = []
    for letter in letters:
        if row and not (
            abs(letter.box[1] - row[-1].box[1]) < _LEVEL * letter.height
            and letter.box[0] > row[-1].box[0]
        ):
            yield _of_letters(row)
            row = []
        row.append(letter)
    if row:
        yield _of_letters(row)


def _of_letters(row: Sequence[PdfLine]) -> PdfLine:
    words: list[PdfCell] = []
    for letter in row:
        gap = (letter.box[0] - words[-1].box[2]) / letter.height if words else math.inf
        if gap < _LETTER_GAP:
            before = words.pop()
            words.append(PdfCell(before.text + letter.text, union(before.box, letter.box)))
        else:
            words.append(PdfCell(letter.text, letter.box))
    whole = together(words)
    cells = _parted(words, row[0].height)
    return replace(row[0], text=whole.text, box=whole.box, cells=cells)


def _joins(before: str, gap: float, word: str) -> bool:
    """Whether a word, so many heights behind a cell, is of that cell.

    Figures side by side are columns even if close, and so are dates.
    """
    if gap <= 0 or gap > _WIDE_GAP:
        return -_WIDE_GAP < gap <= 0
    if _DATE.fullmatch(before) and _OPENS_DATE.fullmatch(word):
        return False
    return (gap <= _FIGURE_GAP and word not in _SIGNS) or not is_figure(before)


class _Boxes:
    """Boxes and fonts of a page's characters; one set of C variables serves all calls."""

    def __init__(self, text_page: pdfium.PdfTextPage, length: int) -> None:
        self._handle = text_page.raw
        # Characters outside the basic plane and left-out ones shift the two counts apart.
        self._shifted = text_page.count_chars() != length
        self._rect = raw.FS_RECTF()
        self._name = ctypes.create_string_buffer(256)

    def _index(self, offset: int) -> int:
        if self._shifted:
            return int(raw.FPDFText_GetCharIndexFromTextIndex(self._handle, offset))
        return offset

    def of(self, offset: int) -> Box:
        """Box of the character at an offset of the page's text; empty if there is none."""
        rect = self._rect
        if not raw.FPDFText_GetLooseCharBox(self._handle, self._index(offset), ctypes.byref(rect)):
            return (0.0, 0.0, 0.0, 0.0)
        return (rect.left, rect.bottom, rect.right, rect.top)

    def is_bold(self, offset: int) -> bool:
        """Whether the font at an offset is bold by its name."""
        size = raw.FPDFText_GetFontInfo(
            self._handle, self._index(offset), self._name, len(self._name), None
        )
        return 0 < size <= len(self._name) and bool(_BOLD_NAME.search(self._name.value))
