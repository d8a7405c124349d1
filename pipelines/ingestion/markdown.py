"""Markdown: rendered to HTML by markdown-it, then walked like any HTML."""

from __future__ import annotations

from markdown_it import MarkdownIt

from secateur.pipelines.ingestion.decode import decode
from secateur.pipelines.ingestion.detect import MARKDOWN
from secateur.pipelines.ingestion.html import read_html
from secateur.pipelines.ingestion.reading import Reading, Source
from secateur.pipelines.ingestion.text import read_text

_LONGEST = 1_000_000


def read_markdown(data: bytes, source: Source) -> Reading:
    """Read Markdown.

    Args:
        data: The content, in any encoding.
        source: Where it comes from.

    Returns:
        Its text as rendered: marks of emphasis and link targets are gone, tables are tables. What
        is very long is read as plain text, because rendering takes some 10 s a million characters.

    Raises:
        IngestionError: As `read_html`.
    """
    text, _ = decode(data)
    if len(text) > _LONGEST:
        reading = read_text(data, source)
        reading.warnings.append(f"longer than {_LONGEST:,} characters: read as plain text")
        return reading
    # HTML inside Markdown is shown as text, so nothing in it is run, hidden or lost.
    rendered = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    reading = read_html(rendered.render(text).encode(), source)
    reading.media_type = MARKDOWN
    return reading
