"""Statements as xBRL-JSON: the figures whose concept is known, as facts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secateur.core.whole_files import whole
from secateur.pipelines.export.xbrl_json import XbrlFact, XbrlReport, write_report
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.cells import dimensions_of, period_of, unit_of
from secateur.pipelines.finance.statements.reported import power_and_decimals
from secateur.pipelines.finance.statements.statement import Cell, Row, Statement

SUFFIX = ".xbrl.json"
"""How the name of such a file ends; its schemas lie beside it."""
_NAME = re.compile(r"[A-Za-z_][\w.-]*:[A-Za-z_][\w.-]*")


@dataclass(frozen=True)
class XbrlExport:
    """What was written.

    Attributes:
        files: The report, then its schemas.
        facts: Facts of the report.
        without_concept: Figures left out since nothing says what they measure.
        without_context: Figures with a concept that lack a period or a unit, or whose member of an
            axis has no name.
        repeated: Figures that say what a fact says already.
        contradicting: Figures of the same concept, period and dimensions as an earlier fact, with
            another value, or for a day where most of the concept's are for a time.
    """

    files: tuple[Path, ...]
    facts: int
    without_concept: int
    without_context: int
    repeated: int
    contradicting: int


def write_xbrl_json(book: StatementBook, path: str | os.PathLike[str]) -> XbrlExport:
    """Writes the statements of a report as xBRL-JSON, with schemas beside it.

    Args:
        book: The statements, see `secateur.statements`.
        path: A name that ends in ".xbrl.json", in a folder that is there.

    Returns:
        What was written, and what was left out.

    Raises:
        ValueError: The name ends otherwise.
        OSError: A file cannot be written.
    """
    path = Path(path)
    if not path.name.lower().endswith(SUFFIX):
        raise ValueError(f"{path}: its name does not end in {SUFFIX}")
    facts: list[XbrlFact] = []
    nameless = unplaced = 0
    for statement, row, cell in _cells(book):
        fact = _fact(statement, row, cell)
        if fact is not None:
            facts.append(fact)
        elif cell.concept or row.concept:
            unplaced += 1
        else:
            nameless += 1
    report = write_report(path.name[: -len(SUFFIX)], book.company or book.document, facts)
    files = _write(report, path)
    return XbrlExport(
        files, report.facts, nameless, unplaced, report.repeated, report.contradicting
    )


def _write(report: XbrlReport, path: Path) -> tuple[Path, ...]:
    """Writes the schemas first, so that a report that is there can be loaded."""
    contents = {path.parent / name: schema for name, schema in report.schemas.items()}
    for place, content in (*contents.items(), (path, report.report)):
        with whole(place) as file:
            file.write(content.encode(errors="replace"))
    return path, *contents


def _cells(book: StatementBook) -> Iterator[tuple[Statement, Row, Cell]]:
    """The cells of a report, those of primary statements first."""
    for statement in sorted(book.statements, key=lambda each: each.kind == "breakdown"):
        for row in statement.rows:
            for cell in row.cells:
                yield statement, row, cell


def _fact(statement: Statement, row: Row, cell: Cell) -> XbrlFact | None:
    concept = cell.concept or row.concept
    period, unit = period_of(cell, statement), unit_of(cell, row)
    dimensions = dimensions_of(cell, row, statement)
    names = [*dimensions, *dimensions.values()]
    if not concept or not period or not unit or not all(map(_NAME.fullmatch, names)):
        return None
    power, decimals = power_and_decimals(cell, statement.scale)
    return XbrlFact(concept, cell.value, decimals - power, period, unit, dimensions)
