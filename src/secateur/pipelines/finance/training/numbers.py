"""The head for numbers, trained on filings with a tagger that is ready."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core.models.word_weights import joined
from secateur.core.training.tagged import IGNORE
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.candidates.tokens import tokenise
from secateur.pipelines.finance.numbers.inputs import FoundNumbers, find_numbers
from secateur.pipelines.finance.reader.tagger import FigureTagger, with_figure_head
from secateur.pipelines.finance.training.datasets import Mark
from secateur.pipelines.finance.training.figure_head import (
    FigureTraining,
    Numbers,
    train_figure_head,
)
from secateur.pipelines.finance.training.filings import fact_blocks, fact_marks
from secateur.pipelines.finance.training.weak import find_weak
from secateur.pipelines.ingestion.tagged import Fact, read_with_facts

logger = logging.getLogger(__name__)


def add_figure_head(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    paths: Iterable[Path],
    concepts: Mapping[str, str],
    settings: FigureTraining,
) -> FigureTagger:
    """Trains a head for numbers on filings and puts it on a tagger.

    Args:
        model: The tagger, whose own weights stay as they are.
        tokenizer: Its tokenizer.
        paths: Inline XBRL filings.
        concepts: Concepts to be told apart, with the types of their figures.
        settings: How the head is trained.

    Returns:
        The tagger with both heads.
    """
    words: Any = model.get_input_embeddings()
    parts = []
    for path in paths:
        document, facts = read_with_facts(path)
        parts.append(_numbers(document, facts, tokenizer, list(concepts)))
        logger.info("%s: %d numbers", path.name, len(parts[-1].types))
    numbers = Numbers(
        tuple(map(joined, zip(*(part.texts for part in parts), strict=True))),
        torch.cat([part.signs for part in parts]),
        torch.cat([part.types for part in parts]),
        torch.cat([part.concepts for part in parts]),
    )
    sizes = len(FIGURE_TYPES), len(concepts)
    head = train_figure_head(words.weight.detach().float(), numbers, sizes, settings)
    return with_figure_head(model, head, concepts)


def _numbers(
    document: Document,
    facts: Sequence[Fact],
    tokenizer: PreTrainedTokenizerBase,
    concepts: Sequence[str],
) -> Numbers:
    spans = sentences_of(document)
    numbers = find_numbers(document, tokenise(document.text, tokenizer), spans, tokenizer)
    types, measured = label_numbers(document, facts, spans, numbers, concepts)
    wanted = torch.tensor([number for number, kind in enumerate(types) if kind != IGNORE])
    return Numbers(
        tuple(text.rows(wanted) for text in numbers.texts),
        torch.from_numpy(numbers.signs)[wanted],
        torch.tensor(types)[wanted],
        torch.tensor(measured)[wanted],
    )


def label_numbers(
    document: Document,
    facts: Sequence[Fact],
    spans: Sequence[tuple[int, int]],
    numbers: FoundNumbers,
    concepts: Sequence[str],
) -> tuple[list[int], list[int]]:
    """States of each number of a filing what it is.

    Args:
        document: The filing.
        facts: Its facts.
        spans: Its sentences.
        numbers: Its numbers.
        concepts: Concepts that are told apart.

    Returns:
        Types: 1 + place in `FIGURE_TYPES`, 0 for no figure, -100 where nothing is known, which is
        so for numbers of no telling form outside the blocks that bear facts. And concepts: 1 +
        place in `concepts`, 0 for others, -100 for what is no fact.
    """
    marks = sorted(fact_marks(document.text, facts, zeros=True), key=lambda mark: mark.start)
    blocks = fact_blocks(document, marks)
    weak = [
        Mark(first + start, first + end, kind)
        for first, last in spans
        for start, end, kind in find_weak(document.text[first:last])
    ]
    number_of = {name: number for number, name in enumerate(concepts, 1)}
    type_of = {name: number for number, name in enumerate(FIGURE_TYPES, 1)}
    types, measured = [], []
    for start, _ in numbers.spans.tolist():
        mark = _around(marks, start)
        form = mark or _around(weak, start)
        measured.append(IGNORE)
        if form is not None and form.label is not None:
            types.append(type_of.get(form.label, 0))
        elif form is not None or not _inside(blocks, start):
            types.append(IGNORE)
        else:
            types.append(0)
        if mark is not None and mark.concept is not None:
            measured[-1] = number_of.get(mark.concept, 0)
    return types, measured


def _around(marks: Sequence[Mark], start: int) -> Mark | None:
    place = bisect_right(marks, start, key=lambda mark: mark.start) - 1
    return marks[place] if place >= 0 and marks[place].end > start else None


def _inside(blocks: Sequence[tuple[int, int]], start: int) -> bool:
    place = bisect_right(blocks, start, key=lambda block: block[0]) - 1
    return place >= 0 and start < blocks[place][1]
