"""What is learnt shares no text with what is measured."""

from __future__ import annotations

import json
import logging

import pytest
from tiny_folders import save_decoder

from secateur.pipelines.clinical.training.datasets import Pair
from secateur.pipelines.clinical.training.overlap import apart
from secateur.pipelines.clinical.training.recipe import train_summaries

SECTION = "She has had a dry cough for three weeks and sleeps badly because of it."
NOTE = f"CC: Cough.\n\nHPI: {SECTION} No fever.\n\nPLAN: A film of the chest tomorrow morning."
OTHER = "He fell from a ladder in May and broke his left wrist in two places."


def pair(name: str, text: str, answer: str) -> Pair:
    return Pair(name, text, "", answer)


def names(pairs, others) -> list[str]:
    return [one.name for one in apart(pairs, others)]


def test_a_section_that_stands_in_a_note_is_shared_and_so_is_the_note():
    sections = [
        pair("same", "Doctor: Hi.", SECTION),
        pair("other case", "Doctor: Hi.", SECTION.upper().replace(" ", " \n")),
        pair("apart", "Doctor: Hi.", OTHER),
    ]
    notes = [pair("note", NOTE, "Cough."), pair("another", OTHER, "Wrist.")]
    assert names(sections, notes[:1]) == ["apart"]
    assert names(notes, sections[:1]) == ["another"]


def test_a_dialogue_or_a_description_shares_as_a_note_does():
    learnt = [pair("dialogue", NOTE, "Cough."), pair("description", "A note.", SECTION)]
    assert names(learnt, [pair("held out", NOTE, SECTION)]) == []


def test_half_of_the_runs_of_the_shorter_text_decide():
    words = [f"w{number}" for number in range(30)]
    text = " ".join(words)

    def beginning(count: int) -> Pair:
        own = " ".join(f"x{number}" for number in range(27 - count))
        return pair(str(count), f"{' '.join(words[:count])} {own}", "A")

    # Of the 20 runs of 27 words, 10 stand in the text where its first 17 words do.
    assert names([beginning(16), beginning(17)], [pair("held out", text, "B")]) == ["16"]


def test_short_texts_and_a_common_phrase_are_nobodys():
    learnt = [pair("short", "No known drug allergies.", "None."), pair("long", NOTE, "Cough.")]
    phrase = "A film of the chest tomorrow morning."
    assert names(learnt, [pair("held out", f"{OTHER} {phrase}", "None.")]) == ["short", "long"]


CONFIG = """
[model]
base = "{base}"
checkpoint = "adapter"
[data]
folder = "."
{sets}
[adapter]
rank = 2
[training]
output = "run"
steps = 1
precision = "fp32"
batch_tokens = 1024
gradient_accumulation = 1
"""


@pytest.mark.filterwarnings("ignore:Could not find a config file:UserWarning")
def test_training_leaves_out_what_its_validation_and_held_out_sets_hold(tmp_path, caplog):
    save_decoder(tmp_path / "base", 1024)
    notes = [
        ("train", NOTE, "Cough."),
        ("train", f"HPI: {OTHER}", "A broken wrist."),
        ("train", "The man walks well and feels no pain in either of his knees now.", "Well."),
        ("valid", f"{SECTION} A film was taken.", "Seen for it."),
        ("test", f"{OTHER} A cast was put on.", "Seen again."),
    ]
    rows = [
        {"id": number, "split": split, "transcription": text, "description": answer}
        for number, (split, text, answer) in enumerate(notes)
    ]
    (tmp_path / "notes.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    tables = [
        f'[[data.{use}]]\nkind = "mtsamples"\npath = "notes.jsonl"\npart = "{part}"'
        for use, part in (("train", "train"), ("valid", "valid"), ("held_out", "test"))
    ]
    config = tmp_path / "train.toml"
    config.write_text(CONFIG.format(base=tmp_path / "base", sets="\n".join(tables)))
    with caplog.at_level(logging.INFO):
        card = (train_summaries(config) / "README.md").read_text(encoding="utf-8")
    assert "learnt from 1 pair\n" in card
    assert "notes.jsonl: 2 pairs share text with held-out ones" in caplog.text
