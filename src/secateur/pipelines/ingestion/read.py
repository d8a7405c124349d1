"""The way in: a file becomes a `Document`, parsed in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion import isolation
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits

_PARSE = "secateur.pipelines.ingestion.parse:parse"
_PARSE_STEPS = "secateur.pipelines.ingestion.parse:parse_steps"


def read(path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Reads an annual report or a note.

    HTML, XHTML with inline XBRL, PDF with text, plain text (UTF-8, UTF-16, UTF-32, else taken for
    Windows-1252 with a warning), CSV, TSV, Markdown, DOCX, XLSX, RTF, C-CDA, FHIR and other JSON,
    and e-mail, each also compressed with gzip or alone in a zip or tar archive. Of a full
    submission to EDGAR the main document is read. What a file is, is told from its content.

    Args:
        path: The file.
        limits: Bounds on size, depth, time and memory.

    Returns:
        The document; `doc_id` is the file's name without folder and without `.gz`.

    Raises:
        IngestionError: The file cannot be read as a document, or is an archive of several
            (see `read_each`); the message names the file and the way out and never quotes the
            file's text.
    """
    document: Document = isolation.ask(_PARSE, Path(path), limits)
    return document


def read_each(
    path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS, sha256: str = ""
) -> Iterator[Document | IngestionError]:
    """Reads every document of a file: one, or those of an archive or of a full submission.

    Args:
        path: The file.
        limits: Bounds on size, depth and number; `seconds` counts anew for each document.
        sha256: As for `load`.

    Yields:
        In the order of the file, a document, or the error that says why there is none. Documents
        of an archive have a `doc_id` like "reports.zip!2024/acme.html"; errors name them so, and
        `inner_name` is what stands behind the first "!". A parser's fault, its death and its want
        of memory or time are errors too (`IngestionError.kind`).
    """
    yield from isolation.ask_each(_PARSE_STEPS, Path(path), limits, sha256)
