"""Whether a figure is for a stretch of time or for one day, by the words around it.

A column headed "2024", and in some reports one headed "December 31, 2024", serves revenues of the
year and balances at its end alike. A linear model over the words of the figure's heads, table and
sentence tells them apart; its weights ship in `models/durations` and
`python -m secateur.pipelines.finance.training.durations` made them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from secateur.core.models.shipped import shipped
from secateur.pipelines.document.dates import MONTH
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table, once_for_each_table, row_at
from secateur.pipelines.finance.figures.in_words import passed_in, stood_in
from secateur.pipelines.finance.figures.lists import first_of_list
from secateur.pipelines.finance.figures.passing import is_averaged, passes
from secateur.pipelines.finance.figures.standing import stands
from secateur.pipelines.finance.figures.times import Time

LASTS = "lasts"
"""A row or column of what passes by its name: its figures are for a stretch of time."""
EDGE = "edge"
"""A row that names where a period begins or ends, or a time to come: none of its figures lasts."""

DAY_OF_YEAR = re.compile(
    rf"(?:^|[-–—] ?|, |\b(?:at|as (?:at|of)|balances?) )"
    rf"(?:(?P<day>\d{{1,2}}) (?P<month>{MONTH})|(?P<month_first>{MONTH}) (?P<day_last>\d{{1,2}}))"
    r"(?=\W*(?:\(|$))",
    re.IGNORECASE,
)
"""A day without its year, which another head names: "Cash at 1 April"."""
_EDGE = re.compile(
    r"^(?:\w+ )?balances?\b|^as (?:of|at) (?!and\b)|\b(?:beginning|opening)\b"
    r"|\b(?:period|year|quarter)[- ]end\b"
    r"|\bend of (?:the )?(?:fiscal )?(?:year|period)|\bclosing (?:cash|balance|net debt|position)",
    re.IGNORECASE,
)
_EDGE_COLUMN = re.compile(
    r"\bbalances?,? (?:at|as of)\b|\b(?:beginning|end(?:ing)?) (?:of|balance)\b"
    r"|\b(?:opening|closing) balance",
    re.IGNORECASE,
)
_BALANCE = re.compile(
    r"(?:(?:net|total|closing) )*(?:(?:financial |interest-bearing )?(?:net )?debt|equity"
    r"|cash/\(debt\)|cash(?: position)?|assets|liabilities|order (?:book|backlog)|backlog|headcount"
    r"|(?:net )?working capital|shareholders['’]? (?:equity|funds)|market capitali[sz]ation"
    r"|assets under management"
    r"|capital employed|(?:tangible )?book value|net asset value|(?:total|net) (?:loans|deposits)"
    r"|non-?(?:performing|accrual) (?:loans|assets)"
    r"|(?:(?:common|equity|gearing|solvency|leverage|CET1|tier 1|risk-based|capital) )+ratio)"
    r"(?: per (?:\w+ )?(?:share|unit))?(?: (?:at|end) .*)?(?: ?[(,].{1,16})?",
    re.IGNORECASE,
)
"""Heads of rows that are for a day, under whatever head of a column: "Net debt" below "Q2 2024"."""
_STOCK = re.compile(r"\bshares (?:authorized|held)\b|\bauthorized:", re.IGNORECASE)
"""What a balance sheet says of its stock: "(3,000 shares authorized; issued: 2025 - 900)"."""
_DAY_ROW = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|(?:FY|Q[1-4]|H[12])[ -]?\d{2,4}|(?:19|20)\d\d",
    re.IGNORECASE,
)
"""The head of a year's or a database's line, whose columns say what its figures are."""
_YEAR = re.compile(r"\s*(?:19|20)\d\d\b")
_FORMS = {
    "at": re.compile(r"\b(?:as (?:of|at)|at|balances?)\b", re.IGNORECASE),
    "over": re.compile(r"\b(?:end(?:ed|ing)|for the|during)\b", re.IGNORECASE),
}
_WORD = re.compile(r"[a-z]+")
_MANY_YEARS = 4
"""Years of a table from which on their number tells no more."""
_ROWS = 40
"""Rows of a table whose heads are features."""
_SHORT = 3
"""Letters of a word up to which its s is none of a plural."""
_ROW = 2.0
"""What a feature of a figure's row counts beside one of its column."""


class Durations:
    """A linear model over sets of features."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        """Takes the weight of each feature; that of "" is added always."""
        self._weights = MappingProxyType(dict(weights))

    def lasts(self, found: Iterable[str]) -> bool:
        """Says whether a figure with these features is for a stretch of time."""
        found = frozenset(found)
        if EDGE in found or LASTS in found:
            return EDGE not in found
        known = weighed(name for name in found if name in self._weights)
        told = sum(self._weights[name] * value for name, value in known.items())
        return self._weights.get("", 0.0) + told > 0


@lru_cache(maxsize=1)
def shipped_durations() -> Durations:
    """Loads the model that ships."""
    path = shipped("durations") / "weights.json"
    return Durations(json.loads(path.read_text(encoding="utf-8")))


def weighed(found: Iterable[str]) -> dict[str, float]:
    """Gives features their values.

    Args:
        found: Features that the model knows, each once.

    Returns:
        1 for facts ("kind=year"), 1 / sqrt(n) each for n words of one place ("table:sale"), since
        a table of forty rows must not outvote the row of the figure; twice as much for that row.
    """
    groups = {name: name.partition(":")[0] for name in found}
    counts = Counter(groups.values())
    return {
        name: (_ROW if group.startswith("row") else 1.0) * counts[group] ** -0.5
        for name, group in groups.items()
    }


def name_features(concept: str) -> frozenset[str]:
    """Lists the features of a row whose head reads like the name of a concept.

    Args:
        concept: Qualified name ("us-gaap:IncomeTaxesPaid").
    """
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", concept.rpartition(":")[2])
    return row_features(" ".join(parts))


def row_features(head: str) -> frozenset[str]:
    """Lists the features of a row by its head alone."""
    return frozenset(_head("row", head))


def features(
    layout: Layout,
    span: tuple[int, int],
    label: str,
    place: str,
    time: Time | None,
    sentence: tuple[int, int],
) -> frozenset[str]:
    """Lists what the model looks at.

    Args:
        layout: The document.
        span: The figure.
        label: Its type.
        place: Where its time was found, see `Source`.
        time: That time.
        sentence: Its sentence.

    Returns:
        Names of features: words and pairs of words by where they stand.
    """
    kind = time.kind if time else "none"
    found = {f"place={place}", f"kind={kind}", f"label={label}", f"both={place},{kind}"}
    passage, table = layout.passage_at(span[0]), layout.table_at(span[0])
    if table is not None and passage is not None and (passage.row or passage.column):
        return frozenset(found | _of_cell(layout, table, passage, label, place, time))
    text = layout.document.text
    stock = passage is not None and _STOCK.search(layout.text_of(passage)) is not None
    if stood_in(text, span, sentence[0]) if table is None else stock:
        found.add(EDGE)
    if passed_in(text, span, sentence[0]):
        found.add(LASTS)
    return frozenset(found | _around(text, _first_of_list(text, span, sentence), sentence))


def _of_cell(
    layout: Layout, table: Table, passage: Passage, label: str, place: str, time: Time | None
) -> set[str]:
    """Features of a figure by its heads and its table."""
    row, column = passage.row or "", passage.column or ""
    if _DAY_ROW.fullmatch(row):
        row, column = column, row
    found = _head("row", row) | _head("column", column)
    number = row_at(table, passage.start)
    if passes(layout, table, number, label, (row, column)):
        found.add(LASTS)
    dated = place == "head" and time is not None and time.kind == "day"
    stood = stands(layout, table, number, label, (row, column), dated=dated)
    closes = time is not None and time.kind == "span" and DAY_OF_YEAR.fullmatch(row)
    day = not closes and DAY_OF_YEAR.search(row)
    edge = _EDGE.search(row) or _EDGE_COLUMN.search(column)
    balance = not is_averaged(table, number) and _BALANCE.fullmatch(row.replace("_", " "))
    if place == "ahead" or stood or edge or day or balance:
        found.add(EDGE)
    if _YEAR.match(passage.row or ""):
        found.add("row-year")  # Maturities and cohorts have years for rows.
    found |= _tagged("above", _words(" ".join(layout.above(table)[:2]))[-25:])
    heads = list(layout.heads(table, number))
    found |= {f"head:{word}" for head in heads[:3] for word in _words(head)[:12]}
    # Whether heads say "as of" a day, or over a time "ended" by one.
    heads.append(passage.column or "")
    found |= {f"heads={name}" for name, form in _FORMS.items() if any(map(form.search, heads))}
    if layout.tells_by_years:
        found.add(f"years={min(layout.years(table), _MANY_YEARS)}")
    return found | _row_heads(layout, table)


def _head(tag: str, head: str) -> set[str]:
    words = _words(head)[:14]
    return _tagged(tag, words) | _pairs(tag, words) | _tagged(f"{tag}-first", words[:1])


def _first_of_list(text: str, span: tuple[int, int], sentence: tuple[int, int]) -> tuple[int, int]:
    """The first amount of the list in which a figure of running text stands: all are of a kind."""
    first = first_of_list(text[slice(*sentence)], span[0] - sentence[0])
    return (sentence[0] + first[0], sentence[0] + first[1]) if first else span


def _around(text: str, span: tuple[int, int], sentence: tuple[int, int]) -> set[str]:
    before = _words(text[max(sentence[0], span[0] - 120) : span[0]])[-10:]
    after = _words(text[span[1] : min(sentence[1], span[1] + 80)])[:6]
    said = _words(text[slice(*sentence)])[:60]
    found = _tagged("before", before) | _pairs("before", before) | _tagged("last", before[-1:])
    return found | _tagged("after", after) | _tagged("sentence", said)


@once_for_each_table
def _row_heads(layout: Layout, table: Table) -> set[str]:
    """Words of the heads of a table's rows."""
    heads = (layout.text_of(row[0]) for row in table.rows[:_ROWS])
    return {f"table:{word}" for head in heads for word in _words(head)[:6]}


def _words(text: str) -> list[str]:
    """Words without the s of the plural, so that a row of sales speaks for one of a sale."""
    words = _WORD.findall(text.lower())
    return [word.removesuffix("s") if len(word) > _SHORT else word for word in words]


def _tagged(tag: str, words: Iterable[str]) -> set[str]:
    return {f"{tag}:{word}" for word in words}


def _pairs(tag: str, words: list[str]) -> set[str]:
    return {f"{tag}:{a}_{b}" for a, b in pairwise(words)}
