"""C-CDA documents: the narrative of each section, sections named by their LOINC codes.

What a reader of a CDA document sees is the narrative (`section/text`); the coded entries repeat it
for machines and are left out, except notes that an entry carries in full as RTF or text.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from lxml import etree

from secateur.pipelines.ingestion.charts.loinc import section_name
from secateur.pipelines.ingestion.charts.subjects import subject_of_cda
from secateur.pipelines.ingestion.files.detect import CDA
from secateur.pipelines.ingestion.layout.origin import MarkupOrigin, Origin
from secateur.pipelines.ingestion.layout.reading import NoteStart, Reading, Source, day_of
from secateur.pipelines.ingestion.markup.elements import visible_size
from secateur.pipelines.ingestion.markup.parse import EntityError, parse_xml
from secateur.pipelines.ingestion.markup.walk import walk


def read_cda(data: bytes, source: Source) -> Reading:
    """Reads the title of a C-CDA document and the narrative of its sections, or one section.

    Args:
        data: The content.
        source: Where it comes from.

    Returns:
        What was found.

    Raises:
        IngestionError: The XML or an attachment is damaged or has entities of its own, or a bound
            is passed.
    """
    source.check_elements(data)
    try:
        root = parse_xml(data)
    except EntityError:
        raise source.refusal(
            "the XML has entities of its own", "write them out and remove its document type"
        ) from None
    except etree.XMLSyntaxError:
        raise source.refusal("the XML is damaged", "export the document again") from None
    reading = Reading(media_type=CDA, sections=[])
    origin = MarkupOrigin(data)
    if _local(root) == "section":
        _read_section(root, source, reading, origin, ())
        return reading
    made = root.find("{*}effectiveTime")
    reading.dated = None if made is None else day_of(made.get("value", ""))
    reading.notes.append(NoteStart(0, reading.dated, subject_of_cda(root)))
    for element in root.iterchildren("{*}*"):
        if _local(element) == "title":
            _add_title(element, reading, origin)
        elif _local(element) != "component":
            reading.drop("CDA header", visible_size(element))
            origin.take_all(element)
    for body in root.iterfind("{*}component/{*}nonXMLBody/{*}text"):
        _include_body(body, source, reading)
    for section in root.iterfind("{*}component/{*}structuredBody/{*}component/{*}section"):
        _read_section(section, source, reading, origin, ())
    return reading


def _read_section(
    section: etree._Element,
    source: Source,
    reading: Reading,
    origin: Origin,
    parents: tuple[str, ...],
) -> None:
    """Appends a section with its subsections; those without text, title included, are left out."""
    title = section.find("{*}title")
    code = section.find("{*}code")
    shown = "" if title is None else " ".join("".join(map(str, title.itertext())).split())
    loinc = "" if code is None else code.get("code", "")
    name = section_name(loinc, shown)
    path = (*parents, name) if name else parents
    reading.begin_section(reading.assembly.next_start, path, loinc or None)
    if title is not None:
        _add_title(title, reading, origin)
    for text in section.iterfind("{*}text"):
        walk(text, source, reading, origin)
    if not any(True for _ in _narrative(section)):
        for note in section.iterfind("{*}entry//{*}text[@representation='B64']"):
            _include_body(note, source, reading, path)
    for entry in section.iterfind("{*}entry"):
        reading.drop("coded entries", visible_size(entry))
        origin.take_all(entry)
    for inner in section.iterfind("{*}component/{*}section"):
        _read_section(inner, source, reading, origin, path)


def _narrative(section: etree._Element) -> Iterator[str]:
    for text in section.iterfind("{*}text"):
        yield from (part for part in map(str, text.itertext()) if part.strip())


def _add_title(element: etree._Element, reading: Reading, origin: Origin) -> None:
    source = origin.take_all(element)
    text = " ".join("".join(map(str, element.itertext())).split())
    if text:
        reading.assembly.add_text(text, "title", strong=True, source=source)


def _include_body(
    body: etree._Element, source: Source, reading: Reading, parents: tuple[str, ...] = ()
) -> None:
    """Appends a body that is not CDA narrative: text, or any format in base64."""
    try:
        data = _content(body)
    except (binascii.Error, ValueError):
        raise source.refusal("a body is damaged base64", "export the document again") from None
    if data:
        part = (body.getroottree().getpath(body),)
        reading.include(source.read_inner(data, "body"), part, parents=parents)


def _content(body: etree._Element) -> bytes:
    content = "".join(map(str, body.itertext()))
    if body.get("representation") == "B64":
        return base64.b64decode(content)
    return content.strip().encode()


def open_element(data: bytes, path: str) -> bytes:
    """Unpacks the text of an element.

    Args:
        data: C-CDA.
        path: XPath of the element, as in `Passage.part`.

    Returns:
        Its text, base64 undone where the element says so.

    Raises:
        ValueError: There is no such element, or it is damaged.
    """
    try:
        found = parse_xml(data).xpath(path)
    except (etree.XMLSyntaxError, etree.XPathError):
        found = None
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], etree._Element):
        raise ValueError(f"no element at {path!r}")
    return _content(found[0])


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
