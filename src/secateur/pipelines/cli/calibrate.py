"""`secateur calibrate`: documents of a domain become a profile of thresholds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from time import perf_counter

from secateur.core import profile_files
from secateur.core.calibration import check
from secateur.core.profiles import Profile
from secateur.core.whole_files import whole
from secateur.pipelines.cli.exits import OK
from secateur.pipelines.cli.typed import count, place
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.lab.calibration import Sampled, Task, measure_profile, sample
from secateur.pipelines.runs.models import LoadedModel, load_model, read_profile
from secateur.pipelines.runs.options import Pipeline, RunOptions
from secateur.pipelines.runs.output_paths import check_file

# The pipeline that loads each kind of model.
_PIPELINES: dict[Task, Pipeline] = {"tokens": "finance", "causal-lm": "clinical"}
_SHOWN_ERRORS = (0.02, 0.05, 0.1, 0.2)
"""Relative output errors of the table that is printed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own options; those of model and machine are common."""
    parser.add_argument("--domain", required=True, metavar="NAME", help="what to call the domain")
    parser.add_argument("--data", required=True, type=place, metavar="FOLDER", help="its documents")
    made = parser.add_mutually_exclusive_group(required=True)
    made.add_argument("--out", type=place, metavar="PROFILE", help="JSON to write")
    made.add_argument(
        "--check",
        nargs="+",
        metavar="PROFILE",
        help="measures these profiles, files or finance or clinical, on the documents",
    )
    parser.add_argument(
        "--task",
        choices=list(_PIPELINES),
        help="what the model does: label tokens (the default), or write "
        "(causal-lm, the default of the domain clinical)",
    )
    parser.add_argument("--documents", type=count, default=16, metavar="N", help="most read (16)")
    parser.add_argument(
        "--max-tokens", type=count, default=2048, metavar="N", help="most read of a document (2048)"
    )


def execute(arguments: argparse.Namespace, options: RunOptions) -> int:
    """Makes a profile and prints what it promises, or measures whether profiles keep their word.

    Raises:
        UsageError: The folder, the model, a profile or a number does not do; the message says why.
    """
    if not arguments.data.is_dir():
        raise UsageError(
            f"--data {arguments.data}: is not a folder; give the folder with the documents"
        )
    if arguments.out:
        _check_out(arguments.out)
    task: Task = arguments.task or ("causal-lm" if arguments.domain == "clinical" else "tokens")
    name = str(options.model or _PIPELINES[task])
    with usage_errors():
        profiles = [read_profile(profile, name) for profile in arguments.check or ()]
    begin = perf_counter()

    def say(message: str) -> None:
        if not arguments.quiet:
            print(message, file=sys.stderr, flush=True)

    plain = replace(options, attention="full", profile=None, target_error=None, target_speedup=None)
    loaded = load_model(_PIPELINES[task], plain)
    with usage_errors():
        for profile in profiles:
            profile.check(loaded.model)
    size = (arguments.documents, arguments.max_tokens)
    sampled = sample(arguments.data, loaded, task, *size, options.limits)
    try:
        if profiles:
            print(checked(profiles, loaded, sampled, options, say))
        else:
            profile = measure_profile(
                arguments.domain, name, loaded, sampled, say, options.target_error
            )
            with whole(arguments.out) as file:
                file.write(profile_files.to_json(profile).encode())
            print(summary(profile))
    except ValueError as error:
        raise UsageError(f"--data {arguments.data}: {error}") from error
    except OSError as error:
        raise UsageError(f"--out {arguments.out}: {error.strerror}") from error
    say(f"{perf_counter() - begin:.0f} s")
    return OK


def _check_out(path: Path) -> None:
    check_file("--out", path)
    if path.is_file():
        try:
            profile_files.read(path)
        except ValueError as error:
            raise UsageError(
                f"--out {path}: it is there and no profile; give another name"
            ) from error


def checked(
    profiles: Sequence[Profile],
    loaded: LoadedModel,
    sampled: Sampled,
    options: RunOptions,
    say: Callable[[str], None],
) -> str:
    """Measures profiles on documents, and writes for people what they expected and what came.

    Args:
        profiles: Profiles of the model.
        loaded: The model.
        sampled: What it is to run over.
        options: One target for all profiles; without one several errors are tried.
        say: Told of progress.

    Returns:
        A table, and a line for each profile that was measured at quite another length.
    """
    targets: list[dict[str, float | None]] = [{"target_error": error} for error in _SHOWN_ERRORS]
    if options.target_error is not None or options.target_speedup is not None:
        targets = [{"target_error": options.target_error, "target_speedup": options.target_speedup}]
    choices = [profile.choose(**target) for profile in profiles for target in targets]
    found = check(loaded.model, sampled.told(say), choices)
    lines = [f"{'':<12}{'target':>8}{'error':>14}{'density':>18}"]
    lines.append(f"{'profile':<12}{'':>8}{'expected':>9}{'found':>9}{'expected':>10}{'found':>8}")
    rows = [(profile, target) for profile in profiles for target in targets]
    for (profile, target), choice, (error, density) in zip(rows, choices, found, strict=True):
        wanted = next(value for value in target.values() if value is not None)
        lines.append(
            f"{profile.domain:<12}{wanted:>8.3f}{choice.error:>9.3f}{error:>9.3f}"
            f"{choice.density:>10.3f}{density:>8.3f}"
        )
    length = fmean(sampled.lengths)
    lines += filter(None, (profile.caution(length) for profile in profiles))
    return "\n".join(lines)


def summary(profile: Profile) -> str:
    """Writes for people what a profile promises at several target errors."""
    heads = sum(len(curves.error) for curves in profile.modules.values())
    documents = quantity(int(profile.data["documents"]), "document")
    lines = [
        f"{profile.domain}, {profile.model}: {documents} of "
        f"{profile.data['tokens']} tokens, {len(profile.modules)} modules, {heads} heads",
        f"mean entropy {profile.mean_entropy:.2f} of 4.5, starting threshold "
        f"{profile.start_threshold:.3f}",
        f"{'target error':>14}{'error':>9}{'density':>9}{'speedup':>10}{'missed':>8}",
    ]
    for target in sorted({*_SHOWN_ERRORS, profile.target_error}):
        choice = profile.choose(target_error=target)
        lines.append(
            f"{target:>14.3f}{choice.error:>9.3f}{choice.density:>9.3f}"
            f"{choice.speedup:>10.2f}{choice.missed:>8}"
        )
    return "\n".join(lines)
