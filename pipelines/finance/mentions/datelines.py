"""Towns that datelines begin with: "PARIS, May 3 (Reuters) -"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.calendar_words import MONTH_BEGINS, YEAR
from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import NAMES

_MONTH = rf"(?i:{MONTH_BEGINS})[a-z]{{0,6}}\.?"
_DATELINE = re.compile(
    r"^([A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,2})"
    rf"(?=,? (?:[A-Z][\w.]+, )?{_MONTH} \d{{1,2}}(?:, {YEAR})? ?(?:[(/–—]|--? ))",
    re.MULTILINE,
)
"""With the agency or the dash behind the date: a company's name stands above a date, too."""


def with_datelines(text: str, found: Sequence[Found]) -> list[Found]:
    """Makes towns of datelines places, whatever the labels say.

    Args:
        text: The document's text.
        found: Names and all else, ascending and disjoint.

    Returns:
        The same, disjoint.
    """
    datelines = {match.span(1) for match in _DATELINE.finditer(text)}
    return [
        replace(mention, label="LOC")
        if mention.label in NAMES and (mention.start, mention.end) in datelines
        else mention
        for mention in found
    ]
