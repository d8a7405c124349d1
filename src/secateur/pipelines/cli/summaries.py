"""Files to the records of their brief summaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from secateur.pipelines.cli.documents import (
    each_document,
    kept_of,
    model_loader,
    note_of,
)
from secateur.pipelines.cli.results import Result
from secateur.pipelines.clinical.handover.brief import DRAFTS, write_brief
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.document.summary import Summary
from secateur.pipelines.export.formats import Files
from secateur.pipelines.export.records import summary_as_json
from secateur.pipelines.runs.deidentification import without_identifiers
from secateur.pipelines.runs.options import RunOptions


def summary_writer(
    options: RunOptions, *, hide: bool = False, drafts: int = DRAFTS
) -> Callable[[Path], Iterator[Result | Exception]]:
    """Makes the function that turns a file into summary records.

    Args:
        options: Model and attention.
        hide: Takes identifiers out of the text first, see `without_identifiers`.
        drafts: See `write_brief`.

    Returns:
        See `entity_reader`.
    """
    summarizer = _Summarizer(options, hide, drafts)

    def process(document: Document) -> tuple[Files, str]:
        summary, note = summarizer(document)
        return {"json": summary_as_json(summary).encode(errors="replace")}, note

    return partial(each_document, process, options.limits)


class _Summarizer:
    """Summarises documents by a model that is loaded for the first one."""

    def __init__(self, options: RunOptions, hide: bool, drafts: int) -> None:
        self._load = model_loader("clinical", options)
        self._hide = hide
        self._drafts = drafts

    def __call__(self, document: Document) -> tuple[Summary, str]:
        """Gives the summary, and one line that says what was read."""
        loaded = self._load()
        read = without_identifiers(document) if self._hide else document
        summary = write_brief(read, loaded.model, loaded.tokenizer, drafts=self._drafts)
        found = quantity(len(summary.sentences), "sentence")
        if summary.style == "history":
            found += " of a history, as this is the transcript of a visit"
        ran = bool(summary.timings["prefill_s"])
        how = kept_of(loaded, summary.tokens) if ran else "in the note's own words"
        return summary, note_of(document, summary.tokens, found, how)
