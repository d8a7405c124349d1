"""Labels follow each other as entities do, and together are the likeliest that do so."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secateur.core.models.tagger import bio_labels
from secateur.pipelines.finance.reader.viterbi import best_path

LABELS = bio_labels(["ORG", "LOC"])


def log_scores(rows: list[dict[str, float]]) -> np.ndarray:
    scores = np.full((len(rows), len(LABELS)), -9.0, dtype=np.float32)
    for number, row in enumerate(rows):
        for label, value in row.items():
            scores[number, LABELS.index(label)] = value
    return scores


def decode(rows: list[dict[str, float]], breaks: tuple[int, ...] = (0,)) -> list[str]:
    marks = np.isin(np.arange(len(rows)), breaks)
    return [LABELS[number] for number in best_path(log_scores(rows), LABELS, marks)]


def test_an_inside_label_never_opens_an_entity() -> None:
    assert decode([{"I-ORG": -0.1, "O": -0.5}]) == ["O"]


def test_an_inside_label_follows_its_own_type() -> None:
    rows = [{"B-LOC": -0.1}, {"I-ORG": -0.1, "I-LOC": -1.0}]
    assert decode(rows) == ["B-LOC", "I-LOC"]


def test_a_likely_end_mends_a_doubtful_beginning() -> None:
    rows = [{"O": -0.6, "B-ORG": -0.8}, {"I-ORG": -0.1, "O": -3.0}]
    assert decode(rows) == ["B-ORG", "I-ORG"]


def test_no_entity_crosses_a_passage_of_the_document() -> None:
    rows = [{"B-ORG": -0.1}, {"I-ORG": -0.1, "O": -2.0}]
    assert decode(rows, breaks=(0, 1)) == ["B-ORG", "O"]


def test_no_words_give_no_labels() -> None:
    assert decode([]) == []


def follows(before: str | None, label: str) -> bool:
    opens_inside = label.startswith("I-")
    return not opens_inside or (before is not None and before[2:] == label[2:])


@given(
    words=st.lists(
        st.lists(st.floats(-8, 0), min_size=len(LABELS), max_size=len(LABELS)),
        min_size=1,
        max_size=5,
    ),
    breaks=st.sets(st.integers(1, 4)),
    none=st.floats(0, 8),
)
def test_no_allowed_sequence_is_likelier(
    words: list[list[float]], breaks: set[int], none: float
) -> None:
    scores = np.array(words, dtype=np.float32)
    scores[:, LABELS.index("O")] += np.float32(none)
    marks = np.isin(np.arange(len(words)), [0, *breaks])
    path = best_path(scores, LABELS, marks).tolist()
    best = max(
        sum(float(scores[place, number]) for place, number in enumerate(way))
        for way in product(range(len(LABELS)), repeat=len(words))
        if all(
            follows(None if marks[k] else LABELS[way[k - 1]], LABELS[way[k]])
            for k in range(len(way))
        )
    )
    found = sum(float(scores[place, number]) for place, number in enumerate(path))
    assert found == pytest.approx(best, abs=1e-4)
    names = [LABELS[number] for number in path]
    assert all(follows(None if marks[k] else names[k - 1], names[k]) for k in range(len(names)))
