"""Files to the records of their entities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter

from secateur.pipelines.cli.documents import (
    each_document,
    kept_of,
    model_loader,
    note_of,
    result_of,
)
from secateur.pipelines.cli.exits import error_of
from secateur.pipelines.cli.results import Result
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.export.formats import Files, files_of
from secateur.pipelines.finance.reader.entities import extract_all
from secateur.pipelines.ingestion.read import read_each
from secateur.pipelines.runs import routing
from secateur.pipelines.runs.options import RunOptions


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
    load = model_loader("finance", options)

    def process(document: Document) -> tuple[Files, str]:
        loaded = load()
        found = extract_all(document, loaded.model, loaded.tokenizer)
        how = kept_of(loaded, found.sequence)
        note = note_of(
            document, found.tokens, quantity(len(found.entities), "entity", "entities"), how
        )
        return files_of(document, found.entities, form), note

    return partial(each_document, process, options.limits)


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
        try:
            done = iter(()) if router is None else iter(router.extract(documents).pairs())
        except Exception as error:
            yield from (entry for entry in readings if not isinstance(entry, Document))
            yield error_of(documents[0].doc_id, error)
            return
        for entry in readings:
            if not isinstance(entry, Document):
                yield entry
                continue
            found, place = next(done)
            note = note_of(
                entry, found.tokens, quantity(len(found.entities), "entity", "entities"), place
            )
            try:
                files = files_of(entry, found.entities, form)
            except Exception as error:
                yield error_of(entry.doc_id, error)
                continue
            yield result_of(entry, files, f"{note}; {perf_counter() - begin:.1f} s")

    return process
