"""Whether a figure is for a stretch of time or for one day, by the words around it.

A column headed "2024" serves revenues of the year and balances at its end alike. A linear model
over the words of the figure's heads, table and sentence tells them apart; its weights ship in
`models/durations` and `python -m secateur.pipelines.finance.figures.train` made them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from secateur.core.hf import shipped
from secateur.pipelines.finance.figures.times import Time
from secateur.pipelines.finance.layout import Layout, row_at

_WORD = re.compile(r"[a-z]+")
_ROWS = 40


class Durations:
    """A linear model over sets of features."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        """Takes the weight of each feature; that of "" is added always."""
        self._weights = MappingProxyType(dict(weights))

    def lasts(self, found: Iterable[str]) -> bool:
        """Says whether a figure with these features is for a stretch of time."""
        weights = self._weights
        return weights.get("", 0.0) + sum(weights.get(name, 0.0) for name in found) > 0


@lru_cache(maxsize=1)
def shipped_durations() -> Durations:
    """Loads the model that ships."""
    path = shipped("durations") / "weights.json"
    return Durations(json.loads(path.read_text(encoding="utf-8")))


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
    if table is None or passage is None or not (passage.row or passage.column):
        return frozenset(found | _around(layout.document.text, span, sentence))
    for tag, head in (("row", passage.row), ("column", passage.column)):
        words = _words(head or "")[:14]
        found |= _tagged(tag, words) | _pairs(tag, words)
        found |= {f"{tag}-first:{word}" for word in words[:1]}
    above = _words(" ".join(layout.above(table)[:2]))[-25:]
    heads = [h for _, h in zip(range(3), layout.heads(table, row_at(table, span[0])), strict=False)]
    found |= _tagged("above", above)
    found |= {f"head:{word}" for head in heads for word in _words(head)[:12]}
    return frozenset(found | _row_heads(layout, table.start))


def _around(text: str, span: tuple[int, int], sentence: tuple[int, int]) -> set[str]:
    before = _words(text[max(sentence[0], span[0] - 120) : span[0]])[-10:]
    after = _words(text[span[1] : min(sentence[1], span[1] + 80)])[:6]
    found = _tagged("before", before) | _pairs("before", before) | _tagged("after", after)
    found |= {f"last:{word}" for word in before[-1:]}
    return found | _tagged("sentence", _words(text[slice(*sentence)])[:60])


def _row_heads(layout: Layout, start: int) -> set[str]:
    table = layout.table_at(start)
    rows = table.rows[:_ROWS] if table else ()
    return {f"table:{word}" for row in rows for word in _words(layout.text_of(row[0]))[:6]}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _tagged(tag: str, words: Iterable[str]) -> set[str]:
    return {f"{tag}:{word}" for word in words}


def _pairs(tag: str, words: list[str]) -> set[str]:
    return {f"{tag}:{a}_{b}" for a, b in pairwise(words)}
