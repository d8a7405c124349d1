"""Shorter wordings of a note's sentences: what goes, and what never does."""

from __future__ import annotations

import re

import pytest
import torch
from made_notes import note

from secateur.core.models.shipped import shipped
from secateur.pipelines.clinical.handover.compression import (
    load_compression,
    read_compression,
    save_compression,
    shorten,
    word_inputs,
    words_of,
)
from secateur.pipelines.clinical.handover.compression_network import CompressionNetwork, WordSizes
from secateur.pipelines.clinical.handover.tidy import tidy
from secateur.pipelines.clinical.handover.units import units_of
from secateur.pipelines.document.handover import count_words

SENTENCES = (
    "The patient is a pleasant 67-year-old female who was admitted with worsening dyspnea.",
    "She was then started on IV Lasix 40 mg b.i.d. with good response.",
    "There is no evidence of any fracture of the left hip.",
    "At this time, we will go ahead and continue the metformin 500 mg twice a day.",
    "It was noted that his potassium was 6.3 on the day of admission.",
    "He was advised to follow up with Dr. Lee in the clinic in two weeks.",
)
NUMBER = re.compile(r"\d+")


class Says(CompressionNetwork):
    """A network that keeps the words at some places of every note."""

    def __init__(self, *kept: int) -> None:
        super().__init__(WordSizes(states=1, forms=1))
        self.kept = kept

    def forward(self, notes):
        odds = torch.full((sum(len(each.forms) for each in notes), 2), -9.0)
        odds[list(self.kept), 0] = 9.0
        return odds


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_said_in_fewer_of_its_own_words(sentence):
    (short,) = shorten(note(("HPI", sentence)), load_compression())
    assert 0 < count_words(short) < count_words(sentence)
    own = iter(tidy(sentence).lower().replace(",", "").split())
    assert all(
        word.strip(".,") in (said.strip(".") for said in own) for word in short.lower().split()
    )
    assert NUMBER.findall(short) == NUMBER.findall(sentence)


@pytest.mark.parametrize(
    ("sentence", "kept", "short"),
    [
        ("The left hip hurts badly.", [2], "Left hip"),
        ("He denies any recent fever.", [0], "He denies recent"),
        ("There is no sign of fracture here.", [0], "There no fracture"),
        ("Potassium was 6.3 today, he is glad.", [0], "Potassium 6.3 today"),
        ("The ear failed, the other one passed.", [1, 6], "Ear, passed"),
        ("He walks with a cane and", [1, 5], "Walks"),
        ("Take it b.i.d. with food.", [0, 2], "Take bid"),
        ("If the fever comes back, call us.", [5], "If fever comes back, call"),
        ("He had refused the second operation.", [5], "Refused operation"),
        ("The mass (left lung) grows.", [1, 2], "Mass left"),
        ("Nothing stays here.", [], ""),
    ],
    ids=[
        "side",
        "denied",
        "absent",
        "number",
        "comma",
        "end",
        "latin",
        "condition",
        "refused",
        "brackets",
        "nothing",
    ],
)
def test_what_decides_the_meaning_stays_with_what_stays(sentence, kept, short):
    assert shorten(note(("HPI", sentence)), [Says(*kept)]) == (short,)


def test_words_are_those_of_the_units_and_a_transcripts_negation_is_one():
    document = note((None, "[doctor] it does n't hurt ."))
    words = words_of(document.text, units_of(document))
    assert [document.text[slice(*span)] for span in words.spans] == ["it", "does n't", "hurt"]
    assert set(words.owners) == {0}


def test_a_note_without_words_has_nothing_to_shorten():
    assert shorten(note(), load_compression()) == ()
    assert shorten(note(("HPI", "---")), load_compression()) == ("",)


def test_what_is_written_is_read_again(tmp_path):
    torch.manual_seed(0)
    document = note(("HPI", " ".join(SENTENCES)))
    inputs = word_inputs(document, words_of(document.text, units_of(document)))
    network = CompressionNetwork(WordSizes(inputs.states.shape[1], inputs.forms.shape[1])).eval()
    network.load_state_dict({k: v.half().float() for k, v in network.state_dict().items()})
    save_compression(tmp_path, [network])
    assert shorten(document, read_compression(tmp_path)) == shorten(document, [network])


def test_the_model_ships_and_is_small():
    files = list(shipped("compression").iterdir())
    assert {"weights.safetensors", "compression.json", "README.md"} <= {f.name for f in files}
    assert sum(file.stat().st_size for file in files) < 10e6
