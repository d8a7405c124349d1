"""Files through a pipeline, to what a command gives out of each document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path
from time import perf_counter

from secateur.core import hf
from secateur.pipelines import routing
from secateur.pipelines.clinical.dates import date_of
from secateur.pipelines.clinical.summarize import DRAFTS, Style, summarize
from secateur.pipelines.clinical.timeline import build_timeline, timeline_as_json
from secateur.pipelines.commandline.results import Result
from secateur.pipelines.document import Document, Summary
from secateur.pipelines.errors import IngestionError, SecateurError
from secateur.pipelines.export.formats import Files, files_of
from secateur.pipelines.export.records import summary_as_json
from secateur.pipelines.finance.entities import extract_all
from secateur.pipelines.hiding import without_identifiers
from secateur.pipelines.ingestion.limits import Limits
from secateur.pipelines.ingestion.read import read_each
from secateur.pipelines.measure import mean_density
from secateur.pipelines.models import LoadedModel, load_model
from secateur.pipelines.options import Pipeline, RunOptions
from secateur.pipelines.quantities import quantity

_SOUGHT = {
    "assessment": "no assessment or plan was found",
    "history": "this is no transcript of a visit",
}
"""What a summary of a style goes without where it comes out in another."""


def entity_reader(options: RunOptions, form: str) -> Callable[[Path], Iterator[Result | Exception]]:
    """Makes the function that turns a file into entity records.

    Args:
        options: Model and attention.
        form: One of `export.formats.FORMATS`.

    Returns:
        A function from a file to the result of each document in it, or the error in its place.
    """
    if routing.gpu_at_hand(options):
        return routed_entity_reader(options, form)
    load = _loader("finance", options)

    def process(document: Document) -> tuple[Files, str]:
        loaded = load()
        found = extract_all(document, loaded.model, loaded.tokenizer)
        how = _kept(loaded, found.sequence)
        note = _note(
            document, found.tokens, quantity(len(found.entities), "entity", "entities"), how
        )
        return files_of(document, found.entities, form), note

    return partial(_each_document, process, options.limits)


def routed_entity_reader(
    options: RunOptions, form: str
) -> Callable[[Path], Iterator[Result | Exception]]:
    """Makes the function that `entity_reader` makes, for a machine with a GPU.

    The documents of a file share both devices; see `secateur.core.routing`.
    """
    router: routing.EntityRouter | None = None

    def process(path: Path) -> Iterator[Result | Exception]:
        nonlocal router
        begin = perf_counter()
        readings = list(read_each(path, limits=options.limits))
        documents = [entry for entry in readings if isinstance(entry, Document)]
        if documents and router is None:
            router = routing.EntityRouter(options)
        done = iter(()) if router is None else iter(router.extract(documents).pairs())
        for entry in readings:
            if not isinstance(entry, Document):
                yield entry
                continue
            found, place = next(done)
            note = _note(
                entry, found.tokens, quantity(len(found.entities), "entity", "entities"), place
            )
            try:
                files = files_of(entry, found.entities, form)
            except SecateurError as error:
                yield error
                continue
            yield _result(entry, files, f"{note}; {perf_counter() - begin:.1f} s")

    return process


def summary_writer(
    options: RunOptions, style: Style = "auto", *, hide: bool = False, drafts: int = DRAFTS
) -> Callable[[Path], Iterator[Result | Exception]]:
    """Makes the function that turns a file into summary records.

    Args:
        options: Model and attention.
        style: See `summarize`.
        hide: Takes identifiers out of the text first, see `without_identifiers`.
        drafts: See `summarize`.

    Returns:
        See `entity_reader`.
    """
    summarizer = _Summarizer(options, style, hide, drafts)

    def process(document: Document) -> tuple[Files, str]:
        summary, note = summarizer(document)
        return {"json": summary_as_json(summary).encode(errors="replace")}, note

    return partial(_each_document, process, options.limits)


def timeline_writer(
    options: RunOptions, style: Style = "auto", *, hide: bool = False, drafts: int = DRAFTS
) -> Callable[[Sequence[Path]], Iterator[Result | Exception]]:
    """Makes the function that turns the files of one patient into one timeline.

    Args:
        options: Model and attention.
        style: See `summarize`.
        hide: Takes identifiers out of the texts first; days are counted instead of dates named.
        drafts: See `summarize`.

    Returns:
        A function from the files to the errors of those that cannot be read and, if any could, the
        timeline of the others.
    """
    summarizer = _Summarizer(options, style, hide, drafts)

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
                    warnings += _warnings(document)
                except SecateurError as error:
                    yield error
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

    def __init__(self, options: RunOptions, style: Style, hide: bool, drafts: int) -> None:
        self._load = _loader("clinical", options)
        self._style = style
        self._hide = hide
        self._drafts = drafts

    def __call__(self, document: Document) -> tuple[Summary, str]:
        """Gives the summary, and one line that says what was read."""
        loaded = self._load()
        read = without_identifiers(document) if self._hide else document
        summary = summarize(
            read, loaded.model, loaded.tokenizer, style=self._style, drafts=self._drafts
        )
        found = quantity(len(summary.sentences), "sentence")
        if self._style in _SOUGHT and summary.style != self._style:
            found += f" of a {summary.style} summary, as {_SOUGHT[self._style]}"
        elif summary.style == "history":
            found += " of a history, as this is the transcript of a visit"
        ran = bool(summary.timings["prefill_s"])
        how = _kept(loaded, summary.tokens) if ran else "in the note's own words"
        return summary, _note(document, summary.tokens, found, how)


def _each_document(
    process: Callable[[Document], tuple[Files, str]], limits: Limits, path: Path
) -> Iterator[Result | Exception]:
    begin = perf_counter()
    for document in read_each(path, limits=limits):
        if isinstance(document, IngestionError):
            yield document
        else:
            try:
                files, note = process(document)
                yield _result(document, files, f"{note}; {perf_counter() - begin:.1f} s")
            except SecateurError as error:
                yield error
        begin = perf_counter()


def _result(document: Document, files: Files, note: str) -> Result:
    return Result(document.doc_id, files, note, _warnings(document))


def _warnings(document: Document) -> tuple[str, ...]:
    return tuple(f"{document.doc_id}: {warning}" for warning in document.warnings)


def _loader(pipeline: Pipeline, options: RunOptions) -> Callable[[], LoadedModel]:
    """Loads the model at the first readable file, once."""
    return cache(partial(load_model, pipeline, options))


def _kept(loaded: LoadedModel, tokens: int) -> str:
    density = mean_density(hf.statistics(loaded.model))
    hf.reset_statistics(loaded.model)
    if density is None:
        return "full attention"
    caution = loaded.profile.caution(tokens) if loaded.profile else ""
    return "; ".join(filter(None, (f"density {density:.3f}", caution)))


def _note(document: Document, tokens: int, found: str, how: str) -> str:
    read = f"{quantity(tokens, 'token')} read, all of the document's"
    note = f"{document.doc_id}: {read}; {found}; {how}"
    dropped = ", ".join(f"{count:,} {why}" for why, count in document.coverage.dropped.items())
    return f"{note}; characters left out: {dropped}" if dropped else note
