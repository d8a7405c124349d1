"""What the page has done in the worker process.

The module itself is light: what needs torch is imported inside the tasks, so that the page's own
process stays small and starts at once. Each task is told whom to `tell` of its progress, and raises
`SecateurError` where a file or the model cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.summary import Summary, SummarySentence
from secateur.pipelines.runs.jobs.private import profile_folder, unnamed
from secateur.pipelines.runs.jobs.processes import Tell

if TYPE_CHECKING:
    from torch import nn

    from secateur.pipelines.clinical.handover.review import Version
    from secateur.pipelines.finance.statements.comparison.figures import Series
    from secateur.pipelines.lab.kept import LayerReading
    from secateur.pipelines.runs.models import LoadedModel
    from secateur.pipelines.runs.options import Pipeline, RunOptions

PRELOAD = tuple(f"secateur.pipelines.cli.{name}" for name in ("entities", "summaries"))
"""Modules with the heavy imports of all tasks."""

_READING = "Reading the file"
_LOADING = "Loading the model"


@dataclass(frozen=True)
class ReportResult:
    """A report with its entities.

    Attributes:
        document: What was read.
        entities: In reading order, disjoint.
        tokens: Tokens of the document, all of which the model read.
        density: Computed share of the visible pairs, or None for full attention.
        seconds: Wall time from file to entities, the model's loading left out.
        figures: The standard lines of its statements by period.
    """

    document: Document
    entities: tuple[Entity, ...]
    tokens: int
    density: float | None
    seconds: float
    figures: Series


@dataclass(frozen=True)
class NoteResult:
    """A note with its summary; `density` and `seconds` as in `ReportResult`."""

    document: Document
    summary: Summary
    density: float | None
    seconds: float


@dataclass(frozen=True)
class Outline:
    """A document with its sentences, half-open character offsets in reading order.

    `pipeline` is the one that it seems to be for; see `comparison.pipeline_for`.
    """

    document: Document
    sentences: tuple[tuple[int, int], ...]
    pipeline: Pipeline


def read_report(path: Path, options: RunOptions, tell: Tell) -> ReportResult:
    """Finds the entities of a report, with model and attention as `options` say."""
    from secateur.pipelines.finance.reader.entities import extract_all
    from secateur.pipelines.finance.statements.comparison.compare import compare_statements
    from secateur.pipelines.finance.statements.tagged import assemble_tagged
    from secateur.pipelines.ingestion.tagged import read_with_facts

    tell(_READING, None)
    begin = perf_counter()
    with unnamed(path.parent):
        document, facts = read_with_facts(path)
    reading_s = perf_counter() - begin
    loaded = _load("finance", options, tell)
    begin = perf_counter()
    with _progress(loaded.model, tell, "Finding entities"):
        found = extract_all(document, loaded.model, loaded.tokenizer)
    seconds = reading_s + perf_counter() - begin
    density = _density(loaded)
    tell("Assembling statements", None)
    book = assemble_tagged(document, found.entities, facts)
    (figures,) = compare_statements([book]).companies
    return ReportResult(document, found.entities, found.tokens, density, seconds, figures)


def read_note(path: Path, options: RunOptions, hide: bool, tell: Tell) -> NoteResult:
    """Summarises a note.

    With `hide` identifiers go out of the note before the model reads it; the result holds none of
    those that were found.
    """
    from secateur.pipelines.clinical.handover.brief import write_brief
    from secateur.pipelines.runs.deidentification import without_identifiers

    document, reading_s = _read(path, tell)
    if hide:
        document = without_identifiers(document)
    loaded = _load("clinical", options, tell)
    begin = perf_counter()
    with _progress(loaded.model, tell, "Reading the note"):
        summary = write_brief(document, loaded.model, loaded.tokenizer)
    seconds = reading_s + perf_counter() - begin
    return NoteResult(document, summary, _density(loaded), seconds)


def check_sentences(
    document: Document, before: Sequence[SummarySentence], texts: Sequence[str], tell: Tell
) -> Version:
    """Finds evidence and flags of what a person wrote; see `review`."""
    from secateur.pipelines.clinical.handover.review import reexamine

    tell("Comparing with the note", None)
    return reexamine(document, before, texts)


def compare_attentions(
    path: Path,
    pipeline: Pipeline | Literal["auto"],
    options: RunOptions,
    budget_s: float,
    tell: Tell,
) -> dict[str, Any]:
    """Runs full attention, within so many seconds in all, and DAP on one file.

    The pipeline "auto" is the one of `comparison.pipeline_for`; the result `Comparison.to_dict()`.
    """
    from secateur.pipelines.lab.comparison import compare, pipeline_for
    from secateur.pipelines.runs.models import load_model

    document, _ = _read(path, tell)
    chosen = pipeline_for(document) if pipeline == "auto" else pipeline
    tell(_LOADING, None)
    # Not the cached model: comparing leaves a model switched to either attention.
    with unnamed(*profile_folder(options)):
        loaded = load_model(chosen, options)
    comparison = compare(
        document, chosen, loaded,
        threshold=options.threshold, budget_s=budget_s,
        curve=True, progress=lambda step: tell(f"Running {step}", None),
    )  # fmt: skip
    return comparison.to_dict()


def outline(path: Path, tell: Tell) -> Outline:
    """Reads a file and finds its sentences."""
    from secateur.pipelines.document.sentences import sentences_of
    from secateur.pipelines.lab.comparison import pipeline_for

    document, _ = _read(path, tell)
    found = sentences_of(document)
    return Outline(document, found, pipeline_for(document))


def look(
    document: Document,
    pipeline: Pipeline,
    options: RunOptions,
    start: int,
    end: int,
    tell: Tell,
) -> tuple[LayerReading, ...]:
    """Tells what each layer of a model read for a stretch of a document; see `kept.read_for`.

    The attention is "dap" whatever the options say.
    """
    from secateur.pipelines.lab.kept import read_for

    loaded = _load(pipeline, replace(options, attention="dap"), tell)
    with _progress(loaded.model, tell, "Reading the document"):
        return read_for(document, loaded, pipeline, start, end)


def describe(tell: Tell) -> dict[str, Any]:
    """Collects what `secateur info` prints."""
    from secateur.pipelines.runs.information import information

    tell("Looking at this machine", None)
    return information()


def _read(path: Path, tell: Tell) -> tuple[Document, float]:
    from secateur.pipelines.ingestion.read import read

    tell(_READING, None)
    begin = perf_counter()
    with unnamed(path.parent):
        document = read(path)
    return document, perf_counter() - begin


def _load(pipeline: Pipeline, options: RunOptions, tell: Tell) -> LoadedModel:
    tell(_LOADING, None)
    with unnamed(*profile_folder(options)):
        loaded = _loaded(pipeline, options)
    loaded.reset_statistics()
    return loaded


# Keyed by all options: a model that was switched has forgotten the settings it was saved with.
@lru_cache(maxsize=2)
def _loaded(pipeline: Pipeline, options: RunOptions) -> LoadedModel:
    from secateur.pipelines.runs.models import load_model

    return load_model(pipeline, options)


def _density(loaded: LoadedModel) -> float | None:
    from secateur.pipelines.lab.measure import density_of

    return density_of(loaded.model)


@contextmanager
def _progress(model: nn.Module, tell: Tell, reading: str) -> Iterator[None]:
    """Tells of each layer while the model reads, and of each token while it writes."""
    from torch import nn

    tell(reading, None)
    layers = max((m for m in model.modules() if isinstance(m, nn.ModuleList)), key=len)
    written = 0

    def passed(number: int, states: Any) -> None:
        nonlocal written
        if states.shape[1] > 1:
            tell(reading, (number + 1) / len(layers))
        elif number + 1 == len(layers):
            written += 1
            tell(f"Writing, {written} tokens so far", None)

    hooks = [
        layer.register_forward_hook(
            lambda module, args, output, number=number: passed(number, args[0])
        )
        for number, layer in enumerate(layers)
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
