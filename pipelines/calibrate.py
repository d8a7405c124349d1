"""`secateur calibrate`: documents of a domain become a profile of thresholds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Literal

import numpy as np
import torch

from secateur.core import profile_files
from secateur.core.calibration import Described, calibrate
from secateur.core.config import DapConfig
from secateur.core.interface import CONFIG_KEY
from secateur.core.profiles import Profile
from secateur.core.spans import SpanTable
from secateur.pipelines.document import Document
from secateur.pipelines.errors import IngestionError, UsageError
from secateur.pipelines.finance.encode import Encoded
from secateur.pipelines.finance.entities import prepare, score
from secateur.pipelines.ingestion.read import read_each
from secateur.pipelines.models import LoadedModel, Pipeline, RunOptions, load_model
from secateur.pipelines.routing import machine
from secateur.pipelines.sentences import sentences

Task = Literal["tokens", "causal-lm"]

# The pipeline that loads each kind of model.
_PIPELINES: dict[Task, Pipeline] = {"tokens": "finance", "causal-lm": "clinical"}
_SHOWN_ERRORS = (0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True)
class Sampled:
    """Stretches of documents that a model is to run over.

    Attributes:
        runs: Each runs the model once over one stretch.
        sha256: Of the texts of the documents.
        unread: Files that could not be read, one line each.
    """

    runs: tuple[Callable[[], object], ...]
    sha256: str
    unread: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own options; those of model and machine are common."""
    parser.add_argument("--domain", required=True, metavar="NAME", help="what to call the domain")
    parser.add_argument("--data", required=True, type=Path, metavar="FOLDER", help="its documents")
    parser.add_argument("--out", required=True, type=Path, metavar="PROFILE", help="JSON to write")
    parser.add_argument(
        "--task", choices=list(_PIPELINES), help="what the model does; clinical: causal-lm"
    )
    parser.add_argument("--documents", type=int, default=16, metavar="N", help="at most (16)")
    parser.add_argument(
        "--max-tokens", type=int, default=4096, metavar="N", help="read of each document (4096)"
    )


def execute(arguments: argparse.Namespace, options: RunOptions) -> int:
    """Calibrates, writes the profile and prints what it promises.

    Raises:
        UsageError: The folder, the model or a number does not do; the message says why.
    """
    for name, least in (("documents", 1), ("max_tokens", 1)):
        if getattr(arguments, name) < least:
            raise UsageError(f"--{name.replace('_', '-')} must be {least} or more")
    if not arguments.out.absolute().parent.is_dir():
        raise UsageError(f"--out {arguments.out}: its folder does not exist")

    def say(message: str) -> None:
        if not arguments.quiet:
            print(message, file=sys.stderr, flush=True)

    begin = perf_counter()
    profile = calibrate_folder(
        arguments.domain, arguments.data, replace(options, attention="full", target_error=None),
        task=arguments.task, target_error=options.target_error or 0.1,
        documents=arguments.documents, max_tokens=arguments.max_tokens, say=say,
    )  # fmt: skip
    try:
        arguments.out.write_text(profile_files.to_json(profile), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--out {arguments.out}: {error.strerror}") from error
    print(summary(profile))
    say(f"{arguments.out}: written after {perf_counter() - begin:.0f} s")
    return 0


def calibrate_folder(
    domain: str,
    folder: Path,
    options: RunOptions,
    *,
    task: Task | None = None,
    target_error: float = 0.1,
    documents: int = 16,
    max_tokens: int = 4096,
    say: Callable[[str], None] = lambda message: None,
) -> Profile:
    """Calibrates a model on the documents of a folder.

    Args:
        domain: Name of the domain; "clinical" takes the decoder if no task is given.
        folder: Documents in any readable format, subfolders included.
        options: Model, dtype and device.
        task: What the model does.
        target_error: Relative output error that the profile keeps to unless asked.
        documents: Most documents that are measured.
        max_tokens: Most tokens of each; the stretch moves through the documents, from the front
            of the first to the end of the last.
        say: Told of progress.

    Returns:
        The profile.

    Raises:
        UsageError: No document is long enough, or the folder or the model does not do.
    """
    if not folder.is_dir():
        raise UsageError(f"--data {folder} is not a folder")
    task = task or ("causal-lm" if domain == "clinical" else "tokens")
    loaded = load_model(_PIPELINES[task], options)
    sampled = sample(folder, loaded, task, documents, max_tokens)
    for line in sampled.unread:
        say(line)
    count = len(sampled.runs)

    def told() -> Iterator[Callable[[], object]]:
        for number, run in enumerate(sampled.runs):
            say(f"document {number + 1} of {count}")
            yield run

    described = Described(
        domain=domain,
        model=options.model or _PIPELINES[task],
        versions={name: version(name) for name in ("secateur", "transformers")} | machine(),
        data={"sha256": sampled.sha256, "documents": count},
    )
    try:
        return calibrate(loaded.model, told(), described, target_error=target_error)
    except ValueError as error:
        raise UsageError(f"--data {folder}: {error}") from error


def sample(
    folder: Path, loaded: LoadedModel, task: Task, documents: int, max_tokens: int
) -> Sampled:
    """Reads documents in an order drawn by their names, and prepares a stretch of each.

    Args:
        folder: The documents.
        loaded: The model that is to run over them.
        task: What it does.
        documents: Most documents taken.
        max_tokens: Most tokens of a stretch; a document too short to be pruned is passed over.

    Returns:
        The stretches.
    """
    settings = DapConfig.from_dict(getattr(loaded.model.config, CONFIG_KEY, None) or {})
    prepared = {"tokens": _tagger_run, "causal-lm": _decoder_run}[task]
    digest = sha256()
    runs: list[Callable[[], object]] = []
    unread: list[str] = []
    files = (path for path in folder.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda path: sha256(path.name.encode()).digest()):
        for document in read_each(path):
            if len(runs) == documents:
                return Sampled(tuple(runs), digest.hexdigest(), tuple(unread))
            if isinstance(document, IngestionError):
                unread.append(str(document))
                continue
            place = len(runs) / max(documents - 1, 1)
            run = prepared(document, loaded, place, max_tokens, settings.exact_below)
            if run is not None:
                digest.update(sha256(document.text.encode()).digest())
                runs.append(run)
    return Sampled(tuple(runs), digest.hexdigest(), tuple(unread))


def _tagger_run(
    document: Document, loaded: LoadedModel, place: float, most: int, least: int
) -> Callable[[], object] | None:
    """Prepares whole passages of a document for the tagger."""
    encoded = prepare(document, loaded.model, loaded.tokenizer)
    ends = encoded.passage_ends
    if not ends:
        return None
    starts = [0, *ends[:-1]]
    room = max(len(encoded) - most, 0)
    start = min(starts, key=lambda start: abs(start - place * room))
    end = max((end for end in ends if end - start <= most), default=ends[0])
    if end - start <= least:
        return None
    part = _cut(encoded, start, end)
    return lambda: score(part, loaded.model)


def _cut(encoded: Encoded, start: int, end: int) -> Encoded:
    return replace(
        encoded,
        input_ids=encoded.input_ids[start:end],
        token_type_ids=encoded.token_type_ids[start:end],
        position_ids=encoded.position_ids[start:end],
        source=encoded.source[start:end],
        span_ends=tuple(cut - start for cut in encoded.span_ends if start < cut <= end),
        passage_ends=tuple(cut - start for cut in encoded.passage_ends if start < cut <= end),
    )


def _decoder_run(
    document: Document, loaded: LoadedModel, place: float, most: int, least: int
) -> Callable[[], object] | None:
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
    ends = [stop for _, stop in sentences(document.text, document.passages)]
    cuts = _inside(np.searchsorted(begins, ends), start, end)
    offsets = SpanTable.from_boundaries([cuts], end - start).offsets
    device = loaded.model.device
    inputs = torch.tensor([tokens[start:end]], device=device)
    # The base model: scores of every token over the whole vocabulary would fill the memory.
    body = loaded.model.base_model
    return lambda: body(input_ids=inputs, span_offsets=offsets.to(device), use_cache=False)


def _inside(cuts: Sequence[int] | np.ndarray, start: int, end: int) -> list[int]:
    return [int(cut) - start for cut in cuts if start < cut < end]


def summary(profile: Profile) -> str:
    """Writes for people what a profile promises at several target errors."""
    heads = sum(len(curves.error) for curves in profile.modules.values())
    lines = [
        f"{profile.domain}, {profile.model}: {profile.data['documents']} documents of "
        f"{profile.data['tokens']} tokens, {len(profile.modules)} modules, {heads} heads",
        f"mean entropy {profile.mean_entropy:.2f} of 4.5, starting threshold "
        f"{profile.start_threshold:.3f}",
        f"{'target error':>14}{'error':>9}{'density':>9}{'speed-up':>10}{'missed':>8}",
    ]
    for target in sorted({*_SHOWN_ERRORS, profile.target_error}):
        choice = profile.choose(target_error=target)
        lines.append(
            f"{target:>14.3f}{choice.error:>9.3f}{choice.density:>9.3f}"
            f"{choice.speedup:>10.2f}{choice.missed:>8}"
        )
    return "\n".join(lines)
