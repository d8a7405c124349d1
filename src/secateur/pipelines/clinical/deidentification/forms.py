"""An identifier's form: what it looks like and what may not lead in to it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """A kind of identifier, what it looks like, and what may not lead in to it."""

    kind: str
    pattern: re.Pattern[str]
    not_after: re.Pattern[str] | None = None


def form(kind: str, pattern: str, flags: int = 0, not_after: str | None = None) -> Form:
    """Makes a form of patterns; `not_after` is held against what stands before, case aside."""
    left = not_after and re.compile(rf"(?:{not_after})$", re.IGNORECASE)
    return Form(kind, re.compile(pattern, flags), left or None)
