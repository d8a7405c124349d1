"""What the page has done in a worker process with several files at once; see `tasks`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from secateur.pipelines.errors import usage_errors
from secateur.pipelines.lab.domain_profiles import TARGETS, Calibration
from secateur.pipelines.runs.jobs.private import profile_folder, unnamed
from secateur.pipelines.runs.jobs.processes import Tell

if TYPE_CHECKING:
    from secateur.pipelines.evaluation.metric import Metric
    from secateur.pipelines.runs.batch.run import BatchReport
    from secateur.pipelines.runs.options import Pipeline, RunOptions

Kind = Literal["entities", "summaries"]


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
    from secateur.pipelines.lab.calibration import Task, measure_profile, sample
    from secateur.pipelines.runs.models import load_model

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
    choices = tuple((target, profile.choose(target_error=target)) for target in TARGETS)
    left_out = tuple(line.replace(f"{folder}/", "") for line in sampled.left_out)
    return Calibration(profile, choices, left_out)


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
    from secateur.pipelines.runs.batch.run import run
    from secateur.pipelines.runs.batch.settings import BatchSettings

    tell("Running", None)
    settings = BatchSettings(
        pipeline=pipeline,
        options=options,
        workers=workers,
        time_limit_s=time_limit_s,
    )
    with unnamed(folder, out, *profile_folder(options)):
        return run(folder, out, settings, resume=resume)
