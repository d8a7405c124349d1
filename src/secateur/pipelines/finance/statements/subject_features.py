"""What tells what a table is about: words around its figures, other tables with its heads."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.document.tables import row_labels, title
from secateur.pipelines.finance.mentions.known import is_place
from secateur.pipelines.finance.statements.statement import SUBJECTS

Features = dict[str, float]
"""Value by feature."""
_WORD = re.compile(r"[a-z]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BARE_YEAR = re.compile(r"(?:fiscal |fy ?)?(?:19|20)\d\d(?: ?\(.*\))?", re.IGNORECASE)
_SHORT = 3
"""Letters of a word up to which its s is none of a plural."""
_LINE = 30
"""Last words of a line above that are features."""
_HEADS = 60
"""Row heads that are features."""
_SHARES = (0.0, 0.3, 0.6)
"""Shares of a table's heads above which these are a few, some and most of them."""
_AHEAD = (1, 2, 4)
"""Years to come from which on a table names one, some and many of them."""
_TOLD = 2.0
"""What other tables with the same heads count beside a word."""


@dataclass(frozen=True)
class Heads:
    """The words around the figures of a table.

    Attributes:
        title: Its title.
        above: The nearest lines above it.
        section: The section that it stands in.
        rows: Heads of its rows, captions included.
        columns: Heads of its columns, each once.
    """

    title: str
    above: tuple[str, ...]
    section: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]


def heads_of(layout: Layout, tables: Sequence[Table]) -> Heads:
    """Collects the words around the figures of a table.

    Args:
        layout: The document's.
        tables: The table with those that go on from it.
    """
    rows = [label for table in tables for label in row_labels(layout, table) if label]
    cells = (cell for table in tables for row in table.rows for cell in row)
    return Heads(
        title(layout, tables[0]),
        layout.above(tables[0])[:2],
        tables[0].rows[0][0].section or "",
        tuple(rows),
        tuple(dict.fromkeys(cell.column for cell in cells if cell.column)),
    )


def features_of_tables(tables: Sequence[Heads]) -> list[Features]:
    """Lists what the first model looks at, for each table of a document.

    Returns:
        1 / sqrt(n) each for the n words of one place, so that a table of forty rows does not
        outvote its title; 1 for facts.
    """
    years = Counter(year for each in tables for head in each.columns for year in _years(head))
    current = min(years, key=lambda year: (-years[year], -year), default=None)
    return [_words_of(each) | _facts(each, current) for each in tables]


def of_other_tables(tables: Sequence[Heads], told: Sequence[Mapping[str, float]]) -> list[Features]:
    """Lists what the first model says of tables with the same heads.

    Args:
        tables: The tables of a document.
        told: The probability of each class by table.

    Returns:
        For each table and subject, of its rows and of its columns, the highest probability of
        another table with that head, and that of all such tables, on average over the heads.
    """
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(tables):
        for head in {*_plain(each.rows), *_plain(each.columns)}:
            holders[head].append(number)
    found: list[Features] = []
    for number, each in enumerate(tables):
        own: Features = {}
        for place, lines in _places(each):
            heads = _plain(lines)
            for subject in SUBJECTS:
                said = [[told[n][subject] for n in holders[head] if n != number] for head in heads]
                usual = [
                    sum(told[n][subject] for n in holders[head]) / len(holders[head])
                    for head in heads
                ]
                most = [max(others, default=0.0) for others in said]
                own[f"{place}~{subject}"] = _TOLD * sum(most) / max(len(heads), 1)
                own[f"{place}~~{subject}"] = _TOLD * sum(usual) / max(len(heads), 1)
        found.append(own)
    return found


def _places(heads: Heads) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("row", heads.rows), ("column", heads.columns)


def _words_of(heads: Heads) -> Features:
    said = {
        "title": [heads.title],
        "above": heads.above,
        "section": [heads.section],
        "row": heads.rows[:_HEADS],
        "column": heads.columns,
    }
    found: Features = {}
    for place, lines in said.items():
        own = {saying for line in lines for saying in _sayings(_words(line)[-_LINE:])}
        found |= {f"{place}:{saying}": len(own) ** -0.5 for saying in own}
    return found


def _facts(heads: Heads, current: int | None) -> Features:
    """Whether heads are years or places, and how many years to come they name."""
    found: Features = {}
    for place, lines in _places(heads):
        for kind, test in (("years", _BARE_YEAR.fullmatch), ("places", is_place)):
            share = sum(bool(test(line.strip())) for line in lines) / max(len(lines), 1)
            found |= {f"{place}={kind}>{least}": 1.0 for least in _SHARES if share > least}
        years = {year for line in lines for year in _years(line)}
        ahead = sum(current is not None and year > current for year in years)
        found |= {f"{place}=ahead{least}": 1.0 for least in _AHEAD if ahead >= least}
    return found


def _years(head: str) -> list[int]:
    return [int(year) for year in _YEAR.findall(head)]


def _plain(lines: Iterable[str]) -> list[str]:
    """Heads without digits and marks, each once."""
    plain = (" ".join(_WORD.findall(line.lower())) for line in lines)
    return [line for line in dict.fromkeys(plain) if line]


def _words(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return [word.removesuffix("s") if len(word) > _SHORT else word for word in words]


def _sayings(words: list[str]) -> list[str]:
    """Words, and pairs of neighbours."""
    return words + [f"{a}_{b}" for a, b in pairwise(words)]
