"""What the product finds, as flat records that two runs can be compared by.

`KINDS` is the registry. A kind of results that comes later (handovers) is a function
from a `Reading` to records, and one entry there.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from time import perf_counter
from types import MappingProxyType
from typing import Any

from golden.documents import Case
from golden.product import Product, Reading

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.summary import Evidence
from secateur.pipelines.export.records import plain_number
from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.statements.comparison.figures import Figure
from secateur.pipelines.finance.statements.statement import Cell, Statement
from secateur.pipelines.runs.options import Pipeline

Record = dict[str, Any]
"""Plain JSON values by field; every record has `doc`."""
Records = Mapping[str, Sequence[Record]]
"""Records by kind."""

_PLACE = ("start", "end", "text", "label")
_FIGURE = ("value", "unit", "scale", "period", "concept", "row", "column")


@dataclass(frozen=True)
class Kind:
    """A kind of records.

    Attributes:
        pipeline: Whose documents have them.
        key: The fields that tell a record from others of its document; the rest is what it says.
        make: Gives the records of one document, without `doc`.
    """

    pipeline: Pipeline
    key: tuple[str, ...]
    make: Callable[[Reading], Iterable[Record]]


def _figures(reading: Reading) -> Iterator[Record]:
    for entity in reading.entities:
        if entity.label in FIGURE_TYPES:
            yield {name: _plain(getattr(entity, name)) for name in (*_PLACE, *_FIGURE)}


def _names(reading: Reading) -> Iterator[Record]:
    for entity in reading.entities:
        if entity.label not in FIGURE_TYPES:
            yield {name: getattr(entity, name) for name in _PLACE}


def _views(reading: Reading) -> Iterator[Record]:
    for name in reading.names:
        yield {
            "view": "names", "start": name.first, "head": name.name, "label": name.label,
            "count": name.count, "forms": dict(name.forms), "aliases": dict(name.aliases),
            "registrant": name.registrant,
        }  # fmt: skip
    for total in reading.totals:
        row, column = total.pop("row"), total.pop("column")
        plain = {name: _plain(value) for name, value in total.items()}
        yield {"view": "totals", "head": row, "period": column, **plain}
    for series in reading.comparison.companies:
        yield from map(_compared, series.figures.values())


def _statements(reading: Reading) -> Iterator[Record]:
    for statement in reading.statements.statements:
        for number, row in enumerate(statement.rows):
            yield {
                "statement": statement.kind, "number": number, "row": row.label,
                "level": row.level, "total": row.total, "concept": row.concept,
                "cells": [_cell(statement, cell) for cell in row.cells],
            }  # fmt: skip


def _cell(statement: Statement, cell: Cell) -> list[Any]:
    column = None if cell.column is None else statement.columns[cell.column].period
    return [cell.period or column, cell.printed, plain_number(cell.value), cell.unit]


def _compared(figure: Figure) -> Record:
    source, first = figure.source, figure.first
    return {
        "view": "compare", "head": figure.line, "period": figure.period,
        "start": source and source.start, "of": source and source.document,
        "value": plain_number(figure.value), "unit": figure.unit, "formula": figure.formula,
        "first": first and plain_number(first.value),
    }  # fmt: skip


def _summaries(reading: Reading) -> Iterator[Record]:
    summary = reading.summary
    for number, sentence in enumerate(summary.sentences, 1):
        yield {
            "number": number,
            "style": summary.style,
            "sentence": sentence.text,
            "evidence": list(map(_quoted, sentence.evidence)),
            "flags": list(sentence.flags),
        }


def _lists(reading: Reading) -> Iterator[Record]:
    summary = reading.summary
    for drug in summary.prescriptions:
        fields = {"dose": drug.dose, "route": drug.route, "frequency": drug.frequency}
        quoted = _quoted(drug.evidence) if drug.evidence else None
        yield {"list": "medications", "item": drug.name, **fields, "evidence": quoted}
    for name in summary.stopped:
        yield {"list": "stopped", "item": name}
    for name in summary.allergies:
        yield {"list": "allergies", "item": name}
    for place in summary.follow_up:
        yield {"list": "follow-up", "item": place.text, "start": place.start, "end": place.end}


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "figures": Kind("finance", ("start", "end"), _figures),
        "names": Kind("finance", ("start", "end"), _names),
        "statements": Kind("finance", ("statement", "number", "row"), _statements),
        "views": Kind("finance", ("view", "head", "label", "period", "parts"), _views),
        "summaries": Kind("clinical", ("number",), _summaries),
        "lists": Kind("clinical", ("list", "item"), _lists),
    }
)
"""By name, in the order in which they are told."""


def run(
    cases: Iterable[Case],
    product: Product,
    kinds: Mapping[str, Kind] = KINDS,
    *,
    quiet: bool = True,
) -> dict[str, list[Record]]:
    """Reads documents and writes down what is found.

    Args:
        cases: The documents, each with a name of its own.
        product: What reads them.
        kinds: Which records are made.
        quiet: Nothing on stderr, where each document is named otherwise.

    Returns:
        Records by kind, those of a kind by document and place.

    Raises:
        ValueError: Two documents have one name, so that their records would mix.
    """
    found: dict[str, list[Record]] = {name: [] for name in kinds}
    done: set[str] = set()
    for case in cases:
        if case.name in done:
            raise ValueError(f"two documents are called {case.name}; give one another name")
        done.add(case.name)
        begin, reading = perf_counter(), Reading(case, product)
        for name, kind in kinds.items():
            if kind.pipeline == case.pipeline:
                found[name] += ({"doc": case.name, **record} for record in kind.make(reading))
        if not quiet:
            sys.stderr.write(f"{case.name}: {perf_counter() - begin:.1f} s\n")
    return {name: sorted(records, key=_order) for name, records in found.items()}


def entities_of(records: Records, document: str) -> list[Entity]:
    """Returns the entities of a document that its figures and names are the records of."""
    found = []
    for record in (*records["figures"], *records["names"]):
        if record["doc"] == document:
            fields: dict[str, Any] = {name: record.get(name) for name in (*_PLACE, *_FIGURE)}
            if fields["value"] is not None:
                fields["value"] = Decimal(str(fields["value"]))
            found.append(Entity(document, **fields, score=1.0))
    return sorted(found, key=lambda entity: entity.start)


def place_of(record: Record) -> tuple[str, int]:
    """Returns what a record of a document is sorted by: the view or list, and the place there."""
    part = record.get("view") or record.get("list") or record.get("statement") or ""
    return str(part), int(record.get("start") or record.get("number") or 0)


def _order(record: Record) -> tuple[str, tuple[str, int], str]:
    return record["doc"], place_of(record), json.dumps(record, sort_keys=True)


def _quoted(place: Evidence) -> list[int | str]:
    return [place.start, place.end, place.text]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain_number(value)
    return list(value) if isinstance(value, tuple) else value
