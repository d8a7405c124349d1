"""Entities of a document: what the model reads, and what its scores become."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core.models.tagger import model_labels
from secateur.core.training.pieces import MAX_CHUNK
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.document.models import check_tagger
from secateur.pipelines.document.reflow import Reflowed, reflowed
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.tables import row_path_at
from secateur.pipelines.document.validation import check
from secateur.pipelines.finance.candidates.found import FIGURES, Found
from secateur.pipelines.finance.candidates.tokens import Tokens
from secateur.pipelines.finance.concepts.ranker import ranked_concepts
from secateur.pipelines.finance.figures.reader import with_figures
from secateur.pipelines.finance.mentions.agreement import LEAST
from secateur.pipelines.finance.mentions.dates import whole_dates
from secateur.pipelines.finance.mentions.metrics import stated_metrics
from secateur.pipelines.finance.mentions.repair import repair
from secateur.pipelines.finance.mentions.rules import settle_names
from secateur.pipelines.finance.numbers.concepts import as_reported
from secateur.pipelines.finance.numbers.inputs import find_numbers
from secateur.pipelines.finance.numbers.retype import retype
from secateur.pipelines.finance.reader.encode import Encoded, encode
from secateur.pipelines.finance.reader.scoring import Scores, score
from secateur.pipelines.finance.reader.tagger import FIGURES_KEY
from secateur.pipelines.finance.reader.viterbi import best_path
from secateur.pipelines.finance.statements.primary import kinds_of_tables

_INTERNAL = frozenset({"ROLE"})
"""Types that the model knows and the product does not report: a contract's words for a party."""
_AROUND = 500
"""Characters of a long sentence kept on each side of an entity."""
_PART_BEFORE, _PART_AFTER = re.compile(r"\A\S*\s+"), re.compile(r"\s+\S*\Z")


@dataclass(frozen=True)
class Extraction:
    """What one document gave.

    Attributes:
        entities: In reading order, disjoint.
        tokens: Word pieces of the document, all of which the model read.
        sequence: Length of what the model read, special tokens included.
        chunks: Runs of at most 256 tokens, cut at sentence ends.
        words: Words (numbers and signs count) that got a label.
    """

    entities: tuple[Entity, ...]
    tokens: int
    sequence: int
    chunks: int
    words: int


def extract(
    document: Document,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    *,
    least: float = LEAST,
) -> list[Entity]:
    """Finds the entities of a document.

    Args:
        document: The document.
        model: A token classifier with BIO labels; under attention "dap" it is told the sentences.
        tokenizer: Its fast tokenizer.
        least: Probability that some mention of a name needs, 0 to 1; 0 keeps all.

    Returns:
        The entities in the order of the text, see `extract_all`.
    """
    return list(extract_all(document, model, tokenizer, least=least).entities)


def extract_all(
    document: Document,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    *,
    least: float = LEAST,
) -> Extraction:
    """Reads every token of a document and decodes its entities.

    Args:
        document: The document.
        model: A token classifier with BIO labels; under attention "dap" it is told the sentences.
        tokenizer: Its fast tokenizer.
        least: Probability that some mention of a name needs; 0 keeps all.

    Returns:
        The entities and what was read.

    Raises:
        UsageError: What is given as a document is none, a path for instance, or the model or the
            tokenizer is none for this.
    """
    encoded = prepare(document, model, tokenizer)
    return decode(document, encoded, score(encoded, model), model_labels(model), least=least)


def prepare(
    document: Document, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase
) -> Encoded:
    """Turns a document into what its model reads.

    Args:
        document: The document.
        model: As for `extract_all`.
        tokenizer: Its fast tokenizer.

    Returns:
        One sequence of chunks, its tokens and places counted in the document's text.
    """
    check(document, Document)
    check_tagger(model, tokenizer)
    flow = reflowed(document)
    whole = flow.document
    spans = sentences_of(whole)
    positions = int(model.config.max_position_embeddings)
    encoded = encode(whole.text, spans, tokenizer, min(MAX_CHUNK, positions), positions)
    if hasattr(model.config, FIGURES_KEY):
        numbers = find_numbers(whole, encoded.tokens, spans, tokenizer)
        encoded = replace(encoded, numbers=numbers)
    return encoded.counted(flow.former, flow.former_ends)


def decode(
    document: Document,
    encoded: Encoded,
    scores: Scores,
    labels: Sequence[str],
    *,
    hidden: Collection[str] = _INTERNAL,
    least: float = LEAST,
) -> Extraction:
    """Reads the entities of a document off the model's scores.

    Args:
        document: The document.
        encoded: What `prepare` made of it.
        scores: What `score` gave.
        labels: BIO labels in the order of the scores.
        hidden: Types left out of the result.
        least: Probability that some mention of a name needs; 0 keeps all.

    Returns:
        The entities and what was read.
    """
    flow = reflowed(document)
    whole, read = flow.document, encoded.counted(flow.moved, flow.moved)
    firsts = np.flatnonzero(read.tokens.opens_word)
    breaks = _breaks(whole, read.tokens.starts[firsts])
    path = best_path(scores.labels[firsts], labels, breaks)
    found = list(_labelled(whole.text, read.tokens, firsts, path, scores, labels))
    if read.numbers is not None and scores.numbers is not None:
        found = retype(whole.text, found, read.numbers, scores.numbers)
    found = stated_metrics(whole, read.sentences, whole_dates(whole.text, found))
    entities = _entities(document, encoded, flow, settle_names(whole.text, found, least))
    figured = with_figures(document, entities, encoded.sentences)
    kept = [entity for entity in figured if entity.label not in hidden]
    return Extraction(
        entities=tuple(_with_concepts(document, kept)),
        tokens=len(encoded.tokens),
        sequence=len(encoded),
        chunks=len(encoded.chunk_ends),
        words=len(firsts),
    )


def _breaks(document: Document, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    passage = np.array([entry.start for entry in document.passages], dtype=np.int64)
    number = np.searchsorted(passage, starts, side="right")
    breaks = np.diff(number, prepend=-1) != 0
    return np.asarray(breaks)


def _labelled(
    text: str,
    tokens: Tokens,
    firsts: NDArray[np.int64],
    path: NDArray[np.int64],
    scores: Scores,
    labels: Sequence[str],
) -> Iterator[Found]:
    """What the labels of words say."""
    lasts = np.append(firsts[1:], len(tokens)) - 1
    # Sums up to each word: those of a few words cost numpy as much as those of all.
    again = _sums(np.isin(np.arange(len(tokens)), scores.again)[firsts])
    certain = _sums(np.exp(scores.labels[firsts, path]))
    done = 0
    for first, last in _runs([labels[number] for number in path]):
        label = labels[path[first]][2:]
        start, end = int(tokens.starts[firsts[first]]), int(tokens.ends[lasts[last - 1]])
        ends = repair(text, start, end, label)
        if ends is None or ends[0] < done:
            continue
        done = ends[1]
        certainty = (certain[last] - certain[first]) / (last - first)
        recovered = again[last] > again[first]
        yield Found(*ends, label, round(certainty, 4), recovered=recovered)


def _sums(values: NDArray[np.bool_] | NDArray[np.float32]) -> list[float]:
    sums: list[float] = np.append(0.0, np.cumsum(values, dtype=np.float64)).tolist()
    return sums


def _entities(
    document: Document, encoded: Encoded, flow: Reflowed, everything: Sequence[Found]
) -> Iterator[Entity]:
    """What was found in the reflowed document, as it stands in the document itself."""
    layout = layout_of(flow.document)
    passage_starts = [passage.start for passage in document.passages]
    sentence_starts = [start for start, _ in encoded.sentences]
    starts = flow.former(np.array([found.start for found in everything], dtype=np.int64)).tolist()
    ends = flow.former_ends(np.array([found.end for found in everything], dtype=np.int64)).tolist()
    for found, start, end in zip(everything, starts, ends, strict=True):
        passage = document.passages[max(bisect_right(passage_starts, start) - 1, 0)]
        sentence = encoded.sentences[max(bisect_right(sentence_starts, start) - 1, 0)]
        yield Entity(
            doc_id=document.doc_id,
            start=start,
            end=end,
            text=document.text[start:end],
            label=found.label,
            score=found.score,
            section=passage.section,
            page=passage.page,
            sentence=_around(document.text, sentence, start, end),
            recovered=found.recovered,
            row=passage.row,
            column=passage.column,
            box=passage.box,
            source=passage.source,
            part=passage.part,
            section_path=passage.section_path,
            row_path=row_path_at(layout, found.start),
            column_path=passage.column_path,
        )


def _with_concepts(document: Document, entities: Sequence[Entity]) -> Iterator[Entity]:
    """Gives figures the concepts that the ranker commits itself to."""
    ranked = ranked_concepts(document, entities, kinds_of_tables(layout_of(document)))
    shown = ((each.item, each.names[0]) for each in ranked if each.shown)
    cells = sorted((start, end, name) for item, name in shown for start, end in item.cells)
    starts = [start for start, _, _ in cells]
    for entity in entities:
        at = bisect_right(starts, entity.start) - 1
        inside = entity.label in FIGURES and at >= 0 and entity.end <= cells[at][1]
        concept = as_reported(cells[at][2], entity.row) if inside else None
        yield replace(entity, concept=concept)


def _around(text: str, sentence: tuple[int, int], start: int, end: int) -> str:
    """A sentence, of one that hardly ends the words around an entity.

    Each entity repeats it, so that results would grow with the square of an endless one.
    """
    first, last = sentence
    if last - first <= 2 * _AROUND:
        return text[first:last]
    left, right = max(start - _AROUND, first), min(end + _AROUND, last)
    before, after = text[left:start], text[end:right]
    if left > first:
        before = f"…{_PART_BEFORE.sub('', before)}"
    if right < last:
        after = f"{_PART_AFTER.sub('', after)}…"
    return before + text[start : min(end, last)] + after


def _runs(labels: Sequence[str]) -> Iterator[tuple[int, int]]:
    start = None
    for position, label in enumerate([*labels, "O"]):
        if start is not None and not label.startswith("I-"):
            yield start, position
            start = None
        if label.startswith("B-"):
            start = position
