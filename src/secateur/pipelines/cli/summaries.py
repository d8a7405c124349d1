"""Files to the records of their summaries, or to the timeline of a patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from secateur.pipelines.cli.documents import (
    each_document,
    kept_of,
    model_loader,
    note_of,
    warnings_of,
)
from secateur.pipelines.cli.exits import error_of
from secateur.pipelines.cli.results import Result
from secateur.pipelines.clinical.handover.brief import DRAFTS, write_brief
from secateur.pipelines.clinical.handover.timeline import build_timeline, timeline_as_json
from secateur.pipelines.clinical.language.dates import date_of
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.document.summary import Summary
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.export.formats import Files
from secateur.pipelines.export.records import summary_as_json
from secateur.pipelines.ingestion.read import read_each
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


def timeline_writer(
    options: RunOptions, *, hide: bool = False, drafts: int = DRAFTS
) -> Callable[[Sequence[Path]], Iterator[Result | Exception]]:
    """Makes the function that turns the files of one patient into one timeline.

    Args:
        options: Model and attention.
        hide: Takes identifiers out of the texts first; days are counted instead of dates named.
        drafts: See `write_brief`.

    Returns:
        A function from the files to the errors of those that cannot be read and, if any could, the
        timeline of the others.
    """
    summarizer = _Summarizer(options, hide, drafts)

    def process(paths: Sequence[Path]) -> Iterator[Result | Exception]:
        dated: list[tuple[date | None, Summary]] = []
        warnings: list[str] = []
        for path in paths:
            for document in read_each(path, limits=options.limits):
                if isinstance(document, IngestionError):
                    yield document
                    continue
                try:
                    summary, _ = summarizer(document)
                    dated.append((date_of(document), summary))
                    warnings += warnings_of(document)
                except Exception as error:
                    yield error_of(document.doc_id, error)
        if dated:
            missing = ", ".join(summary.doc_id for when, summary in dated if when is None)
            note = "timeline of " + quantity(len(dated), "document")
            note += f"; no date could be read, put last: {missing}" if missing else ""
            text = timeline_as_json(build_timeline(dated, hide=hide))
            files = {"json": text.encode(errors="replace")}
            yield Result("timeline", files, note, tuple(warnings))

    return process


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
