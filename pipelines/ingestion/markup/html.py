"""HTML, XHTML and inline XBRL to blocks of text."""

from __future__ import annotations

from secateur.pipelines.ingestion.decode import undecoded
from secateur.pipelines.ingestion.detect import HTML, XHTML
from secateur.pipelines.ingestion.markup.parse import parse_markup
from secateur.pipelines.ingestion.markup.walk import walk
from secateur.pipelines.ingestion.origin import MarkupOrigin, Origin
from secateur.pipelines.ingestion.reading import Reading, Source


def read_html(data: bytes, source: Source) -> Reading:
    """Reads HTML.

    Args:
        data: The content.
        source: Where it comes from.

    Returns:
        The visible text, with inline XBRL marks.

    Raises:
        IngestionError: There are no elements, they nest too deeply, or the time is over.
    """
    return read_markup(data, source, HTML, MarkupOrigin(data))


def read_xhtml(data: bytes, source: Source) -> Reading:
    """Reads XHTML, with inline XBRL or without; arguments, result and errors as `read_html`."""
    return read_markup(data, source, XHTML, MarkupOrigin(data))


def read_markup(data: bytes, source: Source, media_type: str, origin: Origin) -> Reading:
    """Reads markup of either kind.

    Args:
        data: The content.
        source: Where it comes from.
        media_type: `HTML` or `XHTML`.
        origin: Tells where its text stands in the file.

    Returns:
        The visible text.

    Raises:
        IngestionError: As `read_html`.
    """
    reading = Reading(media_type=media_type)
    source.check_elements(data)
    root = parse_markup(data, source.name, source.limits, xhtml=media_type == XHTML)
    walk(root, source, reading, origin)
    reading.warnings += undecoded(reading.assembly.text)
    return reading
