"""Initials in front of a person's name that the labels left out: "R. Kessler"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.found import Found

_INITIALS = re.compile(
    r"(?<![\w.&’'-])(?!(?:U\.[KNS]|E\.U|D\.C)\.)(?:[A-Z]\.[ -]?){1,3}$",
)
_REACH = 12
"""Characters before a name in which its initials stand."""


def with_initials(text: str, found: Sequence[Found]) -> list[Found]:
    """Takes in the initials right before the names of persons.

    Args:
        text: The document's text.
        found: Names and all else, ascending and disjoint.

    Returns:
        The same, disjoint.
    """
    whole: list[Found] = []
    for mention in found:
        done = whole[-1].end if whole else 0
        first = max(mention.start - _REACH, done)
        initials = _INITIALS.search(text, first, mention.start) if mention.label == "PER" else None
        whole.append(replace(mention, start=initials.start()) if initials else mention)
    return whole
