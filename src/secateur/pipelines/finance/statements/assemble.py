"""Assembles the statements of a report: the primary ones, and every other table with figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.finance.candidates.found import FIGURES
from secateur.pipelines.finance.concepts.precedents import Precedents
from secateur.pipelines.finance.concepts.ranker import ranked_concepts
from secateur.pipelines.finance.fiscal.interim import fiscal_calendar
from secateur.pipelines.finance.statements.analysis import analysed
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.breakdowns import find_breakdowns
from secateur.pipelines.finance.statements.primary import (
    Primary,
    find_primary,
    kinds_of,
    kinds_of_tables,
)
from secateur.pipelines.finance.statements.ranked import with_concepts
from secateur.pipelines.finance.statements.reading import StatementReader
from secateur.pipelines.finance.statements.statement import PRIMARY
from secateur.pipelines.finance.statements.subjects import subjects_of
from secateur.pipelines.finance.views.names import registrant_name


def assemble(
    document: Document,
    entities: Sequence[Entity],
    primary: Sequence[Primary] | None = None,
    precedents: Precedents | None = None,
) -> StatementBook:
    """Assembles the statements of a report.

    Args:
        document: The report.
        entities: What was found in it, see `secateur.extract`.
        primary: Where the primary statements stand; by default they are found by their lines.
        precedents: What the company called its figures in earlier filings.

    Returns:
        Its primary statements, then its breakdowns in the order of the document; `missing` names
        the primary kinds of which there is none.
    """
    layout = layout_of(document)
    figures = sorted((e for e in entities if e.label in FIGURES), key=lambda e: e.start)
    reader = StatementReader(document, figures)
    primary = find_primary(layout) if primary is None else primary
    taken = [table for each in primary for table in each.tables]
    others = list(find_breakdowns(layout, taken, [figure.start for figure in figures]))
    about = subjects_of(layout, others)
    statements = [reader.read(each.kind, each.tables) for each in primary]
    statements += [
        replace(reader.read("breakdown", tables), about=subject)
        for tables, subject in zip(others, about, strict=True)
    ]
    units = Counter(f.unit for f in figures if f.label == "MONEY" and f.unit)
    years = fiscal_calendar(document)
    book = StatementBook(
        document=document.doc_id,
        company=registrant_name(document, entities),
        currency=next((unit for unit, _ in units.most_common(1)), None),
        fiscal_year_end=years.end.strftime("%m-%d") if years else None,
        statements=tuple(statements),
        missing=tuple(kind for kind in PRIMARY if kind not in kinds_of(layout, primary)),
    )
    ranked = ranked_concepts(document, figures, kinds_of_tables(layout), precedents)
    return analysed(with_concepts(book, ranked))
