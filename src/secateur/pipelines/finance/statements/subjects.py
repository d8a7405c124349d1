"""What a breakdown is about: segments, products, regions or maturities.

Two linear models. The first looks at the words of a table's title, section, row heads and column
heads. The second looks at them too, and at what the first says of the document's other tables with
the same heads: a note on segments tells which names are segments. The weights ship in
`models/breakdowns`, and `secateur train breakdowns` made them from how filers tag their tables.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from secateur.core.models.shipped import shipped
from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.finance.statements.statement import SUBJECTS, Subject
from secateur.pipelines.finance.statements.subject_features import (
    Features,
    Heads,
    features_of_tables,
    heads_of,
    of_other_tables,
)

NONE = "none"
"""The class of the tables that are about none of `SUBJECTS`."""
CLASSES: tuple[str, ...] = (NONE, *SUBJECTS)
Weights = Mapping[str, Sequence[float]]
"""A weight for each of `CLASSES` by feature; those of "" are added always."""


class Subjects:
    """Says what the tables of a document are about."""

    def __init__(self, first: Weights, second: Weights, thresholds: Mapping[str, float]) -> None:
        """Takes the weights of both models and the least probability by subject."""
        self._first, self._second, self._thresholds = first, second, thresholds

    def probabilities(self, tables: Sequence[Heads]) -> list[dict[str, float]]:
        """Returns the probability of each class, 0 to 1, for each table of a document."""
        found = features_of_tables(tables)
        told = [probabilities(self._first, each) for each in found]
        more = of_other_tables(tables, told)
        return [
            probabilities(self._second, own | other) for own, other in zip(found, more, strict=True)
        ]

    def about(self, tables: Sequence[Heads]) -> list[Subject | None]:
        """Returns what each table of a document is about, None where that is nothing or unsure."""
        return [chosen(each, self._thresholds) for each in self.probabilities(tables)]


def probabilities(weights: Weights, found: Features) -> dict[str, float]:
    """Returns the probability of each class by one model."""
    scores = list(weights[""])
    for name, value in found.items():
        for number, weight in enumerate(weights.get(name, ())):
            scores[number] += weight * value
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    return {name: each / sum(powers) for name, each in zip(CLASSES, powers, strict=True)}


def chosen(found: Mapping[str, float], thresholds: Mapping[str, float]) -> Subject | None:
    """Returns the likeliest subject if it is likely enough."""
    best = max(SUBJECTS, key=found.__getitem__)
    return best if found[best] >= thresholds[best] else None


@lru_cache(maxsize=1)
def shipped_subjects() -> Subjects:
    """Loads the models that ship."""
    path = shipped("breakdowns") / "weights.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    return Subjects(known["first"], known["second"], known["thresholds"])


def subjects_of(layout: Layout, breakdowns: Sequence[Sequence[Table]]) -> list[Subject | None]:
    """Says what the breakdowns of a document are about, by their words.

    Args:
        layout: The document's.
        breakdowns: Each table with those that go on from it.
    """
    return shipped_subjects().about([heads_of(layout, tables) for tables in breakdowns])
