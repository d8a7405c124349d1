"""PDF: paragraphs and table rows put together from printed lines, with page and box."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
from pypdfium2 import raw

from secateur.pipelines.document.cells import CURRENCY
from secateur.pipelines.document.document import PassageKind
from secateur.pipelines.ingestion.files.detect import PDF
from secateur.pipelines.ingestion.layout.blocks import Cell
from secateur.pipelines.ingestion.layout.reading import Reading, Source
from secateur.pipelines.ingestion.layout.tables import add_grid
from secateur.pipelines.ingestion.layout.textrun import BULLETS
from secateur.pipelines.ingestion.pdf import ocr
from secateur.pipelines.ingestion.pdf.columns import full_lines, unstretched
from secateur.pipelines.ingestion.pdf.forms import check_forms
from secateur.pipelines.ingestion.pdf.lines import PdfLine, page_lines
from secateur.pipelines.ingestion.pdf.rows import table_grid
from secateur.pipelines.ingestion.pdf.table_lines import are_rows
from secateur.pipelines.ingestion.sections.openings import opens_anew

# PDFium is not thread-safe, and the page of the product reads files in threads.
_PDFIUM = threading.Lock()
_LOOSE = 0.35
"""Gap between lines of one paragraph, in heights of the line, that is always allowed."""
_TITLE_CHARACTERS = 200
"""Most characters of a title in bold or capitals."""
_RUNNING = 60
"""Most characters of a line at the foot or the head of a page that parts no table."""
_HYPHEN = "\ufffe"
_SIGN = re.compile(rf"(?:{CURRENCY}|(?i:\b(?:of|to|from|by|at|was|were|is)))\s?[-–−]$")
"""Ends a line with the sign of the number that the next one opens with, and no dash."""
_SPLIT_WORD = re.compile(rf"([^\W\d_]+){_HYPHEN}([^\W\d_]+)")
_WORD = re.compile(r"[^\W\d_]+")
_OPENING = re.compile(
    r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s|(?:item|part|note)\s+[\dIVX]", re.IGNORECASE
)


def read_pdf(data: bytes, source: Source) -> Reading:
    """Reads a PDF file that holds text; every passage has its page and its box.

    Args:
        data: The content.
        source: Where it comes from.

    Returns:
        What was found.

    Raises:
        IngestionError: The file is damaged or locked, it is scanned and `secateur[ocr]` is not
            installed, or a bound is passed.
    """
    with _PDFIUM:
        try:
            pages, scanned = _pages(data, source)
        except pdfium.PdfiumError as error:
            if "password" in str(error).lower():
                raise source.refusal(
                    "the PDF is locked with a password", "save it without one"
                ) from None
            raise source.refusal("the PDF is damaged", "print or save it again") from None
    if scanned and not any(pages):
        raise source.refusal(
            "the PDF is scanned and holds no text",
            "no text was recognised on it; scan it again"
            if ocr.is_available()
            else "install secateur[ocr] (`pip install 'secateur[ocr]'`), or run text recognition "
            "on it first, for instance `ocrmypdf in.pdf out.pdf`",
        )
    reading = Reading(media_type=PDF)
    if scanned:
        listed = ", ".join(map(str, scanned[:20])) + (", …" if len(scanned) > 20 else "")
        images = f"page {listed} is an image" if len(scanned) == 1 else f"pages {listed} are images"
        reading.warnings.append(
            f"{images}: text was recognised and may be wrong"
            if ocr.is_available()
            else f"{images} without text, not read; install secateur[ocr] to have text recognised"
        )
    words = _words(pages)
    heads: Sequence[Cell] = ()
    for lines in pages:
        if lines:
            heads = _Page(lines, words, reading).add(heads)
    return reading


def _pages(data: bytes, source: Source) -> tuple[list[Sequence[PdfLine]], list[int]]:
    """Lines of all pages, and the numbers of the pages that are images without text of their own.

    The lines of those are recognised where that is installed.
    """
    document = pdfium.PdfDocument(data)
    try:
        count, most = len(document), source.limits.pages
        if count > most:
            raise source.refusal(
                f"{count:,} pages are more than the limit of {most:,}",
                "split the file or raise Limits.pages (--limit pages=N)",
            )
        check_forms(document, source)
        pages: list[Sequence[PdfLine]] = []
        scanned: list[int] = []
        for i in range(count):
            source.deadline.check()
            page = document[i]
            lines = page_lines(page, i + 1)
            if not lines and _has_image(page):
                scanned.append(i + 1)
                if ocr.is_available():
                    lines = ocr.recognise(page, i + 1)
            pages.append(lines)
            page.close()
    finally:
        document.close()
    return pages, scanned


def _has_image(page: pdfium.PdfPage) -> bool:
    return next(iter(page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None


def _words(pages: Sequence[Sequence[PdfLine]]) -> frozenset[str]:
    return frozenset(
        word for lines in pages for line in lines for word in _WORD.findall(line.text.lower())
    )


class _Page:
    """Puts the lines of one page together."""

    def __init__(self, lines: Sequence[PdfLine], words: frozenset[str], reading: Reading) -> None:
        self._lines = lines = unstretched(lines)
        self._words = words
        self._assembly = reading.assembly
        self._above: Sequence[Cell] = ()
        self._heads: Sequence[Cell] = ()
        self._full, running = full_lines(lines)
        self._rows = are_rows(lines, running)
        gaps = [
            above.box[1] - below.box[3]
            for full, (above, below) in zip(self._full, pairwise(lines), strict=False)
            if full and above.box[1] > below.box[1]
        ]
        self._gap = 1.25 * median(gaps) if gaps else 0.0

    def add(self, heads: Sequence[Cell]) -> Sequence[Cell]:
        """Appends the page to the assembly.

        Args:
            heads: Those of the table that the page before ends with.

        Returns:
            Those of the table that this one ends with, page numbers aside.
        """
        self._assembly.page = self._lines[0].page
        self._above, self._heads = heads, ()
        block: list[PdfLine] = []
        for i, line in enumerate(self._lines):
            if block and not self._continues(block[-1], line, i):
                self._close(block)
                block = []
            block.append(line)
        self._close(block)
        self._assembly.page = self._assembly.box = None
        return self._heads

    def _continues(self, above: PdfLine, line: PdfLine, i: int) -> bool:
        if self._rows[i - 1] or self._rows[i]:
            return self._rows[i - 1] and self._rows[i]
        gap = above.box[1] - line.box[3]
        in_next_column = line.box[0] > above.box[2] and line.text[0].islower()
        return (
            (-above.height < gap <= max(_LOOSE * above.height, self._gap) or in_next_column)
            and abs(line.height - above.height) < 0.2 * above.height
            and above.bold == line.bold
            and (self._full[i - 1] or _goes_on(above) or line.text[0].islower())
            and line.text[0] not in BULLETS
            and not _OPENING.match(line.text)
            and not opens_anew(above.text, line.text)
        )

    def _close(self, block: list[PdfLine]) -> None:
        boxes = [line.box for line in block]
        self._assembly.box = (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
        if any(len(line.cells) > 1 for line in block):
            self._heads = add_grid(table_grid(block), self._assembly, self._above)
            self._above = ()
            return
        text = self._joined(block)
        if len(text) > _RUNNING or block[0].bold:
            self._above = self._heads = ()
        strong = all(line.bold for line in block)
        kind: PassageKind = "paragraph"
        if text[0] in BULLETS:
            kind = "list"
        elif len(text) <= _TITLE_CHARACTERS and (strong or (text.isupper() and len(text) > 3)):
            kind = "title"
        # Heights of one font differ by rounding.
        look = float(round(block[0].height)), True
        self._assembly.add_text(text, kind, strong=strong, look=look)

    def _joined(self, block: list[PdfLine]) -> str:
        text = ""
        for line in block:
            if text.endswith(_HYPHEN):
                # The hyphen stays unless the document writes the word without one elsewhere.
                split = _SPLIT_WORD.search(text + line.text)
                whole = "".join(split.groups()).lower() if split else ""
                text = text.removesuffix(_HYPHEN) + ("" if whole in self._words else "-")
            elif text and not (_SIGN.search(text) and line.text[0].isdigit()):
                text += " "
            text += " ".join(line.text.split()) + (_HYPHEN if line.hyphenated else "")
        return text.replace(_HYPHEN, "-")


def _goes_on(line: PdfLine) -> bool:
    """Whether a word or a bracket of a line ends in a later one."""
    return line.hyphenated or line.text.count("(") > line.text.count(")")
