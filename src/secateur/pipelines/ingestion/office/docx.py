"""Word documents (DOCX): paragraphs, lists and tables in order, by python-docx.

The body is walked element by element, because python-docx's own iteration passes over text in
content controls and tracked insertions.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from secateur.pipelines.document.document import Bytes, PassageKind
from secateur.pipelines.ingestion.containers.archive import DAMAGES, unpack_package
from secateur.pipelines.ingestion.files.detect import DOCX
from secateur.pipelines.ingestion.layout.grid import Grid
from secateur.pipelines.ingestion.layout.reading import Reading, Source
from secateur.pipelines.ingestion.layout.tables import add_grid
from secateur.pipelines.ingestion.layout.textrun import Run
from secateur.pipelines.ingestion.markup.parse import parse_xml, refuse_entities
from secateur.pipelines.ingestion.office.xmlplaces import text_places
from secateur.pipelines.ingestion.sections import layout

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAK, _RUN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:r")
# python-docx does not know the namespace of Office's equations.
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_EQUATION = f"{_MATHS}t"
_SIGNS = {f"{_MATHS}den": "/", f"{_MATHS}sup": "^", f"{_MATHS}sub": "_"}
"""What stands before the parts of an equation: 1/2 must not read as 12."""
_HYPHEN, _VALUE = qn("w:noBreakHyphen"), qn("w:val")
_LEFT_OUT_BY = {"w:vanish": "hidden", "w:strike": "struck out", "w:dstrike": "struck out"}
"""Properties of a run, or of its style, that make its text none of the document's."""
_DELETED = (qn("w:del"), qn("w:moveFrom"))
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"heading|title|subtitle", re.IGNORECASE)
_LIST = re.compile(r"list", re.IGNORECASE)
_LEVEL = re.compile(r"heading\s*(\d)", re.IGNORECASE)
_TITLE_LEVEL, _SUBTITLE_LEVEL = 1, 2
"""Levels above those of numbered headings."""
_NOTES = ("footnotes", "endnotes")
_LEFT_OUT = {
    "header": "header and footer",
    "footer": "header and footer",
    "comments": "comment",
}


@dataclass(frozen=True)
class _Story:
    """A part of the package that holds text.

    Attributes:
        name: The part's name in the package.
        root: Its root element.
        places: Bytes of its text elements in the part, where they are known.
    """

    name: str
    root: etree._Element
    places: Mapping[etree._Element, Bytes] = field(default_factory=dict)


def read_docx(data: bytes, source: Source) -> Reading:
    """Reads the body of a Word document, then its foot- and endnotes.

    Text that is hidden, struck out or deleted under tracking, headers, footers and comments are
    left out and counted.

    Args:
        data: The content.
        source: Where it comes from.

    Returns:
        What was found.

    Raises:
        IngestionError: The file is damaged, or a bound is passed.
    """
    reading = Reading(media_type=DOCX)
    try:
        unpack_package(data, source)
        document = docx.Document(io.BytesIO(data))
        stories = list(_stories(document, data, reading))
    except (PackageNotFoundError, KeyError, AttributeError, etree.XMLSyntaxError, *DAMAGES):
        raise source.refusal("the Word document is damaged", "save it again, or as PDF") from None
    for story in stories:
        one = _Reader(document, source, Reading())
        one.walk(story)
        reading.include(one.reading, (story.name,))
    return reading


def _stories(document: WordDocument, data: bytes, reading: Reading) -> Iterator[_Story]:
    """The body and its notes; of all else only the size is told."""
    refuse_entities(document.element)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        name = document.part.partname.lstrip("/")
        yield _story(name, document.element, package.read(name))
        for relation in document.part.rels.values():
            kind = relation.reltype.rpartition("/")[2]
            if relation.is_external or kind not in {*_NOTES, *_LEFT_OUT}:
                continue
            part = relation.target_part
            root = parse_xml(part.blob)
            if kind in _NOTES:
                name = part.partname.lstrip("/")
                yield _story(name, root, package.read(name))
            else:
                size = sum(len(element.text or "") for element in root.iter(_TEXT))
                reading.drop(_LEFT_OUT[kind], size)


def _story(name: str, root: etree._Element, xml: bytes) -> _Story:
    elements = list(root.iter(_TEXT))
    found = text_places(xml, _TEXT)
    # What python-docx has repaired or left out cannot be told apart by counting.
    if len(found) != len(elements):
        return _Story(name, root)
    places = {e: place for e, place in zip(elements, found, strict=True) if place is not None}
    return _Story(name, root, places)


class _Reader:
    """Walks one document; tables inside cells are read as part of the cell."""

    def __init__(self, document: WordDocument, source: Source, reading: Reading) -> None:
        self._source = source
        self.reading = reading
        self._styles = {style.style_id: style.name or "" for style in document.styles}
        self._left_out = {style.style_id: _left_out(style.element) for style in document.styles}
        self._places: Mapping[etree._Element, Bytes] = {}

    def walk(self, story: _Story) -> None:
        """Appends the blocks of a part, in its order."""
        self._places = story.places
        events = etree.iterwalk(story.root, events=("start",), tag=(_PARAGRAPH, _TABLE))
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
        kind, level = self._kind_of(paragraph)
        if kind == "paragraph" and run.is_strong and run.length <= layout.TITLE_CHARACTERS:
            kind = "title"
        layout.add_block(self.reading.assembly, run, kind, kind == "title", level)

    def _kind_of(self, paragraph: etree._Element) -> tuple[PassageKind, int]:
        """What a paragraph is, and how deep a heading."""
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return "paragraph", 0
        style = properties.find(qn("w:pStyle"))
        name = "" if style is None else self._styles.get(style.get(_VALUE, ""), "")
        outline = properties.find(qn("w:outlineLvl"))
        if _HEADING.match(name) or outline is not None:
            return "title", _level(name, outline)
        if _LIST.match(name) or properties.find(qn("w:numPr")) is not None:
            return "list", 0
        return "paragraph", 0

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
        if not layout.add_form(grid, self.reading.assembly):
            add_grid(grid, self.reading.assembly)

    def _fill(self, run: Run, paragraph: etree._Element) -> None:
        """Adds the visible text of a paragraph to a run."""
        wanted = (_TEXT, _EQUATION, *_SIGNS, _TAB, _BREAK, _HYPHEN, qn("w:delText"))
        for element in paragraph.iter(*wanted):
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
            elif reason := self._why_left_out(holder):
                self.reading.drop(reason, len(element.text or ""))
            elif element.tag in (_TEXT, _EQUATION):
                start = run.add(element.text or "", _is_on(holder, "w:b"))
                if start >= 0 and (place := self._places.get(element)):
                    run.origins.append((start, *place))
            elif element.tag in _SIGNS:
                if any(text.text for text in element.iter(_EQUATION)):
                    run.add(_SIGNS[element.tag])
            elif element.tag == _BREAK:
                run.line_break()
            elif element.tag == _HYPHEN:
                run.add("-")
            elif holder is not None:
                run.space()

    def _why_left_out(self, run: etree._Element | None) -> str | None:
        """Why a run is no text, by itself or by its style; None if it is."""
        style = None if run is None else run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        by_style = None if style is None else self._left_out.get(style.get(_VALUE, ""))
        return _left_out(run) or by_style


def _level(style: str, outline: etree._Element | None) -> int:
    """How deep a heading is: by its style, else by its outline level, which counts from 0."""
    numbered = _LEVEL.match(style)
    if numbered:
        return _SUBTITLE_LEVEL + max(int(numbered.group(1)), 1)
    if style.lower().startswith("subtitle"):
        return _SUBTITLE_LEVEL
    if style.lower().startswith("title"):
        return _TITLE_LEVEL
    value = "" if outline is None else outline.get(_VALUE, "")
    return _SUBTITLE_LEVEL + 1 + (int(value) if value.isdecimal() and len(value) == 1 else 0)


def _left_out(run: etree._Element | None) -> str | None:
    return next((why for toggle, why in _LEFT_OUT_BY.items() if _is_on(run, toggle)), None)


def _is_on(run: etree._Element | None, toggle: str) -> bool:
    """Whether a run's own properties switch something on."""
    if run is None:
        return False
    found = run.find(f"{qn('w:rPr')}/{qn(toggle)}")
    return found is not None and found.get(_VALUE, "1") not in ("0", "false", "off")
