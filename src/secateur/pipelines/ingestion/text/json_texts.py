"""JSON with texts as its strings, as corpora of reports split into items have it (EDGAR-CORPUS)."""

from __future__ import annotations

from secateur.pipelines.ingestion.files.detect import JSON
from secateur.pipelines.ingestion.files.json_values import is_text, parse_json, strings
from secateur.pipelines.ingestion.layout.reading import Reading, Source


def read_json(data: bytes, source: Source) -> Reading:
    """Reads the strings of a JSON file one after another.

    Those of at least two words are read in whatever format they are; all others, which are codes,
    dates and addresses, are counted as dropped. Sections are told by titles.
    """
    reading = Reading(media_type=JSON)
    for pointer, string in strings(parse_json(data)):
        if is_text(string):
            reading.include(source.read_inner(string.encode(), "string"), (pointer,))
        else:
            reading.drop("strings of one word", len(string.strip()))
    return reading
