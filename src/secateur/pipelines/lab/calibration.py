"""Profiles of thresholds, measured over stretches of a folder's documents.

The stretches are prepared for a model of either kind to run over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from secateur.core.calibration import Described, calibrate
from secateur.core.config import DapConfig
from secateur.core.machine import machine
from secateur.core.profiles import Profile
from secateur.core.spans import SpanTable
from secateur.core.states import CONFIG_KEY
from secateur.core.training.pieces import MAX_CHUNK
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.errors import IngestionError, UsageError
from secateur.pipelines.finance.reader.encode import Encoded
from secateur.pipelines.finance.reader.entities import prepare
from secateur.pipelines.finance.reader.scoring import first_reading
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.read import read_each
from secateur.pipelines.runs.models import LoadedModel

Task = Literal["tokens", "causal-lm"]
"""What the model does."""

_TARGET_ERROR = 0.1
"""Relative output error that a profile keeps to where nobody asks for another."""
_Run = tuple[Callable[[], object], int]
"""Runs the model over a stretch, of so many tokens."""


@dataclass(frozen=True)
class Sampled:
    """Stretches of documents that a model is to run over.

    Attributes:
        runs: Each runs the model once over one stretch.
        lengths: Tokens of each.
        sha256: Of the texts of the documents.
        left_out: Files that could not be read or are too short to be pruned, one line each.
    """

    runs: tuple[Callable[[], object], ...]
    lengths: tuple[int, ...]
    sha256: str
    left_out: tuple[str, ...]

    def told(self, say: Callable[[str], None]) -> Iterator[Callable[[], object]]:
        """Yields the runs and tells of each."""
        for line in self.left_out:
            say(line)
        for number, run in enumerate(self.runs):
            say(f"document {number + 1} of {len(self.runs)}")
            yield run


def sample(
    folder: Path,
    loaded: LoadedModel,
    task: Task,
    documents: int,
    max_tokens: int,
    limits: Limits = DEFAULT_LIMITS,
) -> Sampled:
    """Reads documents in an order drawn by their names, and prepares a stretch of each.

    Args:
        folder: The documents.
        loaded: The model that is to run over them.
        task: What it does.
        documents: Most documents taken.
        max_tokens: Most tokens of a stretch; documents too short to be pruned are left out.
        limits: Bounds on the files that are read.

    Returns:
        The stretches.

    Raises:
        UsageError: Of so few tokens no document has a stretch that is pruned.
    """
    settings = DapConfig.from_dict(getattr(loaded.model.config, CONFIG_KEY, None) or {})
    least = settings.exact_below
    # A tagger's stretch ends with a chunk, which may be one chunk before the most.
    ample = least + (MAX_CHUNK if task == "tokens" else 1)
    too_few = UsageError(
        f"--max-tokens {max_tokens} is too small: what is pruned has more than {least:,} tokens; "
        f"give {ample:,} or more"
    )
    if max_tokens <= least:
        raise too_few
    prepared = {"tokens": _tagger_run, "causal-lm": _decoder_run}[task]
    digest = sha256()
    runs: list[_Run] = []
    left_out: list[str] = []
    files = (path for path in folder.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda path: sha256(os.fsencode(path.name)).digest()):
        for document in read_each(path, limits=limits):
            if len(runs) == documents:
                return _sampled(runs, digest.hexdigest(), left_out)
            if isinstance(document, IngestionError):
                left_out.append(str(document))
                continue
            place = len(runs) / max(documents - 1, 1)
            run = prepared(document, loaded, place, max_tokens, least)
            if run is None:
                left_out.append(
                    f"{path}: left out, it has no stretch of more than {least:,} tokens "
                    f"that could be pruned, and at most {max_tokens:,} (--max-tokens)"
                )
            else:
                digest.update(sha256(document.text.encode()).digest())
                runs.append(run)
    if not runs and max_tokens < ample:
        raise too_few
    return _sampled(runs, digest.hexdigest(), left_out)


def _sampled(runs: Sequence[_Run], digest: str, left_out: Sequence[str]) -> Sampled:
    calls, lengths = (tuple(column) for column in zip(*runs, strict=True)) if runs else ((), ())
    return Sampled(calls, lengths, digest, tuple(left_out))


def measure_profile(
    domain: str,
    name: str,
    loaded: LoadedModel,
    sampled: Sampled,
    say: Callable[[str], None],
    target_error: float | None = None,
) -> Profile:
    """Measures a profile.

    Args:
        domain: What to call it.
        name: The model's name, for people.
        loaded: The model.
        sampled: What it is to run over.
        say: Told of progress.
        target_error: Relative output error that its thresholds keep to unless asked; None is 0.1.

    Returns:
        The profile.

    Raises:
        ValueError: No document is long enough to be pruned.
    """
    described = Described(
        domain=domain,
        model=name,
        versions={name: version(name) for name in ("secateur", "transformers")} | machine(),
        data={"sha256": sampled.sha256, "documents": len(sampled.runs)},
    )
    target = _TARGET_ERROR if target_error is None else target_error
    return calibrate(loaded.model, sampled.told(say), described, target_error=target)


def _tagger_run(
    document: Document, loaded: LoadedModel, place: float, most: int, least: int
) -> _Run | None:
    """Prepares whole chunks of a document for the tagger."""
    encoded = prepare(document, loaded.model, loaded.tokenizer)
    ends = encoded.chunk_ends
    if not ends:
        return None
    starts = [0, *ends[:-1]]
    room = max(len(encoded) - most, 0)
    start = min(starts, key=lambda start: abs(start - place * room))
    end = max((end for end in ends if end - start <= most), default=ends[0])
    if end - start <= least:
        return None
    part = _cut(encoded, start, end)
    return partial(first_reading, part, loaded.model), end - start


def _cut(encoded: Encoded, start: int, end: int) -> Encoded:
    return replace(
        encoded,
        input_ids=encoded.input_ids[start:end],
        token_type_ids=encoded.token_type_ids[start:end],
        position_ids=encoded.position_ids[start:end],
        source=encoded.source[start:end],
        span_ends=tuple(cut - start for cut in encoded.span_ends if start < cut <= end),
        chunk_ends=tuple(cut - start for cut in encoded.chunk_ends if start < cut <= end),
    )


def _decoder_run(
    document: Document, loaded: LoadedModel, place: float, most: int, least: int
) -> _Run | None:
    """Prepares a stretch of a document's plain text for the decoder."""
    found = loaded.tokenizer(
        document.text, add_special_tokens=False, return_offsets_mapping=True,
        split_special_tokens=True, verbose=False,
    )  # fmt: skip
    tokens = found["input_ids"]
    most = min(most, int(loaded.model.config.max_position_embeddings))
    start = round(place * max(len(tokens) - most, 0))
    end = min(start + most, len(tokens))
    if end - start <= least:
        return None
    begins = np.array([begin for begin, _ in found["offset_mapping"]])
    ends = [stop for _, stop in sentences_of(document)]
    cuts = [int(cut) - start for cut in np.searchsorted(begins, ends) if start < cut < end]
    offsets = SpanTable.from_boundaries([cuts], end - start).offsets
    device = loaded.model.device
    inputs = torch.tensor([tokens[start:end]], device=device)
    # The base model: scores of every token over the whole vocabulary would fill the memory.
    body = loaded.model.base_model
    run = partial(body, input_ids=inputs, span_offsets=offsets.to(device), use_cache=False)
    return run, end - start
