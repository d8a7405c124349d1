"""Reads the figures of a tagged filing with what the filer calls them."""

from __future__ import annotations

import logging
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.concepts.precedents import Precedents, TaggedItems
from secateur.pipelines.finance.concepts.surroundings import surroundings
from secateur.pipelines.finance.figures.facts import FigureFact, figure_facts
from secateur.pipelines.finance.numbers.concepts import TAXONOMY
from secateur.pipelines.finance.statements.primary import kinds_of_tables
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.tagged import Fact, read_with_facts

logger = logging.getLogger(__name__)


def read_precedents(
    paths: Sequence[str | os.PathLike[str]], limits: Limits = DEFAULT_LIMITS
) -> Precedents:
    """Reads what a company called its figures in earlier filings.

    Args:
        paths: Filings with inline XBRL.
        limits: Bounds on the files.

    Raises:
        IngestionError: A file cannot be read.
        UsageError: A filing has no tagged figures.
    """
    filings = [read_items(Path(path), limits) for path in paths]
    for path, filing in zip(paths, filings, strict=True):
        if not any(filing.concepts):
            raise UsageError(
                f"{path}: no figure is tagged; an earlier report must be a filing with inline XBRL"
            )
    return Precedents(filings)


def read_items(path: Path, limits: Limits = DEFAULT_LIMITS) -> TaggedItems:
    """Reads the items of a tagged filing.

    What is known of a figure is taken from its tag, as the model of entities would find it.
    """
    document, facts = read_with_facts(path, limits=limits)
    figures = list(figure_facts(document.text, facts))
    entities = [entity_of(document, figure) for figure in figures]
    kinds = kinds_of_tables(layout_of(document))
    items = surroundings(document, entities, kinds)
    starts = [figure.start for figure in figures]
    tagged = [
        [
            figures[at]
            for start, end in item.cells
            for at in range(bisect_left(starts, start), bisect_left(starts, end))
        ]
        for item in items
    ]
    logger.info("%s: %d items", path.name, len(items))
    return TaggedItems(
        path.name.partition("-")[0],
        tuple(items),
        tuple(map(_concept, tagged)),
        tuple(map(_flip, tagged)),
        tuple(entities),
    )


def entity_of(document: Document, figure: FigureFact) -> Entity:
    """Makes the entity that a tagged figure is."""
    return Entity(
        document.doc_id, figure.start, figure.end, document.text[figure.start : figure.end],
        figure.label, 1.0, value=figure.printed, unit=figure.facts[0].unit,
        period=min(figure.periods),
    )  # fmt: skip


def _name(fact: Fact) -> str:
    return fact.concept.removeprefix(TAXONOMY) if fact.concept.startswith(TAXONOMY) else ""


def _concept(figures: Sequence[FigureFact]) -> str | None:
    named = Counter(_name(figure.facts[0]) for figure in figures)
    return next((name for name, _ in named.most_common(1)), None)


def _flip(figures: Sequence[FigureFact]) -> bool | None:
    name = _concept(figures)
    flips = [
        figure.tagged * figure.printed < 0
        for figure in figures
        if figure.tagged and _name(figure.facts[0]) == name
    ]
    return 2 * sum(flips) > len(flips) if flips else None
