"""The section that agrees most with all its drafts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secateur.pipelines.clinical.handover.consensus import consensus
from secateur.pipelines.clinical.verification.terms import TermReader
from secateur.pipelines.clinical.verification.verify import Verifier
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.sentences import sentences as find_sentences
from secateur.pipelines.document.summary import SummarySentence
from secateur.pipelines.terminology.matcher import Term, TermMatcher

TEXT = "Patient: Asthma and gout, and my left knee hurts. I take aspirin for it, no smoking.\n"
VOCABULARY = TermMatcher([Term(name, name, "problem") for name in ("asthma", "gout", "lupus")])


def agreed(drafts: Sequence[Sequence[str]], most: int = 12) -> list[str]:
    document = Document("visit.txt", TEXT, (Passage(0, len(TEXT)),), "text/plain")
    verifier = Verifier(
        document, find_sentences(TEXT, document.passages), TermReader(VOCABULARY, {})
    )
    written = [[SummarySentence(text, (), 1.0) for text in draft] for draft in drafts]
    return [part.text for part in consensus(written, verifier, VOCABULARY, most)]


KNEE, ASPIRIN = "Her left knee hurts.", "She takes aspirin for it."
ASTHMA = "She also has asthma."


@pytest.mark.parametrize(
    ("drafts", "text"),
    [
        pytest.param([[KNEE], [KNEE, ASPIRIN], [KNEE, ASPIRIN]], [KNEE, ASPIRIN], id="as drafted"),
        pytest.param(
            [[KNEE, ASPIRIN], [KNEE, ASTHMA], [ASPIRIN, ASTHMA]], [KNEE, ASPIRIN, ASTHMA],
            id="a sentence that others say",
        ),
        pytest.param(
            [[KNEE, "She went on holiday far away by train."], [KNEE], [KNEE]], [KNEE],
            id="not one that nobody else says",
        ),
        pytest.param(
            [[ASPIRIN, ASTHMA], [KNEE, ASPIRIN], [KNEE, ASTHMA]], [KNEE, ASPIRIN, ASTHMA],
            id="where drafts have it in the mean",
        ),
        pytest.param([["None."], ["None."], [KNEE]], ["None."], id="a short answer alone"),
        pytest.param(
            [[KNEE], ["2. " + ASTHMA], ["2. " + ASTHMA, KNEE]], ["2. " + ASTHMA, KNEE],
            id="a list as one draft has it",
        ),
        pytest.param([[KNEE, KNEE, KNEE]], [KNEE], id="what is said again goes"),
        pytest.param([[], []], [], id="nothing is written"),
    ],
)  # fmt: skip
def test_text_is_what_the_drafts_agree_on(drafts, text) -> None:
    assert agreed(drafts) == text


def test_most_sentences_are_kept_to() -> None:
    drafts = [[KNEE, ASPIRIN], [KNEE, ASTHMA], [ASPIRIN, ASTHMA]]
    assert len(agreed(drafts, most=2)) == 2


def test_a_sentence_is_added_that_names_a_term_of_other_drafts() -> None:
    plain = "She has something else too there."
    named = plain.replace("something else", "asthma, gout")
    drafts = [[KNEE], [KNEE], [KNEE, named]]
    assert agreed(drafts) == [KNEE, named]
    assert agreed([[KNEE], [KNEE], [KNEE, plain]]) == [KNEE]


@pytest.mark.parametrize(
    ("other", "is_added"),
    [
        pytest.param("She has gout and takes aspirin for it.", True, id="of another thing"),
        pytest.param("She has lupus and takes aspirin for it.", False, id="unknown to the visit"),
        pytest.param("He has gout and takes aspirin for it.", False, id="of another sex"),
        pytest.param("She has no asthma and takes aspirin for it.", False, id="the opposite"),
        pytest.param("There is asthma in this patient.", False, id="the same in other words"),
    ],
)
def test_a_sentence_is_added_only_if_it_goes_with_the_others(other: str, is_added: bool) -> None:
    first = "There is some asthma in the patient."
    drafts = [[first], [first, KNEE], [first, KNEE], [other, KNEE], [other, KNEE]]
    assert (other in agreed(drafts)) == is_added


SAID = st.sampled_from([KNEE, ASPIRIN, ASTHMA, "None.", "She has no asthma."])


@given(st.lists(st.lists(SAID, max_size=4), min_size=1, max_size=5))
def test_text_is_sentences_of_the_drafts_each_once(drafts: list[list[str]]) -> None:
    found = agreed(drafts)
    assert len(set(found)) == len(found)
    assert set(found) <= {sentence for draft in drafts for sentence in draft}
