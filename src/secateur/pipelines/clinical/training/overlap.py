"""What parts of the summary sets share: texts of one that stand in another.

MTS-Dialog's sections were taken from MTSamples' notes, whatever the split of either, so that the
sets' own splits do not keep what is learnt apart from what is measured.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from secateur.pipelines.clinical.training.datasets import Pair

_WORD = re.compile(r"\w+")
_RUN = 8
_SHARE = 0.5


def apart(pairs: Iterable[Pair], others: Iterable[Pair]) -> list[Pair]:
    """Keeps the pairs that share no text with other ones.

    Two texts, notes and dialogues as well as what was written about them, are shared where at least
    half of the runs of eight words of one, letter case and punctuation aside, stand in the other;
    the one with fewer different runs counts. A text of fewer than eight words is nobody's.

    Args:
        pairs: For training those to learn from, for scores those to measure.
        others: The pairs of the other side.

    Returns:
        Those of `pairs` of which neither text is shared with a text of `others`, in their order.
    """
    sizes: list[int] = []
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for text in _texts(others):
        found = _runs(text)
        for run in found:
            holders[run].append(len(sizes))
        sizes.append(len(found))

    def shared(text: str) -> bool:
        found = _runs(text)
        common = Counter(holder for run in found for holder in holders.get(run, ()))
        return any(n >= _SHARE * min(len(found), sizes[other]) for other, n in common.items())

    return [pair for pair in pairs if not any(map(shared, _texts([pair])))]


def _texts(pairs: Iterable[Pair]) -> Iterable[str]:
    return (text for pair in pairs for text in (pair.text, pair.answer))


def _runs(text: str) -> set[int]:
    """Hashes of the runs: a million runs of words themselves would fill the memory."""
    words = _WORD.findall(text.lower())
    return {hash(tuple(words[at : at + _RUN])) for at in range(len(words) - _RUN + 1)}
