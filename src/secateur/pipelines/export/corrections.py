"""What a person changes in the entities that were found: accepted, relabelled, removed, added."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.document.tables import row_path_at
from secateur.pipelines.errors import UsageError

Action = Literal["accepted", "relabelled", "removed", "added"]


@dataclass(frozen=True)
class Correction:
    """One decision about one place.

    Attributes:
        action: What was decided.
        start: First character in the document.
        end: One past the last.
        label: Type of the entity, after the decision.
    """

    action: Action
    start: int
    end: int
    label: str


def corrected(
    document: Document, entities: Iterable[Entity], corrections: Iterable[Correction]
) -> list[Entity]:
    """Applies corrections in the order in which they were made.

    Args:
        document: The document.
        entities: What was found, disjoint.
        corrections: The decisions; those about a place where no entity stands add nothing but
            "added", which may not overlap another.

    Returns:
        The entities in reading order. What a person decided has score 1; of a new type
        neither value, unit, scale, period nor concept is known; an added entity has the fields of
        its passage and no value.

    Raises:
        UsageError: An added place is empty, outside the text, or overlaps an entity.
    """
    found = {entity.start: entity for entity in entities}
    for correction in corrections:
        entity = found.get(correction.start)
        if correction.action == "added":
            check_room(document, found.values(), correction.start, correction.end)
            found[correction.start] = _new(document, correction)
        elif entity is not None and correction.action == "removed":
            del found[correction.start]
        elif entity is not None:
            found[correction.start] = _decided(entity, correction.label)
    return sorted(found.values(), key=lambda entity: entity.start)


def places_of(
    document: Document, entities: Sequence[Entity], text: str, start: int, end: int
) -> list[tuple[int, int]]:
    """Finds where a text stands as whole words in a part of a document, outside of entities.

    Args:
        document: The document.
        entities: In reading order.
        text: What to look for; white space around it does not count.
        start: First character of the part.
        end: One past the last.

    Returns:
        Disjoint places in reading order.
    """
    # A word goes on where letters or digits meet.
    words = re.sub(r"^(?=\w)|(?<=\w)$", r"\\b", re.escape(text.strip()))
    if not words:
        return []
    found = (match.span() for match in re.compile(words).finditer(document.text, start, end))
    return [place for place in found if _is_free(entities, *place)]


def _is_free(entities: Sequence[Entity], start: int, end: int) -> bool:
    before = bisect_left(entities, end, key=lambda entity: entity.start)
    return before == 0 or entities[before - 1].end <= start


def check_room(document: Document, entities: Iterable[Entity], start: int, end: int) -> None:
    """Refuses a place where no entity can be added.

    Raises:
        UsageError: It is empty, outside the text, or overlaps an entity.
    """
    if not 0 <= start < end <= len(document.text):
        raise UsageError(f"characters {start} to {end} are no place in the document")
    if any(entity.start < end and start < entity.end for entity in entities):
        raise UsageError(f"characters {start} to {end} overlap an entity; remove that one first")


def _decided(entity: Entity, label: str) -> Entity:
    """What was read of a figure was read as one of its type."""
    if label != entity.label:
        entity = replace(entity, value=None, unit=None, scale=None, period=None, concept=None)
    return replace(entity, label=label, score=1.0)


def _new(document: Document, correction: Correction) -> Entity:
    place = document.locate(correction.start, correction.end)
    passage = document.passage_at(correction.start) or Passage(0, 0)
    return Entity(
        doc_id=document.doc_id,
        start=correction.start,
        end=correction.end,
        text=document.text[correction.start : correction.end],
        label=correction.label,
        score=1.0,
        section=passage.section,
        page=place.page,
        row=passage.row,
        column=passage.column,
        box=place.box,
        source=place.source,
        part=place.part,
        section_path=passage.section_path,
        row_path=row_path_at(layout_of(document), correction.start),
        column_path=passage.column_path,
    )
