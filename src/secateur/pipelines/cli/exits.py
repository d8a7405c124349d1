"""How commands end: their exit codes, and what they say of a failure."""

from __future__ import annotations

import sys

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


def interrupted() -> int:
    """Says that Ctrl-C ended the command and returns the exit code for it."""
    say("secateur: interrupted")
    return INTERRUPTED
