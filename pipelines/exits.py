"""How commands end: their exit codes, and what they say of a failure."""

from __future__ import annotations

import sys

OK = 0
FAILED = 1
"""A usage error, or nothing done."""
PARTLY = 2
"""Some documents are done, and every failure is listed."""


def fail(message: str) -> int:
    """Says what went wrong and returns the exit code for it."""
    sys.stderr.write(f"secateur: error: {message}\n")
    return FAILED
