"""One's own labelled documents: any file that is read, with a file of entities beside it."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.formats import FORMATS, read_entities
from secateur.pipelines.finance.training.datasets import Labelled, LabelledText, Mark
from secateur.pipelines.ingestion.read import read

logger = logging.getLogger(__name__)


def read_labelled(folder: Path, files: Sequence[str], types: Sequence[str]) -> Labelled:
    """Reads documents and what is marked in them.

    Args:
        folder: Holds the documents and, beside `report.html`, its entities as `secateur entities
            --out` writes them in any format: `report.html.jsonl`, `report.html.ann`, …
        files: Names of the documents; none takes every file that has entities beside it.
        types: Types that are marked completely; others are no entity.

    Returns:
        For each document its sentences.

    Raises:
        UsageError: A file is missing, an entity does not fit its document, or two overlap.
        IngestionError: A document cannot be read.
    """
    names = list(files) or sorted(path.name for path in folder.glob("*") if _labels(path))
    if not names:
        known = ", ".join(f".{form.suffix}" for form in FORMATS.values())
        raise UsageError(
            f"{folder}: no document with a file of entities beside it, as in report.html and "
            f"report.html.ann; their names end in {known}"
        )
    found = []
    other: set[str] = set()
    for name in names:
        path = folder / name
        if not path.is_file():
            raise UsageError(f"{path}: no such file; is the data folder right?")
        labels = _labels(path)
        if labels is None:
            raise UsageError(f"{path}: no file of entities beside it, as in {name}.jsonl")
        document, entities = read(path), read_entities(labels)
        other |= {entity.label for entity in entities} - set(types)
        found.append(tuple(label_document(document, entities, types, str(labels))))
    if other:
        told = ", ".join(sorted(other))
        logger.warning("marked, but none of the types: %s; learnt as no entity", told)
    return tuple(found)


def _labels(path: Path) -> Path | None:
    """The file of entities beside a document."""
    for form in FORMATS.values():
        beside = path.with_name(f"{path.name}.{form.suffix}")
        if beside.is_file():
            return beside
    return None


def label_document(
    document: Document, entities: Sequence[Entity], types: Sequence[str], source: str
) -> list[LabelledText]:
    """Labels each sentence and table row of a document with its entities.

    Args:
        document: The document.
        entities: What is marked in it, by characters of `document.text`.
        types: Types that are marked completely.
        source: Where the entities come from, for messages.

    Raises:
        UsageError: An entity does not fit the document, or two overlap; the message names the
            place and not the text.
    """
    marks = sorted(
        (Mark(entity.start, entity.end, entity.label) for entity in entities),
        key=lambda mark: mark.start,
    )
    for entity in entities:
        there = document.text[entity.start : entity.end]
        if not entity.end > entity.start or there.split() != entity.text.split():
            raise UsageError(
                f"{source}: the entity at {entity.start} to {entity.end} is not what "
                f"{document.doc_id} has there, as it is read now; mark it anew"
            )
    for before, after in pairwise(marks):
        if after.start < before.end:
            raise UsageError(f"{source}: the entities at {before.start} and {after.start} overlap")
    starts = [mark.start for mark in marks]
    spans = sentences_of(document)
    labelled = []
    for start, end in spans:
        own = marks[bisect_left(starts, start) : bisect_left(starts, end)]
        labelled.append(
            LabelledText(
                document.text[start:end],
                tuple(Mark(m.start - start, min(m.end, end) - start, m.label) for m in own),
                frozenset(types),
            )
        )
    return labelled


def check_split(
    trained: Sequence[Labelled], held: Sequence[Labelled], types: Sequence[str]
) -> None:
    """Warns of types that no training set marks, and of documents that are also validated on.

    Raises:
        UsageError: No training set marks any of the types, or those to validate on are empty.
    """
    if held and not any(document for texts in held for document in texts):
        raise UsageError("the sets of data.valid hold no sentence; give others, or leave them out")
    documents = [document for texts in trained for document in texts]
    marks = (mark for document in documents for text in document for mark in text.marks)
    marked = {mark.label for mark in marks if mark.label is not None}
    missing = ", ".join(kind for kind in types if kind not in marked)
    if marked.isdisjoint(types):
        known = ", ".join(sorted(marked)) or "nothing"
        raise UsageError(f"no training set marks {missing}, of model.types; marked is {known}")
    if missing:
        logger.warning("no training set marks %s: the model will find none", missing)
    learnt = {tuple(text.text for text in document) for document in documents}
    both = sum(
        tuple(text.text for text in document) in learnt for texts in held for document in texts
    )
    if both:
        logger.warning(
            "%s to validate on %s learnt from, too: that proves nothing",
            quantity(both, "document"),
            "is" if both == 1 else "are",
        )
