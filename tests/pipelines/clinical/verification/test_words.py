"""Words as checks compare them."""

import pytest

from secateur.pipelines.clinical.verification.content import content_words
from secateur.pipelines.clinical.verification.words import singular


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("lungs", "lung"),
        ("patient's", "patient"),
        ("mass", "mass"),
        ("virus", "virus"),
        ("sepsis", "sepsis"),
    ],
)
def test_plurals_and_genitives_are_compared_as_the_singular(word, one):
    assert singular(word) == one


def test_content_keeps_words_that_end_in_s_whole_and_passes_over_the_patient():
    found = content_words("The patient's masses: they press on the lungs. A mass with abscess.")
    assert found == {"masse", "press", "lung", "mass", "abscess"}
