"""Results as plain records: JSON lines and CSV, and back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.summary import Summary
from secateur.pipelines.document.validation import check
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.csv_cells import csv_lines, without_mark
from secateur.pipelines.ingestion.files.csvrows import read_records

SCHEMA_VERSION = 2
"""Of the JSON records: 2 has paths of rows and columns, and says that it is 2; 1 said nothing."""
FIELDS = tuple(field.name for field in fields(Entity))
_NEEDED = ("doc_id", "start", "end", "text", "label")
_PAIRS = ("box", "source")
_NAMES = ("part", "section_path", "row_path", "column_path")
_TEXTS = ("doc_id", "text", "label")
_WHOLE = ("start", "end", "page", "scale")


def as_record(entity: Entity) -> dict[str, Any]:
    """Turns an entity into what JSON holds.

    Args:
        entity: The entity.

    Returns:
        Its fields by name, in the order of `FIELDS`; None where one does not apply.
    """
    record = {name: getattr(entity, name) for name in FIELDS}
    record["value"] = None if entity.value is None else plain_number(entity.value)
    return record


def to_json(record: Mapping[str, Any]) -> str:
    """Writes a record as one line of JSON, which begins with `schema_version`.

    Args:
        record: Fields by name; numbers may be Decimals of at most 15 digits.

    Returns:
        The line, without its end.
    """
    versioned = {"schema_version": SCHEMA_VERSION} | dict(record)
    return json.dumps(versioned, ensure_ascii=False, default=plain_number)


def from_record(record: Mapping[str, Any], where: str) -> Entity:
    """Turns a record back into an entity.

    Args:
        record: Fields by name; those that an entity does not have are left out.
        where: File and place, for the message.

    Returns:
        The entity.

    Raises:
        UsageError: A field that every entity has is missing or of the wrong kind, or the end lies
            before the start.
    """
    missing = [name for name in _NEEDED if record.get(name) is None]
    if missing:
        refuse_summary(record, where)
        raise UsageError(f"{where}: no {missing[0]}; every record has {', '.join(_NEEDED)}")
    values = {name: record[name] for name in FIELDS if name in record}
    for name in _TEXTS:
        if not isinstance(record.get(name, ""), str):
            raise UsageError(f"{where}: {name} is no text")
    try:
        values["score"] = float(record.get("score") or 0.0)
        for name in _PAIRS:
            values[name] = tuple(record[name]) if record.get(name) else None
        for name in _NAMES:
            values[name] = tuple(record.get(name) or ())
        for name in _WHOLE:
            values[name] = None if record.get(name) is None else int(record[name])
        if record.get("value") is not None:
            values["value"] = Decimal(str(record["value"]))
            if not values["value"].is_finite():
                raise ValueError("no number")
    except (ValueError, TypeError, OverflowError, InvalidOperation):
        raise UsageError(
            f"{where}: {', '.join(_WHOLE)}, score and value are numbers, {', '.join(_PAIRS)}, "
            f"{', '.join(_NAMES)} lists"
        ) from None
    if not 0 <= values["start"] < values["end"]:
        raise UsageError(f"{where}: from {values['start']} to {values['end']} there is no text")
    return Entity(**values)


def refuse_summary(value: Any, where: str) -> None:
    """Refuses a summary in place of entities.

    Args:
        value: What JSON held.
        where: File and place, for the message.

    Raises:
        UsageError: It is the record of a summary.
    """
    if isinstance(value, dict) and "summary" in value:
        raise UsageError(
            f"{where}: holds a summary, not entities; give a file of `secateur entities`, or score "
            "summaries by `secateur evaluate summaries`"
        )


def write_jsonl(entities: Iterable[Entity]) -> str:
    """Writes one JSON object a line.

    Args:
        entities: Of one document or several.

    Returns:
        The lines.
    """
    return "".join(to_json(as_record(entity)) + "\n" for entity in entities)


def read_jsonl(text: str, name: str) -> list[Entity]:
    """Reads JSON lines as `write_jsonl` or `secateur batch` writes them.

    Args:
        text: The lines.
        name: The file, for messages.

    Returns:
        The entities. Where several documents of a batch have one name, each goes by its path, and
        by its number in an archive that holds a path twice.

    Raises:
        UsageError: A line is no record of an entity; the message names it.
    """
    found: list[tuple[str, dict[str, Any]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line, parse_float=Decimal)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise UsageError(f"{name}, line {number}: no JSON object; give one a line")
        found.append((f"{name}, line {number}", record))
    documents = [record for _, record in found if _is_document(record)]
    names = Counter(str(record.get("doc_id")) for record in documents)
    paths = Counter(str(record.get("path")) for record in documents)
    entities = []
    for where, record in found:
        if not _is_document(record):
            entities.append(from_record(record, where))
            continue
        path, known = str(record.get("path")), dict[str, str]()
        if names[str(record.get("doc_id"))] > 1:
            known["doc_id"] = f"{path} {record.get('member')}" if paths[path] > 1 else path
        entities += [from_record(entity | known, where) for entity in record["entities"]]
    return entities


def _is_document(record: Mapping[str, Any]) -> bool:
    """Whether a record is that of a document in a batch."""
    entities = record.get("entities")
    return isinstance(entities, list) and all(isinstance(entity, dict) for entity in entities)


def write_csv(entities: Iterable[Entity]) -> str:
    """Writes a line of heads and one line an entity; what is None is empty.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.

    Args:
        entities: Of one document or several.

    Returns:
        The lines.
    """
    return csv_lines([FIELDS, *map(as_row, entities)])


def read_csv(text: str, name: str) -> list[Entity]:
    """Reads what `write_csv` writes.

    Args:
        text: The lines.
        name: The file, for messages.

    Returns:
        The entities in their order.

    Raises:
        UsageError: A line is no record of an entity; the message names it.
    """
    # Python's own reader refuses long fields, and lines that end as old Macs end them.
    rows = ([field.text for field in record] for record in read_records(text, ","))
    heads = next(rows, [])
    return [
        from_row(heads, [without_mark(cell) for cell in row], f"{name}, row {number}")
        for number, row in enumerate(rows, 2)
        if row != [""]
    ]


def as_row(entity: Entity) -> list[Any]:
    """Turns an entity into cells, in the order of `FIELDS`.

    Args:
        entity: The entity.

    Returns:
        The cells; tuples become JSON, None is empty.
    """
    cells = []
    for name in FIELDS:
        cell = getattr(entity, name)
        if isinstance(cell, Decimal):
            cell = f"{cell:f}"
        elif isinstance(cell, tuple):
            cell = json.dumps(cell, ensure_ascii=False)
        cells.append("" if cell is None else cell)
    return cells


def from_row(heads: Sequence[str], row: Sequence[Any], where: str) -> Entity:
    """Turns cells back into an entity.

    Args:
        heads: Names of the cells.
        row: The cells, fewer where the last are empty.
        where: File and line, for messages.

    Returns:
        The entity.

    Raises:
        UsageError: A field is missing or of another kind; the message says where.
    """
    record: dict[str, Any] = {
        head: cell for head, cell in zip(heads, row, strict=False) if cell not in ("", None)
    }
    record["recovered"] = str(record.get("recovered")) == "True"
    for name in (*_PAIRS, *_NAMES):
        if name in record:
            try:
                record[name] = json.loads(record[name])
            except (ValueError, RecursionError):
                raise UsageError(f"{where}: {name} is no JSON list") from None
    return from_record(record, where)


def summary_as_json(summary: Summary) -> str:
    """Writes a summary as one JSON line.

    Args:
        summary: The summary.

    Returns:
        The line.
    """
    check(summary, Summary)
    return to_json(asdict(summary)) + "\n"


def plain_number(value: Decimal) -> int | float:
    """Turns a figure's value into what JSON and Parquet hold.

    Args:
        value: At most 15 significant digits, which a float keeps.

    Returns:
        An integer where the value is one that a float64 holds exactly, else a float.
    """
    whole = value == value.to_integral_value() and abs(value) < 1 << 53
    return int(value) if whole else float(value)
