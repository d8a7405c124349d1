"""Statements of a filing by its own inline XBRL, with the reading as the check on each cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.finance.concepts.precedents import Precedents
from secateur.pipelines.finance.figures.facts import label_of
from secateur.pipelines.finance.statements.analysis import analysed
from secateur.pipelines.finance.statements.assemble import assemble
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.primary import find_primary
from secateur.pipelines.finance.statements.statement import Cell, Column, Row, Statement, Subject
from secateur.pipelines.finance.statements.subject_tags import LEAST_FACTS, subjects_by_tags
from secateur.pipelines.finance.statements.tagged_primary import find_tagged
from secateur.pipelines.finance.statements.tagged_rows import TaggedRows
from secateur.pipelines.ingestion.tagged import Fact

_REGISTRANT = "dei:EntityRegistrantName"


def assemble_tagged(
    document: Document,
    entities: Sequence[Entity],
    facts: Sequence[Fact],
    precedents: Precedents | None = None,
) -> StatementBook:
    """Assembles the primary statements of a filing, its tags before the reading.

    Args:
        document: The filing.
        entities: What was found in it, see `secateur.extract`.
        facts: Its facts, see `secateur.pipelines.ingestion.tagged.read_with_facts`.
        precedents: What the company called its figures in earlier filings.

    Returns:
        Its statements; without facts as `assemble` gives them.
    """
    if not facts:
        return assemble(document, entities, precedents=precedents)
    layout = layout_of(document)
    found = find_tagged(layout, facts, find_primary(layout))
    book = assemble(document, entities, [primary for primary, _ in found], precedents)
    source_of = {primary.kind: source for primary, source in found}
    statements = (
        replace(each, source=source_of.get(each.kind, each.source)) for each in book.statements
    )
    return with_tags(replace(book, statements=tuple(statements)), document, facts)


def with_tags(book: StatementBook, document: Document, facts: Sequence[Fact]) -> StatementBook:
    """Puts a filing's tags in the place of what was read.

    A figure that was read for more days than it is tagged for is of the tags' days.

    Args:
        book: Its statements as they were read.
        document: The filing.
        facts: Its facts.

    Returns:
        The same statements. Each figure with a fact has the fact's value, unit, period, concept and
        dimensions, `source` says whether it was read too, and `agrees` whether as the same; a sign
        that differs only by the concept's definition is the same. Other cells are as read. The
        company is called as the tag of the registrant calls it.
    """
    layout = layout_of(document)
    ordered = sorted(facts, key=lambda fact: fact.start)
    currencies: Counter[str] = Counter()
    statements = []
    for statement in book.statements:
        tagged = TaggedRows(layout, statement, ordered)
        rows = list(tagged.rows())
        money = [fact for fact in tagged.used if label_of(fact) == "MONEY"]
        currencies.update(fact.unit for fact in money if fact.unit)
        scales = Counter(fact.scale for fact in money if fact.scale)
        scale = next((scale for scale, _ in scales.most_common(1)), statement.scale)
        columns = [_column(each, _of_column(rows, n)) for n, each in enumerate(tagged.columns)]
        statements.append(
            replace(
                statement,
                scale=scale,
                columns=tuple(columns),
                rows=tuple(_settled(row, columns) for row in rows),
                about=_about(statement, tagged.used),
            )
        )
    currency = next((unit for unit, _ in currencies.most_common(1)), book.currency)
    named = (fact.text for fact in ordered if fact.concept == _REGISTRANT)
    company = next((" ".join(text.split()) for text in named if text.strip()), book.company)
    return analysed(replace(book, statements=tuple(statements), currency=currency, company=company))


def _about(statement: Statement, facts: Sequence[Fact]) -> Subject | None:
    """What a breakdown is about, by its tags where it has some."""
    numbers = [fact for fact in facts if fact.value is not None]
    if statement.kind != "breakdown" or len(numbers) < LEAST_FACTS:
        return statement.about
    told = subjects_by_tags((fact.concept, fact.dimensions) for fact in numbers)
    return told[0] if told else None


def _of_column(rows: Sequence[Row], column: int) -> list[Cell]:
    """The tagged cells of a column."""
    cells = (cell for row in rows for cell in row.cells)
    return [cell for cell in cells if cell.column == column and cell.source != "read"]


def _column(column: Column, cells: Sequence[Cell]) -> Column:
    """A column with the period and the dimensions that most of its tagged cells have."""
    if not cells:
        return column
    periods = Counter(cell.period for cell in cells)
    dimensions = Counter(each for cell in cells for each in (cell.dimensions or {}).items())
    most = {axis: member for (axis, member), n in dimensions.items() if 2 * n > len(cells)}
    return replace(column, period=periods.most_common(1)[0][0], dimensions=most)


def _settled(row: Row, columns: Sequence[Column]) -> Row:
    """Takes from cells the periods and dimensions that are their column's or their row's."""
    tagged = [cell for cell in row.cells if cell.dimensions is not None]
    own = [
        set((cell.dimensions or {}).items()) - set(_of(cell, columns).items()) for cell in tagged
    ]
    shared = dict(sorted(set.intersection(*own))) if own else {}
    cells = []
    for cell in row.cells:
        column = columns[cell.column] if cell.column is not None else None
        period = None if column is not None and cell.period == column.period else cell.period
        dimensions = cell.dimensions
        if dimensions is not None and dimensions == {**_of(cell, columns), **shared}:
            dimensions = None
        cells.append(replace(cell, period=period, dimensions=dimensions))
    return replace(row, cells=tuple(cells), dimensions=shared)


def _of(cell: Cell, columns: Sequence[Column]) -> Mapping[str, str]:
    return columns[cell.column].dimensions if cell.column is not None else {}
