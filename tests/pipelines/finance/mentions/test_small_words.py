"""Words that a text has in small letters somewhere."""

import pytest

from secateur.pipelines.finance.mentions.small_words import has_small

TEXT = "The network’s services in-house, for NETWORK Operations;\nsegments. A café"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["services", "segments", "for"], True),
        ([], True),
        (["services", "operations"], False),
        (["network"], True),
        (["house"], False),
        (["segment"], False),
        (["s"], False),
        (["café"], False),
        (["a.b"], False),
    ],
)
def test_each_word_must_stand_alone_in_small_letters(words, expected):
    assert has_small(TEXT, words) is expected
