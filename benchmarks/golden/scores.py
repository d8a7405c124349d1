"""How right the records are: scores against what is known of the documents, by group."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache

import numpy as np
from golden.documents import Case
from golden.records import Record, Records, entities_of

from secateur.core.models.shipped import shipped
from secateur.pipelines.clinical.verification.terms import installed_reader
from secateur.pipelines.evaluation.entities import score_entities
from secateur.pipelines.evaluation.filings import score_filings
from secateur.pipelines.evaluation.summaries import scores_of
from secateur.pipelines.finance.candidates.number_types import CONCEPTS_KEY

_ENTITIES = ("strict.f1", "value.f1", "unit.f1", "period.f1", "concept.f1")
_BY_LABEL = "label."
_FILINGS = (
    "span.f1", "span+type.f1", "+value.f1", "+value as tagged.f1", "+unit.f1", "+period.f1",
    "concept.f1",
)  # fmt: skip
_SUMMARIES = ("rouge1", "rouge2", "rougeL", "term_precision", "key_term_recall", "consistency")
_LISTS = ("medications", "stopped", "allergies")

Scores = dict[str, float]
"""Scores by name, "report.strict.f1" for instance, each from 0 to 1 and better where higher."""


def measure(cases: Iterable[Case], records: Records) -> Scores:
    """Scores records.

    Args:
        cases: The documents that were read.
        records: What was found in them.

    Returns:
        By group of documents whatever can be measured there: F1 of entities (span and type) and of
        their fields, of figures against XBRL, recall of the cells of tables, overlap of summaries
        and consistency, precision and recall of lists.
    """
    groups: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.group].append(case)
    measures = (_of_entities, _of_filings, _of_lines, _of_summaries, _of_lists)
    return {
        f"{group}.{name}": value
        for group, own in groups.items()
        for each in measures
        for name, value in each(own, records)
    }


def _of_entities(cases: Sequence[Case], records: Records) -> Iterator[tuple[str, float]]:
    judged = [case for case in cases if case.gold.entities]
    if not judged:
        return
    gold = [entity for case in judged for entity in case.gold.entities]
    labels = {entity.label for entity in gold}
    found = [e for case in judged for e in entities_of(records, case.name) if e.label in labels]
    for metric in score_entities(gold, found):
        by_label = metric.name.startswith(_BY_LABEL) and metric.name.endswith(".f1")
        if metric.name in _ENTITIES or by_label:
            yield metric.name, metric.value


def _of_filings(cases: Sequence[Case], records: Records) -> Iterator[tuple[str, float]]:
    judged = [(case, case.gold.filing) for case in cases if case.gold.filing is not None]
    if not judged:
        return
    found = [entities_of(records, case.name) for case, _ in judged]
    filings = [filing for _, filing in judged]
    for metric in score_filings(filings, found, _listed(), prefix="xbrl "):
        if metric.name.removeprefix("xbrl ") in _FILINGS:
            yield metric.name, metric.value


@cache
def _listed() -> Collection[str]:
    """The concepts that the model tells apart."""
    text = (shipped("finance") / "config.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text)[CONCEPTS_KEY])


def _of_lines(cases: Sequence[Case], records: Records) -> Iterator[tuple[str, float]]:
    cells: list[float] = []
    concepts: list[float] = []
    for case in cases:
        found = {
            (record["row"], record["period"], Decimal(str(record["value"]))): record["concept"]
            for record in records["figures"]
            if record["doc"] == case.name and record["value"] is not None
        }
        for line in case.gold.lines:
            cell = (line.row, line.period, line.value)
            cells.append(cell in found)
            if line.concept is not None:
                concepts.append(found.get(cell) == line.concept)
    if cells:
        yield "cells.recall", float(np.mean(cells))
        yield "concepts.recall", float(np.mean(concepts))


def _of_summaries(cases: Sequence[Case], records: Records) -> Iterator[tuple[str, float]]:
    sentences = [_own(records["summaries"], case) for case in cases if case.gold.note is not None]
    flags = [bool(record["flags"]) for own in sentences for record in own]
    if flags:
        yield "sentences without a flag", 1.0 - float(np.mean(flags))
    judged = [case for case in cases if case.gold.note is not None and case.gold.note.summary]
    if not judged:
        return
    written = [
        " ".join(record["sentence"] for record in _own(records["summaries"], case))
        for case in judged
    ]
    gold = [case.gold.note.summary for case in judged if case.gold.note is not None]
    notes = [case.document.text for case in judged]
    columns = scores_of(gold, written, notes, installed_reader())
    yield from ((name, float(np.mean(columns[name]))) for name in _SUMMARIES if name in columns)


def _of_lists(cases: Sequence[Case], records: Records) -> Iterator[tuple[str, float]]:
    judged = [(case, case.gold.note) for case in cases if case.gold.note is not None]
    judged = [(case, note) for case, note in judged if note.listed]
    for name in _LISTS:
        gold = {(c.name, item.casefold()) for c, note in judged for item in getattr(note, name)}
        own = {(c.name, item) for c, _ in judged for item in _items(records, c, name)}
        if gold:
            both = len(gold & own)
            yield f"{name}.recall", both / len(gold)
            yield f"{name}.precision", both / max(len(own), 1)
    wanted = [(case, quote) for case, note in judged for quote in note.follow_up]
    found = [(case, item) for case, _ in judged for item in _items(records, case, "follow-up")]
    if wanted:
        yield "follow-up.recall", _met(wanted, found) / len(wanted)
        yield "follow-up.precision", _met(found, wanted) / max(len(found), 1)
    asked = [(case, item) for case, note in judged for item in note.prescriptions.items()]
    if asked:
        right = sum(_taken(records, case).get(name) == taken for case, (name, taken) in asked)
        yield "prescriptions.recall", right / len(asked)


def _met(quotes: Sequence[tuple[Case, str]], others: Sequence[tuple[Case, str]]) -> int:
    """How many quotes hold, or stand in, one of the others of their note."""
    flat = [(case.name, " ".join(text.split()).casefold()) for case, text in others]
    met = 0
    for case, text in quotes:
        quote = " ".join(text.split()).casefold()
        met += any(name == case.name and (quote in o or o in quote) for name, o in flat)
    return met


def _items(records: Records, case: Case, name: str) -> list[str]:
    own = _own(records["lists"], case)
    return [record["item"].casefold() for record in own if record["list"] == name]


def _taken(records: Records, case: Case) -> Mapping[str, tuple[str, str, str]]:
    return {
        record["item"].casefold(): (record["dose"], record["route"], record["frequency"])
        for record in _own(records["lists"], case)
        if record["list"] == "medications"
    }


def _own(records: Sequence[Record], case: Case) -> list[Record]:
    return [record for record in records if record["doc"] == case.name]
