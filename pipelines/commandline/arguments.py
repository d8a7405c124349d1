"""Options that commands share, and what they say about the model and the machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import fields

from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.exits import fail
from secateur.pipelines.ingestion.limits import Limits
from secateur.pipelines.options import FLOATS, INT8, RunOptions
from secateur.pipelines.typed import place, positive, threads

PRUNING = ("threshold", "profile", "target_error", "target_speedup")
"""Fields of `RunOptions` that say how much is pruned."""
RUN = ("attention", *PRUNING, "model", "dtype", "device")
"""Fields of `RunOptions` that have an option of their name."""


class CommandParser(argparse.ArgumentParser):
    """Exits with our code for usage errors, not argparse's 2, which means partly done here."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Prints usage and the message, and exits."""
        self.print_usage(sys.stderr)
        self.exit(fail(message))


def add_files(parser: argparse.ArgumentParser) -> None:
    """Adds the files to be read and where results go."""
    parser.add_argument(
        "files", nargs="+", type=place, metavar="FILE", help="documents, or archives of them"
    )
    parser.add_argument(
        "--out", type=place, metavar="DIR",
        help="one file a document, not stdout; of the files there, only results that are as they "
        "were written are replaced",
    )  # fmt: skip
    add_limits(parser)


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Adds the bounds on what is read."""
    parser.add_argument(
        "--limit", action="append", default=[], metavar="NAME=VALUE",
        help="bound on a file that is read, as in seconds=300; may be given again "
        f"({', '.join(bound.name for bound in fields(Limits))})",
    )  # fmt: skip


def add_common(parser: argparse.ArgumentParser) -> None:
    """Adds the options of model and machine, and how much is pruned."""
    parser.add_argument(
        "--attention",
        choices=["dap", "full"],
        default="dap",
        help="pruned (dap, the default) or full attention",
    )
    add_pruning(parser)
    add_machine(parser)


def add_pruning(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say how much is pruned."""
    parser.add_argument(
        "--threshold", type=float, metavar="T",
        help="how much is pruned: 0 keeps all, more prunes more; the default is the model's own",
    )  # fmt: skip
    parser.add_argument(
        "--profile", metavar="FILE",
        help="thresholds by head instead: a file of `secateur calibrate`, or finance or clinical",
    )  # fmt: skip
    add_targets(parser)


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Adds the options that a profile's thresholds follow."""
    parser.add_argument(
        "--target-error", type=positive, metavar="E",
        help="relative error of attention's output that a profile keeps to, as in 0.1",
    )  # fmt: skip
    parser.add_argument(
        "--target-speedup", type=positive, metavar="S",
        help="speed of attention against torch's that a profile reaches instead, as in 3",
    )  # fmt: skip


def add_machine(parser: argparse.ArgumentParser) -> None:
    """Adds the options of model and machine."""
    parser.add_argument(
        "--model", metavar="NAME",
        help="a name, a folder or a hub id; the default is the model that ships",
    )  # fmt: skip
    parser.add_argument(
        "--dtype", choices=[*FLOATS, INT8], default="fp32",
        help="numbers of the model (fp32); int8 is for summaries",
    )  # fmt: skip
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], default="auto",
        help="where it runs; auto (the default) takes a GPU where there is one",
    )  # fmt: skip
    parser.add_argument(
        "--threads", type=threads, metavar="N",
        help="threads of the CPU; the default is torch's own number, and 1 a worker of a batch",
    )  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="nothing on stderr but errors")


def run_options(options: argparse.Namespace) -> RunOptions:
    """Gathers what `add_common` and `add_limits` were given; what a command lacks is the default.

    Raises:
        UsageError: The threshold is below 0 or no number, a limit unknown, or how much is pruned
            is said of full attention.
    """
    values = {name: value for name, value in vars(options).items() if name in RUN}
    with usage_errors():
        found = RunOptions(**values, limits=Limits.of(getattr(options, "limit", ())))
    if found.attention == "full":
        refuse_unused(options, PRUNING, "under --attention full")
    return found


def refuse_unused(options: argparse.Namespace, names: Iterable[str], where: str) -> None:
    """Refuses options of `add_common` that a call takes and would not use.

    Args:
        options: The command's arguments.
        names: Fields of `RunOptions` that it does not use.
        where: Why, for the message.

    Raises:
        UsageError: One of them is given.
    """
    for name in names:
        default = getattr(RunOptions, name)
        if getattr(options, name, default) != default:
            raise UsageError(f"--{name.replace('_', '-')} changes nothing {where}; leave it out")
