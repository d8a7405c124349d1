"""Files to the handovers of their notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from secateur.pipelines.cli.documents import each_document
from secateur.pipelines.cli.results import Result
from secateur.pipelines.clinical.handover.hand_over import hand_over
from secateur.pipelines.clinical.handover.render import handover_files
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.export.formats import Files
from secateur.pipelines.runs.deidentification import without_identifiers
from secateur.pipelines.runs.options import RunOptions


def handover_writer(
    options: RunOptions, form: str, *, hide: bool = False
) -> Callable[[Path], Iterator[Result | Exception]]:
    """Makes the function that turns a file into handovers.

    Args:
        options: Limits of what is read; no decoder runs.
        form: One of `HANDOVER_FORMATS`.
        hide: Takes identifiers out of the text first, see `without_identifiers`.

    Returns:
        See `entity_reader`.
    """

    def process(document: Document) -> tuple[Files, str]:
        handover = hand_over(without_identifiers(document) if hide else document)
        stated = sum(bool(section.items) for section in handover.sections)
        note = (
            f"{document.doc_id}: handover of {handover.words:,} words, at most {handover.limit:,}; "
            f"{stated} of {quantity(len(handover.sections), 'section')} stated"
        )
        return handover_files(handover, form), note

    return partial(each_document, process, options.limits)
