"""Rows of tables that stand one behind the other on a line, where line ends became spaces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from secateur.pipelines.document.document import Span
from secateur.pipelines.ingestion.text.cells import (
    VALUE,
    ends_in_years,
    values_at_end,
)

_MOST = 30
"""Values of a row."""
_RULE = r"(?:-{2,}|={2,}|_{2,})"
_RUN = re.compile(
    rf"(?:^|(?<=\s)|(?<=[.…·_])(?<!\d\.))(?:{VALUE})(?: (?:{VALUE})){{1,{_MOST}}}"
    rf"(?=\s+(?:[^\W\d]|\(|[•*]|{_RULE})|\s*$)"
)
_RULES = re.compile(rf"{_RULE}(?:\s{_RULE})*(?=\s)")
_STOP = re.compile(r"[.;:](?= )")
_ROWS = 3
"""Runs of as many values each that make a line several rows."""
_ALIKE = 0.5
"""Share of a table's runs that have as many values as the most of them."""
_SHORTEST = 40
"""Characters of a line that may hold several rows."""
_LONGEST_LABEL = 90
"""Most characters of a row's label."""
_APART = 200
"""Characters between two rows, at most."""


def cut_rows(lines: Sequence[str]) -> list[str]:
    """Cuts lines that hold several rows of a table.

    Args:
        lines: The lines of a text.

    Returns:
        The lines, those with several rows cut at a space before or behind each, which is left out,
        so that with a line end in its place all characters stand where they stood.
    """
    cut: list[str] = []
    for line in lines:
        start = 0
        for end in _ends(line) if len(line) > _SHORTEST else ():
            cut.append(line[start:end])
            start = end + 1
        cut.append(line[start:])
    return cut


def _ends(line: str) -> list[int]:
    """Where a line is cut."""
    ends: set[int] = set()
    for runs in _tables(line):
        first, last = runs[0][0], runs[-1][1]
        ends.update(rule.end() for rule in _RULES.finditer(line, first, last + 1))
        before = max(first - _APART, 0)
        for start, end in runs:
            ends.add(end)
            ends.update(_title_end(line, before, start, ends_in_years(line[start:end])))
            before = end
    return sorted(end for end in ends if end < len(line) and line[end].isspace())


def _tables(line: str) -> Iterator[list[Span]]:
    """Runs of values near one another, most of them of as many values."""
    near: list[Span] = []
    for run in _RUN.finditer(line):
        if near and run.start() - near[-1][1] > _APART:
            yield from _regular(line, near)
            near = []
        near.append(run.span())
    yield from _regular(line, near)


def _regular(line: str, runs: list[Span]) -> Iterator[list[Span]]:
    counts = Counter(len(values_at_end(line[slice(*run)])) for run in runs)
    if runs and counts.most_common(1)[0][1] >= max(_ROWS, _ALIKE * len(runs)):
        yield runs


def _title_end(line: str, before: int, start: int, is_head: bool) -> Iterator[int]:
    """Where a title ends that stands before the label of a row, or before heads.

    A stop within a label stays there; heads begin a table, and a colon ends a title, if it is not
    that of "Less:".
    """
    for stop in [*_STOP.finditer(line, before, start)][-1:]:
        is_title = line[stop.start()] == ":" and " " in line[before : stop.start()].strip()
        if is_head or is_title or start - before > _LONGEST_LABEL:
            yield stop.end()
