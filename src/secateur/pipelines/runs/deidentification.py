"""Identifiers out of notes: rules, and the names that the tagger of reports finds in them."""

from __future__ import annotations

from functools import lru_cache

from secateur.pipelines.clinical.deidentification.deidentify import deidentify
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import RunOptions


def without_identifiers(document: Document) -> Document:
    """Takes identifiers out of a document; see `deidentify`.

    Args:
        document: As it was read.

    Returns:
        The document with each identifier that was found replaced by its kind in brackets.

    Raises:
        SecateurError: The tagger that ships is not there.
    """
    return deidentify(document, names_in(document))


def names_in(document: Document) -> list[Entity]:
    """Finds the persons, places and bodies of a document by the tagger that ships, among others.

    Args:
        document: Any.

    Returns:
        Its entities in order, of reports' other types too.

    Raises:
        SecateurError: The tagger is not there.
    """
    # Its rules take a second to load, which a command that hides nothing need not wait for.
    from secateur.pipelines.finance.reader.entities import extract

    tagger = _tagger()
    # What is hidden for nothing costs less than a name that stays.
    return extract(document, tagger.model, tagger.tokenizer, least=0.0)


@lru_cache(maxsize=1)
def _tagger() -> LoadedModel:
    return load_model("finance", RunOptions())
