"""Ruled tables of selected PDF pages, cell by cell, by pdfplumber.

`read` finds the rows of tables from the gaps between words, which takes milliseconds a page and
serves tables without rules. pdfplumber looks at the rules, keeps empty cells and text that wraps
inside a cell, and takes some 0.2 s a page: hence only for the pages that are asked for.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from secateur.pipelines.document.document import Box
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion import isolation
from secateur.pipelines.ingestion.files import detect as kinds
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.parse import root_of
from secateur.pipelines.ingestion.pdf.forms import check_forms

if TYPE_CHECKING:
    from pdfplumber.pdf import PDF

_PARSE = "secateur.pipelines.ingestion.pdf.tables:parse_tables"


@dataclass(frozen=True)
class PdfTable:
    """One table of a page.

    Attributes:
        page: Page number from 1.
        box: Where it stands on the page.
        rows: Text of each cell, lines joined by a space, "" for an empty cell; all rows are of
            the same length.
    """

    page: int
    box: Box
    rows: tuple[tuple[str, ...], ...]


def read_tables(
    path: str | os.PathLike[str], pages: Sequence[int], *, limits: Limits = DEFAULT_LIMITS
) -> list[PdfTable]:
    """Reads the ruled tables of some pages.

    Args:
        path: A PDF file.
        pages: Page numbers from 1.
        limits: Bounds on size and time.

    Returns:
        The tables in the order of the pages asked for, and from top to bottom on each.

    Raises:
        IngestionError: If `secateur[tables]` is not installed, or the file is no PDF, is damaged or
            locked, or has no such page.
    """
    name = str(path)
    if find_spec("pdfplumber") is None:
        raise IngestionError(
            f"{name}: tables of a PDF need pdfplumber; "
            "install secateur[tables] (`pip install 'secateur[tables]'`)"
        )
    found: list[PdfTable] = isolation.ask(_PARSE, Path(path), limits, tuple(pages))
    return found


def parse_tables(path: Path, limits: Limits, pages: Sequence[int]) -> list[PdfTable]:
    """Does in this process what `read_tables` has done in another one."""
    import pdfplumber

    name = str(path)
    root = root_of(path, limits)
    if kinds.detect(root.data, name) != kinds.PDF:
        raise IngestionError(f"{name}: is not a PDF; use `read`, which finds the tables itself")
    try:
        with pdfium.PdfDocument(root.data) as document:
            check_forms(document, root.source)
        with pdfplumber.open(io.BytesIO(root.data)) as document:
            found: list[PdfTable] = []
            for number in pages:
                root.source.deadline.check()
                found += _tables(document, number, name)
            return found
    except IngestionError:
        raise
    except MemoryError:
        raise
    # pdfminer raises errors of many kinds on damaged files, some its own for locked ones. The kind
    # is told, so that a fault of ours shows; the words are not, which may quote the document.
    except Exception as error:
        raise IngestionError(
            f"{name}: the PDF is damaged or locked ({type(error).__name__}); print or save it "
            "again, without a password"
        ) from None


def _tables(document: PDF, number: int, name: str) -> Iterator[PdfTable]:
    if not 1 <= number <= len(document.pages):
        raise IngestionError(
            f"{name}: has no page {number}; its pages are 1 to {len(document.pages)}"
        )
    page = document.pages[number - 1]
    for table in page.find_tables():
        left, top, right, bottom = table.bbox
        rows = tuple(
            tuple(" ".join((cell or "").split()) for cell in row) for row in table.extract()
        )
        yield PdfTable(number, (left, page.height - bottom, right, page.height - top), rows)
    page.close()
