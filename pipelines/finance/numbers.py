"""The numbers of a document, and what stands around each, for the head that types them.

A dash that fills a cell of a table is a number too: zero.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from secateur.core.tagger import KINDS, NO_LETTERS
from secateur.pipelines.document import Document
from secateur.pipelines.finance.context import MONEY_SIGN, column_kinds, contexts
from secateur.pipelines.finance.figures.numbers import MINUS
from secateur.pipelines.finance.tokens import Tokens, tokenise, with_kinds

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ZERO = re.compile(rf"[$€£¥₹]?\s?([{MINUS}]{{1,2}})\s?%?")
"""A cell that prints zero as a dash."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_BEFORE, _AFTER = 12, 8
"""Pieces around a number that count as near."""


@dataclass(frozen=True)
class Bags:
    """Words of several texts, one behind the other.

    Attributes:
        ids: Vocabulary numbers of the words with letters.
        offsets: Where each text begins in `ids`.
        texts: Number of each number's text.
    """

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]
    texts: NDArray[np.int64]


@dataclass(frozen=True)
class FoundNumbers:
    """The numbers of a document.

    Attributes:
        spans: First character and one past the last `[F, 2]`, ascending.
        pieces: Its first piece `[F]`.
        rows: Pieces of its sentence or table row: first, one past the last `[F, 2]`.
        near: Pieces near it in the same sentence `[F, 2]`.
        contexts: Titles, caption, column heads and parent row.
        columns: Heads of its own column.
        percent: Whether it is a percentage by its column's head, and bears no currency sign `[F]`.
        signs: How it is written `[F, SIGNS]`.
        ids: Vocabulary numbers of the document's pieces `[n]`.
        lettered: Whether each belongs to a word with letters `[n]`.
    """

    spans: NDArray[np.int64]
    pieces: NDArray[np.int64]
    rows: NDArray[np.int64]
    near: NDArray[np.int64]
    contexts: Bags
    columns: Bags
    percent: NDArray[np.bool_]
    signs: NDArray[np.float32]
    ids: NDArray[np.int64]
    lettered: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.pieces)


SIGNS = KINDS + 9


def feature_size(width: int) -> int:
    """Returns how many features a number has with an encoder of that width."""
    return 4 * width + SIGNS


def find_numbers(
    document: Document,
    tokens: Tokens,
    sentences: Sequence[tuple[int, int]],
    tokenizer: PreTrainedTokenizerBase,
) -> FoundNumbers:
    """Finds every number of a document.

    Args:
        document: The document.
        tokens: Its pieces.
        sentences: Character spans, ascending.
        tokenizer: The model's tokenizer.
    """
    text = document.text
    tokens = with_kinds(tokens, column_kinds(document))
    around_sentence = contexts(document, sentences)
    starts = [start for start, _ in sentences]
    passages = [passage.start for passage in document.passages]
    bounds = np.append(np.searchsorted(tokens.starts, starts), len(tokens))
    found: list[tuple[int, ...]] = []
    around: list[str] = []
    heads: list[str] = []
    percents: list[bool] = []
    signs: list[list[float]] = []
    for start, end in _spans(document):
        piece = int(np.searchsorted(tokens.ends, start, side="right"))
        sentence = bisect_right(starts, start) - 1
        if piece >= len(tokens) or sentence < 0:
            continue
        first, last = int(bounds[sentence]), int(bounds[sentence + 1])
        near = max(first, piece - _BEFORE), min(last, piece + _AFTER)
        passage = document.passages[max(bisect_right(passages, start) - 1, 0)]
        found.append((start, end, piece, first, last, *near))
        around.append(around_sentence[sentence])
        heads.append(passage.column or "")
        percents.append("%" in heads[-1] and not MONEY_SIGN.search(text[max(start - 3, 0) : start]))
        case = int(tokens.cases[piece])
        signs.append(_signs(text, start, end, case, passage.kind == "cell"))
    table = np.array(found, dtype=np.int64).reshape(-1, 7)
    return FoundNumbers(
        spans=table[:, :2],
        pieces=table[:, 2],
        rows=table[:, 3:5],
        near=table[:, 5:7],
        contexts=_bags(around, tokenizer),
        columns=_bags(heads, tokenizer),
        percent=np.array(percents, dtype=np.bool_),
        signs=np.array(signs, dtype=np.float32).reshape(-1, SIGNS),
        ids=tokens.ids,
        lettered=tokens.cases < NO_LETTERS,
    )


def number_features(numbers: FoundNumbers, words: Tensor) -> Tensor:
    """Puts together what the head is given.

    Args:
        numbers: The numbers.
        words: The model's word embeddings `[V, D]`.

    Returns:
        Features fp32 `[F, 4 D + SIGNS]`: the mean word of the row, of what is near, of the context
        and of the column's heads; and how the number is written.
    """
    words = words.float()
    lettered = torch.from_numpy(numbers.lettered)
    plain = words[torch.from_numpy(numbers.ids)] * lettered[:, None]
    parts = [
        _mean(plain, lettered, numbers.rows),
        _mean(plain, lettered, numbers.near),
        _bag_means(words, numbers.contexts),
        _bag_means(words, numbers.columns),
        torch.from_numpy(numbers.signs),
    ]
    return torch.cat(parts, -1)


def _mean(values: Tensor, counted: Tensor, ranges: NDArray[np.int64]) -> Tensor:
    """Means `[F, D]` over ranges of pieces, of those that count; 0 where there is none."""
    sums = torch.cat([values.new_zeros(1, values.shape[1]), values.cumsum(0, dtype=torch.float64)])
    counts = torch.cat([torch.zeros(1), counted.float().cumsum(0)])
    first, last = torch.from_numpy(ranges).unbind(-1)
    total = (sums[last] - sums[first]).float()
    return total / (counts[last] - counts[first]).clamp(min=1)[:, None]


def _bag_means(words: Tensor, bags: Bags) -> Tensor:
    if not len(bags.texts):
        return words.new_zeros(0, words.shape[1])
    means = torch.nn.functional.embedding_bag(
        torch.from_numpy(bags.ids), words, torch.from_numpy(bags.offsets), mode="mean"
    )
    return means[torch.from_numpy(bags.texts)]


def _bags(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> Bags:
    different = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    ids: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    for text in different:
        tokens = tokenise(text, tokenizer)
        ids.append(tokens.ids[tokens.cases < NO_LETTERS])
    offsets = np.cumsum([len(part) for part in ids[:-1]])
    return Bags(
        np.concatenate(ids), offsets.astype(np.int64),
        np.array([different[text] for text in texts], dtype=np.int64),
    )  # fmt: skip


def _spans(document: Document) -> list[tuple[int, int]]:
    text = document.text
    cells = (passage for passage in document.passages if passage.kind == "cell")
    zeros = (_ZERO.fullmatch(text, cell.start, cell.end) for cell in cells)
    digits = (match.span() for match in NUMBER.finditer(text))
    return sorted([*digits, *(match.span(1) for match in zeros if match)])


def _signs(text: str, start: int, end: int, kind: int, cell: bool) -> list[float]:
    printed = text[start:end]
    before, after = text[max(start - 3, 0) : start], text[end : end + 3]
    return [
        *(float(kind == number) for number in range(KINDS)),
        float("$" in before),
        float("%" in after),
        float("(" in before),
        float("." in printed),
        (end - start) / 8,
        float(_YEAR.fullmatch(printed) is not None),
        float(not printed[-1].isdigit()),
        float(cell),
        float(before[-1:].isalpha() or after[:1].isalpha()),
    ]
