"""What the page has done in a worker process with several files at once; see `tasks`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from secateur.pipelines.errors import usage_errors
from secateur.pipelines.jobs.private import profile_folder, unnamed
from secateur.pipelines.jobs.processes import Tell

if TYPE_CHECKING:
    from secateur.core.profiles import Choice, Profile
    from secateur.pipelines.batch.run import BatchReport
    from secateur.pipelines.evaluation.metric import Metric
    from secateur.pipelines.options import Pipeline, RunOptions

Kind = Literal["entities", "summaries"]

_TARGETS = tuple(0.01 * 50 ** (step / 40) for step in range(41))
"""Relative output errors to choose from: 0.01 to 0.5, each a tenth above the one before."""


@dataclass(frozen=True)
class Calibration:
    """A domain's profile.

    Attributes:
        profile: What was measured.
        choices: What it gives at each target error, smallest first.
        left_out: Files that could not be read or are too short to be pruned, one line each.
    """

    profile: Profile
    choices: tuple[tuple[float, Choice], ...]
    left_out: tuple[str, ...]


def evaluate(
    kind: Kind, gold: Path, predicted: Path, notes: Path | None, tell: Tell
) -> tuple[Metric, ...]:
    """Scores a file of predictions by `evaluate_files` or `evaluate_summaries`."""
    from secateur.pipelines.evaluation.entities import evaluate_files
    from secateur.pipelines.evaluation.summaries import evaluate_summaries

    tell("Scoring", None)
    with unnamed(gold.parent, predicted.parent, *([notes] if notes else [])):
        if kind == "entities":
            return evaluate_files(gold, predicted)
        return evaluate_summaries(gold, predicted, notes)


def calibrate_domain(
    folder: Path,
    domain: str,
    pipeline: Pipeline,
    options: RunOptions,
    documents: int,
    max_tokens: int,
    tell: Tell,
) -> Calibration:
    """Measures a profile on documents of a domain, as `secateur calibrate` does."""
    from secateur.pipelines.calibration import Task, measure_profile, sample
    from secateur.pipelines.models import load_model

    plain = replace(options, attention="full")
    tell("Loading the model", None)
    # Not the cached model: calibrating leaves it with torch's own attention.
    loaded = load_model(pipeline, plain)
    task: Task = "tokens" if pipeline == "finance" else "causal-lm"
    tell("Reading the documents", None)
    with unnamed(folder):
        sampled = sample(folder, loaded, task, documents, max_tokens)
    done = 0

    def say(line: str) -> None:
        nonlocal done
        if line not in sampled.left_out:
            tell(f"Measuring {line}", done / len(sampled.runs))
            done += 1

    name = str(plain.model or pipeline)
    with usage_errors():
        profile = measure_profile(domain, name, loaded, sampled, say, plain.target_error)
    choices = tuple((target, profile.choose(target_error=target)) for target in _TARGETS)
    left_out = tuple(line.replace(f"{folder}/", "") for line in sampled.left_out)
    return Calibration(profile, choices, left_out)


def profile_as_json(profile: Profile, target_error: float) -> str:
    """Writes a profile that keeps to a target error where no other is asked for."""
    from secateur.core import profile_files

    return profile_files.to_json(replace(profile, target_error=target_error))


def check_profile(data: bytes) -> None:
    """Refuses what `profile_as_json` cannot have written.

    Raises:
        ValueError: It is no calibration profile; the message says why.
    """
    from secateur.core import profile_files

    profile_files.from_json(data.decode())


def run_folder(
    folder: Path,
    out: Path,
    pipeline: Pipeline,
    options: RunOptions,
    workers: int,
    time_limit_s: float,
    resume: bool,
    tell: Tell,
) -> BatchReport:
    """Runs a pipeline over a folder; what is done so far is in `out` at any time."""
    from secateur.pipelines.batch.run import run
    from secateur.pipelines.batch.settings import BatchSettings

    tell("Running", None)
    settings = BatchSettings(
        pipeline=pipeline,
        options=options,
        workers=workers,
        time_limit_s=time_limit_s,
    )
    with unnamed(folder, out, *profile_folder(options)):
        return run(folder, out, settings, resume=resume)
