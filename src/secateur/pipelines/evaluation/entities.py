"""Scores of entities against gold ones: spans, types, and what figures mean."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation.counts import Counts, Unit
from secateur.pipelines.evaluation.metric import Metric
from secateur.pipelines.export.formats import read_entities

_STRETCH = 2_000
"""Characters of a single document that are resampled as one: near entities go together."""
_OTHER = "other"
_FIELDS = ("value", "unit", "period", "concept")
_CONFUSIONS = 20
"""Pairs of types that are listed, the most frequent first."""


def evaluate_files(
    gold: str | Path, predicted: str | Path, say: Callable[[str], None] | None = None
) -> tuple[Metric, ...]:
    """Scores a file of entities.

    Args:
        gold: Entities in any format that `secateur entities` writes.
        predicted: The same. In documents that it lacks nothing was found, and in those that the
            gold file lacks nothing was to be found.
        say: Called with a line that names these.

    Returns:
        The metrics of `score_entities`.

    Raises:
        UsageError: A file cannot be read, the gold one is empty, all predictions are of other
            documents, or two entities of a file overlap.
    """
    gold, predicted = Path(gold), Path(predicted)
    wanted, found = read_entities(gold), read_entities(predicted)
    if not wanted:
        raise UsageError(f"{gold}: no entity in it; give what is right")
    for path, entities in ((gold, wanted), (predicted, found)):
        _refuse_overlaps(path, entities)
    names, read = ({entity.doc_id for entity in entities} for entities in (wanted, found))
    missing, beyond = sorted(names - read), sorted(read - names)
    if found and not names & read:
        raise UsageError(
            f"{predicted}: entities of {found[0].doc_id} and not of {missing[0]}, which {gold} has"
        )
    if missing and say:
        say(f"nothing found in {', '.join(missing)}")
    if beyond and say:
        say(f"{gold} has nothing in {', '.join(beyond)}: what was found there counts as wrong")
    return score_entities(wanted, found)


def _refuse_overlaps(path: Path, entities: Sequence[Entity]) -> None:
    """Two entities in one place would both count as right."""
    for own in _by_document(entities).values():
        for before, after in pairwise(own):
            if after.start < before.end:
                raise UsageError(
                    f"{path}: the entities of {before.doc_id} at {before.start} and {after.start} "
                    "overlap; keep one of them"
                )


def score_entities(gold: Sequence[Entity], predicted: Sequence[Entity]) -> tuple[Metric, ...]:
    """Scores entities.

    Args:
        gold: What is there.
        predicted: What was found.

    Returns:
        Precision, recall and F1, each with a 95 % interval over documents, or stretches of 2,000
        characters of a single one, of

        - seqeval.strict, seqeval.default: as the package counts tags in IOB2,
        - strict, exact, partial, type: as SemEval 2013 counts (spans and types; spans; spans, a
          half where they only overlap; types of spans that overlap); an entity is matched by one
          of the other side at most,
        - label.X: strict, by type,
        - value, unit, period, concept: strict, and the figure's field is right, where the gold has
          any; the concept "other" is none,
        - confusion A > B: the share of concept A that was taken for B, the most frequent ones.
    """
    counts = Counts()
    wanted, found = _by_document(gold), _by_document(predicted)
    # Gold of spans and types alone, as CoNLL is, says nothing of what figures mean.
    fields = [field for field in _FIELDS if any(_meant(entity, field) for entity in gold)]
    for name in wanted | found:
        ours, theirs = wanted.get(name, []), found.get(name, [])
        _count_tags(counts, name, ours, theirs)
        _count_spans(counts, ours, theirs)
        _count_fields(counts, ours, theirs, fields)
    _count_confusions(counts, gold, predicted)
    return counts.metrics()


def unit_at(name: str, start: int) -> Unit:
    """Returns the stretch of a document's text that what begins in a place is resampled with."""
    return name, start // _STRETCH


def _unit_of(entity: Entity) -> Unit:
    return unit_at(entity.doc_id, entity.start)


def _by_document(entities: Sequence[Entity]) -> dict[str, list[Entity]]:
    found: defaultdict[str, list[Entity]] = defaultdict(list)
    for entity in sorted(entities, key=lambda entity: (entity.doc_id, entity.start)):
        found[entity.doc_id].append(entity)
    return dict(found)


def _count_tags(
    counts: Counts, name: str, gold: Sequence[Entity], predicted: Sequence[Entity]
) -> None:
    """Counts as seqeval does, over the pieces that the ends of all entities cut the text into."""
    borders = sorted({at for e in (*gold, *predicted) for at in (e.start, e.end)})
    number = {at: k for k, at in enumerate(borders)}
    sides = [_tags(side, number) for side in (gold, predicted)]
    for score, read in (("seqeval.strict", _strict), ("seqeval.default", _default)):
        wanted, found = map(read, sides)
        for entries, others, side in ((wanted, found, "gold"), (found, wanted, "predicted")):
            for entry in entries:
                unit = unit_at(name, borders[entry[1]])
                counts.add(score, unit, correct=float(entry in others), **{side: 1.0})


# Imported where they are used: scikit-learn comes with seqeval, half a second of every start.
def _strict(tags: list[str]) -> set[tuple[str, int, int]]:
    from seqeval.scheme import IOB2, Entities

    return (
        {entity.to_tuple()[1:] for entity in Entities([tags], IOB2).entities[0]} if tags else set()
    )


def _default(tags: list[str]) -> set[tuple[str, int, int]]:
    from seqeval.metrics.sequence_labeling import get_entities

    return {(kind, first, last + 1) for kind, first, last in get_entities(tags)}


def _tags(entities: Sequence[Entity], number: Mapping[int, int]) -> list[str]:
    tags = ["O"] * max(len(number) - 1, 0)
    for entity in entities:
        first, last = number[entity.start], number[entity.end]
        tags[first:last] = [f"I-{entity.label}"] * (last - first)
        tags[first] = f"B-{entity.label}"
    return tags


def _count_spans(counts: Counts, gold: Sequence[Entity], predicted: Sequence[Entity]) -> None:
    sides = zip((gold, predicted), _matched(gold, predicted), ("gold", "predicted"), strict=True)
    for entities, partners, side in sides:
        for entity in entities:
            other = partners.get(entity.start)
            same = other is not None and (other.start, other.end) == (entity.start, entity.end)
            kind = other is not None and other.label == entity.label
            partial = 1.0 if same else 0.5 if other else 0.0
            right = {"strict": same and kind, "exact": same, "partial": partial, "type": kind}
            for name, correct in (right | {f"label.{entity.label}": same and kind}).items():
                counts.add(name, _unit_of(entity), correct=float(correct), **{side: 1.0})


def _matched(
    gold: Sequence[Entity], predicted: Sequence[Entity]
) -> tuple[dict[int, Entity], dict[int, Entity]]:
    """Pairs entities that overlap, none twice: for each side the others by where its own begin."""

    def likeness(pair: tuple[Entity, Entity]) -> tuple[bool, int]:
        one, other = pair
        common = min(one.end, other.end) - max(one.start, other.start)
        return one.label == other.label, common

    of_gold: dict[int, Entity] = {}
    of_predicted: dict[int, Entity] = {}
    for one, other in sorted(_overlapping(gold, predicted), key=likeness, reverse=True):
        if one.start not in of_gold and other.start not in of_predicted:
            of_gold[one.start], of_predicted[other.start] = other, one
    return of_gold, of_predicted


def _overlapping(
    entities: Sequence[Entity], others: Sequence[Entity]
) -> Iterator[tuple[Entity, Entity]]:
    """Pairs each entity with those of the other side that it overlaps; both sides are in order."""
    first = 0
    for entity in entities:
        while first < len(others) and others[first].end <= entity.start:
            first += 1
        at = first
        while at < len(others) and others[at].start < entity.end:
            yield entity, others[at]
            at += 1


def _count_fields(
    counts: Counts, gold: Sequence[Entity], predicted: Sequence[Entity], fields: Sequence[str]
) -> None:
    for one, others, side in ((gold, predicted, "gold"), (predicted, gold, "predicted")):
        by_key = {_key(entity): entity for entity in others}
        for entity in one:
            twin = by_key.get(_key(entity))
            for name in fields:
                if (field := _meant(entity, name)) is not None:
                    right = twin is not None and getattr(twin, name) == field
                    counts.add(name, _unit_of(entity), correct=float(right), **{side: 1.0})


def _meant(entity: Entity, field: str) -> Any:
    """A field of a figure, None where it says nothing."""
    value = getattr(entity, field)
    return None if value == _OTHER else value


def _count_confusions(counts: Counts, gold: Sequence[Entity], predicted: Sequence[Entity]) -> None:
    by_key = {_key(entity): entity for entity in predicted}
    pairs = [
        (entity, str(by_key[_key(entity)].concept))
        for entity in gold
        if entity.concept not in (None, _OTHER) and _key(entity) in by_key
    ]
    confused = Counter((entity.concept, taken) for entity, taken in pairs)
    wrong = [pair for pair, _ in confused.most_common() if pair[0] != pair[1]][:_CONFUSIONS]
    for concept, other in wrong:
        name = f"confusion {concept} > {other}"
        for entity, taken in pairs:
            if entity.concept == concept:
                counts.add(
                    name, _unit_of(entity), correct=float(taken == other), predicted=1, gold=1
                )


def _key(entity: Entity) -> tuple[str, int, int, str]:
    return entity.doc_id, entity.start, entity.end, entity.label
