"""The way back: what a place points at in the original file."""

from __future__ import annotations

import os
from pathlib import Path

from secateur.pipelines.document.document import Part, Passage, Place
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.summary import Evidence
from secateur.pipelines.ingestion import isolation
from secateur.pipelines.ingestion.charts.cda import open_element
from secateur.pipelines.ingestion.charts.fhir import open_pointer
from secateur.pipelines.ingestion.containers.archive import zip_members
from secateur.pipelines.ingestion.containers.mail import open_mail_part
from secateur.pipelines.ingestion.containers.members import Lister, lister_of, undo_gzip
from secateur.pipelines.ingestion.files import detect as kinds
from secateur.pipelines.ingestion.files.json_values import string_at
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.layout.reading import Source
from secateur.pipelines.ingestion.parse import root_of

_OPEN = "secateur.pipelines.ingestion.parts:unpack_part"


def bytes_at(
    path: str | os.PathLike[str],
    place: Passage | Place | Entity | Evidence,
    *,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """Reads what stands in a file at a place, as it is there, markup included.

    Args:
        path: The file that was read; of an archive, the member as a file.
        place: What points into it.
        limits: Bounds on size, depth and time.

    Returns:
        The bytes.

    Raises:
        IngestionError: The file cannot be read, or has no such part.
        ValueError: The place has no bytes, as in PDF files.
    """
    if place.source is None:
        raise ValueError("the place has no bytes; it has a page and a box in PDF files only")
    data = open_part(path, place.part, limits=limits)
    return data[slice(*place.source)]


def open_part(
    path: str | os.PathLike[str], part: Part, *, limits: Limits = DEFAULT_LIMITS
) -> bytes:
    """Unpacks what a place counts in.

    A member of a package or archive goes by its name ("word/document.xml"), a part of a message by
    its number as in IMAP ("2.1"; transfer encoding undone, text as UTF-8), one of an Outlook
    message by its kind ("body", "attachment 1"), a JSON string by its pointer
    ("/section/0/text/div"; base64 undone where FHIR has it), an XML element by its XPath
    ("/*/*[2]").

    Args:
        path: The file that was read.
        part: As in `Passage.part`; empty for the file itself.
        limits: Bounds on size, depth and time.

    Returns:
        The file or the part of it, unpacked.

    Raises:
        IngestionError: The file cannot be read, or has no such part.
    """
    data: bytes = isolation.ask(_OPEN, Path(path), limits, part)
    return data


def unpack_part(path: Path, limits: Limits, part: Part) -> bytes:
    """Does in this process what `open_part` has done in another one."""
    root = root_of(path, limits)
    data = root.data
    for step in part:
        try:
            data = _open(data, step, root.source)
        except ValueError:
            raise root.source.refusal(
                "it has no such part", "give the file that was read, unchanged"
            ) from None
    return data


def _open(data: bytes, step: str, source: Source) -> bytes:
    lister = lister_of(data, source.name)
    kind = kinds.ZIP if lister else kinds.detect(data, source.name)
    if kind in (kinds.DOCX, kinds.XLSX):
        lister = zip_members
    if lister is not None:
        return _member(data, step, source, lister)
    if kind == kinds.FHIR:
        return open_pointer(data, step)
    if kind == kinds.JSON:
        return string_at(data, step).encode()
    if kind == kinds.CDA:
        return open_element(data, step)
    if kind in (kinds.EML, kinds.MSG):
        return open_mail_part(data, step, kind)
    raise ValueError(f"{kind} has no parts")


def _member(data: bytes, step: str, source: Source, lister: Lister) -> bytes:
    for member in lister(data, source):
        if member.name == step:
            return undo_gzip(member.unpack(), source)
    raise ValueError(f"no member {step!r}")
