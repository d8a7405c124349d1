"""Word documents (DOCX): paragraphs, lists and tables in order, by python-docx.

The body is walked element by element, because python-docx's own iteration passes over text in
content controls and tracked insertions.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from secateur.pipelines.document import PassageKind
from secateur.pipelines.ingestion.archive import unpack_package
from secateur.pipelines.ingestion.detect import DOCX
from secateur.pipelines.ingestion.reading import Reading, Source
from secateur.pipelines.ingestion.run import Run
from secateur.pipelines.ingestion.tables import Grid, add_grid

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAK, _RUN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:r")
_HYPHEN, _VALUE = qn("w:noBreakHyphen"), qn("w:val")
_DELETED = (qn("w:del"), qn("w:moveFrom"))
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"heading|title|subtitle", re.IGNORECASE)
_LIST = re.compile(r"list", re.IGNORECASE)
_NOTES = ("footnotes", "endnotes")


def read_docx(data: bytes, source: Source) -> Reading:
    """Read a Word document.

    Args:
        data: The package.
        source: Where it comes from.

    Returns:
        The text of the body, then of foot- and endnotes; text that is hidden or struck out by a
        tracked deletion is left out and counted.

    Raises:
        IngestionError: If the package is damaged, locked or passes a bound.
    """
    unpack_package(data, source)
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        notes = list(_note_roots(document))
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError):
        raise source.refusal("the Word document is damaged", "save it again, or as PDF") from None
    reader = _Reader(document, source, Reading(media_type=DOCX))
    reader.walk(body)
    for root in notes:
        reader.walk(root)
    return reader.reading


def _note_roots(document: WordDocument) -> Iterator[etree._Element]:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.rpartition("/")[2] in _NOTES:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            yield etree.fromstring(relation.target_part.blob, parser)


class _Reader:
    """Walks one document; tables inside cells are read as part of the cell."""

    def __init__(self, document: WordDocument, source: Source, reading: Reading) -> None:
        self._source = source
        self.reading = reading
        self._styles = {style.style_id: style.name or "" for style in document.styles}

    def walk(self, root: etree._Element) -> None:
        """Append the blocks under an element, in document order."""
        events = etree.iterwalk(root, events=("start",), tag=(_PARAGRAPH, _TABLE))
        for _, element in events:
            self._source.deadline.check()
            events.skip_subtree()
            if element.tag == _TABLE:
                self._add_table(element)
            else:
                self._add_paragraph(element)

    def _add_paragraph(self, paragraph: etree._Element) -> None:
        run = Run()
        self._fill(run, paragraph)
        kind = self._kind_of(paragraph)
        if kind == "paragraph" and run.is_strong and run.length <= 250:
            kind = "title"
        self.reading.assembly.add_block(run, kind, kind == "title")

    def _kind_of(self, paragraph: etree._Element) -> PassageKind:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return "paragraph"
        style = properties.find(qn("w:pStyle"))
        name = "" if style is None else self._styles.get(style.get(_VALUE, ""), "")
        if _HEADING.match(name) or properties.find(qn("w:outlineLvl")) is not None:
            return "title"
        if _LIST.match(name) or properties.find(qn("w:numPr")) is not None:
            return "list"
        return "paragraph"

    def _add_table(self, table: etree._Element) -> None:
        grid = Grid()
        for row in table.iterfind(f".//{_ROW}"):
            if next(row.iterancestors(_TABLE)) is not table:
                continue
            grid.start_row()
            for cell in row.iterfind(f".//{_CELL}"):
                if next(cell.iterancestors(_ROW)) is not row:
                    continue
                span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
                width = "1" if span is None else span.get(_VALUE, "1")
                run = Run()
                for paragraph in cell.iter(_PARAGRAPH):
                    # A text box puts paragraphs inside a paragraph; filling the outer one will do.
                    if next(paragraph.iterancestors(_PARAGRAPH), None) is None:
                        self._fill(run, paragraph)
                        run.line_break()
                grid.add(run, int(width) if width.isdecimal() else 1, 1, head=False)
        add_grid(grid, self.reading.assembly)

    def _fill(self, run: Run, paragraph: etree._Element) -> None:
        """Add the visible text of a paragraph to a run."""
        for element in paragraph.iter(_TEXT, _TAB, _BREAK, _HYPHEN, qn("w:delText")):
            if element.tag == qn("w:delText"):
                self.reading.drop("tracked deletion", len(element.text or ""))
                continue
            parents = list(element.iterancestors())
            tags = {parent.tag for parent in parents}
            if _ALTERNATIVE in tags:
                continue
            holder = next((parent for parent in parents if parent.tag == _RUN), None)
            if not tags.isdisjoint(_DELETED):
                self.reading.drop("tracked deletion", len(element.text or ""))
            elif _is_on(holder, "w:vanish"):
                self.reading.drop("hidden", len(element.text or ""))
            elif element.tag == _TEXT:
                run.add(element.text or "", _is_on(holder, "w:b"))
            elif element.tag == _BREAK:
                run.line_break()
            elif element.tag == _HYPHEN:
                run.add("-")
            elif holder is not None:
                run.space()


def _is_on(run: etree._Element | None, toggle: str) -> bool:
    """Whether a run's own properties switch something on."""
    if run is None:
        return False
    found = run.find(f"{qn('w:rPr')}/{qn(toggle)}")
    return found is not None and found.get(_VALUE, "1") not in ("0", "false", "off")
