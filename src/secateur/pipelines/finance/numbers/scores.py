"""What the head for numbers says of a document's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from secateur.pipelines.finance.numbers.concepts import in_year

_OTHERS = 0.5
"""What the chance of "another concept" counts beside those of the figure's type: most lines that
are none of those listed are known by their statements, and what other companies call the listed
ones the head often doubts."""


@dataclass(frozen=True)
class NumberScores:
    """What the head for numbers says of each number of a document.

    Attributes:
        types: Probabilities float32 `[F, 1 + types]`, 0 for "none".
        concepts: Log-probabilities float32 `[F, 1 + concepts]`, 0 for "other".
        known: Type of each concept's figures by its name, from number 1 on.
    """

    types: NDArray[np.float32]
    concepts: NDArray[np.float32]
    known: Mapping[str, str]

    def concept(self, number: int, chances: Mapping[str, float], year: int) -> str | None:
        """Names the likeliest concept of a figure, None for another than those known.

        Args:
            number: Which of the numbers.
            chances: Probability of each type, together 1. A concept is as likely as the head says
                times the chance of the type of its figures; where another than those known is the
                likeliest, those of the likeliest type have a second chance.
            year: In which year after the report's it falls, 0 where nothing tells it.
        """
        names = tuple(self.known)
        likely = np.exp(self.concepts[number])
        if year:
            likely = in_year(likely, names, year)
        of_types = [1.0, *(chances[kind] for kind in self.known.values())]
        best = int((likely * of_types).argmax())
        if not best:
            usual = max(chances, key=lambda kind: chances[kind])
            of_usual = [kind == usual for kind in self.known.values()]
            best = int((likely * [_OTHERS, *of_usual]).argmax())
        return (None, *names)[best]
