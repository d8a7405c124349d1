"""One colour for each entity label, told apart by colour-blind readers too.

The hues are those of Okabe and Ito ("Color Universal Design", 2008) and, where they run out, of
Paul Tol's muted scheme ("Colour Schemes", SRON technical note, 2021). No label is told by its
colour alone: its name always stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable

_COLOURS = {
    "ORG": "#0072b2",
    "PER": "#e69f00",
    "LOC": "#009e73",
    "MONEY": "#d55e00",
    "PERCENT": "#cc79a7",
    "DATE": "#56b4e9",
    "SHARES": "#f0e442",
    "PER_SHARE": "#999933",
    "KPI": "#882255",
}
_OTHERS = "#8c8c8c"

EVIDENCE = "#56b4e9"
"""Places in a note that a summary rests on."""

HEADING = "#8c8c8c"
"""The section that the user went to."""

BARS = "#0072b2"
"""Bars and first lines of charts."""

SECOND = "#d55e00"
"""Second lines of charts, and the chosen point."""

SERIES = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7"]
"""Lines or bars side by side."""

_NAMES = {
    "ORG": "Organisation",
    "PER": "Person",
    "LOC": "Place",
    "MONEY": "Money",
    "PERCENT": "Percentage",
    "DATE": "Date",
    "SHARES": "Shares",
    "PER_SHARE": "Amount per share",
    "KPI": "Metric",
}


LABELS = tuple(_NAMES)
"""All labels that an entity can be given."""


def colour(label: str) -> str:
    """Returns a label's colour as #rrggbb."""
    return _COLOURS.get(label, _OTHERS)


def in_order(labels: Iterable[str]) -> list[str]:
    """Sorts labels, the known ones first, always in the same order."""
    known = list(_NAMES)
    return sorted(
        set(labels), key=lambda label: (known.index(label) if label in known else len(known), label)
    )


def spelled(label: str) -> str:
    """Returns a label's name for people."""
    return _NAMES.get(label, label)
