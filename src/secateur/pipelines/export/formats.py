"""The formats that entities are written in and read back from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.validation import check, check_each
from secateur.pipelines.errors import UsageError, unreadable
from secateur.pipelines.export import annotation, records, workbook

Files = Mapping[str, bytes]
"""Contents by the end of the file's name ("jsonl")."""


@dataclass(frozen=True)
class Frame:
    """What stands around the entities of a document in a text, and once around those of several.

    Attributes:
        head: Before the first.
        between: Between two documents.
        tail: After the last.
    """

    head: str = ""
    between: str = ""
    tail: str = ""


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        suffix: End of the name of the file that holds the entities.
        write: Makes the files of one document.
        read: Reads the entities of that file; its name is for messages.
        text: Whether it is one file of text, which fits a stream.
        frame: How several of these texts make one.
    """

    suffix: str
    write: Callable[[Document, Sequence[Entity]], Files]
    read: Callable[[bytes, str], list[Entity]]
    text: bool = True
    frame: Frame = Frame()


def _text_format(
    suffix: str,
    write: Callable[[Document, Sequence[Entity]], str],
    read: Callable[[str, str], list[Entity]],
    frame: Frame = Frame(),
) -> Format:
    return Format(
        suffix,
        lambda document, entities: {suffix: _encoded(write(document, entities))},
        lambda data, name: read(_decoded(data, name), name),
        frame=frame,
    )


def _encoded(text: str) -> bytes:
    # Half a surrogate pair, as broken input can hold, fits no file; one character stays one.
    return text.encode("utf-8", errors="replace")


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name}: not UTF-8 text") from None


def _brat(document: Document, entities: Sequence[Entity]) -> Files:
    return {"ann": _encoded(annotation.write_brat(entities)), "txt": _encoded(document.text)}


def _of_tokens(name: str) -> Callable[..., Any]:
    """A function of `tokens`, which takes seconds to load, for it needs spaCy."""

    def call(*arguments: Any) -> Any:
        return getattr(import_module("secateur.pipelines.export.tokens"), name)(*arguments)

    return call


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "jsonl": _text_format("jsonl", lambda _, e: records.write_jsonl(e), records.read_jsonl),
        "csv": _text_format(
            "csv",
            lambda _, e: records.write_csv(e),
            records.read_csv,
            Frame(head=records.write_csv(())),
        ),
        "xlsx": Format(
            "xlsx",
            lambda document, e: {"xlsx": workbook.write_xlsx(document, e)},
            workbook.read_xlsx,
            text=False,
        ),
        "conll": _text_format("conll", _of_tokens("write_conll"), _of_tokens("read_conll")),
        "docbin": Format(
            "spacy",
            lambda document, e: {"spacy": _of_tokens("write_docbin")(document, e)},
            _of_tokens("read_docbin"),
            text=False,
        ),
        "brat": Format(
            "ann",
            _brat,
            lambda data, name: annotation.read_brat(_decoded(data, name), name),
            text=False,
        ),
        "label-studio": _text_format(
            "json",
            annotation.write_label_studio,
            annotation.read_label_studio,
            Frame("[", ",\n", "]\n"),
        ),
    }
)


def files_of(document: Document, entities: Sequence[Entity], form: str) -> Files:
    """Writes a document's entities.

    Args:
        document: The document.
        entities: In reading order, disjoint.
        form: One of `FORMATS`.

    Returns:
        The files of the format.

    Raises:
        UsageError: The document is none, the format not known, or it cannot hold the entities; the
            message names the document, not its text.
    """
    check(document, Document)
    check_each(entities, Entity)
    if form not in FORMATS:
        raise UsageError(f"unknown format {form!r}; one of {', '.join(FORMATS)}")
    try:
        return FORMATS[form].write(document, entities)
    except UsageError as error:
        reason = str(error)
    except Exception as error:  # each library has its own kinds, whose messages quote the text
        reason = f"cannot be written as {form} ({type(error).__name__}); choose another --format"
    raise UsageError(f"{document.doc_id}: {reason}")


def read_entities(path: str | Path) -> list[Entity]:
    """Reads a file of entities; the end of its name tells the format.

    Args:
        path: A file as `secateur entities` writes it.

    Returns:
        Its entities.

    Raises:
        UsageError: The name ends in none that is known, or the file cannot be read.
    """
    path = Path(path)
    by_suffix = {form.suffix: form for form in FORMATS.values()}
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from None
    form = by_suffix.get(path.suffix.removeprefix("."))
    if form is None:
        known = ", ".join(f".{suffix}" for suffix in by_suffix)
        raise UsageError(f"{path}: not a file of entities; their names end in {known}")
    return form.read(data, str(path))
