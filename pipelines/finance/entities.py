"""Entities of a document: the whole of it in one sequence, or in windows of whole passages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core.interface import NAME as DAP
from secateur.core.pieces import MAX_PASSAGE
from secateur.core.spans import SpanTable
from secateur.core.tagger import TYPES_KEY, chunk_feed_forward, model_labels
from secateur.pipelines.document import Document, Entity
from secateur.pipelines.finance.encode import Encoded, encode
from secateur.pipelines.finance.figures.reader import with_figures
from secateur.pipelines.finance.repair import repair
from secateur.pipelines.sentences import sentences

INTERNAL = frozenset({"ROLE"})
"""Types that the model knows and the product does not report: a contract's words for a party."""


@dataclass(frozen=True)
class Extraction:
    """What one document gave.

    Attributes:
        entities: In reading order, disjoint.
        tokens: Word pieces of the document, all of which the model read.
        sequence: Length of what the model read, special tokens included.
        passages: Runs of at most 256 tokens, cut at sentence ends.
        words: Words (numbers and signs count) that got a label.
    """

    entities: tuple[Entity, ...]
    tokens: int
    sequence: int
    passages: int
    words: int


def extract(
    document: Document,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_tokens_per_window: int | None = None,
    hidden: Collection[str] = INTERNAL,
) -> list[Entity]:
    """Finds the entities of a document; see `extract_all`, whose entities these are."""
    found = extract_all(
        document, model, tokenizer, max_tokens_per_window=max_tokens_per_window, hidden=hidden
    )
    return list(found.entities)


def extract_all(
    document: Document,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_tokens_per_window: int | None = None,
    hidden: Collection[str] = INTERNAL,
) -> Extraction:
    """Reads every token of a document and decodes its entities.

    Args:
        document: The document.
        model: A token classifier with BIO labels; under attention "dap" it is told the sentences.
        tokenizer: Its fast tokenizer.
        max_tokens_per_window: None runs the document as one sequence, in which attention crosses
            passages; a number runs windows of whole passages with at most that many tokens.
        hidden: Types left out of the result.

    Returns:
        The entities and what was read.

    Raises:
        ValueError: A window is too small for a passage.
    """
    encoded = prepare(document, model, tokenizer, max_tokens_per_window)
    scores = score(encoded, model, max_tokens_per_window)
    return decode(document, encoded, scores, model_labels(model), hidden)


def prepare(
    document: Document,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    max_tokens_per_window: int | None = None,
) -> Encoded:
    """Turns a document into what its model reads; arguments and errors as for `extract_all`."""
    spans = sentences(document.text, document.passages)
    positions = int(model.config.max_position_embeddings)
    room = min(MAX_PASSAGE, positions)
    if max_tokens_per_window is not None:
        room = min(room, max_tokens_per_window)
    return encode(document.text, spans, tokenizer, room, positions)


def decode(
    document: Document,
    encoded: Encoded,
    scores: NDArray[np.float32],
    labels: Sequence[str],
    hidden: Collection[str] = INTERNAL,
) -> Extraction:
    """Reads the entities of a document off the model's scores.

    Args:
        document: The document.
        encoded: What `prepare` made of it.
        scores: What `score` gave, `[tokens, labels]`.
        labels: BIO labels in the order of the scores.
        hidden: Types left out of the result.

    Returns:
        The entities and what was read.
    """
    firsts = np.flatnonzero(encoded.tokens.opens_word)
    breaks = _breaks(document, encoded.tokens.starts[firsts])
    path = best_path(scores[firsts], labels, breaks)
    found = _entities(document, encoded, firsts, path, scores, labels)
    found = with_figures(document, found, encoded.sentences)
    return Extraction(
        entities=tuple(entity for entity in found if entity.label not in hidden),
        tokens=len(encoded.tokens),
        sequence=len(encoded),
        passages=len(encoded.passage_ends),
        words=len(firsts),
    )


@torch.inference_mode()
def score(
    encoded: Encoded, model: PreTrainedModel, max_tokens_per_window: int | None = None
) -> NDArray[np.float32]:
    """Runs the model over a document.

    Args:
        encoded: The document.
        model: A token classifier.
        max_tokens_per_window: See `extract_all`.

    Returns:
        Log-probabilities float32 `[tokens, labels]`, one row for each piece of the document.
    """
    chunk_feed_forward(model)
    result = np.zeros((len(encoded.tokens), len(model_labels(model))), dtype=np.float32)
    for start, end in _windows(encoded, max_tokens_per_window):
        columns = {"input_ids": encoded.input_ids, "position_ids": encoded.position_ids}
        if getattr(model.config, TYPES_KEY, False):
            columns["token_type_ids"] = encoded.token_type_ids
        elif hasattr(model.config, "type_vocab_size"):
            columns["token_type_ids"] = np.zeros_like(encoded.token_type_ids)
        inputs = {
            name: torch.from_numpy(values[start:end])[None].to(model.device)
            for name, values in columns.items()
        }
        if model.config._attn_implementation == DAP:
            ends = [cut - start for cut in encoded.span_ends if start < cut <= end]
            table = SpanTable.from_boundaries([ends], end - start)
            inputs["span_offsets"] = table.offsets.to(model.device)
        logits = model(**inputs).logits[0].float().log_softmax(-1).cpu().numpy()
        source = encoded.source[start:end]
        result[source[source >= 0]] = logits[source >= 0]
    return result


def _windows(encoded: Encoded, size: int | None) -> Iterator[tuple[int, int]]:
    start = 0
    ends = encoded.passage_ends
    if size is None:
        if ends:
            yield 0, len(encoded)
        return
    for number, end in enumerate(ends):
        following = ends[number + 1] if number + 1 < len(ends) else None
        if following is None or following - start > size:
            yield start, end
            start = end


def best_path(
    scores: NDArray[np.float32], labels: Sequence[str], breaks: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Finds the likeliest sequence of labels in which every I- follows a B- or I- of its type.

    Args:
        scores: Log-probabilities `[words, labels]`.
        labels: BIO labels.
        breaks: True `[words]` where a new passage of the document begins, which no entity crosses.

    Returns:
        Label numbers `[words]`.
    """
    count = len(labels)
    inside = np.array([label.startswith("I-") for label in labels])
    allowed = np.zeros((count, count), dtype=np.float32)
    for after, label in enumerate(labels):
        if label.startswith("I-"):
            allowed[:, after] = [0.0 if other[2:] == label[2:] else -np.inf for other in labels]
    back = np.zeros((len(scores), count), dtype=np.int64)
    total = np.where(inside, -np.inf, 0.0)
    for position, row in enumerate(scores):
        if breaks[position]:
            back[position] = int(total.argmax())
            total = np.where(inside, -np.inf, total.max() + row)
            continue
        ways = total[:, None] + allowed
        back[position] = ways.argmax(0)
        total = ways.max(0) + row
    path = np.zeros(len(scores), dtype=np.int64)
    if len(scores):
        path[-1] = int(total.argmax())
    for position in range(len(scores) - 1, 0, -1):
        path[position - 1] = back[position, path[position]]
    return path


def _breaks(document: Document, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    passage = np.array([entry.start for entry in document.passages], dtype=np.int64)
    number = np.searchsorted(passage, starts, side="right")
    breaks = np.diff(number, prepend=-1) != 0
    return np.asarray(breaks)


def _entities(
    document: Document,
    encoded: Encoded,
    firsts: NDArray[np.int64],
    path: NDArray[np.int64],
    scores: NDArray[np.float32],
    labels: Sequence[str],
) -> Iterator[Entity]:
    tokens = encoded.tokens
    lasts = np.append(firsts[1:], len(tokens)) - 1
    passage_starts = [passage.start for passage in document.passages]
    sentence_starts = [start for start, _ in encoded.sentences]
    done = 0
    for first, last in _runs([labels[number] for number in path]):
        words = slice(first, last)
        label = labels[path[first]][2:]
        ends = repair(
            document.text,
            int(tokens.starts[firsts[first]]),
            int(tokens.ends[lasts[last - 1]]),
            label,
        )
        if ends is None or ends[0] < done:
            continue
        start, end = ends
        done = end
        passage = document.passages[max(bisect_right(passage_starts, start) - 1, 0)]
        sentence = encoded.sentences[max(bisect_right(sentence_starts, start) - 1, 0)]
        yield Entity(
            doc_id=document.doc_id,
            start=start,
            end=end,
            text=document.text[start:end],
            label=label,
            score=round(float(np.exp(scores[firsts[words], path[words]]).mean()), 4),
            section=passage.section,
            page=passage.page,
            sentence=document.text[sentence[0] : sentence[1]],
            row=passage.row,
            column=passage.column,
            box=passage.box,
            source=passage.source,
            part=passage.part,
            section_path=passage.section_path,
        )


def _runs(labels: Sequence[str]) -> Iterator[tuple[int, int]]:
    start = None
    for position, label in enumerate([*labels, "O"]):
        if start is not None and not label.startswith("I-"):
            yield start, position
            start = None
        if label.startswith("B-"):
            start = position
