"""Files through a pipeline, to what a command gives out of each document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from time import perf_counter

from secateur.core import hf
from secateur.pipelines.cli.exits import error_of
from secateur.pipelines.cli.results import Result
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.export.formats import Files
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.read import read_each
from secateur.pipelines.lab.measure import mean_density
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import Pipeline, RunOptions


def each_document(
    process: Callable[[Document], tuple[Files, str]], limits: Limits, path: Path
) -> Iterator[Result | Exception]:
    """Makes the result of each document of a file.

    Args:
        process: Gives a document's files, and one line that says what was read.
        limits: Of what is read.
        path: The file.

    Yields:
        Results, or the error in their place.
    """
    begin = perf_counter()
    for document in read_each(path, limits=limits):
        if isinstance(document, IngestionError):
            yield document
        else:
            try:
                files, note = process(document)
                yield result_of(document, files, f"{note}; {perf_counter() - begin:.1f} s")
            except Exception as error:
                yield error_of(document.doc_id, error)
        begin = perf_counter()


def result_of(document: Document, files: Files, note: str) -> Result:
    """A document's result with the warnings that reading it gave."""
    return Result(document.doc_id, files, note, warnings_of(document))


def warnings_of(document: Document) -> tuple[str, ...]:
    """The warnings that reading a document gave, with its name."""
    return tuple(f"{document.doc_id}: {warning}" for warning in document.warnings)


def model_loader(pipeline: Pipeline, options: RunOptions) -> Callable[[], LoadedModel]:
    """Loads the model at the first readable file, once."""
    return cache(partial(load_model, pipeline, options))


def kept_of(loaded: LoadedModel, tokens: int) -> str:
    """Says how much of the attention was computed since the last time."""
    density = mean_density(hf.statistics(loaded.model))
    hf.reset_statistics(loaded.model)
    if density is None:
        return "full attention"
    caution = loaded.profile.caution(tokens) if loaded.profile else ""
    return "; ".join(filter(None, (f"density {density:.3f}", caution)))


def note_of(document: Document, tokens: int, found: str, how: str) -> str:
    """Says what was read of a document and what was found."""
    read = f"{quantity(tokens, 'token')} read, all of the document's"
    note = f"{document.doc_id}: {read}; {found}; {how}"
    dropped = ", ".join(f"{count:,} {why}" for why, count in document.coverage.dropped.items())
    return f"{note}; characters left out: {dropped}" if dropped else note
