"""Turns items into what the network of concepts reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

import torch

from secateur.pipelines.finance.concepts.network import (
    COLUMNS,
    KINDS,
    ROWS,
    SIGNS,
    TYPES,
    Bags,
    Items,
)
from secateur.pipelines.finance.concepts.surroundings import FIELDS, SPANS, Item, Signs, words

_LONGEST_BLOCK = 200
"""Items of a table that see each other; a longer one is read in parts."""
_PREFIX = 5
"""Letters by which forms of a word are known ("amortised", "amortization")."""


@dataclass(frozen=True)
class Encoded:
    """An item as numbers: the words of each field, and what is known of its figures."""

    texts: tuple[tuple[int, ...], ...]
    known: tuple[int, ...]
    block: int


def tokens(text: str) -> list[str]:
    """Splits a text into its words, pairs of neighbouring words and beginnings of long words."""
    plain = words(text)
    pairs = [f"{one}_{two}" for one, two in pairwise(plain)]
    return [*plain, *pairs, *(f"^{word[:_PREFIX]}" for word in plain if len(word) > _PREFIX)]


def numbers_of(text: str, vocabulary: Mapping[str, int]) -> tuple[int, ...]:
    """Returns the numbers of a text's words; unknown words are left out."""
    return tuple(vocabulary[token] for token in tokens(text) if token in vocabulary)


def encode(items: Iterable[Item], vocabulary: Mapping[str, int]) -> list[Encoded]:
    """Turns items into numbers.

    Args:
        items: The items of a report.
        vocabulary: Numbers of words, from 1.
    """
    known: dict[str, tuple[int, ...]] = {"": ()}  # All rows of a table share most of their texts.
    found = []
    for item in items:
        for text in item.texts.values():
            if text not in known:
                known[text] = numbers_of(text, vocabulary)
        kind, of_type, span = KINDS.index(item.kind), TYPES.index(item.type), SPANS.index(item.span)
        signs = SIGNS.index(_sign(item.signs))
        place = min(item.row, ROWS - 1), min(item.column, COLUMNS - 1)
        found.append(
            Encoded(
                tuple(known[item.texts.get(name, "")] for name in FIELDS),
                (kind, int(item.in_caption), of_type, span, signs, *place),
                item.block,
            )
        )
    return found


def words_of_report(items: Iterable[Item], vocabulary: Mapping[str, int]) -> tuple[int, ...]:
    """Returns the words of the row heads of a report's primary statements, each once.

    They tell a bank from a shop, and whether others have a share in the results.
    """
    heads = (item.texts.get("label", "") for item in items if item.kind not in ("table", "prose"))
    return tuple(sorted({number for head in heads for number in numbers_of(head, vocabulary)}))


def blocks(encoded: Sequence[Encoded]) -> Iterator[list[int]]:
    """Yields the numbers of the items that see each other."""
    for _, members in groupby(range(len(encoded)), key=lambda number: encoded[number].block):
        whole = list(members)
        for first in range(0, len(whole), _LONGEST_BLOCK):
            yield whole[first : first + _LONGEST_BLOCK]


def bags(texts: Sequence[Sequence[int]]) -> Bags:
    """Joins texts that are numbers of words."""
    starts = [0, *accumulate(len(text) for text in texts)]
    flat = [number for text in texts for number in text]
    return Bags(torch.tensor(flat, dtype=torch.long), torch.tensor(starts[:-1], dtype=torch.long))


def batch(
    groups: Sequence[Sequence[Encoded]],
    reports: Sequence[Sequence[int]],
    report_of: Sequence[int],
) -> Items:
    """Joins blocks into one batch.

    Args:
        groups: The items of each block.
        reports: Words of the row heads of reports.
        report_of: The number of each block's report.
    """
    items = [item for group in groups for item in group]
    longest = max(map(len, groups))
    places = torch.zeros(len(groups), longest, dtype=torch.long)
    padding = torch.ones(len(groups), longest, dtype=torch.bool)
    done = 0
    for number, group in enumerate(groups):
        places[number, : len(group)] = torch.arange(done, done + len(group))
        padding[number, : len(group)] = False
        done += len(group)
    lengths = torch.tensor([len(group) for group in groups])
    return Items(
        [bags([item.texts[field] for item in items]) for field in range(len(FIELDS))],
        torch.tensor([item.known for item in items]),
        places,
        padding,
        bags(reports),
        torch.repeat_interleave(torch.tensor(report_of), lengths),
    )


def _sign(signs: Signs) -> str:
    if not signs.negative:
        return "positive" if signs.positive else "none"
    return "both" if signs.positive else "negative"
