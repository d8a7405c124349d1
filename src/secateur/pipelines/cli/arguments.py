"""Options that commands share, and what they say about the model and the machine."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from secateur.pipelines.cli.exits import fail
from secateur.pipelines.cli.typed import place, positive, threads
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.runs.options import FLOATS, INT8, RunOptions, usual_dtype

PRUNING = ("threshold", "profile", "target_error", "target_speedup")
"""Fields of `RunOptions` that say how much is pruned."""
RUN = ("attention", *PRUNING, "model", "dtype", "device")
"""Fields of `RunOptions` that have an option of their name."""


class _Columns(argparse.HelpFormatter):
    """Help whose explanations stand beside what they explain, short names of choices included."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28)
        # argparse counts the names of commands without their indent, and breaks the longest line.
        self._action_max_length = 13


class CommandParser(argparse.ArgumentParser):
    """Tells usage errors in one line, like all others.

    Their exit code is ours, not argparse's 2, which means partly done here.
    """

    def __init__(self, **named: Any) -> None:
        """Takes what argparse takes, by name."""
        super().__init__(formatter_class=_Columns, **named)

    def error(self, message: str) -> None:  # type: ignore[override]
        """Prints the message with the way to the usage, and exits."""
        self.exit(fail(f"{message}; see {self.prog} --help"))


def add_files(parser: argparse.ArgumentParser) -> None:
    """Adds the files to be read and where results go."""
    parser.add_argument(
        "files", nargs="+", type=place, metavar="FILE",
        help="documents, or archives of them; -a.txt is given as ./-a.txt",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=place, metavar="FOLDER",
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
    group = parser.add_argument_group("pruning")
    group.add_argument(
        "--attention",
        choices=["dap", "full"],
        default="dap",
        help="pruned (dap, the default) or full attention",
    )
    _add_thresholds(group)
    add_machine(parser)


def add_pruning(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say how much is pruned."""
    _add_thresholds(parser.add_argument_group("pruning"))


def _add_thresholds(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--threshold", type=float, metavar="T",
        help="how much is pruned: 0 keeps all, more prunes more; the default is the model's own",
    )  # fmt: skip
    group.add_argument(
        "--profile", metavar="FILE",
        help="thresholds by head instead: a file of `secateur calibrate`, or finance or clinical",
    )  # fmt: skip
    add_targets(group)


def add_targets(parser: argparse._ActionsContainer) -> None:
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
    group = parser.add_argument_group("model and machine")
    group.add_argument(
        "--model", metavar="NAME",
        help="a name, a folder or a hub id; the default is the model that ships",
    )  # fmt: skip
    group.add_argument(
        "--dtype", choices=[*FLOATS, INT8],
        help="numbers of the model; the default is bf16 where the processor multiplies them, else "
        "fp32; int8 is for summaries",
    )  # fmt: skip
    group.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], default="auto",
        help="where it runs; auto (the default) takes a GPU where there is one",
    )  # fmt: skip
    group.add_argument(
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
    values: dict[str, Any] = {"dtype": usual_dtype()}
    values |= {name: vars(options)[name] for name in RUN if vars(options).get(name) is not None}
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
        if getattr(options, name, None) not in (None, getattr(RunOptions, name)):
            raise UsageError(f"--{name.replace('_', '-')} changes nothing {where}; leave it out")
