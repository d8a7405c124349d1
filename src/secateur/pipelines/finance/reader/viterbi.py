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
    path = np.full(len(scores), labels.index(_NONE), dtype=np.int64)
    runs = np.array(list(_doubtful(scores, labels, breaks)), dtype=np.int64).reshape(-1, 2)
    lengths = runs[:, 1] - runs[:, 0]
    longest_first = np.argsort(-lengths, kind="stable")
    firsts, lengths = runs[longest_first, 0], lengths[longest_first]
    ends, back = _search(scores, firsts, lengths, labels, breaks)
    for position in range(len(back) - 1, -1, -1):
        left = len(back[position])
        path[firsts[:left] + position] = ends[:left]
        ends[:left] = back[position][np.arange(left), ends[:left]]
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
    firsts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    labels: Sequence[str],
    breaks: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """Searches runs of words, the longest first, none of which opens with an entity's middle.

    Word by word of all runs at once: numpy takes as long for one as for hundreds. Any label may
    stand before a B- or "O"; an I- has two ways.

    Returns:
        The label of each run's last word, and of the words before those at each place of the runs
        that are as long: of one before each label that a word there may bear.
    """
    goes_on = np.flatnonzero([label.startswith("I-") for label in labels])
    begins = np.array(
        [labels.index(f"B-{labels[n][2:]}") for n in goes_on.tolist()], dtype=np.int64
    )
    total = scores[firsts]
    total[:, goes_on] = -np.inf
    ends = np.zeros(len(firsts), dtype=np.int64)
    back = [np.zeros(total.shape, dtype=np.int64)]
    for position in range(1, lengths.max(initial=1)):
        left = int(np.count_nonzero(lengths > position))
        ends[left : len(total)] = total[left:].argmax(1)
        total, words = total[:left], firsts[:left] + position
        best = total.argmax(1)
        begun, gone_on = total[:, begins], total[:, goes_on]
        before = np.repeat(best[:, None], len(labels), 1)
        before[:, goes_on] = np.where(begun >= gone_on, begins, goes_on)
        reached = np.where(breaks[words, None], -np.inf, np.maximum(begun, gone_on))
        total = total[np.arange(left), best, None] + scores[words]
        total[:, goes_on] = reached + scores[words][:, goes_on]
        back.append(before)
    ends[: len(total)] = total.argmax(1)
    return ends, back
