"""What callers give to the library, checked before it is used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from secateur.pipelines.errors import UsageError

T = TypeVar("T")
_MAKERS = {
    "Document": "read",
    "Entity": "extract",
    "Summary": "summarize",
    "Handover": "summarize",
    "LoadedModel": "load_model",
    "StatementBook": "statements",
}
"""What makes the things that callers hand on, by their class, in `secateur`."""


def check(value: object, kind: type, way: str = "") -> None:
    """Refuses what is not of a kind, before it is used as such: a path as a document, for instance.

    Args:
        value: What a function was given.
        kind: What it takes.
        way: What to give instead; the default names what makes the kind.

    Raises:
        UsageError: It is none; the message has its type and the way out.
    """
    if not isinstance(value, kind):
        maker = _MAKERS.get(kind.__name__)
        made = f"what secateur.{maker} returns" if maker else f"a {kind.__name__}"
        raise UsageError(f"{type(value).__name__} is no {kind.__name__}; give {way or made}")


def check_each(values: Iterable[T], kind: type[T], way: str = "") -> list[T]:
    """Refuses several values of which one is not of a kind; see `check`.

    Args:
        values: What a function was given.
        kind: What it takes several of.
        way: What to give instead; the default names what makes the kind.

    Returns:
        The values.

    Raises:
        UsageError: One is none, or there is one value alone.
    """
    found: list[Any] = list(values) if isinstance(values, Iterable) else [values]
    for value in found:
        check(value, kind, way)
    return found
