"""How commands end: their exit codes, and what they say of a failure."""

from __future__ import annotations

import sys
import traceback

from secateur.pipelines.errors import SecateurError, explain, was_interrupted

OK = 0
FAILED = 1
"""A usage error, or nothing done."""
PARTLY = 2
"""Some documents are done, and every failure is listed."""
INTERRUPTED = 130
"""Ended by Ctrl-C, as shells count it: 128 and the number of SIGINT."""


def say(message: str) -> None:
    """Writes a line to stderr; what could steer a terminal, as a file's name may, as "_"."""
    # Names in no encoding have surrogates, which stderr escapes.
    safe = (c if c.isprintable() or "\ud800" <= c <= "\udfff" else "_" for c in message)
    sys.stderr.write(f"{''.join(safe)}\n")


def fail(message: str) -> int:
    """Says what went wrong and returns the exit code for it."""
    say(f"secateur: error: {message}")
    return FAILED


def show_fault(error: Exception) -> None:
    """Shows where a fault of ours lies, without its message, which may quote a document."""
    sys.stderr.writelines(traceback.format_tb(error.__traceback__))


def error_of(doc_id: str, error: Exception) -> SecateurError:
    """Makes an error that of one document, so that the others are read.

    Args:
        doc_id: The document's name.
        error: As it was caught; where a fault of ours lies, is shown.

    Returns:
        It, where it is ours to tell, else one with its type and place.

    Raises:
        Exception: The error, where Ctrl-C is behind it.
    """
    if was_interrupted(error):
        raise error
    if isinstance(error, SecateurError):
        return error
    # Loads torch, which what raised it has loaded.
    from secateur.core.out_of_memory import is_out_of_memory

    if is_out_of_memory(error):
        return SecateurError(
            f"{doc_id}: not enough memory to process it; close other programs, or split the file"
        )
    show_fault(error)
    return SecateurError(explain(error, f"{doc_id}:"))


def interrupted() -> int:
    """Says that Ctrl-C ended the command and returns the exit code for it."""
    say("secateur: interrupted")
    return INTERRUPTED
