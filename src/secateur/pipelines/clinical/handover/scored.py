"""A note's sentences, rows and clauses as a handover takes them: weighed and shortened."""

from __future__ import annotations

from dataclasses import replace

from secateur.pipelines.clinical.handover.compression import load_compression, shorten
from secateur.pipelines.clinical.handover.importance import (
    ScoredUnit,
    load_importance,
    score_units,
)
from secateur.pipelines.document.document import Document


def scored_units(document: Document) -> tuple[ScoredUnit, ...]:
    """Weighs and shortens the units of a note by the models that ship.

    Args:
        document: The note.

    Returns:
        All its units in reading order.

    Raises:
        UsageError: A model or the encoder is not to be had.
    """
    scored = score_units(document, load_importance())
    shorter = shorten(document, load_compression())
    return tuple(replace(unit, short=short) for unit, short in zip(scored, shorter, strict=True))
