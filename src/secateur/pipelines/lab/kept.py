"""What a pipeline's model read of a document for one stretch of it, in characters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from secateur.core.kept import KeptSpans, kept_spans
from secateur.pipelines.clinical.handover.prompt import build_prompt
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.validation import check
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.reader.entities import prepare
from secateur.pipelines.finance.reader.scoring import first_reading
from secateur.pipelines.runs.models import LoadedModel, check_loaded
from secateur.pipelines.runs.options import Pipeline


@dataclass(frozen=True)
class KeptPlace:
    """A place of the document that was read.

    Attributes:
        start: First character in `Document.text`.
        end: One past the last.
        mass: Share of the stretch's attention, mean over heads, 0 to 1.
        heads: Share of (head, token of the stretch) pairs that kept it, 0 to 1.
    """

    start: int
    end: int
    mass: float
    heads: float


@dataclass(frozen=True)
class LayerReading:
    """What one attention module read for the stretch.

    Attributes:
        module: The module's name within the model.
        pruned: Whether a selection was made.
        density: Share of the visible (query, key) pairs that was computed, 0 to 1.
        places: In reading order, disjoint.
        elsewhere: Share of the attention on what is no text of the document: the prompt's own
            words, special tokens, titles repeated before a passage.
    """

    module: str
    pruned: bool
    density: float
    places: tuple[KeptPlace, ...]
    elsewhere: float


@dataclass(frozen=True)
class _Sequence:
    """A document as the model reads it, with the characters of each token; (-1, -1) for none."""

    run: Callable[[], object]
    places: Sequence[tuple[int, int]]


def read_for(
    document: Document, loaded: LoadedModel, pipeline: Pipeline, start: int, end: int
) -> tuple[LayerReading, ...]:
    """Runs the model over a document and tells what each layer read for a stretch of it.

    Args:
        document: The document.
        loaded: The pipeline's model, under DAP.
        pipeline: "finance" (the tagger's run) or "clinical" (the decoder's reading of the note).
        start: First character of the stretch, a sentence for instance.
        end: One past the last.

    Returns:
        One reading for each attention module, first layer first.

    Raises:
        UsageError: What is given as a document or a model is none, no token lies in the stretch, or
            the note is longer than the model's context.
        ValueError: The model is not under DAP.
    """
    check(document, Document)
    check(loaded, LoadedModel)
    check_loaded(loaded, pipeline)
    make = {"finance": _tagger_sequence, "clinical": _decoder_sequence}[pipeline]
    sequence = make(document, loaded)
    inside = [
        number
        for number, (first, last) in enumerate(sequence.places)
        if first < end and start < last
    ]
    if not inside:
        raise UsageError(f"characters {start:,} to {end:,} hold no token of the document")
    # Tokens of the context that titles repeat may lie between; they are no part of the stretch.
    found = kept_spans(loaded.model, sequence.run, inside[0], inside[-1] + 1)
    return tuple(_in_characters(spans, sequence.places) for spans in found)


def _tagger_sequence(document: Document, loaded: LoadedModel) -> _Sequence:
    encoded = prepare(document, loaded.model, loaded.tokenizer)
    starts, ends = encoded.tokens.starts, encoded.tokens.ends
    places = np.full((len(encoded), 2), -1, dtype=np.int64)
    known = encoded.source >= 0
    places[known, 0] = starts[encoded.source[known]]
    places[known, 1] = ends[encoded.source[known]]
    pairs = [(int(first), int(last)) for first, last in places]
    return _Sequence(lambda: first_reading(encoded, loaded.model), pairs)


def _decoder_sequence(document: Document, loaded: LoadedModel) -> _Sequence:
    if loaded.model.config.is_encoder_decoder:
        raise UsageError("what was kept is shown of taggers and decoders, not of encoders with one")
    spans = sentences_of(document)
    prompt = build_prompt(document.text, spans, loaded.tokenizer)
    length, room = prompt.tokens.shape[1], int(loaded.model.config.max_position_embeddings)
    if length > room:
        raise UsageError(
            f"{document.doc_id}: {length:,} tokens with the prompt, and the model reads {room:,} "
            "at once, longer notes in parts; give one part as a file of its own"
        )
    device = loaded.model.device
    body = loaded.model.base_model
    places = [(-1, -1)] * length
    places[prompt.note_start : prompt.note_start + prompt.note_tokens] = prompt.places
    return _Sequence(
        lambda: body(
            input_ids=prompt.tokens.to(device),
            span_offsets=prompt.span_offsets.to(device),
            use_cache=False,
        ),
        places,
    )


def _in_characters(spans: KeptSpans, places: Sequence[tuple[int, int]]) -> LayerReading:
    found: list[KeptPlace] = []
    elsewhere = 0.0
    for (first, last), mass, heads in zip(spans.spans, spans.mass, spans.heads, strict=True):
        own = [place for place in places[first:last] if place[0] >= 0]
        if not own:
            elsewhere += mass
            continue
        found.append(KeptPlace(own[0][0], own[-1][1], mass, heads))
    return LayerReading(
        module=spans.module,
        pruned=spans.pruned,
        density=spans.density,
        places=tuple(found),
        elsewhere=elsewhere,
    )


def mass_of(readings: Sequence[LayerReading], pieces: Sequence[tuple[int, int]]) -> list[float]:
    """Adds up what each piece of a document got.

    Args:
        readings: Layers; their mean counts.
        pieces: Characters, half-open, ascending and disjoint: sentences or passages.

    Returns:
        The share of the stretch's attention that each piece got, 0 to 1. A place counts where it
        begins.
    """
    starts = [start for start, _ in pieces]
    mass = [0.0] * len(pieces)
    for reading in readings:
        for place in reading.places:
            number = bisect_right(starts, place.start) - 1
            if number >= 0:
                mass[number] += place.mass / len(readings)
    return mass


def strip(reading: LayerReading, length: int, bins: int) -> list[tuple[float, float]]:
    """Lays what a layer read along the document.

    Args:
        reading: The layer.
        length: Characters of the document, 1 or more.
        bins: Equal parts that the document is cut into.

    Returns:
        For each part its share of the attention, and the share of its characters that was read,
        mean over heads and tokens of the stretch; both 0 to 1.
    """
    mass, kept = [0.0] * bins, [0.0] * bins
    for place in reading.places:
        first = place.start * bins // length
        last = max((place.end - 1) * bins // length, first)
        for number in range(first, min(last, bins - 1) + 1):
            inside = min(place.end, -(-(number + 1) * length // bins))
            share = max(inside - max(place.start, number * length // bins), 0)
            mass[number] += place.mass * share / max(place.end - place.start, 1)
            kept[number] += place.heads * share * bins / length
    return [(part, min(read, 1.0)) for part, read in zip(mass, kept, strict=True)]
