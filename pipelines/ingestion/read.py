"""The way in: a file becomes a `Document`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from secateur.pipelines.document import Coverage, Document, Passage
from secateur.pipelines.ingestion import detect as kinds
from secateur.pipelines.ingestion.archive import read_zip
from secateur.pipelines.ingestion.cda import read_cda
from secateur.pipelines.ingestion.docx import read_docx
from secateur.pipelines.ingestion.fhir import read_fhir
from secateur.pipelines.ingestion.html import read_html, read_xhtml
from secateur.pipelines.ingestion.limits import DEFAULT_LIMITS, Deadline, Limits
from secateur.pipelines.ingestion.load import load
from secateur.pipelines.ingestion.markdown import read_markdown
from secateur.pipelines.ingestion.pdf import read_pdf
from secateur.pipelines.ingestion.reading import Reading, Source
from secateur.pipelines.ingestion.rtf import read_rtf
from secateur.pipelines.ingestion.sections import find_sections
from secateur.pipelines.ingestion.text import read_text

_READERS: Mapping[str, Callable[[bytes, Source], Reading]] = MappingProxyType(
    {
        kinds.HTML: read_html,
        kinds.XHTML: read_xhtml,
        kinds.TEXT: read_text,
        kinds.MARKDOWN: read_markdown,
        kinds.PDF: read_pdf,
        kinds.DOCX: read_docx,
        kinds.RTF: read_rtf,
        kinds.CDA: read_cda,
        kinds.FHIR: read_fhir,
        kinds.ZIP: read_zip,
    }
)


def read(path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read an annual report or a note.

    HTML, XHTML with inline XBRL, PDF with text, plain text in any encoding, Markdown, DOCX, RTF,
    C-CDA and FHIR JSON, each also compressed with gzip or alone in a zip archive. What a file is,
    is told from its content.

    Args:
        path: The file.
        limits: Bounds on size, depth and time.

    Returns:
        The document; `doc_id` is the file's name without folder and without `.gz`.

    Raises:
        IngestionError: If the file cannot be read as a document; the message names the file and
            the way out and never quotes the file's text.
    """
    document, _ = read_whole(Path(path), limits)
    return document


def read_whole(path: Path, limits: Limits) -> tuple[Document, Reading]:
    """Read a file and keep what its reader found besides the document.

    Args:
        path: The file.
        limits: Bounds on size, depth and time.

    Returns:
        The document, and the reading with its inline XBRL marks.

    Raises:
        IngestionError: As `read`.
    """
    name = str(path)
    source = Source(name, limits, Deadline(name, limits), _dispatch)
    reading = _dispatch(load(path, limits), source)
    return _document(path.name.removesuffix(".gz"), reading, source), reading


def _dispatch(data: bytes, source: Source) -> Reading:
    source.deadline.check()
    reading = _READERS[kinds.detect(data, source.name)](data, source)
    if reading.sections is None:
        reading.sections = find_sections(reading.assembly.lines)
    return reading


def _document(doc_id: str, reading: Reading, source: Source) -> Document:
    text = reading.assembly.text
    if not text.strip():
        raise source.refusal("holds no visible text", "give a file with text")
    most = source.limits.characters
    if len(text) > most:
        raise source.refusal(
            f"{len(text):,} characters are more than the limit of {most:,}",
            "split the file or raise Limits.characters",
        )
    return Document(
        doc_id=doc_id,
        text=text,
        passages=_passages(reading),
        media_type=reading.media_type,
        warnings=tuple(reading.warnings),
        coverage=Coverage(len(text), reading.dropped),
    )


def _passages(reading: Reading) -> tuple[Passage, ...]:
    starts = iter(reading.sections or ())
    upcoming = next(starts, None)
    section: str | None = None
    passages = []
    for piece in reading.assembly.pieces:
        while upcoming is not None and upcoming.start <= piece.start:
            section = upcoming.name
            upcoming = next(starts, None)
        passages.append(
            Passage(
                piece.start,
                piece.end,
                piece.kind,
                section,
                piece.page,
                piece.row,
                piece.column,
                piece.box,
            )
        )
    return tuple(passages)
