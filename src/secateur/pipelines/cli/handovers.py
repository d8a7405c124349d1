"""Files to the handovers of their notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

from secateur.pipelines.cli.documents import warnings_of
from secateur.pipelines.cli.exits import error_of
from secateur.pipelines.cli.results import Result
from secateur.pipelines.clinical.handover.hand_over import RECORD, hand_overs
from secateur.pipelines.clinical.handover.render import handover_files
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.handover import Handover
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.read import read_each
from secateur.pipelines.runs.deidentification import without_identifiers
from secateur.pipelines.runs.options import RunOptions


def handover_writer(
    options: RunOptions, form: str, *, hide: bool = False, as_record: bool = False
) -> Callable[[Sequence[Path]], Iterator[Result | Exception]]:
    """Makes the function that turns files into handovers.

    Args:
        options: Limits of what is read; no decoder runs.
        form: One of `HANDOVER_FORMATS`.
        hide: Takes identifiers out of the text first, see `without_identifiers`; of a record days
            are counted instead of dates named.
        as_record: The files, and those in folders given, are one record with a timeline; else each
            document is a note or a record of its own.

    Returns:
        A function from files to their handovers, one a patient, and the errors of those that cannot
        be read.
    """

    def process(paths: Sequence[Path]) -> Iterator[Result | Exception]:
        together: list[Document] = []
        for path in _files(paths) if as_record else paths:
            for document in read_each(path, limits=options.limits):
                if isinstance(document, IngestionError):
                    yield document
                elif as_record:
                    together.append(document)
                else:
                    yield from written([document])
        if together:
            yield from written(together)

    def written(documents: Sequence[Document]) -> Iterator[Result | Exception]:
        begin = perf_counter()
        warnings = [warning for each in documents for warning in warnings_of(each)]
        hidden = without_identifiers if hide else None
        try:
            for made in hand_overs(documents, hide=hidden, as_record=as_record):
                warnings += [f"{made.doc_id}: {notice}" for notice in made.notices]
                note = f"{_note(made)}; {perf_counter() - begin:.1f} s"
                yield Result(made.doc_id, handover_files(made, form), note, tuple(warnings))
                warnings.clear()
                begin = perf_counter()
        except Exception as error:
            yield error_of(documents[0].doc_id if len(documents) == 1 else RECORD, error)

    return process


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files given, and those in folders given, by their names."""
    for path in paths:
        inner = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (each for each in inner if each == path or _is_note(each))


def _is_note(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _note(handover: Handover) -> str:
    stated = sum(bool(section.items) for section in handover.sections)
    of = f" of {quantity(len(handover.notes), 'note')}" if handover.notes else ""
    return (
        f"{handover.doc_id}: handover{of} of {handover.words:,} words, at most {handover.limit:,}; "
        f"{stated} of {quantity(len(handover.sections), 'section')} stated"
    )
