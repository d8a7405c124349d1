"""What callers give to the library, checked before it is used."""

from __future__ import annotations

from secateur.pipelines.document import Document
from secateur.pipelines.errors import UsageError


def check_document(value: object) -> None:
    """Refuses what is no document, before it is used as one: a path, for instance, or a text.

    Args:
        value: What a function was given.

    Raises:
        UsageError: It is none; the message has its type and the way out.
    """
    if not isinstance(value, Document):
        raise UsageError(
            f"{type(value).__name__} is no document; give what "
            "secateur.pipelines.ingestion.read.read makes of a file"
        )
