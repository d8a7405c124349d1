"""Results as records: JSON lines and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from decimal import Decimal

from secateur.pipelines.document import Entity, Summary

FORMATS = ("jsonl", "csv")


def entities_as(entities: Sequence[Entity], form: str) -> str:
    """Writes entities as text.

    Args:
        entities: In reading order.
        form: "jsonl" (one object a line) or "csv" (a heading line first).

    Returns:
        The text, each record ended by a newline.

    Raises:
        ValueError: The form is not known.
    """
    if form == "jsonl":
        return "".join(_json(e) for e in entities)
    if form != "csv":
        raise ValueError(f"unknown format {form!r}; one of {', '.join(FORMATS)}")
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [field.name for field in fields(Entity)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(entity) for entity in entities)
    return buffer.getvalue()


def summary_as_json(summary: Summary) -> str:
    """Writes a summary as one JSON line."""
    return _json(summary)


def plain_number(value: Decimal) -> int | float:
    """Turns a figure's value into what JSON and Parquet hold.

    Args:
        value: At most 15 significant digits, which a float keeps.

    Returns:
        An integer where the value is one that a float64 holds exactly, else a float.
    """
    whole = value == value.to_integral_value() and abs(value) < 1 << 53
    return int(value) if whole else float(value)


def _json(record: Entity | Summary) -> str:
    return json.dumps(asdict(record), ensure_ascii=False, default=plain_number) + "\n"
