"""Options that commands share, and what they say about the model and the machine."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

from secateur.pipelines.ingestion.limits import Limits
from secateur.pipelines.options import FLOATS, INT8, RunOptions

FAILED = 1
"""Exit code of usage errors and of a run that has done nothing."""


_LAST_PORT = 65_535


class CommandParser(argparse.ArgumentParser):
    """Exits with our code for usage errors, not argparse's 2, which means partly done here."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Prints usage and the message, and exits."""
        self.print_usage(sys.stderr)
        self.exit(FAILED, f"secateur: error: {message}\n")


def add_files(parser: argparse.ArgumentParser) -> None:
    """Adds the files to be read and where results go."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--out", type=Path, metavar="DIR",
        help="one file a document, not stdout; of the files there, only results that are as they "
        "were written are replaced",
    )  # fmt: skip
    add_limits(parser)


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Adds the bounds on what is read."""
    parser.add_argument(
        "--limit", action="append", default=[], metavar="NAME=VALUE",
        help="bound on a file that is read, as in seconds=300; may be given again",
    )  # fmt: skip


def add_common(parser: argparse.ArgumentParser) -> None:
    """Adds the options of model and machine."""
    parser.add_argument("--attention", choices=["dap", "full"], default="dap")
    parser.add_argument(
        "--threshold", type=float, metavar="T", help="0 keeps all; the default is the model's own"
    )
    parser.add_argument(
        "--profile", metavar="FILE", help="calibrated thresholds: a file, or finance or clinical"
    )
    parser.add_argument(
        "--target-error", type=positive, metavar="E", help="relative error of attention's output"
    )
    parser.add_argument(
        "--target-speedup", type=positive, metavar="S", help="of attention against torch's"
    )
    parser.add_argument("--model", metavar="NAME", help="a name, a folder or a hub id")
    parser.add_argument("--dtype", choices=[*FLOATS, INT8], default="fp32")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--threads", type=count, metavar="N")
    parser.add_argument("--quiet", action="store_true", help="nothing on stderr but errors")


def count(text: str) -> int:
    """Reads a number of 1 or more."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return value


def port(text: str) -> int:
    """Reads the number of a port."""
    value = int(text)
    if not 1 <= value <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not 1 to {_LAST_PORT}")
    return value


def positive(text: str) -> float:
    """Reads a number above 0."""
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def run_options(options: argparse.Namespace) -> RunOptions:
    """Gathers what `add_common` and `add_limits` were given.

    Raises:
        ValueError: The threshold is below 0 or no number, or a limit unknown.
    """
    return RunOptions(
        attention=options.attention,
        threshold=options.threshold,
        model=options.model,
        dtype=options.dtype,
        device=options.device,
        profile=options.profile,
        target_error=options.target_error,
        target_speedup=options.target_speedup,
        limits=Limits.of(getattr(options, "limit", ())),
    )
