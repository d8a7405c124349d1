"""The `secateur` command.

Results go to stdout or to files, progress and errors to stderr. Exit codes: 0 all well, 1 usage or
nothing done, 2 partly done, 130 ended by Ctrl-C. Help, version and mistakes load none of the
models' libraries.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from secateur.pipelines.cli.arguments import CommandParser
from secateur.pipelines.cli.dispatch import COMMANDS
from secateur.pipelines.cli.exits import OK, fail, interrupted, show_fault
from secateur.pipelines.errors import SecateurError, explain, was_interrupted


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: Command-line words after the program's name; None takes the process's own.

    Returns:
        The exit code.
    """
    _hush_libraries()
    options = _parsed(sys.argv[1:] if arguments is None else arguments)
    try:
        if getattr(options, "threads", None):
            import torch

            torch.set_num_threads(options.threads)
        code: int = options.run(options)
        sys.stdout.flush()
    except SecateurError as error:
        return fail(str(error))
    except KeyboardInterrupt:
        return interrupted()
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong, and nobody is listening.
        _drop_output()
        return OK
    except OSError as error:
        if error.strerror is None:
            return _fault(error)
        _drop_output()
        return fail(f"{error.filename or 'standard output'}: {error.strerror}")
    except Exception as error:
        return interrupted() if was_interrupted(error) else _fault(error)
    return code


def _fault(error: Exception) -> int:
    show_fault(error)
    return fail(explain(error, "what was asked for"))


def _hush_libraries() -> None:
    """Bars and reports on the loading of weights would bury what we say on stderr."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    if "transformers" in sys.modules:  # which has looked at the environment already
        from transformers.utils import logging

        logging.disable_progress_bar()


def _drop_output() -> None:
    """Sends what is not yet written nowhere: Python would try again when it ends, and complain."""
    with suppress(OSError):  # stdout may be no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Parses arguments; optional files may stand behind options, which argparse does not allow."""
    parser = _parser(next((word for word in arguments if not word.startswith("-")), None))
    options, rest = parser.parse_known_args(arguments)
    late: str = getattr(options, "late", "")
    if rest and (not late or any(word.startswith("-") for word in rest)):
        options.command.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        setattr(options, late, [*getattr(options, late), *map(Path, rest)])
    return options


def _parser(asked: str | None) -> argparse.ArgumentParser:
    """Declares the commands, and the options of the one that is asked for."""
    parser = CommandParser(
        prog="secateur",
        description="Reads long documents with pruned attention.",
        epilog="`secateur COMMAND --help` has the options of a command and an example. Exit codes: "
        "0 success, 1 usage error or nothing done, 2 partial success with every failure listed, "
        "130 ended by Ctrl-C.",
    )
    parser.add_argument("--version", action="version", version=f"secateur {version('secateur')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=CommandParser)
    for name, command in COMMANDS.items():
        own = commands.add_parser(
            name,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            epilog=f"example: secateur {name} {command.example}",
        )
        for add in command.options if name == asked else ():
            add(own)
        own.set_defaults(run=command.run, command=own)
    return parser
