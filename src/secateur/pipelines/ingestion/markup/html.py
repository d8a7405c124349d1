"""HTML, XHTML and inline XBRL to blocks of text."""

from __future__ import annotations

from secateur.pipelines.ingestion.files.decode import undecoded
from secateur.pipelines.ingestion.files.detect import HTML, XHTML
from secateur.pipelines.ingestion.layout.origin import MarkupOrigin, Origin
from secateur.pipelines.ingestion.layout.reading import Reading, Source
from secateur.pipelines.ingestion.markup.parse import parse_markup
from secateur.pipelines.ingestion.markup.walk import walk


def read_html(data: bytes, source: Source) -> Reading:
    """Reads the visible text of HTML, with inline XBRL marks."""
    return read_markup(data, source, HTML, MarkupOrigin(data))


def read_xhtml(data: bytes, source: Source) -> Reading:
    """Reads XHTML as `read_html` does HTML."""
    return read_markup(data, source, XHTML, MarkupOrigin(data))


def read_markup(data: bytes, source: Source, media_type: str, origin: Origin) -> Reading:
    """Reads markup of media type `HTML` or `XHTML`; `origin` tells where its text stands."""
    reading = Reading(media_type=media_type)
    source.check_elements(data)
    root = parse_markup(data, source.name, source.limits, xhtml=media_type == XHTML)
    walk(root, source, reading, origin)
    reading.warnings += undecoded(reading.assembly.text)
    return reading
