"""The way in: a file becomes a `Document`."""

from __future__ import annotations

import os
from pathlib import Path

from secateur.pipelines.document import Coverage, Document, Passage
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.blocks import Assembly
from secateur.pipelines.ingestion.detect import TEXT, XHTML, detect
from secateur.pipelines.ingestion.html import Walked, walk
from secateur.pipelines.ingestion.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.load import load
from secateur.pipelines.ingestion.parse import parse_markup
from secateur.pipelines.ingestion.sections import find_sections
from secateur.pipelines.ingestion.text import read_text


def read(path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read an annual report or a note.

    HTML, XHTML with inline XBRL, and plain text in any encoding, each also compressed with gzip.
    What a file is, is told from its content.

    Args:
        path: The file.
        limits: Bounds on size, depth and time.

    Returns:
        The document; `doc_id` is the file's name without folder and without `.gz`.

    Raises:
        IngestionError: If the file cannot be read as a document; the message names the file and
            the way out and never quotes the file's text.
    """
    document, _ = read_walked(Path(path), limits)
    return document


def read_walked(path: Path, limits: Limits) -> tuple[Document, Walked | None]:
    """Read a file and keep what the walk over its markup found.

    Args:
        path: The file.
        limits: Bounds on size, depth and time.

    Returns:
        The document, and for markup the walk with its inline XBRL marks.

    Raises:
        IngestionError: As `read`.
    """
    name = str(path)
    data = load(path, limits)
    media_type = detect(data, name)
    if media_type == TEXT:
        walked = None
        assembly, dropped, warnings = read_text(data)
    else:
        walked = walk(parse_markup(data, name, xhtml=media_type == XHTML), name, limits)
        assembly, dropped, warnings = walked.assembly, walked.dropped, ()
    text = assembly.text
    if not text.strip():
        raise IngestionError(f"{name}: holds no visible text; give a file with text")
    if len(text) > limits.characters:
        raise IngestionError(
            f"{name}: {len(text):,} characters are more than the limit of "
            f"{limits.characters:,}; split the file or raise Limits.characters"
        )
    document = Document(
        doc_id=path.name.removesuffix(".gz"),
        text=text,
        passages=_passages(assembly),
        media_type=media_type,
        warnings=warnings,
        coverage=Coverage(len(text), dropped),
    )
    return document, walked


def _passages(assembly: Assembly) -> tuple[Passage, ...]:
    sections = find_sections(assembly.lines)
    starts = iter(sections)
    upcoming = next(starts, None)
    section: str | None = None
    passages = []
    for piece in assembly.pieces:
        while upcoming is not None and upcoming.start <= piece.start:
            section = upcoming.name
            upcoming = next(starts, None)
        passages.append(
            Passage(
                piece.start,
                piece.end,
                piece.kind,
                section=section,
                row=piece.row,
                column=piece.column,
            )
        )
    return tuple(passages)
