"""Keeps what is worked out from a document alone, so that it is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from secateur.pipelines.document.document import Document

Result = TypeVar("Result")
_KEPT = "_analysis"


def once(analyse: Callable[[Document], Result]) -> Callable[[Document], Result]:
    """Makes an analysis of a document that is computed when it is first asked for.

    The result is kept with the document itself and goes with it; copies by `replace`, pickles and
    comparisons know nothing of it. Two threads that ask at the same time may both compute it.

    Args:
        analyse: What is worked out from a document and from nothing else.

    Returns:
        The same, computed once a document.
    """

    @wraps(analyse)
    def kept(document: Document) -> Result:
        known: dict[Any, Any] = document.__dict__.setdefault(_KEPT, {})
        if analyse not in known:
            known[analyse] = analyse(document)
        result: Result = known[analyse]
        return result

    return kept
