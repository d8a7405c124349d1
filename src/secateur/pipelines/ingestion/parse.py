"""A file becomes a `Document`, in the process that asks: `read` has this done in another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from secateur.pipelines.document.document import Coverage, Document, NotePart, Passage, Section
from secateur.pipelines.errors import IngestionError, origin_of
from secateur.pipelines.ingestion.charts.cda import read_cda
from secateur.pipelines.ingestion.charts.fhir import read_fhir
from secateur.pipelines.ingestion.containers.mail import read_eml, read_msg
from secateur.pipelines.ingestion.containers.members import Leaf, leaves, lister_of
from secateur.pipelines.ingestion.containers.submission import is_submission
from secateur.pipelines.ingestion.files import detect as kinds
from secateur.pipelines.ingestion.files.decode import foreign
from secateur.pipelines.ingestion.files.json_values import is_damaged
from secateur.pipelines.ingestion.files.limits import Budget, Deadline, Limits
from secateur.pipelines.ingestion.files.load import load
from secateur.pipelines.ingestion.isolation import Begun
from secateur.pipelines.ingestion.layout.blocks import place_around
from secateur.pipelines.ingestion.layout.reading import Reading, Source
from secateur.pipelines.ingestion.markup.html import read_html, read_xhtml
from secateur.pipelines.ingestion.markup.markdown import read_markdown
from secateur.pipelines.ingestion.office.rtf import read_rtf
from secateur.pipelines.ingestion.sections.find import find_sections
from secateur.pipelines.ingestion.sections.outline import Outline
from secateur.pipelines.ingestion.text.delimited import read_delimited
from secateur.pipelines.ingestion.text.json_texts import read_json
from secateur.pipelines.ingestion.text.plain import read_text

_Reader = Callable[[bytes, Source], Reading]
Keep = Callable[[Document, Reading], Any]


def _loaded_late(module: str, name: str) -> _Reader:
    """Loads a reader at its first file: these take as long as all others together (0.4 s)."""

    def reader(data: bytes, source: Source) -> Reading:
        found: _Reader = getattr(import_module(f"secateur.pipelines.ingestion.{module}"), name)
        return found(data, source)

    return reader


_READERS: Mapping[str, _Reader] = MappingProxyType(
    {
        kinds.HTML: read_html,
        kinds.XHTML: read_xhtml,
        kinds.TEXT: read_text,
        kinds.CSV: read_delimited,
        kinds.MARKDOWN: read_markdown,
        kinds.PDF: _loaded_late("pdf.paragraphs", "read_pdf"),
        kinds.DOCX: _loaded_late("office.docx", "read_docx"),
        kinds.XLSX: _loaded_late("office.xlsx", "read_xlsx"),
        kinds.RTF: read_rtf,
        kinds.CDA: read_cda,
        kinds.FHIR: read_fhir,
        kinds.JSON: read_json,
        kinds.EML: read_eml,
        kinds.MSG: read_msg,
    }
)


def parse(path: Path, limits: Limits) -> Document:
    """Parses a file in this process; see `read.read`.

    Raises:
        IngestionError: It cannot be read as a document.
        Exception: A parser is at fault.
    """
    document, _ = parse_whole(path, limits)
    return document


def parse_each(path: Path, limits: Limits, sha256: str = "") -> Iterator[Document | IngestionError]:
    """Parses every document of a file in this process; see `read.read_each`."""
    for found in parse_steps(path, limits, sha256):
        if not isinstance(found, Begun):
            yield found


def parse_steps(
    path: Path, limits: Limits, sha256: str = "", done: int = 0, keep: Keep | None = None
) -> Iterator[Any | IngestionError | Begun]:
    """Parses every document of a file, and tells which one is next.

    Args:
        path: The file.
        limits: Bounds on size, depth and number.
        sha256: As for `load`.
        done: How many of the first documents, or errors in their place, are left out.
        keep: Makes what is yielded of a document and its reading; by default the document.

    Yields:
        Before each document what it is called; then that, or the error in its place.

    Raises:
        MemoryError: There is too little for a document.
    """
    try:
        root = root_of(path, limits, sha256)
    except IngestionError as error:
        yield error
        return
    number = -1
    for number, leaf in enumerate(leaves(root)):
        if number < done:
            continue
        if isinstance(leaf, IngestionError):
            yield leaf
            continue
        yield Begun(leaf.source.name, leaf.inner_name)
        yield _parse_or_refuse(leaf, _doc_id(path, leaf), keep)
    if number < 0:
        yield _no_files(root)


def parse_whole(path: Path, limits: Limits) -> tuple[Document, Reading]:
    """Parses a file in this process and keeps what its reader found besides the document.

    Args:
        path: The file.
        limits: Bounds on size, depth and time.

    Returns:
        The document, and the reading with its inline XBRL marks.

    Raises:
        IngestionError: It cannot be read as a document.
        Exception: A parser is at fault.
    """
    root = root_of(path, limits)
    leaf, alone = _only_leaf(root)
    document, reading = _parse_leaf(leaf, path.name.removesuffix(".gz"))
    if not alone:
        note = "only the main document of the submission was read"
        document = replace(document, warnings=(*document.warnings, note))
    return document, reading


def root_of(path: Path, limits: Limits, sha256: str = "") -> Leaf:
    """Loads a file, without looking inside it.

    Args:
        path: The file.
        limits: Bounds on size, depth and time.
        sha256: As for `load`.

    Returns:
        Its content, gzip undone.

    Raises:
        IngestionError: As `load`.
    """
    name = str(path)
    data = load(path, limits, sha256)
    budget = Budget(name, len(data), limits)
    return Leaf(data, Source(name, limits, Deadline(name, limits), budget, _dispatch))


def _only_leaf(root: Leaf) -> tuple[Leaf, bool]:
    """The one document of a file, or the main one of a submission, and whether it is alone."""
    found = list(islice(leaves(root), 2))
    if not found:
        raise _no_files(root)
    first, *others = found
    if others and not is_submission(root.data):
        raise root.source.refusal(
            "the archive holds several files",
            "put it in a folder and give that to `secateur batch`, or unpack it",
        )
    if isinstance(first, IngestionError):
        raise first
    return first, not others


def _no_files(root: Leaf) -> IngestionError:
    return root.source.refusal("the archive holds no files", "pack it again")


def _doc_id(path: Path, leaf: Leaf) -> str:
    name = path.name.removesuffix(".gz")
    return f"{name}!{leaf.inner_name}" if leaf.inner_name else name


def _parse_or_refuse(leaf: Leaf, doc_id: str, keep: Keep | None) -> Any | IngestionError:
    """Parses a document; a parser's fault must not cost those behind it."""
    try:
        parsed = _parse_leaf(leaf, doc_id)
        return keep(*parsed) if keep else parsed[0]
    except MemoryError:
        raise
    except IngestionError as error:
        refusal = error
    except Exception as error:
        refusal = fault_of(leaf.source.name, error)
    refusal.inner_name = leaf.inner_name
    return refusal


def fault_of(name: str, error: Exception) -> IngestionError:
    """Words the error of a file at which a parser is at fault.

    Args:
        name: The file as the user gave it.
        error: What the parser raised.

    Returns:
        The error, to be raised; of the parser's own only type and place.
    """
    refusal = IngestionError(f"{name}: could not be read ({origin_of(error)}); please report it")
    refusal.kind = "failed"
    return refusal


def _parse_leaf(leaf: Leaf, doc_id: str) -> tuple[Document, Reading]:
    reading = _dispatch(leaf.data, leaf.source)
    return _document(doc_id, reading, leaf), reading


def _dispatch(data: bytes, source: Source) -> Reading:
    source.deadline.check()
    if lister_of(data, source.name) is not None:
        return _read_attached_archive(data, source)
    kind = kinds.detect(data, source.name)
    reading = _READERS[kind](data, source)
    if kind in kinds.PLAIN and is_damaged(data):
        reading.warnings.append("looks like JSON that is damaged or cut off: read as plain text")
    if reading.sections is None:
        reading.sections, reading.notes = find_sections(reading.assembly.lines)
    return reading


def _read_attached_archive(data: bytes, source: Source) -> Reading:
    """Reads an archive inside a document, an attachment for instance, as part of it."""
    reading = Reading(media_type=kinds.ZIP, sections=[])
    for leaf in leaves(Leaf(data, source)):
        if isinstance(leaf, IngestionError):
            raise leaf
        reading.include(_dispatch(leaf.data, leaf.source), leaf.part, offset=leaf.offset)
    return reading


def _document(doc_id: str, reading: Reading, leaf: Leaf) -> Document:
    source = leaf.source
    text = reading.assembly.text
    if not any(map(str.isalnum, text)):
        raise source.refusal("holds no visible text", "give a file with text")
    most = source.limits.characters
    if len(text) > most:
        raise source.refusal(
            f"{len(text):,} characters are more than the limit of {most:,}",
            "split the file or raise Limits.characters (--limit characters=N)",
        )
    return Document(
        doc_id=doc_id,
        text=text,
        passages=_passages(reading, leaf),
        media_type=reading.media_type,
        warnings=(*reading.warnings, *foreign(text)),
        coverage=Coverage(len(text), reading.dropped),
        sections=_sections(reading),
        dated=reading.dated,
        notes=_notes(reading),
        note_marks=tuple(reading.note_marks),
    )


def _sections(reading: Reading) -> tuple[Section, ...]:
    starts, text = reading.sections or [], reading.assembly.text
    ends = [*(section.start for section in starts[1:]), reading.assembly.length]
    return tuple(
        Section(
            section.start,
            end,
            section.name,
            section.confidence,
            section.code,
            (*section.parents, section.name),
        )
        for section, end in zip(starts, ends, strict=False)
        if section.name is not None and text[section.start : end].strip()
    )


def _notes(reading: Reading) -> tuple[NotePart, ...]:
    """The notes of a record; of starts at one place the one that tells most counts."""
    length = reading.assembly.length
    told = sorted(reading.notes, key=lambda each: (bool(each.dated), bool(each.subject)))
    starts = {each.start: each for each in told if each.start < length}
    ordered = sorted(starts.values(), key=lambda each: each.start)
    if len(ordered) == 1 and not ordered[0].subject:
        return ()
    ends = [each.start for each in ordered[1:]]
    return tuple(
        NotePart(each.start, end, each.dated, each.subject)
        for each, end in zip(ordered, [*ends, length], strict=False)
    )


def _passages(reading: Reading, leaf: Leaf) -> tuple[Passage, ...]:
    outline = Outline(reading.assembly.lines, reading.sections or ())
    passages = []
    for found in reading.assembly.passages:
        section, path = outline.at(found.start)
        source, part = place_around(found, leaf.part, leaf.offset)
        passages.append(
            replace(found, section=section, source=source, part=part, section_path=path)
        )
    return tuple(passages)
