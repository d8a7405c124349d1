"""ROUGE, loaded when it is asked for: scikit-learn comes with it, a second and 120 MiB a start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def rouge_scorer(names: Sequence[str]) -> Any:
    """Makes rouge-score's scorer of texts by stems.

    Args:
        names: Of its measures, "rouge1", "rougeL", "rougeLsum".
    """
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(list(names), use_stemmer=True)
