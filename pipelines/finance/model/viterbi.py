"""The likeliest labels of words, in which no entity begins in its middle (Viterbi 1967)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

_NONE = "O"


def best_path(
    scores: NDArray[np.float32], labels: Sequence[str], breaks: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Finds the likeliest sequence of labels in which every I- follows a B- or I- of its type.

    Most words are surely none: where "O" is ahead by more than an I- behind it could gain over the
    B- of its type, it is in the likeliest sequence, and only what lies between is searched.

    Args:
        scores: Log-probabilities `[words, labels]`.
        labels: BIO labels.
        breaks: True `[words]` where a new passage of the document begins, which no entity crosses.

    Returns:
        Label numbers `[words]`.
    """
    allowed = np.zeros((len(labels), len(labels)), dtype=np.float32)
    for after, label in enumerate(labels):
        if label.startswith("I-"):
            allowed[:, after] = [0.0 if other[2:] == label[2:] else -np.inf for other in labels]
    inside = np.array([label.startswith("I-") for label in labels])
    path = np.full(len(scores), labels.index(_NONE), dtype=np.int64)
    opening = np.where(inside, -np.inf, scores).argmax(1)
    for first, last in _doubtful(scores, labels, breaks):
        if last == first + 1:
            path[first] = opening[first]
            continue
        path[first:last] = _search(scores[first:last], inside, allowed, breaks[first:last])
    return path


def _doubtful(
    scores: NDArray[np.float32], labels: Sequence[str], breaks: NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    """Runs of words that are not surely none, half-open."""
    none = labels.index(_NONE)
    ahead = scores[:, none] - np.delete(scores, none, 1).max(1, initial=-np.inf)
    pairs = [(n, labels.index(f"I-{label[2:]}")) for n, label in enumerate(labels)
             if label.startswith("B-") and f"I-{label[2:]}" in labels]  # fmt: skip
    gained = np.full(len(scores), -np.inf, dtype=np.float32)
    for begins, goes_on in pairs:
        gained = np.maximum(gained, scores[:, goes_on] - scores[:, begins])
    gained[breaks] = -np.inf
    sure = (ahead > 0) & (ahead > np.append(gained[1:], -np.inf))
    edges = np.flatnonzero(np.diff(np.concatenate(([True], sure, [True])).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _search(
    scores: NDArray[np.float32],
    inside: NDArray[np.bool_],
    allowed: NDArray[np.float32],
    breaks: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """The likeliest sequence of a run of words, the first of which opens no entity's middle."""
    back = np.zeros(scores.shape, dtype=np.int64)
    total = np.where(inside, -np.inf, scores[0])
    for position in range(1, len(scores)):
        row = scores[position]
        if breaks[position]:
            back[position] = int(total.argmax())
            total = np.where(inside, -np.inf, total.max() + row)
            continue
        ways = total[:, None] + allowed
        back[position] = ways.argmax(0)
        total = ways.max(0) + row
    path = np.zeros(len(scores), dtype=np.int64)
    path[-1] = int(total.argmax())
    for position in range(len(scores) - 1, 0, -1):
        path[position - 1] = back[position, path[position]]
    return path
