"""What a run gives out for each document, as plain records and as an Arrow schema."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.handover import Handover, Style
from secateur.pipelines.document.summary import Summary
from secateur.pipelines.export.records import SCHEMA_VERSION, plain_number
from secateur.pipelines.runs.batch.plan import Entry, Member
from secateur.pipelines.runs.options import Pipeline

_PLAIN = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    Decimal: pa.float64(),
    bool: pa.bool_(),
}
_MEASURED = "timings"
"""Left out of the records, which are the same for every run; times stand in the manifest."""


@dataclass(frozen=True)
class Source:
    """Where a record comes from.

    Attributes:
        schema_version: `SCHEMA_VERSION` of `secateur.pipelines.export.records`.
        path: The file's path within the folder; of a document in an archive, with "!" and its name.
        sha256: Hash of the file's bytes.
        member: Number of a document in an archive, from 1, whose path another there may have.
        doc_id: The document's name.
        media_type: What its content was recognised as.
        characters: Length of the text that all positions point into.
        dropped: Characters left out, by reason.
        warnings: One line each.
    """

    schema_version: int
    path: str
    sha256: str
    member: int | None
    doc_id: str
    media_type: str
    characters: int
    dropped: dict[str, int]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class EntitiesRecord(Source):
    """A report's record: one a document, its entities in reading order."""

    tokens: int
    entities: tuple[Entity, ...]


@dataclass(frozen=True)
class SummaryRecord(Source):
    """A note's record."""

    summary: Summary


@dataclass(frozen=True)
class HandoverRecord(Source):
    """A note's record, of its handover.

    Attributes:
        handover: Of the note, or of a record's first patient.
        others: Those of its other patients.
    """

    handover: Handover
    others: tuple[Handover, ...]


_NOTES: Mapping[Style, type] = types.MappingProxyType(
    {"handover": HandoverRecord, "brief": SummaryRecord}
)


def shown(path: str) -> str:
    """Writes a path in characters that any file can hold; names in no encoding get escapes."""
    return path.encode(errors="backslashreplace").decode()


def entities_record(
    entry: Entry, document: Document, tokens: int, entities: tuple[Entity, ...]
) -> dict[str, Any]:
    """Makes a report's record."""
    return _plain(EntitiesRecord(**_source(entry, document), tokens=tokens, entities=entities))


def summary_record(entry: Entry, document: Document, summary: Summary) -> dict[str, Any]:
    """Makes a note's record."""
    return _plain(SummaryRecord(**_source(entry, document), summary=summary))


def handover_record(
    entry: Entry, document: Document, handovers: Sequence[Handover]
) -> dict[str, Any]:
    """Makes a note's record of its handovers, one a patient."""
    first, *others = handovers
    return _plain(HandoverRecord(**_source(entry, document), handover=first, others=tuple(others)))


def _source(entry: Entry, document: Document) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "path": shown(entry.path),
        "sha256": entry.sha256,
        "member": entry.number if isinstance(entry, Member) else None,
        "doc_id": shown(document.doc_id),
        "media_type": document.media_type,
        "characters": len(document.text),
        "dropped": document.coverage.dropped,
        "warnings": document.warnings,
    }


def _plain(record: Any) -> dict[str, Any]:
    found = asdict(record)
    for written in (found.get("summary"), found.get("handover"), *found.get("others", ())):
        (written or {}).pop(_MEASURED, None)
    # Half a surrogate pair, as broken JSON input can hold, fits no file; one character stays one.
    text = json.dumps(found, ensure_ascii=False, default=plain_number).encode(errors="replace")
    plain: dict[str, Any] = json.loads(text)
    return plain


def schema(pipeline: Pipeline, style: Style = "handover") -> pa.Schema:
    """Returns the Arrow schema of a pipeline's records, those of notes by the style asked for."""
    return pa.schema(_fields(EntitiesRecord if pipeline == "finance" else _NOTES[style]))


def _fields(record: type) -> list[pa.Field]:
    hints = typing.get_type_hints(record)
    return [
        pa.field(field.name, _arrow(hints[field.name]))
        for field in fields(record)
        if field.name != _MEASURED
    ]


def _arrow(hint: Any) -> pa.DataType:
    """Translates the annotation of a record's field."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_dataclass(hint):
        return pa.struct(_fields(typing.cast(type, hint)))
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return pa.list_(_arrow(arguments[0]))
    if origin is dict:
        return pa.map_(*map(_arrow, arguments))
    if origin in (typing.Union, types.UnionType):
        return _arrow(next(kind for kind in arguments if kind is not type(None)))
    if origin is typing.Literal:
        return _PLAIN[type(arguments[0])]
    raise TypeError(f"no Arrow type is known for {hint!r}")
